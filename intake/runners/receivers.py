"""Who received a batch, by the shipments that were taken in: the facts of an early warning."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from intake.acts.case import Receiver
from storage import UnitOfWork
from storage.marks import mark
from storage.records import Shipment

ABOUT = timedelta(days=7)  # ours: what was shipped so near to a bad batch is suspected


def receivers(work: UnitOfWork, batches: Sequence[str], models: Sequence[str]) -> tuple[Receiver, ...]:
    """Every customer with its shipments of these batches; of `models` also those of about the same days, as suspected.

    A customer that writes its name in several ways is one where its card says so.
    """
    sure = work.people.shipments_of_batches(batches)
    known = {mark(batch) for batch in batches}
    days = [one.ship_date for one in sure if one.ship_date is not None]
    near = [
        one
        for one in (work.people.shipments_of_models(models) if models and days else [])
        if mark(one.batch) not in known
        and one.ship_date is not None
        and min(days) - ABOUT <= one.ship_date <= max(days) + ABOUT
    ]
    found: dict[str, Receiver] = {}
    for shipment in (*sure, *near):
        found = _with(found, work, shipment, suspected=mark(shipment.batch) not in known)
    return tuple(found[name] for name in sorted(found))


def _with(found: dict[str, Receiver], work: UnitOfWork, shipment: Shipment, suspected: bool) -> dict[str, Receiver]:
    card = work.people.find_customer(name=shipment.customer)
    name = card.name if card else shipment.customer
    known = found.get(name, Receiver(name, card, (), suspected=True))
    more = replace(known, shipments=(*known.shipments, shipment), suspected=known.suspected and suspected)
    return {**found, name: more}
