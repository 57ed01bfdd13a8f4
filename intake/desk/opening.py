"""A mail that opens a record: its class, its windows, its first letters."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from intake.desk.facts import BRAKES, SYSTEM, Decision, Mail, Office, Opening
from intake.desk.saying import done, guard_facts, message, values_said, waived, window_facts
from intake.desk.telling import to_our_people
from intake.desk.whom import owner_of
from intake.match import Match
from intake.policy.reminders import next_look
from intake.policy.routing import department_for
from intake.policy.windows import windows_for
from intake.replies import letters
from intake.replies.guard import reply_address, why_not_reply
from storage.life import Life
from storage.records import (
    ArrivalState,
    Became,
    Event,
    Letter,
    LetterState,
    Purpose,
    Record,
    RecordState,
    Window,
    WindowName,
)


def open_record(
    mail: Mail, opening: Opening, office: Office, match: Match, aside: tuple[Became, str, str] | None = None
) -> Decision:
    """A new record with its class, its windows and its first letters. `aside` is (became, why, remedy) where a person
    must look first.
    """
    card = opening.card
    values = values_said(mail, card, opening.earlier, office)
    record = Record(
        number=opening.number,
        state=RecordState.TO_REVIEW,
        received_at=mail.arrival.received_at,
        opened_at=opening.now,
        department=department_for(None, office.policy),
        owner=owner.email if (owner := owner_of(opening.people)) else "",
        reading=opening.reading_json,
        **{**values, "warnings": (*values["warnings"], *match.warnings)},
    )
    windows = windows_for(window_facts(record, mail, card, office, record.received_at), office.policy, office.calendar)
    written, windows, notes = _first_letters(mail, record, windows, opening, office)
    windows = tuple(replace(w, look_at=next_look(w, opening.now, office.policy, office.calendar)) for w in windows)
    opened = Event(
        record.number,
        opening.now,
        SYSTEM,
        "opened",
        new={"class": str(record.letter), "reasons": list(record.reasons), "why": match.why},
    )
    arrival = done(mail, Became.RECORD, record.number, match.why)
    if aside is not None:
        became, why, remedy = aside
        arrival = replace(arrival, state=ArrivalState.SET_ASIDE, became=became, why=why, remedy=remedy)
    return Decision(
        arrival,
        record=record,
        life=_life(record, written, opening.now, office),
        windows=windows,
        letters=written,
        messages=(message(mail, record.number),),
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
    why_not = why_not_reply(guard_facts(mail, opening, office))
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
        windows = waived(windows, WindowName.ACKNOWLEDGEMENT)
    if why_not is not None:
        notes.append(Event(record.number, opening.now, SYSTEM, "not_acknowledged", new=why_not))
    told, more = to_our_people(record, windows, opening.people, opening.ids, opening.now, office)
    return (*written, *told), windows, (*notes, *more)
