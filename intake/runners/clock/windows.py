"""The steps of windows: reminders, broken promises, escalation, and the progress letter that goes by itself."""

from dataclasses import replace
from datetime import datetime

from intake.desk import acknowledged_to
from intake.policy.reminders import (
    AUTO_PROGRESS,
    BROKEN,
    ESCALATED,
    Step,
    is_broken,
    next_look,
    window_steps_due,
)
from intake.policy.routing import recipients
from intake.replies import letters, notices
from intake.runners.clock.look import OVER, Addresses, Look, Matter, RecordOf, Taken, Told
from storage import UnitOfWork
from storage.records import Event, Letter, Purpose, Record, Window, WindowState

REMINDERS = (Purpose.DUE_SOON, Purpose.OVERDUE)
PURPOSES = {BROKEN: Purpose.OVERDUE, ESCALATED: Purpose.ESCALATION}


class Windows:
    name = "window"
    locks_record = False  # the windows are locked themselves

    def due(self, work: UnitOfWork, now: datetime, limit: int) -> list[Window]:
        return work.complaints.windows_to_look_at(now, limit)

    def record_of(self, thing: Window) -> str:
        return thing.record

    def moments(self, thing: Window, look: Look) -> list[datetime]:
        """Those of the progress letter are left out: it goes to the customer, alone, whenever it goes."""
        steps = window_steps_due(thing, look.now, look.office.policy, look.office.calendar)
        return [step.at for step in steps if step.name != AUTO_PROGRESS]

    def step(self, work: UnitOfWork, thing: Window, record_of: RecordOf, look: Look) -> Taken:
        if thing not in work.complaints.windows(thing.record, lock=True):
            return Taken()  # it was met, or looked at, since it was listed
        record = record_of(thing.record)
        if record is None or record.state in OVER:
            work.complaints.set_window(replace(thing, look_at=None))
            return Taken()
        now, policy, calendar = look.now, look.office.policy, look.office.calendar
        steps = window_steps_due(thing, now, policy, calendar)
        taken = Taken(steps=len(steps))
        for step in steps:
            if step.name == AUTO_PROGRESS:
                taken.letters.extend(_progress(work, record, thing, look))
            else:
                taken.told.extend(_told(work, record, thing, step, look))
            taken.events.append(Event(record.number, now, "system", f"window_{step.name}", new=str(thing.name)))
        state = WindowState.OVERDUE if is_broken(thing, now) else thing.state
        after = replace(thing, state=state, reminded=(*thing.reminded, *(step.name for step in steps)))
        work.complaints.set_window(replace(after, look_at=next_look(after, now, policy, calendar)))
        return taken

    def put_off(self, work: UnitOfWork, thing: Window, until: datetime) -> None:
        if thing in work.complaints.windows(thing.record, lock=True):
            work.complaints.set_window(replace(thing, look_at=until))


def _progress(work: UnitOfWork, record: Record, window: Window, look: Look) -> list[Letter]:
    """To whom the acknowledgement went; nobody else may be answered by itself: a person decides."""
    answered = acknowledged_to(work.letters.of_record(record.number))
    if not answered:
        return []
    known = work.complaints.windows(record.number), work.complaints.messages(record.number)
    ids, desk = _ids(window, AUTO_PROGRESS, look), look.office.desk
    return [letters.progress(record, *known, answered, look.owner(record), desk, ids, look.now)]


def _told(work: UnitOfWork, record: Record, window: Window, step: Step, look: Look) -> list[Told]:
    purpose = PURPOSES.get(step.name, Purpose.DUE_SOON)
    to, cc = recipients(purpose, record.department, look.people, look.office.policy, owner=record.owner)
    if not to:
        return []

    def write(to: Addresses, cc: Addresses) -> Letter:
        rest = to, cc, look.owner(record), look.office.desk, _ids(window, step.name, look), look.now
        if purpose is Purpose.OVERDUE:
            return notices.overdue(record, window, *rest)
        if purpose is Purpose.ESCALATION:
            earlier = [one for one in work.letters.of_record(record.number) if one.purpose in REMINDERS]
            return notices.escalation(record, window, earlier, *rest)
        return notices.due_soon(record, window, int(step.name), *rest)

    return [Told(Matter("window", record, step.name, step.at, window=window), to, cc, write)]


def _ids(window: Window, step: str, look: Look) -> letters.Ids:
    return look.ids(f"{window.record.lower()}.{window.name}.{step}", window.record, window.name, step)
