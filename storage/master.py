"""Master data as the site shows and changes it: lists that are searched and cut by key, cards changed one at a time.

`storage.people` is what the service itself asks of the same tables.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from storage.errors import NotThere, only_once
from storage.marks import fax_mark, name_mark, squeezed
from storage.records import CustomerCard, Person, ProductCard, ServicePoint, Shipment, SupplierCard
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
from storage.tables_site import deputies

Card = TypeVar("Card", CustomerCard, ProductCard, Shipment, SupplierCard, ServicePoint, Person)
Key = tuple[str, ...]

_MOST_WORDS = 8  # of one search
_DIGITS = 7  # a word of so many digits or more is a telephone number too


@dataclass(frozen=True, slots=True)
class Cards(Generic[Card]):
    """A page of a list, and the key that the next one begins behind; None: this was the last."""

    cards: tuple[Card, ...]
    after: Key | None


class Master:
    """The repository of lists and single changes, in one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    # ---------------------------------------------------------------- lists

    def customers(self, words: str, after: Key | None, limit: int) -> Cards[CustomerCard]:
        """By name."""
        query = sa.select(customers).where(*_says(customers, words)).order_by(customers.c.key)
        if after is not None:
            query = query.where(customers.c.key > after[0])
        return self._page(CustomerCard, query, limit, lambda row: (row.key,))

    def products(self, words: str, after: Key | None, limit: int) -> Cards[ProductCard]:
        """By model."""
        row = products.c
        query = sa.select(products).where(*_says(products, words)).order_by(row.model_key, row.id)
        if after is not None:
            query = query.where(sa.tuple_(row.model_key, row.id) > sa.tuple_(sa.literal(after[0]), int(after[1])))
        return self._page(ProductCard, query, limit, lambda found: (found.model_key, str(found.id)))

    def shipments(self, words: str, after: Key | None, limit: int, names: Sequence[str] = ()) -> Cards[Shipment]:
        """Those kept last first; `names`: only to a customer of one of these names."""
        query = sa.select(shipments).where(*_says(shipments, words)).order_by(shipments.c.id.desc())
        if names:
            query = query.where(shipments.c.customer_key.in_(sorted({name_mark(name) for name in names})))
        if after is not None:
            query = query.where(shipments.c.id < int(after[0]))
        return self._page(Shipment, query, limit, lambda row: (str(row.id),))

    def suppliers(self, words: str, after: Key | None, limit: int) -> Cards[SupplierCard]:
        """By name."""
        query = sa.select(suppliers).where(*_says(suppliers, words)).order_by(suppliers.c.key)
        if after is not None:
            query = query.where(suppliers.c.key > after[0])
        return self._page(SupplierCard, query, limit, lambda row: (row.key,))

    def points(self, words: str, after: Key | None, limit: int) -> Cards[ServicePoint]:
        """By region and name."""
        query = sa.select(service_points).where(*_says(service_points, words)).order_by(service_points.c.key)
        if after is not None:
            query = query.where(service_points.c.key > after[0])
        return self._page(ServicePoint, query, limit, lambda row: (row.key,))

    def people(self, words: str, after: Key | None, limit: int) -> tuple[list[list[Person]], Key | None]:
        """Our people by name, each with all the roles that he has."""
        row = people.c
        address = sa.func.lower(row.email)
        one = sa.select(address.label("email"), sa.func.min(row.name).label("name")).group_by(address).subquery()
        query = sa.select(one).order_by(one.c.name, one.c.email).limit(limit + 1)
        for word in words.casefold().split()[:_MOST_WORDS]:
            said = sa.func.lower(row.name + " " + row.email + " " + row.department + " " + row.role)
            among = sa.select(address).where(said.contains(word, autoescape=True))
            query = query.where(one.c.email.in_(among))
        if after is not None:
            query = query.where(sa.tuple_(one.c.name, one.c.email) > sa.tuple_(*map(sa.literal, after)))
        page = self._connection.execute(query).all()
        names = [found.email for found in page[:limit]]
        roles: dict[str, list[Person]] = {name: [] for name in names}
        for found in self._connection.execute(sa.select(people).where(address.in_(names)).order_by(row.id)):
            roles[found.email.lower()].append(from_row(Person, found))
        more = (page[limit - 1].name, page[limit - 1].email) if len(page) > limit else None
        return [roles[name] for name in names], more

    def _page(self, kind: type[Card], query: sa.Select[Any], limit: int, key: Callable[[Any], Key]) -> Cards[Card]:
        rows = self._connection.execute(query.limit(limit + 1)).all()
        more = key(rows[limit - 1]) if len(rows) > limit else None
        return Cards(tuple(from_row(kind, row) for row in rows[:limit]), more)

    # ---------------------------------------------------------------- one card

    def customer(self, number: int, lock: bool = False) -> CustomerCard | None:
        """`lock`: nobody else may change it until this transaction ends."""
        return self._one(CustomerCard, customers, number, lock)

    def product(self, number: int, lock: bool = False) -> ProductCard | None:
        return self._one(ProductCard, products, number, lock)

    def shipment(self, number: int, lock: bool = False) -> Shipment | None:
        return self._one(Shipment, shipments, number, lock)

    def supplier(self, number: int, lock: bool = False) -> SupplierCard | None:
        return self._one(SupplierCard, suppliers, number, lock)

    def point(self, number: int, lock: bool = False) -> ServicePoint | None:
        return self._one(ServicePoint, service_points, number, lock)

    def person(self, email: str, lock: bool = False) -> list[Person]:
        """All roles of one of our people; none where there is nobody of this address."""
        query = sa.select(people).where(sa.func.lower(people.c.email) == email.strip().lower()).order_by(people.c.id)
        rows = self._connection.execute(query.with_for_update() if lock else query)
        return [from_row(Person, row) for row in rows]

    def _one(self, kind: type[Card], table: sa.Table, number: int, lock: bool) -> Card | None:
        query = sa.select(table).where(table.c.id == number)
        row = self._connection.execute(query.with_for_update() if lock else query).first()
        return None if row is None else from_row(kind, row)

    # ---------------------------------------------------------------- changes

    def put_customer(self, card: CustomerCard) -> int:
        """Changes the customer of the card's number, or adds one without; its number. AlreadyThere where another has
        its name.
        """
        number = self._put(customers, card, customer_values(card))
        self._connection.execute(sa.delete(marks).where(marks.c.customer == number))
        self._connection.execute(sa.insert(marks), customer_marks(card, number))
        return number

    def put_product(self, card: ProductCard) -> int:
        """AlreadyThere where another has its model and customer's part number."""
        return self._put(products, card, product_values(card))

    def put_shipment(self, shipment: Shipment) -> int:
        """AlreadyThere where the same customer got the same batch on the same day and order."""
        return self._put(shipments, shipment, shipment_values(shipment))

    def put_supplier(self, card: SupplierCard) -> int:
        """AlreadyThere where another has its name."""
        return self._put(suppliers, card, supplier_values(card))

    def put_point(self, point: ServicePoint) -> int:
        """AlreadyThere where another of its region has its name."""
        return self._put(service_points, point, point_values(point))

    def put_person(self, person: Person) -> int:
        """One role of one of our people. AlreadyThere where he has it."""
        return self._put(people, person, person_values(person))

    def _put(self, table: sa.Table, card: Card, values: Values) -> int:
        with only_once(f"There is one of the same name in {table.name} already.", "Change that one."):
            if card.id is None:
                made: int = self._connection.execute(sa.insert(table).values(values).returning(table.c.id)).scalar_one()
                return made
            done = self._connection.execute(sa.update(table).where(table.c.id == card.id).values(values))
        if done.rowcount == 0:
            raise NotThere(f"There is no such row in {table.name} any more.")
        return card.id

    def remove(self, kind: str, number: int) -> None:
        """Takes anything but a customer out: records name those."""
        table = {
            "products": products,
            "shipments": shipments,
            "suppliers": suppliers,
            "points": service_points,
            "people": people,
        }[kind]
        self._connection.execute(sa.delete(table).where(table.c.id == number))

    # ---------------------------------------------------------------- deputies

    def deputy(self, email: str) -> str:
        """The address of who stands in for one of our people; empty where nobody does."""
        query = sa.select(deputies.c.deputy).where(deputies.c.email == email.strip().lower())
        return str(self._connection.execute(query).scalar() or "")

    def deputies(self) -> dict[str, str]:
        """Address → the deputy's."""
        rows = self._connection.execute(sa.select(deputies.c.email, deputies.c.deputy))
        return {row.email: row.deputy for row in rows}

    def set_deputy(self, email: str, deputy: str) -> None:
        """An empty deputy: nobody stands in any more."""
        address = email.strip().lower()
        self._connection.execute(sa.delete(deputies).where(deputies.c.email == address))
        if deputy:
            self._connection.execute(sa.insert(deputies).values(email=address, deputy=deputy.strip().lower()))

    def forget_deputy(self, email: str) -> None:
        """Of a person who is gone: who stood in for him, and for whom he stood in."""
        address = email.strip().lower()
        gone = sa.or_(deputies.c.email == address, deputies.c.deputy == address)
        self._connection.execute(sa.delete(deputies).where(gone))


def _says(table: sa.Table, words: str) -> list[sa.ColumnElement[bool]]:
    """That all words stand somewhere in a row; one of many digits also as a telephone number is written otherwise."""
    found: list[sa.ColumnElement[bool]] = []
    for word in squeezed(words).split(" ")[:_MOST_WORDS]:
        if not word:
            continue
        texts = {word, fax_mark(word) if word.isdecimal() and len(word) >= _DIGITS else word}
        found.append(sa.or_(*(table.c.search.contains(text, autoescape=True) for text in sorted(texts) if text)))
    return found
