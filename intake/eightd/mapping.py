"""Which field of the 8D goes into which cell of a customer's form: TOML that is drawn up once a customer.

[cells]
"d3.clean_batch" = "8D!C12"               # a field
"d3.in_transit.quantity_checked" = "8D!E9"  # a place's row of D3; a document's of D7
"d4.escape.text" = "8D!C20"               # the causes of an axis, a line each
"d5.1.owner" = "8D!F24"                   # a row of a list by its number
[rows.d5]                                 # d1.members, d3, d4, d5 or d7: row below row
at = "8D!A30"                             # its first row
most = 5                                  # what is more stands in the last one, a line each
columns = { text = "B", owner = "F" }     # in Word, columns by number
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from intake.eightd.cells import is_figure
from intake.errors import UsageError
from storage.eight_d import (
    D0,
    D2,
    D3,
    D4,
    D6,
    D7,
    D8,
    Action,
    Axis,
    Cause,
    Change,
    Containment,
    Document,
    EightD,
    Head,
    Member,
    Place,
)  # fmt: skip

PARTS: Mapping[str, type[Any]] = {"head": Head, "d0": D0, "d2": D2, "d3": D3, "d4": D4, "d6": D6, "d7": D7, "d8": D8}
LISTS: Mapping[str, type[Any]] = {
    "d1.members": Member, "d3": Containment, "d4": Cause, "d5": Action, "d7": Change,
}  # fmt: skip
_ROWS_OF = {"d3": "rows", "d4": "causes", "d7": "documents"}
_KEYS: Mapping[str, tuple[str, type[StrEnum]]] = {
    "d3": ("place", Place), "d4": ("axis", Axis), "d7": ("document", Document),
}  # fmt: skip
_PERCENTS = {"emergency_effect", "share", "verified_effect", "effect"}
MOST = 200  # rows of a list on a form
_FIELDS = "docs/eightd.md lists the fields."


@dataclass(frozen=True, slots=True)
class Rows:
    """A list's rows on the form: the first one's place, how many, and (field, column) of each column."""

    name: str
    at: str
    most: int
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FormMapping:
    cells: tuple[tuple[str, str], ...]  # (field, place)
    rows: tuple[Rows, ...]


def read_mapping(text: str) -> FormMapping:
    """UsageError names what is wrong: the TOML, a table, a field, a column."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"The mapping is no valid TOML: {error}.", "Mend that line.") from error
    unknown = set(found) - {"cells", "rows"}
    if unknown:
        raise UsageError(f"The mapping has no table {sorted(unknown)[0]!r}.", "It has [cells] and [rows.…].")
    cells, lists = _table(found, "cells"), dict(_table(found, "rows"))
    if isinstance(team := lists.pop("d1", None), dict):  # [rows.d1.members] is a table in a table
        lists |= {f"d1.{inner}": table for inner, table in team.items()}
    for name, place in cells.items():
        if not is_field(name):
            raise UsageError(f"The mapping's field {name!r} is none of the 8D.", _FIELDS)
        if not isinstance(place, str):
            raise UsageError(f"The mapping's field {name!r} has no place.", "Give the cell in quotes.")
    return FormMapping(tuple(cells.items()), tuple(_rows(name, table) for name, table in lists.items()))


def _table(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = found.get(name, {})
    if not isinstance(table, dict):
        raise UsageError(f"The mapping's {name} is no table.", f"Write [{name}] on a line of its own.")
    return table


def _rows(name: str, table: Any) -> Rows:
    kind = LISTS.get(name)
    if kind is None:
        raise UsageError(f"The mapping's rows {name!r} are no list of the 8D.", f"Lists are {', '.join(LISTS)}.")
    at, most, columns = (table.get(key) if isinstance(table, dict) else None for key in ("at", "most", "columns"))
    most = 10 if most is None else most
    if not isinstance(at, str) or not isinstance(columns, dict) or type(most) is not int or not 0 < most <= MOST:
        raise UsageError(
            f"The mapping's rows {name!r} are not complete.",
            f'They need at = "…", columns = {{…}}, most (1 to {MOST}).',
        )
    for field in columns:
        if field not in kind.__dataclass_fields__:
            raise UsageError(f"The mapping's {name} has no column {field!r}.", _FIELDS)
    return Rows(name, at, most, tuple((field, str(column)) for field, column in columns.items()))


# -------------------------------------------------------------------- what a field's name means


def is_field(name: str) -> bool:
    section, _, rest = name.partition(".")
    kind = PARTS.get(section)
    if kind is not None and rest != _ROWS_OF.get(section) and rest in kind.__dataclass_fields__:
        return True
    row, _, field = rest.rpartition(".")
    if section == "d1":
        row, listed = row.removeprefix("members."), row.startswith("members.")
        return field in Member.__dataclass_fields__ and (row.isdecimal() if listed else row in ("champion", "leader"))
    made = LISTS.get(section)
    return made is not None and field in made.__dataclass_fields__ and (row.isdecimal() or row in _keys(section))


def _keys(section: str) -> set[str]:
    """The words by which rows are named beside their number."""
    kind = _KEYS.get(section)
    return {one.value for one in kind[1]} if kind else set()


def list_of(report: EightD, name: str) -> tuple[Any, ...]:
    """The rows of a list of `LISTS`."""
    found: dict[str, tuple[Any, ...]] = {
        "d1.members": report.d1.members, "d3": report.d3.rows, "d4": report.d4.causes, "d5": report.d5,
        "d7": report.d7.documents,
    }  # fmt: skip
    return found[name]


def values_of(report: EightD, name: str) -> tuple[str, str, list[Any]]:
    """(section, field, values) of a field's name that `read_mapping` let pass: one value, or one a cause."""
    section, _, rest = name.partition(".")
    row, _, field = rest.rpartition(".")
    if section == "d1" and not row.startswith("members."):
        return section, field, [getattr(getattr(report.d1, row), field)]
    if not row:
        return section, field, [getattr(getattr(report, section), field)]
    rows = list_of(report, "d1.members" if section == "d1" else section)
    row = row.removeprefix("members.")
    if row.isdecimal():
        chosen = rows[int(row) - 1 : int(row)] if int(row) else ()
    else:
        key, _ = _KEYS[section]
        chosen = tuple(one for one in rows if getattr(one, key).value == row)
    return section, field, [getattr(one, field) for one in chosen]


def is_percent(section: str, field: str) -> bool:
    return field in _PERCENTS and is_figure(section, field)
