"""The repository of the audit trail: what was done at the site besides acts on records, and who did it.

Entries are only ever added. `about` names what was changed, such as "customer:12" or an address; it is how a card shows
its own history.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.rows import from_row
from storage.site import Audited
from storage.tables_site import audit


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries, the newest first, and the number that the next page begins behind; None: this was the last."""

    entries: tuple[Audited, ...]
    after: int | None


class Audit:
    """The audit trail, in one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, who: str, at: datetime, what: str, on: str = "", detail: Mapping[str, Any] | None = None) -> None:
        """`who` is an address, `what` a word of ours such as "customer_changed"; `detail` holds what is worth telling,
        such as old and new values by field.
        """
        values = {"at": at, "who": who, "what": what, "about": on, "detail": detail}
        self._connection.execute(sa.insert(audit).values(values))

    def page(self, limit: int, after: int | None = None, who: str = "", what: str = "", on: str = "") -> AuditPage:
        """The newest first, `after` a number that an earlier page gave; those of one person, kind or thing alone."""
        query = sa.select(audit).order_by(audit.c.id.desc()).limit(limit + 1)
        if after is not None:
            query = query.where(audit.c.id < after)
        for column, value in ((audit.c.who, who), (audit.c.what, what), (audit.c.about, on)):
            if value:
                query = query.where(column == value)
        rows = self._connection.execute(query).all()
        more = rows[limit - 1].id if len(rows) > limit else None
        return AuditPage(tuple(from_row(Audited, row) for row in rows[:limit]), more)
