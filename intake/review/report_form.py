"""The 8D as a form: every field a cell with its path, every list its rows; and a filled form as an 8D again. Pure.

Paths are those of `report PATH=VALUE` (docs/eightd.md); whys stand one by one, `d4.causes.1.whys.2`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import isfinite
from typing import Any

from pydantic import TypeAdapter

from intake.eightd.cells import ANSWERS, CHOICES, DATES, LISTS, is_figure
from storage.eight_d import Action, Axis, Cause, Change, Containment, Document, EightD, Member, Place
from storage.eight_d_json import eight_d_from, eight_d_json
from templates.eight_d.draw import ROWS, SCALARS

WHYS = 5  # as many as there are rows for in the printed form
MOST_WHYS = 10
MOST_ROWS = 60
LONG = frozenset(
    {
        "symptom", "emergency_response", "customer_text", "our_text", "effect", "is_text", "is_not_text", "risk",
        "proof", "text", "tests", "read_across", "lessons", "review", "validation", "action", "method", "side_effects",
        "reason",
    }
)  # fmt: skip
_JSON: TypeAdapter[Any] = TypeAdapter(Any)
_EMPTY: Mapping[str, Any] = {
    "d1.members": Member(),
    "d4.causes": Cause(Axis.OCCURRENCE),
    "d5": Action(),
}
_COUNTED = re.compile(r"(d1\.members|d4\.causes|d5)\.(\d{1,2})\.(.+)")
_D6_COLUMNS = tuple(name for name, _ in ROWS["d6"][1] if name != "position")


@dataclass(frozen=True, slots=True)
class Cell:
    """A field: `kind` is text, long, figure, date, answer, choice or list; `options` are the values of a choice."""

    path: str
    section: str
    name: str
    kind: str
    text: str
    options: tuple[str, ...] = ()
    table: str = ""  # of the labels, for the options


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list. `name` is its place, document or position; `fresh` where it is not there yet."""

    path: str
    name: str
    cells: tuple[Cell, ...]
    fresh: bool = False
    removable: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    name: str  # d0 … d8
    cells: tuple[tuple[Cell, ...], ...]  # lines of the form
    rows: tuple[Row, ...]


def sections_of(report: EightD) -> tuple[Section, ...]:
    plain = eight_d_json(report)
    out = []
    for number in range(9):
        name = f"d{number}"
        lines = tuple(
            tuple(_cell(f"{name}.{field}", name, field, plain[name][field]) for field in line)
            for line in SCALARS.get(name, ())
        )
        out.append(Section(name, lines, tuple(_rows(name, plain))))
    return tuple(out)


def _rows(section: str, plain: Mapping[str, Any]) -> Iterable[Row]:
    if section == "d1":
        for who in ("champion", "leader"):
            yield _row(f"d1.{who}", "d1", who, plain["d1"][who], _columns("d1", "kind"))
        yield from _list("d1.members", "d1", plain["d1"]["members"], _columns("d1", "kind"), 1)
    elif section == "d3":
        known = {row["place"]: row for row in plain["d3"]["rows"]}
        for place in Place:
            row = known.get(place, _dumped(Containment(place)))
            yield _row(f"d3.rows.{place}", "d3", place, row, _columns("d3", "place"))
    elif section == "d4":
        causes = plain["d4"]["causes"]
        there = {row["axis"] for row in causes}
        fresh = [axis for axis in Axis if axis not in there] or [Axis.OCCURRENCE]
        yield from _list("d4.causes", "d4", causes, _columns("d4"), len(fresh), tuple(fresh))
    elif section == "d5":
        yield from _list("d5", "d5", plain["d5"], _columns("d5", "position"), 1)
    elif section == "d6":
        for n, row in enumerate(plain["d5"], 1):
            yield _row(f"d5.{n}", "d6", f"{n} {row['text']}"[:60], row, _D6_COLUMNS)
    elif section == "d7":
        changes = {row["document"]: row for row in plain["d7"]["documents"]}
        for document in Document:
            row = changes.get(document, _dumped(Change(document)))
            yield _row(f"d7.documents.{document}", "d7", document, row, _columns("d7", "document"))


def _columns(section: str, but: str = "") -> tuple[str, ...]:
    return tuple(name for name, _ in ROWS[section][1] if name != but)


def _list(
    path: str, section: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str], fresh: int,
    axes: Sequence[Axis] = (),
) -> Iterable[Row]:  # fmt: skip
    for n, row in enumerate(rows, 1):
        yield replace(_row(f"{path}.{n}", section, str(n), row, columns), removable=True)
    for more in range(fresh):
        empty = _dumped(_EMPTY[path]) | ({"axis": axes[more]} if axes else {})
        n = len(rows) + 1 + more
        yield replace(_row(f"{path}.{n}", section, str(n), empty, columns), fresh=True)


def _row(path: str, section: str, name: str, row: Mapping[str, Any], columns: Sequence[str]) -> Row:
    cells: list[Cell] = []
    for column in columns:
        if column == "whys":
            whys = [*row["whys"], *[""] * MOST_WHYS][: max(MOST_WHYS, len(row["whys"]))]
            cells += [Cell(f"{path}.whys.{n}", section, "whys", "text", why) for n, why in enumerate(whys, 1)]
        else:
            cells.append(_cell(f"{path}.{column}", section, column, row[column]))
    return Row(path, name, tuple(cells))


