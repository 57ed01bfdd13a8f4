"""The text of a document while it is written: every reader puts lines and table cells here and gets exact spans back.

A table stands in the text row by row, its cells parted by tabs, so `text[cell.start:cell.end]` is always the cell's
own text.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from parsers.document import Cell, Document, Page, Table


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell as a reader finds it, its text not yet placed."""

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1
    header: bool = False


class Draft:
    """Text under construction, never longer than `characters`; what does not fit is left out with a warning."""

    def __init__(self, characters: int) -> None:
        self._room = characters
        self._pieces: list[str] = []
        self._length = 0
        self._break_waits = False
        self._fresh = 0  # where the line, or the cell, began that is being written
        self._tables: list[Table] = []
        self.warnings: list[str] = []

    @property
    def length(self) -> int:
        return self._length

    @property
    def full(self) -> bool:
        return self._room <= self._length

    def write(self, text: str) -> None:
        """Put text here, after the line break that may be waiting."""
        if self._break_waits and text:
            self._new_line()
        self._put(text)

    def end_line(self) -> None:
        """What comes next stands on a line of its own. Several in a row are one, and none is needed at a cell's
        start.
        """
        self._break_waits = self._break_waits or self._length > self._fresh

    def end_row(self) -> None:
        """What comes next is another row, even if this one's last cell is empty."""
        self._break_waits = self._length > 0

    def line(self, text: str) -> None:
        self.write(text)
        self.end_line()

    def start_cell(self, first: bool) -> int:
        """Part this cell from what stands before it; its first offset."""
        if not first:
            self._break_waits = False
            self._put("\t")
        elif self._break_waits:
            self._new_line()
        self._fresh = self._length
        return self._length

    def end_cell(self) -> int:
        """The offset after the cell's last character; line breaks that wait after it are dropped."""
        self._break_waits = False
        return self._length

    def add_table(self, cells: Iterable[Cell], page: int = 1) -> None:
        kept = tuple(cells)
        if kept:
            self._tables.append(Table(kept, page))

    def grid(self, cells: list[GridCell], page: int = 1) -> None:
        """Write a whole table whose cells are known."""
        placed: list[Cell] = []
        row = -1
        self.end_line()
        for cell in cells:
            if cell.row != row and row >= 0:
                self.end_row()
            start = self.start_cell(first=cell.row != row)
            row = cell.row
            self._put(cell.text)
            placed.append(Cell(cell.row, cell.column, start, self.end_cell(), cell.rows, cell.columns, cell.header))
        self.end_row()
        self.add_table(placed, page)

    def warn(self, warning: str) -> None:
        if warning not in self.warnings:
            self.warnings.append(warning)

    def finish(self, part: str, pages: tuple[Page, ...] | None = None) -> Document:
        """The document. Without `pages` it is one page, as files are that have none."""
        text = "".join(self._pieces)
        if self.full:
            self.warn(f"Only the first {self._room} characters were read; the rest is in the original.")
        tables = tuple(Table(tuple(trim(cell, text) for cell in table.cells), table.page) for table in self._tables)
        pages = pages if pages is not None else (Page(0, len(text)),)
        return Document(part, text, tables=tables, pages=pages, warnings=tuple(self.warnings))

    def _new_line(self) -> None:
        self._break_waits = False
        self._put("\n")
        self._fresh = self._length

    def _put(self, text: str) -> None:
        text = text[: max(0, self._room - self._length)]
        self._pieces.append(text)
        self._length += len(text)


def trim(cell: Cell, text: str) -> Cell:
    """The cell without the white space at the ends of its span."""
    inside = text[cell.start : cell.end]
    start = cell.start + len(inside) - len(inside.lstrip())
    return (
        replace(cell, start=start, end=start + len(inside.strip())) if inside.strip() else replace(cell, end=cell.start)
    )
