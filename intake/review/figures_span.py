"""Which days and which complaints the figures are asked for, as the query of an address; and how a span is cut. Pure.

What is no filter is left out, not refused: addresses are typed, shortened and kept for months.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams

from intake.periods import DAY, Period, Unit, months_on, periods, scope_of, unit_of
from storage.records import Class
from storage.scope import Scope

SPANS = ("this_month", "last_month", "this_quarter", "last_quarter", "this_year", "last_year", "twelve_months")
OWN_DAYS = "days"
USUAL = "twelve_months"
PARTS = ("span", "from", "to", "customer", "product", "department", "class")

_LONGEST = 200  # characters of one value
_FIRST_YEAR, _LAST_YEAR = 2000, 2199


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked for: local days, both included; the plain values for the form, and the scope for the database.

    `unit` is that of the periods: week, month, quarter or year. There is one at least.
    """

    span: str
    first: date
    last: date
    unit: Unit
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
    come = min(last, max(today, first))  # what is still to come is no empty bar
    unit = unit_of(first, come)
    cut = periods(first, come, unit)
    only = {name: one[name] for name in ("department", "customer", "product") if name in one}
    letters = tuple(letter for letter in Class if ("class", letter.value) in pairs)
    scope = scope_of(first, last, cut, zone, letters=letters, **only)
    return Question(span, first, last, unit, cut, scope, pairs)


def _days(one: Mapping[str, str], today: date) -> tuple[str, date, date]:
    """(name of the span, its first day, its last day)."""
    since, until = _day(one.get("from")), _day(one.get("to"))
    if since or until:
        last = until or today
        first = since or min(last, today) - timedelta(days=364)
        return OWN_DAYS, min(first, last), max(first, last)
    name = one.get("span", USUAL)
    return (name, *_named(name if name in SPANS else USUAL, today))


def _named(name: str, today: date) -> tuple[date, date]:
    month, quarter = today.replace(day=1), date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    last_month, last_quarter = months_on(month, -1), months_on(quarter, -3)
    return {
        "this_month": (month, months_on(month, 1) - DAY),
        "last_month": (last_month, month - DAY),
        "this_quarter": (quarter, months_on(quarter, 3) - DAY),
        "last_quarter": (last_quarter, quarter - DAY),
        "this_year": (date(today.year, 1, 1), date(today.year, 12, 31)),
        "last_year": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
        "twelve_months": (months_on(month, -11), months_on(month, 1) - DAY),
    }[name]


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None