def _cell(path: str, section: str, name: str, value: Any) -> Cell:
    if name in CHOICES:
        table, kind = CHOICES[name]
        options = tuple(kind) if name in ("axis", "level") else ("", *kind)
        return Cell(path, section, name, "choice", value or "", options, table)
    if name in ANSWERS:
        return Cell(
            path, section, name, "answer", "" if value is None else "yes" if value else "no", ("", "yes", "no"), "words"
        )
    if name in LISTS:
        return Cell(path, section, name, "list", "; ".join(value))
    if name in DATES:
        return Cell(path, section, name, "date", value or "")
    if is_figure(section, name):
        return Cell(path, section, name, "figure", "" if value is None else f"{value:.15g}")
    return Cell(path, section, name, "long" if name in LONG else "text", value)


def _dumped(row: Any) -> dict[str, Any]:
    return dict(_JSON.dump_python(row, mode="json"))


def cells_of(report: EightD) -> dict[str, Cell]:
    """path → cell of the whole form, empty rows too."""
    found: dict[str, Cell] = {}
    for section in sections_of(report):
        for line in section.cells:
            found.update({cell.path: cell for cell in line})
        for row in section.rows:
            found.update({cell.path: cell for cell in row.cells})
    return found


def faults_of(changed: Mapping[str, str], report: EightD) -> dict[str, str]:
    """path → the key of what is wrong with a typed value."""
    cells = cells_of(report)
    faults: dict[str, str] = {}
    for path, text in changed.items():
        cell = cells.get(path)
        if cell is not None and text.strip():
            try:
                _typed(cell.kind, text)
            except ValueError:
                faults[path] = f"report.bad_{cell.kind}"
            if cell.kind in ("choice", "answer") and text not in cell.options:
                faults[path] = "report.bad_choice"
    return faults


def filled(report: EightD, changed: Mapping[str, str], mine: Mapping[str, str], removed: Iterable[str] = ()) -> EightD:
    """The 8D with what a form changed. A row that is not there yet is made where something is typed into it: `mine`
    holds all its fields. `removed` are paths of rows. What no field of the form is changes nothing.
    """
    cells, plain = cells_of(report), eight_d_json(report)
    fresh: dict[tuple[str, int], dict[str, str]] = {}
    for path, text in changed.items():
        if path not in cells:
            continue
        counted = _COUNTED.fullmatch(path)
        if counted and int(counted[2]) > len(_rows_at(plain, counted[1])):
            fresh.setdefault((counted[1], int(counted[2])), {})[counted[3]] = text
        else:
            _put(plain, path, cells[path], text)
    for (place, n), typed in sorted(fresh.items()):
        rows = _rows_at(plain, place)
        if len(rows) < MOST_ROWS and any(text.strip() for text in typed.values()):
            rows.append(_dumped(_EMPTY[place]))
            whole = {c: mine.get(f"{place}.{n}.{c}", "") for c in _fields_of(cells, f"{place}.{n}.")} | typed
            for column, text in whole.items():
                cell = cells[f"{place}.{n}.{column}"]
                _put(plain, f"{place}.{len(rows)}.{column}", cell, text)
    for place, n in sorted((_counted_row(path) for path in removed), reverse=True):
        rows = _rows_at(plain, place) if place else []
        if 0 < n <= len(rows):
            del rows[n - 1]
    for cause in plain["d4"]["causes"]:
        cause["whys"] = [why for why in cause["whys"] if why.strip()]
    return eight_d_from(plain)


def _fields_of(cells: Mapping[str, Cell], prefix: str) -> list[str]:
    return [path[len(prefix) :] for path in cells if path.startswith(prefix)]


def _counted_row(path: str) -> tuple[str, int]:
    counted = _COUNTED.fullmatch(f"{path}.x")
    return (counted[1], int(counted[2])) if counted else ("", 0)


def _rows_at(plain: dict[str, Any], place: str) -> list[dict[str, Any]]:
    here: Any = plain
    for part in place.split("."):
        here = here[part]
    found: list[dict[str, Any]] = here
    return found


def _put(plain: dict[str, Any], path: str, cell: Cell, text: str) -> None:
    """Puts a typed value at the path of a row or field that is there; rows of places and documents are made."""
    *way, last = path.split(".")
    here: Any = plain
    for above, part in zip(("", *way), way, strict=False):
        if isinstance(here, list) and above in ("rows", "documents"):
            key = "place" if above == "rows" else "document"
            row = next((one for one in here if one[key] == part), None)
            if row is None:
                row = _dumped(Containment(Place(part)) if key == "place" else Change(Document(part)))
                here.append(row)
            here = row
        elif isinstance(here, list):
            here = here[int(part) - 1]
        else:
            here = here[part]
    if isinstance(here, list):  # a why
        here.extend([""] * (int(last) - len(here)))
        here[int(last) - 1] = " ".join(text.split())
    else:
        here[last] = _typed(cell.kind, text)


def _typed(kind: str, text: str) -> Any:
    """As the 8D's JSON has it. ValueError for what is no such value."""
    text = text.replace("\r\n", "\n").strip()
    if kind == "figure":
        figure = float(text.replace(",", "").rstrip("%％ ")) if text else None
        if figure is not None and not isfinite(figure):
            raise ValueError(text)
        return figure
    if kind == "date":
        return date.fromisoformat(text).isoformat() if text else None
    if kind == "answer":
        return {"yes": True, "no": False}.get(text)
    if kind == "choice":
        return text or None
    if kind == "list":
        return [part.strip() for part in re.split(r"[;；\n]", text) if part.strip()]
    return text
