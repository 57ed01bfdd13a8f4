"""Whom to remind that a customer has not confirmed a batch warning (the figures of `[warning]` are ours).

Two steps: its time to confirm has gone, told to the record's owner once for each letter that asked; and, so long after
the first letter's time, `escalated`, told to the quality manager once, however often the customer was asked again.
"""

from datetime import datetime

from intake.policy.calendar import WorkCalendar
from intake.policy.model import Policy, Span
from intake.policy.reminders import ESCALATED, Step
from storage.life import Warned


def confirm_by(asked_at: datetime, policy: Policy, calendar: WorkCalendar) -> datetime:
    """Until when a customer is asked to confirm a warning that was sent at `asked_at`."""
    return _later(asked_at, policy.warning.confirm_within, calendar)


def confirming_steps_due(one: Warned, now: datetime, policy: Policy, calendar: WorkCalendar) -> tuple[Step, ...]:
    """The steps to take now that are not in `reminded` yet, in their order; none once the customer has confirmed."""
    return tuple(step for step in _still(one, policy, calendar) if step.at <= now)


def confirming_look(one: Warned, policy: Policy, calendar: WorkCalendar) -> datetime | None:
    """When the clock must look at a warning next; None: never again."""
    return min((step.at for step in _still(one, policy, calendar)), default=None)


def _still(one: Warned, policy: Policy, calendar: WorkCalendar) -> tuple[Step, ...]:
    """The steps that are still to come. A warning warns of goods in use: nights and holidays count."""
    if one.confirmed_at is not None or one.sent_at is None or one.asked_at is None:
        return ()
    first = confirm_by(one.sent_at, policy, calendar)
    steps = (
        Step(f"unconfirmed:{one.asked_at:%Y-%m-%dT%H:%M:%S%z}", confirm_by(one.asked_at, policy, calendar)),
        Step(ESCALATED, _later(first, policy.warning.escalate_after, calendar)),
    )
    return tuple(sorted((step for step in steps if step.name not in one.reminded), key=lambda step: step.at))


def _later(moment: datetime, span: Span, calendar: WorkCalendar) -> datetime:
    return calendar.end(moment, span, "round_the_clock")
