"""Candidates for what is like a record, by indexes alone: its model, its family of models, its goods, its customer.

A search costs as much as what it finds, up to `most` of each kind, however many records there are.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from storage.finding import matching, steps_down
from storage.marks import mark
from storage.records import RecordState
from storage.tables import items, records
from storage.tables_site import finds, open_records

_COUNTS = (records.c.state != RecordState.CANCELLED, records.c.merged_into.is_(None))


class Alike:
    """Numbers of records, in one transaction; nothing here writes. Cancelled and merged records are left out."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of_models(self, models: Iterable[str], most: int) -> list[str]:
        """Records of one of these models, newest first."""
        found: dict[str, datetime] = {}
        for key in {mark(model) for model in models}:  # each by its index, from the newest on
            query = (
                sa.select(items.c.record, items.c.received_at)
                .join(records, records.c.number == items.c.record)
                .where(items.c.model_key == key, *_COUNTS)
                .order_by(items.c.received_at.desc(), items.c.record.desc())
            )
            found.update((row.record, row.received_at) for row in self._connection.execute(query.limit(most)))
        newest = sorted(found, key=lambda number: (found[number], number), reverse=True)
        return newest[:most]

    def saying(self, words: str, most: int) -> list[str]:
        """Records in which all these words stand somewhere, those kept last first; none for words of no letters."""
        found: list[str] = []
        for above in steps_down(self._connection):
            condition = matching(self._connection.dialect.name, words, above)
            if condition is None:
                return []
            query = (
                sa.select(finds.c.record)
                .join(records, records.c.number == finds.c.record)
                .where(condition, *_COUNTS)
                .order_by(finds.c.id.desc())
            )
            found = list(self._connection.execute(query.limit(most)).scalars())
            if len(found) == most:
                break
        return found

    def of_customer(self, email: str, most: int) -> list[str]:
        """Records of a customer's address, newest first."""
        query = sa.select(records.c.number).where(records.c.customer_email == email, *_COUNTS)
        query = query.order_by(records.c.received_at.desc(), records.c.number.desc())
        return list(self._connection.execute(query.limit(most)).scalars())

    def open_of_customer(self, customer: int | None, email: str, company: str, most: int) -> list[str]:
        """Open records of a customer, by its card, its address or its name as it is written; newest first."""
        his: list[sa.ColumnElement[bool]] = []
        if customer is not None:
            his.append(records.c.customer_id == customer)
        if email:
            his.append(sa.func.lower(records.c.customer_email) == email.lower())
        if company:
            his.append(sa.func.lower(records.c.customer_company) == company.lower())
        query = sa.select(records.c.number).join(open_records, open_records.c.record == records.c.number)
        query = query.where(sa.or_(sa.false(), *his)).order_by(records.c.received_at.desc(), records.c.number.desc())
        return list(self._connection.execute(query.limit(most)).scalars())

    def of_batches(self, batches: Sequence[str], most: int, besides: str = "") -> list[str]:
        """Records that name one of these batches, each exactly so but for case, width and spaces; one may be left
        out.
        """
        wanted = {mark(batch) for batch in batches if batch.strip()}
        found = dict.fromkeys(number for batch in batches for number in self.saying(batch, most))
        found.pop(besides, None)
        if not found:
            return []
        query = sa.select(items.c.record, items.c.batch).where(items.c.record.in_(list(found)))
        exact = {row.record for row in self._connection.execute(query) if wanted & {mark(one) for one in row.batch}}
        return [number for number in found if number in exact]
