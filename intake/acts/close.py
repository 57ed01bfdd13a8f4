"""How a complaint ends: the customer accepts or rejects, it is closed, opened again, cancelled, or joined to another.

处理结果及时告诉客户,征求意见直到满意 (顾客沟通及满意度测量控制程序 §6.2.3); no closing while actions are open
(客诉信息处理流程 §5.2), and of our own fault not before its cure is proved at the customer's (§3).
"""

from dataclasses import replace

from intake.acts.act import RUNNING, Act, Key, Values
from intake.acts.case import Actor, Case, World, customer_address
from intake.acts.notices import rejected_notice
from intake.acts.review import ACCEPTANCE, settled
from intake.acts.send import closure_letter
from intake.acts.work import given
from intake.errors import RecordError, UsageError
from intake.policy.routing import recipients
from storage.eight_d import ReportState
from storage.life import ProposalState, Responsibility, TaskKind, TaskState
from storage.records import Class, Letter, LetterState, Purpose, RecordState, Role, WindowName, WindowState

_WITH_THE_CUSTOMER = frozenset({RecordState.REPORTED, RecordState.ACCEPTED})
_ENDED = frozenset({RecordState.CLOSED, RecordState.CANCELLED})
_NOT_GONE = (LetterState.DRAFT, LetterState.QUEUED, LetterState.DEFERRED)
_SENT = (LetterState.SENT, LetterState.QUEUED, LetterState.SENDING, LetterState.DEFERRED, LetterState.IN_DOUBT)


def accept(case: Case, values: Values, who: Actor, world: World) -> Case:
    """The customer accepts the solution, which ends the window `handled`, or the full report and so the record."""
    case = _verdict_settled(case, "accepted")
    by = str(values.get("by") or case.record.customer.contact or "")
    case = case.met(WindowName.HANDLED, world.now).noted(who, world, "accepted", new={"by": by})
    if case.record.state is not RecordState.REPORTED:
        if not _was_written(case, Purpose.SOLUTION, Purpose.NOT_OUR_FAULT):
            raise RecordError(
                f"Nothing that the customer could accept was sent for {case.number}.",
                "Send a solution or the full report first.",
            )
        return case.saying("The customer has accepted the solution.")
    record = replace(case.record, state=RecordState.ACCEPTED)
    case = replace(case, record=record, life=replace(case.life, accepted_at=world.now))
    if case.report is not None and case.report.state is ReportState.SENT:
        day = world.now.astimezone(world.office.desk.zone).date()
        d8 = replace(case.report.report.d8, accepted_by=by, accepted_on=day)
        accepted = replace(case.report, state=ReportState.ACCEPTED, report=replace(case.report.report, d8=d8))
        case = replace(case, report=accepted)
    return case.saying(f"{case.number} is accepted.")


def reject(case: Case, values: Values, who: Actor, world: World) -> Case:
    """The customer does not accept: the record is in work again, and its owner revises the report."""
    reason = str(values["reason"])
    case = _verdict_settled(case, "rejected")
    life = replace(case.life, rejections=case.life.rejections + 1, accepted_at=None)
    case = replace(case, record=replace(case.record, state=RecordState.IN_PROGRESS), life=life)
    if case.report is not None:
        case = replace(case, report=replace(case.report, state=ReportState.REJECTED))
    case = case.noted(who, world, "rejected", new={"reason": reason, "time": life.rejections})
    owner = case.record.owner or who.email
    due = world.office.calendar.end(world.now, world.office.policy.closing.revise_within, "working_time")
    case = given(case, TaskKind.ACTION, owner, who, world, due, reason, {"revision": life.rejections})
    responsible, _ = recipients(
        Purpose.DUE_SOON, case.record.department, world.people, world.office.policy, owner=owner
    )
    others = tuple(address for address in responsible if address.lower() != who.email.lower())
    if others:
        case = case.written(rejected_notice(case, others, reason, world))
    return case.saying(f"{case.number} is in work again.")


def _verdict_settled(case: Case, verdict: str) -> Case:
    for proposal in case.proposals:
        if proposal.field == ACCEPTANCE and proposal.state is ProposalState.OPEN:
            state = ProposalState.TAKEN if proposal.value == verdict else ProposalState.DROPPED
            case = settled(case, proposal, state)
    return case


def _was_written(case: Case, *purposes: Purpose) -> bool:
    return any(letter.purpose in purposes and letter.state in _SENT for letter in case.letters)


