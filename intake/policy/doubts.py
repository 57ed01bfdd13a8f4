"""Which values a reviewer must look at: those that the reader is less sure of than the policy's threshold."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from intake.policy.model import Policy
from parsers.types import CUSTOMER_FIELDS, ITEM_FIELDS, Field, Reading

_OF_THE_RECORD = ("claim_amount", "reply_due")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value under the threshold. `item` counts from 0; None: of the record or the customer, as in a `Correction`."""

    item: int | None
    field: str
    confidence: float


def doubtful(reading: Reading, policy: Policy) -> tuple[Doubt, ...]:
    """All values under the threshold, in the order in which a record shows them."""
    threshold = float(policy.review.threshold)
    return tuple(
        Doubt(item, name, field.confidence) for item, name, field in _fields(reading) if field.confidence < threshold
    )


def _fields(reading: Reading) -> Iterator[tuple[int | None, str, Field[Any]]]:
    places: list[tuple[int | None, str, Field[Any] | None]] = [
        *((None, name, getattr(reading.customer, name)) for name in CUSTOMER_FIELDS),
        *((at, name, getattr(item, name)) for at, item in enumerate(reading.items) for name in ITEM_FIELDS),
        *((None, name, getattr(reading, name)) for name in _OF_THE_RECORD),
    ]
    for item, name, field in places:
        if field is not None:
            yield item, name, field
