"""Which records a list shows: the filters of the review pages and of `intake records`, as SQL."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.records import Class, RecordState, WindowState
from storage.rows import searchable
from storage.tables import records, windows

_MOST_WORDS = 8  # of one search; more are not looked for


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """What to list. Empty means all; `text` is words that must all occur; `since` ≤ received < `until`."""

    states: tuple[RecordState, ...] = ()
    letters: tuple[Class, ...] = ()
    text: str = ""
    department: str | None = None
    owner: str | None = None
    customer_id: int | None = None
    customer_email: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    overdue: bool = False
    merged: bool = True  # also those that were merged into another


def conditions(wanted: RecordFilter) -> list[sa.ColumnElement[bool]]:
    """The WHERE of a filter."""
    equal = {
        records.c.department: wanted.department,
        records.c.owner: wanted.owner,
        records.c.customer_id: wanted.customer_id,
        records.c.customer_email: wanted.customer_email,
    }
    found = [column == value for column, value in equal.items() if value is not None]
    if wanted.states:
        found.append(records.c.state.in_(wanted.states))
    if wanted.letters:
        found.append(records.c.letter.in_(wanted.letters))
    if wanted.since is not None:
        found.append(records.c.received_at >= wanted.since)
    if wanted.until is not None:
        found.append(records.c.received_at < wanted.until)
    if not wanted.merged:
        found.append(records.c.merged_into.is_(None))
    if wanted.overdue:
        broken = sa.select(windows.c.record).where(windows.c.state == WindowState.OVERDUE)
        found.append(records.c.number.in_(broken))
    return found + [records.c.search.contains(word, autoescape=True) for word in _words(wanted.text)]


def _words(text: str) -> list[str]:
    return searchable(text).split()[:_MOST_WORDS]
