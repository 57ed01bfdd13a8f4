"""Reminders: which step of a window is due, and never at night for what runs in working time (trap 39)."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from intake.policy import (
    WindowFacts,
    WorkCalendar,
    is_broken,
    load_policy,
    next_look,
    signature_overdue,
    steps_due,
    windows_for,
)
from parsers.types import Channel, Kind
from storage.records import Class, Window, WindowName, WindowState

SHANGHAI = ZoneInfo("Asia/Shanghai")
POLICY = load_policy(None)
CALENDAR = WorkCalendar(POLICY, SHANGHAI)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def window(name: str, received: str = "2026-11-20T10:00", letter: Class = Class.B, **agreement: str) -> Window:
    facts = WindowFacts("KS-1", letter, Kind.COMPLAINT, Channel.EMAIL, at(received), agreement=agreement)
    return next(window for window in windows_for(facts, POLICY, CALENDAR) if window.name == name)


def due(found: Window, moment: str) -> tuple[str, ...]:
    return steps_due(found, at(moment), POLICY, CALENDAR)


@pytest.mark.parametrize(
    ("moment", "steps"),
    [
        ("2026-11-21T09:59", ()),
        ("2026-11-21T10:00", ("50",)),  # a Saturday: round the clock
        ("2026-11-22T00:23", ("50",)),
        ("2026-11-22T00:24", ("80",)),  # at night too
        ("2026-11-22T10:00", ("100",)),
        ("2026-11-23T09:59", ("100",)),
        ("2026-11-23T10:00", ("100", "escalated")),
    ],
)
def test_steps_of_a_48_hour_window_round_the_clock(moment: str, steps: tuple[str, ...]) -> None:
    assert due(window("first_report"), moment) == steps


def test_each_step_once() -> None:
    taken = replace(window("first_report"), reminded=("50", "80", "100"))
    assert due(taken, "2026-11-22T11:00") == ()
    assert due(taken, "2026-11-23T11:00") == ("escalated",)


@pytest.mark.parametrize("state", [WindowState.MET, WindowState.MET_LATE, WindowState.WAIVED])
def test_a_window_that_has_ended_reminds_nobody(state: WindowState) -> None:
    assert due(replace(window("first_report"), state=state), "2026-11-30T10:00") == ()


def test_an_overdue_window_is_still_escalated() -> None:
    late = replace(window("first_report"), state=WindowState.OVERDUE, reminded=("100",))
    assert due(late, "2026-11-23T10:00") == ("escalated",)


def test_a_window_shorter_than_four_hours_skips_the_first_reminder() -> None:
    assert due(window("acknowledgement"), "2026-11-20T11:30") == ()
    assert due(window("acknowledgement"), "2026-11-20T11:36") == ("80",)


def test_half_a_working_day_is_not_shorter_than_four_hours() -> None:
    assert due(window("dispatch", "2026-11-20T08:00"), "2026-11-20T10:00") == ("50",)


def test_share_of_working_time_is_counted_in_working_time() -> None:
    """Received Friday 15:00, due Monday 10:00: half has gone at 17:00, four fifths on Monday at 09:12."""
    found = window("dispatch", "2026-11-20T15:00")
    assert due(found, "2026-11-20T16:59") == ()
    assert due(found, "2026-11-23T09:11") == ("50",)
    assert due(found, "2026-11-23T09:12") == ("80",)


@pytest.mark.parametrize("name", ["dispatch", "handled", "full_report", "on_site_confirmation"])
@pytest.mark.parametrize("moment", ["2026-11-29T12:30", "2026-11-30T07:59", "2026-11-30T12:00", "2026-11-30T23:00"])
def test_windows_that_do_not_run_round_the_clock_remind_in_working_time_only(name: str, moment: str) -> None:
    assert due(window(name), moment) == ()
    assert "100" in due(window(name), "2026-11-30T13:00")


def test_a_utc_server_reminds_in_the_companys_working_time_though_its_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    calendar = WorkCalendar(
        POLICY.model_copy(update={"calendar": POLICY.calendar.model_copy(update={"country": ""})}), berlin
    )
    start = datetime(2026, 10, 23, 14, 0, tzinfo=berlin)  # Friday before the clocks go back
    found = next(
        found
        for found in windows_for(WindowFacts("KS-1", Class.B, Kind.COMPLAINT, Channel.EMAIL, start), POLICY, calendar)
        if found.name is WindowName.DISPATCH
    )
    assert found.due_at == datetime(2026, 10, 26, 9, 0, tzinfo=berlin)
    for hour in range(24 * 5):
        moment = start + timedelta(hours=hour)
        assert not steps_due(found, moment, POLICY, calendar) or calendar.is_working(moment)
    assert steps_due(found, datetime(2026, 10, 26, 8, 0, tzinfo=ZoneInfo("UTC")), POLICY, calendar) == ("100",)


def test_no_step_is_due_at_creation() -> None:
    for name in WindowName:
        facts = WindowFacts("KS-1", Class.A, Kind.COMPLAINT, Channel.EMAIL, at("2026-11-20T10:00"))
        for found in windows_for(facts, POLICY, CALENDAR):
            assert found.name is not name or steps_due(found, found.starts_at, POLICY, CALENDAR) == ()


def test_the_progress_letter_goes_by_itself_at_20_of_24_hours() -> None:
    found = replace(window("solution_or_progress"), reminded=("50", "80"))
    assert due(found, "2026-11-21T05:59") == ()
    assert due(found, "2026-11-21T06:00") == ("auto_progress",)
    assert due(replace(found, reminded=("50", "80", "auto_progress")), "2026-11-21T06:00") == ()
    assert due(replace(found, state=WindowState.MET), "2026-11-21T06:00") == ()


def test_in_a_window_shortened_by_agreement_the_progress_letter_goes_at_the_same_share() -> None:
    found = replace(window("solution_or_progress", solution_or_progress="12h"), reminded=("50", "80"))
    assert due(found, "2026-11-20T19:59") == ()
    assert due(found, "2026-11-20T20:00") == ("auto_progress",)


def test_no_other_window_sends_the_progress_letter() -> None:
    assert "auto_progress" not in due(window("first_report"), "2026-12-20T10:00")


@pytest.mark.parametrize(
    ("name", "now", "reminded", "expected"),
    [
        ("first_report", "2026-11-20T10:00", (), "2026-11-21T10:00"),
        ("first_report", "2026-11-21T10:00", ("50",), "2026-11-22T00:24"),
        ("first_report", "2026-11-22T10:00", ("50", "80", "100"), "2026-11-23T10:00"),
        ("dispatch", "2026-11-20T17:30", ("50", "80"), "2026-11-23T08:00"),  # broken after hours: told in the morning
        ("handled", "2026-11-21T22:00", (), "2026-11-23T08:00"),  # half has gone on Saturday night
    ],
)
def test_next_look_is_the_next_step_in_its_own_time(
    name: str, now: str, reminded: tuple[str, ...], expected: str
) -> None:
    found = replace(window(name), reminded=reminded)
    if is_broken(found, at(now)):
        found = replace(found, state=WindowState.OVERDUE)
    assert next_look(found, at(now), POLICY, CALENDAR) == at(expected)


def test_a_window_that_is_past_when_its_record_opens_is_looked_at_at_once_though_nobody_is_told_yet() -> None:
    found, sunday = window("handled"), at("2026-11-29T21:00")
    assert next_look(found, sunday, POLICY, CALENDAR) == sunday
    assert due(found, "2026-11-29T21:00") == ()


@pytest.mark.parametrize("name", ["acknowledgement", "dispatch", "solution_or_progress", "handled"])
def test_following_next_look_takes_every_step_once_and_ends(name: str) -> None:
    found = window(name)
    moment: datetime | None = found.starts_at
    taken: list[str] = []
    for _ in range(20):
        moment = next_look(found, moment, POLICY, CALENDAR) if moment else None
        if moment is None:
            break
        steps = steps_due(found, moment, POLICY, CALENDAR)
        taken += steps
        state = WindowState.OVERDUE if is_broken(found, moment) else found.state
        found = replace(found, state=state, reminded=(*found.reminded, *steps))
    assert moment is None
    assert len(set(taken)) == len(taken) and taken[-2:] == ["100", "escalated"] and "80" in taken


def test_an_ended_window_is_not_looked_at_again() -> None:
    assert (
        next_look(replace(window("handled"), state=WindowState.MET), at("2026-11-20T10:00"), POLICY, CALENDAR) is None
    )


def test_broken_from_its_end_on_at_any_hour() -> None:
    found = window("handled", "2026-11-20T22:00")
    assert not is_broken(found, at("2026-11-23T21:59"))
    assert is_broken(found, at("2026-11-23T22:00"))
    assert not is_broken(replace(found, state=WindowState.MET), at("2026-11-30T22:00"))


@pytest.mark.parametrize(
    ("now", "overdue"),
    [("2026-11-20T21:59", False), ("2026-11-20T22:00", False), ("2026-11-23T08:00", True)],
)
def test_the_receiver_signs_within_12_hours_and_is_reminded_in_working_time(now: str, overdue: bool) -> None:
    assert signature_overdue(at("2026-11-20T10:00"), at(now), POLICY, CALENDAR) is overdue
