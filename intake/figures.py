"""The monthly figures: how many complaints came, of what, and how the promises were kept. Counting only, no database.

Everything counts in the month in which the mail was received, in local time, so that the tables add up with each other.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from intake.workbooks import Row, Value
from storage.records import Class, Record, RecordState, Window, WindowName, WindowState

_OVER = (RecordState.CLOSED, RecordState.CANCELLED)
_HOUR = timedelta(hours=1)
_ORDER = tuple(WindowName)


@dataclass
class Kept:
    """How promises were kept. Windows that are still running, or waived, do not count."""

    on_time: int = 0
    late: int = 0
    overdue: int = 0
    late_hours: float = 0.0

    def add(self, window: Window) -> None:
        self.on_time += window.state is WindowState.MET
        self.late += window.state is WindowState.MET_LATE
        self.overdue += window.state is WindowState.OVERDUE
        if window.state is WindowState.MET_LATE and window.met_at is not None:
            self.late_hours += (window.met_at - window.due_at) / _HOUR

    def row(self) -> dict[str, Value]:
        number = self.on_time + self.late + self.overdue
        return {
            "windows": number,
            "on_time": self.on_time,
            "late": self.late,
            "overdue": self.overdue,
            "late_hours": round(self.late_hours, 1),
            "rate": self.on_time / number if number else None,
        }


@dataclass
class Month:
    arrivals: int = 0
    letters: dict[Class, int] = field(default_factory=lambda: dict.fromkeys(Class, 0))
    states: dict[RecordState, int] = field(default_factory=lambda: dict.fromkeys(RecordState, 0))
    kept: Kept = field(default_factory=Kept)
    pieces: float = 0.0  # bad ones that are named

    def row(self) -> dict[str, Value]:
        number = sum(self.letters.values())
        closed, cancelled = (self.states[state] for state in _OVER)
        return {
            "arrivals": self.arrivals,
            "complaints": number,
            **{f"class_{letter.lower()}": self.letters[letter] for letter in Class},
            "open": number - closed - cancelled,
            "closed": closed,
            "cancelled": cancelled,
            **self.kept.row(),
        }


@dataclass
class Complained:
    """Of one customer and product: how many records, and how many bad pieces they name."""

    records: int = 0
    pieces: float = 0.0


def by_month(moment: datetime) -> str:
    """`2026-11`, of a local moment."""
    return f"{moment:%Y-%m}"


def by_quarter(moment: datetime) -> str:
    """`2026-Q4`, of a local moment."""
    return f"{moment:%Y}-Q{(moment.month + 2) // 3}"


class Figures:
    """The counters of all tables. `unassigned` stands for a record without department or owner; `period` names the
    month, or whatever else is counted by, of a local moment.
    """

    def __init__(self, zone: ZoneInfo, unassigned: str, period: Callable[[datetime], str] = by_month) -> None:
        self._zone = zone
        self._period = period
        self._customers: defaultdict[tuple[str, str], Month] = defaultdict(Month)
        self._unassigned = unassigned
        self._months: defaultdict[str, Month] = defaultdict(Month)
        self._windows: defaultdict[tuple[str, WindowName], Kept] = defaultdict(Kept)
        self._people: defaultdict[tuple[str, str, str], Kept] = defaultdict(Kept)
        self._products: defaultdict[tuple[str, str, str, str], Complained] = defaultdict(Complained)

    def add_arrival(self, received: datetime) -> None:
        self._months[self._month(received)].arrivals += 1

    def add(self, record: Record, windows: Sequence[Window]) -> None:
        name = self._month(record.received_at)
        month = self._months[name]
        month.letters[record.letter] += 1
        month.states[record.state] += 1
        customer = self._customers[name, record.customer.company or record.customer.email or self._unassigned]
        customer.letters[record.letter] += 1
        customer.states[record.state] += 1
        customer.pieces += sum(item.quantity_defective or 0.0 for item in record.items)
        person = self._people[name, record.department or self._unassigned, record.owner or self._unassigned]
        for window in windows:
            for kept in (month.kept, self._windows[name, window.name], person, customer.kept):
                kept.add(window)
        self._add_products(name, record)

    def by_month(self) -> list[Row]:
        return [{"month": name, **month.row()} for name, month in sorted(self._months.items())]

    def by_window(self) -> list[Row]:
        """In the order of the procedure; `window` is its name."""
        counted = sorted(self._windows.items(), key=lambda one: (one[0][0], _ORDER.index(one[0][1])))
        return [{"month": month, "window": name.value, **kept.row()} for (month, name), kept in counted]

    def by_person(self) -> list[Row]:
        return [
            {"month": month, "department": department, "owner": owner, **kept.row()}
            for (month, department, owner), kept in sorted(self._people.items())
        ]

    def by_customer(self) -> list[Row]:
        """The most complaining first, within a month."""
        counted = sorted(self._customers.items(), key=lambda one: (one[0][0], -sum(one[1].letters.values()), one[0][1]))
        return [
            {"month": month, "company": company, **found.row(), "quantity_defective": found.pieces or None}
            for (month, company), found in counted
        ]

    def by_product(self) -> list[Row]:
        """The most complained of first, within a month."""
        counted = sorted(self._products.items(), key=lambda one: (one[0][0], -one[1].records, one[0]))
        return [
            {
                "month": month,
                "company": company,
                "product": product,
                "model": model,
                "complaints": found.records,
                "quantity_defective": found.pieces or None,
            }
            for (month, company, product, model), found in counted
        ]

    def _month(self, moment: datetime) -> str:
        return self._period(moment.astimezone(self._zone))

    def _add_products(self, month: str, record: Record) -> None:
        """A record counts once for each product that it is about; one that names none counts for the customer alone."""
        company = record.customer.company or record.customer.email or ""
        pieces = [(item.product or "", item.model or "", item.quantity_defective or 0.0) for item in record.items]
        for product, model in {(product, model) for product, model, _ in pieces} or {("", "")}:
            self._products[month, company, product, model].records += 1
        for product, model, number in pieces:
            self._products[month, company, product, model].pieces += number
