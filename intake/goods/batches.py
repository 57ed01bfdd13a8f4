"""Was the batch shipped to this customer? Shipments bear a batch out or contradict it, and know its day and order.

Where the customer is unknown, or the shipments know nothing of him, they cannot contradict what he says.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from intake.goods.facts import Findings, GoodsFacts, lifted, lowered, shown
from intake.goods.misread import bare, same_but_for_writing
from storage.marks import look_alike_mark, name_mark
from storage.records import Shipment

SHIPPED = "shipped_to_customer"
NOT_SHIPPED = "not_shipped_to_customer"
ANOTHER_MODEL = "shipped_as_another_model"
MOST_IN_RANGE = 200
_RANGE = re.compile(r"(?P<head>.*?)(?P<first>\d{1,9})\s?[~～〜]\s?(?P<again>.*?)(?P<last>\d{1,9})")


def batches_of(stated: Sequence[str]) -> tuple[str, ...]:
    """The single batches that a customer's list of batches and ranges stands for; a range of another form as it is."""
    return tuple(dict.fromkeys(one for text in stated for one in _single(text)))


def check_batches(found: Findings, facts: GoodsFacts) -> None:
    """All batches of an item are one field: it is borne out by all of them, and contradicted by any."""
    batch = found.item.batch
    if batch is None or not batch.value:
        return
    his_names = {name_mark(name) for name in facts.customer} - {""}
    shipments = _Shipments(facts.shipments, his_names, facts.identified)
    borne_out: list[Shipment] = []
    complete, against = True, ""
    for one in batches_of(batch.value):
        his = shipments.to_him(one)
        same = [each for each in his if _is_of(each, found)]
        borne_out += same
        complete &= bool(same)
        against = against or _contradicted(found, shipments, one, his, bool(same))
    if against:
        found.item = replace(found.item, batch=lowered(batch, against))
    elif complete:
        found.item = replace(found.item, batch=lifted(batch, SHIPPED))
        _note_quantity(found, borne_out)
    if borne_out:
        _offer(found, borne_out)


def _contradicted(
    found: Findings, shipments: "_Shipments", batch: str, his: Sequence[Shipment], same_model: bool
) -> str:
    """The rule that speaks against the batch, or nothing; with its warning."""
    if same_model:
        return ""
    rows = his or (shipments.of(batch) if not shipments.knows_customer else [])
    if rows:
        models = sorted({each.model for each in rows})
        if any(_is_of(each, found) for each in rows):
            return ""
        found.warn("batch", f"{shown(batch)} was shipped as {', '.join(map(shown, models))}, not as the model stated.")
        return ANOTHER_MODEL
    if not shipments.knows_customer:
        return ""
    if others := shipments.of(batch):
        found.elsewhere += [(batch, each.customer) for each in others]
        found.warn("batch", f"{shown(batch)} was shipped to others only, never to this customer.")
        return NOT_SHIPPED
    if not shipments.has_his or _RANGE.fullmatch(batch):
        return ""
    found.warn("batch", f"{shown(batch)} was never shipped to this customer, nor to anybody.")
    found.propose("batch", shipments.alike(batch), f"shipped to this customer, and looks like {shown(batch)}")
    return NOT_SHIPPED


def _is_of(shipment: Shipment, found: Findings) -> bool:
    """Whether the shipment is of the item's model, as stated or as it is known; of any, where none is stated."""
    stated = [found.item.model.value] if found.item.model is not None else []
    names = [*stated, *found.models]
    return not names or any(same_but_for_writing(shipment.model, name) for name in names)


def _note_quantity(found: Findings, shipments: Sequence[Shipment]) -> None:
    bad = found.item.quantity_defective
    if bad is None or bad.unit is not None:
        return
    counts = [each.quantity for each in shipments]
    whole = sum(count for count in counts if count is not None)
    if None not in counts and bad.value > whole:
        found.warn("quantity_defective", f"{bad.value:g} bad pieces, but only {whole:g} of the batch were shipped.")


def _offer(found: Findings, shipments: Sequence[Shipment]) -> None:
    """What the shipments know and the mail does not say."""
    item, why = found.item, "by the shipments of the batch"
    if item.ship_date is None:
        found.propose("ship_date", sorted(each.ship_date.isoformat() for each in shipments if each.ship_date), why)
    if item.order_no is None:
        found.propose("order_no", [each.order_no for each in shipments], why)
    if item.model is None:
        found.propose("model", [each.model for each in shipments], why)


@dataclass(frozen=True, slots=True)
class _Shipments:
    """`knows_customer`: it is known who he is, by his card or because goods were shipped to one of his name."""

    every: Sequence[Shipment]
    his_names: set[str]
    identified: bool

    @property
    def has_his(self) -> bool:
        return any(name_mark(each.customer) in self.his_names for each in self.every)

    @property
    def knows_customer(self) -> bool:
        return bool(self.his_names) and (self.identified or self.has_his)

    def of(self, batch: str) -> list[Shipment]:
        return [each for each in self.every if bare(each.batch) == bare(batch)]

    def to_him(self, batch: str) -> list[Shipment]:
        return [each for each in self.of(batch) if name_mark(each.customer) in self.his_names]

    def alike(self, batch: str) -> list[str]:
        """Batches shipped to him that look like this one."""
        his = (each.batch for each in self.every if name_mark(each.customer) in self.his_names)
        return sorted({one for one in his if look_alike_mark(one) == look_alike_mark(batch)})


def _single(text: str) -> tuple[str, ...]:
    """B2406-01~05: from B2406-01 to B2406-05."""
    found = _RANGE.fullmatch(text.strip())
    if found is None or found["again"] not in ("", found["head"]):
        return (text,)
    width, first, last = len(found["first"]), int(found["first"]), int(found["last"])
    if not first <= last < first + MOST_IN_RANGE:
        return (text,)
    return tuple(f"{found['head']}{number:0{width}d}" for number in range(first, last + 1))
