"""Whose signature is missing: of a dispatch that the receiver has not signed, of a record handed over.

接收人签字确认 (信息交流和内部沟通程序流程 §5.1.3); the span is ours. Reminded once by a letter of its own, in working
time; from the next working day on it stands on the list of what is unsigned.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from intake.policy.calendar import WorkCalendar
from intake.policy.model import Policy
from storage.life import Life


@dataclass(frozen=True, slots=True)
class Wanted:
    """A signature that is missing since `since`; its reminder goes at `at`, a working moment."""

    what: Literal["dispatch", "handover"]
    since: datetime
    at: datetime

    @property
    def name(self) -> str:
        return f"{self.what}:{self.since:%Y-%m-%dT%H:%M:%S%z}"

    def mark(self, day: date) -> str:
        """How `Life.reminded` notes that its reminder went on a day."""
        return f"{self.name}@{day:%Y-%m-%d}"

    def reminded_on(self, life: Life) -> date | None:
        """The day on which its reminder went; None: not yet."""
        days = [mark.rpartition("@")[2] for mark in life.reminded if mark.startswith(f"{self.name}@")]
        return date.fromisoformat(days[0]) if days else None


def wanted(life: Life, policy: Policy, calendar: WorkCalendar) -> tuple[Wanted, ...]:
    """The signatures that a record waits for."""
    waits: list[tuple[Literal["dispatch", "handover"], datetime]] = []
    if life.dispatched_at is not None and life.signed_at is None:
        waits.append(("dispatch", life.dispatched_at))
    if life.handover_to and life.handover_at is not None:
        waits.append(("handover", life.handover_at))
    within = policy.reminders.sign_within
    return tuple(Wanted(what, since, calendar.next_working_moment(since + within)) for what, since in waits)


def signatures_due(life: Life, now: datetime, policy: Policy, calendar: WorkCalendar) -> tuple[Wanted, ...]:
    """Those whose reminder goes now; each once."""
    return tuple(
        one
        for one in wanted(life, policy, calendar)
        if one.reminded_on(life) is None and signature_overdue(one.since, now, policy, calendar)
    )


def signature_look(life: Life, now: datetime, policy: Policy, calendar: WorkCalendar) -> datetime | None:
    """When the clock must look at a life next for a signature; None: no reminder is still to go."""
    still = [one for one in wanted(life, policy, calendar) if one.reminded_on(life) is None]
    return min((calendar.next_working_moment(max(one.at, now)) for one in still), default=None)


def signature_overdue(dispatched_at: datetime, now: datetime, policy: Policy, calendar: WorkCalendar) -> bool:
    """Whether the receiver of a dispatch is to be reminded to sign: the span has gone by, and it is working time."""
    return now >= dispatched_at + policy.reminders.sign_within and calendar.is_working(now)


def listed(one: Wanted, life: Life, now: datetime, calendar: WorkCalendar) -> bool:
    """Whether it stands on today's list: its own reminder went on an earlier day."""
    reminded = one.reminded_on(life)
    return reminded is not None and reminded < calendar.local_day(now)


def with_reminded(life: Life, due: Sequence[Wanted], still: Sequence[Wanted], day: date) -> Life:
    """The life with the marks of reminders that went today, and without those of signatures that nobody wants now."""
    names = tuple(f"{one.name}@" for one in still)
    ours = ("dispatch:", "handover:")
    kept = [mark for mark in life.reminded if mark.startswith(names) or not mark.startswith(ours)]
    return replace(life, reminded=(*kept, *(one.mark(day) for one in due)))
