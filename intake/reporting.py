"""The figures of the weekly and the monthly report, counted from plain facts (每月统计, 考核).

Complaints count in the span in which they were received; promises (windows and tasks) in the span in which they fell
due, since only then can they be judged. A promise that is still running past its end counts as late, by the time that
has gone by until now.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from storage.records import Class, Record, RecordState, WindowName

_HOUR = timedelta(hours=1)
_ORDER = tuple(WindowName)


@dataclass(frozen=True, slots=True)
class Owned:
    """A promise with an end and whose it was. `window` is None for a task."""

    due_at: datetime
    met_at: datetime | None
    window: WindowName | None
    department: str = ""
    person: str = ""

    def late(self, now: datetime) -> timedelta:
        """How late it was kept, or is until now; zero where it was kept in time."""
        return max((self.met_at or now) - self.due_at, timedelta(0))


@dataclass(frozen=True, slots=True)
class Facts:
    """What a report is counted from. `owned`: the promises that fell due in its span and were not waived."""

    records: Sequence[Record] = ()  # received in the span
    causes: Mapping[str, str] = field(default_factory=dict)  # of a record's number, the cause's label
    repeated: Collection[str] = frozenset()  # numbers of records whose problem came before
    owned: Sequence[Owned] = ()
    closed: int = 0  # in the span, whenever they came
    still_open: int = 0  # now


@dataclass(frozen=True, slots=True)
class Count:
    """How many complaints have something in common; `name` is empty for those of which it is not known."""

    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Kept:
    """How the promises of one window, or of one person, were kept. `window` None, in a table of windows: tasks.

    `overdue` are those of the late ones that nobody has met yet; they are late by the hours until now.
    """

    window: WindowName | None
    department: str
    person: str
    due: int
    in_time: int
    late: int
    overdue: int
    late_hours: float

    @property
    def rate(self) -> float:
        """The share that was kept in time, 0 to 1."""
        return self.in_time / self.due


@dataclass(frozen=True, slots=True)
class Summary:
    """A report on the local days `first` to `last`. Lists are those named most often first, cut off at the top ones."""

    first: date
    last: date
    complaints: int
    notices: int  # class C
    closed: int  # in the span, whenever they came
    still_open: int  # now, whenever they came
    broken: int  # promises of the span that are broken and not met yet
    rate: float | None  # the share of its promises that was kept in time, 0 to 1; None where none fell due
    repeats: tuple[Record, ...]
    classes: tuple[Count, ...]
    customers: tuple[Count, ...]
    causes: tuple[Count, ...]
    products: tuple[Count, ...]
    defects: tuple[Count, ...]
    claims: tuple[tuple[str, float], ...]  # currency, sum
    windows: tuple[Kept, ...]  # in the order of the procedure, tasks last
    people: tuple[Kept, ...]  # 考核: by department and person

    @property
    def empty(self) -> bool:
        return not (self.complaints or self.notices or self.closed or self.windows)


def summary(first: date, last: date, facts: Facts, now: datetime, top: int) -> Summary:
    """The figures of a span. Cancelled records are none, neither as complaints nor among the lists."""
    real = [record for record in facts.records if record.state is not RecordState.CANCELLED]
    told = [record for record in real if record.letter is not Class.C]
    come_due = [one for one in facts.owned if one.due_at <= now]
    return Summary(
        first=first,
        last=last,
        complaints=len(told),
        notices=len(real) - len(told),
        closed=facts.closed,
        still_open=facts.still_open,
        broken=sum(one.met_at is None for one in come_due),
        rate=sum(not one.late(now) for one in come_due) / len(come_due) if come_due else None,
        repeats=tuple(record for record in told if record.number in facts.repeated),
        classes=tuple(Count(letter.value, sum(one.letter is letter for one in real)) for letter in Class),
        customers=_most((_customer(record) for record in told), top),
        causes=_most((facts.causes.get(record.number, "") for record in told), top),
        products=_most((name for record in told for name in _products(record)), top),
        defects=_most((name for record in told for name in _defects(record)), top),
        claims=_claims(told),
        windows=_by_window(come_due, now),
        people=_by_person(come_due, now),
    )


def _most(names: Iterable[str], top: int) -> tuple[Count, ...]:
    counted = Counter(names)
    return tuple(Count(name, counted[name]) for name in sorted(counted, key=lambda name: (-counted[name], name))[:top])


def _customer(record: Record) -> str:
    return record.customer.company or record.customer.email or ""


def _products(record: Record) -> list[str]:
    """A record counts once for each product that it is about."""
    named = (" ".join(part for part in (item.product, item.model) if part) for item in record.items)
    return list(dict.fromkeys(named)) or [""]


def _defects(record: Record) -> list[str]:
    return list(dict.fromkeys(item.defect.strip() for item in record.items if item.defect and item.defect.strip()))


def _claims(records: Sequence[Record]) -> tuple[tuple[str, float], ...]:
    sums: defaultdict[str, float] = defaultdict(float)
    for record in records:
        if record.claim_amount:
            sums[record.claim_currency or ""] += record.claim_amount
    return tuple(sorted(sums.items()))


def _by_window(owned: Sequence[Owned], now: datetime) -> tuple[Kept, ...]:
    groups: defaultdict[WindowName | None, list[Owned]] = defaultdict(list)
    for one in owned:
        groups[one.window].append(one)
    order = sorted(groups, key=lambda name: len(_ORDER) if name is None else _ORDER.index(name))
    return tuple(_kept(groups[name], now, name) for name in order)


def _by_person(owned: Sequence[Owned], now: datetime) -> tuple[Kept, ...]:
    groups: defaultdict[tuple[str, str], list[Owned]] = defaultdict(list)
    for one in owned:
        groups[one.department, one.person.lower()].append(one)
    return tuple(_kept(groups[whose], now, None, *whose) for whose in sorted(groups))


def _kept(
    owned: Sequence[Owned], now: datetime, window: WindowName | None, department: str = "", person: str = ""
) -> Kept:
    over = [one for one in owned if one.late(now) > timedelta(0)]
    overdue = sum(one.met_at is None for one in over)
    hours = sum((one.late(now) for one in over), timedelta(0)) / _HOUR
    in_time = len(owned) - len(over)
    return Kept(window, department, person, len(owned), in_time, len(over), overdue, round(hours, 1))
