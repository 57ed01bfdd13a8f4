"""CSV and Excel files as lines of named cells: the encoding, the separator and the header row are found out.

A CSV may be UTF-8 (with or without its mark), UTF-16 with its mark, GB18030 or Big5; its separator a comma, semicolon
or tab. What is right is what gives a header row with the columns that must be there.
"""

import csv
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import python_calamine

from intake.errors import UsageError

_WORDS = Path(__file__).with_name("importing.toml")
_ENCODINGS = ("utf-8-sig", "gb18030", "big5")
_SEPARATORS = ",;\t"
_EXCEL = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_HEADER_WITHIN = 10  # rows; a title may stand above the header
_MOST_BYTES = 50_000_000
_MOST_ROWS = 200_000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class Line:
    """A row with something in it: its number in the file, from 1, and its cells by our column names."""

    row: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    lines: tuple[Line, ...]
    ignored: tuple[str, ...]  # headers that name no column of ours
    columns: frozenset[str]  # of ours, that the file has


@cache
def column_words() -> Mapping[str, Any]:
    """The words of importing.toml."""
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))


def read_table(path: Path, kind: str, required: Sequence[str]) -> Table:
    """The lines of a file of one kind; UsageError where it cannot be read, or has not the columns that it must have."""
    names = _names(kind)
    for rows in _ways_to_read(path):
        for number, row in enumerate(rows[:_HEADER_WITHIN]):
            columns = [names.get(_plain(cell)) for cell in row]
            if set(required) <= set(columns):
                return _table(rows, number, columns, path)
    must = ", ".join(f"{names_of[0]} ({name})" for name in required if (names_of := column_words()[kind][name]))
    raise UsageError(f"{path}: no header row with the columns of {kind}.", f"It must have: {must}.")


def _table(rows: Rows, header: int, columns: Sequence[str | None], path: Path) -> Table:
    twice = {name for name in columns if name and columns.count(name) > 1}
    if twice:
        raise UsageError(f"{path}: the column {min(twice)} stands there twice.", "Remove one of the two.")
    if len(rows) > _MOST_ROWS:
        raise UsageError(f"{path}: more than {_MOST_ROWS:,} rows.", "Divide it into several files.")
    lines = []
    for number, row in enumerate(rows[header + 1 :], header + 2):
        cells = {name: cell for name, cell in zip(columns, row, strict=False) if name}
        if any(cells.values()):
            lines.append(Line(number, cells))
    ignored = tuple(head for head, name in zip(rows[header], columns, strict=False) if head and not name)
    return Table(tuple(lines), ignored, frozenset(name for name in columns if name))


def _names(kind: str) -> dict[str, str]:
    """Every spelling of a header, in plain form → our column."""
    columns: Mapping[str, Sequence[str]] = column_words()[kind]
    return {_plain(spelling): name for name, spellings in columns.items() for spelling in (name, *spellings)}


def _plain(text: str) -> str:
    return re.sub(r"[\s_*:.]+", "", unicodedata.normalize("NFKC", text).casefold())


def _ways_to_read(path: Path) -> Iterator[Rows]:
    """The file's rows, read in each way that is possible."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UsageError(f"{path} is larger than {_MOST_BYTES // 1_000_000} MB.", "Divide it into several files.")
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.", "Check the file's name and rights.") from error
    if content.startswith(_EXCEL):
        yield _excel(path)
        return
    for text in _texts(content):
        for separator in _SEPARATORS:
            yield _separated(text, separator, path)


def _texts(content: bytes) -> Iterator[str]:
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else _ENCODINGS
    for encoding in encodings:
        try:
            yield content.decode(encoding)
        except UnicodeDecodeError:
            continue


def _separated(text: str, separator: str, path: Path) -> Rows:
    try:
        return [[_clean(cell) for cell in row] for row in csv.reader(StringIO(text, newline=""), delimiter=separator)]
    except csv.Error as error:
        raise UsageError(f"{path} is no valid CSV: {error}.", "Save it again as CSV or XLSX.") from error


def _excel(path: Path) -> Rows:
    """The first sheet of a workbook."""
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        sheet = book.get_sheet_by_index(0)
        values = sheet.to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise UsageError(
            f"{path} cannot be opened as a workbook.", "Save it again as XLSX, without a password."
        ) from error
    return [[_text(value) for value in row] for row in values]


def _text(value: object) -> str:
    """A cell's value as a person would type it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return _clean(str(value))


def _clean(text: str) -> str:
    return _CONTROL.sub("", text).strip()
