"""What customers send 8D reports back for, each as a named check: run before a report leaves.

A `stop` would surely come back; a `warn` is for a person to weigh. What each means, and what to write instead, is in
`checks.toml` in three languages.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from intake.eightd import faults_first as early
from intake.eightd import faults_full as late
from intake.eightd.fault import Facts, Found, table
from intake.eightd.fault import RecordFacts as RecordFacts
from intake.eightd.fault import record_facts as record_facts
from storage.eight_d import EightD
from templates.eight_d import labels


class Severity(StrEnum):
    STOP = "stop"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that failed: its id, the field that it is about, and the value, place or document in question."""

    id: str
    field: str
    severity: Severity
    about: str = ""

    def words(self, language: str) -> tuple[str, str]:
        """(what a customer would say, what to write instead)."""
        row, known = table()["checks"][self.id][language], labels(language)
        about = known["places"].get(self.about) or known["documents"].get(self.about) or self.about
        return row["says"].replace("{about}", about), row["instead"]


@dataclass(frozen=True, slots=True)
class Check:
    find: Callable[[Facts], Found]
    severity: Severity
    in_first: bool  # it bears on the first report too

    @property
    def id(self) -> str:
        return self.find.__name__


def check(report: EightD, record: RecordFacts, today: date, first: bool) -> tuple[Finding, ...]:
    """Every check that fails, in the table's order. `first`: only those that bear on the report of D0–D3."""
    facts = Facts(report, record, today, first)
    return tuple(
        Finding(one.id, field, one.severity, about)
        for one in CHECKS
        if one.in_first or not first
        for field, about in one.find(facts)
    )


_STOP, _WARN = Severity.STOP, Severity.WARN
CHECKS: tuple[Check, ...] = (
    Check(early.no_leader, _STOP, True),
    Check(early.no_problem, _STOP, True),
    Check(early.quantity_against_record, _STOP, True),
    Check(early.quantities_contradict, _STOP, True),
    Check(early.place_missing, _STOP, True),
    Check(early.containment_without_quantities, _WARN, True),
    Check(early.containment_without_owner, _WARN, True),
    Check(early.containment_below_complaint, _WARN, True),
    Check(early.no_clean_point, _STOP, True),
    Check(early.future_date, _STOP, True),
    Check(early.date_order, _STOP, True),
    Check(early.vague_words, _WARN, True),
    Check(early.blame, _STOP, True),
    Check(late.no_cause, _STOP, False),
    Check(late.no_escape_cause, _STOP, False),
    Check(late.operator_error_only, _STOP, False),
    Check(late.symptom_restated, _STOP, False),
    Check(late.whys_too_short, _WARN, False),
    Check(late.no_proof, _WARN, False),
    Check(late.no_action, _STOP, False),
    Check(late.training_only, _STOP, False),
    Check(late.inspection_only, _STOP, False),
    Check(late.actions_same_as_containment, _STOP, False),
    Check(late.cause_without_action, _STOP, False),
    Check(late.action_without_cause, _WARN, False),
    Check(late.missing_owner, _STOP, False),
    Check(late.no_date, _STOP, False),
    Check(late.past_date, _STOP, False),
    Check(late.no_verification_figures, _STOP, False),
    Check(late.too_small_sample, _WARN, False),
    Check(late.not_implemented, _WARN, False),
    Check(late.no_validation, _WARN, False),
    Check(late.closed_before_validation, _STOP, False),
    Check(late.no_read_across, _STOP, False),
    Check(late.no_document_changed, _STOP, False),
    Check(late.document_unanswered, _WARN, False),
)
NAMES: Mapping[str, Check] = {one.id: one for one in CHECKS}
