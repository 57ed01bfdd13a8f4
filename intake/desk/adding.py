"""A mail that adds to a record which stands already, or is read again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from intake.desk.aside import set_aside
from intake.desk.facts import ENDED, SYSTEM, Decision, Later, Mail, Office
from intake.desk.saying import done, message, values_said, window_facts
from intake.desk.telling import to_our_people
from intake.match import Match
from intake.policy.reminders import next_look
from intake.policy.revision import is_higher, not_loosened, tightened, with_earlier, with_later
from intake.policy.windows import rewindow, windows_for
from storage.records import (
    SUPPLIER,
    Became,
    Event,
    Record,
    RecordState,
    Window,
    WindowName,
)


def follow_up(
    mail: Mail, record: Record, match: Match, later: Later, office: Office, trouble: tuple[str, str] | None = None
) -> Decision:
    """A mail in the thread of a record: added to it; no second record, no second acknowledgement. What it says may
    raise the record's class. `trouble` is (why, remedy) where nobody could read it.
    """
    arrival = done(mail, Became.FOLLOW_UP, record.number, match.why)
    told = {"kind": str(mail.reading.kind), "why": match.why}
    decision = Decision(
        arrival if trouble is None else set_aside(arrival, trouble),
        messages=(message(mail, record.number),),
        events=(Event(record.number, later.now, SYSTEM, "follow_up", new=told),),
    )
    return decision if trouble is not None else _added(decision, mail, record, later, office)


def answer_of_ours(
    mail: Mail, record: Record, match: Match, later: Later, trouble: tuple[str, str] | None = None
) -> Decision:
    """An answer of one of our own people in a record's thread: added to it. What he writes is no customer's word and
    moves neither class nor windows; what he orders is done by `runners.answers`.
    """
    arrival = done(mail, Became.FOLLOW_UP, record.number, match.why)
    return Decision(
        arrival if trouble is None else set_aside(arrival, trouble),
        messages=(message(mail, record.number),),
        events=(Event(record.number, later.now, SYSTEM, "answer_of_ours", new={"why": match.why}),),
    )


def supplier_answer(mail: Mail, record: Record, why: str, trouble: tuple[str, str] | None = None) -> Decision:
    """A supplier's answer to our complaint: added to the record beside the customer's thread. It is no customer's word
    and moves neither class nor windows; what it meets is seen by `runners.suppliers`.
    """
    arrival = done(mail, Became.FOLLOW_UP, record.number, why)
    return Decision(
        arrival if trouble is None else set_aside(arrival, trouble),
        messages=(replace(message(mail, record.number), party=SUPPLIER),),
    )


def supplier_answer_read_again(mail: Mail, record: Record, now: datetime) -> Decision:
    """`intake retry` of a supplier's answer: it hangs on its record already."""
    event = Event(record.number, now, SYSTEM, "read_again", new={"what": "a supplier's answer"})
    return Decision(done(mail, Became.FOLLOW_UP, record.number, "read again"), events=(event,))


def follow_up_read_again(mail: Mail, record: Record, later: Later, office: Office) -> Decision:
    """`intake retry` of a follow-up: it hangs on its record already."""
    told = {"kind": str(mail.reading.kind), "what": "a follow-up"}
    decision = Decision(
        done(mail, Became.FOLLOW_UP, record.number, "read again"),
        events=(Event(record.number, later.now, SYSTEM, "read_again", new=told),),
    )
    return _added(decision, mail, record, later, office)


def _added(decision: Decision, mail: Mail, record: Record, later: Later, office: Office) -> Decision:
    """The decision with what a later mail changes of the record's class and windows. A record that has ended stays."""
    if record.state in ENDED:
        return decision
    changed = with_later(record, mail.reading, office.policy)
    facts = window_facts(changed, mail, later.card, office, mail.arrival.received_at)
    fresh = windows_for(facts, office.policy, office.calendar)
    return _revised(decision, record, changed, tightened(later.windows, fresh), later, office)


def read_again(mail: Mail, record: Record, reading_json: Mapping[str, Any], later: Later, office: Office) -> Decision:
    """`intake retry`: what was read this time replaces what was read before, and class and windows are judged again,
    unless a person has taken the record on.
    """
    arrival = done(mail, Became.RECORD, record.number, "read again")
    if record.state is not RecordState.TO_REVIEW:
        return Decision(
            arrival, events=(Event(record.number, later.now, SYSTEM, "read_again", new="kept: already reviewed"),)
        )
    read = replace(record, **values_said(mail, later.card, later.earlier, office), reading=reading_json)
    changed = with_earlier(read, record, office.policy)
    facts = window_facts(changed, mail, later.card, office, record.received_at)
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
