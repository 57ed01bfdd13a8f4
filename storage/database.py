"""Engines: how the two databases are opened.

SQLite (one machine) runs in WAL with synchronous=FULL: readers never wait for the writer, and what is committed
outlives a power cut. Writers begin with BEGIN IMMEDIATE, so that two of them queue (busy_timeout) and can never
deadlock by upgrading a read lock. PostgreSQL keeps its own defaults; idle connections are tried before they are used,
so that a restarted server is found again.
"""

import sqlite3
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from storage.errors import StorageTrouble

READ_ONLY = "intake_read_only"  # the execution option of a transaction that only reads

_POOL = {"pool_size": 10, "max_overflow": 20}
_WAL_TRIES = 100
_WAL_PAUSE = 0.05  # seconds


def open_engine(url: str, busy_seconds: float) -> sa.Engine:
    """The engine of a database URL; StorageTrouble for a URL of no kind that we know. Nothing is connected yet."""
    try:
        parsed = sa.make_url(url)
    except (ArgumentError, ValueError) as error:
        raise _wrong_url("is no database URL") from error
    if parsed.drivername == "sqlite":
        return _sqlite(parsed, busy_seconds)
    if parsed.drivername in ("postgresql", "postgresql+psycopg"):
        return _postgresql(parsed.set(drivername="postgresql+psycopg"))
    raise _wrong_url(f"begins with {parsed.drivername!r}")


def _wrong_url(why: str) -> StorageTrouble:
    return StorageTrouble(
        f"The setting database.url {why}.", "Write sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME."
    )


def _postgresql(url: sa.URL) -> sa.Engine:
    arguments = {"connect_timeout": 10, "application_name": "complaint-intake"}
    try:
        return sa.create_engine(url, pool_pre_ping=True, connect_args=arguments, **_POOL)
    except (ArgumentError, NoSuchModuleError) as error:
        raise _wrong_url("cannot be used") from error


def _sqlite(url: sa.URL, busy_seconds: float) -> sa.Engine:
    if not url.database or url.database == ":memory:":
        raise _wrong_url("names no file")
    folder = Path(url.database).absolute().parent
    if not folder.is_dir():
        raise StorageTrouble(f"The folder {folder} of the database does not exist.", "Create it, or run `intake init`.")
    engine = sa.create_engine(url, connect_args={"timeout": busy_seconds}, **_POOL)
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions are begun by `_begin`, not by the driver's guess
    _switch_to_wal(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Once in a file's life; SQLite answers "locked" at once, without its busy timeout, while another process does the
    same.
    """
    for attempt in range(_WAL_TRIES):
        try:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or attempt == _WAL_TRIES - 1:
                raise
            time.sleep(_WAL_PAUSE)


def _begin(connection: sa.Connection) -> None:
    reads = bool(connection.get_execution_options().get(READ_ONLY))
    connection.exec_driver_sql(f"PRAGMA query_only={int(reads)}")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def beside(engine: sa.Engine, name: str) -> str:
    """The URL of a further database of the same service: another file beside SQLite's, in WAL as well; else the same
    server.
    """
    url = engine.url
    if engine.dialect.name == "sqlite":
        url = url.set(database=f"{url.database}.{name}")
        connection = sqlite3.connect(str(url.database))
        _switch_to_wal(connection)
        connection.close()
    return url.render_as_string(hide_password=False)


def begin_options(engine: sa.Engine, reads: bool) -> dict[str, Any]:
    """The execution options of a connection whose transaction only reads."""
    if not reads:
        return {}
    return {READ_ONLY: True} if engine.dialect.name == "sqlite" else {"postgresql_readonly": True}
