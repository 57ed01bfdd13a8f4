"""The children that recognise text: none until a page needs one, two pages side by side, none again when idle."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock, Timer

from parsers.errors import ReadingError
from parsers.files.seen import PagePicture, Piece, SeenPage
from parsers.limits import ReadLimits
from parsers.sandbox import Sandbox, SandboxError

MOST_CHILDREN = 2  # each holds the models and its page: about 0.6 GB
TRIES = 2  # the time for one page with a second try, and for loading the models

UNLOADED = "Its text could not be recognised: {why} Read the page by eye, run `intake check`, then `intake retry`."
FAILED = "Its text could not be recognised. {why} Read the page by eye."


class Eyes:
    """Looks at pages in children; safe to call from many threads. A page that fails comes back with its trouble."""

    def __init__(self, limits: ReadLimits, size: int) -> None:
        self._limits = limits
        self._size = max(1, min(size, MOST_CHILDREN, os.cpu_count() or 1))
        self._lock = Lock()
        self._sandbox: Sandbox | None = None
        self._busy = 0
        self._timer: Timer | None = None
        self._closed = False

    @property
    def loaded(self) -> bool:
        """Whether there are children now."""
        return self._sandbox is not None

    def look(self, pictures: Sequence[PagePicture]) -> tuple[SeenPage, ...]:
        """What was seen on each page, in order."""
        sandbox = self._begin()
        try:
            with ThreadPoolExecutor(self._size) as threads:
                return tuple(threads.map(lambda picture: _look(sandbox, picture), pictures))
        finally:
            self._end()

    def look_at(self, piece: Piece) -> SeenPage:
        """What was seen in a piece of a page."""
        sandbox = self._begin()
        try:
            return _look(sandbox, piece)
        finally:
            self._end()

    def close(self) -> None:
        """End the children. Pages that are being looked at fail."""
        with self._lock:
            self._closed = True
            self._rest()

    def _begin(self) -> Sandbox:
        with self._lock:
            self._busy += 1
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            if self._sandbox is None:
                limits = self._limits
                self._sandbox = Sandbox(
                    "parsers.ocr.job:open_eyes",
                    self._size,
                    memory_bytes=limits.ocr_memory_bytes,
                    part_seconds=limits.ocr_page_seconds,
                    mail_seconds=TRIES * limits.ocr_page_seconds,
                )
                if self._closed:
                    self._sandbox.close()
            return self._sandbox

    def _end(self) -> None:
        with self._lock:
            self._busy -= 1
            if self._busy == 0 and not self._closed:
                self._timer = Timer(self._limits.ocr_idle_seconds, self._rest_if_idle)
                self._timer.daemon = True
                self._timer.start()

    def _rest_if_idle(self) -> None:
        with self._lock:
            if self._busy == 0:
                self._rest()

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._sandbox is not None:
            self._sandbox.close()
        self._timer, self._sandbox = None, None


def _look(sandbox: Sandbox, picture: PagePicture | Piece) -> SeenPage:
    key = picture.picture.key if isinstance(picture, Piece) else picture.key
    try:
        seen = sandbox.run(picture)
    except SandboxError as error:
        return SeenPage(key, trouble=UNLOADED.format(why=f"{error}."))
    except ReadingError as error:
        return SeenPage(key, trouble=FAILED.format(why=error.cause))
    assert isinstance(seen, SeenPage)
    return seen
