"""Answers in a record's thread: our own people's orders are done, a customer's new values become proposals.

Runs in the transaction that adds the mail to its record. Nothing here may keep the mail from being added: what cannot
be done is noted, and its writer told.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from intake.acts import by_mail
from intake.acts.act import allow
from intake.acts.case import Actor, Case, World, owner_person
from intake.acts.notices import answered_notice, not_taken_notice
from intake.acts.report import draft_of, with_report
from intake.acts.table import ACTS, do
from intake.answers import grade_of, is_receipt, verdict_of
from intake.eightd.belongs import why_not_of
from intake.eightd.readback import eight_d_of
from intake.errors import IntakeError
from intake.runners.acts import Actions, gather, to_send
from intake.runners.enclosed import with_photos_proposed
from intake.runners.slips import read_slip
from parsers.job import Outcome
from parsers.results import OwnForm
from parsers.types import Envelope, Item, Reading
from storage import UnitOfWork
from storage.eight_d import EightD
from storage.life import Proposal
from storage.records import ItemOf, Letter, LetterState, Purpose

LEAST_CONFIDENCE = 0.5  # a value that is right less often than this is no proposal
ASKS_A_VERDICT = (Purpose.FULL_REPORT, Purpose.REVISION, Purpose.SOLUTION, Purpose.NOT_OUR_FAULT, Purpose.FIRST_REPORT)


def by_our_people(work: UnitOfWork, actions: Actions, number: str, who: Actor, outcome: Outcome) -> list[str]:
    """Does what one of our people orders by mail; ids of the letters that may go."""
    text, forms = outcome.own_words, outcome.forms
    before = gather(work, number)
    world = actions.world(work)
    today = world.now.astimezone(world.office.desk.zone).date()
    answer = by_mail.answer_of(text, today)
    case = before
    for order in answer.orders:
        case = _ordered(case, order, who, world)
    for form in forms:
        case = _form_read(case, form, who, world, today, work)
    if answer.lines:
        told = {"by_mail": sorted({step for step, _, _ in answer.lines})}
        report = by_mail.written_into(draft_of(case, world), answer.lines, today)
        case = _with_report(case, report, who, world, told)
    case = with_photos_proposed(case, outcome.enclosed, outcome.envelope.subject, text, who, world)
    if case is before:
        return []
    actions.save(work, before, case)
    known = {letter.id for letter in before.letters}
    return [one.id for one in case.letters if one.state is LetterState.QUEUED and one.id not in known]


def _form_read(case: Case, form: OwnForm, who: Actor, world: World, today: date, work: UnitOfWork) -> Case:
    """A filled 8D form: its report is the record's next draft; what could not be read is noted, field by field. A slip
    is read into the record itself.
    """
    if form.kind == "slip":
        return read_slip(case, form, who, world)
    refused = why_not_of(form, case.number, case.report.revision if case.report else 0, work.complaints.resolve)
    if refused is not None:
        return _refused(case, "8D", who, " ".join(refused), world)
    before = draft_of(case, world)
    found = eight_d_of(form, today, before, world.office.desk.templates)
    if found is None:
        return case
    report, unread = found
    told = {"form": form.part, "unread": [f"{one.field}: {one.why}" for one in unread]}
    return _with_report(case, replace(report, head=before.head), who, world, told)


def _with_report(case: Case, report: EightD, who: Actor, world: World, told: Mapping[str, Any]) -> Case:
    try:
        allow(ACTS["report"], case, who)
    except IntakeError as refused:
        return _refused(case, "8D", who, str(refused), world)
    return with_report(case, report, who, world, told)


def _ordered(case: Case, order: by_mail.Order, who: Actor, world: World) -> Case:
    try:
        return do(order.act, case, order.values, who, world)
    except IntakeError as refused:
        return _refused(case, order.act, who, str(refused), world)


def _refused(case: Case, what: str, who: Actor, why: str, world: World) -> Case:
    case = case.noted(who, world, "order_refused", new={"act": what, "why": why})
    return case.written(not_taken_notice(case, who, what, why, world))


def by_customer(work: UnitOfWork, actions: Actions, number: str, arrival: str, outcome: Outcome) -> list[str]:
    """New values and verdicts of a customer's answer, kept as proposals, of which the owner is told; receipts and
    grades as they are. Ids of the letters that may go.
    """
    reading, envelope, text = outcome.reading, outcome.envelope, outcome.reply_text
    before = gather(work, number)
    world = actions.world(work)
    case = before
    answered = _answered_letter(case, envelope)
    if answered is not None and answered.purpose is Purpose.BATCH_WARNING:
        case = _received(case, answered, text, envelope, world)
    elif answered is not None and answered.purpose is Purpose.SURVEY:
        case = _graded(case, answered, text, world)
    else:
        case = _proposed(case, arrival, reading, text, answered, world)
    if case is not before:
        actions.save(work, before, case)
    return to_send(before, case)


def _answered_letter(case: Case, envelope: Envelope) -> Letter | None:
    named = [envelope.in_reply_to, *reversed(envelope.references)]
    known = {letter.message_id: letter for letter in case.letters}
    return next((known[name] for name in named if name in known), None)


def _received(case: Case, letter: Letter, text: str, envelope: Envelope, world: World) -> Case:
    if not is_receipt(text):
        return case
    sender = envelope.sender.email if envelope.sender else ""
    confirmed = tuple(
        replace(one, confirmed_at=world.now, confirmed_by=sender, look_at=None)
        if letter.id in one.written and one.confirmed_at is None
        else one
        for one in case.warned
    )
    case = replace(case, warned=confirmed)
    return case.noted(Actor(sender), world, "warning_confirmed", new=letter.id)


def _graded(case: Case, letter: Letter, text: str, world: World) -> Case:
    grade = grade_of(text)
    if grade is None:
        return case
    answered = tuple(
        replace(one, answered_at=world.now, grade=grade, comment=text.strip()[:2000])
        if one.letter == letter.id and one.answered_at is None
        else one
        for one in case.surveys
    )
    return replace(case, surveys=answered).noted(Actor("customer"), world, "survey_answered", new=str(grade))


def _proposed(case: Case, arrival: str, reading: Reading, text: str, answered: Letter | None, world: World) -> Case:
    found: list[Proposal] = []

    def propose(item: int | None, field: str, value: Any, said: str, confidence: float) -> None:
        found.append(Proposal(world.fresh(), case.number, item, field, value, said, confidence, arrival, world.now))

    for position, name, said in _new_values(case, reading, world):
        propose(position, name, said["value"], said["text"], said["confidence"])
    verdict = verdict_of(text) if _asked_for_a_verdict(case) else None
    if verdict is not None:
        propose(None, "acceptance", verdict, text.strip()[:200], 0.9)
    if not found:
        return case
    case = replace(case, proposals=(*case.proposals, *found))
    case = case.noted(Actor("system"), world, "proposed", new=[one.field for one in found])
    owner = owner_person(case, world)
    return case.written(answered_notice(case, (owner.email,), text.strip()[:600], world)) if owner else case


def _asked_for_a_verdict(case: Case) -> bool:
    return any(one.purpose in ASKS_A_VERDICT and one.state is LetterState.SENT for one in case.letters)


def _new_values(case: Case, reading: Reading, world: World) -> list[tuple[int, str, Mapping[str, Any]]]:
    """Fields that the answer states and the record lacks, item by item: an answer's items stand in the record's order
    where there are as many, else only those of a record with one item are sure to be meant.
    """
    items = case.record.items or (ItemOf(),)
    stated: tuple[Item, ...] = reading.items or ((reading.additions,) if reading.additions is not None else ())
    if not stated or (len(items) > 1 and len(stated) != len(items)):
        return []
    wanted = {name for row in world.office.policy.completeness.fields for name in row.split("|")} | {
        "batch",
        "order_no",
    }
    out: list[tuple[int, str, Mapping[str, Any]]] = []
    for position, (own, said) in enumerate(zip(items, stated, strict=False)):
        lacking = {name for name in wanted if getattr(own, name) in (None, "", ())}
        for name in sorted(lacking):
            value = getattr(said, name)
            if value is not None and value.confidence >= LEAST_CONFIDENCE:
                plain = list(value.value) if isinstance(value.value, tuple) else value.value
                out.append((position, name, {"value": plain, "text": value.text, "confidence": value.confidence}))
    return out
