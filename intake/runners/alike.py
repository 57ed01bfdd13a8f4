"""The facts of likeness: earlier records that are like one, and whether its batches call for an early warning."""

from dataclasses import replace
from datetime import datetime

from intake.likeness.ranking import Similar, causes_and_actions, family, ranked
from intake.likeness.warning import Suggestion, suggested
from storage import UnitOfWork
from storage.records import Event, Record

MOST = 200  # candidates of each kind that are compared, the newest
SUGGESTED = "early_warning_suggested"  # the event's name


def similar(work: UnitOfWork, record: Record, limit: int = 5) -> tuple[Similar, ...]:
    """Earlier records like this one, the likest first, with the causes and actions of their 8D."""
    alike = work.alike
    models = {item.model for item in record.items if item.model}
    searches = {family(model) for model in models} | {item.product for item in record.items if item.product}
    numbers = dict.fromkeys(alike.of_models(models, MOST) if models else ())
    for words in sorted(word for word in searches if word):
        numbers.update(dict.fromkeys(alike.saying(words, MOST)))
    if record.customer.email:
        numbers.update(dict.fromkeys(alike.of_customer(record.customer.email, MOST)))
    numbers.pop(record.number, None)
    return tuple(_told(work, one) for one in ranked(record, work.complaints.to_compare(numbers).values(), limit))


def _told(work: UnitOfWork, one: Similar) -> Similar:
    report = work.lives.report(one.number)
    if report is None:
        return one
    causes, actions = causes_and_actions(report.report)
    return replace(one, causes=causes, actions=actions)


def warning_suggested(work: UnitOfWork, record: Record, occasions: int) -> Suggestion | None:
    """Whether an early warning is called for; None too where the record has warned its receivers already.

    `occasions`: so many complaints of one batch suggest it (the policy's `[warning]`).
    """
    if work.lives.warned(record.number):
        return None
    batches = [batch for item in record.items for batch in item.batch]
    numbers = work.alike.of_batches(batches, MOST, record.number) if batches else []
    return suggested(record, work.complaints.to_compare(numbers).values(), occasions)


def suggest(work: UnitOfWork, record: Record, now: datetime, occasions: int) -> Suggestion | None:
    """Notes in the record's history that an early warning is called for; once, and again when more speaks for it."""
    found = warning_suggested(work, record, occasions)
    if found is None:
        return None
    told = {"reasons": list(found.reasons), "batches": list(found.batches), "records": sorted(found.records)}
    if work.complaints.has_event(record.number, SUGGESTED, told):
        return None
    work.complaints.add_event(Event(record.number, now, "system", SUGGESTED, new=told))
    return found
