"""A customer's report form as cells that can be read and filled: worksheets (openpyxl) or Word tables (python-docx).

A place is `Sheet!C12` in a workbook and `table.row.column` in Word, counted from 1; a merged cell is named by any of
its cells. Formats, merged cells, pictures and formulas of the form stay; Excel's shapes, text boxes and form controls
are lost, which openpyxl does not keep.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import docx
import openpyxl
from docx.opc.exceptions import OpcError
from openpyxl.cell.cell import MergedCell
from openpyxl.cell.rich_text import CellRichText
from openpyxl.utils import column_index_from_string, get_column_letter

from intake.errors import UsageError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET_CELL = re.compile(r"(?P<sheet>.+)!(?P<column>[A-Z]{1,3})(?P<row>[1-9][0-9]{0,5})")
_TABLE_CELL = re.compile(r"(?P<table>[0-9]{1,3})\.(?P<row>[0-9]{1,4})\.(?P<column>[0-9]{1,3})")
_TROUBLE = (OpcError, zipfile.BadZipFile, KeyError, ValueError, OSError, TypeError)

Value = str | float | date


class Form(Protocol):
    """What both kinds have in common."""

    def texts(self) -> Iterator[tuple[str, str, str]]:
        """(text, place beside, place below) of every cell that says something; "" where there is no such place."""

    def text(self, place: str) -> str | None:
        """A cell's text; None where there is no such cell. A formula is its text, with its equals sign."""

    def put(self, place: str, value: Value, shown: str, percent: bool) -> None:
        """Fills a cell. A workbook takes figures and days as such, so that its formulas count with them; a `percent`
        counts to 100, and a cell in a format of percents holds the hundredth of it.
        """

    def moved(self, place: str, rows: int, column: str) -> str:
        """The place so many rows below, in another column."""

    def saved(self) -> bytes: ...


def open_form(content: bytes, media_type: str) -> Form:
    """Raises UsageError where it is no workbook or Word file."""
    try:
        if media_type == XLSX:
            return _Sheets(openpyxl.load_workbook(io.BytesIO(content), rich_text=True))
        if media_type == DOCX:
            return _Tables(docx.Document(io.BytesIO(content)))
    except _TROUBLE as error:
        raise UsageError("The customer's form cannot be opened.", "Save it anew as .xlsx or .docx.") from error
    raise UsageError("A customer's form is an .xlsx or a .docx.", "Save it as one of them.")


@dataclass(slots=True)
class _Sheets:
    book: Any

    def _cell(self, place: str) -> Any | None:
        found = _SHEET_CELL.fullmatch(place)
        if found is None or found["sheet"] not in self.book.sheetnames:
            return None
        sheet = self.book[found["sheet"]]
        cell = sheet.cell(int(found["row"]), column_index_from_string(found["column"]))
        if isinstance(cell, MergedCell):
            merged = next(area for area in sheet.merged_cells.ranges if cell.coordinate in area)
            cell = sheet.cell(merged.min_row, merged.min_col)
        return cell

    def texts(self) -> Iterator[tuple[str, str, str]]:
        for sheet in self.book.worksheets:
            for row in sheet.iter_rows(max_row=300, max_col=50):
                for cell in row:
                    if not isinstance(cell, MergedCell) and isinstance(cell.value, str | CellRichText):
                        area = next((one for one in sheet.merged_cells.ranges if cell.coordinate in one), None)
                        right = (area.max_col if area else cell.column) + 1
                        under = (area.max_row if area else cell.row) + 1
                        beside = f"{sheet.title}!{get_column_letter(right)}{cell.row}"
                        below = f"{sheet.title}!{get_column_letter(cell.column)}{under}"
                        yield str(cell.value), beside, below

    def text(self, place: str) -> str | None:
        cell = self._cell(place)
        return None if cell is None else "" if cell.value is None else str(cell.value)

    def put(self, place: str, value: Value, shown: str, percent: bool) -> None:
        cell = self._cell(place)
        assert cell is not None
        if percent and isinstance(value, float) and "%" in cell.number_format:
            value = value / 100
        cell.value = shown if isinstance(value, str) else value
        if isinstance(value, str) and shown.startswith("="):
            cell.data_type = "s"  # a customer's words are no formula

    def moved(self, place: str, rows: int, column: str) -> str:
        found = _SHEET_CELL.fullmatch(place)
        return place if found is None else f"{found['sheet']}!{column}{int(found['row']) + rows}"

    def saved(self) -> bytes:
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()


@dataclass(slots=True)
class _Tables:
    document: Any

    def _cell(self, place: str) -> Any | None:
        found = _TABLE_CELL.fullmatch(place)
        if found is None:
            return None
        table, row, column = (int(found[name]) - 1 for name in ("table", "row", "column"))
        try:
            return self.document.tables[table].rows[row].cells[column]
        except IndexError:
            return None

    def texts(self) -> Iterator[tuple[str, str, str]]:
        for number, table in enumerate(self.document.tables[:60], 1):
            for line, row in enumerate(table.rows[:300], 1):
                cells = row.cells
                for position, cell in enumerate(cells, 1):
                    if not cell.text.strip() or (position > 1 and cells[position - 2]._tc is cell._tc):
                        continue
                    right = next((n for n in range(position, len(cells)) if cells[n]._tc is not cell._tc), None)
                    beside = f"{number}.{line}.{right + 1}" if right is not None else ""
                    yield cell.text, beside, f"{number}.{line + 1}.{position}"

    def text(self, place: str) -> str | None:
        cell = self._cell(place)
        return None if cell is None else str(cell.text)

    def put(self, place: str, value: Value, shown: str, percent: bool) -> None:
        cell = self._cell(place)
        assert cell is not None
        first = cell.paragraphs[0]
        for run in first.runs[1:]:
            run.text = ""
        if first.runs:
            first.runs[0].text = shown  # the run's own format stays
        else:
            first.add_run(shown)

    def moved(self, place: str, rows: int, column: str) -> str:
        found = _TABLE_CELL.fullmatch(place)
        return place if found is None else f"{found['table']}.{int(found['row']) + rows}.{column}"

    def saved(self) -> bytes:
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()
