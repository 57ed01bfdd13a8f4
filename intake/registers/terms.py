"""The words of the lists, in the company's language, and a list's rows as a sheet with its title and heads."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from intake.workbooks import Column, Row, Sheet
from templates.words import words

LANGUAGES = ("zh-CN", "zh-TW", "en")
SHARES = frozenset({"rate", "defect_rate"})  # fractions, shown in percent
_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Terms:
    language: str

    @classmethod
    def of(cls, language: str) -> "Terms":
        """Those of a language; of one that we have not, English."""
        return cls(language if language in LANGUAGES else "en")

    def sheet(self, name: str, rows: Sequence[Row]) -> Sheet:
        heads = {**self._table("heads"), **self._table("list_heads").get(name, {})}
        columns = [Column(column, heads[column], width, column in SHARES) for column, width in _read("columns")[name]]
        return Sheet(self._table("titles")[name], columns, rows, self.phrase("page"))

    def phrase(self, name: str) -> str:
        return str(self._table("phrases")[name])

    def ours(self, table: str, name: str) -> str:
        """A word of ours; where we have none, the name as it stands."""
        return str(self._table("words")[table].get(name, name))

    def word(self, table: str, name: str) -> str:
        """A word of the letters'."""
        return words(self.language).of(table, name)

    def joined(self, parts: Iterable[str]) -> str | None:
        return self.phrase("separator").join(dict.fromkeys(part for part in parts if part)) or None

    def _table(self, name: str) -> Mapping[str, Any]:
        table: Mapping[str, Any] = _read(self.language)[name]
        return table


@cache
def _read(name: str) -> Mapping[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
