"""What customers send 8D reports back for, each as a named check: run before a report leaves.

A `stop` would surely come back; a `warn` is for a person to weigh. What each means, and what to write instead, is in
`checks.toml` in three languages.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from storage.eight_d import Action, Axis, Cause, EightD, Place
from storage.records import Record


class Severity(StrEnum):
    STOP = "stop"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What the complaint says of the quantities."""

    quantity_defective: float | None = None
    quantity_shipped: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that failed: its id, the field that it is about, and the value or place in question."""

    id: str
    field: str
    severity: Severity
    about: str = ""

    def words(self, language: str) -> tuple[str, str]:
        """(what a customer would say, what to write instead)."""
        row = _table()["checks"][self.id][language]
        return row["says"].replace("{about}", self.about), row["instead"]


@dataclass(frozen=True, slots=True)
class _Facts:
    report: EightD
    record: RecordFacts
    today: date
    first: bool


Found = Iterator[tuple[str, str]]  # (field, about)


@dataclass(frozen=True, slots=True)
class Check:
    id: str
    severity: Severity
    in_first: bool  # it bears on the first report too
    find: Callable[[_Facts], Found]


def record_facts(record: Record) -> RecordFacts:
    def total(name: str) -> float | None:
        known = [value for item in record.items if (value := getattr(item, name)) is not None]
        return sum(known) if known else None

    return RecordFacts(total("quantity_defective"), total("quantity_shipped"))


def check(report: EightD, record: RecordFacts, today: date, first: bool) -> tuple[Finding, ...]:
    """Every check that fails, in the table's order. `first`: only those that bear on the report of D0–D3."""
    facts = _Facts(report, record, today, first)
    return tuple(
        Finding(one.id, field, one.severity, about)
        for one in CHECKS
        if one.in_first or not first
        for field, about in one.find(facts)
    )


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("checks.toml").read_text(encoding="utf-8"))


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile("|".join(_table()["words"][name]), re.IGNORECASE)


def _says(text: str, name: str) -> bool:
    return _pattern(name).search(text) is not None


def _says_little_else(text: str, name: str) -> bool:
    """Whether nothing of weight is left once the words of `name` are taken out."""
    rest = _pattern(name).sub("", text)
    return (
        _says(text, name)
        and len(re.sub(r"[\W\d_]|了|的|不够|不足|加强|对|进行|及|与|和|the|of|and|a\b", "", rest)) <= 8
    )


def _causes(report: EightD, axis: Axis) -> list[Cause]:
    return [cause for cause in report.d4.causes if cause.axis is axis and cause.text.strip()]


def _actions(report: EightD) -> list[tuple[int, Action]]:
    return [(n, action) for n, action in enumerate(report.d5, 1) if action.text.strip()]


# -------------------------------------------------------------------- the checks


def _no_leader(facts: _Facts) -> Found:
    if not facts.report.d1.leader.name.strip():
        yield "d1.leader.name", ""


def _no_problem(facts: _Facts) -> Found:
    if not (facts.report.d2.our_text.strip() or facts.report.d2.defect.strip()):
        yield "d2.our_text", ""


def _quantity_against_record(facts: _Facts) -> Found:
    d2, record = facts.report.d2, facts.record
    for name, known in (
        ("quantity_defective", record.quantity_defective),
        ("quantity_shipped", record.quantity_shipped),
    ):
        said = getattr(d2, name)
        if said is not None and known is not None and said < known:
            yield f"d2.{name}", f"{said:g} < {known:g}"


def _quantities(facts: _Facts) -> Found:
    d2 = facts.report.d2
    pairs = [("d2.quantity_defective", d2.quantity_defective, d2.quantity_shipped)]
    for n, row in enumerate(facts.report.d3.rows, 1):
        pairs += [
            (f"d3.rows.{n}.quantity_found", row.quantity_found, row.quantity_checked),
            (f"d3.rows.{n}.quantity_checked", row.quantity_checked, row.quantity_suspect),
        ]
    for field, part, whole in pairs:
        if part is not None and whole is not None and part > whole:
            yield field, f"{part:g} > {whole:g}"


