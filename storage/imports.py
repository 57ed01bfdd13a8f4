"""An import of master data at the site, as frozen data without SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class ImportState(StrEnum):
    LOOKING = "looking"  # what it would do is found out
    SEEN = "seen"  # … and shown
    TAKING = "taking"  # its rows are taken in
    DONE = "done"
    FAILED = "failed"  # no such file, or cut off too often: `cause` says it


AT_WORK = (ImportState.LOOKING, ImportState.TAKING)


@dataclass(frozen=True, slots=True)
class MasterImport:
    """`done` of `total` rows; the counts and `rows` are of these. `rows` are told as `intake.import_preview.SeenRow`
    is. `worker` is at it, and was seen last at `seen_at`; "": nobody is.
    """

    id: str
    by: str
    at: datetime
    kind: str
    name: str
    state: ImportState
    total: int = 0
    done: int = 0
    added: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    rows: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    ignored: Sequence[str] = field(default_factory=tuple)
    cause: str = ""
    remedy: str = ""
    worker: str = ""
    seen_at: datetime | None = None
    tries: int = 0  # times that somebody began with it since a row was taken
    ended_at: datetime | None = None

    @property
    def at_work(self) -> bool:
        return self.state in AT_WORK
