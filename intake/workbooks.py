"""An Excel workbook of plain lists: the company's head, a frozen header row, widths, dates as dates.

What customers wrote is text and nothing else: a value that begins like a formula is stored as a string in a text cell,
and characters that a workbook cannot hold are left out.
"""

import io
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from intake.errors import StorageError, UsageError

Value = str | float | int | date | datetime | None
Row = Mapping[str, Value]

HEADER_ROW = 4
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NO_TITLE = re.compile(r"[\[\]:*?/\\]+")  # what the name of a sheet cannot hold
_LONGEST = 32_000  # characters of a cell; Excel's own limit is 32,767
_THIN = Side(style="thin", color="999999")
_FRAME = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD_FILL = PatternFill("solid", fgColor="DDE6F0")
_TEXT = Alignment(vertical="top", wrap_text=True)
_FIGURE = Alignment(vertical="top", horizontal="right")


@dataclass(frozen=True, slots=True)
class Column:
    """`name` finds a row's value; `head` stands in the header row; `width` in characters."""

    name: str
    head: str
    width: float
    share: bool = False  # a fraction, shown in percent


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    page: str = "&P / &N"  # the foot of a printed page, in Excel's own codes


def write_workbook(path: Path, sheets: Sequence[Sheet], company: str, span: str, zone: ZoneInfo) -> None:
    """Writes the lists to `path`, whole or not at all. Moments are shown in `zone`; `span` stands under each title."""
    if path.suffix.lower() != ".xlsx":
        raise UsageError(f"{path} does not end with .xlsx.", "Name the workbook FILE.xlsx.")
    book = _book(sheets, company, span, zone)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        book.save(half)
        half.replace(path)
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written: {error.strerror}.", "Close it in Excel, or choose another place."
        ) from error
    finally:
        half.unlink(missing_ok=True)


def workbook(sheets: Sequence[Sheet], company: str, span: str, zone: ZoneInfo) -> bytes:
    """The same as the bytes of a file."""
    made = io.BytesIO()
    _book(sheets, company, span, zone).save(made)
    return made.getvalue()


def _book(sheets: Sequence[Sheet], company: str, span: str, zone: ZoneInfo) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        title = _NO_TITLE.sub(" ", sheet.title)[:31]
        _write_sheet(book.create_sheet(title), sheet, (company, sheet.title, span), zone)
    return book


def _write_sheet(page: Any, sheet: Sheet, head: tuple[str, str, str], zone: ZoneInfo) -> None:
    for number, line in enumerate(head, 1):
        _put(page.cell(number, 1), line, zone)
        page.cell(number, 1).font = Font(bold=number < 3, size=(14, 12, 10)[number - 1])
    for number, column in enumerate(sheet.columns, 1):
        cell = page.cell(HEADER_ROW, number, column.head)
        cell.font, cell.fill, cell.border = Font(bold=True), _HEAD_FILL, _FRAME
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        page.column_dimensions[get_column_letter(number)].width = column.width
    for row_number, row in enumerate(sheet.rows, HEADER_ROW + 1):
        for number, column in enumerate(sheet.columns, 1):
            cell = page.cell(row_number, number)
            _put(cell, row.get(column.name), zone)
            cell.border = _FRAME
            if column.share and isinstance(cell.value, float | int):
                cell.number_format = "0.0%"
    _lay_out(page, len(sheet.columns), HEADER_ROW + len(sheet.rows))
    page.oddFooter.center.text = sheet.page


def _lay_out(page: Any, columns: int, last_row: int) -> None:
    """Frozen header and filters on the screen; landscape, one page wide, header on every page in print."""
    page.freeze_panes = f"A{HEADER_ROW + 1}"
    page.auto_filter.ref = f"A{HEADER_ROW}:{get_column_letter(columns)}{max(last_row, HEADER_ROW)}"
    page.print_title_rows = f"1:{HEADER_ROW}"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _put(cell: Cell, value: Value, zone: ZoneInfo) -> None:
    if isinstance(value, datetime):
        cell.value = value.astimezone(zone).replace(tzinfo=None)
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(value, date):
        cell.value = value
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, str):
        _put_text(cell, value)
        return
    else:
        cell.value = value
    cell.alignment = _FIGURE


def _put_text(cell: Cell, text: str) -> None:
    clean = ILLEGAL_CHARACTERS_RE.sub("", text)[:_LONGEST]
    cell.value = clean
    cell.alignment = _TEXT
    if clean.startswith(_FORMULA):
        cell.data_type = "s"
        cell.number_format = "@"
        cell.quotePrefix = True
