"""Spreadsheets (.xlsx, .xlsm, .xls, .ods): each visible sheet with content is a page and a table, its cells as they
are printed.
"""

import io
from collections.abc import Iterator

import python_calamine
from python_calamine import CalamineSheet, CalamineWorkbook

from parsers.document import Document, Page
from parsers.errors import Encrypted, Unreadable
from parsers.files.archive import open_zip
from parsers.files.grid import Draft, GridCell
from parsers.files.number_formats import Formats, printed, read_formats
from parsers.files.package import refuse_locked

_MANY = 20_000  # empty rows before the rest of a sheet counts as empty


def read_spreadsheet(content: bytes, part: str, characters: int, cells: int, uncompressed_bytes: int) -> Document:
    """Every sheet that a reader of the file sees. Raises Unreadable, Encrypted, TooLarge."""
    formats: dict[str, Formats] = {}
    if content.startswith(b"PK"):
        with open_zip(content, uncompressed_bytes) as archive:
            refuse_locked(archive)
            formats = read_formats(archive, cells)
    draft = Draft(characters)
    pages: list[Page] = []
    with _open(content) as workbook:
        shown = [sheet for sheet in workbook.sheets_metadata if _is_shown(sheet, draft)]
        for sheet in shown:
            if cells <= 0 or draft.full:
                break
            grid = list(_grid(_sheet(workbook, sheet.name), formats.get(sheet.name, {}), cells, draft))
            cells -= sum(1 for cell in grid if cell.text)
            if grid:
                pages.append(_write(draft, sheet.name if len(shown) > 1 else "", grid, len(pages) + 1))
    return draft.finish(part, tuple(pages) or None)


def _open(content: bytes) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except python_calamine.PasswordError as error:
        raise Encrypted("The spreadsheet asks for a password.") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable("The spreadsheet is damaged, or of a kind that is not read.") from error


def _sheet(workbook: CalamineWorkbook, name: str) -> CalamineSheet:
    try:
        return workbook.get_sheet_by_name(name)
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable("A sheet of the spreadsheet is damaged.") from error


def _is_shown(sheet: python_calamine.SheetMetadata, draft: Draft) -> bool:
    if sheet.typ != python_calamine.SheetTypeEnum.WorkSheet:
        return False
    if sheet.visible == python_calamine.SheetVisibleEnum.Visible:
        return True
    draft.warn(f"The sheet “{sheet.name}” is hidden and was not read.")
    return False


def _write(draft: Draft, title: str, grid: list[GridCell], number: int) -> Page:
    draft.end_line()
    start = draft.length + (1 if draft.length and not draft.full else 0)  # after the line break that waits
    if title:
        draft.line(title)
    draft.grid(grid, number)
    return Page(min(start, draft.length), draft.length)


def _grid(sheet: CalamineSheet, formats: Formats, most: int, draft: Draft) -> Iterator[GridCell]:
    """The sheet's cells from its first to its last used row and column; rows without content are left out."""
    if sheet.start is None:
        return
    rows = list(_filled_rows(sheet, formats, most, draft))
    if not rows:
        return
    spans, covered = _merges(sheet)
    used = [column for _, texts in rows for column, text in enumerate(texts) if text]
    left, right = min(used), max(used)
    for number, (row, texts) in enumerate(rows):
        for column in range(left, right + 1):
            if (row, column) in covered:
                continue
            height, width = spans.get((row, column), (1, 1))
            last = row + height
            tall = sum(1 for other, _ in rows[number : number + height] if other < last)
            yield GridCell(number, column - left, texts[column], max(1, tall), min(width, right + 1 - column))


def _filled_rows(sheet: CalamineSheet, formats: Formats, most: int, draft: Draft) -> Iterator[tuple[int, list[str]]]:
    """Row number in the file, and the texts of its cells from the file's first column on."""
    top, left = sheet.start or (0, 0)
    empty = 0
    for row, values in enumerate(sheet.to_python(nrows=most + _MANY), top):
        texts = [printed(value, formats.get((row, column), "")) for column, value in enumerate(values, left)]
        filled = sum(1 for text in texts if text)
        if filled:
            empty = 0
            most -= filled
            if most < 0:
                draft.warn("Only the first cells of the spreadsheet were read; the rest is in the original.")
                return
            yield row, [""] * left + texts
        elif (empty := empty + 1) > _MANY:
            return


def _merges(sheet: CalamineSheet) -> tuple[dict[tuple[int, int], tuple[int, int]], set[tuple[int, int]]]:
    """First cell of each merged range → (rows, columns), and the cells that such ranges cover."""
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    last_row, last_column = sheet.end or (0, 0)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        bottom, right = min(bottom, last_row), min(right, last_column)
        if (bottom - top + 1) * (right - left + 1) > 100_000 or bottom < top or right < left:
            continue
        spans[top, left] = (bottom - top + 1, right - left + 1)
        covered |= {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)} - {
            (top, left)
        }
    return spans, covered
