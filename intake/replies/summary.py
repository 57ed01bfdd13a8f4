"""What a weekly or monthly report counts: complaints by class, customer, product and cause, and how the windows were
kept. Counting only: records in, figures out.

A complaint counts in the period in which its mail reached us, so that all tables of a report add up with each other.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from storage.records import Class, Record, RecordState, Window, WindowName, WindowState

_OVER = (RecordState.CLOSED, RecordState.CANCELLED)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Told:
    """A record with what a report tells of it besides."""

    record: Record
    windows: Sequence[Window] = ()
    cause: str = ""  # the cause's name as the policy prints it, "" while it is not known
    owner: str = ""  # the owner's name
    occurrence: int = 1  # 3 where the same problem had been there twice before


@dataclass(slots=True)
class Tally:
    """Windows that ended. Those that still run, or were waived, do not count."""

    on_time: int = 0
    late: int = 0
    overdue: int = 0
    late_hours: float = 0.0

    def add(self, window: Window) -> None:
        self.on_time += window.state is WindowState.MET
        self.overdue += window.state is WindowState.OVERDUE
        if window.state is WindowState.MET_LATE:
            self.late += 1
            self.late_hours += max((window.met_at or window.due_at) - window.due_at, timedelta()) / _HOUR

    @property
    def due(self) -> int:
        return self.on_time + self.late + self.overdue

    @property
    def rate(self) -> float | None:
        """The part that was met in time, from 0 to 1; None where no window ended."""
        return self.on_time / self.due if self.due else None


@dataclass(slots=True)
class Summary:
    """The figures of the local days from `first` up to and including `last`."""

    first: date
    last: date
    complaints: int = 0
    closed: int = 0
    running: int = 0
    broken: int = 0  # complaints with a window that is broken and not met
    kept: Tally = field(default_factory=Tally)
    by_class: Counter[Class] = field(default_factory=Counter)
    by_customer: Counter[str] = field(default_factory=Counter)
    by_product: Counter[tuple[str, str]] = field(default_factory=Counter)  # (product, model)
    by_cause: Counter[str] = field(default_factory=Counter)
    by_window: dict[WindowName, Tally] = field(default_factory=dict)
    by_person: dict[tuple[str, str], Tally] = field(default_factory=dict)  # (department, owner)
    repeats: list[Told] = field(default_factory=list)


def summed_up(told: Iterable[Told], first: date, last: date, zone: ZoneInfo) -> Summary:
    """The figures of the complaints that reached us in these days; what was cancelled or merged does not count."""
    summary = Summary(first, last)
    for one in told:
        received = one.record.received_at.astimezone(zone).date()
        if first <= received <= last and one.record.state is not RecordState.CANCELLED and not one.record.merged_into:
            _add(summary, one)
    return summary


def _add(summary: Summary, one: Told) -> None:
    record = one.record
    summary.complaints += 1
    summary.closed += record.state is RecordState.CLOSED
    summary.running += record.state not in _OVER
    summary.broken += any(window.state is WindowState.OVERDUE for window in one.windows)
    summary.by_class[record.letter] += 1
    summary.by_customer[record.customer.company or record.customer.email or ""] += 1
    for product in {(item.product or "", item.model or "") for item in record.items} or {("", "")}:
        summary.by_product[product] += 1
    summary.by_cause[one.cause] += 1
    person = summary.by_person.setdefault((record.department, one.owner or record.owner), Tally())
    for window in one.windows:
        for tally in (summary.kept, summary.by_window.setdefault(window.name, Tally()), person):
            tally.add(window)
    if one.occurrence > 1:
        summary.repeats.append(one)
