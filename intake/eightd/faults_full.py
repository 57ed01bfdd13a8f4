"""Checks that bear on the full report: causes, actions, their verification and implementation, prevention.

Each yields (field, what is in question) for every fault that it finds.
"""

import re

from rapidfuzz import fuzz

from intake.eightd.fault import Facts, Found, says, says_little_else, short
from storage.eight_d import Axis

LIKE_THE_SYMPTOM, LIKE_CONTAINMENT = 80, 85  # of 100: likeness of two texts that say the same
LEAST_WHYS = 3
LEAST_SAMPLE = 5  # pieces


def no_cause(facts: Facts) -> Found:
    if not facts.causes(Axis.OCCURRENCE) and not facts.report.d4.no_fault_found:
        yield "d4.causes", ""


def no_escape_cause(facts: Facts) -> Found:
    if not facts.causes(Axis.ESCAPE) and not facts.report.d4.no_fault_found:
        yield "d4.causes", ""


def operator_error_only(facts: Facts) -> Found:
    for axis in Axis:
        causes = facts.causes(axis)
        if causes and all(says_little_else(cause.text, "operator_error") for cause in causes):
            yield "d4.causes", short(causes[0].text)


def symptom_restated(facts: Facts) -> Found:
    d0, d2 = facts.report.d0, facts.report.d2
    told = [text.strip() for text in (d2.defect, d0.symptom, d2.our_text, d2.customer_text) if text.strip()]
    for n, cause in enumerate(facts.report.d4.causes, 1):
        if cause.text.strip() and any(fuzz.ratio(cause.text.strip(), text) >= LIKE_THE_SYMPTOM for text in told):
            yield f"d4.causes.{n}.text", short(cause.text)


def whys_too_short(facts: Facts) -> Found:
    for n, cause in enumerate(facts.report.d4.causes, 1):
        if cause.text.strip() and len([why for why in cause.whys if why.strip()]) < LEAST_WHYS:
            yield f"d4.causes.{n}.whys", short(cause.text)


def no_proof(facts: Facts) -> Found:
    for n, cause in enumerate(facts.report.d4.causes, 1):
        if cause.text.strip() and not (cause.proof.strip() or cause.evidence.strip()):
            yield f"d4.causes.{n}.proof", short(cause.text)


def no_action(facts: Facts) -> Found:
    if not facts.actions() and not facts.report.d4.no_fault_found:
        yield "d5", ""


def training_only(facts: Facts) -> Found:
    """Training, with or without more inspection, and nothing that changes the process."""
    texts = [action.text for _, action in facts.actions()]
    if any(says(text, "training") for text in texts) and all(_soft(text) for text in texts):
        yield "d5", short(texts[0])


def inspection_only(facts: Facts) -> Found:
    texts = [action.text for _, action in facts.actions()]
    if texts and all(_soft(text) and not says(text, "training") for text in texts):
        yield "d5", short(texts[0])


def _soft(text: str) -> bool:
    return (says(text, "training") or says(text, "inspection")) and not says(text, "technical")


def actions_same_as_containment(facts: Facts) -> Found:
    contained = [row.action.strip() for row in facts.report.d3.rows if row.action.strip()]
    for n, action in facts.actions():
        if any(fuzz.ratio(action.text.strip(), one) >= LIKE_CONTAINMENT for one in contained):
            yield f"d5.{n}.text", short(action.text)


def cause_without_action(facts: Facts) -> Found:
    actions = facts.actions()
    if actions and len(actions) < len([c for c in facts.report.d4.causes if c.text.strip()]):
        yield "d5", str(len(actions))


def action_without_cause(facts: Facts) -> Found:
    for n, action in facts.actions():
        if not action.for_cause.strip():
            yield f"d5.{n}.for_cause", short(action.text)


def missing_owner(facts: Facts) -> Found:
    for n, action in facts.actions():
        if not action.owner.strip():
            yield f"d5.{n}.owner", short(action.text)


def no_date(facts: Facts) -> Found:
    for n, action in facts.actions():
        if action.planned_on is None and action.done_on is None:
            yield f"d5.{n}.planned_on", short(action.text)


def past_date(facts: Facts) -> Found:
    for n, action in facts.actions():
        if action.done_on is None and action.planned_on is not None and action.planned_on < facts.today:
            yield f"d5.{n}.planned_on", action.planned_on.isoformat()


def no_verification_figures(facts: Facts) -> Found:
    for n, action in facts.actions():
        if action.verified_quantity is None and action.verified_effect is None:
            yield f"d5.{n}.verified_quantity", short(action.text)


def too_small_sample(facts: Facts) -> Found:
    for n, action in facts.actions():
        if action.verified_quantity is not None and 0 < action.verified_quantity < LEAST_SAMPLE:
            yield f"d5.{n}.verified_quantity", f"{action.verified_quantity:g}"


def no_validation(facts: Facts) -> Found:
    for n, action in facts.actions():
        if action.done_on is not None and not re.search(r"\d", action.validation):
            yield f"d5.{n}.validation", short(action.text)


def no_read_across(facts: Facts) -> Found:
    if not facts.report.d7.read_across.strip():
        yield "d7.read_across", ""


def no_document_changed(facts: Facts) -> Found:
    if not any(row.changed for row in facts.report.d7.documents) and not facts.report.d4.no_fault_found:
        yield "d7.documents", ""


def document_unanswered(facts: Facts) -> Found:
    for row in facts.report.d7.documents:
        if row.changed is False and not row.reason.strip():
            yield f"d7.documents.{row.document.value}", row.document.value


def not_implemented(facts: Facts) -> Found:
    """A full report of plans alone: nothing of D6 is told."""
    actions = facts.actions()
    if actions and all(action.done_on is None and not action.effective_batch.strip() for _, action in actions):
        yield "d6", ""


def closed_before_validation(facts: Facts) -> Found:
    if facts.report.d8.closed_on is None:
        return
    for n, action in facts.actions():
        if action.done_on is None or not action.validation.strip():
            yield f"d5.{n}.validation", short(action.text)
