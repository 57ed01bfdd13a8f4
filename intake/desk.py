"""The decision, pure: facts in, `Decision` out. Nothing here asks the time, the database or the network.

`runners/handle.py` gathers the facts, calls one of these functions, and saves what it returns in one transaction: all
or nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from intake.addresses import is_colleague
from intake.goods import Checked, told
from intake.match import Match, number_in
from intake.policy.calendar import WorkCalendar
from intake.policy.completeness import missing_fields
from intake.policy.distance import distance_for
from intake.policy.doubts import doubtful
from intake.policy.model import Policy
from intake.policy.reminders import next_look
from intake.policy.revision import facts_of_record, is_higher, not_loosened, tightened, with_earlier, with_later
from intake.policy.routing import department_for, recipients
from intake.policy.severity import facts_of, judge, judgement_warnings
from intake.policy.windows import WindowFacts, rewindow, windows_for
from intake.replies import letters
from intake.replies.guard import GuardFacts, reply_address, why_not_reply
from intake.replies.letters import Desk, Ids
from intake.settings import Brake
from parsers.types import Bounce, Channel, Disposition, Envelope, Item, Kind, Reading
from storage.life import Life
from storage.records import (
    Arrival,
    ArrivalState,
    Became,
    Class,
    CustomerCard,
    CustomerOf,
    Event,
    ItemOf,
    Letter,
    LetterState,
    Person,
    Purpose,
    Record,
    RecordState,
    Role,
    ThreadMessage,
    Window,
    WindowName,
    WindowState,
)

SYSTEM = "system"
LANGUAGES = ("zh-CN", "zh-TW", "en")
ENDED = (RecordState.CLOSED, RecordState.CANCELLED)
BRAKES = frozenset({"brake_hour", "brake_day"})  # reasons past which a person decides, so the letter is kept as a draft

NO_RECORD: Mapping[Kind, Became] = {
    Kind.SPAM: Became.SPAM,
    Kind.AUTO_REPLY: Became.AUTOMATIC,
    Kind.BOUNCE: Became.BOUNCE,
}


@dataclass(frozen=True, slots=True)
class Office:
    """What stays the same from mail to mail: who we are, the policy, our people."""

    desk: Desk
    policy: Policy
    calendar: WorkCalendar
    language: str
    province: str
    addresses: frozenset[str]  # all our mail addresses
    brake: Brake


@dataclass(frozen=True, slots=True)
class Mail:
    """What came: the arrival, its headers, and what was read in it."""

    arrival: Arrival
    envelope: Envelope
    reading: Reading
    bounce: Bounce | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """What the decision to open a record needs to know of the world."""

    number: str
    now: datetime
    people: Sequence[Person]
    card: CustomerCard | None
    earlier: int  # our records of the same class B problem within the policy's span
    acknowledged_last_hour: int
    acknowledged_last_day: int
    ids: Mapping[Purpose, Ids]
    reading_json: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Later:
    """What the decision on a record that stands already needs to know of the world."""

    now: datetime
    people: Sequence[Person]
    card: CustomerCard | None
    earlier: int  # as in Opening, this record not counted
    windows: Sequence[Window]
    ids: Mapping[Purpose, Ids]


@dataclass(frozen=True, slots=True)
class Decision:
    """All that one mail changes."""

    arrival: Arrival
    record: Record | None = None  # a new one
    life: Life | None = None  # of the new record
    changed: Record | None = None  # one that stood already
    windows: tuple[Window, ...] = ()
    changed_windows: tuple[Window, ...] = ()  # of a record that stood already
    letters: tuple[Letter, ...] = ()
    changed_letters: tuple[Letter, ...] = ()
    messages: tuple[ThreadMessage, ...] = ()
    events: tuple[Event, ...] = ()


# -------------------------------------------------------------------- a mail that opens no record


def without_record(mail: Mail, became: Became, why: str) -> Decision:
    """Spam, automatic mail, our own mail: counted and kept, never answered."""
    return Decision(_done(mail, became, None, why))


def duplicate(mail: Mail, of: Match, now: datetime) -> Decision:
    """The same mail by a second way: noted on the record, which stays one."""
    events = (Event(of.record, now, SYSTEM, "duplicate", new={"source": mail.arrival.source}),) if of.record else ()
    return Decision(_done(mail, Became.DUPLICATE, of.record, of.why), events=events)


def bounced(mail: Mail, letter: Letter | None, now: datetime) -> Decision:
    """A delivery report: a permanent one makes the letter refused, a delay is noted."""
    bounce = mail.bounce
    arrival = _done(mail, Became.BOUNCE, letter.record if letter else None, "a delivery report")
    if letter is None or bounce is None:
        return Decision(arrival)
    status = bounce.status or ""
    events = (
        Event(
            letter.record,
            now,
            SYSTEM,
            "bounced",
            new={"letter": letter.id, "status": status, "permanent": bounce.permanent},
        ),
    )
    if not bounce.permanent:
        return Decision(arrival, events=events)
    refused = replace(
        letter,
        state=LetterState.REFUSED,
        answer=f"Delivery report {status}".strip(),
        remedy="Find the right address of the customer and send the letter again.",
    )
    return Decision(arrival, changed_letters=(refused,), events=events)


# -------------------------------------------------------------------- a mail that adds to a record


def follow_up(
    mail: Mail, record: Record, match: Match, later: Later, office: Office, trouble: tuple[str, str] | None = None
) -> Decision:
    """A mail in the thread of a record: added to it; no second record, no second acknowledgement. What it says may
    raise the record's class. `trouble` is (why, remedy) where nobody could read it.
    """
    arrival = _done(mail, Became.FOLLOW_UP, record.number, match.why)
    told = {"kind": str(mail.reading.kind), "why": match.why}
    decision = Decision(
        arrival if trouble is None else set_aside(arrival, trouble),
        messages=(_message(mail, record.number),),
        events=(Event(record.number, later.now, SYSTEM, "follow_up", new=told),),
    )
    return decision if trouble is not None else _added(decision, mail, record, later, office)


def answer_of_ours(
    mail: Mail, record: Record, match: Match, later: Later, trouble: tuple[str, str] | None = None
) -> Decision:
    """An answer of one of our own people in a record's thread: added to it. What he writes is no customer's word and
    moves neither class nor windows; what he orders is done by `runners.answers`.
    """
    arrival = _done(mail, Became.FOLLOW_UP, record.number, match.why)
    return Decision(
        arrival if trouble is None else set_aside(arrival, trouble),
        messages=(_message(mail, record.number),),
        events=(Event(record.number, later.now, SYSTEM, "answer_of_ours", new={"why": match.why}),),
    )


def follow_up_read_again(mail: Mail, record: Record, later: Later, office: Office) -> Decision:
    """`intake retry` of a follow-up: it hangs on its record already."""
    told = {"kind": str(mail.reading.kind), "what": "a follow-up"}
    decision = Decision(
        _done(mail, Became.FOLLOW_UP, record.number, "read again"),
        events=(Event(record.number, later.now, SYSTEM, "read_again", new=told),),
    )
    return _added(decision, mail, record, later, office)


def _added(decision: Decision, mail: Mail, record: Record, later: Later, office: Office) -> Decision:
    """The decision with what a later mail changes of the record's class and windows. A record that has ended stays."""
    if record.state in ENDED:
        return decision
    changed = with_later(record, mail.reading, office.policy)
    facts = _window_facts(changed, mail, later.card, office, mail.arrival.received_at)
    fresh = windows_for(facts, office.policy, office.calendar)
    return _revised(decision, record, changed, tightened(later.windows, fresh), later, office)


