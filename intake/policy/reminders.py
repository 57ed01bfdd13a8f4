"""When whom to remind: the steps of a window that are due now (the figures are ours).

A step is overtaken by the next: after an outage nobody gets the 50 % and the 80 % reminder of one window in one
minute. The two that tell other people, `100` and `escalated`, are never overtaken.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.policy.calendar import WorkCalendar
from intake.policy.model import Policy
from storage.records import Window, WindowName, WindowState

FIRST, SECOND, BROKEN, ESCALATED, AUTO_PROGRESS = "50", "80", "100", "escalated", "auto_progress"

_RUNNING = (WindowState.OPEN, WindowState.OVERDUE)


@dataclass(frozen=True, slots=True)
class Step:
    """A step is due from `at` on, and until `until` where a later one overtakes it."""

    name: str
    at: datetime
    until: datetime | None = None


def steps_due(window: Window, now: datetime, policy: Policy, calendar: WorkCalendar) -> tuple[str, ...]:
    """The steps to take now that are not in `window.reminded` yet, in their order.

    Windows that run round the clock are reminded at any hour, the others in working time only. A window that is met
    or waived has none. Names: "50", "80", "100", "escalated", "auto_progress".
    """
    if window.state not in _RUNNING or (window.clock != "round_the_clock" and not calendar.is_working(now)):
        return ()
    return tuple(
        step.name
        for step in steps_of(window, policy, calendar)
        if step.name not in window.reminded and step.at <= now and (step.until is None or now < step.until)
    )


def next_look(window: Window, now: datetime, policy: Policy, calendar: WorkCalendar) -> datetime | None:
    """When the clock next calls for something: the first step that is still to come, or that waits for working time.

    None: never again, since all steps are taken or the window has ended.
    """
    if window.state not in _RUNNING:
        return None
    open_steps = (step for step in steps_of(window, policy, calendar) if step.name not in window.reminded)
    moments = [_moment(step, window, now, calendar) for step in open_steps]
    if window.state is WindowState.OPEN and now < window.due_at:
        moments.append(window.due_at)  # it is broken then, at whatever hour
    return min((moment for moment in moments if moment is not None), default=None)


def _moment(step: Step, window: Window, now: datetime, calendar: WorkCalendar) -> datetime | None:
    """When a step can next be taken; None where a later one will have overtaken it by then."""
    moment = max(step.at, now)
    if window.clock != "round_the_clock":
        moment = calendar.next_working_moment(moment)
    return moment if step.until is None or moment < step.until else None


def is_broken(window: Window, now: datetime) -> bool:
    """Whether a window that nobody has met is past its end: at 100 % it is broken."""
    return window.state in _RUNNING and now >= window.due_at


def steps_of(window: Window, policy: Policy, calendar: WorkCalendar) -> tuple[Step, ...]:
    """All steps of a window, each with its moment."""
    figures = policy.reminders
    second = Step(SECOND, _share(window, figures.second_percent, calendar), window.due_at)
    steps = [second, Step(BROKEN, window.due_at), Step(ESCALATED, window.due_at + figures.escalate_after)]
    if _length(window, calendar) >= figures.no_first_under:
        steps.insert(0, Step(FIRST, _share(window, figures.first_percent, calendar), second.at))
    if window.name is WindowName.SOLUTION_OR_PROGRESS:
        steps.append(Step(AUTO_PROGRESS, _auto_progress_at(window, policy)))
    return tuple(steps)


def signature_overdue(dispatched_at: datetime, now: datetime, policy: Policy, calendar: WorkCalendar) -> bool:
    """Whether the receiver of a dispatch is to be reminded to sign: the span has gone by, and it is working time."""
    return now >= dispatched_at + policy.reminders.sign_within and calendar.is_working(now)


def _length(window: Window, calendar: WorkCalendar) -> timedelta:
    """A window's length on its own clock."""
    if window.clock == "working_time":
        return calendar.working_between(window.starts_at, window.due_at)
    return window.due_at - window.starts_at


def _share(window: Window, percent: int, calendar: WorkCalendar) -> datetime:
    """The moment at which so much of a window has gone, on its own clock."""
    gone = _length(window, calendar) * percent / 100
    if window.clock == "working_time":
        return calendar.working_end(window.starts_at, gone / timedelta(hours=1))
    return window.starts_at + gone


def _auto_progress_at(window: Window, policy: Policy) -> datetime:
    figures = policy.reminders
    in_proportion = (window.due_at - window.starts_at) * (figures.auto_progress / figures.auto_progress_of)
    return window.starts_at + min(figures.auto_progress, in_proportion)
