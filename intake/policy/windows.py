"""Which promises a complaint carries, and when each ends: a table of named rows over the policy's figures.

The tightest of three counts: the policy's window, the customer's agreement, and the date that the customer demands in
the mail. A window's `clause` names which of them it is.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, tzinfo

from intake.policy.calendar import WorkCalendar
from intake.policy.model import Distance, Place, Policy, span
from parsers.types import Channel, Kind, Request, Signal
from storage.records import Class, Window, WindowName, WindowState

AGREEMENT = "agreement with the customer"
DEMANDED = "date demanded by the customer"

_DISTANCE_OF: dict[Place, Distance] = {"own_province": "own", "other_province": "other", "remote": "remote"}
_ENDED = (WindowState.MET, WindowState.MET_LATE)


@dataclass(frozen=True, slots=True)
class WindowFacts:
    """What bears on a complaint's windows.

    `received_at` is when the message arrived at the mail server (aware). `agreement` maps window names to spans
    (`12h`, `5d`). `reply_due` is the customer's demand in its own local time, `YYYY-MM-DD` (the end of that day) or
    `YYYY-MM-DDTHH:MM`; `customer_zone` is that local time, ours where it is None. `distance` None: not known.
    """

    record: str
    letter: Class
    kind: Kind
    channel: Channel
    received_at: datetime
    requests: frozenset[Request] = frozenset()
    signals: frozenset[Signal] = frozenset()
    agreement: Mapping[str, str] = field(default_factory=dict)
    reply_due: str | None = None
    reply_due_for_full_report: bool = False
    customer_zone: tzinfo | None = None
    distance: Distance | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A window, and on what condition a complaint has it; its spans, clock and clause are the policy's."""

    name: WindowName
    holds: Callable[[WindowFacts], bool]
    condition: str


def _always(facts: WindowFacts) -> bool:
    return True


ROWS: tuple[Row, ...] = (
    Row(WindowName.ACKNOWLEDGEMENT, _always, "every record"),
    Row(WindowName.MANAGEMENT_REPORT, _always, "every record"),
    Row(WindowName.DISPATCH, _always, "every record"),
    Row(WindowName.ON_SITE_CONFIRMATION, _always, "every record"),
    Row(WindowName.SOLUTION_OR_PROGRESS, _always, "every record"),
    Row(WindowName.FIRST_REPORT, _always, "every record"),
    Row(WindowName.ON_SITE, lambda facts: Request.ONSITE in facts.requests, "a visit is asked for"),
    Row(WindowName.REPLACEMENT, lambda facts: Request.REPLACEMENT in facts.requests, "a replacement is asked for"),
    Row(WindowName.HAZARD_NOTICE, lambda facts: Signal.HAZARDOUS_SUBSTANCE in facts.signals, "a substance over limit"),
    Row(WindowName.WRITTEN_RECORD, lambda facts: facts.channel is Channel.PHONE, "taken by telephone"),
    Row(WindowName.HANDLED, _always, "every record"),
    Row(WindowName.FULL_REPORT, _always, "every record"),
)


def windows_for(facts: WindowFacts, policy: Policy, calendar: WorkCalendar) -> tuple[Window, ...]:
    """The windows that a record of this class and content has, in the table's order. None is due before it starts.

    The watch is to look at each of them at once; `reminders.next_look` tells it when next.
    """
    made = (_window(row.name, facts, policy, calendar) for row in ROWS if row.holds(facts))
    return tuple(window for window in made if window is not None)


def rewindow(
    old: Sequence[Window],
    facts: WindowFacts,
    policy: Policy,
    calendar: WorkCalendar,
    waived_by_person: frozenset[WindowName] = frozenset(),
) -> tuple[Window, ...]:
    """A record's windows after its class or facts have changed.

    Met ones stay as they are, even where the new class would not ask for them. Those that no longer apply are waived;
    a waived one that applies again is open again, unless a person waived it. Where a due time moves, the window is
    open until the watch says otherwise; steps already taken stay taken, so that nobody is reminded twice.
    """
    fresh = {window.name: window for window in windows_for(facts, policy, calendar)}
    kept = tuple(_kept(window, fresh.get(window.name), waived_by_person) for window in old)
    known = {window.name for window in old}
    return kept + tuple(window for name, window in fresh.items() if name not in known)


def read_agreement(text: str) -> dict[str, str]:
    """The 协议时限 column: `first_report=12h; full_report=5d`. ValueError says which part is not understood."""
    out: dict[str, str] = {}
    for part in re.split(r"[;；,，\n]", text):
        if part.strip():
            name, _, stated = (piece.strip() for piece in part.replace("＝", "=").partition("="))
            if name not in set(WindowName):
                raise ValueError(f"{name!r} is no window; windows are {', '.join(WindowName)}")
            out[name] = str(span(stated))
    return out


# ── one window ──


def _window(name: WindowName, facts: WindowFacts, policy: Policy, calendar: WorkCalendar) -> Window | None:
    row = policy.windows.of(name)
    stated = row.span(facts.letter, facts.distance or _DISTANCE_OF[policy.on_site.unknown])
    if stated is None:
        return None
    start = facts.received_at.astimezone(UTC)
    promises = [(calendar.end(start, stated, row.clock), row.clause)]
    notes: list[str] = []
    if (agreed := facts.agreement.get(name)) is not None:
        try:
            promises.append((calendar.end(start, span(agreed), row.clock), AGREEMENT))
        except ValueError:
            notes.append(f"the agreement's {agreed!r} is not understood")
    if (demanded := _demanded(name, facts, calendar)) is not None:
        if demanded > start:
            promises.append((demanded, DEMANDED))
        else:
            notes.append(f"the {DEMANDED}, {facts.reply_due}, had passed when the message arrived")
    due, clause = min(promises, key=lambda promise: promise[0])
    return Window(facts.record, name, start, due, "; ".join([clause, *notes]), row.clock, look_at=start)


def _demanded(name: WindowName, facts: WindowFacts, calendar: WorkCalendar) -> datetime | None:
    """The moment that the customer demands for this window; None where it demands none, or in no form we know."""
    bears_on = WindowName.FULL_REPORT if facts.reply_due_for_full_report else WindowName.FIRST_REPORT
    if name is not bears_on or not facts.reply_due:
        return None
    zone = facts.customer_zone or calendar.zone
    try:
        if len(facts.reply_due) == len("YYYY-MM-DD"):
            return datetime.combine(date.fromisoformat(facts.reply_due), time(23, 59, 59), zone).astimezone(UTC)
        moment = datetime.fromisoformat(facts.reply_due)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _kept(old: Window, fresh: Window | None, waived_by_person: frozenset[WindowName]) -> Window:
    if old.state in _ENDED or (old.state is WindowState.WAIVED and old.name in waived_by_person):
        return old
    if fresh is None:
        return replace(old, state=WindowState.WAIVED, look_at=None)
    if old.due_at == fresh.due_at and old.state is not WindowState.WAIVED:
        return replace(old, clause=fresh.clause)
    return replace(fresh, reminded=old.reminded)
