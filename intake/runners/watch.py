"""What the clock calls for: reminders, broken promises, escalation, and the progress letter that goes by itself.

Each step of a window is taken once: it is written into the window in the same transaction as its letter, and the
letter's
Message-ID is made of record, window and step, so that even a step taken twice leaves one letter.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from intake.clock import Clock
from intake.desk import Office, owner_of
from intake.log import log
from intake.policy.reminders import AUTO_PROGRESS, BROKEN, ESCALATED, is_broken, next_look, steps_due
from intake.policy.routing import recipients
from intake.replies import letters, notices
from intake.replies.letters import Ids
from intake.runners.alarm import Alarm
from storage import AlreadyThere, Storage, StorageTrouble, UnitOfWork
from storage.records import Event, Letter, LetterState, Person, Purpose, Record, RecordState, Window, WindowState

LIMIT = 5000
PUT_OFF = timedelta(minutes=10)  # until a window whose step failed is looked at again
OVER = (RecordState.CLOSED, RecordState.CANCELLED)
REMINDERS = (Purpose.DUE_SOON, Purpose.OVERDUE)
NEVER_LEAVES = (LetterState.DRAFT, LetterState.REFUSED, LetterState.CANCELLED)
PURPOSES = {BROKEN: Purpose.OVERDUE, ESCALATED: Purpose.ESCALATION, AUTO_PROGRESS: Purpose.PROGRESS}


class Watcher:
    def __init__(self, storage: Storage, office: Office, clock: Clock, domain: str) -> None:
        self._storage = storage
        self._office = office
        self._clock = clock
        self._domain = domain
        self._alarm = Alarm(storage, office, clock, domain)

    def look(self) -> int:
        """Takes every step that is due; the number of windows that had one."""
        now = self._clock()
        self._alarm.look()
        with self._storage.unit() as work:
            due = work.complaints.windows_to_look_at(now, LIMIT)
        touched = 0
        for window in due:
            try:
                with self._storage.unit() as work:
                    touched += self._step(work, window, now)
                    work.commit()
            except AlreadyThere:
                continue  # another watcher was first
            except (StorageTrouble, SQLAlchemyError):
                raise
            except Exception as error:  # noqa: BLE001  one window's fault must not stop the clock of all the others
                log().error("window_failed", record=window.record, window=window.name, error=type(error).__name__)
                self._put_off(window, now)
        if touched:
            log().info("clock", windows=touched)
        return touched

    def _put_off(self, window: Window, now: datetime) -> None:
        with self._storage.unit() as work:
            if window in work.complaints.windows(window.record, lock=True):
                work.complaints.set_window(replace(window, look_at=now + PUT_OFF))
            work.commit()

    def _step(self, work: UnitOfWork, window: Window, now: datetime) -> bool:
        if window not in work.complaints.windows(window.record, lock=True):
            return False  # it was met, or looked at, since it was listed
        record = work.complaints.get(window.record)
        if record is None or record.state in OVER:
            work.complaints.set_window(replace(window, look_at=None))
            return False
        policy, calendar = self._office.policy, self._office.calendar
        steps = steps_due(window, now, policy, calendar)
        people = work.people.everybody()
        for step in steps:
            letter = self._letter(work, record, window, step, people, now)
            if letter is not None and work.letters.by_message_id(letter.message_id) is None:
                work.letters.add([letter])
            work.complaints.add_event(Event(record.number, now, "system", f"window_{step}", new=str(window.name)))
        state = WindowState.OVERDUE if is_broken(window, now) else window.state
        after = replace(window, state=state, reminded=(*window.reminded, *steps))
        work.complaints.set_window(replace(after, look_at=next_look(after, now, policy, calendar)))
        return bool(steps)

    def _letter(
        self, work: UnitOfWork, record: Record, window: Window, step: str, people: list[Person], now: datetime
    ) -> Letter | None:
        office, ids = self._office, self._ids(window, step)
        purpose = PURPOSES.get(step, Purpose.DUE_SOON)
        owner = owner_of(people)
        if purpose is Purpose.PROGRESS:
            answered = _answered(work.letters.of_record(record.number))
            if not answered:
                return None  # nobody may be answered by itself: a person decides
            known = work.complaints.windows(record.number), work.complaints.messages(record.number)
            return letters.progress(record, *known, answered, owner, office.desk, ids, now)
        to, cc = recipients(purpose, record.department, people, office.policy, owner=record.owner)
        if not to:
            return None
        if purpose is Purpose.OVERDUE:
            return notices.overdue(record, window, to, cc, owner, office.desk, ids, now)
        if purpose is Purpose.ESCALATION:
            earlier = [x for x in work.letters.of_record(record.number) if x.purpose in REMINDERS]
            return notices.escalation(record, window, earlier, to, cc, owner, office.desk, ids, now)
        return notices.due_soon(record, window, int(step), to, cc, owner, office.desk, ids, now)

    def _ids(self, window: Window, step: str) -> Ids:
        name = hashlib.sha256(f"{window.record} {window.name} {step}".encode()).hexdigest()[:24]
        return Ids(
            letter_id=name, message_id=f"<{window.record.lower()}.{window.name}.{step}.{name[:8]}@{self._domain}>"
        )


def _answered(written: Sequence[Letter]) -> tuple[str, ...]:
    """Whom the acknowledgement went to: the guard let it pass, so the same address may be written to again."""
    return next(
        (one.to for one in written if one.purpose is Purpose.ACKNOWLEDGEMENT and one.state not in NEVER_LEAVES), ()
    )
