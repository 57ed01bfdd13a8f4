"""A Maildir as a source: `new/` and `cur/`, whatever the flags.

The key is the unique name before ":2,", which stays when a mail program moves a mail from new to cur or sets flags.
`tmp/` is never looked at: what lies there is still being delivered.
"""

import os
import re
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from intake.errors import Unreachable
from intake.settings import MaildirSource
from intake.sources.fetching import header_block
from intake.sources.files import changed_at, groups, header_of, moment, read, readable_name, wait_until
from intake.sources.message_id import message_id
from intake.sources.source import Incoming, Known, SourceMark, SourceTrouble

_DELIVERED_AT = re.compile(r"(\d{9,10})\.")  # the name begins with the second of its delivery
_FLAGS = ":2,"


class Maildir:
    """`limit` in bytes: of a larger mail only the header is taken."""

    def __init__(self, table: MaildirSource, path: Path, limit: int) -> None:
        self._table, self._path, self._limit = table, path, limit
        self._folders = (path / "new", path / "cur")
        self.name = table.name
        self.mark = SourceMark()
        self._taken: set[str] = set()  # of those that lie here: saves asking the database each time
        self._seen_change: tuple[int, ...] = ()
        self._looked_at = float("-inf")
        self._troubles: dict[str, SourceTrouble] = {}

    def new(self, known: Known, mark: SourceMark) -> Iterator[list[Incoming]]:
        self._looked_at, self._seen_change = time.monotonic(), changed_at(self._folders)
        paths = self._listing()
        self._taken &= paths.keys()
        unsure = sorted(paths.keys() - self._taken)
        self._taken |= known(self.name, unsure)
        untaken = [key for key in unsure if key not in self._taken]
        untaken.sort(key=lambda key: (self._received(paths[key]), key))
        for group in groups(one for key in untaken if (one := self._read(key, paths[key])) is not None):
            yield group
            self._taken.update(incoming.key for incoming in group)

    def _listing(self) -> dict[str, Path]:
        """Key → path. Raises Unreachable when this is no Maildir."""
        try:
            return {
                readable_name(entry.name.partition(_FLAGS)[0]): folder / entry.name
                for folder in self._folders
                for entry in os.scandir(folder)
                if not entry.name.startswith(".") and entry.is_file(follow_symlinks=False)
            }
        except OSError as error:
            raise Unreachable(
                f"{self.name}: the Maildir {self._path} cannot be read: {error.strerror}.",
                "Correct `path`: it must have the folders new and cur, readable by this service.",
            ) from error

    def _found(self, key: str, path: Path) -> Path | None:
        """Where the mail is now: mail programs rename it when it is read."""
        return path if path.is_file() else self._listing().get(key)

    def _read(self, key: str, path: Path) -> Incoming | None:
        try:
            place = self._found(key, path)
            if place is None or not place.is_file():
                return None
            raw, cut = read(place, self._limit)
            return Incoming(
                self.name,
                key,
                header_block(raw) if cut else raw,
                self._received(place),
                headers_only=cut,
                size=place.stat().st_size,
            )
        except FileNotFoundError:
            return None  # gone between two looks; if it is only renamed, the next pass has it
        except OSError as error:
            self._say(f"{self.name}: a mail cannot be read: {error.strerror}.", "Correct the rights of the file.", key)
            return None

    def _received(self, path: Path) -> datetime:
        """The earlier of the file's time and the time in its name: copies change the one, restored backups the
        other."""
        named = _DELIVERED_AT.match(path.name)
        written = changed_at((path,))[0] / 1e9
        return moment(min(written, float(named[1])) if named and written else written)

    def mark_taken(self, group: Sequence[Incoming]) -> None:
        """after = "seen": into cur, with the flag S."""
        if self._table.after == "keep":
            return
        try:
            paths = self._listing()
        except Unreachable as error:
            self._say(error.cause, error.remedy)
            return
        for incoming in group:
            if incoming.key in paths:
                self._mark_seen(paths[incoming.key])

    def _mark_seen(self, path: Path) -> None:
        name, _, flags = path.name.partition(_FLAGS)
        try:
            path.rename(self._path / "cur" / f"{name}{_FLAGS}{''.join(sorted({*flags, 'S'}))}")
        except FileNotFoundError:
            return  # somebody else has moved or deleted it
        except OSError as error:
            cause = f"{self.name}: taken mails cannot be marked: {error.strerror}."
            self._say(cause, "Give the service the right to write.")

    def troubles(self) -> list[SourceTrouble]:
        found, self._troubles = list(self._troubles.values()), {}
        return found

    def _say(self, cause: str, remedy: str, key: str | None = None) -> None:
        self._troubles[cause] = SourceTrouble(self.name, cause, remedy, key)

    def wait(self, timeout: float, stop: threading.Event) -> bool:
        """A delivery changes the time of `new`, which is looked at five times a second."""
        due = self._looked_at + self._table.poll_seconds
        return wait_until(due, timeout, stop, lambda: changed_at(self._folders) != self._seen_change)

    def check(self) -> str:
        return f"{self.name}: Maildir {self._path}: {len(self._listing())} mails"

    def keys(self) -> set[str]:
        return set(self._listing())

    def message_ids(self, keys: Sequence[str]) -> dict[str, str | None]:
        paths = self._listing()
        return {key: message_id(header_of(paths[key])) for key in keys if key in paths}

    def close(self) -> None:
        """Nothing is held open."""
