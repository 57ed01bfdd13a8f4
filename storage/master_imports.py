"""Imports of master data at the site: what a file would do, whether it is confirmed, how far it is, what it came to.

One row an import. Whoever works at it notes after each group of rows how far he is, in the same transaction as the
rows: an import that was cut off goes on where it was, and no row is counted twice.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage.imports import AT_WORK, ImportState, MasterImport
from storage.rows import from_row, values_of
from storage.tables_site import master_imports

KEPT_UNCONFIRMED = timedelta(hours=2)  # what was looked at and not confirmed
KEPT = timedelta(days=30)  # what it came to
MOST_OF_ONE = 20  # of one person, ended ones too
MOST_WAITING = 3  # of one person, that are looked at and not confirmed


_COLUMNS = tuple(master_imports.c[name] for name in MasterImport.__dataclass_fields__)
_AFRESH: Mapping[str, Any] = {
    "total": 0, "done": 0, "added": 0, "changed": 0, "same": 0, "refused": 0, "rows": (), "cause": "", "remedy": "",
    "worker": "", "seen_at": None, "tries": 0, "ended_at": None,
}  # fmt: skip


class MasterImports:
    """The repository of imports, in one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, one: MasterImport, content: bytes) -> None:
        """Keeps one with its file; what is too old, or too many of one person, goes."""
        row = master_imports.c
        self._connection.execute(sa.insert(master_imports).values({**values_of(one), "content": content}))
        seen, ended = row.state == ImportState.SEEN, row.state.in_((ImportState.DONE, ImportState.FAILED))
        gone = sa.or_(sa.and_(seen, row.at < one.at - KEPT_UNCONFIRMED), sa.and_(ended, row.at < one.at - KEPT))
        self._connection.execute(sa.delete(master_imports).where(gone))
        for which, most in ((seen, MOST_WAITING), (ended, MOST_OF_ONE)):
            his = sa.and_(row.by == one.by, which)
            newest = sa.select(row.id).where(his).order_by(row.at.desc(), row.id.desc()).limit(most)
            kept = list(self._connection.execute(newest).scalars())
            self._connection.execute(sa.delete(master_imports).where(his, row.id.not_in(kept)))

    def get(self, id: str, by: str) -> MasterImport | None:
        """One's own."""
        row = master_imports.c
        found = self._connection.execute(sa.select(*_COLUMNS).where(row.id == id, row.by == by)).first()
        return None if found is None else from_row(MasterImport, found)

    def of(self, by: str) -> list[MasterImport]:
        """One's own, the newest first."""
        row = master_imports.c
        query = sa.select(*_COLUMNS).where(row.by == by).order_by(row.at.desc(), row.id.desc())
        return [from_row(MasterImport, found) for found in self._connection.execute(query)]

    def content(self, id: str) -> bytes:
        """The file; empty once the import has ended."""
        row = master_imports.c
        return bytes(self._connection.execute(sa.select(row.content).where(row.id == id)).scalar() or b"")

    def confirm(self, id: str, now: datetime) -> bool:
        """What was shown is to be taken in; False where it is not there to be confirmed any more."""
        row = master_imports.c
        standing = sa.and_(row.id == id, row.state == ImportState.SEEN, row.at >= now - KEPT_UNCONFIRMED)
        change = sa.update(master_imports).where(standing).values({**_AFRESH, "state": ImportState.TAKING})
        return self._connection.execute(change).rowcount == 1

    def waits(self, before: datetime) -> bool:
        """Whether there is one that nobody is at, or whose worker was not seen since."""
        query = sa.select(master_imports.c.id).where(_free(before)).limit(1)
        return self._connection.execute(query).first() is not None

    def claim(self, worker: str, now: datetime, before: datetime) -> MasterImport | None:
        """The oldest that waits is this worker's from now on; None where there is none."""
        row = master_imports.c
        query = sa.select(*_COLUMNS).where(_free(before)).order_by(row.at, row.id).limit(1)
        found = self._connection.execute(query.with_for_update(skip_locked=True)).first()
        if found is None:
            return None
        change = {"worker": worker, "seen_at": now, "tries": found.tries + 1}
        self._connection.execute(sa.update(master_imports).where(row.id == found.id).values(change))
        return from_row(MasterImport, self._connection.execute(sa.select(*_COLUMNS).where(row.id == found.id)).one())

    def put(self, id: str, worker: str, values: Mapping[str, Any]) -> bool:
        """What this worker notes; False where it is another's by now."""
        row = master_imports.c
        change = sa.update(master_imports).where(row.id == id, row.worker == worker).values(dict(values))
        return self._connection.execute(change).rowcount == 1


def _free(before: datetime) -> sa.ColumnElement[bool]:
    row = master_imports.c
    return sa.and_(row.state.in_(AT_WORK), sa.or_(row.worker == "", row.seen_at.is_(None), row.seen_at < before))
