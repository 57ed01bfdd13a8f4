"""The work on a complaint: tasks with their windows, visits, stock check, returned goods, samples, replacement, notes.

Each is given to one person, has an end, and is done with a result. A visit or a replacement meets the record's window
of that name. Clauses: 当天到现场确认 (客诉信息处理流程 §5.1), 库存品、在制品同类问题 (顾客沟通管理程序 §4.3), 退货隔离,
批量抽查、少量全检 (§4.5), 在客户处验证整改效果 (客诉信息处理流程 §3).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from intake.acts.act import DEPARTMENTS, REVIEWERS, Act, Key, Values
from intake.acts.case import Actor, Case, World
from intake.acts.notices import task_notice
from intake.errors import RecordError, UsageError
from intake.policy.distance import province_of
from storage.life import Task, TaskKind, TaskState
from storage.records import WindowName

WORKERS = REVIEWERS | DEPARTMENTS

# The window that a task's result meets.
MEETS = {
    TaskKind.ON_SITE_CONFIRMATION: WindowName.ON_SITE_CONFIRMATION,
    TaskKind.ON_SITE: WindowName.ON_SITE,
    TaskKind.REPLACEMENT: WindowName.REPLACEMENT,
}


def task(case: Case, values: Values, who: Actor, world: World) -> Case:
    """Gives somebody work. Its end is `due`, else that of the window of the same name, else what the policy says."""
    kind = TaskKind(values["kind"])
    owner = str(values.get("owner") or case.record.owner or who.email)
    return given(case, kind, owner, who, world, values.get("due"), str(values.get("note", "")))


def given(
    case: Case,
    kind: TaskKind,
    owner: str,
    who: Actor,
    world: World,
    due: datetime | None = None,
    note: str = "",
    data: Mapping[str, Any] | None = None,
) -> Case:
    """The case with a new task; its owner is told, unless he gives it to himself."""
    person = Actor.named(owner, world.people)
    window = case.window(MEETS[kind]) if kind in MEETS else None
    if kind is TaskKind.ON_SITE:
        note = "; ".join(part for part in (note, _nearest(case, world)) if part)
    end = due or (window.due_at if window else None) or _usual_end(kind, world)
    new = Task(
        id=world.fresh(),
        record=case.number,
        kind=kind,
        owner=person.email,
        created_at=world.now,
        created_by=who.email,
        department=next(iter(sorted(person.departments)), ""),
        due_at=end,
        note=note,
        data=data or {},
        look_at=world.now if end else None,
    )
    case = case.with_task(new).noted(who, world, "task_given", new={"task": new.id, "kind": kind, "owner": new.owner})
    if person.email.lower() != who.email.lower():
        case = case.written(task_notice(case, new, world))
    return case.saying(f"Task {new.id}: {kind.value} for {new.owner}.")


def _nearest(case: Case, world: World) -> str:
    """The service point that is nearest to the customer, with its contact (顾客服务网点清单: 信息交流和内部沟通程序流程
    §5.1.1): one of its province, else one for every other region; "" where there is none.
    """
    points = world.points()
    place = province_of(case.record.customer.location) or province_of(case.card.province if case.card else None)
    own = [one for one in points if place is not None and province_of(one.region) == place]
    found = next(iter(own or [one for one in points if not one.region]), None)
    return " ".join(part for part in (found.name, found.contact, found.phone, found.address) if part) if found else ""


def _usual_end(kind: TaskKind, world: World) -> datetime | None:
    stated = world.office.policy.tasks.end_of(kind)
    return world.office.calendar.end(world.now, stated, "working_time") if stated else None


def done(case: Case, values: Values, who: Actor, world: World) -> Case:
    """A task's result. The task is named by its id, or by its kind where only one of it is open."""
    found = _task(case, str(values["task"]))
    _only_who_may(found, who)
    return finished(case, found, str(values["result"]), who, world, values.get("at"))


