"""Whether two descriptions tell of one defect: by the kinds that they name, and by their letters where they name none.

表面划伤, 外觀刮痕 and "scratched surface" are one kind; 断裂 and 划伤 are two, however alike the rest is. The words are
in defects.toml.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

from rapidfuzz import fuzz

from parsers.normal.text import simplify

ALIKE = 0.7  # from this likeness on two descriptions are taken for one defect
SHORTEST = 2  # letters; less than this tells nothing
_LONGEST = 600  # letters of a description that are looked at
_OWN_WORDS = 60  # letters of a description that stands for itself
_FILLER = re.compile("表面|外观|产品|严重|部分|个别|发现|出现|存在|有|的|了|不良|现象|问题|批量|多处|轻微|缺陷")
# 无划伤, "no scratches": what is denied is no defect of this text.
_DENIED = re.compile(r"(?:没有|并无|未见|未发现|(?<!有)无|\bno|\bnot|\bwithout)\s*(?:any\s+|发现|出现)?$")


def plain(text: str | None) -> str:
    """Half width, lower case, Simplified, one space between words."""
    folded = simplify(unicodedata.normalize("NFKC", (text or "")[:_LONGEST]).casefold())
    return " ".join(re.sub(r"[^\w\s-]+|_", " ", folded).split())


@lru_cache(maxsize=4096)
def kinds(text: str) -> frozenset[str]:
    """The kinds of defect that a description names; empty where it names none that we know."""
    said = plain(text)
    found: set[str] = set()
    for match in _pattern().finditer(said):
        if not _DENIED.search(said[max(0, match.start() - 12) : match.start()]):
            found.add(_kind_of()[match[0]])
    return frozenset(found)


def named(texts: Iterable[str]) -> frozenset[str]:
    """What descriptions name together: kinds of defect, and the beginning of each description that has no kind."""
    return frozenset(name for text in texts for name in kinds(text) or {text.strip()[:_OWN_WORDS]} if name)


def likeness(one: str | None, other: str | None) -> float:
    """How likely two descriptions are of one defect: 0 to 1."""
    first, second = plain(one), plain(other)
    if min(len(first), len(second)) < SHORTEST:
        return 0.0
    here, there = kinds(one or ""), kinds(other or "")
    if here and there:
        common = len(here & there)
        return 0.8 + 0.2 * common / max(len(here), len(there)) if common else 0.0
    if here or there:
        return 0.0 if _letters(first, second) < 0.9 else 0.75
    return _letters(first, second)


def alike(one: str | None, other: str | None) -> bool:
    """Whether two descriptions are taken for one defect."""
    return likeness(one, other) >= ALIKE


def _letters(first: str, second: str) -> float:
    """How much of the shorter one's letters stand in the longer one; what everybody writes does not count."""
    bare, other = (_FILLER.sub("", text).strip() or text for text in (first, second))
    if min(len(bare), len(other)) < SHORTEST:
        return 0.0
    return max(fuzz.partial_ratio(bare, other), fuzz.token_set_ratio(bare, other)) / 100


@cache
def _kind_of() -> dict[str, str]:
    """Each word → its kind."""
    tables = tomllib.loads(Path(__file__).with_name("defects.toml").read_text(encoding="utf-8"))
    return {word: kind for kind, words in tables["kinds"].items() for word in words}


@cache
def _pattern() -> re.Pattern[str]:
    """The longest word first, so that it wins."""
    words = sorted(_kind_of(), key=len, reverse=True)
    return re.compile("|".join((r"\b" if word.isascii() else "") + re.escape(word) for word in words))
