"""A customer's own report form (.xlsx or .docx), filled from the 8D by a mapping that is drawn up once a customer.

The mapping is TOML: `[cells]` names a cell for each field of the 8D, `[rows.…]` the columns of a list's rows.

    [cells]                                   # .xlsx: Sheet!C12      .docx: table.row.column, from 1
    "d3.clean_batch" = "8D!C12"
    [rows.d5]                                 # d1.members, d3, d4, d5 or d7
    at = "8D!A20"                             # its first row
    most = 5
    columns = { text = "B", owner = "F" }     # .docx: columns by number

`scan` proposes one: cells whose text is a label of ours, in whichever language, with the empty cell beside or below.
Formats, merged cells and formulas of the form stay.
"""

import io
import re
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import docx
import openpyxl
from docx.opc.exceptions import OpcError
from openpyxl.cell.cell import MergedCell
from openpyxl.utils import column_index_from_string, get_column_letter

from intake.eightd.cells import shown, wordable
from intake.errors import UsageError
from storage.eight_d import EightD
from templates.eight_d import labels

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LANGUAGES = ("zh-CN", "zh-TW", "en")
SECTIONS = ("head", "d0", "d2", "d3", "d4", "d6", "d7", "d8")
_LISTS = ("d1.members", "d3", "d4", "d5", "d7")
_SHEET_CELL = re.compile(r"(?P<sheet>.+)!(?P<column>[A-Z]{1,3})(?P<row>[1-9][0-9]{0,5})")
_TABLE_CELL = re.compile(r"(?P<table>[0-9]{1,3})\.(?P<row>[0-9]{1,4})\.(?P<column>[0-9]{1,3})")
_TROUBLE = (OpcError, zipfile.BadZipFile, KeyError, ValueError, OSError, TypeError)


class _Form(Protocol):
    """A form as cells: what both kinds have in common."""

    def texts(self) -> Iterator[tuple[str, str, str, str]]:
        """(place, text, place beside, place below) of every cell that says something."""

    def text(self, place: str) -> str | None:
        """A cell's text; None where there is no such cell."""

    def put(self, place: str, text: str) -> None: ...

    def moved(self, place: str, rows: int, column: str) -> str:
        """The place so many rows below, in another column."""

    def saved(self) -> bytes: ...


def scan(content: bytes, media_type: str) -> str:
    """The proposed mapping as TOML, for an administrator to complete."""
    form = _open(content, media_type)
    lines = ["[cells]"]
    taken: set[str] = set()
    for _, text, beside, below in form.texts():
        for name in _fields_named(text):
            target = next((place for place in (beside, below) if place and form.text(place) == ""), None)
            if target is not None and target not in taken:
                taken.add(target)
                lines.append(f'"{name}" = "{target}"')
                break
    return "\n".join(lines) + "\n"


def _fields_named(text: str) -> list[str]:
    """Fields that a label may mean, the likeliest first."""
    plain = re.sub(r"[\s:：*]+$", "", wordable(text)).casefold()
    parts = {part.strip() for part in re.split(r"[/\n（(]", plain)} | {plain}
    found = []
    for section in SECTIONS:
        for language in LANGUAGES:
            for name, label in labels(language)[section].items():
                scalar = hasattr(getattr(EightD(), section), name)  # a column of a list is no field of its own
                if scalar and label.casefold() in parts and f"{section}.{name}" not in found:
                    found.append(f"{section}.{name}")
    return found


def check_mapping(content: bytes, media_type: str, mapping: str) -> None:
    """UsageError that names what the mapping has wrong: its TOML, a field, a place."""
    _write(_open(content, media_type), _mapping(mapping), EightD(), "zh-CN")


def fill(content: bytes, media_type: str, mapping: str, report: EightD, language: str) -> bytes:
    """The form with the report's values."""
    form = _open(content, media_type)
    _write(form, _mapping(mapping), report, language)
    return form.saved()


def _mapping(text: str) -> Mapping[str, Any]:
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"The mapping is no valid TOML: {error}.", "Mend that line.") from error
    unknown = set(found) - {"cells", "rows"}
    if unknown:
        raise UsageError(f"The mapping has no table {sorted(unknown)[0]!r}.", "It has [cells] and [rows.…].")
    return found