def close(case: Case, values: Values, who: Actor, world: World) -> Case:
    """Closed, with the closure letter to the customer. `despite` closes in the face of what is open: a manager does."""
    open_points = what_is_open(case, world)
    despite = values.get("despite")
    if open_points and not despite:
        raise RecordError(f"{case.number} cannot be closed: {'; '.join(open_points)}.", "Settle that first.")
    if open_points and not who.roles & {Role.QUALITY_MANAGER, Role.GENERAL_MANAGER}:
        raise RecordError(f"{who.email} may not close {case.number} despite what is open.", "A quality manager may.")
    windows = tuple(replace(w, state=WindowState.WAIVED) if w.state is WindowState.OPEN else w for w in case.windows)
    life = replace(case.life, closed_at=world.now)
    case = replace(
        case,
        record=replace(case.record, state=RecordState.CLOSED),
        life=life,
        windows=tuple(replace(window, look_at=None) for window in windows),
    )
    told = {"open": list(open_points), "despite": despite} if open_points else None
    case = case.noted(who, world, "closed", new=told)
    to = customer_address(case)
    if to and case.record.letter is not Class.C and not values.get("without_letter"):
        case = case.written(closure_letter(case, to, str(values.get("result", "")), world))
    return case.saying(f"{case.number} is closed.")


def what_is_open(case: Case, world: World) -> tuple[str, ...]:
    """What stands against closing, a few words each."""
    record, found = case.record, []
    if (
        record.letter is not Class.C
        and record.state is not RecordState.ACCEPTED
        and not _silently_accepted(case, world)
    ):
        found.append("the customer has not accepted")
    found += [f"the task {t.id} ({t.kind.value}) is open" for t in case.tasks if t.state is TaskState.OPEN]
    if case.report is not None:
        found += [
            f"the action {position} is not implemented"
            for position, action in enumerate(case.report.report.d5, 1)
            if action.done_on is None
        ]
    ours = case.life.responsibility is Responsibility.OURS or case.life.same_fault is True
    if ours and world.office.policy.closing.verification and not _verified(case):
        found.append("its cure is not verified at the customer's")
    return tuple(found)


def _silently_accepted(case: Case, world: World) -> bool:
    """Whether the customer has left the report that it has unanswered for so long; who has rejected it has answered."""
    reported = case.life.reported_at
    if reported is None or case.record.state is not RecordState.REPORTED:
        return False
    answered = any(one.field == ACCEPTANCE and one.state is ProposalState.OPEN for one in case.proposals)
    return not answered and world.now >= reported + world.office.policy.closing.accept_after


def _verified(case: Case) -> bool:
    return any(
        task.kind is TaskKind.VERIFICATION and task.state is TaskState.DONE and task.data.get("effective") is True
        for task in case.tasks
    )


def reopen(case: Case, values: Values, who: Actor, world: World) -> Case:
    """In work again, with a reason. What was met stays met."""
    life = replace(case.life, closed_at=None, accepted_at=None, survey_at=None)
    case = replace(case, record=replace(case.record, state=RecordState.IN_PROGRESS), life=life)
    return case.noted(who, world, "reopened", new=values["reason"]).saying(f"{case.number} is in work again.")


def cancel(case: Case, values: Values, who: Actor, world: World) -> Case:
    """No complaint after all: nothing more is due, no letter that has not left goes any more."""
    return _ended(case, who, world).noted(who, world, "cancelled", new=values["reason"]).saying("Cancelled.")


def merge(case: Case, values: Values, who: Actor, world: World) -> Case:
    """The same matter as another record, which goes on for both."""
    other = str(values["into"])
    if other == case.number:
        raise UsageError("A record cannot be joined to itself.", "Name the other one.")
    case = _ended(case, who, world)
    case = replace(case, record=replace(case.record, merged_into=other))
    return case.noted(who, world, "merged", new=other).saying(f"{case.number} goes on as {other}.")


def _ended(case: Case, who: Actor, world: World) -> Case:
    """Cancelled, with all that hangs on it at rest."""

    def rested(letter: Letter) -> Letter:
        return replace(letter, state=LetterState.CANCELLED) if letter.state in _NOT_GONE else letter

    running = (WindowState.OPEN, WindowState.OVERDUE)
    return replace(
        case,
        record=replace(case.record, state=RecordState.CANCELLED),
        life=replace(case.life, closed_at=world.now, look_at=None, survey_at=None),
        windows=tuple(
            replace(w, state=WindowState.WAIVED, look_at=None) if w.state in running else w for w in case.windows
        ),
        letters=tuple(rested(letter) for letter in case.letters),
        tasks=tuple(
            replace(t, state=TaskState.CANCELLED, done_at=world.now, done_by=who.email, look_at=None)
            if t.state is TaskState.OPEN
            else t
            for t in case.tasks
        ),
    )


_REASON = Key("reason", "why, in a sentence", required=True)

CLOSE_ACTS = (
    Act("accept", "the customer accepts", accept, (Key("by", "who accepted"),)),
    Act("reject", "the customer does not accept", reject, (_REASON,), states=_WITH_THE_CUSTOMER),
    Act(
        "close",
        "close the record",
        close,
        (
            Key("result", "what was done, for the closure letter"),
            Key("despite", "why, although something is open"),
            Key("without_letter", "no closure letter to the customer", "yes_no"),
        ),
    ),
    Act("reopen", "take a closed record up again", reopen, (_REASON,), states=_ENDED | {RecordState.ACCEPTED}),
    Act("cancel", "it was no complaint", cancel, (_REASON,), states=RUNNING),
    Act("merge", "join it to another record", merge, (Key("into", "the other record's number", required=True),)),
)
