"""A folder as a source: a fax server, a scanner or a person drops PDF, TIFF, picture or .eml files into it.

Only the folder itself is looked at, not folders in it. Every file is taken, whatever its type: one that nobody can
read is shown to a person rather than overlooked. Left alone are hidden files, the names under which programs write
unfinished files, and files that do not rest yet. A taken file stays where it is; whoever drops files there decides
when they go. The key holds size and time besides the name, so that a new fax under an old name is a new one.
"""

import os
import stat
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from intake import clock
from intake.errors import Unreachable
from intake.settings import FolderSource
from intake.sources.fetching import header_block
from intake.sources.files import SLICE, changed_at, groups, header_of, moment, read, readable_name, wait_until
from intake.sources.message_id import message_id
from intake.sources.source import Incoming, Known, SourceMark, SourceTrouble

_UNFINISHED = (".tmp", ".temp", ".part", ".partial", ".crdownload", ".filepart", ".swp", ".lock", ".lck", "~")
_NOT_DROPPED = ("thumbs.db", "desktop.ini")  # Windows' own, in lower case
_OFFICE_LOCK = "~$"
_MAIL = ".eml"
_EMPTY_RESTS = 60.0  # seconds: many programs make the file first and fill it later


class Folder:
    """`limit` in bytes: of a larger .eml the header is taken, of another larger file its first HEADER_BYTES."""

    def __init__(self, table: FolderSource, path: Path, limit: int) -> None:
        self._table, self._path, self._limit = table, path, limit
        self.name = table.name
        self.mark = SourceMark()
        self._taken: set[str] = set()  # of those that lie here: saves asking the database each time
        self._unrested: dict[str, float] = {}  # key → the monotonic second when it was first seen so
        self._seen_change: tuple[int, ...] = ()
        self._looked_at = float("-inf")
        self._troubles: dict[str, SourceTrouble] = {}

    def new(self, known: Known, mark: SourceMark) -> Iterator[list[Incoming]]:
        self._looked_at, self._seen_change = time.monotonic(), changed_at((self._path,))
        files = self._listing()
        self._taken &= files.keys()
        unsure = sorted(files.keys() - self._taken)
        self._taken |= known(self.name, unsure)
        untaken = {key: files[key] for key in unsure if key not in self._taken}
        rested = self._rested(untaken)
        for group in groups(one for key in rested if (one := self._read(key, *untaken[key])) is not None):
            yield group
            self._taken.update(incoming.key for incoming in group)

    def _listing(self) -> dict[str, tuple[Path, os.stat_result]]:
        """Key → file. Raises Unreachable when the folder cannot be read."""
        found = {}
        try:
            for path in self._path.iterdir():
                if _is_dropped(path.name) and (state := _state(path)) is not None:
                    found[f"{readable_name(path.name)}:{state.st_size}:{state.st_mtime_ns}"] = (path, state)
        except OSError as error:
            raise Unreachable(
                f"{self.name}: the folder {self._path} cannot be read: {error.strerror}.",
                "Correct `path`, or let this service read the folder.",
            ) from error
        return found

    def _rested(self, files: dict[str, tuple[Path, os.stat_result]]) -> list[str]:
        """The keys of files that are no longer written to, oldest first; the others are kept in mind."""
        now, today = time.monotonic(), clock.now().timestamp()
        before, self._unrested = self._unrested, {}
        rested = []
        for key, (_path, state) in sorted(files.items(), key=lambda file: (file[1][1].st_mtime_ns, file[0])):
            since = before.get(key, now)
            # Copies keep the old time of a file (mtime) but not that of its last change here (ctime). Where a file
            # server's clock is ahead, only what we have seen ourselves counts.
            if max(now - since, today - max(state.st_mtime, state.st_ctime)) >= self._rest(state):
                rested.append(key)
            else:
                self._unrested[key] = since
        return rested

    def _rest(self, state: os.stat_result) -> float:
        return self._table.rest_seconds if state.st_size else max(self._table.rest_seconds, _EMPTY_RESTS)

    def _read(self, key: str, path: Path, state: os.stat_result) -> Incoming | None:
        is_mail = path.name.lower().endswith(_MAIL)
        try:
            raw, cut = read(path, self._limit)
        except FileNotFoundError:
            return None
        except OSError as error:
            self._say(f"{self.name}: a file cannot be read: {error.strerror}.", "Correct its rights.", key)
            return None
        return Incoming(
            self.name,
            key,
            header_block(raw) if cut and is_mail else raw,
            moment(state.st_mtime),
            file_name=None if is_mail else readable_name(path.name),
            headers_only=cut,
            size=state.st_size,
        )

    def mark_taken(self, group: Sequence[Incoming]) -> None:
        """Taken files stay."""

    def troubles(self) -> list[SourceTrouble]:
        found, self._troubles = list(self._troubles.values()), {}
        return found

    def _say(self, cause: str, remedy: str, key: str | None = None) -> None:
        self._troubles[cause] = SourceTrouble(self.name, cause, remedy, key)

    def wait(self, timeout: float, stop: threading.Event) -> bool:
        """A new file changes the folder's time; a file that did not rest yet is looked at again when it may."""
        due = self._looked_at + self._table.poll_seconds
        if self._unrested:
            due = min(due, self._looked_at + max(self._table.rest_seconds, SLICE))
        return wait_until(due, timeout, stop, lambda: changed_at((self._path,)) != self._seen_change)

    def check(self) -> str:
        return f"{self.name}: folder {self._path}: {len(self._listing())} files"

    def keys(self) -> set[str]:
        """Of files that rest; what is still being written is not missing yet."""
        files = self._listing()
        return set(files) - self._unrested.keys()

    def message_ids(self, keys: Sequence[str]) -> dict[str, str | None]:
        files = self._listing()
        return {key: self._message_id(files[key][0]) for key in keys if key in files}

    def _message_id(self, path: Path) -> str | None:
        return message_id(header_of(path)) if path.name.lower().endswith(_MAIL) else None

    def close(self) -> None:
        """Nothing is held open."""


def _is_dropped(name: str) -> bool:
    lower = name.lower()
    return not (name.startswith((".", _OFFICE_LOCK)) or lower.endswith(_UNFINISHED) or lower in _NOT_DROPPED)


def _state(path: Path) -> os.stat_result | None:
    """None for what is no plain file (any longer). Links are not followed: they may lead anywhere."""
    try:
        state = path.lstat()
    except FileNotFoundError:
        return None
    return state if stat.S_ISREG(state.st_mode) else None
