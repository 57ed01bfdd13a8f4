"""The site's words, and moments, spans and figures as its two languages write them. Pure.

The words are data, in templates/web/words; names that letters use as well (windows, classes, fields) come from
`templates.words`.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import templates
from intake.review.sentences import joined, said
from templates.words import Words, words

LANGUAGES = ("zh-CN", "en")
WEB = Path(templates.__file__).parent / "web"
SOON = timedelta(hours=4)  # ours: time left that is shown as short

# What a place of one of our lines holds (`sentences`), and where its name is found.
_LETTERS_TABLES = {"window": "windows", "field": "fields", "purpose": "purposes", "kind": "task_kinds"}
_SITE_TABLES = {
    "act": "acts", "key": "act_keys", "role": "roles",
    "state": "states", "letter_state": "letter_states", "report_state": "report_states",
}  # fmt: skip
_LINES = frozenset({"line", "points"})  # lines of ours in a line
_LISTS = {"fields": "field", "states": "state", "roles": "role", "acts": "act", "keys": "key"}

_PLACE = re.compile(r"\{(\w+)\}")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(maxsize=8)
def table(language: str) -> Mapping[str, str]:
    """All words of a language by their dotted keys."""
    read = tomllib.loads((WEB / "words" / f"{language}.toml").read_text(encoding="utf-8"))
    return dict(_flat(read, ""))


def _flat(read: Mapping[str, Any], prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in read.items():
        found += _flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else [(prefix + key, str(value))]
    return found


@dataclass(frozen=True, slots=True)
class Left:
    """How much time a promise has left: `kind` is late, soon, fine or none; `text` says it in words."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Wording:
    """One language at one moment, in the company's time zone."""

    language: str
    zone: ZoneInfo
    now: datetime
    folder: Path | None = None  # the company's own templates, whose words go before the shipped ones

    def t(self, key: str, **values: object) -> str:
        """The word of a key, its `{places}` filled. KeyError for an unknown key: a test asks for all of them."""
        return _PLACE.sub(lambda found: str(values.get(found[1], found[0])), table(self.language)[key])

    def has(self, key: str) -> bool:
        return key in table(self.language)

    @property
    def letters(self) -> Words:
        return words(self.language, self.folder)

    def name(self, kind: str, key: object) -> str:
        """The name of a window, a class, a reason, a purpose, … as letters write it."""
        return self.letters.of(kind, str(key))

    def said(self, text: str) -> str:
        """One of our English lines (a refusal, a remedy, a warning) in this language."""
        return said(text, self.language, self._named)

    def sentence(self, error: Exception) -> str:
        """What an error says, and what to do about it."""
        cause, remedy = getattr(error, "cause", str(error)), getattr(error, "remedy", "")
        return joined([self.said(part) for part in (cause, remedy) if part], self.language)

    def _named(self, place: str, word: str) -> str:
        """What stands in a place of a line: the names of windows, fields, acts … among other words."""
        word = word.strip("'") if len(word) > 1 else word
        if place in _LISTS:
            return self.t("record.list_comma").join(self._named(_LISTS[place], one) for one in word.split(", "))
        if place in _LINES:
            return self.t("record.list_comma").join(self.said(one) for one in word.split("; "))
        if place in _LETTERS_TABLES and self.letters.has(_LETTERS_TABLES[place], word):
            return self.name(_LETTERS_TABLES[place], word)
        key = f"{_SITE_TABLES.get(place, '')}.{word}"
        return self.t(key) if self.has(key) else word

    def when(self, moment: datetime | None) -> str:
        """A day and a time; the year where it is another one."""
        if moment is None:
            return ""
        local = moment.astimezone(self.zone)
        this_year = local.year == self.now.astimezone(self.zone).year
        if self.language == "en":
            return f"{local.day} {_MONTHS[local.month - 1]}{'' if this_year else f' {local.year}'}, {local:%H:%M}"
        return f"{'' if this_year else f'{local.year}年'}{local.month}月{local.day}日 {local:%H:%M}"

    def exact(self, moment: datetime) -> str:
        """For machines, and for who points at a time: with seconds and zone."""
        return moment.astimezone(self.zone).isoformat(sep=" ", timespec="seconds")

    def span(self, length: timedelta) -> str:
        """The two largest parts of a span: 2 d 4 h, 3 h 20 min, 5 min."""
        minutes = max(int(length.total_seconds() // 60), 0)
        days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
        parts = [(days, "span.d"), (hours, "span.h"), (rest, "span.min")]
        first = next((place for place, (number, _) in enumerate(parts) if number), 2)
        return self.t("span.between").join(
            self.t(key, n=number) for number, key in parts[first : first + 2] if number or first == 2
        )

    def left(self, due: datetime | None) -> Left:
        """What a promise has left, now."""
        if due is None:
            return Left("none", self.t("left.none"))
        rest = due - self.now
        if rest < timedelta():
            return Left("late", self.t("left.late", span=self.span(-rest)))
        return Left("soon" if rest < SOON else "fine", self.t("left.fine", span=self.span(rest)))

    def number(self, value: float | None) -> str:
        if value is None:
            return ""
        return f"{int(value):,}" if value == int(value) else f"{value:,.2f}".rstrip("0").rstrip(".")
