"""Our English sentences (refusals, remedies, warnings) in a user's language. Pure.

Errors, and what is kept of them in the database, are English lines: the terminal prints them as they are. A page says
them by the catalogue `templates/web/words/sentences*.toml`: each entry holds the English line with its {places} and the
same in Chinese; also in English, where the line speaks of the terminal. What stands in a place is named in the user's
language where the place says what it is ({window}, {field}, {act}, {state}, {roles}). A line that no entry fits is
shown as it is; a test asks for every refusal of the acts.
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import templates

_FILES = ("sentences.toml", "sentences_api.toml")
_FOLDER = Path(templates.__file__).parent / "web" / "words"
_PLACE = re.compile(r"\{(\w+)\}")
_END = re.compile(r"(?<=[.!?])\s+")
_FULL_STOPS = "。！？；："
_LONGEST = 4_000  # letters of a line that is looked up

Namer = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class _Entry:
    english: re.Pattern[str]
    said: Mapping[str, str]  # language → the line with its places


@lru_cache(maxsize=1)
def _catalogue() -> tuple[_Entry, ...]:
    read = [tomllib.loads((_FOLDER / name).read_text(encoding="utf-8")) for name in _FILES]
    entries = [_Entry(_pattern(one["en"]), _by_language(one)) for part in read for one in part["sentence"]]
    return tuple(sorted(entries, key=lambda one: -len(_fixed(one.english.pattern))))  # the most definite first


def _by_language(entry: Mapping[str, str]) -> Mapping[str, str]:
    return {"en" if name == "site" else name: line for name, line in entry.items() if name != "en"}


def _pattern(english: str) -> re.Pattern[str]:
    parts = _PLACE.split(english)
    out = "".join(re.escape(part) if n % 2 == 0 else f"(?P<{part}>.*?)" for n, part in enumerate(parts))
    return re.compile(out, re.DOTALL)


def _fixed(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>\.\*\?\)", "", pattern)


def said(text: str, language: str, named: Namer) -> str:
    """The line in the language; as it is where the catalogue has none of it. `named(place, word)` names a word."""
    line = text.strip()
    if not line or len(line) > _LONGEST:
        return text
    for entry in _catalogue():
        other = entry.said.get(language)
        found = entry.english.fullmatch(line) if other is not None else None
        if other is not None and found is not None:
            return _filled(other, found.groupdict(), named)
    parts = _END.split(line)
    if len(parts) == 1:
        return text
    return joined([said(part, language, named) for part in parts], language)


def joined(parts: Sequence[str], language: str) -> str:
    """Sentences one after the other: Chinese ones without a blank between them."""
    out = ""
    for part in parts:
        blank = " " if out and part and not (language.startswith("zh") and out[-1] in _FULL_STOPS) else ""
        out += f"{blank}{part}"
    return out


def _filled(line: str, places: Mapping[str, str], named: Namer) -> str:
    return _PLACE.sub(lambda place: named(place[1], places.get(place[1], "")), line)


def has(text: str, language: str) -> bool:
    """Whether the catalogue knows the line in this language."""
    return any(language in entry.said and entry.english.fullmatch(text.strip()) for entry in _catalogue())
