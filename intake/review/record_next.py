"""What is to be done next with a record, for who looks at it: one line at its head. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from intake.acts.case import Case
from intake.review.record_values import Group
from storage.eight_d import ReportState
from storage.records import LetterState, Purpose, RecordState

_ON_ITS_WAY = (LetterState.QUEUED, LetterState.SENDING, LetterState.SENT, LetterState.DEFERRED)


@dataclass(frozen=True, slots=True)
class NextStep:
    """`key` names the words ("record.next_confirm"); `path` leads to where it is done, "" where it is done here."""

    key: str
    path: str = ""
    values: dict[str, object] = field(default_factory=dict)
    mine: bool = True  # whether who looks may do it


def next_step(case: Case, groups: Sequence[Group], may: Collection[str]) -> NextStep:
    record = case.record
    if record.merged_into:
        return NextStep("record.next_merged", f"/records/{record.merged_into}", {"number": record.merged_into})
    if record.state is RecordState.TO_REVIEW:
        return _of_review(case, groups, may)
    if record.state is RecordState.IN_PROGRESS:
        return _of_work(case, may)
    if record.state is RecordState.REPORTED:
        return NextStep("record.next_verdict", "#act-accept", mine="accept" in may)
    if record.state is RecordState.ACCEPTED:
        return NextStep("record.next_close", "#act-close", mine="close" in may)
    return NextStep("record.next_nothing", mine=False)


def _of_review(case: Case, groups: Sequence[Group], may: Collection[str]) -> NextStep:
    doubts = sum(value.rank == 0 for group in groups for value in group.values)
    lacking = len(case.record.missing)
    mine = "confirm" in may
    if doubts and lacking:
        return NextStep("record.next_check_and_fill", "", {"n": doubts, "m": lacking}, mine)
    if doubts:
        return NextStep("record.next_check", "", {"n": doubts}, mine)
    if lacking:
        return NextStep("record.next_fill", "", {"m": lacking}, mine)
    return NextStep("record.next_confirm", mine=mine)


def _of_work(case: Case, may: Collection[str]) -> NextStep:
    life, report, place = case.life, case.report, f"/records/{case.number}/8d"
    if life.dispatched_at is not None and life.signed_at is None:
        return NextStep("record.next_sign", "#act-sign", {"department": case.record.department or "–"}, "sign" in may)
    if report is None:
        return NextStep("record.next_write", place, mine="report" in may)
    if report.state is ReportState.DRAFT:
        return NextStep("record.next_approve", place, mine="approve" in may)
    if report.state is ReportState.APPROVED:
        return NextStep("record.next_send", place, mine="send" in may)
    full = any(one.purpose is Purpose.FULL_REPORT and one.state in _ON_ITS_WAY for one in case.letters)
    return NextStep("record.next_leaves" if full else "record.next_full", place, mine="report" in may)