def read_again(mail: Mail, record: Record, reading_json: Mapping[str, Any], later: Later, office: Office) -> Decision:
    """`intake retry`: what was read this time replaces what was read before, and class and windows are judged again,
    unless a person has taken the record on.
    """
    arrival = _done(mail, Became.RECORD, record.number, "read again")
    if record.state is not RecordState.TO_REVIEW:
        return Decision(
            arrival, events=(Event(record.number, later.now, SYSTEM, "read_again", new="kept: already reviewed"),)
        )
    read = replace(record, **_said(mail, later.card, later.earlier, office), reading=reading_json)
    changed = with_earlier(read, record, office.policy)
    facts = _window_facts(changed, mail, later.card, office, record.received_at)
    windows = rewindow(
        later.windows, facts, office.policy, office.calendar, frozenset({WindowName.ACKNOWLEDGEMENT})
    )  # the guard's answer stands: a waived acknowledgement is not called for again
    event = Event(record.number, later.now, SYSTEM, "read_again", old=dict(record.reading), new=dict(reading_json))
    decision = Decision(arrival, events=(event,))
    return _revised(decision, record, changed, not_loosened(later.windows, windows), later, office)


def _revised(
    decision: Decision,
    record: Record,
    changed: Record,
    windows: tuple[Window, ...],
    later: Later,
    office: Office,
) -> Decision:
    """The decision with a record's changes. Where its class rises, its department and the general manager's office
    are told as if it had been opened so.
    """
    windows = tuple(replace(w, look_at=next_look(w, later.now, office.policy, office.calendar)) for w in windows)
    events, written = list(decision.events), decision.letters
    if changed.letter is not record.letter:
        before, after = ({"class": str(one.letter), "reasons": list(one.reasons)} for one in (record, changed))
        events.append(Event(record.number, later.now, SYSTEM, "class_changed", old=before, new=after))
    if is_higher(changed.letter, record.letter):
        moved = {window.name: window for window in windows}
        ahead = tuple(moved.pop(window.name, window) for window in later.windows) + tuple(moved.values())
        told, notes = to_our_people(changed, ahead, later.people, later.ids, later.now, office)
        written, events = (*written, *told), [*events, *notes]
    return replace(
        decision,
        changed=changed if changed != record else None,
        changed_windows=windows,
        letters=written,
        events=tuple(events),
    )


