"""Working time, holidays and local days: what `4h` or `7d` from a moment comes to.

All moments taken and given are aware; those given are in UTC. Lengths are real time: a day on which the clocks change
has 23 or 25 hours, a calendar day still ends at the same local time of day.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import count
from zoneinfo import ZoneInfo

import chinese_calendar
import holidays

from intake.policy.model import Clock, Policy, Shift, Span, Unit

_DAY = timedelta(days=1)
_WORKING: dict[Unit, Unit] = {"h": "wh", "d": "wd"}


@cache
def _estimate(country: str, year: int) -> dict[date, str]:
    return dict(holidays.country_holidays(country, years=year).items())


def _announced(day: date) -> bool | None:
    """Whether China works that day by official notice; None: an ordinary day. NotImplementedError: no notice yet."""
    off, name = chinese_calendar.get_holiday_detail(day)
    return None if name is None else not off


class WorkCalendar:
    """The working time of a policy in one time zone."""

    def __init__(self, policy: Policy, zone: ZoneInfo) -> None:
        self._figures = policy.calendar
        self.zone = zone
        self._known: dict[date, tuple[bool, bool]] = {}

    # ── days ──

    def works(self, day: date) -> bool:
        """Whether that local day is a working day."""
        return self._day(day)[0]

    def guessed(self, day: date) -> bool:
        """Whether `works` rests on an estimate: the year's public holidays are neither announced nor entered."""
        return self._day(day)[1]

    def _day(self, day: date) -> tuple[bool, bool]:
        if day not in self._known:
            self._known[day] = self._look_up(day)
        return self._known[day]

    def _look_up(self, day: date) -> tuple[bool, bool]:
        figures = self._figures
        if day in figures.working_days or day in figures.days_off:
            return day in figures.working_days, False
        usual = day.isoweekday() in figures.weekdays
        if not figures.country or day.year in figures.years_entered:
            return usual, False
        if figures.country == "CN":
            try:
                said = _announced(day)
            except NotImplementedError:
                return usual and day not in _estimate("CN", day.year), True
            return usual if said is None else said, False
        name = _estimate(figures.country, day.year).get(day, "")
        return usual and not name, "estimated" in name

    # ── moments ──

    def local_day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def is_working(self, moment: datetime) -> bool:
        return any(start <= moment < end for start, end in self._shifts_of(self.local_day(moment)))

    def next_working_moment(self, moment: datetime) -> datetime:
        """The moment itself in working time, else the start of the next shift."""
        start, _ = next(self._shifts_from(moment))
        return start

    def working_end(self, start: datetime, hours: float) -> datetime:
        """When so many working hours have gone by: at a full shift's end, not at the start of the next one."""
        return self._after(start, timedelta(hours=hours))

    def working_between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two moments."""
        total = timedelta(0)
        for begins, ends in self._shifts_from(start):
            if begins >= end:
                return total
            total += min(ends, end) - begins
        return total

    def moment(self, day: date, at: time) -> datetime:
        """That local time of that local day."""
        return datetime.combine(day, at, self.zone).astimezone(UTC)

    def day_ends(self, day: date) -> datetime:
        """When the working hours of a day end, or would end if it were a working day."""
        return self._bounds(day, self._figures.hours[-1])[1]

    def end_of_local_day(self, moment: datetime) -> datetime:
        """23:59:59 of the moment's local day; never before the moment itself."""
        last = datetime.combine(self.local_day(moment), time(23, 59, 59), self.zone)
        return max(last.astimezone(UTC), moment.astimezone(UTC))

    def add_days(self, start: datetime, days: int) -> datetime:
        """So many calendar days later, at the same local time of day."""
        return self._same_time(start, self.local_day(start) + days * _DAY)

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """The n-th working day after the start's local day, at the same local time of day."""
        after = (self.local_day(start) + n * _DAY for n in count(1))
        working = (day for day in after if self.works(day))
        day = next(working)
        for _ in range(days - 1):
            day = next(working)
        return self._same_time(start, day)

    def end(self, start: datetime, span: Span, clock: Clock) -> datetime:
        """When a span that begins at `start` ends, as that clock counts it."""
        unit = _WORKING.get(span.unit, span.unit) if clock == "working_time" else span.unit
        match unit:
            case "m":
                return start.astimezone(UTC) + timedelta(minutes=span.amount)
            case "h":
                return start.astimezone(UTC) + timedelta(hours=span.amount)
            case "d":
                return self.add_days(start, span.amount)
            case "wh":
                return self.working_end(start, span.amount)
            case "wd":
                return self.add_working_days(start, span.amount)
            case "same_day":
                return self.end_of_local_day(start)

    # ── inside ──

    def _same_time(self, start: datetime, day: date) -> datetime:
        local = start.astimezone(self.zone)
        return datetime.combine(day, local.timetz().replace(tzinfo=None, fold=0), self.zone).astimezone(UTC)

    def _after(self, start: datetime, length: timedelta) -> datetime:
        for begins, ends in self._shifts_from(start):
            if length <= ends - begins:
                return begins + length
            length -= ends - begins
        raise AssertionError("shifts never end")  # _shifts_from is endless

    def _shifts_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """All shifts from a moment on, the first cut off at it; endless."""
        moment = moment.astimezone(UTC)
        first = self.local_day(moment)
        for n in count():
            for start, end in self._shifts_of(first + n * _DAY):
                if end > moment:
                    yield max(start, moment), end

    def _shifts_of(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        if self.works(day):
            for shift in self._figures.hours:
                yield self._bounds(day, shift)

    def _bounds(self, day: date, shift: Shift) -> tuple[datetime, datetime]:
        start = datetime.combine(day, shift.start, self.zone)
        midnight = shift.end == time.max
        end = datetime.combine(day + _DAY if midnight else day, time(0) if midnight else shift.end, self.zone)
        return start.astimezone(UTC), end.astimezone(UTC)
