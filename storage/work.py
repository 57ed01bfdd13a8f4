"""The unit of work: what is done in one transaction, and leaves nothing behind without `commit()`.

with storage.unit() as work:
    work.complaints.add(record, windows, events, message)
    work.letters.add(letters)
    work.commit()
"""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import TracebackType
from typing import Any, Protocol, Self

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from storage.access import Access
from storage.alike import Alike
from storage.arrivals import Arrivals
from storage.audit import Audit
from storage.complaints import Complaints
from storage.database import begin_options, open_engine
from storage.errors import trouble_of
from storage.figures import Figures
from storage.figures_reading import ReadingFigures
from storage.form_drafts import FormDrafts
from storage.inbox import Inbox
from storage.letters import Letters
from storage.lives import Lives
from storage.master import Master
from storage.master_facts import MasterFacts
from storage.master_imports import MasterImports
from storage.outbox import Outbox
from storage.pages import Pages
from storage.people import People
from storage.presence import Presence
from storage.running import Running
from storage.sight import Seeing
from storage.sources import Sources
from storage.trail import Trail
from storage.uploads import Uploads
from storage.users import Users
from storage.verifying import Verifying
from storage.views import Views


class _Turn(Protocol):
    """What is used of a lock."""

    def acquire(self) -> bool: ...

    def release(self) -> None: ...

    def __enter__(self) -> bool: ...

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None: ...


class UnitOfWork:
    """One transaction. Its own begins with the `with` block; a joined one (`Storage.unit_on`) is its owner's to end.

    What the driver raises inside the block of its own transaction comes out as StorageTrouble. In a joined transaction
    it comes out as it is, since the owner may retry by it (a serialization failure); `storage.errors.trouble_of` names
    it.
    """

    access: Access
    alike: Alike
    arrivals: Arrivals
    audit: Audit
    complaints: Complaints
    figures: Figures
    form_drafts: FormDrafts
    inbox: Inbox
    letters: Letters
    lives: Lives
    master: Master
    master_facts: MasterFacts
    verifying: Verifying
    master_imports: MasterImports
    outbox: Outbox
    pages: Pages
    people: People
    presence: Presence
    reading_figures: ReadingFigures
    running: Running
    seeing: Seeing
    sources: Sources
    trail: Trail
    uploads: Uploads
    users: Users
    views: Views

    def __init__(
        self,
        engine: sa.Engine,
        session: Session | None = None,
        reads: bool = False,
        turn: _Turn | None = None,
        tells: bool = False,
    ) -> None:
        self._engine = engine
        self._turn = turn
        self._session = session
        self._reads = reads
        self._tells = tells
        self._own: sa.Connection | None = None
        if session is not None:
            self._bind(session.connection())

    def _bind(self, connection: sa.Connection) -> None:
        self.access = Access(connection)
        self.alike = Alike(connection)
        self.arrivals = Arrivals(connection)
        self.audit = Audit(connection)
        self.outbox = Outbox(connection, self._tells)
        self.complaints = Complaints(connection, self.outbox)
        self.figures = Figures(connection)
        self.inbox = Inbox(connection)
        self.letters = Letters(connection)
        self.form_drafts = FormDrafts(connection)
        self.lives = Lives(connection)
        self.master = Master(connection)
        self.master_facts = MasterFacts(connection)
        self.verifying = Verifying(connection)
        self.master_imports = MasterImports(connection)
        self.pages = Pages(connection)
        self.people = People(connection)
        self.presence = Presence(connection)
        self.reading_figures = ReadingFigures(connection)
        self.running = Running(connection)
        self.seeing = Seeing(connection)
        self.sources = Sources(connection)
        self.trail = Trail(connection)
        self.uploads = Uploads(connection)
        self.users = Users(connection)
        self.views = Views(connection)

    def __enter__(self) -> Self:
        if self._session is not None:
            return self
        if self._turn is not None:
            self._turn.acquire()
        try:
            self._own = self._begun()
        except BaseException:
            self._end_turn()
            raise
        self._bind(self._own)
        return self

    @property
    def reads(self) -> bool:
        """Whether it only reads."""
        return self._reads

    def _begun(self) -> sa.Connection:
        try:
            connection = self._engine.connect()
        except SQLAlchemyError as error:
            raise trouble_of(error) from error
        try:
            connection = connection.execution_options(**begin_options(self._engine, self._reads))
            connection.begin()
        except SQLAlchemyError as error:
            connection.close()
            raise trouble_of(error) from error
        return connection

    def _end_turn(self) -> None:
        if self._turn is not None:
            self._turn.release()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is done in this block is undone when it raises; the rest of the transaction stands."""
        connection = self._session.connection() if self._session is not None else self._own
        if connection is None:
            raise RuntimeError("this unit of work is over")
        with connection.begin_nested():
            yield

    def commit(self) -> None:
        """Makes it last. In a joined transaction it only flushes; the owner commits."""
        if self._session is not None:
            self._session.flush()
            return
        if self._own is None or not self._own.in_transaction():
            raise RuntimeError("this unit of work is over")
        try:
            self._own.commit()
        except SQLAlchemyError as error:
            raise trouble_of(error) from error

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._own is None:
            return
        connection, self._own = self._own, None
        try:
            connection.close()  # rolls back what was not committed
        except SQLAlchemyError as trouble:
            raise trouble_of(trouble) from error
        finally:
            self._end_turn()
        if isinstance(error, SQLAlchemyError):
            raise trouble_of(error) from error


class Storage:
    """A database, opened. Safe to share between threads; each takes its own units."""

    def __init__(self, url: str, busy_seconds: float = 30.0, tells: bool = False) -> None:
        self.engine = open_engine(url, busy_seconds)
        self._tells = tells
        # SQLite has one writer, and whoever finds it busy sleeps for up to a tenth of a second before looking again.
        # Threads
        # of one process queue here instead, and go on at once.
        self._turn: _Turn | None = threading.RLock() if self.engine.dialect.name == "sqlite" else None

    def migrate(self) -> None:
        """Brings the schema up to date; safe when several processes start at once. StorageTrouble where it cannot be
        done.
        """
        from storage.migrations import upgrade  # Alembic takes a quarter of a second to import

        upgrade(self.engine)

    def unit(self) -> UnitOfWork:
        """A transaction that may write: `with storage.unit() as work: … work.commit()`; without commit all is rolled
        back.
        """
        return UnitOfWork(self.engine, turn=self._turn, tells=self._tells)

    def turn(self) -> AbstractContextManager[object]:
        """To be held around a writing transaction that somebody else opens (`unit_on`)."""
        return self._turn or nullcontext()

    def reading(self) -> UnitOfWork:
        """A transaction that only reads: it sees one moment, and never waits for a writer nor keeps one waiting."""
        return UnitOfWork(self.engine, reads=True)

    def unit_on(self, session: Session) -> UnitOfWork:
        """Work within a transaction that somebody else opened and commits."""
        return UnitOfWork(self.engine, session, tells=self._tells)

    def close(self) -> None:
        self.engine.dispose()
