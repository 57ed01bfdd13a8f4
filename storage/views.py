"""Read-only lists for the review pages and the exports: light rows, one statement each where that can be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.records import Class, Event, RecordState, Window, WindowState
from storage.rows import from_row
from storage.search import RecordFilter, conditions
from storage.tables import events, items, records, windows

_UNMET = (WindowState.OPEN, WindowState.OVERDUE)
_OVER = (RecordState.CLOSED, RecordState.CANCELLED)


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A record as a list shows it. The item is the first; `items` counts them all; `due` is the next window not met."""

    number: str
    state: RecordState
    letter: Class
    received_at: datetime
    company: str | None
    subject: str
    product: str | None
    model: str | None
    defect: str | None
    items: int
    department: str
    owner: str
    due: Window | None
    overdue: int
    missing: tuple[str, ...]
    merged_into: str | None


class Views:
    """Lists in one transaction; nothing here writes."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def record_lines(self, wanted: RecordFilter | None = None, limit: int = 50, offset: int = 0) -> list[RecordLine]:
        """Newest first; three statements, however many rows."""
        query = sa.select(records).where(*conditions(wanted or RecordFilter()))
        query = query.order_by(records.c.received_at.desc(), records.c.number.desc()).limit(limit).offset(offset)
        rows = self._connection.execute(query).all()
        numbers = [row.number for row in rows]
        first, count = self._first_items(numbers)
        unmet = self._unmet_windows(numbers)
        return [_line(row, first.get(row.number), count.get(row.number, 0), unmet.get(row.number, [])) for row in rows]

    def lines(self, numbers: Sequence[str]) -> list[RecordLine]:
        """These records, in this order; three statements, however many they are."""
        wanted = list(numbers)
        rows = {
            row.number: row for row in self._connection.execute(sa.select(records).where(records.c.number.in_(wanted)))
        }
        first, count = self._first_items(wanted)
        unmet = self._unmet_windows(wanted)
        return [
            _line(rows[number], first.get(number), count.get(number, 0), unmet.get(number, []))
            for number in wanted
            if number in rows
        ]

    def overdue_windows(self, limit: int = 100) -> list[Window]:
        """All broken windows that nobody has met yet, the oldest first."""
        query = sa.select(windows).where(windows.c.state == WindowState.OVERDUE).order_by(windows.c.due_at).limit(limit)
        return [from_row(Window, row) for row in self._connection.execute(query)]

    def windows_of(self, numbers: Iterable[str]) -> dict[str, list[Window]]:
        """The windows of several records, by due time."""
        return self._windows(windows.c.record.in_(list(numbers)))

    def first_events(self, numbers: Iterable[str], what: Iterable[str]) -> dict[str, Event]:
        """Of each record the first event of these names."""
        wanted = sa.and_(events.c.record.in_(list(numbers)), events.c.what.in_(list(what)))
        found: dict[str, Event] = {}
        for row in self._connection.execute(sa.select(events).where(wanted).order_by(events.c.id)):
            found.setdefault(row.record, from_row(Event, row))
        return found

    # ---------------------------------------------------------------- for the digest

    def opened_since(self, moment: datetime) -> list[str]:
        """Numbers of records that were opened after a moment and not merged, oldest first."""
        query = sa.select(records.c.number).where(records.c.opened_at > moment, records.c.merged_into.is_(None))
        return list(self._connection.execute(query.order_by(records.c.number)).scalars())

    def in_state(self, state: RecordState) -> list[str]:
        """Numbers of records in a state, those received first at the front."""
        query = sa.select(records.c.number).where(records.c.state == state, records.c.merged_into.is_(None))
        return list(self._connection.execute(query.order_by(records.c.received_at, records.c.number)).scalars())

    def running_windows(self, until: datetime) -> list[Window]:
        """Windows not met that are due by a moment, of records that are not over, earliest first."""
        query = (
            sa.select(windows)
            .join(records, records.c.number == windows.c.record)
            .where(windows.c.state.in_(_UNMET), windows.c.due_at <= until)
            .where(records.c.state.not_in(_OVER), records.c.merged_into.is_(None))
            .order_by(windows.c.due_at, windows.c.record, windows.c.name)
        )
        return [from_row(Window, row) for row in self._connection.execute(query)]

    def _first_items(self, numbers: list[str]) -> tuple[dict[str, sa.Row[tuple[object, ...]]], dict[str, int]]:
        first: dict[str, sa.Row[tuple[object, ...]]] = {}
        count: dict[str, int] = {}
        query = sa.select(items).where(items.c.record.in_(numbers)).order_by(items.c.record, items.c.position)
        for row in self._connection.execute(query):
            first.setdefault(row.record, row)
            count[row.record] = count.get(row.record, 0) + 1
        return first, count

    def _unmet_windows(self, numbers: list[str]) -> dict[str, list[Window]]:
        return self._windows(sa.and_(windows.c.record.in_(numbers), windows.c.state.in_(_UNMET)))

    def _windows(self, which: sa.ColumnElement[bool]) -> dict[str, list[Window]]:
        found: dict[str, list[Window]] = {}
        query = sa.select(windows).where(which).order_by(windows.c.due_at, windows.c.name)
        for row in self._connection.execute(query):
            found.setdefault(row.record, []).append(from_row(Window, row))
        return found


def _line(
    row: sa.Row[tuple[object, ...]], item: sa.Row[tuple[object, ...]] | None, count: int, unmet: list[Window]
) -> RecordLine:
    record = row._mapping
    of_item = item._mapping if item is not None else {"product": None, "model": None, "defect": None}
    return RecordLine(
        number=record["number"],
        state=record["state"],
        letter=record["letter"],
        received_at=record["received_at"],
        company=record["customer_company"],
        subject=record["subject"],
        product=of_item["product"],
        model=of_item["model"],
        defect=of_item["defect"],
        items=count,
        department=record["department"],
        owner=record["owner"],
        due=unmet[0] if unmet else None,
        overdue=sum(window.state is WindowState.OVERDUE for window in unmet),
        missing=record["missing"],
        merged_into=record["merged_into"],
    )
