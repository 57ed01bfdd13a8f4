"""How well mails were read, told by those who reviewed them: what stands as it was read, and what a person put right.

Only confirmed records count, and only those that a mail or fax opened: what nobody looked at proves nothing. A value
that stands and that nobody touched was read rightly. Of a value that was touched, its first correction has what was
read and its last one what stands; where a later mail gave it, the reading was neither right nor wrong. Lists of what
a person did are in `corrections`, so that this costs no look into the readings.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from storage.life import ProposalState
from storage.records import Became, CustomerOf, ItemOf
from storage.scope import Scope, complaint, period_of, within
from storage.tables import arrivals, corrections, items, lives, proposals, records

ITEM = "item"  # the field of a correction that takes an item out
OF_ITEMS = tuple(ItemOf.__dataclass_fields__)
OF_CUSTOMERS = tuple(CustomerOf.__dataclass_fields__)
OF_RECORDS = ("kind", "language", "claim_amount", "reply_due", "signals", "requests")
FIELDS = (ITEM, *OF_ITEMS, *OF_CUSTOMERS, *OF_RECORDS)

_NOTHING = ("", "[]", '""', "null")  # what an empty value is in a column, and in the JSON of a correction


class Group(NamedTuple):
    """What values have in common: the period in which they came, the mail's language, and its way."""

    period: int
    language: str
    channel: str


@dataclass(slots=True)
class Read:
    """Values of one field: how many were read; of these, how many a person changed or took out; and how many a person
    had to add.
    """

    read: int = 0
    wrong: int = 0
    added: int = 0

    def add(self, other: "Read") -> None:
        self.read += other.read
        self.wrong += other.wrong
        self.added += other.added

    @property
    def right(self) -> float | None:
        """The share of what was read that was right, 0 to 1."""
        return (self.read - self.wrong) / self.read if self.read else None


class ReadingFigures:
    """The repository of how well mails were read; nothing here writes."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def reviewed(self, scope: Scope) -> int:
        """How many records of the span count."""
        query = sa.select(sa.func.count()).select_from(records.join(lives, lives.c.record == records.c.number))
        return int(self._connection.execute(query.where(*_reviewed(scope))).scalar_one())

    def read(self, scope: Scope) -> dict[tuple[Group, str], Read]:
        """By what values have in common, and by field."""
        standing = self._standing(scope)
        found: defaultdict[tuple[Group, str], Read] = defaultdict(Read)
        for key, touched in self._touched(scope).items():
            untouched = max(standing.pop(key, 0) - touched.filled, 0)
            found[key] = Read(untouched + touched.read, touched.wrong, touched.added)
        for key, number in standing.items():
            found[key].read += number
        return {key: one for key, one in found.items() if one.read or one.added}

    def _standing(self, scope: Scope) -> dict[tuple[Group, str], int]:
        """How many values of a field stand now."""
        found: dict[tuple[Group, str], int] = {}
        of_customer = {name: records.c[f"customer_{name}"] for name in OF_CUSTOMERS}
        of_items = {ITEM: items.c.record, **{name: items.c[name] for name in OF_ITEMS}}
        of_record = {**of_customer, **{name: records.c[name] for name in OF_RECORDS}}
        reviewed = records.join(lives, lives.c.record == records.c.number)
        with_items = reviewed.join(items, items.c.record == records.c.number)
        for table, columns in ((reviewed, of_record), (with_items, of_items)):
            group = _group(scope)
            query = sa.select(*group, *(sa.func.count(_something(column)) for column in columns.values()))
            query = query.select_from(table).where(*_reviewed(scope)).group_by(*group)
            for row in self._connection.execute(query):
                found |= {(Group(*row[:3]), name): n for name, n in zip(columns, row[3:], strict=True)}
        return found

    def _touched(self, scope: Scope) -> dict[tuple[Group, str], "_Touched"]:
        """Of the values that a person touched, what was read and what became of it."""
        of = corrections.c
        first, last = corrections.alias("first"), corrections.alias("last")
        ends = sa.select(
            of.record, of.item, of.field, sa.func.min(of.id).label("first"), sa.func.max(of.id).label("last")
        )
        ends = ends.select_from(
            records.join(lives, lives.c.record == records.c.number).join(corrections, of.record == records.c.number)
        )
        # An item that is taken out is a thing of its own each time: those behind it move up.
        own = sa.case((of.field == ITEM, of.id), else_=0)
        ends = ends.where(*_reviewed(scope), of.field.in_(FIELDS))
        touched = ends.group_by(of.record, of.item, of.field, own).subquery()

        told_later = sa.exists().where(
            proposals.c.record == touched.c.record,
            proposals.c.field == touched.c.field,
            proposals.c.state == ProposalState.TAKEN,
            sa.func.coalesce(proposals.c.item, 0) == sa.func.coalesce(touched.c.item, 0),
        )
        was, now = _something(first.c.old), _something(last.c.new)
        differs = sa.func.coalesce(_plain(first.c.old), "") != sa.func.coalesce(_plain(last.c.new), "")
        group = _group(scope)
        query = sa.select(
            *group,
            touched.c.field,
            sa.func.count(sa.case((~told_later, was))),
            sa.func.count(sa.case((sa.and_(differs, ~told_later), was))),
            sa.func.count(sa.case((sa.and_(was.is_(None), ~told_later), now))),
            sa.func.count(now),
        ).select_from(
            touched.join(records, records.c.number == touched.c.record)
            .join(first, first.c.id == touched.c.first)
            .join(last, last.c.id == touched.c.last)
        )
        rows = self._connection.execute(query.group_by(*group, touched.c.field))
        return {
            (Group(p, language, channel), field): _Touched(*numbers) for p, language, channel, field, *numbers in rows
        }


class _Touched(NamedTuple):
    read: int
    wrong: int
    added: int
    filled: int  # stand now because a person wrote them


def _reviewed(scope: Scope) -> list[sa.ColumnElement[bool]]:
    """The conditions on records and their lives."""
    opened = sa.exists().where(arrivals.c.record == records.c.number, arrivals.c.became == Became.RECORD)
    return [within(records.c.received_at, scope), lives.c.confirmed_at.is_not(None), opened, *complaint(scope)]


def _group(scope: Scope) -> tuple[sa.ColumnElement[Any], ...]:
    return period_of(records.c.received_at, scope), records.c.language, records.c.channel


def _plain(column: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """As it is stored."""
    return sa.type_coerce(column, sa.Text)


def _something(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """A value that is one; NULL for an empty one."""
    if isinstance(column.type, sa.Double):
        return column
    return sa.case((_plain(column).not_in(_NOTHING), _plain(column)))
