"""Who has a record: dispatch to a department and its signature, one owner at any time, handing over, refusal.

半个工作日内完成传递, 接收人签字确认 (客诉信息处理流程 §5.2, 信息交流和内部沟通程序流程 §5.1.3). An owner keeps a record
until the next one has signed (24小时回复制: 信息接收人闭环); what comes back three times goes to the manager
(3次沟通不一致→逐级上报).
"""

from dataclasses import replace
from datetime import datetime

from intake.acts.act import DEPARTMENTS, EVERYBODY, REVIEWERS, Act, Key, Values
from intake.acts.case import Actor, Case, World, owner_person
from intake.acts.notices import coordination_notice, dispatch_notice, handover_notice, refused_notice
from intake.errors import RecordError, UsageError
from intake.policy.routing import department_for, is_of, printed, recipients
from storage.records import Purpose

REFUSALS_TO_THE_MANAGER = 3


def assign(case: Case, values: Values, who: Actor, world: World) -> Case:
    """To a department (by name, or by the cause that it answers for), to an owner, or both."""
    department, owner, cause = values.get("department"), values.get("owner"), values.get("cause")
    if not (department or owner or cause):
        raise UsageError("assign needs owner=…, department=… or cause=….", "Name who gets it.")
    if cause is not None:
        if cause not in world.office.policy.causes:
            known = ", ".join(world.office.policy.causes)
            raise UsageError(f"The policy has no cause {cause!r}.", f"It has {known}.")
        case = replace(case, life=replace(case.life, cause=cause)).noted(
            who, world, "cause_named", old=case.life.cause or None, new=cause
        )
        department = department or department_for(cause, world.office.policy)
    if department:
        case = _dispatched_to(case, str(department), who, world)
    return _handed_to(case, str(owner), who, world) if owner else case


def _dispatched_to(case: Case, department: str, who: Actor, world: World) -> Case:
    old = case.record.department
    record = replace(case.record, department=printed(department, world.office.policy))
    case = replace(case, record=record).noted(who, world, "assigned", old=old or None, new=record.department)
    return dispatched(case, world)


def dispatched(case: Case, world: World) -> Case:
    """The dispatch to the record's department goes (again), and waits for its signature."""
    to, cc = recipients(Purpose.DISPATCH, case.record.department, world.people, world.office.policy)
    if not to:
        return replace(case, life=replace(case.life, dispatched_at=None, signed_at=None, signed_by="")).saying(
            f"Nobody of {case.record.department or 'no department'} is among the people: no dispatch was written."
        )
    return waiting_for_signature(case.written(dispatch_notice(case, to, cc, world)), world).saying(
        f"Dispatched to {', '.join(to)}."
    )


def waiting_for_signature(case: Case, world: World) -> Case:
    """With a dispatch of this moment that nobody has signed yet."""
    until = world.now + world.office.policy.reminders.sign_within
    life = replace(case.life, dispatched_at=world.now, signed_at=None, signed_by="", look_at=_earlier(case, until))
    return replace(case, life=life)


def _earlier(case: Case, moment: datetime) -> datetime:
    """When the clock looks at the life next: at `moment`, or before where it was to look already."""
    return moment if case.life.look_at is None else min(case.life.look_at, moment)


def _handed_to(case: Case, owner: str, who: Actor, world: World) -> Case:
    owner = Actor.named(owner, world.people).email
    if owner.lower() == case.record.owner.lower():
        return replace(case, life=replace(case.life, handover_to="", handover_at=None)).saying(
            f"{owner} has it already."
        )
    if owner.lower() == who.email.lower() or not case.record.owner:
        return _owned_by(case, owner, who, world)
    until = world.now + world.office.policy.reminders.sign_within
    life = replace(case.life, handover_to=owner, handover_at=world.now, look_at=_earlier(case, until))
    case = replace(case, life=life).noted(who, world, "handed_over", old=case.record.owner, new=owner)
    return case.written(handover_notice(case, owner, who, world)).saying(
        f"{owner} is asked to sign; until then {case.record.owner} keeps it."
    )


def _owned_by(case: Case, owner: str, who: Actor, world: World) -> Case:
    old = case.record.owner
    life = replace(case.life, handover_to="", handover_at=None)
    case = replace(case, record=replace(case.record, owner=owner), life=life)
    return case.noted(who, world, "owner", old=old or None, new=owner).saying(f"{owner} has it.")


