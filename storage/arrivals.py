"""What arrived: mails and dropped files, from when their raw bytes are safe until what became of them is known."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage.columns import short_mark
from storage.errors import NotThere
from storage.records import Arrival, ArrivalState, Became
from storage.rows import from_row, values_of
from storage.tables import arrivals

_GROUP = 500  # values in one IN list


def insert(connection: sa.Connection, table: sa.Table) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT that knows ON CONFLICT, in the words of the database at hand."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def in_groups(values: Iterable[str]) -> Iterable[list[str]]:
    rest = iter(dict.fromkeys(values))
    while group := list(islice(rest, _GROUP)):
        yield group


# What every mail asks for is put together once: building a statement costs more than running it.
_BY_ID = sa.select(arrivals).where(arrivals.c.id == sa.bindparam("id"))
_LOCKED = _BY_ID.with_for_update()
_UPDATE = sa.update(arrivals).where(arrivals.c.id == sa.bindparam("key_"))
_OLDEST_FIRST = sa.select(arrivals).order_by(arrivals.c.taken_at, arrivals.c.id)
_HANDLED = _OLDEST_FIRST.where(
    arrivals.c.fingerprint == sa.bindparam("fingerprint"), arrivals.c.state == ArrivalState.DONE
).limit(1)
_BY_MESSAGE_ID = _OLDEST_FIRST.where(arrivals.c.message_id == sa.bindparam("message_id"))


class Arrivals:
    """The repository of arrivals, in one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, new: Sequence[Arrival]) -> list[Arrival]:
        """Keeps arrivals and returns those that were new; one whose source and key are known already is left as it
        stands.
        """
        if not new:
            return []
        statement = insert(self._connection, arrivals).on_conflict_do_nothing().returning(arrivals.c.id)
        added = set(self._connection.execute(statement, [values_of(arrival) for arrival in new]).scalars())
        fresh = []
        for arrival in new:
            if arrival.id in added:
                added.remove(arrival.id)
                fresh.append(arrival)
        return fresh

    def known_keys(self, source: str, keys: Iterable[str]) -> set[str]:
        """Which of these keys of a source have been taken in."""
        known: set[str] = set()
        for group in in_groups(keys):
            query = sa.select(arrivals.c.key).where(arrivals.c.source == source, arrivals.c.key.in_(group))
            found = set(self._connection.execute(query).scalars())
            known.update(key for key in group if short_mark(key) in found)
        return known

    def get(self, arrival: str, lock: bool = False) -> Arrival | None:
        """`lock`: nobody else may change it until this transaction ends (SQLite has one writer at a time anyway)."""
        query = _LOCKED if lock else _BY_ID
        row = self._connection.execute(query, {"id": arrival}).first()
        return None if row is None else from_row(Arrival, row)

    def waiting(self, limit: int, after_id: str | None = None) -> list[Arrival]:
        """Those not read yet, in the order in which they were taken in; `after_id` goes on behind one."""
        query = sa.select(arrivals).where(arrivals.c.state == ArrivalState.WAITING)
        if after_id is not None and (after := self.get(after_id)) is not None:
            same_moment = sa.and_(arrivals.c.taken_at == after.taken_at, arrivals.c.id > after.id)
            query = query.where(sa.or_(arrivals.c.taken_at > after.taken_at, same_moment))
        return self._all(query.order_by(arrivals.c.taken_at, arrivals.c.id).limit(limit))

    def update(self, arrival: Arrival) -> None:
        done = self._connection.execute(_UPDATE, {**values_of(arrival), "key_": arrival.id})
        if done.rowcount == 0:
            raise NotThere(f"There is no arrival {arrival.id}.", "Look at `intake arrivals`.")

    def listing(self, state: ArrivalState | None = None, limit: int = 100, offset: int = 0) -> list[Arrival]:
        """Newest first."""
        query = sa.select(arrivals).order_by(arrivals.c.taken_at.desc(), arrivals.c.id.desc())
        if state is not None:
            query = query.where(arrivals.c.state == state)
        return self._all(query.limit(limit).offset(offset))

    def everything(self, state: ArrivalState | None = None) -> list[Arrival]:
        """All of them, oldest first."""
        query = sa.select(arrivals).order_by(arrivals.c.taken_at, arrivals.c.id)
        return self._all(query if state is None else query.where(arrivals.c.state == state))

    def counts(self) -> dict[tuple[ArrivalState, Became | None], int]:
        """How many stand where; the sum is all that ever arrived."""
        place = (arrivals.c.state, arrivals.c.became)
        rows = self._connection.execute(sa.select(*place, sa.func.count()).group_by(*place))
        return {(state, became): number for state, became, number in rows}

    def handled_with_fingerprint(self, fingerprint: str) -> Arrival | None:
        """The earliest arrival with this content that is done."""
        row = self._connection.execute(_HANDLED, {"fingerprint": fingerprint}).first()
        return None if row is None else from_row(Arrival, row)

    def with_message_id(self, message_id: str) -> list[Arrival]:
        """Oldest first."""
        rows = self._connection.execute(_BY_MESSAGE_ID, {"message_id": message_id})
        return [from_row(Arrival, row) for row in rows]

    def of_record(self, number: str) -> list[Arrival]:
        """All that became part of a record, oldest first."""
        query = sa.select(arrivals).where(arrivals.c.record == number)
        return self._all(query.order_by(arrivals.c.taken_at, arrivals.c.id))

    def ids_of_record(self, number: str) -> list[str]:
        """The same, by their ids alone."""
        query = sa.select(arrivals.c.id).where(arrivals.c.record == number)
        return list(self._connection.execute(query.order_by(arrivals.c.taken_at, arrivals.c.id)).scalars())

    def several(self, ids: Iterable[str]) -> dict[str, Arrival]:
        """By their ids."""
        found: dict[str, Arrival] = {}
        for group in in_groups(ids):
            found.update({one.id: one for one in self._all(sa.select(arrivals).where(arrivals.c.id.in_(group)))})
        return found

    def _all(self, query: sa.Select[Any]) -> list[Arrival]:
        return [from_row(Arrival, row) for row in self._connection.execute(query)]
