"""One look at the clock: what stays the same while it lasts, and what one step of one subject comes to."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypeVar

from intake.desk import Office, keeper_of, person_of
from intake.replies.frame import Ids
from storage import UnitOfWork
from storage.life import Task, Warned
from storage.records import Event, Letter, Person, Record, RecordState, Window

OVER = (RecordState.CLOSED, RecordState.CANCELLED)

Addresses = tuple[str, ...]
RecordOf = Callable[[str], Record | None]


@dataclass(frozen=True, slots=True)
class Look:
    """`until`: what fell due up to then was missed, since nobody looked from `down_from` on; None: nothing was."""

    now: datetime
    office: Office
    domain: str
    people: Sequence[Person]
    until: datetime | None = None
    down_from: datetime | None = None

    def ids(self, name: str, *of: str) -> Ids:
        """The ids of a letter that is made of these words: the same words are the same letter, however often made."""
        mark = hashlib.sha256(" ".join(of).encode()).hexdigest()[:24]
        return Ids(letter_id=mark, message_id=f"<{name}.{mark[:8]}@{self.domain}>")

    def owner(self, record: Record) -> Person | None:
        """A record's owner as one of our people; who answers for records at large where it has none."""
        return keeper_of(record, self.people)

    def person(self, address: str) -> Person | None:
        return person_of(address, self.people)

    def missed(self, at: datetime) -> bool:
        """Whether what fell due at `at` was overlooked because nobody looked."""
        return self.until is not None and at <= self.until


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that our own people are told: a step of a window or a task, a signature that is missing, or a batch
    warning that is not confirmed ("unconfirmed", "escalated").

    `step` is the step's name ("50", "80", "100", "escalated"), or whose signature ("dispatch", "handover"), missing
    since `since`.
    """

    kind: Literal["window", "task", "signature", "warning"]
    record: Record
    step: str
    at: datetime  # when it fell due
    window: Window | None = None
    task: Task | None = None
    since: datetime | None = None
    warned: tuple[Warned, ...] = ()  # who has not confirmed a batch warning

    @property
    def thing(self) -> tuple[str, str, str]:
        """What it is about: of two matters of one thing the later one tells all."""
        named = self.window.name.value if self.window else self.task.id if self.task else self.step
        return self.kind, self.record.number, named


@dataclass(frozen=True, slots=True)
class Told:
    """A matter and whom it is told; `write` gives its letter to some of them, where it goes alone."""

    matter: Matter
    to: Addresses
    cc: Addresses
    write: Callable[[Addresses, Addresses], Letter]


@dataclass(frozen=True, slots=True)
class Taken:
    """What one thing's steps came to. `letters` are to customers: those are never joined. `steps`: how many."""

    told: list[Told] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    steps: int = 0


T = TypeVar("T")


class Subject(Protocol[T]):
    """A kind of thing that the clock looks at. It is looked at when its `look_at` has come, and at no other time."""

    name: str
    locks_record: bool  # whether its rows are safe only while nobody else may change the record

    def due(self, work: UnitOfWork, now: datetime, limit: int) -> list[T]:
        """Those for which the clock calls, the longest waiting first."""
        ...

    def record_of(self, thing: T) -> str: ...

    def moments(self, thing: T, look: Look) -> list[datetime]:
        """When the steps fell due that are to be taken now."""
        ...

    def step(self, work: UnitOfWork, thing: T, record_of: RecordOf, look: Look) -> Taken:
        """Takes the steps of one thing, if it is still as it was listed, and says when to look at it next. What it
        saves is saved last: a fault leaves the thing as it was.
        """
        ...

    def put_off(self, work: UnitOfWork, thing: T, until: datetime) -> None:
        """Looks at it again later, after a fault."""
        ...
