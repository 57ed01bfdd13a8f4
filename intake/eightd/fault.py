"""What a check of an 8D looks at, and the words by which it looks (`checks.toml`)."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from storage.eight_d import Action, Axis, Cause, Containment, EightD
from storage.records import Record

Found = Iterator[tuple[str, str]]  # (field, about): the value, place or document in question


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What the complaint says of the quantities."""

    quantity_defective: float | None = None
    quantity_shipped: float | None = None


def record_facts(record: Record) -> RecordFacts:
    def total(name: str) -> float | None:
        known = [value for item in record.items if (value := getattr(item, name)) is not None]
        return sum(known) if known else None

    return RecordFacts(total("quantity_defective"), total("quantity_shipped"))


@dataclass(frozen=True, slots=True)
class Facts:
    report: EightD
    record: RecordFacts
    today: date
    first: bool  # D0 to D3 alone are sent

    def causes(self, axis: Axis) -> list[Cause]:
        return [cause for cause in self.report.d4.causes if cause.axis is axis and cause.text.strip()]

    def actions(self) -> list[tuple[int, Action]]:
        """The corrective actions that say something, by their number."""
        return [(n, action) for n, action in enumerate(self.report.d5, 1) if action.text.strip()]

    def contained(self) -> list[Containment]:
        """The places where something is done."""
        return [row for row in self.report.d3.rows if row.action.strip() and not says(row.action, "nothing_there")]


@cache
def table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("checks.toml").read_text(encoding="utf-8"))


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile("|".join(table()["words"][name]), re.IGNORECASE)


def says(text: str, name: str) -> bool:
    """Whether a text has one of the words of `name`."""
    return _pattern(name).search(text) is not None


def says_little_else(text: str, name: str) -> bool:
    """Whether nothing of weight is left once the words of `name` are taken out."""
    rest = _pattern("of_no_weight").sub("", _pattern(name).sub("", text))
    return says(text, name) and len(rest) <= 8


def short(text: str) -> str:
    return text[:60]
