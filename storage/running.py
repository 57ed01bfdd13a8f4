"""How the service itself is doing: which processes live, and what became of each source's fetches and counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage.arrivals import insert
from storage.records import ArrivalState, LetterState
from storage.rows import from_row, values_of
from storage.tables import arrivals, letters
from storage.tables_running import fetches, processes

_FORGOTTEN_AFTER = timedelta(days=30)  # processes that nobody has seen for so long are history


@dataclass(frozen=True, slots=True)
class Process:
    """A process of the service. `parts` are of "poll", "work", "send" and "watch"; one that does not stay was started
    to do what waits (`--once`).
    """

    name: str
    parts: tuple[str, ...]
    started_at: datetime
    seen_at: datetime
    stays: bool = True


@dataclass(frozen=True, slots=True)
class Fetches:
    """A source's fetches, whatever came of them, and the last count of what lies in it (`counted` things, of which
    `missing` were never taken in). `trouble` is the last one that did not stop it.
    """

    source: str
    looked_at: datetime | None = None
    taken: int = 0
    last_new: int = 0
    last_new_at: datetime | None = None
    counted: int = 0
    missing: int = 0
    counted_at: datetime | None = None
    trouble: str = ""
    trouble_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stock:
    """Of one source's mails, those that are not settled."""

    waiting: int = 0
    set_aside: int = 0


class Running:
    """The repository of what the service knows of itself, in one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    # ---------------------------------------------------------------- processes

    def beat(self, process: Process) -> None:
        """That a process lives; what has been dead for a month is forgotten."""
        old = process.seen_at - _FORGOTTEN_AFTER
        self._connection.execute(sa.delete(processes).where(processes.c.seen_at < old))
        values = values_of(process)
        statement = insert(self._connection, processes).values(values)
        change = {name: value for name, value in values.items() if name != "name"}
        self._connection.execute(statement.on_conflict_do_update(index_elements=[processes.c.name], set_=change))

    def processes(self) -> list[Process]:
        """The one seen last first."""
        query = sa.select(processes).order_by(processes.c.seen_at.desc(), processes.c.name)
        return [from_row(Process, row) for row in self._connection.execute(query)]

    # ---------------------------------------------------------------- sources

    def looked(self, source: str, at: datetime) -> None:
        self._note(source, looked_at=at)

    def took(self, source: str, number: int, at: datetime) -> None:
        """So many new mails or files came. Counted by the database, so that two pollers of one source lose none."""
        if number:
            self._note(source, taken=number, last_new=number, last_new_at=at)

    def troubled(self, source: str, trouble: str, at: datetime) -> None:
        self._note(source, trouble=trouble, trouble_at=at)

    def counted(self, source: str, number: int, missing: int, at: datetime) -> None:
        self._note(source, counted=number, missing=missing, counted_at=at)

    def fetches(self) -> dict[str, Fetches]:
        """By the source's name."""
        rows = self._connection.execute(sa.select(fetches).order_by(fetches.c.source))
        return {row.source: from_row(Fetches, row) for row in rows}

    def stock(self) -> dict[str, Stock]:
        """By source, how many wait to be read and how many for a person; costs as much as there are of these."""
        row = arrivals.c
        query = sa.select(row.source, row.state, sa.func.count())
        query = query.where(row.state.in_((ArrivalState.WAITING, ArrivalState.SET_ASIDE)))
        found: dict[str, dict[str, int]] = {}
        for source, state, number in self._connection.execute(query.group_by(row.source, row.state)):
            found.setdefault(source, {})[state.value] = number
        return {source: Stock(**numbers) for source, numbers in found.items()}

    def oldest_waiting(self) -> datetime | None:
        """When the mail that has waited longest to be read was taken in."""
        row = arrivals.c
        oldest = sa.func.min(row.taken_at, type_=row.taken_at.type)
        found: datetime | None = self._connection.execute(
            sa.select(oldest).where(row.state == ArrivalState.WAITING)
        ).scalar()
        return found

    # ---------------------------------------------------------------- letters

    def sent(self, since: datetime) -> tuple[int, datetime | None]:
        """How many letters that were written since a moment have left, and when the last one of all did."""
        row = letters.c
        left = row.state == LetterState.SENT
        number = sa.select(sa.func.count()).where(left, row.created_at >= since)
        last = sa.select(row.sent_at).where(left).order_by(row.created_at.desc()).limit(1)
        return int(self._connection.execute(number).scalar_one()), self._connection.execute(last).scalar()

    def put_off(self) -> str:
        """What the mail server said of the letter that was put off last; empty where none is."""
        row = letters.c
        query = sa.select(row.answer).where(row.state == LetterState.DEFERRED).order_by(row.created_at.desc()).limit(1)
        return self._connection.execute(query).scalar() or ""

    # ---------------------------------------------------------------- the database

    def size(self) -> int:
        """Bytes that the database takes on its disk."""
        if self._connection.dialect.name == "sqlite":
            pages, size = (
                self._connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("page_count", "page_size")
            )
            return int(pages) * int(size)
        return int(self._connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())

    # ---------------------------------------------------------------- inside

    def _note(self, source: str, **values: Any) -> None:
        """`taken` is added to what stands there; everything else takes its place."""
        fresh = insert(self._connection, fetches).values(source=source, **{**_EMPTY, **values})
        change = {**values, "taken": fetches.c.taken + values["taken"]} if "taken" in values else values
        self._connection.execute(fresh.on_conflict_do_update(index_elements=[fetches.c.source], set_=change))


_EMPTY = {"taken": 0, "last_new": 0, "counted": 0, "missing": 0, "trouble": ""}
