"""A second reading of a PDF that PDFium cannot open, by pdfplumber: slower, but it puts up with other faults."""

import io
import struct
import zlib
from collections.abc import Iterator

import pdfplumber
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException
from pdfplumber.page import Page as PlumberPage
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from parsers.errors import Unreadable
from parsers.files.layout import SPACE, Glyph
from parsers.files.pdf_marks import Frame, Marks
from parsers.files.ruling import Rule

DAMAGED = "The PDF is damaged and cannot be opened."

# what pdfminer lets through when a file breaks its expectations
_TROUBLE = (
    PDFException, PSException, MalformedPDFException, PdfminerException, ValueError, TypeError, KeyError, IndexError,
    AttributeError, AssertionError, struct.error, zlib.error, OverflowError, RecursionError, EOFError,
    ZeroDivisionError,
)  # fmt: skip


def second_reading(content: bytes, most: int, warnings: list[str]) -> Iterator[Marks]:
    """The marks of each page, upright as shown. Raises Unreadable where this reader cannot open the file either."""
    try:
        with pdfplumber.open(io.BytesIO(content)) as document:
            count = len(document.pages)
            if not count:
                raise Unreadable(DAMAGED)
            if count > most:
                warnings.append(f"It has {count} pages; the first {most} were read.")
            for page in document.pages[:most]:
                yield _marks(page)
                page.close()
    except _TROUBLE as error:
        raise Unreadable(DAMAGED) from error


def _marks(page: PlumberPage) -> Marks:
    marks = Marks(Frame(0.0, 0.0, float(page.width), float(page.height)), 0)
    marks.glyphs = [_glyph(char) for char in page.chars]
    marks.rules = [_rule(edge) for edge in page.edges]
    area = max(1.0, float(page.width) * float(page.height))
    marks.pictures = sum(float(image["width"]) * float(image["height"]) for image in page.images) / area
    marks.painted = bool(page.objects)
    return marks


def _glyph(char: dict[str, object]) -> Glyph:
    text = str(char["text"])
    if not text.strip():
        return SPACE
    x0, top, x1, bottom = (float(str(char[side])) for side in ("x0", "top", "x1", "bottom"))
    return text, x0, top, x1, bottom


def _rule(edge: dict[str, object]) -> Rule:
    x0, top, x1, bottom = (float(str(edge[side])) for side in ("x0", "top", "x1", "bottom"))
    if edge["orientation"] == "h":
        return Rule(True, top, x0, x1)
    return Rule(False, x0, top, bottom)
