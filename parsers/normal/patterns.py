"""Loads the pattern files (*.toml) beside the code: `<<name>>` in a pattern stands for the part of that name."""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_PLACE = re.compile(r"<<(\w+)>>")


@cache
def load(name: str) -> dict[str, Any]:
    """The file's tables as they stand."""
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text("utf-8"))


def expand(pattern: str, parts: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda match: expand(parts[match[1]], parts), pattern)


class Taken:
    """Stretches of a text that are already spoken for; none overlaps another."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def take(self, start: int, end: int) -> bool:
        """Takes a stretch, unless it overlaps one that is taken: then False."""
        place = bisect_left(self._starts, end)
        if place and self._ends[place - 1] > start:
            return False
        self._starts.insert(place, start)
        self._ends.insert(place, end)
        return True


class Patterns:
    """The compiled patterns of one file: `[pattern]` by name, and lists of patterns by theirs."""

    def __init__(self, name: str, parts: Mapping[str, str] | None = None) -> None:
        table = load(name)
        self._parts = {**table.get("part", {}), **(parts or {})}
        self._table = table

    def compile(self, pattern: str) -> re.Pattern[str]:
        return re.compile(expand(pattern, self._parts))

    def __getitem__(self, name: str) -> re.Pattern[str]:
        return self.compile(self._table["pattern"][name])

    def list(self, name: str) -> tuple[re.Pattern[str], ...]:
        return tuple(self.compile(pattern) for pattern in self._table[name])
