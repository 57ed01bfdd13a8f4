"""What hangs on a card of master data: a customer's complaints and kept promises, a product's complaints, open work."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.marks import mark
from storage.records import Class, RecordState, WindowState
from storage.tables import items, records, supplier_claims, windows
from storage.tables_site import open_records

_COUNTS = (records.c.state != RecordState.CANCELLED, records.c.merged_into.is_(None))
_OVER = (RecordState.CLOSED, RecordState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Counts:
    """Of complaints: how many are open and closed, and how many of each class there are."""

    open: int
    closed: int
    classes: dict[Class, int]

    @property
    def all(self) -> int:
        return self.open + self.closed


@dataclass(frozen=True, slots=True)
class Promises:
    """How windows turned out; those that run or were waived do not count."""

    on_time: int = 0
    late: int = 0
    overdue: int = 0

    @property
    def all(self) -> int:
        return self.on_time + self.late + self.overdue

    @property
    def rate(self) -> float | None:
        """The part that was kept in time; None where none has ended."""
        return self.on_time / self.all if self.all else None


class MasterFacts:
    """Reads in one transaction; each statement by an index, as dear as what it finds."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def complaints_of_customer(self, customer: int, email: str, over: bool, limit: int) -> list[str]:
        """Numbers of a customer's open or closed complaints, newest first: those that know its card, and those of its
        address that know none.
        """
        state = records.c.state.in_(_OVER) if over else records.c.state.not_in(_OVER)
        query = sa.select(records.c.number).where(_of(customer, email), state, *_COUNTS)
        query = query.order_by(records.c.received_at.desc(), records.c.number.desc())
        return list(self._connection.execute(query.limit(limit)).scalars())

    def counts_of_customer(self, customer: int, email: str) -> Counts:
        return self._counts(sa.select(records.c.state, records.c.letter).where(_of(customer, email), *_COUNTS))

    def promises_to_customer(self, customer: int, email: str, since: datetime) -> Promises:
        """Of what came since a moment."""
        query = (
            sa.select(windows.c.state, sa.func.count())
            .join(records, records.c.number == windows.c.record)
            .where(_of(customer, email), records.c.received_at >= since, *_COUNTS)
            .group_by(windows.c.state)
        )
        found = {state: int(number) for state, number in self._connection.execute(query)}
        late, overdue = found.get(WindowState.MET_LATE, 0), found.get(WindowState.OVERDUE, 0)
        return Promises(found.get(WindowState.MET, 0), late, overdue)

    def asked_of_supplier(self, supplier: int, limit: int) -> list[str]:
        """Numbers of the records for which we complained to a supplier, newest first."""
        asked = sa.select(supplier_claims.c.record).where(supplier_claims.c.supplier_id == supplier)
        query = sa.select(records.c.number).where(records.c.number.in_(asked), *_COUNTS)
        query = query.order_by(records.c.received_at.desc(), records.c.number.desc())
        return list(self._connection.execute(query.limit(limit)).scalars())

    def complaints_of_model(self, model: str, limit: int) -> list[str]:
        """Numbers of the complaints about a model, newest first."""
        query = sa.select(records.c.number, records.c.received_at).where(_about(model), *_COUNTS)
        query = query.order_by(records.c.received_at.desc(), records.c.number.desc())
        return [row.number for row in self._connection.execute(query.limit(limit))]

    def counts_of_model(self, model: str) -> Counts:
        return self._counts(sa.select(records.c.state, records.c.letter).where(_about(model), *_COUNTS))

    def open_records_of(self, owner: str, limit: int) -> list[str]:
        """Numbers of the open records of one of our people, the most urgent first."""
        row = open_records.c
        query = sa.select(row.record).where(sa.func.lower(row.owner) == owner.lower())
        return list(self._connection.execute(query.order_by(row.due_at, row.letter, row.record).limit(limit)).scalars())

    def open_numbers(self) -> dict[str, int]:
        """Address → how many open records are somebody's."""
        owner = sa.func.lower(open_records.c.owner)
        rows = self._connection.execute(sa.select(owner, sa.func.count()).group_by(owner))
        return {email: number for email, number in rows if email}

    def _counts(self, query: sa.Select[Any]) -> Counts:
        found = query.subquery()
        grouped = sa.select(found.c.state, found.c.letter, sa.func.count()).group_by(found.c.state, found.c.letter)
        opened, closed, classes = 0, 0, dict[Class, int]()
        for state, letter, number in self._connection.execute(grouped):
            classes[letter] = classes.get(letter, 0) + number
            opened, closed = (opened, closed + number) if state in _OVER else (opened + number, closed)
        return Counts(opened, closed, classes)


def _of(customer: int, email: str) -> sa.ColumnElement[bool]:
    his = records.c.customer_id == customer
    if not email:
        return his
    return sa.or_(his, sa.and_(records.c.customer_id.is_(None), records.c.customer_email == email))


def _about(model: str) -> sa.ColumnElement[bool]:
    return records.c.number.in_(sa.select(items.c.record).where(items.c.model_key == mark(model)))
