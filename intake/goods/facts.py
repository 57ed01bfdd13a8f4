"""What the check of goods needs to know, and what it gives back."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from parsers.types import Field, Item, Reading, T
from storage.records import ProductCard, Shipment

_SURER = 0.6  # of what is missing to certainty, where the master data bears a value out
_LESS_SURE = 0.5
_HIGHEST, _LOWEST = 0.99, 0.05
_LONGEST = 60  # characters of a customer's value in a sentence of ours


@dataclass(frozen=True, slots=True)
class GoodsFacts:
    """`products` are those of the models read and those that look like them, `shipments` those of the batches read and
    the newest to this customer.

    `customer` holds the names that the customer has; `identified` tells whether a customer card gives them, and not the
    mail alone.
    """

    products: Sequence[ProductCard] = ()
    shipments: Sequence[Shipment] = ()
    customer: Sequence[str] = ()
    identified: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a person may fill in, of an item counted from 0. It is ours, not the customer's words: no letter says it."""

    item: int
    field: str
    values: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The reading, lifted, corrected or contradicted. `elsewhere` names (batch, customer) of goods that others got: for
    our own people only, so no warning of the reading names them.
    """

    reading: Reading
    proposals: tuple[Proposal, ...] = ()
    elsewhere: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Findings:
    """What is found so far of one item. Its warnings begin with the field that they are about."""

    number: int
    item: Item
    warnings: list[str] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    elsewhere: list[tuple[str, str]] = field(default_factory=list)
    models: tuple[str, ...] = ()  # of ours that the item may be

    def warn(self, name: str, what: str) -> None:
        self.warnings.append(f"{name}: {what}")

    def propose(self, name: str, values: Sequence[str], why: str) -> None:
        told = tuple(dict.fromkeys(value for value in values if value))
        if told:
            self.proposals.append(Proposal(self.number, name, told, why))


def lifted(found: Field[T], rule: str) -> Field[T]:
    """The field, borne out by `rule`."""
    certain = min(_HIGHEST, found.confidence + _SURER * (1 - found.confidence))
    return _by(replace(found, confidence=round(max(found.confidence, certain), 3)), rule)


def lowered(found: Field[T], rule: str) -> Field[T]:
    """The field, contradicted by `rule`."""
    certain = max(_LOWEST, found.confidence * _LESS_SURE)
    return _by(replace(found, confidence=round(min(found.confidence, certain), 3)), rule)


def corrected(found: Field[T], value: T, rule: str) -> Field[T]:
    """The field with another value; its text stays as it stands in the document."""
    return lifted(replace(found, value=value), rule)


def shown(text: str) -> str:
    """A value in a sentence."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _by(found: Field[T], rule: str) -> Field[T]:
    return replace(found, rule=f"{found.rule}+goods:{rule}")
