"""What can go wrong in keeping things.

    StorageTrouble               base: one clear cause, and what to do about it
    ├── AlreadyThere             a unique key says that another worker was first: read again, do not write again
    ├── Conflict                 the record was changed since it was read
    ├── NotThere                 no such row, no such file
    └── Damaged                  a kept file is another than it was

`trouble_of` turns what the database driver raised into the one sentence that a person can act upon. The reasons are in
a table: first the words of the driver's message (they are the only thing SQLite gives), then what they mean.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError


class StorageTrouble(Exception):
    """`cause` says what is wrong; `remedy` what to do."""

    def __init__(self, cause: str, remedy: str = "") -> None:
        super().__init__(f"{cause} {remedy}".strip())
        self.cause = cause
        self.remedy = remedy


class AlreadyThere(StorageTrouble):
    pass


class Conflict(StorageTrouble):
    pass


class NotThere(StorageTrouble):
    pass


class Damaged(StorageTrouble):
    pass


class _Reason(NamedTuple):
    words: tuple[str, ...]  # any of these in the driver's message, lower case
    cause: str
    remedy: str


_REASONS = (
    _Reason(
        ("database or disk is full", "no space left", "could not extend file", "disk full"),
        "The disk of the database is full.",
        "Free space on it or move the database; what was being saved is taken again by itself.",
    ),
    _Reason(
        ("disk i/o error", "file too large", "input/output error"),
        "The disk of the database cannot be written: it is full, over a quota, or failing.",
        "Check free space, quotas and the disk's health; what was being saved is taken again by itself.",
    ),
    _Reason(
        ("database is locked", "database table is locked", "lock timeout", "canceling statement due to lock"),
        "The database is locked by another process.",
        "Wait for a running backup or import to end; stop other programs that hold the file open.",
    ),
    _Reason(
        ("unable to open database file",),
        "The database file cannot be opened.",
        "Check that its folder exists and that the service may write there.",
    ),
    _Reason(
        ("readonly database", "read-only", "permission denied"),
        "The database may not be written.",
        "Give the service's user the right to write the database file and its folder.",
    ),
    _Reason(
        ("file is not a database", "malformed"),
        "The database file is damaged, or is no SQLite database.",
        "Restore the last backup, or name the right file at database.url.",
    ),
    _Reason(
        ("password authentication failed", "no password supplied", "authentication failed"),
        "The database server refused the user or the password.",
        "Check database.url in the settings.",
    ),
    _Reason(
        ("does not exist\n", 'database "', 'role "'),
        "The database server knows no such database or user.",
        "Create it (createdb, createuser), or check database.url in the settings.",
    ),
    _Reason(
        ("no such table", "no such column", "undefinedtable", "undefinedcolumn"),
        "The database has not the tables that this version needs.",
        "Run `intake init`, or start the service once, which brings them up to date.",
    ),
    _Reason(
        (
            "connection refused",
            "connection failed",
            "could not connect",
            "connection timeout",
            "server closed the connection",
            "terminating connection",
            "the connection is closed",
            "connection is lost",
            "could not translate host",
            "failed to resolve host",
            "starting up",
            "shutting down",
            "consuming input failed",
        ),
        "The database server does not answer.",
        "Start it, or check host and port at database.url; the service goes on by itself once it is back.",
    ),
)


def _message(error: BaseException) -> str:
    origin = getattr(error, "orig", None) or error
    return f"{type(origin).__name__}: {origin}\n".lower()


@contextmanager
def only_once(cause: str, remedy: str = "") -> Iterator[None]:
    """A statement whose unique key may be taken: it raises AlreadyThere with this cause then, and anything else as it
    is.
    """
    try:
        yield
    except IntegrityError as error:
        if "unique" not in _message(error):
            raise
        raise AlreadyThere(cause, remedy) from error


def trouble_of(error: SQLAlchemyError | sqlite3.Error) -> StorageTrouble:
    """The trouble behind a driver's error. A broken unique key is `AlreadyThere`; no statement or value is ever
    repeated in it.
    """
    message = _message(error)
    if isinstance(error, IntegrityError) and "unique" in message:
        return AlreadyThere("Another worker has saved the same thing already.", "Read it again.")
    if isinstance(error, IntegrityError) and "foreign" in message:
        return NotThere("What was to be saved belongs to a record or letter that is not there.", "Read it again.")
    for reason in _REASONS:
        if any(words in message for words in reason.words):
            return StorageTrouble(reason.cause, reason.remedy)
    kind = type(getattr(error, "orig", None) or error).__name__
    what = "refused a statement" if isinstance(error, DBAPIError) else "could not be used"
    return StorageTrouble(
        f"The database {what} ({kind}).", "Look at the database's own log; `intake check` tries it again."
    )
