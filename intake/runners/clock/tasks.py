"""The steps of tasks: their owner is reminded, and a day past the end the head of the department is told."""

from dataclasses import replace
from datetime import datetime

from intake.policy.reminders import BROKEN, ESCALATED, Step, task_next_look, task_steps_due
from intake.policy.routing import recipients
from intake.replies import notices
from intake.runners.clock.look import OVER, Addresses, Look, Matter, RecordOf, Taken, Told
from storage import UnitOfWork
from storage.life import Task
from storage.records import Event, Letter, Purpose, Record


class Tasks:
    name = "task"
    locks_record = True

    def due(self, work: UnitOfWork, now: datetime, limit: int) -> list[Task]:
        return work.lives.tasks_to_look_at(now, limit)

    def record_of(self, thing: Task) -> str:
        return thing.record

    def moments(self, thing: Task, look: Look) -> list[datetime]:
        return [step.at for step in task_steps_due(thing, look.now, look.office.policy, look.office.calendar)]

    def step(self, work: UnitOfWork, thing: Task, record_of: RecordOf, look: Look) -> Taken:
        record = record_of(thing.record)
        if work.lives.task(thing.id) != thing:
            return Taken()  # it was done, or looked at, since it was listed
        if record is None or record.state in OVER:
            work.lives.update(replace(thing, look_at=None))
            return Taken()
        now, policy, calendar = look.now, look.office.policy, look.office.calendar
        steps = task_steps_due(thing, now, policy, calendar)
        taken = Taken(steps=len(steps))
        for step in steps:
            taken.told.append(_told(record, thing, step, look))
            told = {"task": thing.id, "kind": thing.kind.value}
            taken.events.append(Event(record.number, now, "system", f"task_{step.name}", new=told))
        after = replace(thing, reminded=(*thing.reminded, *(step.name for step in steps)))
        work.lives.update(replace(after, look_at=task_next_look(after, now, policy, calendar)))
        return taken

    def put_off(self, work: UnitOfWork, thing: Task, until: datetime) -> None:
        if work.lives.task(thing.id) == thing:
            work.lives.update(replace(thing, look_at=until))


def _told(record: Record, task: Task, step: Step, look: Look) -> Told:
    """The end of a task is told to its owner first; the head of the owner's department gets a copy then, and a day
    later the letter.
    """
    to: Addresses = (task.owner,)
    cc: Addresses = ()
    if step.name in (BROKEN, ESCALATED):
        department = task.department or record.department
        heads, _ = recipients(Purpose.OVERDUE, department, look.people, look.office.policy, owner=record.owner)
        others = tuple(one for one in heads if one.lower() != task.owner.lower())
        to, cc = (to, others) if step.name == BROKEN or not others else (others, to)

    def write(to: Addresses, cc: Addresses) -> Letter:
        ids = look.ids(f"{record.number.lower()}.task.{step.name}", task.id, step.name)
        percent = int(step.name) if step.name.isdigit() else 100
        owner, desk = look.owner(record), look.office.desk
        return notices.task_reminder(record, task, percent, to, cc, owner, desk, ids, look.now)

    return Told(Matter("task", record, step.name, step.at, task=task), to, cc, write)
