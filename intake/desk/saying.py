"""What one mail says, as the values of a record, an arrival and a message of its thread."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from intake.addresses import is_colleague
from intake.desk.facts import LANGUAGES, Mail, Office, Opening
from intake.match import number_in
from intake.policy.completeness import missing_fields
from intake.policy.distance import distance_for
from intake.policy.model import Policy
from intake.policy.revision import facts_of_record
from intake.policy.severity import facts_of, judge, judgement_warnings
from intake.policy.windows import WindowFacts
from intake.replies.guard import GuardFacts, reply_address
from parsers.types import Channel, Disposition, Item, Kind, Reading
from storage.records import (
    Arrival,
    ArrivalState,
    Became,
    CustomerCard,
    CustomerOf,
    ItemOf,
    Record,
    ThreadMessage,
    Window,
    WindowName,
    WindowState,
)


def values_said(mail: Mail, card: CustomerCard | None, earlier: int, office: Office) -> dict[str, Any]:
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


def window_facts(
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


def guard_facts(mail: Mail, opening: Opening, office: Office) -> GuardFacts:
    return GuardFacts(
        envelope=mail.envelope,
        kind=mail.reading.kind,
        recipient=reply_address(mail.envelope, mail.reading, office.addresses),
        ours=office.addresses,
        sent_last_hour=opening.acknowledged_last_hour,
        sent_last_day=opening.acknowledged_last_day,
        brake=office.brake,
    )


def waived(windows: tuple[Window, ...], name: WindowName) -> tuple[Window, ...]:
    return tuple(replace(w, state=WindowState.WAIVED) if w.name is name else w for w in windows)


def message(mail: Mail, number: str) -> ThreadMessage:
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


def done(mail: Mail, became: Became, record: str | None, why: str) -> Arrival:
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
