"""What is kept, as the JSON and the tables of spec'd output: `intake records` and `intake arrivals`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from storage import UnitOfWork
from storage.eight_d import Report
from storage.life import Life, Proposal, SupplierClaim, Task, Warned
from storage.records import Arrival, Event, ItemOf, Letter, Record, ThreadMessage, Window


def _at(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None


def _number(value: float | None) -> int | float | None:
    return int(value) if value is not None and value == int(value) else value


def _item(item: ItemOf) -> dict[str, Any]:
    plain = {name: getattr(item, name) for name in ItemOf.__dataclass_fields__}
    plain["batch"] = list(item.batch) or None
    for name in ("quantity_shipped", "quantity_inspected", "quantity_defective"):
        plain[name] = _number(plain[name])
    return plain


def _window(window: Window, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "name": str(window.name),
        "due_at": _at(window.due_at, zone),
        "met_at": _at(window.met_at, zone),
        "state": str(window.state),
        "clause": window.clause,
    }


def _letter(letter: Letter, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": letter.id,
        "purpose": str(letter.purpose),
        "to": list(letter.to),
        "cc": list(letter.cc),
        "subject": letter.subject,
        "language": letter.language,
        "message_id": letter.message_id,
        "state": str(letter.state),
        "sent_at": _at(letter.sent_at, zone),
        "answer": letter.answer,
        "remedy": letter.remedy,
    }


def _message(message: ThreadMessage, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "direction": message.direction,
        "message_id": message.message_id,
        "subject": message.subject,
        "received_at": _at(message.at, zone),
        "source": message.source,
    }


def _event(event: Event, zone: ZoneInfo) -> dict[str, Any]:
    return {"at": _at(event.at, zone), "who": event.who, "what": event.what, "old": event.old, "new": event.new}


def _latest(events: Sequence[Event], what: str) -> Any:
    """What the last event of this name says."""
    return next((event.new for event in reversed(events) if event.what == what), None)


@dataclass(frozen=True, slots=True)
class Hanging:
    """What hangs on a record besides its mails, windows and letters."""

    life: Life
    tasks: Sequence[Task] = ()
    proposals: Sequence[Proposal] = ()
    report: Report | None = None
    warned: Sequence[Warned] = ()
    claims: Sequence[SupplierClaim] = ()


def record_json(
    record: Record,
    windows: Sequence[Window],
    letters: Sequence[Letter],
    messages: Sequence[ThreadMessage],
    events: Sequence[Event],
    zone: ZoneInfo,
    hanging: Hanging | None = None,
) -> dict[str, Any]:
    """One line of `intake records --json`. Moments are in the company's zone."""
    customer = record.customer
    more = _hanging(hanging, zone) if hanging is not None else {}
    return {
        "number": record.number,
        "state": str(record.state),
        "class": str(record.letter),
        "reasons": list(record.reasons),
        "kind": record.kind,
        "channel": record.channel,
        "language": record.language,
        "received_at": _at(record.received_at, zone),
        "subject": record.subject,
        "customer": {name: getattr(customer, name) for name in type(customer).__dataclass_fields__},
        "items": [_item(item) for item in record.items],
        "missing": list(record.missing),
        "signals": list(record.signals),
        "requests": list(record.requests),
        "reply_due": record.reply_due,
        "department": record.department,
        "owner": record.owner,
        "warnings": list(record.warnings),
        "to_check": _latest(events, "to_check") or [],
        "proposed": (_latest(events, "compared_with_goods") or {}).get("proposed", []),
        "windows": [_window(window, zone) for window in windows],
        "letters": [_letter(letter, zone) for letter in letters],
        "messages": [_message(message, zone) for message in messages],
        "events": [_event(event, zone) for event in events],
        **more,
    }


def _hanging(hanging: Hanging, zone: ZoneInfo) -> dict[str, Any]:
    life, report = hanging.life, hanging.report
    return {
        "signed_by": life.signed_by,
        "signed_at": _at(life.signed_at, zone),
        "handover_to": life.handover_to,
        "cause": life.cause,
        "responsibility": life.responsibility,
        "same_fault": life.same_fault,
        "promised_on": life.promised_on.isoformat() if life.promised_on else None,
        "tasks": [
            {
                "id": task.id,
                "kind": str(task.kind),
                "owner": task.owner,
                "due_at": _at(task.due_at, zone),
                "state": str(task.state),
                "result": task.result,
            }
            for task in hanging.tasks
        ],
        "proposals": [
            {"id": one.id, "item": one.item, "field": one.field, "value": one.value, "text": one.text}
            for one in hanging.proposals
        ],
        "eight_d": {"revision": report.revision, "state": str(report.state)} if report else None,
        "warned": [
            {
                "id": one.id,
                "customer": one.customer,
                "letter": one.letter,
                "sent_at": _at(one.sent_at, zone),
                "asked_at": _at(one.asked_at, zone),
                "confirmed_at": _at(one.confirmed_at, zone),
                "confirmed_by": one.confirmed_by,
            }
            for one in hanging.warned
        ],
        "suppliers": [
            {
                "id": one.id,
                "supplier": one.supplier,
                "material": one.material,
                "batch": one.batch,
                "asked_at": _at(one.asked_at, zone),
                "letter": one.letter,
                "task": one.task,
            }
            for one in hanging.claims
        ],
    }


def hanging_of(work: UnitOfWork, number: str) -> Hanging:
    lives = work.lives
    return Hanging(
        lives.get(number),
        lives.tasks(number),
        lives.proposals(number),
        lives.report(number),
        lives.warned(number),
        lives.supplier_claims(number),
    )


def record_of(work: UnitOfWork, record: Record, zone: ZoneInfo) -> dict[str, Any]:
    """A record with all that hangs on it, as `record_json` has it."""
    number = record.number
    return record_json(
        record,
        work.complaints.windows(number),
        work.letters.of_record(number),
        work.complaints.messages(number),
        work.complaints.events(number),
        zone,
        hanging_of(work, number),
    )


def arrival_json(arrival: Arrival, zone: ZoneInfo) -> dict[str, Any]:
    """One line of `intake arrivals --json`."""
    return {
        "id": arrival.id,
        "source": arrival.source,
        "message_id": arrival.message_id,
        "subject": arrival.subject or arrival.file_name or "",
        "received_at": _at(arrival.received_at, zone),
        "state": str(arrival.state),
        "became": str(arrival.became) if arrival.became else None,
        "record": arrival.record,
        "why": arrival.why,
        "remedy": arrival.remedy,
    }
