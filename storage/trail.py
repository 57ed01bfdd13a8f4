"""Who did what and when, in one list: what the audit trail keeps, and the acts of people on records.

Two indexes hold people's acts alone (`who <> 'system'`), so that the list costs the same however much the service
itself has noted. Pages are cut by key.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.tables import events
from storage.tables_site import audit

# Written out, since SQLite uses a partial index only where the query says its very condition.
BY_PEOPLE = sa.text("who <> 'system'")
SITE, RECORDS = 0, 1  # of two deeds of the same moment, the one at the site stands first

Key = tuple[str, str, str]  # moment, SITE or RECORDS, number of the row


@dataclass(frozen=True, slots=True)
class Deed:
    """`about` is what it was done to: a record's number, an address, "customer:12". `old` and `new` are of a record's
    event, `detail` is of the audit trail.
    """

    at: datetime
    who: str
    what: str
    about: str
    on_record: bool
    number: int
    detail: Any = None
    old: Any = None
    new: Any = None

    @property
    def key(self) -> Key:
        return (self.at.isoformat(), str(RECORDS if self.on_record else SITE), str(self.number))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deeds. Empty means all. `names` are whole names, `beginnings` their first letters; `site` and `records`
    say where to look. `since` ≤ at < `until`.
    """

    who: str = ""
    names: Sequence[str] = ()
    beginnings: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    site: bool = True
    records: bool = True


class Trail:
    """The list, in one transaction; nothing here writes."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def page(self, wanted: Wanted, after: Key | None, limit: int) -> tuple[list[Deed], Key | None]:
        """The newest first, and the key that the next page begins behind; None: this was the last."""
        found: list[Deed] = []
        if wanted.site:
            found += self._at_the_site(wanted, after, limit + 1)
        if wanted.records:
            found += self._on_records(wanted, after, limit + 1)
        found.sort(key=lambda deed: (-deed.at.timestamp(), deed.on_record, -deed.number))
        return found[:limit], found[limit - 1].key if len(found) > limit else None

    def _at_the_site(self, wanted: Wanted, after: Key | None, limit: int) -> list[Deed]:
        query = sa.select(audit).where(*_conditions(audit, SITE, wanted, after))
        rows = self._connection.execute(query.order_by(audit.c.at.desc(), audit.c.id.desc()).limit(limit))
        return [Deed(row.at, row.who, row.what, row.about, False, row.id, detail=row.detail) for row in rows]

    def _on_records(self, wanted: Wanted, after: Key | None, limit: int) -> list[Deed]:
        query = sa.select(events).where(BY_PEOPLE, *_conditions(events, RECORDS, wanted, after))
        rows = self._connection.execute(query.order_by(events.c.at.desc(), events.c.id.desc()).limit(limit))
        return [
            Deed(row.at, row.who, row.what, row.record or "", True, row.id, old=row.old, new=row.new) for row in rows
        ]

    def people(self, most: int) -> list[str]:
        """Who has done something lately at the site, by address."""
        lately = sa.select(audit.c.who).order_by(audit.c.id.desc()).limit(most).subquery()
        return sorted(name for name in self._connection.execute(sa.select(lately.c.who).distinct()).scalars() if name)


def _conditions(table: sa.Table, rank: int, wanted: Wanted, after: Key | None) -> list[sa.ColumnElement[bool]]:
    row = table.c
    found: list[sa.ColumnElement[bool]] = []
    if wanted.who:
        found.append(row.who == wanted.who)
    if wanted.since is not None:
        found.append(row.at >= wanted.since)
    if wanted.until is not None:
        found.append(row.at < wanted.until)
    named: list[sa.ColumnElement[bool]] = [row.what.in_(list(wanted.names))] if wanted.names else []
    named += [row.what.startswith(one, autoescape=True) for one in wanted.beginnings]
    if named:
        found.append(sa.or_(*named))
    if after is not None:
        found.append(_behind(table, rank, after))
    return found


def _behind(table: sa.Table, rank: int, after: Key) -> sa.ColumnElement[bool]:
    """What comes behind a key, among the rows of one table."""
    row, moment, other = table.c, datetime.fromisoformat(after[0]), int(after[1])
    if rank != other:
        return row.at <= moment if rank > other else row.at < moment
    return sa.tuple_(row.at, row.id) < sa.tuple_(sa.literal(moment, row.at.type), sa.literal(int(after[2])))
