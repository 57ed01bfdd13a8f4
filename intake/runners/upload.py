"""Files that people give in at the site: taken in like a fax that was dropped, and read by whoever reads.

A file is known again by its bytes: given twice, it is one. Who gave it stands in the events of its record.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from intake.desk import Decision
from intake.log import log
from intake.runners.poll import new_id
from intake.sources.files import readable_name
from storage import Storage, StorageTrouble, UnitOfWork
from storage.blobs import Blobs
from storage.records import Arrival, Event
from storage.uploads import SOURCE, Upload

EVERY = 2.0  # seconds between looks for files that nobody has begun with
_AT_ONCE = 50
_MAIL = ".eml"
_LONGEST_NAME = 200  # characters


@dataclass(frozen=True, slots=True)
class Given:
    """`again`: the same bytes were given before; upload and arrival are those of then."""

    upload: Upload
    again: bool


def give(storage: Storage, blobs: Blobs, content: bytes, upload: Upload, received_at: datetime) -> Given:
    """Keeps a file and its arrival, in this order, as the poller does. `upload.arrival` is given here; clocks start at
    `received_at`, when the complaint came.
    """
    sha256, name = blobs.put(content), _name(upload.name)
    arrival = Arrival(
        id=new_id(int(upload.at.timestamp() * 1000)),
        source=SOURCE,
        key=sha256,
        sha256=sha256,
        size=len(content),
        received_at=received_at,
        taken_at=upload.at,
        file_name=None if name.lower().endswith(_MAIL) else name,
    )
    made = replace(upload, arrival=arrival.id, name=name)
    with storage.unit() as work:
        if not work.arrivals.add([arrival]):
            known = work.uploads.of_content(sha256)
            return Given(known or replace(made, arrival=""), again=True)
        work.uploads.add(made)
        work.audit.add(
            upload.by, upload.at, "file_given", f"arrival:{arrival.id}", {"name": name, "size": arrival.size}
        )
        work.commit()
    log().info("file_given", arrival=arrival.id, size=arrival.size)
    return Given(made, again=False)


def _name(name: str) -> str:
    """The last part of a path, as any database takes it."""
    return readable_name(name.replace("\\", "/").rsplit("/", 1)[-1].strip()[:_LONGEST_NAME]) or "file"


def begun(storage: Storage, arrival: str, now: datetime) -> None:
    """Tells who waits for it that a worker reads it now."""
    with storage.unit() as work:
        work.uploads.begun([arrival], now)
        work.commit()


def with_giver(work: UnitOfWork, decision: Decision, now: datetime) -> Decision:
    """The decision about a file, with who gave it in the record's events, and how the complaint came as he says."""
    upload, number = work.uploads.get(decision.arrival.id), decision.arrival.record
    if upload is None or number is None:
        return decision
    event = Event(number, now, upload.by, "uploaded", new={"file": upload.name})
    record = decision.record
    if record is not None and upload.channel:
        record = replace(record, channel=upload.channel)
    return replace(decision, record=record, events=(*decision.events, event))


class Giver:
    """Gives what was uploaded to this process's queue, so that nobody waits for the minute's sweep."""

    def __init__(self, storage: Storage, to: Callable[[Sequence[str]], None]) -> None:
        self._storage = storage
        self._to = to
        self._given: set[str] = set()

    def look(self) -> int:
        """Once; how many were given."""
        with self._storage.reading() as work:
            waiting = work.uploads.waiting(_AT_ONCE)
        fresh = [arrival for arrival in waiting if arrival not in self._given]
        for arrival in fresh:
            self._to([arrival])
        self._given = set(waiting)
        return len(fresh)

    def keep_giving(self, stop: threading.Event, every: float = EVERY) -> None:
        """Until `stop`. No trouble of the database ends it: the sweep gives what was not given here."""
        while not stop.wait(every):
            try:
                self.look()
            except StorageTrouble as trouble:
                log().warning("giving_failed", cause=trouble.cause)
            except Exception as error:  # noqa: BLE001  a fault of ours must not end the looking for good
                log().error("giving_failed", error=type(error).__name__)
