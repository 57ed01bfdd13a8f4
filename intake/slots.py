"""Worker names that stay the same from start to start, so that a new process takes up what the last one left.

Processes of one kind on one machine take slots 1, 2, 3 … by a lock on a file. The system frees the lock when a process
dies,
however it dies, so a slot that can be locked belongs to nobody.
"""

import fcntl
from pathlib import Path
from typing import IO, Self

from intake.errors import StorageError

MOST = 200


class Slot:
    """Use as a context: the slot is held until it is left. `executor` is the worker's name, such as `host-run-1`."""

    def __init__(self, folder: Path, machine: str, part: str) -> None:
        self._folder = folder
        self._machine = machine
        self._part = part
        self._held: IO[str] | None = None
        self._file = ""

    @property
    def executor(self) -> str:
        return f"{self._machine}-{self._file}"

    def __enter__(self) -> Self:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for number in range(1, MOST + 1):
                self._file = f"{self._part}-{number}"
                self._held = self._lock(self._file)
                if self._held is not None:
                    return self
        except OSError as error:
            raise StorageError(
                f"The folder {self._folder} cannot be written: {error.strerror}.",
                "Give the service the right to write there.",
            ) from error
        raise StorageError(f"{MOST} processes of this kind run on this machine.", "Stop some.")

    def __exit__(self, *exception: object) -> None:
        if self._held is not None:
            self._held.close()

    def dead(self) -> list[str]:
        """The names of this machine's workers that have ended."""
        found = []
        for file in sorted(path.name for path in self._folder.iterdir() if path.is_file() and path.name != self._file):
            lock = self._lock(file)
            if lock is not None:
                found.append(f"{self._machine}-{file}")
                lock.close()
        return found

    def _lock(self, file: str) -> IO[str] | None:
        handle = (self._folder / file).open("a", encoding="utf-8")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            return None
        return handle
