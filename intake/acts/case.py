"""A record with all that hangs on it, and the small pure steps that every act is made of.

An act takes a `Case` and gives the next one; `runners/acts.py` saves what differs. Events and corrections of a case
are the new ones only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from intake.desk import Office, acknowledged_to, keeper_of
from intake.errors import NotAllowed, RecordError
from intake.policy.reminders import next_look
from intake.replies.frame import Ids
from storage.eight_d import Report
from storage.life import CustomerForm, Evidence, Life, Proposal, SupplierClaim, Survey, Task, Warned
from storage.records import (
    Correction,
    CustomerCard,
    Event,
    Letter,
    Person,
    Purpose,
    Record,
    Role,
    ServicePoint,
    Shipment,
    SupplierCard,
    ThreadMessage,
    Window,
    WindowName,
    WindowState,
)

_RUNNING = (WindowState.OPEN, WindowState.OVERDUE)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: one of our people, with all the roles that are his, or the service itself."""

    email: str
    name: str = ""
    roles: frozenset[Role] = frozenset()
    departments: frozenset[str] = frozenset()

    @classmethod
    def of(cls, email: str, people: Sequence[Person]) -> "Actor | None":
        """The person with this address; None where we have nobody of it."""
        same = [person for person in people if person.email.lower() == email.strip().lower()]
        if not same:
            return None
        departments = frozenset(person.department for person in same if person.department)
        return cls(same[0].email, same[0].name, frozenset(person.role for person in same), departments)

    @classmethod
    def acting(cls, email: str, people: Sequence[Person]) -> "Actor":
        """The same for whoever acts; NotAllowed where we have nobody of this address."""
        return cls._known(email, people, NotAllowed)

    @classmethod
    def named(cls, email: str, people: Sequence[Person]) -> "Actor":
        """The same for whom an act names, as the next owner; RecordError where we have nobody of this address."""
        return cls._known(email, people, RecordError)

    @classmethod
    def _known(cls, email: str, people: Sequence[Person], error: type[RecordError]) -> "Actor":
        found = cls.of(email, people)
        if found is None:
            raise error(f"{email} is not among our people.", "`intake import people` takes people in.")
        return found


@dataclass(frozen=True, slots=True)
class Receiver:
    """A customer with the shipments of some batches that it got; `card` where we have one of it. `suspected`: only of
    neighbouring batches.
    """

    customer: str
    card: CustomerCard | None
    shipments: tuple[Shipment, ...]
    suspected: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """What an act needs to know besides the case. `fresh` gives ids, `ids` a letter's pair of them."""

    now: datetime
    people: Sequence[Person]
    office: Office
    fresh: Callable[[], str]
    ids: Callable[[Purpose], Ids]
    # Our records of the same class B problem as this one within the policy's span, itself not counted.
    earlier: Callable[[Record], int] = lambda record: 0
    # Who received these batches; of these models also what was shipped about the same days.
    receivers: Callable[[Sequence[str], Sequence[str]], tuple[Receiver, ...]] = lambda batches, models: ()
    # A customer's own report form with its bytes, where it has one.
    customer_form: Callable[[int], tuple[CustomerForm, bytes] | None] = lambda customer: None
    # Our suppliers, by name.
    suppliers: Callable[[], Sequence[SupplierCard]] = tuple
    # Our service points, by region.
    points: Callable[[], Sequence[ServicePoint]] = tuple
    # The bytes of a file that was kept, by its SHA-256; b"" where it is there no more.
    kept: Callable[[str], bytes] = lambda sha256: b""


@dataclass(frozen=True, slots=True)
class Case:
    record: Record
    life: Life
    windows: tuple[Window, ...] = ()
    letters: tuple[Letter, ...] = ()
    messages: tuple[ThreadMessage, ...] = ()
    tasks: tuple[Task, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    report: Report | None = None  # the newest revision of its 8D
    warned: tuple[Warned, ...] = ()
    claims: tuple[SupplierClaim, ...] = ()  # to suppliers
    surveys: tuple[Survey, ...] = ()
    proposals: tuple[Proposal, ...] = ()  # the open ones
    card: CustomerCard | None = None
    files: tuple[tuple[str, bytes], ...] = ()  # new blobs by their SHA-256, kept before the case is saved
    events: tuple[Event, ...] = ()  # new ones
    corrections: tuple[Correction, ...] = ()  # new ones
    told: tuple[str, ...] = ()  # what was done, a sentence each, for whoever did it

    @property
    def number(self) -> str:
        return self.record.number

    def window(self, name: WindowName) -> Window | None:
        return next((window for window in self.windows if window.name is name), None)

    def noted(self, who: Actor, world: World, what: str, new: Any = None, old: Any = None) -> "Case":
        """With an event: who did what, and where values changed the old and the new."""
        event = Event(self.number, world.now, who.email, what, old=old, new=new)
        return replace(self, events=(*self.events, event))

    def saying(self, sentence: str) -> "Case":
        return replace(self, told=(*self.told, sentence))

    def met(self, name: WindowName, at: datetime) -> "Case":
        """With a window kept at `at`, if it is running; met late where it had ended."""
        return self._windows(
            name,
            lambda window: replace(
                window,
                state=WindowState.MET if at <= window.due_at else WindowState.MET_LATE,
                met_at=at,
                look_at=None,
            ),
        )

    def waived(self, name: WindowName) -> "Case":
        return self._windows(name, lambda window: replace(window, state=WindowState.WAIVED, look_at=None))

    def _windows(self, name: WindowName, change: Callable[[Window], Window]) -> "Case":
        changed = tuple(change(w) if w.name is name and w.state in _RUNNING else w for w in self.windows)
        return replace(self, windows=changed)

    def with_windows(self, windows: Sequence[Window], world: World) -> "Case":
        """With these windows in place of those of the same name, each to be looked at when the clock next calls."""
        policy, calendar = world.office.policy, world.office.calendar
        known = {window.name: window for window in self.windows}
        for window in windows:
            known[window.name] = replace(window, look_at=next_look(window, world.now, policy, calendar))
        return replace(self, windows=tuple(known.values()))

    def written(self, letter: Letter) -> "Case":
        """With one more letter, or with the changed one in place of the old."""
        if any(one.id == letter.id for one in self.letters):
            return replace(self, letters=tuple(letter if one.id == letter.id else one for one in self.letters))
        return replace(self, letters=(*self.letters, letter))

    def with_task(self, task: Task) -> "Case":
        if any(one.id == task.id for one in self.tasks):
            return replace(self, tasks=tuple(task if one.id == task.id else one for one in self.tasks))
        return replace(self, tasks=(*self.tasks, task))

    def letter(self, letter_id: str) -> Letter | None:
        """By its id, or by the beginning of it where only one has it."""
        found = [one for one in self.letters if one.id == letter_id] or [
            one for one in self.letters if letter_id and one.id.startswith(letter_id)
        ]
        return found[0] if len(found) == 1 else None


def customer_address(case: Case) -> tuple[str, ...]:
    """Whom the customer's letters go to: where the acknowledgement went, else the customer's address."""
    return acknowledged_to(case.letters) or ((case.record.customer.email,) if case.record.customer.email else ())


def owner_person(case: Case, world: World) -> Person | None:
    """The record's owner as one of our people; the one who answers for records at large where it has none."""
    return keeper_of(case.record, world.people)
