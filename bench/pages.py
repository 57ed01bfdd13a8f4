"""Digital PDF pages: our reader (text, a box a word, tables) against pdfplumber with the same to give, loaded, in one run.

The pages are made here: a ruled form of forty cells, a page of prose, a list of forty rows; ten of each in a file.
"""

import io
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import pdfplumber
from reportlab.pdfgen.canvas import Canvas

from parsers.files.pdf import read_pdf
from tests.documents.sheets_of_pdf import pdf, put, ruled

PAGES, ROUNDS = 10, 7
_PROSE = "贵司于十一月三日发来的轴承座 HX-200B 批号 B2609-01 在装配时发现外圆划伤，请尽快回复原因与对策。"


@dataclass(frozen=True, slots=True)
class Race:
    """Milliseconds a page, the median of the rounds."""

    layout: str
    ours: float
    pdfplumber: float
    words: float  # share of pdfplumber's words that our text has

    @property
    def ratio(self) -> float:
        return self.ours / self.pdfplumber


def _form(canvas: Canvas) -> None:
    texts = {(row, column): f"标签{row} {column}\nHX-{row}{column}" for row in range(10) for column in range(4)}
    ruled(canvas, [50, 170, 290, 410, 530], [60 + 40 * row for row in range(11)], texts)


def _prose(canvas: Canvas) -> None:
    for line in range(45):
        put(canvas, 50, 60 + 16 * line, _PROSE[:44])


def _list(canvas: Canvas) -> None:
    texts = {(row, column): f"B26{row:02}-{column}" for row in range(40) for column in range(5)}
    ruled(canvas, [40, 140, 240, 340, 440, 550], [40 + 18 * row for row in range(41)], texts)


LAYOUTS: dict[str, Callable[[Canvas], None]] = {"form": _form, "prose": _prose, "list": _list}


def races() -> list[Race]:
    found = []
    for name, draw in LAYOUTS.items():
        content = pdf(*[draw] * PAGES)
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(_seconds(lambda content=content: _read(content)))
            theirs.append(_seconds(lambda content=content: _plumbed(content)))
        text = "".join(_read(content).split())
        words = [word for page in _plumbed(content) for word in page]
        share = sum("".join(word.split()) in text for word in words) / len(words)
        found.append(Race(name, *(statistics.median(each) * 1000 / PAGES for each in (ours, theirs)), share))
    return found


def _read(content: bytes) -> str:
    return read_pdf(content, "form.pdf", 100, 2_000_000).text


def _plumbed(content: bytes) -> list[list[str]]:
    """Words with their boxes, and the tables, of every page."""
    found = []
    with pdfplumber.open(io.BytesIO(content)) as document:
        for page in document.pages:
            page.extract_tables()
            found.append([str(word["text"]) for word in page.extract_words()])
    return found


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
