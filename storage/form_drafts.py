"""Customers' own report forms between their preview and their confirmation: few, small, and not for long."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.rows import from_row, values_of
from storage.tables_site import form_drafts

KEPT = timedelta(hours=2)
MOST_OF_ONE = 3  # of one person
MOST = 20  # of all


@dataclass(frozen=True, slots=True)
class FormDraft:
    id: str
    by: str
    at: datetime
    kind: str
    name: str
    content: bytes


class FormDrafts:
    """The repository of what waits to be confirmed, in one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, draft: FormDraft) -> None:
        """Keeps one; what is too old, or too many, goes."""
        row = form_drafts.c
        self._connection.execute(sa.insert(form_drafts).values(values_of(draft)))
        self._connection.execute(sa.delete(form_drafts).where(row.at < draft.at - KEPT))
        for which, most in ((row.by == draft.by, MOST_OF_ONE), (sa.true(), MOST)):
            newest = sa.select(row.id).where(which).order_by(row.at.desc(), row.id.desc())
            kept = list(self._connection.execute(newest.limit(most)).scalars())
            self._connection.execute(sa.delete(form_drafts).where(which, row.id.not_in(kept)))

    def get(self, draft: str, by: str) -> FormDraft | None:
        """One's own."""
        row = form_drafts.c
        query = sa.select(form_drafts).where(row.id == draft, row.by == by)
        found = self._connection.execute(query).first()
        return None if found is None else from_row(FormDraft, found)

    def remove(self, draft: str) -> None:
        self._connection.execute(sa.delete(form_drafts).where(form_drafts.c.id == draft))
