"""Spans of local days, cut into weeks, months, quarters or years. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from storage.scope import Scope

Unit = Literal["week", "month", "quarter", "year"]

DAY = timedelta(days=1)
_MONTHS: dict[Unit, int] = {"month": 1, "quarter": 3, "year": 12}
_UP_TO: tuple[tuple[int, Unit], ...] = ((70, "week"), (800, "month"), (3700, "quarter"))  # days that are cut so


@dataclass(frozen=True, slots=True)
class Period:
    """A part of a span: its name (`2026-11`, `2026-Q4`, `2026`, or the day on which a week begins), and its first day
    that is in the span.
    """

    name: str
    first: date


def unit_of(first: date, last: date) -> Unit:
    """The unit that a chart of these days is cut into."""
    length = (last - first).days
    return next((unit for most, unit in _UP_TO if length <= most), "year")


def periods(first: date, last: date, unit: Unit) -> tuple[Period, ...]:
    """Those from one day to another, both included; one at least. The first begins where the span does."""
    if unit == "week":
        begun, on = first - timedelta(days=first.weekday()), _week_on
    else:
        months = _MONTHS[unit]
        begun = date(first.year, (first.month - 1) // months * months + 1, 1)

        def on(day: date) -> date:
            return months_on(day, months)

    return tuple(Period(_name(unit, day), day) for day in (first, *_walk(on(begun), last, on)))


def scope_of(first: date, last: date, cut: Sequence[Period], zone: ZoneInfo, **only: Any) -> Scope:
    """For the database: the days from one to another, both included. `only`: further fields of the scope."""
    cuts = tuple(midnight(period.first, zone) for period in cut[1:])
    return Scope(midnight(first, zone), midnight(last + DAY, zone), cuts, **only)


def months_on(day: date, months: int) -> date:
    """The first of the month so many months later."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _week_on(day: date) -> date:
    return day + 7 * DAY


def _walk(day: date, last: date, on: Callable[[date], date]) -> Iterator[date]:
    while day <= last:
        yield day
        day = on(day)


def _name(unit: Unit, day: date) -> str:
    named = {"month": f"{day:%Y-%m}", "quarter": f"{day:%Y}-Q{(day.month + 2) // 3}", "year": f"{day:%Y}"}
    return named.get(unit, f"{day:%Y-%m-%d}")
