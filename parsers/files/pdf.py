"""PDF: text with the box of every word, tables, form fields, and which pages a machine must still look at (OCR).

PDFium reads first: on a digital page it takes a fraction of pdfplumber's time. A file that it cannot open is tried
with pdfplumber, whose parser puts up with other faults. Either runs in a sandbox: hostile files crash the one and
hang the other.
"""

import ctypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import pypdfium2
import pypdfium2.raw as pdfium

from parsers.document import Cell, Document, Page, Table, Word
from parsers.errors import Encrypted, Unreadable
from parsers.files import pdf_marks
from parsers.files.layout import PageText, lay_out
from parsers.files.meaning import means_something
from parsers.files.pdf_marks import Frame, Marks
from parsers.files.pdf_second import second_reading
from parsers.files.ruling import find_grids
from parsers.files.seen import SeenPage
from parsers.files.seen_text import SeenText, write

FEW = 20  # letters; a page with fewer and a large picture is a scan
STAMPED = 150  # letters; fewer on a picture of the whole page are a scanning program's or a fax gateway's line
WHOLE = 0.85  # of the page
LARGE = 0.5  # of the page
_CANVAS = 10_000  # pixels of a side, only to measure with

LOCKED = "The PDF asks for a password."
SCANNED = "Page {page} has no text that can be read: it is a picture, or its letters have no meaning."


@dataclass(slots=True)
class _Read:
    """What is read so far. Offsets are in the text of the document."""

    text: SeenText
    seen: Mapping[int, SeenPage]
    pages: list[Page] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    scanned: bool = False


def read_pdf(
    content: bytes, part: str, pages: int, characters: int, seen: Mapping[int, SeenPage] | None = None
) -> Document:
    """The document, page by page, at most `pages`; what was `seen` on pages without text of their own is theirs.

    Raises Unreadable, Encrypted, TooLarge.
    """
    read = _Read(SeenText(characters), seen or {})
    for marks in _pages(content, pages, read.warnings):
        _add(read, marks)
        if read.text.length >= read.text.room:
            read.warnings.append(f"Only the first {characters} characters were read; the rest is in the original.")
            break
    if not read.pages:
        raise Unreadable("The PDF has no page.")
    document = read.text.document(part, tuple(read.pages), tuple(read.warnings))
    return replace(document, scanned=read.scanned)


def _pages(content: bytes, most: int, warnings: list[str]) -> Iterator[Marks]:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise Encrypted(LOCKED) from error
        yield from second_reading(content, most, warnings)
        return
    try:
        form = None
        if document.get_formtype() != pdfium.FORMTYPE_NONE:
            document.init_forms()
            form = document.formenv
        count = len(document)
        if count > most:
            warnings.append(f"It has {count} pages; the first {most} were read.")
        for number in range(min(count, most)):
            yield _marks(document, number, form)
    finally:
        document.close()


def _marks(document: pypdfium2.PdfDocument, number: int, form: object | None) -> Marks:
    page = pdfium.FPDF_LoadPage(document.raw, number)
    if not page:
        return Marks(Frame(0, 0, 0, 0), 0, painted=True)
    try:
        shown = pdfium.FPDFPage_GetRotation(page) * 90 % 360
        return pdf_marks.take(page, _frame(page), shown, None if form is None else form.raw)  # type: ignore[attr-defined]
    finally:
        pdfium.FPDF_ClosePage(page)


def _frame(page: object) -> Frame:
    """The page's visible rectangle, from where PDFium would draw two of its corners: that minds what the page
    inherits.
    """
    x, y = ctypes.c_double(), ctypes.c_double()
    corners: list[tuple[float, float]] = []
    for at in (0, _CANVAS):
        pdfium.FPDF_DeviceToPage(page, 0, 0, _CANVAS, _CANVAS, 0, at, at, ctypes.byref(x), ctypes.byref(y))
        corners.append((x.value, y.value))
    (a, b), (c, d) = corners
    return Frame(min(a, c), min(b, d), max(a, c), max(b, d))


def _add(read: _Read, marks: Marks) -> None:
    number = len(read.pages) + 1
    width, height = (round(side, 2) for side in marks.frame.size(marks.shown))
    without_text, is_scan = must_be_seen(marks), better_seen(marks)
    seen = read.seen.get(number)
    if seen is not None and seen.trouble is None:
        start = write(read.text, seen, number, height)
        read.pages.append(Page(start, read.text.length, width, height))
    else:
        read.text.end_page()
        start = read.text.length
        if without_text:
            read.warnings.append(SCANNED.format(page=number))
        else:
            _add_text(read.text, marks, number)
        if seen is not None and seen.trouble is not None:
            read.warnings.append(f"Page {number}: {seen.trouble}")
        read.pages.append(Page(start, read.text.length, width, height, needs_ocr=without_text or is_scan))
    read.scanned |= without_text or is_scan


def _add_text(read: SeenText, marks: Marks, number: int) -> None:
    page = lay_out(marks.glyphs, find_grids(marks.rules), marks.asides)
    at = read.length
    end = read.add(page.text)
    read.words += [
        Word(at + first, at + last, number, marks.to_display(x0, top, x1, bottom))
        for first, last, x0, top, x1, bottom in page.words
        if at + last <= end
    ]
    read.tables += _tables(page, at, end - at, number)


def _tables(page: PageText, at: int, room: int, number: int) -> Iterator[Table]:
    for cells in page.tables:
        kept = tuple(
            Cell(cell.row, cell.column, at + cell.start, at + cell.end, cell.rows, cell.columns)
            for cell in cells
            if cell.end <= room
        )
        if kept:
            yield Table(kept, number)


def must_be_seen(marks: Marks) -> bool:
    """Whether the page's text is missing or worthless, so that only its picture can be read."""
    text = "".join(glyph[0] for glyph in marks.glyphs if not glyph[0].isspace())
    if not text:
        return marks.painted
    if len(text) < FEW and marks.pictures > LARGE:
        return True
    return not means_something(text)


def better_seen(marks: Marks) -> bool:
    """Whether the page is a scan with the hidden text of another recogniser on it, or one that a program has signed."""
    if marks.invisible:
        return marks.pictures > LARGE
    return marks.pictures > WHOLE and sum(not glyph[0].isspace() for glyph in marks.glyphs) < STAMPED
