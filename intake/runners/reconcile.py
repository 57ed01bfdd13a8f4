"""At night: counts what lies in each source against what was taken in, so that nobody finds out months later (trap
12).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from intake.clock import Clock
from intake.errors import Unreachable
from intake.log import log
from intake.sources import Source
from storage import Storage
from storage.records import Event

MOST_LISTED = 200  # Message-IDs in one event


class Reconciler:
    """`open_all` opens the sources anew, since those of the poller are in use by its threads."""

    def __init__(self, storage: Storage, clock: Clock, open_all: Callable[[], Sequence[Source]]) -> None:
        self._storage = storage
        self._clock = clock
        self._open_all = open_all

    def compare(self) -> dict[str, list[str]]:
        """By source, the Message-IDs (or keys, where there is none) of all that lies there without an arrival.

        Each source's count is kept in its state, and what is missing in an event that belongs to no record.
        """
        missing = {}
        for source in self._open_all():
            try:
                missing[source.name] = self._compare(source)
            except Unreachable as error:
                log().warning("not_reconciled", source=source.name, why=error.cause)
            finally:
                source.close()
        return missing

    def _compare(self, source: Source) -> list[str]:
        keys = source.keys()
        with self._storage.reading() as work:
            unknown = sorted(keys - work.arrivals.known_keys(source.name, keys))
        ids = source.message_ids(unknown) if unknown else {}
        missing = [
            f"<{ids[key]}>" if ids[key] else key for key in unknown if key in ids
        ]  # what is gone by now was moved by somebody
        with self._storage.unit() as work:
            work.sources.put(replace(work.sources.get(source.name), seen=len(keys)))
            work.running.counted(source.name, len(keys), len(missing), self._clock())
            if missing:
                found = {
                    "source": source.name,
                    "seen": len(keys),
                    "missing": missing[:MOST_LISTED],
                    "count": len(missing),
                }
                work.complaints.add_event(Event(None, self._clock(), "system", "not_taken_in", new=found))
            work.commit()
        log().info("reconciled", source=source.name, seen=len(keys), missing=len(missing))
        return missing
