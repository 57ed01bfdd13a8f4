"""Master data: customers, products, shipments, suppliers, and our own people."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, TypeVar

import sqlalchemy as sa

from storage.marks import LOOK_ALIKES, fax_mark, look_alike_mark, mark, name_mark
from storage.records import CustomerCard, Person, ProductCard, Role, ServicePoint, Shipment, SupplierCard
from storage.rows import (
    Values,
    customer_marks,
    customer_values,
    from_row,
    person_values,
    point_values,
    product_values,
    shipment_values,
    supplier_values,
)
from storage.tables import customer_marks as marks
from storage.tables import customers, people, products, service_points, shipments, suppliers

Outcome = Literal["added", "changed", "same"]
Card = TypeVar("Card", CustomerCard, ProductCard, Shipment, SupplierCard, ServicePoint, Person)

_MOST_PRODUCTS = 200  # that one mail is compared with
_MARKED = sa.select(marks.c.kind, marks.c.mark, marks.c.customer).where(
    marks.c.mark.in_(sa.bindparam("marks", expanding=True))
)
_BY_MODEL = (
    sa.select(products)
    .where(products.c.model_key.in_(sa.bindparam("keys", expanding=True)))
    .order_by(products.c.id)
    .limit(_MOST_PRODUCTS)
)
_OF_BATCHES = (
    sa.select(shipments)
    .where(shipments.c.batch_key.in_(sa.bindparam("keys", expanding=True)))
    .order_by(shipments.c.ship_date, shipments.c.id)
)
_NEWEST_TO = (
    sa.select(shipments)
    .where(shipments.c.customer_key.in_(sa.bindparam("keys", expanding=True)))
    .order_by(shipments.c.ship_date.desc().nulls_last(), shipments.c.id.desc())
    .limit(sa.bindparam("most"))
)
_CUSTOMER = sa.select(customers).where(customers.c.id == sa.bindparam("number"))
_EVERYBODY = sa.select(people).order_by(people.c.department, people.c.name, people.c.id)


def _look_alike(column: "sa.Column[str]") -> sa.Function[str]:
    """`look_alike_mark` as the database reckons it."""
    seen = sa.func.lower(column)
    for letters, same in LOOK_ALIKES:
        seen = sa.func.replace(seen, letters, same)
    return seen


_LOOKS = tuple(
    _look_alike(column) for column in (products.c.model_key, products.c.part_no, products.c.customer_part_no)
)

_ALIKE = (
    sa.select(products)
    .where(sa.or_(*(look.in_(sa.bindparam("looks", expanding=True)) for look in _LOOKS)))
    .order_by(products.c.id)
    .limit(_MOST_PRODUCTS)
)


class People:
    """The repository of master data, in one transaction. A second import of the same data changes nothing."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def customers(self) -> list[CustomerCard]:
        return self._cards(CustomerCard, sa.select(customers).order_by(customers.c.name))

    def customer(self, customer: int) -> CustomerCard | None:
        return next(iter(self._cards(CustomerCard, _CUSTOMER, {"number": customer})), None)

    def find_customer(
        self, email: str | None = None, fax: str | None = None, name: str | None = None
    ) -> CustomerCard | None:
        """Who this is: by address, then by the address's domain (or one above it), by fax digits, by name or alias.

        A mark that two customers share says nothing, and the next kind is tried. Only domains that the card lists
        count, so that no free-mail domain makes one customer of many.
        """
        tries = [(kind, text) for kind, texts in _tries(email or "", fax or "", name or "") for text in texts]
        marked: dict[tuple[str, str], list[int]] = {}
        for kind, text, customer in self._connection.execute(_MARKED, {"marks": [text for _, text in tries]}):
            marked.setdefault((kind, text), []).append(customer)
        found = next((marked[each][0] for each in tries if len(marked.get(each, ())) == 1), None)
        return None if found is None else self.customer(found)

    def upsert_customer(self, card: CustomerCard) -> Outcome:
        """The same customer is one of the same name, but for width, case, spaces, brackets and hyphens."""
        return self.upsert_all([card])[0]

    def upsert_all(self, cards: Sequence[Card], silent: Collection[str] = ()) -> list[Outcome]:
        """The same for many cards of one kind, of which no two say different things of the same: three statements,
        however many they are. `silent` names fields of which the cards say nothing: a standing row keeps them.
        """
        if not cards:
            return []
        kind = type(cards[0])
        table, values_of = _KINDS[kind]
        rows = [values_of(card) for card in cards]
        known = self.standing(kind, [row["key"] for row in rows])
        if silent and known:
            cards = [completed(card, known.get(row["key"]), silent) for card, row in zip(cards, rows, strict=True)]
            rows = [values_of(card) for card in cards]
        fresh: dict[str, Values] = {}
        changed: dict[str, tuple[Card, Values]] = {}
        outcomes: list[Outcome] = []
        for card, row in zip(cards, rows, strict=True):
            key, old = row["key"], known.get(row["key"])
            if key in fresh or key in changed or (old is not None and old == replace(card, id=old.id)):
                outcomes.append("same")
            elif old is None:
                fresh[key] = row
                outcomes.append("added")
            else:
                changed[key] = (replace(card, id=old.id), row)
                outcomes.append("changed")
        by_key = {row["key"]: card for card, row in zip(cards, rows, strict=True)}
        numbers: dict[str, int] = {}
        if fresh:
            added = sa.insert(table).returning(table.c.id, table.c.key)
            numbers = {row.key: row.id for row in self._connection.execute(added, list(fresh.values()))}
        for card, row in changed.values():
            self._connection.execute(sa.update(table).where(table.c.id == card.id).values(row))
        if kind is CustomerCard:
            self._mark([(card, numbers[key]) for key, card in by_key.items() if key in numbers])
            self._mark([(card, card.id or 0) for card, _ in changed.values()])
        return outcomes

    def standing(self, kind: type[Card], keys: Sequence[str]) -> dict[str, Card]:
        """The cards that stand already, by the keys of their rows."""
        table, _ = _KINDS[kind]
        rows = self._connection.execute(sa.select(table).where(table.c.key.in_(set(keys))))
        return {row.key: from_row(kind, row) for row in rows}

    def _mark(self, cards: Sequence[tuple[Any, int]]) -> None:
        """By what these customers, each with its number, are known again."""
        self._connection.execute(sa.delete(marks).where(marks.c.customer.in_([number for _, number in cards])))
        rows = [row for card, number in cards for row in customer_marks(card, number)]
        if rows:
            self._connection.execute(sa.insert(marks), rows)

    def upsert_product(self, card: ProductCard) -> Outcome:
        return self.upsert_all([card])[0]

    def upsert_shipment(self, shipment: Shipment) -> Outcome:
        return self.upsert_all([shipment])[0]

    def upsert_person(self, person: Person) -> Outcome:
        return self.upsert_all([person])[0]

    def remove_person(self, person: int) -> None:
        """Takes one of a person's roles away."""
        self._connection.execute(sa.delete(people).where(people.c.id == person))

    def persons(self, role: Role, department: str | None = None) -> list[Person]:
        """Who holds a role, in one department or in any, by name."""
        query = sa.select(people).where(people.c.role == role)
        if department is not None:
            query = query.where(people.c.department == department)
        return self._cards(Person, query.order_by(people.c.name, people.c.id))

    def everybody(self) -> list[Person]:
        return self._cards(Person, _EVERYBODY)

    def shipments_of(self, batch: str) -> list[Shipment]:
        """All shipments of a batch, whoever received them, oldest first."""
        return self.shipments_of_batches([batch])

    def shipments_of_batches(self, batches: Collection[str]) -> list[Shipment]:
        """All shipments of these batches, whoever received them, oldest first."""
        return self._cards(Shipment, _OF_BATCHES, {"keys": sorted({mark(batch) for batch in batches})})

    def shipments_of_models(self, models: Collection[str]) -> list[Shipment]:
        """All shipments of these models, oldest first."""
        named = sa.select(shipments).where(shipments.c.model.in_(set(models)))
        return self._cards(Shipment, named.order_by(shipments.c.ship_date, shipments.c.id))

    def shipments_to(self, names: Collection[str], most: int) -> list[Shipment]:
        """The newest shipments to a customer, who may have several names."""
        keys = sorted({key for name in names if (key := name_mark(name))})
        return self._cards(Shipment, _NEWEST_TO, {"keys": keys, "most": most})

    def product_by_model(self, model: str) -> ProductCard | None:
        """The product of a model; of several entries (one a customer's part number) the first."""
        query = sa.select(products).where(products.c.model_key == mark(model)).order_by(products.c.id).limit(1)
        return next(iter(self._cards(ProductCard, query)), None)

    def products_like(self, models: Collection[str]) -> list[ProductCard]:
        """The products of these models; for a model that is none of ours, those that look like it to a bad eye or have
        such a part number.

        Only what is not found by its index makes the database look through all products.
        """
        wanted = {mark(model): model for model in models}
        found = self._cards(ProductCard, _BY_MODEL, {"keys": sorted(wanted)})
        known = {mark(card.model) for card in found}
        looks = {look for key, model in wanted.items() if key not in known and (look := look_alike_mark(model))}
        if looks:
            found += self._cards(ProductCard, _ALIKE, {"looks": sorted(looks)})
        return found

    def products(self) -> list[ProductCard]:
        return self._cards(ProductCard, sa.select(products).order_by(products.c.model, products.c.id))

    def suppliers(self) -> list[SupplierCard]:
        """By name."""
        return self._cards(SupplierCard, sa.select(suppliers).order_by(suppliers.c.name, suppliers.c.id))

    def service_points(self) -> list[ServicePoint]:
        """By region and name."""
        row = service_points.c
        return self._cards(ServicePoint, sa.select(service_points).order_by(row.region, row.name, row.id))

    def _cards(self, kind: type[Card], query: sa.Select[Any], asked: Mapping[str, Any] | None = None) -> list[Card]:
        return [from_row(kind, row) for row in self._connection.execute(query, asked)]


def completed(card: Card, old: Card | None, silent: Collection[str]) -> Card:
    """A card with the standing one's values in the fields of which it says nothing."""
    return card if old is None else replace(card, **{name: getattr(old, name) for name in silent})


_KINDS: Mapping[type[Any], tuple[sa.Table, Callable[[Any], Values]]] = {
    CustomerCard: (customers, customer_values),
    ProductCard: (products, product_values),
    Shipment: (shipments, shipment_values),
    SupplierCard: (suppliers, supplier_values),
    ServicePoint: (service_points, point_values),
    Person: (people, person_values),
}


def _tries(email: str, fax: str, name: str) -> Sequence[tuple[str, list[str]]]:
    """What to look for, the surest first."""
    address = mark(email)
    return (
        ("address", [address] if address else []),
        ("domain", _domains(address.rpartition("@")[2]) if "@" in address else []),
        ("fax", [digits] if (digits := fax_mark(fax)) else []),
        ("name", [words] if (words := name_mark(name)) else []),
    )


def _domains(domain: str) -> list[str]:
    """A domain and those above it, down to two labels: mail.a.com, a.com."""
    labels = domain.rstrip(".").split(".")[-6:]
    return [".".join(labels[first:]) for first in range(max(len(labels) - 1, 1))]
