"""The figures of the weekly and the monthly report, counted from plain facts (每月统计, 考核).

Complaints count in the span in which they were received; promises (windows and tasks) in the span in which they fell
due, as the database has counted them (`storage.promised`).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from intake.kept import Kept, in_order, kept_by
from intake.likeness.defects import named
from storage.promised import Promised
from storage.records import Class, Record, RecordState, WindowName


@dataclass(frozen=True, slots=True)
class Facts:
    """What a report is counted from. `promised`: how the promises were kept that fell due in its span, and by now."""

    records: Sequence[Record] = ()  # received in the span
    causes: Mapping[str, str] = field(default_factory=dict)  # of a record's number, the cause's label
    repeated: Collection[str] = frozenset()  # numbers of records whose problem came before
    promised: Sequence[Promised] = ()
    closed: int = 0  # in the span, whenever they came
    still_open: int = 0  # now


@dataclass(frozen=True, slots=True)
class Count:
    """How many complaints have something in common; `name` is empty for those of which it is not known."""

    name: str
    number: int


@dataclass(frozen=True, slots=True)
class KeptBy:
    """How the promises of one window, or of one person, were kept. `window` None, in a table of windows: tasks."""

    window: WindowName | None
    department: str
    person: str
    kept: Kept


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
    defects: tuple[Count, ...]  # by their kinds; by their own words where they have none
    claims: tuple[tuple[str, float], ...]  # currency, sum
    windows: tuple[KeptBy, ...]  # in the order of the procedure, tasks last
    people: tuple[KeptBy, ...]  # 考核: by department and person

    @property
    def empty(self) -> bool:
        return not (self.complaints or self.notices or self.closed or self.windows)


def summary(first: date, last: date, facts: Facts, top: int) -> Summary:
    """The figures of a span. Cancelled records are none, neither as complaints nor among the lists."""
    real = [record for record in facts.records if record.state is not RecordState.CANCELLED]
    told = [record for record in real if record.letter is not Class.C]
    whole = kept_by(facts.promised, lambda one: None).get(None, Kept())
    return Summary(
        first=first,
        last=last,
        complaints=len(told),
        notices=len(real) - len(told),
        closed=facts.closed,
        still_open=facts.still_open,
        broken=whole.overdue,
        rate=whole.rate,
        repeats=tuple(record for record in told if record.number in facts.repeated),
        classes=tuple(Count(letter.value, sum(one.letter is letter for one in real)) for letter in Class),
        customers=_most((_customer(record) for record in told), top),
        causes=_most((facts.causes.get(record.number, "") for record in told), top),
        products=_most((name for record in told for name in _products(record)), top),
        defects=_most((name for record in told for name in _defects(record)), top),
        claims=_claims(told),
        windows=_by_window(facts.promised),
        people=_by_person(facts.promised),
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


def _defects(record: Record) -> frozenset[str]:
    """A record counts once for each kind of defect that it names."""
    return named(item.defect for item in record.items if item.defect)


def _claims(records: Sequence[Record]) -> tuple[tuple[str, float], ...]:
    sums: defaultdict[str, float] = defaultdict(float)
    for record in records:
        if record.claim_amount:
            sums[record.claim_currency or ""] += record.claim_amount
    return tuple(sorted(sums.items()))


def _by_window(promised: Sequence[Promised]) -> tuple[KeptBy, ...]:
    found = kept_by(promised, lambda one: one.window)
    return tuple(KeptBy(name, "", "", found[name]) for name in sorted(found, key=in_order))


def _by_person(promised: Sequence[Promised]) -> tuple[KeptBy, ...]:
    found = kept_by(promised, lambda one: (one.department, one.owner.lower()))
    return tuple(KeptBy(None, *whose, found[whose]) for whose in sorted(found))
