"""Word 97, rich text, Works and PowerPoint 97: by readers of our own where they do, else by way of LibreOffice.

Our own readers are quick, and need nothing installed, but they do not see all: a scan that was pasted into an old Word
file, say, is taken out of it by LibreOffice.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from parsers.document import Document
from parsers.errors import Encrypted, Unreadable
from parsers.files.docx import read_docx
from parsers.files.docx_pictures import docx_pictures, drawn
from parsers.files.office import CONVERSIONS, converted
from parsers.files.pptx import pictures_in, read_pptx
from parsers.files.seen import SeenPage
from parsers.types import Box

Own = Callable[[bytes, str, int], tuple[Document, str]]
"""A reader of ours: the document, and in a sentence what was not read; "" where that is nothing."""


def read_old(
    content: bytes,
    part: str,
    media_type: str,
    characters: int,
    uncompressed_bytes: int,
    pages: int,
    seen: Mapping[int, SeenPage],
    own: Own | None = None,
) -> Document:
    """The document. Raises Unreadable, Encrypted, TooLarge."""
    mine: Document | None = None
    lacks = ""
    if own is not None:
        try:
            mine, lacks = own(content, part, characters)
        except Encrypted:
            raise
        except Unreadable:
            mine = None
        if mine is not None and not lacks:
            return mine
    try:
        new = converted(content, media_type)
    except Unreadable as error:
        if mine is None:
            raise
        return replace(mine, warnings=(*mine.warnings, f"{lacks} {error.cause} {error.remedy}"))
    read = read_pptx if CONVERSIONS[media_type].to == "pptx" else read_docx
    return read(new, part, characters, uncompressed_bytes, pages, seen)


def old_pictures(content: bytes, media_type: str, numbers: Sequence[int]) -> Iterator[tuple[int, bytes, Box]]:
    """(page, PNG, the page's rectangle) of each of these pictures, for a file that was read."""
    new = converted(content, media_type)
    if CONVERSIONS[media_type].to == "pptx":
        yield from drawn(pictures_in(new), numbers)
    else:
        yield from docx_pictures(new, numbers)