def _write(form: _Form, mapping: Mapping[str, Any], report: EightD, language: str) -> None:
    for name, place in mapping.get("cells", {}).items():
        _put(form, str(place), _value(report, name, language))
    for name, table in mapping.get("rows", {}).items():
        if isinstance(table, dict) and name not in _LISTS and "at" not in table:
            (inner, table), *_ = table.items()  # [rows.d1.members]
            name = f"{name}.{inner}"
        if name not in _LISTS:
            raise UsageError(f"The mapping's rows {name!r} are no list of the 8D.", f"Lists are {', '.join(_LISTS)}.")
        rows = _rows(report, name)
        for position in range(int(table.get("most", 10))):
            for field, column in table.get("columns", {}).items():
                place = form.moved(str(table["at"]), position, str(column))
                row = rows[position] if position < len(rows) else None
                if row is not None and not hasattr(row, field):
                    raise UsageError(
                        f"The mapping's {name} has no column {field!r}.", "docs/eightd.md lists the fields."
                    )
                value = shown(name[:2], field, getattr(row, field), labels(language)) if row is not None else ""
                if value:
                    _put(form, place, value)


def _put(form: _Form, place: str, text: str) -> None:
    if form.text(place) is None:
        raise UsageError(f"The form has no cell {place!r}.", "Name it as `scan` does.")
    if text:
        form.put(place, text)


def _rows(report: EightD, name: str) -> tuple[Any, ...]:
    found: dict[str, tuple[Any, ...]] = {
        "d1.members": report.d1.members,
        "d3": report.d3.rows,
        "d4": report.d4.causes,
        "d5": report.d5,
        "d7": report.d7.documents,
    }
    return found[name]


def _value(report: EightD, name: str, language: str) -> str:
    here: Any = report
    for part in name.split("."):
        if not hasattr(here, part):
            raise UsageError(f"The mapping's field {name!r} is none of the 8D.", "docs/eightd.md lists the fields.")
        here = getattr(here, part)
    return shown(name.split(".", maxsplit=1)[0], name.rsplit(".", maxsplit=1)[-1], here, labels(language))


def _open(content: bytes, media_type: str) -> _Form:
    try:
        if media_type == XLSX:
            return _Sheets(openpyxl.load_workbook(io.BytesIO(content)))
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

    def texts(self) -> Iterator[tuple[str, str, str, str]]:
        for sheet in self.book.worksheets:
            for row in sheet.iter_rows(max_row=300, max_col=50):
                for cell in row:
                    if isinstance(cell.value, str) and not isinstance(cell, MergedCell):
                        area = next((one for one in sheet.merged_cells.ranges if cell.coordinate in one), None)
                        right = (area.max_col if area else cell.column) + 1
                        under = (area.max_row if area else cell.row) + 1
                        beside = f"{sheet.title}!{get_column_letter(right)}{cell.row}"
                        below = f"{sheet.title}!{get_column_letter(cell.column)}{under}"
                        yield f"{sheet.title}!{cell.coordinate}", cell.value, beside, below

    def text(self, place: str) -> str | None:
        cell = self._cell(place)
        return None if cell is None else "" if cell.value is None else str(cell.value)

    def put(self, place: str, text: str) -> None:
        cell = self._cell(place)
        assert cell is not None
        cell.value = text
        if isinstance(text, str) and text[:1] in "=+-@":
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

    def texts(self) -> Iterator[tuple[str, str, str, str]]:
        for number, table in enumerate(self.document.tables[:60], 1):
            for line, row in enumerate(table.rows[:300], 1):
                cells = row.cells
                for position, cell in enumerate(cells, 1):
                    if not cell.text.strip() or (position > 1 and cells[position - 2]._tc is cell._tc):
                        continue
                    right = next((n for n in range(position, len(cells)) if cells[n]._tc is not cell._tc), None)
                    beside = f"{number}.{line}.{right + 1}" if right is not None else ""
                    yield f"{number}.{line}.{position}", cell.text, beside, f"{number}.{line + 1}.{position}"

    def text(self, place: str) -> str | None:
        cell = self._cell(place)
        return None if cell is None else str(cell.text)

    def put(self, place: str, text: str) -> None:
        cell = self._cell(place)
        assert cell is not None
        first = cell.paragraphs[0]
        for run in first.runs[1:]:
            run.text = ""
        if first.runs:
            first.runs[0].text = text  # the run's own format stays
        else:
            first.add_run(text)

    def moved(self, place: str, rows: int, column: str) -> str:
        found = _TABLE_CELL.fullmatch(place)
        return place if found is None else f"{found['table']}.{int(found['row']) + rows}.{column}"

    def saved(self) -> bytes:
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()
