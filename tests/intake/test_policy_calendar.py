"""Working time, China's holidays, and clocks that change (traps 38 and 39)."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.policy import WorkCalendar, load_policy, span

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
POLICY = load_policy(None)
CHINA = WorkCalendar(POLICY, SHANGHAI)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def calendar(folder: Path, text: str, zone: ZoneInfo = SHANGHAI) -> WorkCalendar:
    path = folder / "p.toml"
    path.write_text("[calendar]\n" + text, encoding="utf-8")
    return WorkCalendar(load_policy(path), zone)


# 2024: National Day 1-7 October, make-up days Sunday 29 September and Saturday 12 October.
# 2026: Mid-Autumn 25-27 September, National Day 1-7 October, make-up days Sunday 20 September and Saturday 10 October.
WORKING_ENDS = [
    ("2024-09-27T17:55", 24, "2024-10-08T17:00"),  # Friday after work: Sunday 29, Monday 30, Tuesday 8
    ("2024-09-27T16:55", 24, "2024-10-08T16:55"),
    ("2026-09-24T16:55", 24, "2026-09-30T16:55"),
    ("2026-10-09T16:59", 8, "2026-10-10T16:59"),  # the make-up Saturday works
    ("2026-11-20T10:04", 4, "2026-11-20T15:04"),  # the lunch break does not count
    ("2026-11-20T08:00", 4, "2026-11-20T12:00"),  # half a day ends at noon, not at one
    ("2026-11-20T12:30", 4, "2026-11-20T17:00"),
    ("2026-11-20T15:00", 4, "2026-11-23T10:00"),  # over the weekend
    ("2026-11-21T03:00", 4, "2026-11-23T12:00"),  # Saturday night
    ("2026-02-13T16:00", 4, "2026-02-14T11:00"),  # before Spring Festival: Saturday 14 February works
    ("2026-02-14T16:00", 4, "2026-02-24T11:00"),  # and then nothing until the 24th
]


@pytest.mark.parametrize(("start", "hours", "end"), WORKING_ENDS)
def test_working_hours_over_weekends_lunch_holidays_and_make_up_days(start: str, hours: int, end: str) -> None:
    found = CHINA.working_end(at(start), hours)
    assert found == at(end) and found.tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "working"),
    [
        ("2026-11-20T08:00", True),
        ("2026-11-20T07:59", False),
        ("2026-11-20T12:00", False),
        ("2026-11-20T13:00", True),
        ("2026-11-20T17:00", False),
        ("2026-11-21T10:00", False),  # Saturday
        ("2026-10-10T10:00", True),  # make-up Saturday
        ("2026-10-02T10:00", False),  # National Day, a Friday
    ],
)
def test_working_moments(moment: str, working: bool) -> None:
    assert CHINA.is_working(at(moment)) is working
    assert (CHINA.next_working_moment(at(moment)) == at(moment)) is working


def test_next_working_moment_after_friday_evening_is_monday_morning() -> None:
    assert CHINA.next_working_moment(at("2026-11-20T19:30")) == at("2026-11-23T08:00")


def test_years_without_an_announcement_are_estimated_and_marked() -> None:
    assert not CHINA.guessed(date(2026, 10, 1))
    assert CHINA.guessed(date(2031, 10, 1)) and not CHINA.works(date(2031, 10, 1))
    assert CHINA.guessed(date(2031, 10, 20)) and CHINA.works(date(2031, 10, 20))


def test_the_companys_own_days_win_over_the_announced_ones(tmp_path: Path) -> None:
    own = calendar(tmp_path, "days_off = [2026-11-20]\nworking_days = [2026-11-21, 2026-10-01]")
    assert [own.works(date(2026, *day)) for day in ((11, 20), (11, 21), (10, 1), (10, 2))] == [False, True, True, False]


def test_an_entered_year_is_no_longer_estimated(tmp_path: Path) -> None:
    own = calendar(tmp_path, "years_entered = [2031]\ndays_off = [2031-10-01]\nworking_days = [2031-10-11]")
    assert not own.guessed(date(2031, 10, 2)) and own.works(date(2031, 10, 2))
    assert not own.works(date(2031, 10, 1)) and own.works(date(2031, 10, 11))


def test_another_countrys_holidays(tmp_path: Path) -> None:
    german = calendar(tmp_path, 'country = "DE"', BERLIN)
    assert not german.works(date(2026, 12, 25)) and german.works(date(2026, 10, 1))
    none = calendar(tmp_path, 'country = ""')
    assert none.works(date(2026, 10, 1)) and not none.works(date(2026, 10, 10))


def test_a_night_shift_that_ends_at_midnight(tmp_path: Path) -> None:
    late = calendar(tmp_path, 'hours = ["16:00-24:00"]')
    assert late.working_end(at("2026-11-19T23:30"), 1) == at("2026-11-20T16:30")
    assert late.working_end(at("2026-11-19T16:00"), 8) == at("2026-11-20T00:00")


def test_calendar_days_end_at_the_same_local_time_though_the_clocks_change() -> None:
    berlin = WorkCalendar(POLICY, BERLIN)
    start = at("2026-10-24T10:00", BERLIN)  # the clocks go back on the 25th
    assert berlin.add_days(start, 1) == at("2026-10-25T10:00", BERLIN)
    assert berlin.add_days(start, 1) - start.astimezone(UTC) == timedelta(hours=25)
    assert berlin.end(start, span("24h"), "round_the_clock") - start.astimezone(UTC) == timedelta(hours=24)


def test_a_local_time_that_the_clocks_skip_still_has_an_end() -> None:
    berlin = WorkCalendar(POLICY, BERLIN)
    start = at("2026-03-28T02:30", BERLIN)  # 02:30 does not exist on the 29th
    assert berlin.add_days(start, 1) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_the_end_of_the_local_day_is_local() -> None:
    moment = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)  # 01:00 on the 21st in Shanghai
    assert CHINA.end_of_local_day(moment) == at("2026-11-21T23:59:59")


def test_working_days_count_from_the_next_working_day() -> None:
    assert CHINA.end(at("2026-11-20T10:30"), span("3wd"), "round_the_clock") == at("2026-11-25T10:30")
    assert CHINA.end(at("2026-11-21T10:30"), span("1d"), "working_time") == at("2026-11-23T10:30")


def test_working_time_between_two_moments() -> None:
    assert CHINA.working_between(at("2026-11-20T16:00"), at("2026-11-23T10:00")) == timedelta(hours=3)
    assert CHINA.working_between(at("2026-11-21T01:00"), at("2026-11-21T23:00")) == timedelta(0)


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC))
ZONES = st.sampled_from([SHANGHAI, BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Pacific/Chatham")])
SPANS = st.builds(span, st.from_regex(r"\A[1-9][0-9]?(m|h|d|wh|wd)\Z") | st.just("same_day"))


@settings(max_examples=60, deadline=None)
@given(MOMENTS, ZONES, SPANS, st.sampled_from(["round_the_clock", "working_time", "calendar_days", "local_day"]))
def test_no_end_is_before_its_start(start: datetime, zone: ZoneInfo, stated: object, clock: str) -> None:
    assert WorkCalendar(POLICY, zone).end(start, stated, clock) >= start  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(MOMENTS, ZONES, st.integers(1, 60))
def test_so_many_working_hours_lie_between_start_and_end(start: datetime, zone: ZoneInfo, hours: int) -> None:
    work = WorkCalendar(POLICY, zone)
    end = work.working_end(start, hours)
    assert work.working_between(start, end) == timedelta(hours=hours)
    assert work.is_working(end - timedelta(microseconds=1))
