"""Which days and which complaints the figures are asked for, as the query of an address; and how a span is cut. Pure.

What is no filter is left out, not refused: addresses are typed, shortened and kept for months.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams

from intake.figures import by_month, by_quarter
from storage.records import Class
from storage.scope import Scope

SPANS = ("this_month", "last_month", "this_quarter", "last_quarter", "this_year", "last_year", "twelve_months")
DAYS = "days"  # the span of one's own days
USUAL = "twelve_months"
PARTS = ("span", "from", "to", "customer", "product", "department", "class")

_LONGEST = 200  # characters of one value
_DAY = timedelta(days=1)
_WEEKS_UP_TO = 70  # days that are cut into weeks
_MONTHS_UP_TO = 800
_QUARTERS_UP_TO = 3700
_FIRST_YEAR, _LAST_YEAR = 2000, 2199


@dataclass(frozen=True, slots=True)
class Period:
    """A part of a span: its name (`2026-11`, `2026-Q4`, `2026`, or the day on which a week begins) and first day."""

    name: str
    first: date


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked for: local days, both included; the plain values for the form, and the scope for the database.

    `unit` is that of the periods: week, month, quarter or year. There is one at least.
    """

    span: str
    first: date
    last: date
    unit: str
    periods: tuple[Period, ...]
    scope: Scope
    pairs: tuple[tuple[str, str], ...]

    def value(self, name: str) -> str:
        return next((value for key, value in self.pairs if key == name), "")

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.pairs if key == name]

    @property
    def narrowed(self) -> bool:
        """Whether it asks for anything besides days."""
        return any(key not in ("span", "from", "to") for key, _ in self.pairs)

    def but(self, **other: str) -> list[tuple[str, str]]:
        """The query with other values; an empty one takes its part out."""
        return [pair for pair in self.pairs if pair[0] not in other] + [(k, v) for k, v in other.items() if v]


def question(query: QueryParams, zone: ZoneInfo, now: datetime) -> Question:
    pairs = tuple((k, v.strip()[:_LONGEST]) for k, v in query.multi_items() if k in PARTS and v.strip())
    one = dict(pairs)
    today = now.astimezone(zone).date()
    span, first, last = _days(one, today)
    unit, starts = _cut(first, min(last, max(today, first)))
    letters = tuple(letter for letter in Class if ("class", letter.value) in pairs)
    scope = Scope(
        since=_midnight(first, zone),
        until=_midnight(last + _DAY, zone),
        cuts=tuple(_midnight(start, zone) for start in starts[1:]),
        letters=letters,
        department=one.get("department"),
        customer=one.get("customer", ""),
        product=one.get("product", ""),
    )
    return Question(span, first, last, unit, tuple(Period(_name(unit, day), day) for day in starts), scope, pairs)


def _days(one: Mapping[str, str], today: date) -> tuple[str, date, date]:
    """(name of the span, its first day, its last day)."""
    since, until = _day(one.get("from")), _day(one.get("to"))
    if since or until:
        last = until or today
        first = since or min(last, today) - timedelta(days=364)
        return DAYS, min(first, last), max(first, last)
    name = one.get("span", USUAL)
    return (name, *_named(name if name in SPANS else USUAL, today))


def _named(name: str, today: date) -> tuple[date, date]:
    month, quarter = today.replace(day=1), date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    last_month, last_quarter = _months_on(month, -1), _months_on(quarter, -3)
    return {
        "this_month": (month, _months_on(month, 1) - _DAY),
        "last_month": (last_month, month - _DAY),
        "this_quarter": (quarter, _months_on(quarter, 3) - _DAY),
        "last_quarter": (last_quarter, quarter - _DAY),
        "this_year": (date(today.year, 1, 1), date(today.year, 12, 31)),
        "last_year": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
        "twelve_months": (_months_on(month, -11), _months_on(month, 1) - _DAY),
    }[name]


def _cut(first: date, last: date) -> tuple[str, list[date]]:
    """The unit of the periods of a span, and the day on which each begins: the first where the span does."""
    length = (last - first).days
    if length <= _WEEKS_UP_TO:
        monday = first - timedelta(days=first.weekday())
        return "week", [first, *_walk(monday + 7 * _DAY, last, lambda day: day + 7 * _DAY)]
    unit, months = "month", 1
    if length > _MONTHS_UP_TO:
        unit, months = ("quarter", 3) if length <= _QUARTERS_UP_TO else ("year", 12)
    begun = date(first.year, (first.month - 1) // months * months + 1, 1)
    return unit, [first, *_walk(_months_on(begun, months), last, lambda day: _months_on(day, months))]


def _walk(day: date, last: date, on: Callable[[date], date]) -> Iterator[date]:
    while day <= last:
        yield day
        day = on(day)


def _months_on(day: date, months: int) -> date:
    """The first of the month so many months later."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _name(unit: str, day: date) -> str:
    noon = datetime.combine(day, time(12))
    if unit == "month":
        return by_month(noon)
    return by_quarter(noon) if unit == "quarter" else f"{day:%Y}" if unit == "year" else f"{day:%Y-%m-%d}"


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None
