"""Complaints: the records, with all that hangs on them (items, windows, messages, events, corrections)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage.arrivals import in_groups, insert
from storage.errors import Conflict, NotThere, only_once
from storage.finding import Finding, words_of
from storage.inbox import Inbox
from storage.marks import mark
from storage.outbox import Outbox
from storage.records import (
    SUPPLIER,
    Correction,
    Event,
    ItemOf,
    Record,
    RecordState,
    ThreadMessage,
    Window,
    WindowName,
    WindowState,
)
from storage.rows import (
    correction_from,
    correction_values,
    from_row,
    item_from,
    item_values,
    record_from,
    record_values,
    values_of,
)
from storage.search import RecordFilter, conditions
from storage.tables import arrivals, corrections, counters, events, items, letters, messages, readings, records, windows

_OVER = (RecordState.CLOSED, RecordState.CANCELLED)


# What every mail asks for is put together once: building a statement costs more than running it.
_WINDOWS_OF = (
    sa.select(windows).where(windows.c.record == sa.bindparam("record")).order_by(windows.c.due_at, windows.c.name)
)
_MEET = (
    sa.update(windows)
    .where(
        windows.c.record == sa.bindparam("number"),
        windows.c.name == sa.bindparam("window"),
        windows.c.state.in_((WindowState.OPEN, WindowState.OVERDUE)),
    )
    .values(
        met_at=sa.bindparam("at", type_=windows.c.met_at.type),
        look_at=None,
        state=sa.case(
            (
                windows.c.due_at >= sa.bindparam("at", type_=windows.c.met_at.type),
                sa.literal(WindowState.MET, windows.c.state.type),
            ),
            else_=sa.literal(WindowState.MET_LATE, windows.c.state.type),
        ),
    )
)
_BY_FINGERPRINT = sa.select(messages).where(
    messages.c.fingerprint == sa.bindparam("fingerprint"), messages.c.direction == "in"
)
_REPEATS = (
    sa.select(records.c.number, records.c.letter, items.c.defect, records.c.received_at)
    .join(items, items.c.record == records.c.number)
    .where(
        items.c.model_key == sa.bindparam("model"),
        items.c.received_at >= sa.bindparam("since"),
        records.c.state != RecordState.CANCELLED,
        records.c.merged_into.is_(None),
    )
    .order_by(items.c.received_at, items.c.record, items.c.position)
)


@cache
def _bumped(dialect: str) -> sa.Executable:
    made = sqlite.insert(counters) if dialect == "sqlite" else postgresql.insert(counters)
    bumped = made.on_conflict_do_update(
        index_elements=[counters.c.prefix, counters.c.month], set_={"last": counters.c.last + 1}
    )
    return bumped.returning(counters.c.last)


_windows, _events = windows, events  # the tables, where a method's arguments have their names


class Complaints:
    """The repository of complaints, in one transaction."""

    def __init__(self, connection: sa.Connection, outbox: Outbox | None = None) -> None:
        self._connection = connection
        self._outbox = outbox or Outbox(connection)
        self._inbox = Inbox(connection)
        self._finding = Finding(connection)

    def next_number(self, prefix: str, month: str) -> str:
        """`KS-202611-0001`: the next of a prefix and month (`YYYYMM`). Taken in this transaction; no number is given
        twice.
        """
        bumped = _bumped(self._connection.dialect.name)
        last = self._connection.execute(bumped, {"prefix": prefix, "month": month, "last": 1}).scalar_one()
        return f"{prefix}-{month}-{last:04d}"

    def add(
        self,
        record: Record,
        windows: Iterable[Window] = (),
        events: Iterable[Event] = (),
        message: ThreadMessage | None = None,
    ) -> None:
        """Opens a record. AlreadyThere where its number, or the mail that opens it (by fingerprint), is known: roll
        back then.
        """
        with only_once(f"The number {record.number} is taken already."):
            self._connection.execute(sa.insert(records), record_values(record))
        if message is not None:
            self.add_message(message)
        self._connection.execute(sa.insert(readings), {"record": record.number, "reading": record.reading})
        self._add_items(record)
        running = list(windows)
        due = (window.due_at for window in running if window.state in (WindowState.OPEN, WindowState.OVERDUE))
        self._inbox.put(record, min(due, default=None))
        self._finding.add(record.number, words_of(record))
        if running:
            self._connection.execute(sa.insert(_windows), [values_of(row) for row in running])
        self.add_events(list(events))

    def get(self, number: str, lock: bool = False) -> Record | None:
        """`lock`: nobody else may change the record until this transaction ends."""
        query = sa.select(records).where(records.c.number == number)
        return next(iter(self._all(query.with_for_update() if lock else query)), None)

    def to_compare(self, numbers: Iterable[str]) -> dict[str, Record]:
        """Records by number, each without its reading: to be looked at, never to be saved."""
        found: dict[str, Record] = {}
        for group in in_groups(sorted(set(numbers))):
            query = sa.select(records).where(records.c.number.in_(group))
            found.update({one.number: one for one in self._all(query, readings_too=False)})
        return found

    def several(self, numbers: Iterable[str], lock: bool = False) -> dict[str, Record]:
        """Records by number. `lock`: nobody else may change them until this transaction ends; they are locked in the
        order of their numbers, so that two who lock many do not wait for each other.
        """
        found: dict[str, Record] = {}
        for group in in_groups(sorted(set(numbers))):
            query = sa.select(records).where(records.c.number.in_(group)).order_by(records.c.number)
            query = query.with_for_update(key_share=True) if lock else query  # what refers to them may be added
            found.update({one.number: one for one in self._all(query)})
        return found

    def resolve(self, number: str) -> Record | None:
        """The record that a number stands for now: where it was merged into another, that one."""
        seen: set[str] = set()
        record = self.get(number)
        while record is not None and record.merged_into and record.number not in seen:
            seen.add(record.number)
            record = self.get(record.merged_into)
        return record

    def update(self, record: Record) -> Record:
        """Saves a record that is still as it was read (by its version), and returns it with the next version; else
        Conflict.
        """
        saved = replace(record, version=record.version + 1)
        same = sa.and_(records.c.number == record.number, records.c.version == record.version)
        if self._connection.execute(sa.update(records).where(same).values(record_values(saved))).rowcount == 0:
            raise self._why_not_saved(record)
        self._connection.execute(
            sa.update(readings).where(readings.c.record == record.number).values(reading=record.reading)
        )
        self._connection.execute(sa.delete(items).where(items.c.record == record.number))
        self._add_items(record)
        self._inbox.put(saved, known=False)
        self._finding.put(saved)
        return saved

    def _why_not_saved(self, record: Record) -> Conflict | NotThere:
        if self.get(record.number) is None:
            return NotThere(f"There is no record {record.number}.")
        return Conflict(
            f"The record {record.number} was changed in the meantime.", "Open it again, then repeat the step."
        )

    def windows(self, number: str, lock: bool = False) -> list[Window]:
        """By due time. `lock`: nobody else may change them until this transaction ends."""
        query = _WINDOWS_OF.with_for_update() if lock else _WINDOWS_OF
        return [from_row(Window, row) for row in self._connection.execute(query, {"record": number})]

    def meet(self, number: str, name: WindowName, at: datetime) -> None:
        """Its promise was kept at `at`: met, or met late. A window that was met, or waived, before stays as it is."""
        self._connection.execute(_MEET, {"number": number, "window": name, "at": at})
        self._inbox.due_again(number)

    def set_window(self, window: Window) -> None:
        """Opens a record's window, or saves it anew."""
        values = values_of(window)
        change = {name: value for name, value in values.items() if name not in ("record", "name")}
        statement = insert(self._connection, windows).values(values)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=[windows.c.record, windows.c.name], set_=change)
        )
        self._inbox.due_again(window.record)

    def open_windows_due(
        self,
        before: datetime,
        limit: int,
        states: Sequence[WindowState] = (WindowState.OPEN,),
        without_step: str | None = None,
    ) -> list[Window]:
        """Windows in these states that are due before a moment, earliest first; `without_step`: its reminder was not
        given yet.
        """
        query = sa.select(windows).where(windows.c.state.in_(states), windows.c.due_at < before)
        if without_step is not None:
            query = query.where(windows.c.reminded.cast(sa.Text).not_like(f'%"{without_step}"%'))
        query = query.order_by(windows.c.due_at, windows.c.record, windows.c.name).limit(limit)
        return [from_row(Window, row) for row in self._connection.execute(query)]

    def add_event(self, event: Event) -> None:
        self.add_events([event])

    def add_events(self, new: Sequence[Event]) -> None:
        """Notes what happened; in the same transaction also for the webhooks, where there are any."""
        if new:
            self._connection.execute(sa.insert(_events), [values_of(event) for event in new])
            self._outbox.happened(new)

    def events(self, number: str | None, newest: int | None = None) -> list[Event]:
        """In the order in which they were saved; None: those of no record. `newest`: no more than so many, the last."""
        query = sa.select(events).where(events.c.record == number)  # IS NULL for None; PostgreSQL finds both by index
        if newest is None:
            return [from_row(Event, row) for row in self._connection.execute(query.order_by(events.c.id))]
        last = self._connection.execute(query.order_by(events.c.id.desc()).limit(newest))
        return [from_row(Event, row) for row in last][::-1]

    def has_event(self, number: str, what: str, new: Any) -> bool:
        """Whether an event of this name tells this."""
        query = sa.select(events.c.new).where(events.c.record == number, events.c.what == what)
        return new in self._connection.execute(query).scalars().all()

    def add_message(self, message: ThreadMessage) -> None:
        """AlreadyThere where an incoming mail with this fingerprint hangs on a record already."""
        with only_once("This mail belongs to a record already.", "Read again which one."):
            self._connection.execute(sa.insert(messages), values_of(message))

    def messages(self, number: str) -> list[ThreadMessage]:
        query = sa.select(messages).where(messages.c.record == number).order_by(messages.c.at, messages.c.id)
        return [from_row(ThreadMessage, row) for row in self._connection.execute(query)]

    def by_message_ids(self, ids: Sequence[str]) -> list[Record]:
        """Records whose thread has one of these Message-IDs (mails in, mails out, letters not sent yet), oldest
        first.
        """
        numbers: set[str] = set()
        for group in in_groups(ids):
            for table in (messages, letters):
                query = sa.select(table.c.record).where(table.c.message_id.in_(group), table.c.record.is_not(None))
                numbers.update(self._connection.execute(query).scalars())
        found = self._all(sa.select(records).where(records.c.number.in_(sorted(numbers)))) if numbers else []
        return sorted(found, key=lambda record: (record.received_at, record.number))

    def by_fingerprint(self, fingerprint: str) -> ThreadMessage | None:
        """The incoming mail with this content."""
        row = self._connection.execute(_BY_FINGERPRINT, {"fingerprint": fingerprint}).first()
        return None if row is None else from_row(ThreadMessage, row)

    def repeats(self, model: str, since: datetime) -> list[tuple[str, str, str | None, datetime]]:
        """(number, class, defect, received_at) of each complaint of a model since a moment, oldest first.

        Cancelled and merged records are not occurrences of their own and do not count.
        """
        rows = self._connection.execute(_REPEATS, {"model": mark(model), "since": since})
        return [(number, letter.value, defect, received) for number, letter, defect, received in rows]

    def listing(self, wanted: RecordFilter | None = None, limit: int = 50, offset: int = 0) -> list[Record]:
        """Whole records, newest first."""
        query = sa.select(records).where(*conditions(wanted or RecordFilter()))
        query = query.order_by(records.c.received_at.desc(), records.c.number.desc())
        return self._all(query.limit(limit).offset(offset))

    def everything(self) -> list[Record]:
        """All of them, oldest first."""
        return self._all(sa.select(records).order_by(records.c.number))

    def participants(self, number: str) -> set[str]:
        """Who belongs to a record: the addresses that wrote to it or were written to, and the customer's, in lower
        case. Not its suppliers: what they write is no customer's word.
        """
        customer = sa.select(records.c.customer_email).where(records.c.number == number)
        of_a_supplier = sa.select(messages.c.id).where(
            messages.c.arrival == arrivals.c.id, messages.c.record == number, messages.c.party == SUPPLIER
        )
        senders = sa.select(arrivals.c.sender).where(arrivals.c.record == number, ~of_a_supplier.exists())
        found = [row[0] for query in (customer, senders) for row in self._connection.execute(query)]
        written_to = sa.select(messages.c.recipients).where(messages.c.record == number, messages.c.party.is_(None))
        found += [address for (addresses,) in self._connection.execute(written_to) for address in addresses]
        return {address.lower() for address in found if address}

    def windows_to_look_at(self, now: datetime, limit: int) -> list[Window]:
        """Windows for which the clock calls, the longest waiting first."""
        query = sa.select(windows).where(windows.c.look_at <= now).order_by(windows.c.look_at).limit(limit)
        return [from_row(Window, row) for row in self._connection.execute(query)]

    def count(self, wanted: RecordFilter | None = None) -> int:
        query = sa.select(sa.func.count()).select_from(records).where(*conditions(wanted or RecordFilter()))
        return self._connection.execute(query).scalar_one()

    def counts(self) -> dict[RecordState, int]:
        """How many records stand in each state; merged ones are left out."""
        query = sa.select(records.c.state, sa.func.count()).where(records.c.merged_into.is_(None))
        return {row[0]: row[1] for row in self._connection.execute(query.group_by(records.c.state))}

    def open_number(self) -> int:
        """How many records are neither closed nor cancelled nor merged."""
        return sum(number for state, number in self.counts().items() if state not in _OVER)

    def add_correction(self, correction: Correction) -> None:
        self._connection.execute(sa.insert(corrections), correction_values(correction))

    def corrections(self, number: str | None = None) -> list[Correction]:
        """A record's corrections, or all of them, in order."""
        query = sa.select(corrections).order_by(corrections.c.id)
        if number is not None:
            query = query.where(corrections.c.record == number)
        return [correction_from(row) for row in self._connection.execute(query)]

    def corrected_lately(self, limit: int) -> list[Correction]:
        """The newest corrections first, of whatever record."""
        query = sa.select(corrections).order_by(corrections.c.id.desc()).limit(limit)
        return [correction_from(row) for row in self._connection.execute(query)]

    def _add_items(self, record: Record) -> None:
        rows = [item_values(record, position, item) for position, item in enumerate(record.items)]
        if rows:
            self._connection.execute(sa.insert(items), rows)

    def _all(self, query: sa.Select[Any], readings_too: bool = True) -> list[Record]:
        """Whole records of a query over their table, in its order: two more statements, however many they are."""
        rows = self._connection.execute(query).all()
        numbers = [row.number for row in rows]
        of: dict[str, list[ItemOf]] = {number: [] for number in numbers}
        read: dict[str, Any] = {}
        for group in in_groups(numbers):
            parts = sa.select(items).where(items.c.record.in_(group)).order_by(items.c.record, items.c.position)
            for row in self._connection.execute(parts):
                of[row.record].append(item_from(row))
            if readings_too:
                found = self._connection.execute(sa.select(readings).where(readings.c.record.in_(group)))
                read.update({row.record: row.reading for row in found})
        return [record_from(row, tuple(of[row.number]), read.get(row.number, {})) for row in rows]
