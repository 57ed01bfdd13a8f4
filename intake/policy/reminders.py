"""When whom to remind: the steps of a window or a task that are due now (the figures are ours).

A step is overtaken by the next: after an outage nobody gets the 50 % and the 80 % reminder of one window in one
minute. The two that tell other people, `100` and `escalated`, are never overtaken.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.policy.calendar import WorkCalendar
from intake.policy.model import Clock, Policy
from storage.life import Task, TaskKind, TaskState
from storage.records import Window, WindowName, WindowState

FIRST, SECOND, BROKEN, ESCALATED, AUTO_PROGRESS = "50", "80", "100", "escalated", "auto_progress"

_RUNNING = (WindowState.OPEN, WindowState.OVERDUE)
# Tasks that a window ends run on that window's clock, all others in working time.
_WINDOW_OF = {
    TaskKind.ON_SITE_CONFIRMATION: WindowName.ON_SITE_CONFIRMATION,
    TaskKind.ON_SITE: WindowName.ON_SITE,
    TaskKind.REPLACEMENT: WindowName.REPLACEMENT,
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step is due from `at` on, and until `until` where a later one overtakes it."""

    name: str
    at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """What runs from a start to an end on a clock, with its steps and those that are taken: a window or a task."""

    starts_at: datetime
    due_at: datetime
    clock: str
    reminded: tuple[str, ...]
    steps: tuple[Step, ...]

    def due(self, now: datetime, calendar: WorkCalendar) -> tuple[Step, ...]:
        """The steps to take now, in their order; in working time only, unless the clock runs round."""
        if self.clock != "round_the_clock" and not calendar.is_working(now):
            return ()
        return tuple(
            step
            for step in self.steps
            if step.name not in self.reminded and step.at <= now and (step.until is None or now < step.until)
        )

    def next_look(self, now: datetime, calendar: WorkCalendar) -> datetime | None:
        """When the first step can be taken that is still to come, or that waits for working time; None: there is
        none.
        """
        still = (step for step in self.steps if step.name not in self.reminded)
        moments = (self._moment(step, now, calendar) for step in still)
        return min((moment for moment in moments if moment is not None), default=None)

    def _moment(self, step: Step, now: datetime, calendar: WorkCalendar) -> datetime | None:
        """When a step can next be taken; None where a later one will have overtaken it by then."""
        moment = max(step.at, now)
        if self.clock != "round_the_clock":
            moment = calendar.next_working_moment(moment)
        return moment if step.until is None or moment < step.until else None


# -------------------------------------------------------------------- windows


def steps_due(window: Window, now: datetime, policy: Policy, calendar: WorkCalendar) -> tuple[str, ...]:
    """The steps to take now that are not in `window.reminded` yet, in their order.

    Windows that run round the clock are reminded at any hour, the others in working time only. A window that is met
    or waived has none. Names: "50", "80", "100", "escalated", "auto_progress".
    """
    return tuple(step.name for step in window_steps_due(window, now, policy, calendar))


def window_steps_due(window: Window, now: datetime, policy: Policy, calendar: WorkCalendar) -> tuple[Step, ...]:
    """The same with the moment at which each fell due."""
    if window.state not in _RUNNING:
        return ()
    return _of_window(window, policy, calendar).due(now, calendar)


def next_look(window: Window, now: datetime, policy: Policy, calendar: WorkCalendar) -> datetime | None:
    """When the clock next calls for something: the first step that is still to come, or that waits for working time.

    None: never again, since all steps are taken or the window has ended.
    """
    if window.state not in _RUNNING:
        return None
    moments = [_of_window(window, policy, calendar).next_look(now, calendar)]
    if window.state is WindowState.OPEN:
        moments.append(max(now, window.due_at))  # it is broken then, at whatever hour; or was, when its record opened
    return min((moment for moment in moments if moment is not None), default=None)


def is_broken(window: Window, now: datetime) -> bool:
    """Whether a window that nobody has met is past its end: at 100 % it is broken."""
    return window.state in _RUNNING and now >= window.due_at


def steps_of(window: Window, policy: Policy, calendar: WorkCalendar) -> tuple[Step, ...]:
    """All steps of a window, each with its moment."""
    steps = _steps(window.starts_at, window.due_at, window.clock, policy.reminders.escalate_after, policy, calendar)
    if window.name is WindowName.SOLUTION_OR_PROGRESS:
        return (*steps, Step(AUTO_PROGRESS, _auto_progress_at(window, policy)))
    return steps


def _of_window(window: Window, policy: Policy, calendar: WorkCalendar) -> Course:
    steps = steps_of(window, policy, calendar)
    return Course(window.starts_at, window.due_at, window.clock, window.reminded, steps)


def _auto_progress_at(window: Window, policy: Policy) -> datetime:
    figures = policy.reminders
    in_proportion = (window.due_at - window.starts_at) * (figures.auto_progress / figures.auto_progress_of)
    return window.starts_at + min(figures.auto_progress, in_proportion)


# -------------------------------------------------------------------- tasks


def task_steps_due(task: Task, now: datetime, policy: Policy, calendar: WorkCalendar) -> tuple[Step, ...]:
    """The steps of a task to take now: "50", "80", "100" (its end), "escalated" (a day later, 任务完成1日内反馈).

    A task that is done or cancelled, or has no end, has none.
    """
    course = _of_task(task, policy, calendar)
    return course.due(now, calendar) if course else ()


def task_next_look(task: Task, now: datetime, policy: Policy, calendar: WorkCalendar) -> datetime | None:
    """When the clock must look at a task next; None: never again."""
    course = _of_task(task, policy, calendar)
    return course.next_look(now, calendar) if course else None


def task_clock(task: Task, policy: Policy) -> Clock:
    """The clock that a task runs on: its window's, where a window ends it."""
    name = _WINDOW_OF.get(task.kind)
    return policy.windows.of(name).clock if name else "working_time"


def _of_task(task: Task, policy: Policy, calendar: WorkCalendar) -> Course | None:
    if task.state is not TaskState.OPEN or task.due_at is None:
        return None
    clock, later = task_clock(task, policy), policy.reminders.escalate_task_after
    steps = _steps(task.created_at, task.due_at, clock, later, policy, calendar)
    return Course(task.created_at, task.due_at, clock, task.reminded, steps)


# -------------------------------------------------------------------- shares


def _steps(
    starts_at: datetime, due_at: datetime, clock: str, escalate_after: timedelta, policy: Policy, calendar: WorkCalendar
) -> tuple[Step, ...]:
    figures = policy.reminders
    second = Step(SECOND, _share(starts_at, due_at, clock, figures.second_percent, calendar), due_at)
    steps = (second, Step(BROKEN, due_at), Step(ESCALATED, due_at + escalate_after))
    if _length(starts_at, due_at, clock, calendar) < figures.no_first_under:
        return steps
    return (Step(FIRST, _share(starts_at, due_at, clock, figures.first_percent, calendar), second.at), *steps)


def _length(starts_at: datetime, due_at: datetime, clock: str, calendar: WorkCalendar) -> timedelta:
    """A stretch's length on its own clock."""
    return calendar.working_between(starts_at, due_at) if clock == "working_time" else due_at - starts_at


def _share(starts_at: datetime, due_at: datetime, clock: str, percent: int, calendar: WorkCalendar) -> datetime:
    """The moment at which so much of a stretch has gone, on its own clock."""
    gone = _length(starts_at, due_at, clock, calendar) * percent / 100
    if clock == "working_time":
        return calendar.working_end(starts_at, gone / timedelta(hours=1))
    return starts_at + gone
