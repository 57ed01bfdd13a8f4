"""A document as text with structure: every reader of `parsers/files` makes one, every extractor reads one.

The text is the ground: passages, cells and words are spans of it (start inclusive, end exclusive, in code points), so
a value found anywhere can be pointed at on the screen.
"""

from dataclasses import dataclass
from enum import StrEnum

from parsers.types import Box


class Role(StrEnum):
    """Whose words a passage holds, and whether they count."""

    BODY = "body"
    QUOTE = "quote"  # an earlier mail, cited
    FORWARDED_HEAD = "forwarded_head"  # From/Sent/To/Subject lines above a forwarded or quoted mail
    SIGNATURE = "signature"  # counts for the customer only
    DISCLAIMER = "disclaimer"
    LETTERHEAD = "letterhead"  # our own company's printed name and address
    FAX_HEADER = "fax_header"  # the line that the fax machine prints


@dataclass(frozen=True, slots=True)
class Passage:
    start: int
    end: int
    role: Role


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: its place in the grid (from 0), how many rows and columns it covers, and its span of the text."""

    row: int
    column: int
    start: int
    end: int
    rows: int = 1
    columns: int = 1
    header: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    cells: tuple[Cell, ...]
    page: int = 1


@dataclass(frozen=True, slots=True)
class Word:
    """A run of text with its box on the page; `confidence` below 1 where it was recognised by OCR."""

    start: int
    end: int
    page: int
    box: Box
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Page:
    """A page's span of the text, and its size in points."""

    start: int
    end: int
    width: float = 0.0
    height: float = 0.0
    needs_ocr: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One part of a mail, read. `part` is "body", "subject" or the file's name."""

    part: str
    text: str
    passages: tuple[Passage, ...] = ()
    tables: tuple[Table, ...] = ()
    pages: tuple[Page, ...] = ()
    words: tuple[Word, ...] = ()
    warnings: tuple[str, ...] = ()
    unread: str | None = None  # why it could not be read, with its remedy; text is "" then
    scanned: bool = False  # its text comes, or must come, from a picture

    def page_of(self, start: int) -> int:
        """The page (from 1) on which the character at `start` stands."""
        for number, page in enumerate(self.pages, 1):
            if start < page.end:
                return number
        return max(len(self.pages), 1)

    def recognised_pages(self) -> frozenset[int]:
        """The pages whose words were read off a picture."""
        return frozenset(word.page for word in self.words if self.scanned and word.confidence < 1)

    def box_of(self, start: int, end: int) -> Box | None:
        """The rectangle around the words of a span, on the page where it begins; None where the document has no
        boxes.
        """
        page = self.page_of(start)
        boxes = [word.box for word in self.words if word.page == page and word.start < end and word.end > start]
        if not boxes:
            return None
        return Box(
            min(box.x0 for box in boxes),
            min(box.top for box in boxes),
            max(box.x1 for box in boxes),
            max(box.bottom for box in boxes),
        )