def still_unread(mail: Mail, trouble: tuple[str, str]) -> Decision:
    """`intake retry` of what cannot be read yet: shown with its (why, remedy) as before, the record as it stands."""
    became = mail.arrival.became or Became.UNREADABLE
    return Decision(set_aside(_done(mail, became, mail.arrival.record, ""), trouble))


def set_aside(arrival: Arrival, trouble: tuple[str, str]) -> Arrival:
    """An arrival that nobody has read: shown with its (why, remedy), whatever record it belongs to."""
    why, remedy = trouble
    return replace(arrival, state=ArrivalState.SET_ASIDE, why=why, remedy=remedy)


# -------------------------------------------------------------------- a mail that opens a record


def open_record(
    mail: Mail, opening: Opening, office: Office, match: Match, aside: tuple[Became, str, str] | None = None
) -> Decision:
    """A new record with its class, its windows and its first letters. `aside` is (became, why, remedy) where a person
    must look first.
    """
    card = opening.card
    said = _said(mail, card, opening.earlier, office)
    record = Record(
        number=opening.number,
        state=RecordState.TO_REVIEW,
        received_at=mail.arrival.received_at,
        opened_at=opening.now,
        department=department_for(None, office.policy),
        owner=owner.email if (owner := owner_of(opening.people)) else "",
        reading=opening.reading_json,
        **{**said, "warnings": (*said["warnings"], *match.warnings)},
    )
    windows = windows_for(_window_facts(record, mail, card, office, record.received_at), office.policy, office.calendar)
    written, windows, notes = _first_letters(mail, record, windows, opening, office)
    windows = tuple(replace(w, look_at=next_look(w, opening.now, office.policy, office.calendar)) for w in windows)
    opened = Event(
        record.number,
        opening.now,
        SYSTEM,
        "opened",
        new={"class": str(record.letter), "reasons": list(record.reasons), "why": match.why},
    )
    arrival = _done(mail, Became.RECORD, record.number, match.why)
    if aside is not None:
        became, why, remedy = aside
        arrival = replace(arrival, state=ArrivalState.SET_ASIDE, became=became, why=why, remedy=remedy)
    return Decision(
        arrival,
        record=record,
        life=_life(record, written, opening.now, office),
        windows=windows,
        letters=written,
        messages=(_message(mail, record.number),),
        events=(opened, *notes),
    )


def _life(record: Record, written: Sequence[Letter], now: datetime, office: Office) -> Life:
    """Where the new record stands: with a dispatch that waits for its receiver's signature, if one was written."""
    if not any(letter.purpose is Purpose.DISPATCH for letter in written):
        return Life(record.number)
    return Life(record.number, dispatched_at=now, look_at=now + office.policy.reminders.sign_within)


