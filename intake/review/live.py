"""Live pages: one look a second at the ends of four indexes, for all open pages of this process together.

A page holds a stream of server-sent events; each event says only "something changed", and the page asks again for the
part that it shows. The event's id is the version that the page has then seen, so that one that lost its connection
hears at once what it missed.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool

from intake.log import log
from storage import Storage
from storage.errors import StorageTrouble

LOOK_EVERY = 1.0  # seconds
STAY = 300.0  # seconds that one stream is held; the browser comes again, and is asked again who it is
BEAT = 15.0  # seconds without news after which a comment keeps proxies from closing the line
MOST = 300  # streams at once, in one process


class Pulse:
    """Whether anything changed."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._version = ""
        self._changed = asyncio.Event()
        self._listening = 0
        self._closed = False

    @property
    def full(self) -> bool:
        return self._listening >= MOST

    def close(self) -> None:
        """Ends all streams."""
        self._closed = True
        self._changed.set()

    async def keep_looking(self) -> None:
        """Runs as long as the site. A change is told twice, a look apart: transactions may end in another order than
        they drew their numbers, and what ended late would be missed.
        """
        again = False
        while not self._closed:
            await asyncio.sleep(LOOK_EVERY)
            if not self._listening:
                continue
            try:
                version = await run_in_threadpool(self._look)
            except StorageTrouble as trouble:
                log().warning("live_look_failed", cause=trouble.cause)
                continue
            changed = version != self._version
            if changed or again:
                self._version = version if changed else f"{version}+"
                told, self._changed = self._changed, asyncio.Event()
                told.set()
            again = changed

    def _look(self) -> str:
        with self._storage.reading() as work:
            return work.inbox.version()

    async def stream(self, seen: str) -> AsyncIterator[str]:
        """Events for one page; `seen` is the version that it knows of from an earlier stream."""
        self._listening += 1
        try:
            if not self._version:
                self._version = await run_in_threadpool(self._look)
            yield "retry: 2000\n\n"
            if seen and seen != self._version:
                yield _event(self._version)
            ends = asyncio.get_running_loop().time() + STAY
            while not self._closed and asyncio.get_running_loop().time() < ends:
                waited = self._changed
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(waited.wait(), BEAT)
                if self._closed:
                    return
                yield _event(self._version) if waited.is_set() else ": still here\n\n"
        finally:
            self._listening -= 1


def _event(version: str) -> str:
    return f"id: {version}\nevent: changed\ndata: 1\n\n"
