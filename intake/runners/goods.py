"""What our master data knows of the models and batches of a mail, gathered with few questions."""

from collections.abc import Callable

from intake.goods import GoodsFacts
from intake.goods.batches import batches_of
from parsers.types import Reading
from storage.marks import name_mark
from storage.people import People
from storage.records import CustomerCard, Shipment

MOST_BATCHES = 500  # of one mail; what it names beyond is not looked up
NEWEST = 500  # shipments to the customer, looked at where he names a batch that he never got


def goods_facts(people: People, reading: Reading, card: Callable[[], CustomerCard | None]) -> GoodsFacts:
    """One question for the models, one for the batches; a third where some batch was not shipped to this customer.

    `card` finds the customer's card; it is asked for only where there are batches.
    """
    models = {item.model.value for item in reading.items if item.model is not None}
    products = people.products_like(models) if models else []
    stated = [batch for item in reading.items if item.batch is not None for batch in item.batch.value]
    batches = batches_of(stated)[:MOST_BATCHES]
    if not batches:
        return GoodsFacts(products)
    known = card()
    names = (known.name, *known.aliases) if known is not None else _name_read(reading)
    shipments = people.shipments_of_batches(batches)
    if names and _lacks(shipments, len(batches), names):
        have = {shipment.id for shipment in shipments}
        shipments += [shipment for shipment in people.shipments_to(names, NEWEST) if shipment.id not in have]
    return GoodsFacts(products, shipments, names, identified=known is not None)


def _name_read(reading: Reading) -> tuple[str, ...]:
    company = reading.customer.company
    return (company.value,) if company is not None else ()


def _lacks(shipments: list[Shipment], batches: int, names: tuple[str, ...]) -> bool:
    """Whether some of the batches were not shipped to a customer of these names."""
    marks = {name_mark(name) for name in names}
    return len({shipment.batch for shipment in shipments if name_mark(shipment.customer) in marks}) < batches
