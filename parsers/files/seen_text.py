"""A page that was recognised, written into its document: lines and tables as `layout` finds them, as on digital pages.

The line that the fax machine prints at the top edge comes first and has a role of its own, so that it is never content.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from parsers.document import Cell, Document, Page, Passage, Role, Table, Word
from parsers.files.fax_header import HeaderLine, header_of
from parsers.files.layout import SPACE, Glyph, lay_out
from parsers.files.ruling import find_grids
from parsers.files.seen import SeenLine, SeenPage


@dataclass(slots=True)
class SeenText:
    """What is written so far, never longer than `room`."""

    room: int
    parts: list[str] = field(default_factory=list)
    length: int = 0
    words: list[Word] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)

    def add(self, text: str) -> int:
        """Where it ends; as much of it as there is room for."""
        text = text[: max(0, self.room - self.length)]
        self.parts.append(text)
        self.length += len(text)
        return self.length

    def end_page(self) -> None:
        if self.length:
            self.add("\n")

    def document(self, part: str, pages: tuple[Page, ...], warnings: tuple[str, ...]) -> Document:
        return Document(
            part,
            "".join(self.parts),
            passages=self._all_passages(),
            tables=tuple(self.tables),
            pages=pages,
            words=tuple(self.words),
            warnings=warnings,
            scanned=True,
        )

    def _all_passages(self) -> tuple[Passage, ...]:
        """Where some of the text has a role of its own, the rest is told to be the customer's words."""
        result: list[Passage] = []
        at = 0
        for passage in self.passages:
            result += [Passage(at, passage.start, Role.BODY)] if passage.start > at else []
            result.append(passage)
            at = passage.end
        if result and at < self.length:
            result.append(Passage(at, self.length, Role.BODY))
        return tuple(result)


def write(out: SeenText, seen: SeenPage, number: int, height: float) -> int:
    """Adds the page to the text; returns where it begins. `height` is that of the page as shown."""
    out.end_page()
    start = out.length
    header, lines = header_of(seen, height)
    if header:
        _write_header(out, header, number)
    _write_lines(out, lines, seen, number)
    return start


def _write_header(out: SeenText, header: list[HeaderLine], number: int) -> None:
    start = out.length
    for order, line in enumerate(header):
        if order:
            out.add("  ")
        at = out.length
        out.words.append(Word(at, out.add(line.text), number, line.box, line.sure))
    out.passages.append(Passage(start, out.length, Role.FAX_HEADER))
    out.add("\n")


def _write_lines(out: SeenText, lines: list[SeenLine], seen: SeenPage, number: int) -> None:
    straight = [line for line in lines if line.upright]
    asides = [
        (line.text, line.edges[0][0], line.top, line.edges[-1][1], line.bottom) for line in lines if not line.upright
    ]
    page = lay_out(_glyphs(straight), find_grids(list(seen.rules)), asides)
    at = out.length
    end = out.add(page.text)
    certainty = _Certainty(lines)
    for first, last, x0, top, x1, bottom in page.words:
        if at + last <= end:
            sure = certainty.of(x0, top, x1, bottom)
            out.words.append(Word(at + first, at + last, number, seen.shown(x0, top, x1, bottom), sure))
    for cells in page.tables:
        kept = [cell for cell in cells if at + cell.end <= end]
        if kept:
            out.tables.append(Table(tuple(_moved(cell, at) for cell in kept), number))


def _moved(cell: Cell, at: int) -> Cell:
    return Cell(cell.row, cell.column, at + cell.start, at + cell.end, cell.rows, cell.columns)


def _glyphs(lines: list[SeenLine]) -> list[Glyph]:
    glyphs: list[Glyph] = []
    for line in lines:
        for letter, (left, right) in zip(line.text, line.edges, strict=True):
            glyphs.append(SPACE if letter.isspace() else (letter, left, line.top, right, line.bottom))
        glyphs.append(SPACE)
    return glyphs


class _Certainty:
    """How sure the letters of a word are: its least sure letter's."""

    def __init__(self, lines: list[SeenLine]) -> None:
        self._lines: dict[tuple[float, float], list[SeenLine]] = defaultdict(list)
        for line in lines:
            self._lines[line.top, line.bottom].append(line)

    def of(self, x0: float, top: float, x1: float, bottom: float) -> float:
        sure = [
            chance
            for line in self._lines.get((top, bottom), ())
            for (left, right), chance in zip(line.edges, line.sure, strict=True)
            if left < x1 and right > x0
        ]
        return min(sure, default=1.0)