def finished(
    case: Case,
    found: Task,
    result: str,
    who: Actor,
    world: World,
    at: datetime | None = None,
    data: Mapping[str, Any] | None = None,
) -> Case:
    """The case with a task done at `at` (by default now): its window is met at that moment."""
    moment = at or world.now
    if moment > world.now:
        raise UsageError("What is done was done before now.", "Give at=… as a moment that has passed.")
    after = replace(
        found,
        state=TaskState.DONE,
        done_at=moment,
        done_by=who.email,
        result=result,
        look_at=None,
        data={**found.data, **(data or {})},
    )
    case = case.with_task(after).noted(
        who, world, "task_done", new={"task": found.id, "kind": found.kind, "result": result, **(data or {})}
    )
    if found.kind in MEETS:
        case = case.met(MEETS[found.kind], moment)
    return case.saying(f"{found.kind.value} is done.")


def cancel_task(case: Case, values: Values, who: Actor, world: World) -> Case:
    """A task that need not be done, with the reason."""
    found = _task(case, str(values["task"]))
    after = replace(found, state=TaskState.CANCELLED, done_at=world.now, done_by=who.email, look_at=None)
    return case.with_task(after).noted(
        who, world, "task_cancelled", new={"task": found.id, "kind": found.kind, "reason": values["reason"]}
    )


def _task(case: Case, named: str) -> Task:
    still = [one for one in case.tasks if one.state is TaskState.OPEN]
    found = [one for one in still if one.kind == named] or [one for one in still if one.id.startswith(named)]
    if len(found) != 1:
        ids = ", ".join(f"{one.id} ({one.kind.value})" for one in still) or "none"
        raise RecordError(f"{case.number} has no open task {named!r}.", f"Open: {ids}.")
    return found[0]


def _only_who_may(found: Task, who: Actor) -> None:
    if who.email.lower() != found.owner.lower() and not who.roles & REVIEWERS:
        raise RecordError(f"The task {found.id} is {found.owner}'s.", "Its owner, or quality staff, report it done.")


def _done_at_once(
    case: Case,
    kind: TaskKind,
    result: str,
    who: Actor,
    world: World,
    at: datetime | None = None,
    data: Mapping[str, Any] | None = None,
) -> Case:
    """An open task of this kind, else one made for it, done by who reports it."""
    found = next((one for one in case.tasks if one.kind is kind and one.state is TaskState.OPEN), None)
    if found is None:
        found = Task(world.fresh(), case.number, kind, who.email, world.now, who.email)
    return finished(case, found, result, who, world, at, data)


def visit(case: Case, values: Values, who: Actor, world: World) -> Case:
    """Somebody was on the spot: the same day's confirmation, or the visit that the customer asked for."""
    kind = TaskKind.ON_SITE if values.get("kind") == "on_site" else TaskKind.ON_SITE_CONFIRMATION
    present = [str(name) for name in values.get("present", ())]
    return _done_at_once(case, kind, str(values["result"]), who, world, values.get("at"), {"present": present})


def stock_check(case: Case, values: Values, who: Actor, world: World) -> Case:
    """Whether our own stock, goods in process and inspection records show the same fault."""
    same, result = bool(values["same_fault"]), str(values.get("result", ""))
    case = replace(case, life=replace(case.life, same_fault=same))
    counted = {name: values[name] for name in ("checked", "found") if name in values}
    said = result or ("the same fault was found" if same else "the same fault was not found")
    case = _done_at_once(case, TaskKind.STOCK_CHECK, said, who, world, data={"same_fault": same, **counted})
    return case if not same else case.saying("The same fault is in our stock: corrective action is required.")


def replaced(case: Case, values: Values, who: Actor, world: World) -> Case:
    """The replacement is under way: quantity, carrier, when it arrives."""
    told = {name: values[name] for name in ("quantity", "carrier", "arrives", "approved_by") if name in values}
    plain = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in told.items()}
    said = str(values.get("result", "")) or "replaced"
    return _done_at_once(case, TaskKind.REPLACEMENT, said, who, world, values.get("at"), plain)


def returned(case: Case, values: Values, who: Actor, world: World) -> Case:
    """Goods came back: set apart and marked, to be inspected; all of few, a sample of many (the policy's threshold)."""
    quantity = float(values["quantity"])
    all_of_it = quantity <= world.office.policy.tasks.inspect_all_up_to
    plan = "all" if all_of_it else "sample"
    inspector = str(values.get("owner") or who.email)
    place = str(values.get("place", ""))
    case = case.noted(
        who, world, "goods_returned", new={"quantity": quantity, "place": place, "quarantined": True, "inspect": plan}
    )
    data = {"quantity": quantity, "place": place, "inspect": plan}
    return given(case, TaskKind.RETURN_INSPECTION, inspector, who, world, note=str(values.get("note", "")), data=data)


