"""An 8D as the texts of its form's cells, and back: what `word` prints and `readback` reads.

Figures are printed plainly (1500, 2.5), dates as YYYY-MM-DD, choices by their word, lists and chains of whys one a
line. Reading takes what people type: 1,500, 95 %, 2026年11月3日, ☑.
"""

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from enum import StrEnum
from math import isfinite
from typing import Any

from parsers.normal.dates import parse_date
from storage.eight_d import Axis, Document, FiveM, Level, Place
from templates.eight_d import LANGUAGES, Labels, labels

CHOICES: Mapping[str, tuple[str, type[StrEnum]]] = {
    "place": ("places", Place),
    "axis": ("axes", Axis),
    "level": ("levels", Level),
    "category": ("categories", FiveM),
    "document": ("documents", Document),
}
MAY_LACK = frozenset({"category"})  # choices that may be none
LISTS = frozenset({"batches", "serials", "whys"})
DATES = frozenset(
    {
        "found_on", "done_on", "start", "clean_date", "planned_on", "containment_lifted_on", "customer_approved_on",
        "changed_on", "accepted_on", "closed_on",
    }
)  # fmt: skip
ANSWERS = frozenset({"safety_relevant", "no_fault_found", "customer_approval_needed", "changed"})
FIGURES = frozenset(
    {
        "emergency_effect", "quantity_complained", "quantity_shipped", "quantity_checked", "quantity_defective",
        "quantity_returned", "quantity_suspect", "quantity_found", "share", "verified_quantity", "verified_effect",
    }
)  # fmt: skip
# Word draws a ticked box as ☒.
_YES, _NO = (
    {"☑", "☒", "√", "✓", "■", "y", "yes", "是", "有", "true"},
    {"☐", "□", "×", "n", "no", "否", "無", "无", "false"},
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_UNWORDABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def is_figure(section: str, name: str) -> bool:
    return name in FIGURES or (section == "d3" and name == "effect")


def shown(section: str, name: str, value: Any, known: Labels) -> str:
    """A field's value as its cell shows it."""
    if value is None or value == "" or value == ():
        return ""
    if isinstance(value, bool):
        return known["words"]["yes" if value else "no"]
    if isinstance(value, StrEnum):
        return known[CHOICES[name][0]][value.value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float | int):
        return f"{value:g}" if abs(value) < 1e6 else repr(int(value) if value == int(value) else value)
    if isinstance(value, tuple):
        return "\n".join(wordable(one) for one in value)
    return wordable(str(value))


def wordable(text: str) -> str:
    """A text as Word can hold it: no control characters, line ends as \\n, no blanks around a line."""
    lines = _UNWORDABLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(" ".join(line.split()) for line in lines).strip()


class Unreadable(ValueError):
    """A cell that holds no value of its field."""


def read(section: str, name: str, text: str, known: Labels, today: date) -> Any:
    """The value that a cell's text means; Unreadable where it means none. An empty cell is an empty field."""
    text = wordable(text)
    if name in LISTS:
        return tuple(line for line in text.split("\n") if line)
    if not text:
        return False if name == "no_fault_found" else None if _has_none(section, name) else ""
    if name in CHOICES:
        return _choice(name, text, known)
    if name in ANSWERS:
        return _answer(text, known)
    if name in DATES:
        return _day(text, today)
    if is_figure(section, name):
        found = _NUMBER.search(text.replace(",", "").replace("，", ""))
        if found is None or not isfinite(float(found[0])):
            raise Unreadable("is no number")
        return float(found[0])
    return text


def _day(text: str, today: date) -> date:
    """A day as we print it, or as people write it; without its year, the one that is nearest to today."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        stated = {parse_date(text, today, future) for future in (False, True)}
    days = [date.fromisoformat(one) for one in stated if one and len(one) == len("YYYY-MM-DD")]
    if not days:
        raise Unreadable("is no date")
    return min(days, key=lambda day: abs(day - today))


def _has_none(section: str, name: str) -> bool:
    return name in CHOICES or name in ANSWERS or name in DATES or is_figure(section, name)


def _choice(name: str, text: str, known: Labels) -> StrEnum:
    """By its word in the form's language, else in another: a form that a company worded itself may hold any."""
    table, kind = CHOICES[name]
    plain = text.casefold()
    for words in (known, *(labels(language) for language in LANGUAGES)):
        for key, word in words[table].items():
            if plain in (word.casefold(), key.casefold()):
                return kind(key)
    raise Unreadable(f"is none of {', '.join(known[table].values())}")


def _answer(text: str, known: Labels) -> bool:
    plain = text.casefold()
    if plain in _YES or plain == known["words"]["yes"].casefold():
        return True
    if plain in _NO or plain == known["words"]["no"].casefold():
        return False
    raise Unreadable(f"is neither {known['words']['yes']} nor {known['words']['no']}")


def filled(row: Any, section: str, cells: Mapping[str, str], known: Labels, today: date) -> tuple[Any, dict[str, str]]:
    """A dataclass with the values of its cells, and what could not be read: field → why."""
    names = {each.name for each in fields(row)}
    values, troubles = {}, {}
    for name, text in cells.items():
        if name not in names:
            continue
        try:
            value = read(section, name, text, known, today)
        except Unreadable as error:
            troubles[name] = f"{text!r} {error}"
            continue
        if value is not None or name not in CHOICES or name in MAY_LACK:
            values[name] = value
    return replace(row, **values), troubles
