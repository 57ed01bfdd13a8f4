"""The days ahead that are not as their weekday is: public holidays, make-up days, the company's own. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from intake.policy.calendar import WorkCalendar
from intake.policy.model import Policy

AHEAD = 400  # days that are looked at: the next year's holidays are among them


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in a row, first and last included: free (`off`), or worked although the week says otherwise. `ours`: the
    policy file names them; `guessed`: not announced yet.
    """

    first: date
    last: date
    kind: Literal["off", "work"]
    ours: bool = False
    guessed: bool = False


def unusual_days(policy: Policy, calendar: WorkCalendar, today: date) -> Iterator[Stretch]:
    """From today on, in order; a weekend between two free days belongs to their stretch."""
    stretch: Stretch | None = None
    for day in (today + timedelta(days=n) for n in range(AHEAD)):
        this = _unusual(day, policy, calendar)
        if this is None:
            continue
        if stretch is not None and _goes_on(stretch, this, policy):
            stretch = replace(stretch, last=day)
            continue
        if stretch is not None:
            yield stretch
        stretch = this
    if stretch is not None:
        yield stretch


def _unusual(day: date, policy: Policy, calendar: WorkCalendar) -> Stretch | None:
    figures = policy.calendar
    works = calendar.works(day)
    ours = day in figures.days_off or day in figures.working_days
    if works == (day.isoweekday() in figures.weekdays) and not ours:
        return None
    return Stretch(day, day, "work" if works else "off", ours, calendar.guessed(day))


def _goes_on(stretch: Stretch, this: Stretch, policy: Policy) -> bool:
    if replace(stretch, first=this.first, last=this.last) != this:
        return False
    between = [stretch.last + timedelta(days=n) for n in range(1, (this.first - stretch.last).days)]
    return not between or (
        this.kind == "off" and all(day.isoweekday() not in policy.calendar.weekdays for day in between)
    )