def sample(case: Case, values: Values, who: Actor, world: World) -> Case:
    """Samples came: how many, where they are."""
    told = {"quantity": values["quantity"], "place": str(values.get("place", ""))}
    said = str(values.get("note", "")) or "received"
    return _done_at_once(case, TaskKind.SAMPLE, said, who, world, data=told)


def verify(case: Case, values: Values, who: Actor, world: World) -> Case:
    """Whether the measures work at the customer's: needed before a complaint of our fault is closed."""
    effective = bool(values["effective"])
    return _done_at_once(case, TaskKind.VERIFICATION, str(values["result"]), who, world, data={"effective": effective})


def promise(case: Case, values: Values, who: Actor, world: World) -> Case:
    """The date that the department promises anew; the windows stay as they are."""
    day, old = values["date"], case.life.promised_on
    case = replace(case, life=replace(case.life, promised_on=day))
    return case.noted(
        who,
        world,
        "promised",
        old=old.isoformat() if old else None,
        new={"date": day.isoformat(), "reason": values.get("reason", "")},
    ).saying(f"Promised for {day.isoformat()}.")


def note(case: Case, values: Values, who: Actor, world: World) -> Case:
    """Something to remember of the record; the customer never sees it."""
    return case.noted(who, world, "note", new=str(values["text"]))


_TASK = Key("task", "its id, or its kind where one of it is open", required=True)
_AT = Key("at", "when it was, YYYY-MM-DDTHH:MM; by default now", "moment")
_OWNER = Key("owner", "who is to do it, a mail address", "address")

WORK_ACTS = (
    Act(
        "task",
        "give somebody work",
        task,
        (
            Key("kind", "what kind", "choice", True, tuple(TaskKind)),
            _OWNER,
            Key("due", "until when", "moment"),
            Key("note", "what is to be done"),
        ),
        who=WORKERS,
    ),
    Act("done", "report a task done", done, (_TASK, Key("result", "what came of it", required=True), _AT), who=WORKERS),
    Act("cancel_task", "take a task back", cancel_task, (_TASK, Key("reason", "why", required=True))),
    Act(
        "visit",
        "report a visit on the spot",
        visit,
        (
            Key("kind", "which of the two visits", "choice", choices=("confirmation", "on_site")),
            Key("result", "what was found", required=True),
            Key("present", "who was there, separated by ;", "list"),
            _AT,
        ),
        who=WORKERS,
    ),
    Act(
        "stock_check",
        "report whether our stock has the same fault",
        stock_check,
        (
            Key("same_fault", "yes or no", "yes_no", True),
            Key("checked", "how many were checked", "number"),
            Key("found", "how many were bad", "number"),
            Key("result", "what was found"),
        ),
        who=WORKERS,
    ),
    Act(
        "replace",
        "report the replacement under way",
        replaced,
        (
            Key("quantity", "how many", "number"),
            Key("carrier", "by whom they travel"),
            Key("arrives", "when they arrive", "moment"),
            Key("approved_by", "who approved it"),
            Key("result", "anything else"),
            _AT,
        ),
        who=WORKERS,
    ),
    Act(
        "returned",
        "goods came back: set apart, to be inspected",
        returned,
        (
            Key("quantity", "how many", "number", True),
            Key("place", "where they are"),
            _OWNER,
            Key("note", "anything else"),
        ),
        who=WORKERS,
    ),
    Act(
        "sample",
        "samples came",
        sample,
        (Key("quantity", "how many", "number", True), Key("place", "where they are"), Key("note", "anything else")),
        who=WORKERS,
    ),
    Act(
        "verify",
        "report whether the measures work at the customer's",
        verify,
        (Key("effective", "yes or no", "yes_no", True), Key("result", "its figures", required=True)),
        who=WORKERS,
    ),
    Act(
        "promise",
        "promise a new date",
        promise,
        (Key("date", "the day", "date", True), Key("reason", "why")),
        who=WORKERS,
    ),
    Act("note", "note something for our own people", note, (Key("text", "what", required=True),), who=WORKERS),
)
