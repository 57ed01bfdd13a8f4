"""The days ahead that are not as their weekday is."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from intake.policy import WorkCalendar, load_policy
from intake.policy.days import Stretch, unusual_days

SHANGHAI = ZoneInfo("Asia/Shanghai")


def ahead(path: Path | None, today: date) -> list[Stretch]:
    policy = load_policy(path)
    return list(unusual_days(policy, WorkCalendar(policy, SHANGHAI), today))


def test_chinas_holidays_and_their_make_up_days_are_stretches() -> None:
    found = ahead(None, date(2026, 9, 1))
    assert Stretch(date(2026, 9, 20), date(2026, 9, 20), "work") in found
    assert Stretch(date(2026, 10, 1), date(2026, 10, 7), "off") in found
    assert [one for one in found if one.guessed and one.first.year == 2026] == []
    assert any(one.guessed for one in found), "2027 is not announced yet"


def test_the_companys_own_days_stand_beside_the_public_ones(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(
        "[calendar]\ndays_off = [2026-11-27, 2026-11-30, 2026-12-24]\nworking_days = [2026-12-05]\n", encoding="utf-8"
    )
    found = [one for one in ahead(path, date(2026, 11, 20)) if one.ours]
    assert found == [
        Stretch(date(2026, 11, 27), date(2026, 11, 30), "off", ours=True),  # over a weekend
        Stretch(date(2026, 12, 5), date(2026, 12, 5), "work", ours=True),
        Stretch(date(2026, 12, 24), date(2026, 12, 24), "off", ours=True),
    ]
