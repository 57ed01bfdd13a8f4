"""What the clock calls for: steps of windows and tasks, signatures that are missing, the periodical letters.

Each step is taken once: it is written into its window, task or life in the same transaction as its letter, and the
letter's Message-ID is made of record and step, so that even a step taken twice leaves one letter. After the service was
down, what was missed is taken in one transaction, and its letters are joined (`clock.catching_up`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from intake.clock import Clock
from intake.desk import Office
from intake.log import log
from intake.runners.alarm import Alarm
from intake.runners.clock import catching_up, rounds
from intake.runners.clock.look import Look, Subject, Taken, Told
from intake.runners.clock.signatures import Signatures
from intake.runners.clock.tasks import Tasks
from intake.runners.clock.warnings import Warnings
from intake.runners.clock.windows import Windows
from storage import AlreadyThere, Storage, StorageTrouble, UnitOfWork
from storage.records import Event, Letter, Record

LIMIT = 2000  # things of one kind that one look takes; of what was missed, so that one transaction takes seconds
PUT_OFF = timedelta(minutes=10)  # until a thing whose step failed is looked at again
SUBJECTS: tuple[Subject[Any], ...] = (Windows(), Tasks(), Signatures(), Warnings())


@dataclass(frozen=True, slots=True)
class _Due:
    """A thing whose time has come, and what kind of thing it is."""

    subject: Subject[Any]
    thing: Any

    @property
    def record(self) -> str:
        return self.subject.record_of(self.thing)

    def missed(self, look: Look) -> bool:
        """Whether a step of it was overlooked because nobody looked. What cannot tell is taken by itself."""
        try:
            return look.until is not None and any(look.missed(at) for at in self.subject.moments(self.thing, look))
        except Exception:  # noqa: BLE001  taken by itself, it fails by itself
            return False


class Watcher:
    def __init__(self, storage: Storage, office: Office, clock: Clock, domain: str) -> None:
        self._storage = storage
        self._office = office
        self._clock = clock
        self._domain = domain
        self._alarm = Alarm(storage, office, clock, domain)

    def look(self) -> int:
        """Takes every step that is due; the number of things that had one."""
        now = self._clock()
        self._alarm.look()
        with self._storage.reading() as work:
            down_from, until = catching_up.missed_span(work, now, self._office.policy)
            look = Look(now, self._office, self._domain, tuple(work.people.everybody()), until, down_from)
            due = [_Due(subject, thing) for subject in SUBJECTS for thing in subject.due(work, now, LIMIT)]
        missed, others = _parted(due, look)
        touched = self._caught_up(missed, look) if missed else 0
        touched += sum(self._alone(one, look) for one in others)
        rounds.make(self._storage, look)
        if len(due) < LIMIT:  # else the rest was missed as well, and is joined at the next look
            with self._storage.unit() as work:
                catching_up.note_look(work, look)
                work.commit()
        if touched:
            log().info("clock", steps=touched)
        return touched

    def _alone(self, one: _Due, look: Look) -> int:
        """One thing in a transaction of its own: its fault must not stop the clock of all the others."""
        try:
            with self._storage.unit() as work:
                get = partial(work.complaints.get, lock=one.subject.locks_record)
                taken = one.subject.step(work, one.thing, get, look)
                work.complaints.add_events(taken.events)
                _keep(work, [told.write(told.to, told.cc) for told in taken.told] + taken.letters)
                work.commit()
        except AlreadyThere:
            return 0  # another watcher was first
        except (StorageTrouble, SQLAlchemyError):
            raise
        except Exception as error:  # noqa: BLE001
            self._failed(one, error)
            with self._storage.unit() as work:
                one.subject.put_off(work, one.thing, look.now + PUT_OFF)
                work.commit()
            return 0
        return int(taken.steps > 0)

    def _caught_up(self, missed: Sequence[_Due], look: Look) -> int:
        """What was missed, joined; one by one where that cannot be: a letter too many is better than none."""
        try:
            return self._together(missed, look)
        except (StorageTrouble, SQLAlchemyError):
            raise
        except Exception as error:  # noqa: BLE001
            log().error("catch_up_failed", things=len(missed), error=type(error).__name__)
            return sum(self._alone(one, look) for one in missed)

    def _together(self, missed: Sequence[_Due], look: Look) -> int:
        """What was missed, in one transaction: the steps as ever, the letters to our own people joined."""
        told: list[Told] = []
        events: list[Event] = []
        touched = 0
        with self._storage.unit() as work:
            records = work.complaints.several((one.record for one in missed), lock=True)
            for one in missed:
                taken = self._missed_step(work, one, records.get, look)
                told += taken.told
                events += taken.events
                touched += taken.steps > 0
                _keep(work, taken.letters)
            work.complaints.add_events(events)
            _keep(work, catching_up.letters_of(told, look))
            work.commit()
        log().info("caught_up", things=touched, notices=len(told))
        return touched

    def _missed_step(self, work: UnitOfWork, one: _Due, record_of: Callable[[str], Record | None], look: Look) -> Taken:
        try:
            return one.subject.step(work, one.thing, record_of, look)
        except (StorageTrouble, SQLAlchemyError):
            raise
        except Exception as error:  # noqa: BLE001
            self._failed(one, error)
            one.subject.put_off(work, one.thing, look.now + PUT_OFF)
            return Taken()

    def _failed(self, one: _Due, error: Exception) -> None:
        log().error(f"{one.subject.name}_failed", record=one.record, error=type(error).__name__)


def _parted(due: Sequence[_Due], look: Look) -> tuple[list[_Due], list[_Due]]:
    """(What was missed, what falls due now)."""
    parted: tuple[list[_Due], list[_Due]] = ([], [])
    for one in due:
        parted[0 if one.missed(look) else 1].append(one)
    return parted


def _keep(work: UnitOfWork, letters: Sequence[Letter]) -> None:
    work.letters.add([one for one in letters if work.letters.by_message_id(one.message_id) is None])
