"""PDF: text with the box of every word, tables, form fields, and which pages a machine must still look at (OCR).

PDFium reads first: on a digital page it takes a fraction of pdfplumber's time. A file that it cannot open is tried
with pdfplumber, whose parser puts up with other faults. Either runs in a sandbox: hostile files crash the one and
hang the other.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from parsers.document import Cell, Document, Page, Table, Word
from parsers.errors import Encrypted, Unreadable
from parsers.files import pdf_marks
from parsers.files.layout import PageText, lay_out
from parsers.files.pdf_marks import Frame, Marks
from parsers.files.pdf_second import second_reading
from parsers.files.ruling import find_grids

FEW = 20  # letters; a page with fewer and a large picture is a scan
LARGE = 0.5  # of the page
GARBAGE = 0.05  # share of letters without meaning, above which the text is none
_CANVAS = 10_000  # pixels of a side, only to measure with

LOCKED = "The PDF asks for a password."
SCANNED = "Page {page} has no text that can be read: it is a picture, or its letters have no meaning."


@dataclass(slots=True)
class _Read:
    """What is read so far. Offsets are in the text of the document."""

    room: int
    parts: list[str]
    length: int
    pages: list[Page]
    words: list[Word]
    tables: list[Table]
    warnings: list[str]
    scanned: bool


def read_pdf(content: bytes, part: str, pages: int, characters: int) -> Document:
    """The document, page by page, at most `pages`. Raises Unreadable, Encrypted, TooLarge."""
    read = _Read(characters, [], 0, [], [], [], [], False)
    for marks in _pages(content, pages, read.warnings):
        _add(read, marks)
        if read.length >= read.room:
            read.warnings.append(f"Only the first {characters} characters were read; the rest is in the original.")
            break
    if not read.pages:
        raise Unreadable("The PDF has no page.")
    return Document(
        part,
        "".join(read.parts),
        tables=tuple(read.tables),
        pages=tuple(read.pages),
        words=tuple(read.words),
        warnings=tuple(read.warnings),
        scanned=read.scanned,
    )


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
    width, height = marks.frame.size(marks.shown)
    needs_ocr = must_be_seen(marks)
    if read.length:
        read.parts.append("\n")
        read.length += 1
    start = read.length
    if needs_ocr:
        read.warnings.append(SCANNED.format(page=number))
    else:
        _add_text(read, marks, number)
    read.scanned |= needs_ocr or (marks.invisible and marks.pictures > LARGE)
    read.pages.append(Page(start, read.length, round(width, 2), round(height, 2), needs_ocr))


def _add_text(read: _Read, marks: Marks, number: int) -> None:
    page = lay_out(marks.glyphs, find_grids(marks.rules), marks.asides)
    text = page.text[: max(0, read.room - read.length)]
    at = read.length
    read.words += [
        Word(at + start, at + end, number, marks.to_display(x0, top, x1, bottom))
        for start, end, x0, top, x1, bottom in page.words
        if end <= len(text)
    ]
    read.tables += _tables(page, at, len(text), number)
    read.parts.append(text)
    read.length += len(text)


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
    return share_of_garbage(text) > GARBAGE


def share_of_garbage(text: str) -> float:
    """The share of letters that mean nothing: control and private-use characters, U+FFFD, and `(cid:12)`."""
    meant = text.replace("(cid:", "\ufffd")
    bad = sum(
        1 for letter in meant if letter < " " or "\x7f" <= letter < "\xa0" or letter == "\ufffd" or _is_private(letter)
    )
    return bad / max(1, len(meant))


def _is_private(letter: str) -> bool:
    return "\ue000" <= letter <= "\uf8ff" or letter >= "\U000f0000"
