"""That a process lives, noted in the database every few seconds: how the others, and the site, know of it."""

import threading

from intake.clock import Clock
from intake.log import log
from storage import Storage, StorageTrouble
from storage.running import Process

EVERY = 20.0  # seconds between beats


class Beat:
    """One a process. `name` is that of its place among the workers, `parts` what it does of the service."""

    def __init__(self, storage: Storage, clock: Clock, name: str, parts: tuple[str, ...]) -> None:
        self._storage = storage
        self._clock = clock
        self._name = name
        self._parts = parts
        self._started = clock()

    def note(self, stays: bool) -> None:
        """Once. `stays`: the process goes on until it is stopped."""
        with self._storage.unit() as work:
            work.running.beat(Process(self._name, self._parts, self._started, self._clock(), stays))
            work.commit()

    def keep_beating(self, stop: threading.Event, every: float = EVERY) -> None:
        """Until `stop`. No trouble of the database ends it: what is not noted is noted the next time."""
        while True:
            try:
                self.note(stays=True)
            except StorageTrouble as trouble:
                log().warning("beat_failed", cause=trouble.cause)
            if stop.wait(every):
                return
