"""Which periodical letters are to be made now: the daily digest, the list of what is unsigned, the weekly and the
monthly report.

Each has a name and a period, and is made once for it (`storage.lives.begin_round`), also where the service was down at
its moment. Days that were missed are not made up: a digest tells how things stand. Of the reports the last one is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from intake.policy.calendar import WorkCalendar
from intake.policy.model import Policy

DIGEST, UNSIGNED, WEEKLY, MONTHLY = "digest", "unsigned", "weekly", "monthly"
_DAY = timedelta(days=1)
_WEEKS_BACK, _MONTHS_BACK = 6, 3  # no holidays last longer


@dataclass(frozen=True, slots=True)
class Round:
    """A periodical letter. It tells of the local days from `first` up to and including `last`."""

    name: str
    period: str  # "2026-11-27", "2026-W48", "2026-11"
    first: date
    last: date


def rounds_due(now: datetime, policy: Policy, calendar: WorkCalendar) -> tuple[Round, ...]:
    """The rounds of this moment, in the order in which they are made; whether they are made already is not asked.

    From the digest's time on until the end of the day's working hours: what comes up in the evening waits for the next
    morning.
    """
    figures = policy.digest
    day = calendar.local_day(now)
    if not (calendar.works(day) or figures.days == "all"):
        return ()
    if not calendar.moment(day, figures.time) <= now < calendar.day_ends(day):
        return ()
    today = [Round(DIGEST, f"{day:%Y-%m-%d}", day, day)]
    if not calendar.works(day):
        return tuple(today)
    today.append(Round(UNSIGNED, f"{day:%Y-%m-%d}", day, day))
    return (*today, *_weeks(day, policy, calendar), *_months(day, policy, calendar))


def _weeks(day: date, policy: Policy, calendar: WorkCalendar) -> list[Round]:
    """Reports of weeks that ended: on the day of the week that the policy says, else on the first working day after.

    After a week of holidays the same day brings two.
    """
    if not policy.digest.weekly_on:
        return []
    monday = day - timedelta(days=day.weekday())
    rounds = []
    for back in range(_WEEKS_BACK):
        after = monday - back * 7 * _DAY
        first = after - 7 * _DAY
        year, week, _ = first.isocalendar()
        rounds.append(
            (after + (policy.digest.weekly_on - 1) * _DAY, Round(WEEKLY, f"{year}-W{week:02d}", first, after - _DAY))
        )
    return _latest(rounds, day, calendar.works)


def _months(day: date, policy: Policy, calendar: WorkCalendar) -> list[Round]:
    """Reports of months that ended: on the first working day of the next one."""
    if not policy.digest.monthly:
        return []
    rounds, after = [], day.replace(day=1)
    for _ in range(_MONTHS_BACK):
        last = after - _DAY
        first = last.replace(day=1)
        rounds.append((after, Round(MONTHLY, f"{first:%Y-%m}", first, last)))
        after = first
    return _latest(rounds, day, calendar.works)


def _latest(rounds: list[tuple[date, Round]], day: date, works: Callable[[date], bool]) -> list[Round]:
    """Of rounds with the day that they are planned for: those whose working day came last, oldest first."""
    made_on = [(_first_working(planned, works), made) for planned, made in rounds]
    come = [moment for moment, _ in made_on if moment <= day]
    return [made for moment, made in reversed(made_on) if come and moment == max(come)]


def _first_working(day: date, works: Callable[[date], bool]) -> date:
    while not works(day):
        day += _DAY
    return day