def sign(case: Case, values: Values, who: Actor, world: World) -> Case:
    """The receiver has it: of a handover the new owner, of a dispatch somebody of the department."""
    life = case.life
    if life.handover_to and life.handover_to.lower() == who.email.lower():
        case = _owned_by(case, life.handover_to, who, world)
        if life.signed_at is not None or not _may_sign(case, who, world):
            return case
    if not _may_sign(case, who, world):
        raise RecordError(
            f"{who.email} is no receiver of {case.number}.",
            f"Somebody of {case.record.department or 'its department'}, or the person that it is handed to, signs.",
        )
    if case.life.dispatched_at is None:
        raise RecordError(f"{case.number} waits for no signature.", "It was not dispatched, or it came back.")
    if case.life.signed_at is not None:
        return case.saying(f"{case.life.signed_by} has signed already.")
    signed = replace(case.life, signed_at=world.now, signed_by=who.email)
    return replace(case, life=signed).noted(who, world, "signed").saying(f"{case.number} is signed for.")


def _may_sign(case: Case, who: Actor, world: World) -> bool:
    return bool(who.roles & REVIEWERS) or is_of(who.departments, case.record.department, world.office.policy)


def refuse_dispatch(case: Case, values: Values, who: Actor, world: World) -> Case:
    """Not ours, or not enough said: back to the owner, with a reason; the third time to the manager as well."""
    if case.life.dispatched_at is None and case.life.handover_to.lower() != who.email.lower():
        raise RecordError(f"{case.number} waits for no signature.", "It was not dispatched, or it came back.")
    reason, refusals = values["reason"], case.life.refusals + 1
    if case.life.handover_to.lower() == who.email.lower():
        life = replace(case.life, handover_to="", handover_at=None, refusals=refusals)
    else:
        life = replace(case.life, dispatched_at=None, signed_at=None, signed_by="", refusals=refusals)
    case = replace(case, life=life).noted(
        who, world, "refused", new={"reason": reason, "department": case.record.department, "time": refusals}
    )
    owner = owner_person(case, world)
    if owner is not None:
        case = case.written(refused_notice(case, (owner.email,), who, reason, world))
    if refusals >= REFUSALS_TO_THE_MANAGER:
        case = _to_the_manager(case, who, reason, world)
    return case.saying(f"Refused, for the {refusals}. time.")


def coordinate(case: Case, values: Values, who: Actor, world: World) -> Case:
    """Several departments, or no agreement: the management representative decides (多部门/无法沟通→管理者代表协调)."""
    return _to_the_manager(case, who, values["reason"], world)


def _to_the_manager(case: Case, who: Actor, reason: str, world: World) -> Case:
    to, cc = recipients(Purpose.ESCALATION, case.record.department, world.people, world.office.policy)
    if not to:
        return case.saying("Nobody holds the roles that an escalation goes to.")
    case = case.noted(who, world, "coordination_asked", new=reason)
    return case.written(coordination_notice(case, to, cc, who, reason, world)).saying(f"{', '.join(to)} are asked.")


def dispatch(case: Case, values: Values, who: Actor, world: World) -> Case:
    """The dispatch once more, to the department that has the record."""
    return dispatched(case.noted(who, world, "dispatched_again"), world)


HANDOVER_ACTS = (
    Act(
        "assign",
        "give the record to a department, an owner, or both",
        assign,
        (
            Key("owner", "a mail address", "address"),
            Key("department", "a department's name"),
            Key("cause", "a cause of the policy, by which the department is found"),
        ),
    ),
    Act("dispatch", "send the dispatch once more", dispatch),
    Act("sign", "sign for the record", sign, who=EVERYBODY),
    Act(
        "refuse",
        "send the dispatch back",
        refuse_dispatch,
        (Key("reason", "why, in a sentence", required=True),),
        who=DEPARTMENTS | REVIEWERS,
    ),
    Act(
        "coordinate",
        "ask the management representative to decide",
        coordinate,
        (Key("reason", "what is to be decided", required=True),),
        who=DEPARTMENTS | REVIEWERS,
    ),
)
