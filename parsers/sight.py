"""What is known of a mail's pictures while it is read: what was seen on them, or which must be looked at first."""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType

from parsers.document import Document
from parsers.files.seen import PageKey, PagePicture, SeenPage, Wanted

_NOTHING: Mapping[int, SeenPage] = MappingProxyType({})


class Sight:
    """`seen` is None where nobody has looked yet: then pages that need it are collected, `most` of them in a mail."""

    def __init__(self, seen: tuple[SeenPage, ...] | None, most: int) -> None:
        self._collects = seen is None
        self._most = most
        self._seen: dict[str, dict[int, SeenPage]] = {}
        for page in seen or ():
            self._seen.setdefault(page.key.file, {})[page.key.page] = page
        self._pictures: dict[PageKey, PagePicture] = {}

    @property
    def wanted(self) -> Wanted | None:
        """What must be looked at before the mail can be read."""
        return Wanted(tuple(self._pictures.values())) if self._pictures else None

    def of(self, content: bytes) -> Mapping[int, SeenPage]:
        """What was seen on the pages of a file."""
        return self._seen.get(_print_of(content), _NOTHING) if self._seen else _NOTHING

    def ask_for(self, document: Document, content: bytes, media_type: str) -> None:
        """Collects the pictures of the document's pages that have no text of their own."""
        from parsers.files import pictures

        needed = [number for number, page in enumerate(document.pages, 1) if page.needs_ocr]
        if not self._collects or not needed or len(self._pictures) >= self._most:
            return
        name = _print_of(content)
        for number, png, place in pictures(content, media_type, needed[: self._most - len(self._pictures)]):
            key = PageKey(name, number)
            self._pictures[key] = PagePicture(key, png, place)


def _print_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def blind() -> Sight:
    """For callers that have nobody to look: pages without text stay unread, with a warning."""
    return Sight((), 0)
