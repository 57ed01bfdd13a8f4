"""Letters into a Maildir instead of to a server: for the demo, for trials, and for gateways that read one."""

import hashlib
import os
import secrets
from pathlib import Path

from intake.errors import Unreachable
from intake.replies.outcome import Accepted, Deferred, Outcome, unsendable
from storage.records import Letter

_FOLDERS = ("tmp", "new", "cur")


class MaildirOutlet:
    """A letter's file is named after its Message-ID, so that a letter given twice is there once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, letter: Letter, wire: bytes) -> Outcome:
        if (refused := unsendable(letter)) is not None:
            return refused
        name = hashlib.sha256(letter.message_id.encode()).hexdigest()[:32] + ".intake"
        try:
            self._make()
            if self._is_there(name):
                return Accepted(f"{name} was delivered already")
            self._deliver(name, wire.replace(b"\r\n", b"\n"))
        except OSError as error:
            return Deferred(f"The Maildir {self._folder} cannot be written: {error.strerror}.", unreachable=True)
        return Accepted(f"delivered as {name}")

    def check(self) -> str:
        """Writes a file and takes it away again."""
        try:
            self._make()
            probe = self._folder / "tmp" / f"check.{secrets.token_hex(8)}"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise Unreachable(
                f"The Maildir {self._folder} cannot be written: {error.strerror}.",
                "Give the service the right to write there, or name another folder in [sender] path.",
            ) from error
        return f"Maildir {self._folder}"

    def close(self) -> None:
        """There is nothing to give back."""

    def _make(self) -> None:
        for name in _FOLDERS:
            (self._folder / name).mkdir(parents=True, exist_ok=True)

    def _is_there(self, name: str) -> bool:
        """In `new`, or in `cur` with whatever flags a reader has put behind it."""
        return (self._folder / "new" / name).exists() or any((self._folder / "cur").glob(f"{name}*"))

    def _deliver(self, name: str, content: bytes) -> None:
        """tmp → fsync → new: a reader sees the whole letter or none."""
        draft = self._folder / "tmp" / f"{name}.{secrets.token_hex(8)}"
        try:
            with draft.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(self._folder / "new" / name)
        finally:
            draft.unlink(missing_ok=True)
        _sync(self._folder / "new")


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
