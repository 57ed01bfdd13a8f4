"""Imports of master data that were given in at the site, done in the background: looked at, then taken in row by row.

A thread of the site does them, one after the other. After each group of rows it ends its transaction and rests, so
that nobody who writes waits for a whole file; how far it is is kept with the rows. Where the site is stopped, or dies,
the next one goes on behind the last group; what was cut off too often is said to be.
"""

import secrets
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from intake.clock import Clock
from intake.errors import UsageError
from intake.import_preview import SHOWN, Change, Preview, SeenRow, preview
from intake.importing import KINDS, Outcome, Refused, judged, silent
from intake.log import log
from intake.spreadsheets import read_table
from storage import Storage, StorageTrouble
from storage.imports import ImportState, MasterImport

OUTCOMES: tuple[Outcome, ...] = ("added", "changed", "same", "refused")
MOST_REFUSED = 1_000  # refused rows that are told of one import; of the other outcomes `SHOWN`
LOST = timedelta(seconds=30)  # a worker that was not seen for so long is dead
MOST_TRIES = 3  # times that an import is begun without a row that it takes
LOOK_EVERY = 10.0  # seconds
_GROUP = 200  # rows in one transaction
_REST = 0.05  # seconds between two groups: whoever waits to write gets his turn
_PATIENCE = 3.0  # seconds that a site that ends waits for it: a large file that is just opened is opened anew
_TELL_EVERY = 0.5  # seconds between two notes of how far a look is
_ENDINGS = (".csv", ".xlsx", ".xls", ".txt")
_CUT_OFF = (
    "The import was cut off several times.",
    "Give the file in again: rows that were taken in are the same then.",
)
_FAULT = ("The file led to a fault of the service.", "Report it; the log has more.")


class _Stopped(Exception):
    """The site is ended, or somebody else is at it: what is done is noted."""


