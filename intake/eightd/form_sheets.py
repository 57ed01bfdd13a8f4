"""A customer's report form as worksheets (openpyxl): a place is `Sheet!C12`."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.cell.rich_text import CellRichText
from openpyxl.utils import column_index_from_string, get_column_letter

from intake.eightd.form_cells import Value

_SHEET_CELL = re.compile(r"(?P<sheet>.+)!(?P<column>[A-Z]{1,3})(?P<row>[1-9][0-9]{0,5})")


@dataclass(slots=True)
class Sheets:
    book: Any

    @classmethod
    def of(cls, content: bytes) -> "Sheets":
        return cls(openpyxl.load_workbook(io.BytesIO(content), rich_text=True))

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
