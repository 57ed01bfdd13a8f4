"""What a sender was doing at each moment, on disk: the line between "sent" and "nobody knows" is as thin as it can be.

A job claims a handful of letters in one transaction and notes what became of them in the next. In between, its
journal (one file a job) holds a line when a letter goes to the server and a line when the server has answered. After
a crash, a letter without a line was never touched, one with an answer is settled, and only one that was begun and not
answered is in doubt.

A full disk may take half a line. That line counts as not written: what follows it begins a line of its own.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from intake.replies.outlet import Accepted, Deferred, InDoubt, Outcome, Refused

_KINDS: Mapping[str, type[Outcome]] = {kind.__name__: kind for kind in (Accepted, Deferred, Refused, InDoubt)}

Told = Mapping[str, Outcome | None]
"""By letter: what the server answered; None where it was begun and not answered."""


class Log:
    """The open journal of one job."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def began(self, letter: str) -> None:
        """Before the server sees it; synced, so that even a power cut leaves the line."""
        self._write({"began": letter})
        os.fdatasync(self._file.fileno())

    def ended(self, letter: str, outcome: Outcome) -> None:
        fields = {name: getattr(outcome, name) for name in outcome.__dataclass_fields__}
        self._write({"ended": letter, "kind": type(outcome).__name__, **fields})

    def _write(self, line: Mapping[str, object]) -> None:
        """OSError where the disk takes less than the whole: a letter whose beginning is not noted must not go."""
        rest = json.dumps(line).encode() + b"\n"
        while rest:
            rest = rest[self._file.write(rest) :]


class Journal:
    """The journals of a machine's senders, in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def of(self, claim: str) -> Iterator[Log]:
        """The journal of a job, kept until the job is done; one that broke off leaves it behind."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._path(claim).open("ab", buffering=0) as file:
            if file.tell():
                file.write(b"\n")  # ends the line that an earlier try may have left torn
            yield Log(file)
        self.forget(claim)

    def read(self, claim: str) -> Told | None:
        """What a job that broke off had done; None where its journal is not here: on another machine, or never
        begun.
        """
        try:
            lines = (
                self._path(claim).read_bytes().split(b"\n")[:-1]
            )  # what follows the last line break was not finished
        except FileNotFoundError:
            return None
        told: dict[str, Outcome | None] = {}
        for line in lines:
            entry = _entry(line)
            if entry is None:
                continue
            if "began" in entry:
                told[entry["began"]] = None
            else:
                letter, kind = entry.pop("ended"), _KINDS[entry.pop("kind")]
                told[letter] = kind(**entry)
        return told

    def forget(self, claim: str) -> None:
        self._path(claim).unlink(missing_ok=True)

    def _path(self, claim: str) -> Path:
        return self._folder / f"{claim}.jsonl"


def _entry(line: bytes) -> dict[str, Any] | None:
    """None for a line that is empty or torn."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