class Importer:
    """Does what waits. `rest` is how many seconds it rests after each group of rows."""

    def __init__(self, storage: Storage, clock: Clock, rest: float = _REST) -> None:
        self._storage = storage
        self._clock = clock
        self._rest = rest
        self._name = secrets.token_hex(8)
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._asked = False

    # ---------------------------------------------------------------- given and looked for

    def give(self, wait: float = 0.0) -> None:
        """Begins with what waits, unless it is at it; `wait`: so many seconds at the most until nothing is left to do,
        for a small file is done before one could look at its progress.
        """
        with self._lock:
            self._asked = True
            thread = self._thread
            if thread is None:
                thread = threading.Thread(target=self._work_off, name="imports", daemon=True)
                self._thread = thread
                thread.start()
        thread.join(wait)

    def look(self) -> None:
        """Begins where one waits that another site has left behind."""
        with self._storage.reading() as work:
            waits = work.master_imports.waits(self._clock() - LOST)
        if waits:
            self.give()

    def keep_looking(self) -> None:
        """Until it is closed. No trouble of the database ends it."""
        while True:
            try:
                self.look()
            except StorageTrouble as trouble:
                log().warning("import_look_failed", cause=trouble.cause)
            if self._stop.wait(LOOK_EVERY):
                return

    def close(self) -> None:
        """Ends after the group that it is at; the next site goes on behind it."""
        self._stop.set()
        thread = self._thread
        if thread is not None:
            thread.join(_PATIENCE)

    # ---------------------------------------------------------------- the work

    def _work_off(self) -> None:
        """Until nothing waits that was given meanwhile."""
        while True:
            with self._lock:
                if not self._asked or self._stop.is_set():
                    self._thread = None
                    return
                self._asked = False
            try:
                while not self._stop.is_set() and self.step():
                    pass
            except StorageTrouble as trouble:  # it is found again when the database is back
                log().warning("import_failed", cause=trouble.cause)

    def step(self) -> bool:
        """Does one import that waits, as far as it may; False where none does."""
        with self._storage.unit() as work:
            one = work.master_imports.claim(self._name, self._clock(), self._clock() - LOST)
            content = work.master_imports.content(one.id) if one is not None else b""
            work.commit()
        if one is None:
            return False
        try:
            if one.tries > MOST_TRIES:
                self._failed(one, *_CUT_OFF)
            elif one.state is ImportState.LOOKING:
                self._seen(one, self._looked(one, content))
            else:
                self._taken(one, content)
        except _Stopped:
            self._note(one, {"worker": "", "tries": 0})
        except UsageError as error:
            self._failed(one, error.cause, error.remedy)
        except StorageTrouble:
            raise
        except Exception as error:  # noqa: BLE001  a fault of ours must not be tried for ever
            log().error("import_failed", error=type(error).__name__, kind=one.kind)
            self._failed(one, *_FAULT)
        return True

    def _looked(self, one: MasterImport, content: bytes) -> Preview:
        last = time.monotonic()

        def told(done: int, total: int) -> None:
            nonlocal last
            if self._stop.is_set():
                raise _Stopped
            if time.monotonic() - last >= _TELL_EVERY:
                last = time.monotonic()
                self._must(one, {"done": done, "total": total})

        with as_a_file(one.name, content) as path:
            return preview(one.kind, path, self._storage, told)

    def _seen(self, one: MasterImport, seen: Preview) -> None:
        counts: dict[str, int] = {word: seen.number(word) for word in OUTCOMES}
        rows = sum(counts.values())
        told = {"rows": [row_json(row) for row in seen.rows], "ignored": list(seen.ignored)}
        self._note(one, {"state": ImportState.SEEN, "total": rows, "done": rows, "worker": "", **counts, **told})

    def _taken(self, one: MasterImport, content: bytes) -> None:
        """Behind the rows that are done; a group and how far it leads are one transaction."""
        kind, told = KINDS[one.kind], list(one.rows)
        counts: dict[str, int] = {word: getattr(one, word) for word in OUTCOMES}
        with as_a_file(one.name, content) as path:
            table = read_table(path, one.kind, kind.required)
        rows, unsaid = judged(kind, table.lines), silent(one.kind, table)
        done = sum(1 for _ in islice(rows, one.done))
        self._must(one, {"total": len(table.lines), "ignored": list(table.ignored)})
        while group := list(islice(rows, _GROUP)):
            cards: list[Any] = [card for _, card in group if not isinstance(card, Refused)]
            with self._storage.unit() as work:
                outcomes = iter(work.people.upsert_all(cards, unsaid))
                for number, card in group:
                    row = _row(number, card) if isinstance(card, Refused) else SeenRow(number, next(outcomes))
                    counts[row.outcome] += 1
                    if row.outcome != "same" and counts[row.outcome] <= _most(row.outcome):
                        told.append(row_json(row))
                done += len(group)
                noted = {"done": done, "rows": told, "tries": 0, "seen_at": self._clock(), **counts}
                if not work.master_imports.put(one.id, self._name, noted):
                    raise _Stopped
                work.commit()
            if self._stop.wait(self._rest):
                raise _Stopped
        self._ended(one, counts)

    def _ended(self, one: MasterImport, counts: Mapping[str, int]) -> None:
        now, told = self._clock(), {"name": one.name, **counts}
        with self._storage.unit() as work:
            ended = {"state": ImportState.DONE, "ended_at": now, "content": b"", "worker": ""}
            if work.master_imports.put(one.id, self._name, ended):
                work.audit.add(one.by, now, f"{one.kind}_imported", f"import:{one.kind}", told)
                work.commit()

    def _failed(self, one: MasterImport, cause: str, remedy: str) -> None:
        ended = {"state": ImportState.FAILED, "ended_at": self._clock(), "content": b"", "worker": ""}
        self._note(one, {**ended, "cause": cause, "remedy": remedy})

    def _note(self, one: MasterImport, values: Mapping[str, Any]) -> bool:
        with self._storage.unit() as work:
            mine = work.master_imports.put(one.id, self._name, {"seen_at": self._clock(), **values})
            work.commit()
        return mine

    def _must(self, one: MasterImport, values: Mapping[str, Any]) -> None:
        if not self._note(one, values):
            raise _Stopped


def _row(number: int, why: Refused) -> SeenRow:
    return SeenRow(number, "refused", why=str(why), remedy=why.remedy)


def _most(outcome: Outcome) -> int:
    return MOST_REFUSED if outcome == "refused" else SHOWN


@contextmanager
def as_a_file(name: str, content: bytes) -> Iterator[Path]:
    """For readers of files, which find out by its bytes what one is; a UsageError comes without the name of the
    temporary folder.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"import{next((end for end in _ENDINGS if name.lower().endswith(end)), '.csv')}"
        path.write_bytes(content)
        try:
            yield path
        except UsageError as error:
            raise UsageError(error.cause.replace(str(path), name), error.remedy) from error


# -------------------------------------------------------------------- rows as they are kept


def row_json(row: SeenRow) -> dict[str, Any]:
    """Without what is empty."""
    plain = {"row": row.row, "outcome": row.outcome, "name": row.name, "why": row.why, "remedy": row.remedy}
    changes = [[change.field, change.old, change.new] for change in row.changes]
    return {name: value for name, value in {**plain, "changes": changes}.items() if value}


def rows_of(kept: Sequence[Mapping[str, Any]]) -> list[SeenRow]:
    return [
        SeenRow(
            one["row"],
            one["outcome"],
            one.get("name", ""),
            tuple(Change(*change) for change in one.get("changes", ())),
            one.get("why", ""),
            one.get("remedy", ""),
        )
        for one in kept
    ]