def _first_letters(
    mail: Mail, record: Record, windows: tuple[Window, ...], opening: Opening, office: Office
) -> tuple[tuple[Letter, ...], tuple[Window, ...], tuple[Event, ...]]:
    """The acknowledgement if it may go, the dispatch, and for class A the report to the general manager's office."""
    written: list[Letter] = []
    notes: list[Event] = []
    owner = owner_of(opening.people)
    why_not = why_not_reply(_guard_facts(mail, opening, office))
    to = reply_address(mail.envelope, mail.reading, office.addresses)
    if to and (why_not is None or why_not in BRAKES):
        letter = letters.acknowledgement(
            record, windows, mail.envelope, to, owner, office.desk, opening.ids[Purpose.ACKNOWLEDGEMENT], opening.now
        )
        written.append(
            letter
            if why_not is None
            else replace(letter, state=LetterState.DRAFT, remedy="Many mails came from this address: send or cancel.")
        )
    else:
        windows = _waived(windows, WindowName.ACKNOWLEDGEMENT)
    if why_not is not None:
        notes.append(Event(record.number, opening.now, SYSTEM, "not_acknowledged", new=why_not))
    told, more = to_our_people(record, windows, opening.people, opening.ids, opening.now, office)
    return (*written, *told), windows, (*notes, *more)


def to_our_people(
    record: Record,
    windows: tuple[Window, ...],
    people: Sequence[Person],
    ids: Mapping[Purpose, Ids],
    now: datetime,
    office: Office,
) -> tuple[tuple[Letter, ...], tuple[Event, ...]]:
    """The dispatch, and for class A the report to the general manager's office; an event for what has no receiver."""
    written: list[Letter] = []
    notes: list[Event] = []
    for purpose, compose in (
        (Purpose.DISPATCH, letters.dispatch),
        (Purpose.MANAGEMENT_REPORT, letters.management_report),
    ):
        if purpose is Purpose.MANAGEMENT_REPORT and record.letter is not Class.A:
            continue
        receivers, copies = recipients(purpose, record.department, people, office.policy)
        if receivers:
            written.append(
                compose(record, windows, receivers, copies, owner_of(people), office.desk, ids[purpose], now)
            )
        else:
            notes.append(Event(record.number, now, SYSTEM, "no_receiver", new=str(purpose)))
    return tuple(written), tuple(notes)


# -------------------------------------------------------------------- what the reviewer is shown besides


def compared(decision: Decision, before: Reading, checked: Checked, office: Office, now: datetime) -> Decision:
    """The decision with what a reviewer is shown of a mail that opened its record or added to it: what our goods say
    of its words (`before` is what was read), and the record's values that are not sure enough.
    """
    number, became = decision.arrival.record, decision.arrival.became
    if number is None or became not in (Became.RECORD, Became.FOLLOW_UP):
        return decision
    what = told(before, checked)
    doubts = [
        {"item": doubt.item, "field": doubt.field, "confidence": round(doubt.confidence, 3)}
        for doubt in doubtful(checked.reading, office.policy)
    ]
    notes: dict[str, Any] = {}
    if became is Became.FOLLOW_UP:
        notes = {"follow_up_compared": what} if what else {}  # its items are not the record's
    elif decision.record is not None:
        notes = {name: said for name, said in (("compared_with_goods", what), ("to_check", doubts)) if said}
    elif decision.changed is not None:  # a reading that replaces another: also where nothing is to be said any more
        notes = {"compared_with_goods": what, "to_check": doubts}
    events = (Event(number, now, SYSTEM, name, new=said) for name, said in notes.items())
    return replace(decision, events=(*decision.events, *events))


# -------------------------------------------------------------------- the small pure parts


def _said(mail: Mail, card: CustomerCard | None, earlier: int, office: Office) -> dict[str, Any]:
    """The fields of a record that its mail gives, with the class that they lead to."""
    reading = mail.reading
    severity = facts_of(reading, earlier)
    verdict = judge(severity, office.policy)
    items = tuple(item_of(item) for item in reading.items)
    return {
        "letter": verdict.letter,
        "reasons": verdict.reasons,
        "kind": str(reading.kind),
        "channel": str(reading.channel),
        "language": _language(reading, card, office),
        "customer": _customer(mail, office.addresses),
        "items": items,
        "subject": mail.envelope.subject,
        "missing": _missing(reading.kind, items, office.policy),
        "signals": tuple(str(mark.name) for mark in reading.signals),
        "requests": tuple(str(mark.name) for mark in reading.requests),
        "claim_amount": reading.claim_amount.value.amount if reading.claim_amount else None,
        "claim_currency": reading.claim_amount.value.currency if reading.claim_amount else None,
        "reply_due": reading.reply_due.value if reading.reply_due else None,
        "customer_id": card.id if card else None,
        "warnings": (*_warnings_of(reading), *judgement_warnings(severity, office.policy)),
    }


def _missing(kind: Kind, items: tuple[ItemOf, ...], policy: Policy) -> tuple[str, ...]:
    """Nothing is asked of a notice or an inquiry."""
    return missing_fields(items, policy) if kind is Kind.COMPLAINT else ()


