"""Signatures that are missing: the receivers of a dispatch, or the new owner, are asked once by a letter of its own."""

from dataclasses import replace
from datetime import datetime

from intake.policy.routing import recipients
from intake.policy.signing import Wanted, signature_look, signatures_due, wanted, with_reminded
from intake.replies import notices
from intake.runners.clock.look import OVER, Addresses, Look, Matter, RecordOf, Taken, Told
from storage import UnitOfWork
from storage.life import Life
from storage.records import Event, Letter, Purpose, Record


class Signatures:
    name = "signature"
    locks_record = True

    def due(self, work: UnitOfWork, now: datetime, limit: int) -> list[Life]:
        return work.lives.to_look_at(now, limit)

    def record_of(self, thing: Life) -> str:
        return thing.record

    def moments(self, thing: Life, look: Look) -> list[datetime]:
        policy = look.office.policy
        due = signatures_due(thing, look.now, policy, look.office.calendar)
        return [one.since + policy.reminders.sign_within for one in due]

    def step(self, work: UnitOfWork, thing: Life, record_of: RecordOf, look: Look) -> Taken:
        record = record_of(thing.record)
        if work.lives.get(thing.record) != thing:
            return Taken()  # somebody signed, or it was looked at, since it was listed
        if record is None or record.state in OVER:
            work.lives.save(replace(thing, look_at=None))
            return Taken()
        now, policy, calendar = look.now, look.office.policy, look.office.calendar
        due = signatures_due(thing, now, policy, calendar)
        taken = Taken(steps=len(due))
        for one in due:
            taken.told.extend(_told(record, thing, one, look))
            told = {"waits_for": one.what, "since": one.since.isoformat()}
            taken.events.append(Event(record.number, now, "system", "unsigned", new=told))
        after = with_reminded(thing, due, wanted(thing, policy, calendar), calendar.local_day(now))
        work.lives.save(replace(after, look_at=signature_look(after, now, policy, calendar)))
        return taken

    def put_off(self, work: UnitOfWork, thing: Life, until: datetime) -> None:
        if work.lives.get(thing.record) == thing:
            work.lives.save(replace(thing, look_at=until))


def asked(record: Record, life: Life, one: Wanted, look: Look) -> tuple[Addresses, Addresses]:
    """(to, cc): of a dispatch the department and its head; of a handover the new owner and the old one."""
    if one.what == "handover":
        old = (record.owner,) if record.owner and record.owner.lower() != life.handover_to.lower() else ()
        return (life.handover_to,), old
    return recipients(Purpose.UNSIGNED, record.department, look.people, look.office.policy, owner=record.owner)


def _told(record: Record, life: Life, one: Wanted, look: Look) -> list[Told]:
    to, cc = asked(record, life, one, look)
    if not to:
        return []

    def write(receivers: Addresses, copies: Addresses) -> Letter:
        ids = look.ids(f"{record.number.lower()}.unsigned", record.number, one.name)
        owner, desk = look.owner(record), look.office.desk
        return notices.unsigned(record, one.since, to, receivers, copies, owner, desk, ids, look.now)

    at = one.since + look.office.policy.reminders.sign_within
    return [Told(Matter("signature", record, one.what, at, since=one.since), to, cc, write)]
