"""Mails and files as they came, opened in a killable child of the site's own; what was opened last is kept at hand.

Another child recognises what somebody points at on a page: it is started when first asked for, and ended when idle.
"""

from base64 import b64decode
from collections import OrderedDict
from threading import Lock

from intake.errors import RecordError
from intake.settings import Settings
from parsers.errors import ReadingError
from parsers.files.seen import PageKey, PagePicture, Piece
from parsers.limits import ReadLimits
from parsers.ocr.pool import Eyes
from parsers.original import OpenedFile, OpenedForm, OpenedPages, Opening, Original
from parsers.results import DrawnPage, OwnForm
from parsers.sandbox import Sandbox, SandboxError
from parsers.spot import Area, Spotted, Spotting, letters_within
from parsers.types import Box
from storage.blobs import Blobs
from storage.errors import StorageTrouble
from storage.records import Arrival

# A white point: the child that looks at it loads its models for what comes next.
_WHITE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="
_BLANK = Piece(PagePicture(PageKey("", 1), b64decode(_WHITE), Box(0.0, 0.0, 40.0, 40.0)))
AT_HAND = 24  # mails
PAGES_AT_HAND = 200  # of previews
_LARGEST_AT_HAND = 2_000_000  # characters of one mail that is kept at hand


class Originals:
    """Starts its child with the first mail that is looked at."""

    def __init__(self, settings: Settings, blobs: Blobs) -> None:
        limits = ReadLimits(**{name: getattr(settings.limits, name) for name in ReadLimits.__dataclass_fields__})
        self._blobs = blobs
        self._sandbox = Sandbox(
            "parsers.original:open_original",
            1,
            memory_bytes=limits.memory_bytes,
            part_seconds=limits.part_seconds,
            mail_seconds=limits.mail_seconds,
            setup=(limits,),
        )
        self._eyes = Eyes(limits, 1)
        self._lock = Lock()
        self._kept: OrderedDict[str, Original] = OrderedDict()
        self._held: OrderedDict[str, bytes] = OrderedDict()

    def close(self) -> None:
        self._eyes.close()
        self._sandbox.close()

    def of(self, arrival: Arrival) -> Original:
        """RecordError where it cannot be opened, or is there no more."""
        with self._lock:
            if arrival.sha256 in self._kept:
                self._kept.move_to_end(arrival.sha256)
                return self._kept[arrival.sha256]
        found = self._opened(Opening(self._raw(arrival), arrival.file_name, arrival.headers_only))
        assert isinstance(found, Original)
        if len(found.html) + sum(len(part.text) for part in found.parts) <= _LARGEST_AT_HAND:
            with self._lock:
                self._kept[arrival.sha256] = found
                while len(self._kept) > AT_HAND:
                    self._kept.popitem(last=False)
        return found

    def raw(self, arrival: Arrival) -> bytes:
        """The very bytes that came. RecordError where they are there no more."""
        return self._raw(arrival)

    def file(self, arrival: Arrival, name: str) -> OpenedFile:
        """One file of it, by the name that `of` gives it."""
        if name == arrival.file_name:
            return OpenedFile("application/octet-stream", self._raw(arrival))
        found = self._opened(Opening(self._raw(arrival), arrival.file_name, arrival.headers_only, want=name))
        assert isinstance(found, OpenedFile)
        return found

    def words(self, arrival: Arrival, area: Area) -> Spotted | None:
        """The words in an area of one of its pages; None where there are none. RecordError where nobody can look."""
        found = self._opened(Opening(self._raw(arrival), arrival.file_name, arrival.headers_only, area=area))
        assert isinstance(found, Spotting)
        if found.words is not None or found.piece is None:
            return found.words
        seen = self._eyes.look_at(found.piece)
        if seen.trouble is not None:
            raise RecordError(seen.trouble)
        return letters_within(seen, area.box)

    def ready(self) -> None:
        """Loads the recogniser, so that the first area need not wait for it."""
        self._eyes.look_at(_BLANK)

    def form(self, name: str, content: bytes) -> OwnForm | None:
        """The form of ours that a Word file is; None where it is none."""
        found = self._opened(Opening(content, name, form=True))
        assert isinstance(found, OpenedForm)
        return found.form

    def photo(self, name: str, content: bytes) -> bytes:
        """A photo made anew as a plain JPEG. RecordError for what is none."""
        try:
            found = self._sandbox.run(Opening(content, name, photo=True))
        except ReadingError as error:
            raise RecordError(error.cause, error.remedy) from error
        except SandboxError as error:
            raise RecordError(f"It cannot be opened: {error}.", "Run `intake check`.") from error
        assert isinstance(found, OpenedFile)
        assert found.content is not None
        return found.content

    def hold(self, name: str, page: bytes) -> None:
        """Keeps a page of a preview at hand until its picture is asked for."""
        with self._lock:
            self._held[name] = page
            while len(self._held) > PAGES_AT_HAND:
                self._held.popitem(last=False)

    def held(self, name: str) -> bytes | None:
        with self._lock:
            return self._held.get(name)

    def pages(self, pdf: bytes) -> tuple[DrawnPage, ...]:
        """The pages of a PDF as pictures."""
        found = self._opened(Opening(pdf, "report.pdf", draw=True))
        assert isinstance(found, OpenedPages)
        return found.pages

    def _raw(self, arrival: Arrival) -> bytes:
        try:
            return self._blobs.get(arrival.sha256)
        except StorageTrouble as trouble:
            raise RecordError(trouble.cause, trouble.remedy) from trouble

    def _opened(self, opening: Opening) -> object:
        try:
            return self._sandbox.run(opening)
        except (ReadingError, SandboxError) as error:
            remedy = error.remedy if isinstance(error, ReadingError) else "Run `intake check`."
            raise RecordError(f"It cannot be opened: {error}.", remedy) from error
