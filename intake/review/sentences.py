"""Our English sentences (refusals, remedies, warnings) in a user's language. Pure.

Errors, and what is kept of them in the database, are English lines: the terminal prints them as they are. A page says
them by the catalogue `templates/web/words/sentences.toml`: each entry holds the English line with its {places} and the
same in Chinese. What stands in a place is named in the user's language where the place says what it is ({window},
{field}, {act}, {state}, {roles}). A line that no entry fits is shown as it is; a test asks for every refusal of
the acts.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import templates

_FILE = Path(templates.__file__).parent / "web" / "words" / "sentences.toml"
_PLACE = re.compile(r"\{(\w+)\}")
_LONGEST = 4_000  # letters of a line that is looked up

Namer = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class _Entry:
    english: re.Pattern[str]
    said: Mapping[str, str]  # language → the line with its places


@lru_cache(maxsize=1)
def _catalogue() -> tuple[_Entry, ...]:
    read = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    entries = [_Entry(_pattern(one["en"]), {k: v for k, v in one.items() if k != "en"}) for one in read["sentence"]]
    return tuple(sorted(entries, key=lambda one: -len(_fixed(one.english.pattern))))  # the most definite first


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
    return text


def _filled(line: str, places: Mapping[str, str], named: Namer) -> str:
    return _PLACE.sub(lambda place: named(place[1], places.get(place[1], "")), line)


def has(text: str, language: str) -> bool:
    """Whether the catalogue knows the line in this language."""
    return any(language in entry.said and entry.english.fullmatch(text.strip()) for entry in _catalogue())
