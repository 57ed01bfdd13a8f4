"""Since when a customer's card counts as verified for this year (顾客服务管理程序 §5.2: collected once a year)."""

from datetime import date, datetime, time

from intake.policy.calendar import WorkCalendar
from intake.policy.model import Policy


def verified_since(now: datetime, policy: Policy, calendar: WorkCalendar) -> datetime | None:
    """The beginning of the newest year of verifying; None where the policy asks for none."""
    month = policy.cards.verify_month
    if not month:
        return None
    day = calendar.local_day(now)
    begun = date(day.year if day.month >= month else day.year - 1, month, 1)
    return calendar.moment(begun, time(0))


def active_since(now: datetime, policy: Policy, calendar: WorkCalendar) -> datetime:
    """Customers of whom nothing has been heard since then, and to whom nothing was shipped, need no verifying."""
    return calendar.add_days(now, -round(policy.cards.active_months * 365 / 12))
