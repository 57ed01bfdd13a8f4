"""Mails that open no record and add to none: spam, automatic mail, bounces, duplicates; and what nobody could read."""

from dataclasses import replace
from datetime import datetime

from intake.desk.facts import SYSTEM, Decision, Mail
from intake.desk.saying import done
from intake.match import Match
from storage.life import Survey
from storage.records import (
    Arrival,
    ArrivalState,
    Became,
    Event,
    Letter,
    LetterState,
)


def without_record(mail: Mail, became: Became, why: str) -> Decision:
    """Spam, automatic mail, our own mail: counted and kept, never answered."""
    return Decision(done(mail, became, None, why))


def duplicate(mail: Mail, of: Match, now: datetime) -> Decision:
    """The same mail by a second way: noted on the record, which stays one."""
    events = (Event(of.record, now, SYSTEM, "duplicate", new={"source": mail.arrival.source}),) if of.record else ()
    return Decision(done(mail, Became.DUPLICATE, of.record, of.why), events=events)


def survey_answer(mail: Mail, survey: Survey) -> Decision:
    """The answer to a half-yearly survey: its grade is kept, and it is no complaint."""
    return Decision(done(mail, Became.FOLLOW_UP, None, "the answer to a satisfaction survey"), survey=survey)


def bounced(mail: Mail, letter: Letter | None, now: datetime) -> Decision:
    """A delivery report: a permanent one makes the letter refused, a delay is noted."""
    bounce = mail.bounce
    arrival = done(mail, Became.BOUNCE, letter.record if letter else None, "a delivery report")
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


def still_unread(mail: Mail, trouble: tuple[str, str]) -> Decision:
    """`intake retry` of what cannot be read yet: shown with its (why, remedy) as before, the record as it stands."""
    became = mail.arrival.became or Became.UNREADABLE
    return Decision(set_aside(done(mail, became, mail.arrival.record, ""), trouble))


def set_aside(arrival: Arrival, trouble: tuple[str, str]) -> Arrival:
    """An arrival that nobody has read: shown with its (why, remedy), whatever record it belongs to."""
    why, remedy = trouble
    return replace(arrival, state=ArrivalState.SET_ASIDE, why=why, remedy=remedy)
