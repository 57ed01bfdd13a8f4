"""Loads the pattern files (*.toml) beside the code: `<<name>>` in a pattern stands for the part of that name."""

import re
import tomllib
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