def _warnings_of(reading: Reading) -> tuple[str, ...]:
    """What a person must look at: each part that could not be read, and what the reader found odd."""
    return (*(f"unread: {part}: {why}" for part, why in reading.unread), *reading.warnings)


def item_of(item: Item) -> ItemOf:
    """The plain values of an item as read. A record's number, which an answer to one of our letters has in its subject,
    is no model or batch of the customer's.
    """

    def plain(name: str) -> Any:
        found = getattr(item, name)
        if name == "model" and found is not None and number_in(found.value):
            return None
        if name == "batch" and found is not None:
            return tuple(batch for batch in found.value if not number_in(batch))
        if found is None:
            return () if name == "batch" else None
        return str(found.value) if isinstance(found.value, Disposition) else found.value

    return ItemOf(**{name: plain(name) for name in ItemOf.__dataclass_fields__})


def _customer(mail: Mail, ours: frozenset[str]) -> CustomerOf:
    found = mail.reading.customer
    values = {
        name: (field.value if (field := getattr(found, name)) else None) for name in CustomerOf.__dataclass_fields__
    }
    sender = mail.envelope.sender
    if sender is not None and is_colleague(sender.email, ours):
        sender = None  # who passed it on is not the customer
    if values["email"] is None and sender is not None and sender.email and str(mail.reading.channel) == "email":
        values["email"] = sender.email
    return CustomerOf(**values)


def _language(reading: Reading, card: CustomerCard | None, office: Office) -> str:
    """The customer card's language, else the mail's, else the company's."""
    wanted = (card.language if card else "") or reading.language
    return wanted if wanted in LANGUAGES else office.language


def _window_facts(
    record: Record, mail: Mail, card: CustomerCard | None, office: Office, received_at: datetime
) -> WindowFacts:
    """Of a record as it stands with this mail. What is promised starts at `received_at`; only a date that this very
    mail demands bears on it.
    """
    reading, date = mail.reading, mail.envelope.date
    said = facts_of_record(record)
    return WindowFacts(
        record=record.number,
        letter=record.letter,
        kind=Kind(record.kind),
        channel=Channel(record.channel),
        received_at=received_at,
        requests=said.requests,
        signals=said.signals,
        agreement=card.agreement if card else {},
        reply_due=reading.reply_due.value if reading.reply_due else None,
        reply_due_for_full_report=reading.reply_due_for_full_report,
        customer_zone=date.tzinfo if date else None,
        distance=distance_for(record.customer.location, card, office.province, office.policy),
    )


def _guard_facts(mail: Mail, opening: Opening, office: Office) -> GuardFacts:
    return GuardFacts(
        envelope=mail.envelope,
        kind=mail.reading.kind,
        recipient=reply_address(mail.envelope, mail.reading, office.addresses),
        ours=office.addresses,
        sent_last_hour=opening.acknowledged_last_hour,
        sent_last_day=opening.acknowledged_last_day,
        brake=office.brake,
    )


def owner_of(people: Sequence[Person]) -> Person | None:
    """Who answers for the record until somebody is named: the department's clerk, else the quality manager."""
    for role in (Role.QUALITY, Role.QUALITY_MANAGER, Role.INTAKE):
        for person in people:
            if person.role is role:
                return person
    return None


def _waived(windows: tuple[Window, ...], name: WindowName) -> tuple[Window, ...]:
    return tuple(replace(w, state=WindowState.WAIVED) if w.name is name else w for w in windows)


def _message(mail: Mail, number: str) -> ThreadMessage:
    envelope, arrival = mail.envelope, mail.arrival
    return ThreadMessage(
        record=number,
        direction="in",
        message_id=envelope.message_id,
        subject=envelope.subject,
        at=arrival.received_at,
        source=arrival.source,
        fingerprint=envelope.fingerprint,
        arrival=arrival.id,
        recipients=tuple(address.email for address in (*envelope.to, *envelope.cc)),
        sha256=arrival.sha256,
    )


def _done(mail: Mail, became: Became, record: str | None, why: str) -> Arrival:
    envelope = mail.envelope
    return replace(
        mail.arrival,
        state=ArrivalState.DONE,
        became=became,
        record=record,
        why=why,
        remedy="",
        message_id=envelope.message_id,
        fingerprint=envelope.fingerprint,
        subject=envelope.subject,
        sender=envelope.sender.email if envelope.sender else "",
        attempts=mail.arrival.attempts + 1,
    )
