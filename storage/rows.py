"""Records to rows and back. Column names are field names, so most of it is done by the names alone; tested by round
trip.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import Row

from storage.columns import storable
from storage.marks import fax_mark, mark, name_mark, squeezed
from storage.records import (
    Correction,
    CustomerCard,
    CustomerOf,
    ItemOf,
    Letter,
    Person,
    ProductCard,
    Record,
    Role,
    ServicePoint,
    Shipment,
    Spot,
    SupplierCard,
)

T = TypeVar("T")
Values = dict[str, Any]

_CUSTOMER = tuple(CustomerOf.__dataclass_fields__)
_ITEM = tuple(ItemOf.__dataclass_fields__)
_RECORD = tuple(name for name in Record.__dataclass_fields__ if name not in ("customer", "items", "reading"))


def values_of(record: Any) -> Values:
    """The fields of a record as the values of its row."""
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def new_row(record: Any) -> Values:
    """The same for a row whose number the database gives."""
    return {name: value for name, value in values_of(record).items() if name != "id"}


def from_row(kind: type[T], row: Row[Any]) -> T:
    """A record from a row that has at least its fields."""
    mapping = row._mapping
    return kind(**{name: mapping[name] for name in kind.__dataclass_fields__})  # type: ignore[attr-defined]


def record_values(record: Record) -> Values:
    values: Values = {name: getattr(record, name) for name in _RECORD}
    values |= {f"customer_{name}": getattr(record.customer, name) for name in _CUSTOMER}
    values["search"] = search_text(record)
    return values


def record_from(row: Row[Any], items: tuple[ItemOf, ...], reading: Mapping[str, Any]) -> Record:
    mapping = row._mapping
    customer = CustomerOf(**{name: mapping[f"customer_{name}"] for name in _CUSTOMER})
    return Record(customer=customer, items=items, reading=reading, **{name: mapping[name] for name in _RECORD})


def item_values(record: Record, position: int, item: ItemOf) -> Values:
    key = mark(item.model) if item.model else None
    place = {"record": record.number, "position": position, "received_at": record.received_at}
    return {**place, "model_key": key, **values_of(item)}


def item_from(row: Row[Any]) -> ItemOf:
    return ItemOf(**{name: row._mapping[name] for name in _ITEM})


def correction_values(correction: Correction) -> Values:
    return values_of(correction) | {"spot": None if correction.spot is None else values_of(correction.spot)}


def correction_from(row: Row[Any]) -> Correction:
    found = from_row(Correction, row)
    kept: Any = found.spot  # as JSON has it
    if kept is None:
        return found
    return replace(found, spot=Spot(**{**kept, "box": tuple(kept["box"]) if kept["box"] else None}))


def recipients_of(letter: Letter) -> list[Values]:
    addresses = sorted({address.strip().lower() for address in (*letter.to, *letter.cc)})
    return [{"letter": letter.id, "address": address} for address in addresses if address]


def search_text(record: Record) -> str:
    """What the search box looks in: number, customer, subject, and of each item product, model, batch, order and
    defect.
    """
    customer = record.customer
    words = [record.number, customer.company, customer.contact, customer.email, record.subject, record.owner]
    for item in record.items:
        words += [item.product, item.model, *item.batch, item.order_no, item.defect]
    return searchable("\n".join(word for word in words if word))


def searchable(text: str) -> str:
    return storable(unicodedata.normalize("NFKC", text).casefold())


def customer_key(card: CustomerCard) -> str:
    return name_mark(card.name) or mark(card.name)


def customer_marks(card: CustomerCard, customer: int) -> list[Values]:
    """By what a customer is known again."""
    marks = {("name", name_mark(name)) for name in (card.name, *card.aliases)}
    marks |= {("domain", mark(domain).lstrip("@").rstrip(".")) for domain in card.domains}
    marks.add(("address", mark(card.email)))
    marks.add(("fax", fax_mark(card.fax)))
    return [{"kind": kind, "mark": text, "customer": customer} for kind, text in sorted(marks) if text]


def customer_values(card: CustomerCard) -> Values:
    return {"key": customer_key(card), "search": customer_search(card), **new_row(card)}


def customer_search(card: CustomerCard) -> str:
    """What a list's search looks in; telephone and fax also by their bare digits."""
    numbers = (card.phone, card.fax, fax_mark(card.phone), fax_mark(card.fax))
    said = (card.name, *card.aliases, card.contact, card.email, *card.domains, card.province, *numbers)
    return squeezed(" ".join(said))


def product_values(card: ProductCard) -> Values:
    """A product is the same if our model and the customer's part number are: customers number one model each in his
    way.
    """
    key = "|".join((mark(card.model), mark(card.customer_part_no)))
    return {"key": key, "model_key": mark(card.model), "search": product_search(card), **new_row(card)}


def product_search(card: ProductCard) -> str:
    return squeezed(" ".join((card.product, card.model, card.part_no, card.customer_part_no, card.department)))


def shipment_values(shipment: Shipment) -> Values:
    day = shipment.ship_date.isoformat() if shipment.ship_date else ""
    parts = (name_mark(shipment.customer), mark(shipment.model), mark(shipment.batch), day, mark(shipment.order_no))
    made = {"key": "|".join(parts), "batch_key": mark(shipment.batch), "customer_key": parts[0]}
    return made | {"search": shipment_search(shipment)} | new_row(shipment)


def shipment_search(shipment: Shipment) -> str:
    return squeezed(" ".join((shipment.customer, shipment.model, shipment.batch, shipment.order_no)))


def supplier_values(card: SupplierCard) -> Values:
    return {"key": name_mark(card.name) or mark(card.name), "search": supplier_search(card), **new_row(card)}


def supplier_search(card: SupplierCard) -> str:
    return squeezed(" ".join((card.name, card.contact, card.email, card.phone, fax_mark(card.phone))))


def point_values(point: ServicePoint) -> Values:
    return {
        "key": f"{name_mark(point.region)}|{name_mark(point.name)}",
        "search": point_search(point),
        **new_row(point),
    }


def point_search(point: ServicePoint) -> str:
    return squeezed(
        " ".join((point.name, point.region, point.contact, point.address, point.phone, fax_mark(point.phone)))
    )


_ROLES_OF_A_DEPARTMENT = frozenset({Role.DEPARTMENT, Role.DEPARTMENT_HEAD})


def person_values(person: Person) -> Values:
    """One may hold several roles, each once; only the roles within a department may be held in several departments."""
    place = mark(person.department) if person.role in _ROLES_OF_A_DEPARTMENT else ""
    return {"key": "|".join((mark(person.email), person.role.value, place)), **new_row(person)}
