"""What a filled form says by the tags of its content controls: fields of steps, and rows of lists.

Rows that were added have no controls: they are read by the columns of the tagged rows beside them. A cell whose control
was deleted is read by its column too. Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from intake.eightd.cells import Unreadable, read, wordable
from intake.eightd.tags import Address, address_of
from parsers.results import OwnForm, Table, Tagged
from storage.eight_d import Axis, Document, Place
from templates.eight_d import LANGUAGES, labels

Cells = dict[str, str]  # field → text
_KEYS = {"d3": ("place", tuple(Place)), "d4": ("axis", tuple(Axis)), "d7": ("document", tuple(Document))}
PEOPLE = ("champion", "leader")
_ANY_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Said:
    """`scalars`: section → field → text. `rows`: section → the rows of its list."""

    scalars: dict[str, Cells] = field(default_factory=dict)
    rows: dict[str, list[Cells]] = field(default_factory=dict)


@dataclass(slots=True)
class _Row:
    section: str
    key: str
    cells: Cells


def said_in(form: OwnForm, static: AbstractSet[str] = frozenset()) -> Said:
    """`static` are the texts that the form's template prints whatever the report says: a row of them is none that
    somebody added.
    """
    said, rows = Said(), _Rows()

    def put(address: Address, text: str) -> None:
        if not address.listed:
            cells = said.scalars.setdefault(address.section, {})
            if not wordable(cells.get(address.field, "")):
                cells[address.field] = text

    for table in form.tables:
        for found in _rows_of(table, static):
            rows.add(found)
        for row in table.tagged:
            for one in row:
                if (address := address_of(one.tag)) is not None:
                    put(address, one.text)
    for one in form.loose:
        if (address := address_of(one.tag)) is not None:
            put(address, one.text)
            if address.listed:
                rows.add(_Row(address.section, address.row, {address.field: one.text}), together=True)
    for made in rows.made:
        said.rows.setdefault(made.section, []).append(keyed(made.section, made.key, made.cells))
    return said


class _Rows:
    """The rows that were found. What stands in several lines of a form, each tag naming the same row, is one."""

    def __init__(self) -> None:
        self.made: list[_Row] = []

    def add(self, row: _Row, together: bool = False) -> None:
        for known in reversed(self.made):
            if (known.section, known.key) == (row.section, row.key) and (row.key or together):
                if known.cells.keys().isdisjoint(row.cells):
                    known.cells |= row.cells
                    return
                break
        self.made.append(row)


def _rows_of(table: Table, static: AbstractSet[str]) -> Iterator[_Row]:
    """The rows of lists in a table, those that were added among them, in their order."""
    tagged = [_listed(row) for row in table.tagged]
    first = next((position for position, found in enumerate(tagged) if found), len(tagged))
    shape: tuple[str, Mapping[int, str], int] | None = None
    if table.headings and first < len(tagged):  # rows put in above the first one, below the headings
        shape = _shape(tagged, first, table)
    for position, found in enumerate(tagged):
        texts = table.rows[position]
        if found:
            yield from _found(found, texts, shape := _shape(tagged, position, table))
        elif shape is not None and (position >= first or position >= table.headings):
            section, columns, count = shape
            if len(texts) != count or is_printed(texts, static) or table.tagged[position]:
                shape = shape if position < first else None
                continue
            yield _Row(section, "", {columns[at]: text for at, text in enumerate(texts) if at in columns})


def is_printed(texts: Sequence[str], static: AbstractSet[str]) -> bool:
    """Whether a row is one that the template prints: it begins with words of the template's."""
    return next((plain for text in texts if (plain := wordable(text))), "") in static


_Listed = Sequence[tuple[int, Address, str]]


def _listed(row: Sequence[Tagged]) -> _Listed:
    return [
        (one.column, address, one.text)
        for one in row
        if (address := address_of(one.tag)) is not None and address.listed
    ]


def _shape(tagged: Sequence[_Listed], position: int, table: Table) -> tuple[str, Mapping[int, str], int] | None:
    """(section, field of each column, number of cells) of a row of one list; the columns of its like besides, where a
    control was deleted in it. None for a row that holds rows side by side.
    """
    of = {(address.section, address.row) for _, address, _ in tagged[position]}
    if len(of) != 1 or _crowded(tagged[position]):
        return None
    ((section, _),) = of
    count = len(table.rows[position])
    columns: dict[int, str] = {}
    for number, other in enumerate(tagged):
        if other and len(table.rows[number]) == count and {each.section for _, each, _ in other} == {section}:
            for at, address, _ in other:
                if address.field not in columns.values():
                    columns.setdefault(at, address.field)
    return section, columns, count


def _crowded(found: _Listed) -> bool:
    """Whether a cell holds several fields: its column has no one name then."""
    return len({at for at, _, _ in found}) < len(found)


def _found(found: _Listed, texts: Sequence[str], shape: tuple[str, Mapping[int, str], int] | None) -> Iterator[_Row]:
    by_row: dict[tuple[str, str], Cells] = {}
    for _, address, text in found:
        by_row.setdefault((address.section, address.row), {}).setdefault(address.field, text)
    if shape is not None:
        (cells,) = by_row.values()
        named = {at for at, _, _ in found}
        for at, name in shape[1].items():
            if at not in named and at < len(texts):
                cells.setdefault(name, texts[at])
    for (section, key), cells in by_row.items():
        yield _Row(section, key, cells)


def keyed(section: str, key: str, cells: Cells) -> Cells:
    """A row with the word or number by which its tags name it, where it does not say one itself."""
    if section in _KEYS:
        name, words = _KEYS[section]
        if key in words and not _readable(section, name, cells.get(name, "")):
            return {**cells, name: key}
    elif section == "d1" and key in PEOPLE and wordable(cells.get("kind", "")) not in kinds():
        return {**cells, "kind": key}
    elif section in ("d5", "d6") and key and not wordable(cells.get("position", "")):
        return {**cells, "position": key}
    return cells


@cache
def kinds() -> Mapping[str, str]:
    """What a row of D1 may be called, in any language → champion, leader or member."""
    words = {word: kind for language in LANGUAGES for kind, word in labels(language)["kinds"].items()}
    return {**words, **{kind: kind for kind in words.values()}}


def axis_of(text: str) -> Axis | None:
    """The axis of D4 that a word means in any language."""
    return Axis(read("d4", "axis", text, labels("en"), _ANY_DAY)) if _readable("d4", "axis", text) else None


def _readable(section: str, name: str, text: str) -> bool:
    try:
        return read(section, name, text, labels("en"), _ANY_DAY) is not None
    except Unreadable:
        return False