def _place_missing(facts: _Facts) -> Found:
    answered = {
        row.place
        for row in facts.report.d3.rows
        if row.action.strip() or row.quantity_suspect is not None or row.quantity_checked is not None
    }
    for place in Place:
        if place not in answered:
            yield f"d3.rows.{place.value}", place.value


def _containment_without_quantities(facts: _Facts) -> Found:
    for row in facts.report.d3.rows:
        nothing_there = _says(row.action, "nothing_there")
        if row.action.strip() and row.quantity_checked is None and row.quantity_suspect is None and not nothing_there:
            yield f"d3.rows.{row.place.value}", row.place.value


def _no_clean_point(facts: _Facts) -> Found:
    if not facts.report.d3.clean_batch.strip() and facts.report.d3.clean_date is None:
        yield "d3.clean_batch", ""


def _no_cause(facts: _Facts) -> Found:
    if not _causes(facts.report, Axis.OCCURRENCE) and not facts.report.d4.no_fault_found:
        yield "d4.causes", ""


def _no_escape_cause(facts: _Facts) -> Found:
    if not _causes(facts.report, Axis.ESCAPE) and not facts.report.d4.no_fault_found:
        yield "d4.causes", ""


def _operator_error_only(facts: _Facts) -> Found:
    for axis in Axis:
        causes = _causes(facts.report, axis)
        if causes and all(_says_little_else(cause.text, "operator_error") for cause in causes):
            yield "d4.causes", causes[0].text[:60]


def _symptom_restated(facts: _Facts) -> Found:
    symptom = (facts.report.d2.defect or facts.report.d0.symptom).strip()
    for cause in facts.report.d4.causes:
        if symptom and cause.text.strip() and fuzz.ratio(cause.text.strip(), symptom) >= 80:
            yield "d4.causes", cause.text[:60]


def _whys_too_short(facts: _Facts) -> Found:
    for n, cause in enumerate(facts.report.d4.causes, 1):
        if cause.text.strip() and len([why for why in cause.whys if why.strip()]) < 3:
            yield f"d4.causes.{n}.whys", cause.text[:60]


def _no_proof(facts: _Facts) -> Found:
    for n, cause in enumerate(facts.report.d4.causes, 1):
        if cause.text.strip() and not (cause.proof.strip() or cause.evidence.strip()):
            yield f"d4.causes.{n}.proof", cause.text[:60]


def _no_action(facts: _Facts) -> Found:
    if not _actions(facts.report) and not facts.report.d4.no_fault_found:
        yield "d5", ""


def _training_only(facts: _Facts) -> Found:
    actions = [action.text for _, action in _actions(facts.report)]
    if actions and all(_says(text, "training") and not _says(text, "technical") for text in actions):
        yield "d5", actions[0][:60]


def _inspection_only(facts: _Facts) -> Found:
    actions = [action.text for _, action in _actions(facts.report)]
    if actions and all(_says(text, "inspection") and not _says(text, "technical") for text in actions):
        yield "d5", actions[0][:60]


def _same_as_containment(facts: _Facts) -> Found:
    contained = [row.action.strip() for row in facts.report.d3.rows if row.action.strip()]
    for n, action in _actions(facts.report):
        if any(fuzz.ratio(action.text.strip(), one) >= 85 for one in contained):
            yield f"d5.{n}.text", action.text[:60]


def _cause_without_action(facts: _Facts) -> Found:
    actions = _actions(facts.report)
    if actions and len(actions) < len([c for c in facts.report.d4.causes if c.text.strip()]):
        yield "d5", str(len(actions))


def _missing_owner(facts: _Facts) -> Found:
    for n, action in _actions(facts.report):
        if not action.owner.strip():
            yield f"d5.{n}.owner", action.text[:60]


def _no_date(facts: _Facts) -> Found:
    for n, action in _actions(facts.report):
        if action.planned_on is None and action.done_on is None:
            yield f"d5.{n}.planned_on", action.text[:60]


def _past_date(facts: _Facts) -> Found:
    for n, action in _actions(facts.report):
        if action.done_on is None and action.planned_on is not None and action.planned_on < facts.today:
            yield f"d5.{n}.planned_on", action.planned_on.isoformat()


