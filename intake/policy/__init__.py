"""What the procedures ask for: classes, windows, working time, reminders, departments; all decided from a table."""

from intake.policy.calendar import WorkCalendar
from intake.policy.completeness import missing_fields
from intake.policy.distance import distance_for, province_of
from intake.policy.doubts import Doubt, doubtful
from intake.policy.model import Distance, Policy, Span, default_text, load_policy, span
from intake.policy.reminders import is_broken, next_look, steps_due
from intake.policy.routing import department_for, departments_for, recipients
from intake.policy.severity import (
    RULES,
    SeverityFacts,
    class_of_extract,
    class_of_reading,
    facts_of,
    judge,
    judgement_warnings,
)
from intake.policy.signing import signature_overdue
from intake.policy.windows import (
    AGREEMENT,
    DEMANDED,
    WindowFacts,
    read_agreement,
    rewindow,
    windows_for,
)

__all__ = [
    "AGREEMENT",
    "DEMANDED",
    "RULES",
    "Distance",
    "Doubt",
    "Policy",
    "SeverityFacts",
    "Span",
    "WindowFacts",
    "WorkCalendar",
    "class_of_extract",
    "class_of_reading",
    "default_text",
    "department_for",
    "departments_for",
    "distance_for",
    "doubtful",
    "facts_of",
    "is_broken",
    "judge",
    "judgement_warnings",
    "load_policy",
    "missing_fields",
    "next_look",
    "province_of",
    "read_agreement",
    "recipients",
    "rewindow",
    "signature_overdue",
    "span",
    "steps_due",
    "windows_for",
]
