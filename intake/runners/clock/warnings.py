"""Batch warnings that customers do not confirm: the record's owner is reminded, and later the quality manager told.

Looked at record by record, so that one letter names all the customers whose time has gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from intake.policy.confirming import confirming_look, confirming_steps_due
from intake.policy.reminders import ESCALATED, Step
from intake.policy.routing import first_holding
from intake.replies import confirmations
from intake.replies.matters import PURPOSES, matter
from intake.runners.clock.look import OVER, Addresses, Look, Matter, RecordOf, Taken, Told
from storage import UnitOfWork
from storage.life import Warned
from storage.records import Event, Letter, Record, Role
from templates.words import words

UNCONFIRMED = "unconfirmed"
MATTERS = {UNCONFIRMED: "unconfirmed", ESCALATED: "unconfirmed_late"}  # step → the notice's words
DECIDE = (Role.QUALITY_MANAGER, Role.MANAGEMENT_REPRESENTATIVE, Role.GENERAL_MANAGER)  # the first that somebody holds


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """The warnings of one record for which the clock calls."""

    record: str
    rows: tuple[Warned, ...]


class Warnings:
    name = "warning"
    locks_record = True

    def due(self, work: UnitOfWork, now: datetime, limit: int) -> list[Unconfirmed]:
        of_record: dict[str, list[Warned]] = {}
        for one in work.lives.warned_to_look_at(now, limit):
            of_record.setdefault(one.record, []).append(one)
        return [Unconfirmed(number, tuple(rows)) for number, rows in of_record.items()]

    def record_of(self, thing: Unconfirmed) -> str:
        return thing.record

    def moments(self, thing: Unconfirmed, look: Look) -> list[datetime]:
        return [step.at for one in thing.rows for step in _due(one, look)]

    def step(self, work: UnitOfWork, thing: Unconfirmed, record_of: RecordOf, look: Look) -> Taken:
        record = record_of(thing.record)
        stands = work.lives.warned(thing.record)
        rows = [
            one for one in thing.rows if one in stands
        ]  # the rest was confirmed, or asked again, since it was listed
        if record is None or record.state in OVER:
            for one in rows:
                work.lives.update(replace(one, look_at=None))
            return Taken()
        steps = {one.id: _due(one, look) for one in rows}
        taken = Taken(steps=sum(map(len, steps.values())))
        for name in (UNCONFIRMED, ESCALATED):
            late = [(one, step) for one in rows for step in steps[one.id] if _kind(step) == name]
            if late:
                who = tuple(one for one, _ in late)
                at = min(step.at for _, step in late)
                taken.told.extend(_told(record, who, stands, name, at, look))
                told = {"customers": [one.customer for one in who]}
                taken.events.append(Event(record.number, look.now, "system", f"warning_{name}", new=told))
        for one in rows:
            after = replace(one, reminded=(*one.reminded, *(step.name for step in steps[one.id])))
            look_at = confirming_look(after, look.office.policy, look.office.calendar)
            work.lives.update(replace(after, look_at=look_at))
        return taken

    def put_off(self, work: UnitOfWork, thing: Unconfirmed, until: datetime) -> None:
        stands = work.lives.warned(thing.record)
        for one in thing.rows:
            if one in stands:
                work.lives.update(replace(one, look_at=until))


def _due(one: Warned, look: Look) -> tuple[Step, ...]:
    return confirming_steps_due(one, look.now, look.office.policy, look.office.calendar)


def _kind(step: Step) -> str:
    return step.name.partition(":")[0]


def _told(
    record: Record, late: tuple[Warned, ...], everybody: Sequence[Warned], name: str, at: datetime, look: Look
) -> list[Told]:
    """The owner; of the escalation the quality manager, with a copy to the owner."""
    owner = look.owner(record)
    to: Addresses = (owner.email,) if owner else ()
    cc: Addresses = ()
    if name == ESCALATED:
        managers = first_holding(DECIDE, look.people)
        to, cc = managers, tuple(one for one in to if one not in managers)
    if not to:
        return []

    def write(to: Addresses, cc: Addresses) -> Letter:
        desk, what = look.office.desk, MATTERS[name]
        known = words(desk.language, desk.templates)
        done = [one for one in everybody if one.confirmed_at is not None]
        facts = [("not_confirmed", line) for line in confirmations.named(late, desk, known)]
        facts += [("has_confirmed", line) for line in confirmations.named(done, desk, known)]
        marks = [f"{one.id}:{one.asked_at}" for one in late]
        ids = look.ids(f"{record.number.lower()}.warning.{name}", PURPOSES[what], *marks, name)
        return matter(what, record, to, owner, desk, ids, look.now, cc, facts, n=str(len(late)))

    return [Told(Matter("warning", record, name, at, warned=late), to, cc, write)]