def _no_verification(facts: _Facts) -> Found:
    for n, action in _actions(facts.report):
        if action.verified_quantity is None and action.verified_effect is None:
            yield f"d5.{n}.verified_quantity", action.text[:60]


def _too_small_sample(facts: _Facts) -> Found:
    for n, action in _actions(facts.report):
        if action.verified_quantity is not None and 0 < action.verified_quantity < 5:
            yield f"d5.{n}.verified_quantity", f"{action.verified_quantity:g}"


def _no_validation(facts: _Facts) -> Found:
    for n, action in _actions(facts.report):
        if action.done_on is not None and not re.search(r"\d", action.validation):
            yield f"d5.{n}.validation", action.text[:60]


def _no_read_across(facts: _Facts) -> Found:
    if not facts.report.d7.read_across.strip():
        yield "d7.read_across", ""


def _no_document_changed(facts: _Facts) -> Found:
    if not any(row.changed for row in facts.report.d7.documents) and not facts.report.d4.no_fault_found:
        yield "d7.documents", ""


def _document_unanswered(facts: _Facts) -> Found:
    for row in facts.report.d7.documents:
        if row.changed is False and not row.reason.strip():
            yield f"d7.documents.{row.document.value}", row.document.value


def _vague(facts: _Facts) -> Found:
    for n, action in _actions(facts.report):
        if _says(action.text, "vague"):
            yield f"d5.{n}.text", action.text[:60]
    for row in facts.report.d3.rows:
        if _says(row.action, "vague"):
            yield f"d3.rows.{row.place.value}", row.action[:60]


def _blame(facts: _Facts) -> Found:
    texts: Iterable[tuple[str, str]] = (
        ("d2.our_text", facts.report.d2.our_text),
        *((f"d4.causes.{n}.text", cause.text) for n, cause in enumerate(facts.report.d4.causes, 1)),
    )
    for field, text in texts:
        if _says(text, "blame"):
            yield field, text[:60]


_STOP, _WARN = Severity.STOP, Severity.WARN
CHECKS: tuple[Check, ...] = (
    Check("no_leader", _STOP, True, _no_leader),
    Check("no_problem", _STOP, True, _no_problem),
    Check("quantity_against_record", _STOP, True, _quantity_against_record),
    Check("quantities_contradict", _STOP, True, _quantities),
    Check("place_missing", _STOP, True, _place_missing),
    Check("containment_without_quantities", _WARN, True, _containment_without_quantities),
    Check("no_clean_point", _STOP, True, _no_clean_point),
    Check("vague_words", _WARN, True, _vague),
    Check("blame", _STOP, True, _blame),
    Check("no_cause", _STOP, False, _no_cause),
    Check("no_escape_cause", _STOP, False, _no_escape_cause),
    Check("operator_error_only", _STOP, False, _operator_error_only),
    Check("symptom_restated", _STOP, False, _symptom_restated),
    Check("whys_too_short", _WARN, False, _whys_too_short),
    Check("no_proof", _WARN, False, _no_proof),
    Check("no_action", _STOP, False, _no_action),
    Check("training_only", _STOP, False, _training_only),
    Check("inspection_only", _STOP, False, _inspection_only),
    Check("actions_same_as_containment", _STOP, False, _same_as_containment),
    Check("cause_without_action", _STOP, False, _cause_without_action),
    Check("missing_owner", _STOP, False, _missing_owner),
    Check("no_date", _STOP, False, _no_date),
    Check("past_date", _STOP, False, _past_date),
    Check("no_verification_figures", _STOP, False, _no_verification),
    Check("too_small_sample", _WARN, False, _too_small_sample),
    Check("no_validation", _WARN, False, _no_validation),
    Check("no_read_across", _STOP, False, _no_read_across),
    Check("no_document_changed", _STOP, False, _no_document_changed),
    Check("document_unanswered", _WARN, False, _document_unanswered),
)
NAMES: Mapping[str, Check] = {one.id: one for one in CHECKS}
