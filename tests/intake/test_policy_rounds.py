"""When the digest and the reports are made: on working days of the calendar, each period once, also after down time."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from intake.errors import SettingsError
from intake.policy import WorkCalendar, load_policy
from intake.policy.rounds import rounds_due

SHANGHAI = ZoneInfo("Asia/Shanghai")
POLICY = load_policy(None)
CALENDAR = WorkCalendar(POLICY, SHANGHAI)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def made(moment: str, policy: str = "", folder: Path | None = None) -> list[str]:
    """The rounds of a moment, as `name period`."""
    figures, calendar = POLICY, CALENDAR
    if folder is not None:
        (folder / "p.toml").write_text(policy, encoding="utf-8")
        figures = load_policy(folder / "p.toml")
        calendar = WorkCalendar(figures, SHANGHAI)
    return [f"{one.name} {one.period}" for one in rounds_due(at(moment), figures, calendar)]


@pytest.mark.parametrize(
    ("moment", "digest"),
    [
        ("2026-11-20T07:59", False),
        ("2026-11-20T08:00", True),
        ("2026-11-20T12:30", True),  # the service came back at noon
        ("2026-11-20T16:59", True),
        ("2026-11-20T17:00", False),  # too late for today
        ("2026-11-21T09:00", False),  # Saturday
        ("2026-10-10T08:00", True),  # a make-up Saturday after National Day
        ("2026-09-20T08:00", True),  # a make-up Sunday before it
        ("2026-09-25T08:00", False),  # Mid-Autumn, a Friday
        ("2026-10-05T08:00", False),  # National Day, a Monday
        ("2026-10-08T08:00", True),
        ("2027-10-01T08:00", False),  # 2027 is not announced: an estimate
        ("2027-10-11T08:00", True),
    ],
)
def test_the_digest_goes_from_eight_o_clock_on_working_days(moment: str, digest: bool) -> None:
    day = moment[:10]
    found = made(moment)
    assert (f"digest {day}" in found) is digest and (f"unsigned {day}" in found) is digest


@pytest.mark.parametrize(
    ("moment", "reports"),
    [
        ("2026-11-23T08:00", ["weekly 2026-W47", "monthly 2026-10"]),  # Monday; October's is long made, and made once
        (
            "2026-11-27T08:00",
            ["weekly 2026-W47", "monthly 2026-10"],
        ),  # the service was down all the week: it still goes
        ("2026-12-01T08:00", ["weekly 2026-W48", "monthly 2026-11"]),
        ("2026-10-08T08:00", ["weekly 2026-W40", "monthly 2026-09"]),  # Monday and the 1st lie in National Day
        ("2026-01-04T08:00", ["weekly 2025-W52", "monthly 2025-12"]),  # the first working day of 2026 is a Sunday
        (
            "2026-02-24T08:00",
            ["weekly 2026-W07", "weekly 2026-W08", "monthly 2026-01"],
        ),  # after a week without working day
        ("2026-11-22T08:00", []),
    ],
)
def test_the_last_reports_go_on_the_first_working_day_after(moment: str, reports: list[str]) -> None:
    assert [one for one in made(moment) if one.split()[0] in ("weekly", "monthly")] == reports


def test_a_report_tells_of_whole_local_days() -> None:
    weekly, monthly = rounds_due(at("2026-12-01T08:00"), POLICY, CALENDAR)[2:]
    assert (weekly.first, weekly.last) == (date(2026, 11, 23), date(2026, 11, 29))
    assert (monthly.first, monthly.last) == (date(2026, 11, 1), date(2026, 11, 30))


def test_a_company_sets_time_days_and_reports(tmp_path: Path) -> None:
    early = '[digest]\ntime = "07:15"\nweekly_on = 0\nmonthly = false\n'
    assert made("2026-11-23T07:15", early, tmp_path) == ["digest 2026-11-23", "unsigned 2026-11-23"]
    assert made("2026-11-22T08:00", '[digest]\ndays = "all"\n', tmp_path) == ["digest 2026-11-22"]
    assert "weekly 2026-W47" in made("2026-11-27T08:00", "[digest]\nweekly_on = 5\n", tmp_path)
    assert "weekly 2026-W46" in made("2026-11-26T08:00", "[digest]\nweekly_on = 5\n", tmp_path)


def test_a_wrong_time_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"digest\.time: must be a time of day"):
        made("2026-11-23T07:15", '[digest]\ntime = "8 Uhr"\n', tmp_path)
