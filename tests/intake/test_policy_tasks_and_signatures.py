"""Reminders of tasks and of signatures: the steps of windows, on the clock of the work."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from intake.policy import WorkCalendar, load_policy
from intake.policy.reminders import task_next_look, task_steps_due
from intake.policy.signing import listed, signature_look, signatures_due, wanted, with_reminded
from storage.life import Life, Task, TaskKind, TaskState

SHANGHAI = ZoneInfo("Asia/Shanghai")
POLICY = load_policy(None)
CALENDAR = WorkCalendar(POLICY, SHANGHAI)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def task(kind: TaskKind, given: str, due: str | None) -> Task:
    return Task("T1", "KS-1", kind, "li@example.com", at(given), "yan@example.com", due_at=at(due) if due else None)


def steps(found: Task, moment: str) -> list[str]:
    return [step.name for step in task_steps_due(found, at(moment), POLICY, CALENDAR)]


# A stock check given Friday 2026-11-20 at 13:00 ends after 8 working hours, on Monday at 12:00.
@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2026-11-20T16:59", []),
        ("2026-11-20T17:00", []),  # half has gone, but nobody works any more
        ("2026-11-23T08:00", ["50"]),
        ("2026-11-23T10:24", ["80"]),
        ("2026-11-23T12:00", []),  # it ends at noon: the lunch break is no working time
        ("2026-11-23T13:00", ["100"]),
        ("2026-11-24T11:59", ["100"]),
        ("2026-11-24T13:00", ["100", "escalated"]),
        ("2026-11-28T10:00", []),  # Saturday
    ],
)
def test_a_task_in_working_time_reminds_like_a_window(moment: str, due: list[str]) -> None:
    assert steps(task(TaskKind.STOCK_CHECK, "2026-11-20T13:00", "2026-11-23T12:00"), moment) == due


def test_a_visit_runs_on_its_windows_clock_round_the_clock() -> None:
    visit = task(TaskKind.ON_SITE, "2026-11-20T20:00", "2026-11-21T20:00")
    assert steps(visit, "2026-11-21T08:00") == ["50"]
    assert steps(visit, "2026-11-21T20:00") == ["100"]


def test_a_task_shorter_than_four_hours_skips_the_first_reminder() -> None:
    short = task(TaskKind.ACTION, "2026-11-20T08:00", "2026-11-20T11:00")
    assert steps(short, "2026-11-20T10:00") == [] and steps(short, "2026-11-20T10:24") == ["80"]


@pytest.mark.parametrize("state", [TaskState.DONE, TaskState.CANCELLED])
def test_a_task_that_is_over_or_has_no_end_reminds_nobody(state: TaskState) -> None:
    over = replace(task(TaskKind.ACTION, "2026-11-20T08:00", "2026-11-23T08:00"), state=state)
    endless = task(TaskKind.ACTION, "2026-11-20T08:00", None)
    for one in (over, endless):
        assert steps(one, "2026-12-01T10:00") == []
        assert task_next_look(one, at("2026-11-20T08:00"), POLICY, CALENDAR) is None


def test_following_the_looks_takes_every_step_of_a_task_once_and_ends() -> None:
    found = task(TaskKind.RETURN_INSPECTION, "2026-09-24T15:00", "2026-09-30T15:00")  # over Mid-Autumn
    moment: datetime | None = found.created_at
    taken: list[str] = []
    for _ in range(20):
        moment = task_next_look(found, moment, POLICY, CALENDAR) if moment else None
        if moment is None:
            break
        names = [step.name for step in task_steps_due(found, moment, POLICY, CALENDAR)]
        assert names and CALENDAR.is_working(moment)
        taken += names
        found = replace(found, reminded=(*found.reminded, *names))
    assert moment is None and taken == ["50", "80", "100", "escalated"]


DISPATCHED = Life("KS-1", dispatched_at=at("2026-11-20T10:00"))


def test_a_signature_is_asked_for_once_in_the_morning_after_twelve_hours() -> None:
    assert signature_look(DISPATCHED, at("2026-11-20T10:00"), POLICY, CALENDAR) == at("2026-11-23T08:00")
    assert signatures_due(DISPATCHED, at("2026-11-20T22:00"), POLICY, CALENDAR) == ()
    (due,) = signatures_due(DISPATCHED, at("2026-11-23T08:00"), POLICY, CALENDAR)
    assert due.what == "dispatch"
    reminded = replace(DISPATCHED, reminded=(due.mark(date(2026, 11, 23)),))
    assert signatures_due(reminded, at("2026-11-24T08:00"), POLICY, CALENDAR) == ()
    assert signature_look(reminded, at("2026-11-24T08:00"), POLICY, CALENDAR) is None


def test_a_second_dispatch_waits_for_a_signature_of_its_own() -> None:
    (first,) = wanted(DISPATCHED, POLICY, CALENDAR)
    again = replace(DISPATCHED, dispatched_at=at("2026-11-24T10:00"), reminded=(first.mark(date(2026, 11, 23)),))
    assert [one.what for one in signatures_due(again, at("2026-11-25T08:00"), POLICY, CALENDAR)] == ["dispatch"]


def test_a_signed_dispatch_asks_for_nothing_and_a_handover_does() -> None:
    signed = replace(DISPATCHED, signed_at=at("2026-11-20T11:00"))
    assert wanted(signed, POLICY, CALENDAR) == ()
    handed = replace(signed, handover_to="li@example.com", handover_at=at("2026-11-20T11:00"))
    assert [one.what for one in signatures_due(handed, at("2026-11-23T09:00"), POLICY, CALENDAR)] == ["handover"]


def test_the_list_names_from_the_next_day_on_what_had_its_letter() -> None:
    (one,) = wanted(DISPATCHED, POLICY, CALENDAR)
    assert not listed(one, DISPATCHED, at("2026-11-24T08:00"), CALENDAR), "the service was down: its letter goes first"
    told = replace(DISPATCHED, reminded=(one.mark(date(2026, 11, 23)),))
    assert not listed(one, told, at("2026-11-23T08:00"), CALENDAR)
    assert listed(one, told, at("2026-11-24T08:00"), CALENDAR)


def test_marks_of_signatures_that_nobody_wants_any_more_are_dropped_and_others_kept() -> None:
    (first,) = wanted(DISPATCHED, POLICY, CALENDAR)
    again = replace(
        DISPATCHED, dispatched_at=at("2026-11-24T10:00"), reminded=("survey", first.mark(date(2026, 11, 23)))
    )
    (second,) = still = wanted(again, POLICY, CALENDAR)
    after = with_reminded(again, (second,), still, date(2026, 11, 25))
    assert after.reminded == ("survey", second.mark(date(2026, 11, 25)))
