"""The names of things in the three languages: fields, windows, classes, reasons, questions. The words are data, in
words/*.toml.

A name without a word (a rule that a company's own policy added, say) is printed as it is, underscores as spaces: a
letter that is due never fails for want of a word.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from templates.errors import TemplateTrouble

_PLACE = re.compile(r"\{(\w+)\}")
SHIPPED = Path(__file__).parent / "words"


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words: tables of key → text."""

    language: str
    tables: Mapping[str, Mapping[str, str]]
    questions: Mapping[str, Mapping[str, str]]

    def of(self, table: str, key: str) -> str:
        """The word for `key`, such as `of("windows", "full_report")`; the key itself where there is none."""
        return self.tables[table].get(key) or key.replace("_", " ")

    def has(self, table: str, key: str) -> bool:
        return key in self.tables[table]

    def phrase(self, key: str, **values: object) -> str:
        """A phrase with its `{places}` filled; braces inside the values stay as they are."""
        return self.filled("phrases", key, **values)

    def filled(self, table: str, key: str, **values: object) -> str:
        """The same for a word of another table."""
        return _PLACE.sub(lambda found: str(values.get(found[1], found[0])), self.of(table, key))

    def question(self, key: str) -> tuple[str, str] | None:
        """(question, why it matters) for a missing field; None for a name that is no field."""
        found = self.questions.get(key)
        return (found["ask"], found["why"]) if found else None


@lru_cache(maxsize=64)
def words(language: str, folder: Path | None = None) -> Words:
    """The words of a language (zh-CN, zh-TW or en), overlaid by `folder`/words/<language>.toml where a company has
    one.
    """
    tables = _read(SHIPPED / f"{language}.toml")
    own = folder / "words" / f"{language}.toml" if folder else None
    if own is not None and own.is_file():
        tables = _overlaid(tables, _read(own), own)
    questions = tables.pop("questions")
    return Words(language, tables, questions)


@lru_cache(maxsize=1)
def salutation_words() -> Mapping[str, Any]:
    return _read(SHIPPED / "salutations.toml")


@lru_cache(maxsize=1)
def tone() -> Mapping[str, tuple[str, ...]]:
    """Language → words that no letter to a customer says before the analysis: blame, admission, promises of remedy."""
    found = _read(SHIPPED / "tone.toml")
    return {language: tuple(banned) for language, banned in found.items() if language != "decided"}


@lru_cache(maxsize=1)
def decided() -> Mapping[str, tuple[str, ...]]:
    """Language → those of `tone()` that a letter may say once a person has decided so: remedies."""
    return {language: tuple(said) for language, said in _read(SHIPPED / "tone.toml")["decided"].items()}


def breaches_of_tone(text: str, language: str, *, is_decided: bool = False) -> tuple[str, ...]:
    """The words of `tone()` that stand in a text, in the list's order; without remedies where those are decided."""
    lowered = text.lower()
    allowed = decided()[language] if is_decided else ()
    return tuple(word for word in tone()[language] if word in lowered and word not in allowed)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise TemplateTrouble(
            path, 0, f"The word file is no valid TOML ({error})", 'Mend that line; texts stand in "quotes".'
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateTrouble(
            path, 0, f"The word file cannot be read ({error})", "Check its rights; it must be UTF-8."
        ) from error


def _overlaid(base: dict[str, Any], own: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """The company's words over ours. A table that we do not know is a typing error, and so is a word that is no
    text.
    """
    out = dict(base)
    for table, entries in own.items():
        if table not in base or not isinstance(entries, dict):
            raise TemplateTrouble(path, 0, f"[{table}] is no table of words", f"Use one of: {', '.join(base)}.")
        for key, word in entries.items():
            _check_form(word, table == "questions", f"{table}.{key}", path)
        out[table] = {**base[table], **entries}
    if "questions" in own:
        blank = {"ask": "", "why": ""}
        out["questions"] = {key: {**base["questions"].get(key, blank), **row} for key, row in out["questions"].items()}
    return out


def _check_form(word: object, question: bool, name: str, path: Path) -> None:
    """A word is a text; a question is a table of the texts `ask` and `why`."""
    right = isinstance(word, str)
    if question:
        right = (
            isinstance(word, dict)
            and word.keys() <= {"ask", "why"}
            and all(isinstance(text, str) for text in word.values())
        )
    if not right:
        raise TemplateTrouble(path, 0, f"{name} has the wrong form", "Write it as in the shipped file.")
