"""The clock of a world, watched step by step: one started service, one look at each moment that a test names.

with watching(world) as clock:
    told = clock.look("2025-11-14T08:00")
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from intake.importing import import_file
from intake.runners.clock.catching_up import LAST, LOOKED
from intake.runners.watch import Watcher
from intake.wiring import Parts
from storage import Storage
from storage.life import Task, TaskKind
from storage.records import Letter, LetterState, Purpose
from tests.service.world import World, mail

PEOPLE = """name,email,department,role
Li Na,lina@example.com,分厂,department
Wu Gang,wugang@example.com,分厂,department_head
Zhao Min,zhao@example.com,管理部,management_representative
"""


def at(text: str) -> datetime:
    """A moment in Shanghai."""
    return datetime.fromisoformat(f"{text}+08:00")


def complaint(world: World, **about: str) -> str:
    """A complaint received now, acknowledged and dispatched to the quality department; its number."""
    world.deliver(mail(**about))
    world.run()
    return str(world.records()[-1]["number"])


def hire(world: World) -> None:
    """More people than the world has: the branch factory and the management representative."""
    path = world.folder / "more.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    world.stored(lambda storage: import_file("people", path, storage))


def with_policy(world: World, text: str) -> None:
    """Gives the world a policy file of the company's own."""
    (world.folder / "policy.toml").write_text(text, encoding="utf-8")
    world.tables += '[policy]\nfile = "policy.toml"\n'


@dataclass
class Clock:
    world: World
    storage: Storage
    watcher: Watcher

    def look(self, moment: str) -> list[Letter]:
        """One look at that moment; the letters that it wrote, those to our own people first."""
        self.world.now = at(moment)
        before = {letter.id for letter in self.written()}
        self.watcher.look()
        return [letter for letter in self.written() if letter.id not in before]

    def looks(self, start: str, end: str, **step: float) -> list[Letter]:
        """A look at each step, as a service does that runs; all that they wrote."""
        moment, told = at(start), list[Letter]()
        while moment <= at(end):
            told += self.look(f"{moment:%Y-%m-%dT%H:%M}")
            moment += timedelta(**step)
        return told

    def looked(self, moment: str) -> None:
        """That the clock looked then, and found nothing to do."""
        with self.storage.unit() as work:
            work.lives.note_round(LOOKED, LAST, at(moment))
            work.commit()

    def written(self) -> list[Letter]:
        with self.storage.reading() as work:
            return [letter for state in LetterState for letter in work.letters.in_state(state)]

    def events(self, number: str) -> list[tuple[str, Any]]:
        with self.storage.reading() as work:
            return [(event.what, event.new) for event in work.complaints.events(number)]

    def live(self, number: str, **change: Any) -> None:
        """Changes the record's life, as an act does."""
        with self.storage.unit() as work:
            work.lives.save(replace(work.lives.get(number), **change))
            work.commit()

    def give(
        self, number: str, kind: TaskKind, owner: str, due: str, department: str = "分厂", task: str = "T1"
    ) -> None:
        """Gives a task now, as an act does."""
        now = self.world.now
        given = Task(
            task, number, kind, owner, now, "yan@example.com", department, due_at=at(due), note="全检库存", look_at=now
        )
        with self.storage.unit() as work:
            work.lives.add([given])
            work.commit()


@contextmanager
def watching(world: World) -> Iterator[Clock]:
    with world.service(Parts(watch=True)) as service:
        assert service.watcher is not None
        yield Clock(world, service.storage, service.watcher)


def of(letters: Sequence[Letter], *purposes: Purpose) -> list[Letter]:
    return [letter for letter in letters if letter.purpose in purposes]


def to(letters: Sequence[Letter], address: str) -> list[Letter]:
    return [letter for letter in letters if address in (*letter.to, *letter.cc)]


def joined(letters: Sequence[Letter]) -> list[Letter]:
    """The mails that sum up what was missed."""
    return [letter for letter in letters if letter.message_id.startswith("<catch-up.")]
