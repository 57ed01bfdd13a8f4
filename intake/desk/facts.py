"""What a decision is made of, and what it is: facts in, `Decision` out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from intake.policy.calendar import WorkCalendar
from intake.policy.model import Policy
from intake.replies.letters import Desk, Ids
from intake.settings import Brake
from parsers.types import Bounce, Envelope, Kind, Reading
from storage.life import Life, Survey
from storage.records import (
    Arrival,
    Became,
    CustomerCard,
    Event,
    Letter,
    Person,
    Purpose,
    Record,
    RecordState,
    ThreadMessage,
    Window,
)

SYSTEM = "system"
LANGUAGES = ("zh-CN", "zh-TW", "en")
ENDED = (RecordState.CLOSED, RecordState.CANCELLED)
BRAKES = frozenset({"brake_hour", "brake_day"})  # reasons past which a person decides, so the letter is kept as a draft

NO_RECORD: Mapping[Kind, Became] = {
    Kind.SPAM: Became.SPAM,
    Kind.AUTO_REPLY: Became.AUTOMATIC,
    Kind.BOUNCE: Became.BOUNCE,
}


@dataclass(frozen=True, slots=True)
class Office:
    """What stays the same from mail to mail: who we are, the policy, our people."""

    desk: Desk
    policy: Policy
    calendar: WorkCalendar
    language: str
    province: str
    addresses: frozenset[str]  # all our mail addresses
    brake: Brake


@dataclass(frozen=True, slots=True)
class Mail:
    """What came: the arrival, its headers, and what was read in it."""

    arrival: Arrival
    envelope: Envelope
    reading: Reading
    bounce: Bounce | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """What the decision to open a record needs to know of the world."""

    number: str
    now: datetime
    people: Sequence[Person]
    card: CustomerCard | None
    earlier: int  # our records of the same class B problem within the policy's span
    acknowledged_last_hour: int
    acknowledged_last_day: int
    ids: Mapping[Purpose, Ids]
    reading_json: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Later:
    """What the decision on a record that stands already needs to know of the world."""

    now: datetime
    people: Sequence[Person]
    card: CustomerCard | None
    earlier: int  # as in Opening, this record not counted
    windows: Sequence[Window]
    ids: Mapping[Purpose, Ids]


@dataclass(frozen=True, slots=True)
class Decision:
    """All that one mail changes."""

    arrival: Arrival
    record: Record | None = None  # a new one
    life: Life | None = None  # of the new record
    changed: Record | None = None  # one that stood already
    windows: tuple[Window, ...] = ()
    changed_windows: tuple[Window, ...] = ()  # of a record that stood already
    letters: tuple[Letter, ...] = ()
    changed_letters: tuple[Letter, ...] = ()
    messages: tuple[ThreadMessage, ...] = ()
    events: tuple[Event, ...] = ()
    survey: Survey | None = None  # with its answer
