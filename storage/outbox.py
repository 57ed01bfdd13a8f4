"""The outbox of webhooks: what happened, kept in the transaction in which it happened, and the messages made of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from storage.errors import NotThere
from storage.outbox_rows import Change, Delivery, DeliveryState
from storage.records import Event
from storage.rows import from_row, new_row
from storage.tables_api import changes, deliveries

_ADD = sa.insert(changes)
_earlier = deliveries.alias("earlier")


class Outbox:
    """Changes and deliveries, in one transaction. Nothing is kept where no webhook is set (`on`)."""

    def __init__(self, connection: sa.Connection, on: bool = False) -> None:
        self._connection = connection
        self._on = on

    # ---------------------------------------------------------------- what happened

    def happened(self, events: Iterable[Event]) -> None:
        """Notes events of records, to be told."""
        if not self._on:
            return
        rows = [{"record": one.record, "what": one.what, "at": one.at} for one in events if one.record is not None]
        if rows:
            self._connection.execute(_ADD, rows)

    def waits(self) -> bool:
        """Whether anything is to be told."""
        return self._connection.execute(sa.select(changes.c.id).limit(1)).first() is not None

    def untold(self, limit: int) -> list[Change]:
        """The oldest. Nobody else takes them until this transaction ends."""
        query = sa.select(changes).order_by(changes.c.id).limit(limit).with_for_update()
        return [from_row(Change, row) for row in self._connection.execute(query)]

    def told(self, known: Sequence[Change]) -> None:
        """These are made into deliveries."""
        ids = [one.id for one in known]
        if ids:
            self._connection.execute(sa.delete(changes).where(changes.c.id.in_(ids)))

    # ---------------------------------------------------------------- messages

    def add(self, new: Sequence[Delivery]) -> None:
        if new:
            self._connection.execute(sa.insert(deliveries), [new_row(one) for one in new])

    def due(self, webhook: str, now: datetime, limit: int) -> list[Delivery]:
        """What may be tried now, oldest first. A record's messages go one after the other: what is behind one that
        waits, waits too.
        """
        row = deliveries.c
        before = sa.exists().where(
            _earlier.c.webhook == row.webhook,
            _earlier.c.record == row.record,
            _earlier.c.state == DeliveryState.WAITING,
            _earlier.c.id < row.id,
        )
        query = sa.select(deliveries).where(
            row.webhook == webhook,
            row.state == DeliveryState.WAITING,
            sa.or_(row.next_try_at.is_(None), row.next_try_at <= now),
            sa.or_(row.held_until.is_(None), row.held_until <= now),
            ~before,
        )
        return [from_row(Delivery, found) for found in self._connection.execute(query.order_by(row.id).limit(limit))]

    def hold(self, delivery: int, now: datetime, until: datetime) -> Delivery | None:
        """Takes one that waits, so that no other process sends it until a moment; None where somebody was first."""
        row = deliveries.c
        free = sa.or_(row.held_until.is_(None), row.held_until <= now)
        mine = sa.update(deliveries).where(row.id == delivery, row.state == DeliveryState.WAITING, free)
        taken = mine.values(held_until=until).returning(*row)
        found = self._connection.execute(taken).first()
        return None if found is None else from_row(Delivery, found)

    def update(self, delivery: Delivery) -> None:
        done = self._connection.execute(
            sa.update(deliveries).where(deliveries.c.id == delivery.id).values(new_row(delivery))
        )
        if done.rowcount == 0:
            raise NotThere("There is no such delivery.", "`intake webhooks` lists them.")

    def get(self, delivery: int) -> Delivery | None:
        row = self._connection.execute(sa.select(deliveries).where(deliveries.c.id == delivery)).first()
        return None if row is None else from_row(Delivery, row)

    def listing(self, state: DeliveryState | None, after: int | None, limit: int) -> list[Delivery]:
        """Newest first; `after` goes on behind one."""
        query = sa.select(deliveries).order_by(deliveries.c.id.desc()).limit(limit)
        if state is not None:
            query = query.where(deliveries.c.state == state)
        if after is not None:
            query = query.where(deliveries.c.id < after)
        return [from_row(Delivery, row) for row in self._connection.execute(query)]

    def counts(self) -> dict[tuple[str, DeliveryState], int]:
        """How many of each webhook stand where."""
        place = (deliveries.c.webhook, deliveries.c.state)
        rows = self._connection.execute(sa.select(*place, sa.func.count()).group_by(*place))
        return {(webhook, state): number for webhook, state, number in rows}

    def oldest_waiting(self) -> dict[str, datetime]:
        """webhook → since when the oldest of its messages waits."""
        row = deliveries.c
        oldest = sa.func.min(row.created_at, type_=row.created_at.type)
        query = sa.select(row.webhook, oldest).where(row.state == DeliveryState.WAITING).group_by(row.webhook)
        return {found.webhook: found[1] for found in self._connection.execute(query)}

    def afresh(self) -> int:
        """Lets all that were given up be tried again; how many."""
        fresh = {"state": DeliveryState.WAITING, "attempts": 0, "next_try_at": None, "ended_at": None, "answer": ""}
        lost = sa.update(deliveries).where(deliveries.c.state == DeliveryState.GIVEN_UP)
        return self._connection.execute(lost.values(**fresh)).rowcount

    def forget(self, before: datetime) -> int:
        """What was delivered before a moment."""
        old = sa.and_(deliveries.c.state == DeliveryState.DELIVERED, deliveries.c.ended_at < before)
        return self._connection.execute(sa.delete(deliveries).where(old)).rowcount
