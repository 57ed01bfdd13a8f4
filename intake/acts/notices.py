"""The notices to our own people that acts write."""

from collections.abc import Sequence
from datetime import datetime

from intake.acts.case import Actor, Case, World, owner_person
from intake.replies.letters import dispatch
from intake.replies.matters import PURPOSES, matter
from storage.life import Task
from storage.records import Letter, Purpose, WindowName
from templates.words import words


def dispatch_notice(case: Case, to: tuple[str, ...], cc: tuple[str, ...], world: World) -> Letter:
    """客诉传递 to the record's department, to be signed."""
    return dispatch(
        case.record,
        case.windows,
        to,
        cc,
        owner_person(case, world),
        world.office.desk,
        world.ids(Purpose.DISPATCH),
        world.now,
        sign_by=world.now + world.office.policy.reminders.sign_within,
    )


def handover_notice(case: Case, new_owner: str, who: Actor, world: World) -> Letter:
    """The new owner is asked to sign; the old one keeps the record until then."""
    old = owner_person(case, world)
    facts = (("until", world.now + world.office.policy.reminders.sign_within),)
    return _matter("handover", case, (new_owner,), world, facts=facts, who=_name(who), owner=old.name if old else "")


def refused_notice(case: Case, to: tuple[str, ...], who: Actor, reason: str, world: World) -> Letter:
    facts = (("reason", reason), ("time", str(case.life.refusals)))
    return _matter("refused", case, to, world, facts=facts, who=_name(who))


def coordination_notice(
    case: Case, to: tuple[str, ...], cc: tuple[str, ...], who: Actor, reason: str, world: World
) -> Letter:
    return _matter("coordination", case, to, world, cc=cc, facts=(("reason", reason),), who=_name(who))


def rejected_notice(case: Case, to: tuple[str, ...], reason: str, world: World) -> Letter:
    return _matter("rejected", case, to, world, facts=(("reason", reason),))


def answered_notice(case: Case, to: tuple[str, ...], said: str, world: World) -> Letter:
    """The customer's mail gives values, or a verdict on a report, that wait for a person."""
    return _matter("answered", case, to, world, facts=(("said", said),))


def warnings_notice(case: Case, to: tuple[str, ...], who: Actor, number: int, world: World) -> Letter:
    """Drafted batch warnings wait for approval: until the window of the hazard notice ends, where there is one."""
    window = case.window(WindowName.HAZARD_NOTICE)
    facts = (("until", window.due_at),) if window is not None else ()
    return _matter("warnings", case, to, world, facts=facts, who=_name(who), n=str(number))


def supplier_answered_notice(
    case: Case, task: Task, supplier: str, said: str, has_report: bool, world: World
) -> Letter:
    """A supplier's answer is in the record; whether it met the task."""
    known = words(world.office.desk.language, world.office.desk.templates)
    report = known.of("matters", "report_yes" if has_report else "report_no")
    facts = (("supplier_label", supplier), ("report_label", report), ("task_label", task.note), ("said", said))
    return _matter("supplier_answered", case, (task.owner,), world, facts=facts, who=supplier)


def not_taken_notice(case: Case, who: Actor, act: str, why: str, world: World) -> Letter:
    """What somebody ordered by mail could not be done, and why."""
    return _matter("not_taken", case, (who.email,), world, facts=(("reason", why),), act=act)


def task_notice(case: Case, task: Task, world: World) -> Letter:
    """A task was given: which, by whom, until when, and how to report it done by a reply."""
    known = words(world.office.desk.language, world.office.desk.templates)
    kind = known.of("task_kinds", task.kind.value)
    giver = Actor.of(task.created_by, world.people)
    facts: list[tuple[str, str | datetime]] = [("task_label", kind), ("note", task.note)]
    if task.due_at is not None:
        facts.append(("until", task.due_at))
    who = _name(giver) if giver else task.created_by
    return _matter("task", case, (task.owner,), world, facts=facts, task=kind, who=who, id=task.id)


def _matter(
    what: str,
    case: Case,
    to: tuple[str, ...],
    world: World,
    cc: tuple[str, ...] = (),
    facts: Sequence[tuple[str, str | datetime]] = (),
    **said: str,
) -> Letter:
    owner, ids = owner_person(case, world), world.ids(PURPOSES[what])
    return matter(what, case.record, to, owner, world.office.desk, ids, world.now, cc, facts, **said)


def _name(who: Actor) -> str:
    return who.name or who.email
