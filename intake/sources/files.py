"""What Maildirs and folders have in common: reading files within limits, safe keys, groups, and waiting on a
directory."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from intake import clock
from intake.sources.fetching import header_block
from intake.sources.source import GROUP_BYTES, GROUP_MAILS, HEADER_BYTES, Incoming

SLICE = 0.2  # seconds between looks at a directory's time


def readable_name(name: str) -> str:
    """A file's name as text that any database takes. File servers in China write GBK names, which are no UTF-8."""
    raw = os.fsencode(name)
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace")


def read(path: Path, limit: int) -> tuple[bytes, bool]:
    """The bytes, and whether they are only the first HEADER_BYTES because the file is larger than `limit`."""
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size > limit:
            return file.read(HEADER_BYTES), True
        return file.read(limit), False


def header_of(path: Path) -> bytes:
    """A mail file's header block; nothing when it is gone or closed to us."""
    try:
        with path.open("rb") as file:
            return header_block(file.read(HEADER_BYTES))
    except OSError:
        return b""


def moment(seconds: float) -> datetime:
    """A file's time, in UTC; never in the future, where a wrong clock would let reply windows start tomorrow."""
    return min(datetime.fromtimestamp(seconds, UTC), clock.now())


def groups(incoming: Iterator[Incoming]) -> Iterator[list[Incoming]]:
    """At most 50 and about 8 MB together; one that is larger than that goes alone."""
    group: list[Incoming] = []
    total = 0
    for one in incoming:
        if group and (len(group) == GROUP_MAILS or total + len(one.raw) > GROUP_BYTES):
            yield group
            group, total = [], 0
        group.append(one)
        total += len(one.raw)
    if group:
        yield group


def changed_at(folders: Sequence[Path]) -> tuple[int, ...]:
    """The directories' times: any file that comes, goes or is renamed changes them. 0 for one that is not there."""
    return tuple(_time_of(folder) for folder in folders)


def _time_of(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0


def wait_until(due: float, timeout: float, stop: threading.Event, something_came: Callable[[], bool]) -> bool:
    """True when something came or `due` (monotonic seconds) is there; False after `timeout` or when told to stop."""
    until = min(time.monotonic() + timeout, due)
    while not stop.is_set():
        if something_came() or (now := time.monotonic()) >= due:
            return True
        if now >= until:
            return False
        stop.wait(min(SLICE, until - now))
    return False
