"""The corpus's values laid out as forms and tables: label beside value, or one row an item under a head."""

import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from opencc import OpenCC

from parsers.document import Cell, Document, Table
from parsers.nlp.corpus.markup import ITEM_LABELS, Span, Unit
from parsers.types import Kind

_LEAST = 3  # values that make a form
_LONGEST = 120  # characters of a value that fits a cell
_PART = "form.docx"


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "forms.toml").read_text("utf-8"))


@cache
def _traditional() -> OpenCC:
    return OpenCC("s2twp")


@dataclass(slots=True)
class _Page:
    """A form being written: its text, the marks in it, its cells."""

    text: str = ""
    spans: list[Span] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)

    def put(self, words: str, label: str | None = None, item: int | None = None) -> tuple[int, int]:
        start = len(self.text)
        self.text += words
        if label is not None and words:
            self.spans.append(Span(start, len(self.text), label, item))
        return start, len(self.text)

    def cell(self, row: int, column: int, words: str, label: str | None = None, item: int | None = None) -> None:
        if column:
            self.text += "\t"
        start, end = self.put(words, label, item)
        self.cells.append(Cell(row, column, start, end))


Row = list[tuple[str, str, str | None]]  # head, value, label


def forms_of(units: Sequence[Unit], chance: random.Random) -> list[tuple[Unit, Document]]:
    """A form for each fifth unit with enough values, a table now and then for a few in a row: the text with its marks, and the document."""  # noqa: E501
    made = []
    fitting = [unit for unit in units if unit.attributes["kind"] == Kind.COMPLAINT and _values(unit)]
    for number, unit in enumerate(fitting):
        if chance.random() < 0.2:
            made.append(_form(unit, chance))
        near = [one for one in fitting[number : number + 4] if one.language == unit.language]
        if len(near) >= 2 and chance.random() < 0.06:
            made.append(_table(near, chance))
    return made


def _values(unit: Unit) -> dict[str, str]:
    """The first value of each field; none where the unit has several items, or too few values."""
    if any(span.item is not None for span in unit.spans):
        return {}
    values: dict[str, str] = {}
    for span in unit.spans:
        words = unit.text[span.start : span.end]
        if span.label in ITEM_LABELS and span.label not in values and len(words) <= _LONGEST and "\n" not in words:
            values[span.label] = words
    return values if len(values) >= _LEAST else {}


def _heads(language: str, label: str, chance: random.Random) -> str:
    head = str(chance.choice(_words()["en" if language == "en" else "zh"]["heads"][label]))
    return _in(language, head)


def _in(language: str, words: str) -> str:
    return str(_traditional().convert(words)) if language == "zh-TW" else words


def _form(unit: Unit, chance: random.Random) -> tuple[Unit, Document]:
    words = _words()["en" if unit.language == "en" else "zh"]
    rows: Row = [(_heads(unit.language, label, chance), value, label) for label, value in _values(unit).items()]
    rest = chance.sample(words["rest"], k=chance.randint(1, 4))
    rows += [(_in(unit.language, head), _in(unit.language, value), None) for head, value in rest]
    chance.shuffle(rows)
    page = _Page()
    page.put(_in(unit.language, chance.choice(words["titles"])) + "\n")
    layout = chance.choice(("lines", "pairs", "pairs", "wide"))
    if layout == "lines":
        _lines(page, rows, unit.language, chance)
    else:
        _cells(page, rows, 2 if layout == "pairs" else 4)
    return _made(unit, page)


def _lines(page: _Page, rows: Row, language: str, chance: random.Random) -> None:
    colon = ": " if language == "en" else chance.choice(("：", "：", ":", "： "))
    for head, value, label in rows:
        page.put(head + colon)
        page.put(value, label)
        page.put("\n")


def _cells(page: _Page, rows: Row, columns: int) -> None:
    for number, (head, value, label) in enumerate(rows):
        row, column = divmod(2 * number, columns)
        if number and not column:
            page.text += "\n"
        page.cell(row, column, head)
        page.cell(row, column + 1, value, label)


def _table(units: Sequence[Unit], chance: random.Random) -> tuple[Unit, Document]:
    """One row an item; the columns are what all of them have, or nearly all."""
    language = units[0].language
    found = [_values(unit) for unit in units]
    labels = [label for label in sorted(ITEM_LABELS) if sum(label in values for values in found) * 2 > len(found)]
    chance.shuffle(labels)
    page = _Page()
    words = _words()["en" if language == "en" else "zh"]
    page.put(_in(language, chance.choice(words["titles"])) + "\n")
    page.cell(0, 0, _in(language, chance.choice(words["numbers"])))
    for column, label in enumerate(labels, 1):
        page.cell(0, column, _heads(language, label, chance))
    for row, values in enumerate(found, 1):
        page.text += "\n"
        page.cell(row, 0, str(row))
        for column, label in enumerate(labels, 1):
            page.cell(row, column, values.get(label, ""), label, row)
    return _made(units[0], page)


def _made(unit: Unit, page: _Page) -> tuple[Unit, Document]:
    page.put("\n")
    form = replace(unit, id=f"{unit.id}-form", text=page.text, spans=tuple(page.spans))
    tables = (Table(tuple(page.cells)),) if page.cells else ()
    return form, Document(_PART, page.text, tables=tables)
