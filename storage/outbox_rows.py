"""What receivers of webhooks are to be told, as frozen data without SQL."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DeliveryState(StrEnum):
    WAITING = "waiting"  # for its first or its next try
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"  # needs a person: `intake webhooks resend`


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to a record; `what` is the name of its event."""

    record: str
    what: str
    at: datetime
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message to one receiver. `message` is its id there, `answer` what the receiver said last."""

    message: str
    webhook: str
    record: str
    event: str
    body: str  # JSON, the very text that is signed and sent
    created_at: datetime
    state: DeliveryState = DeliveryState.WAITING
    attempts: int = 0
    next_try_at: datetime | None = None
    held_until: datetime | None = None
    ended_at: datetime | None = None
    answer: str = ""
    id: int | None = None
