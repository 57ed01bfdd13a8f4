"""Whether two complaints of one model are of the same problem (重复发生, 客诉信息处理流程 §4)."""

import unicodedata
from collections.abc import Iterable

from rapidfuzz import fuzz

ALIKE = 70.0  # of 100: customers seldom use the same words twice ("漏油", "轴端漏油严重")
SHORTEST = 2


def same_defect(one: str | None, other: str | None) -> bool:
    """Whether two descriptions tell of one defect: the shorter one is mostly found in the longer."""
    first, second = _plain(one), _plain(other)
    if min(len(first), len(second)) < SHORTEST:
        return False
    return max(fuzz.partial_ratio(first, second), fuzz.token_set_ratio(first, second)) >= ALIKE


def earlier_of(defect: str | None, known: Iterable[tuple[str, str, str | None]]) -> int:
    """How many of the earlier records (number, class, defect) are of class B or A and of this defect; each record
    once.
    """
    return len({number for number, letter, told in known if letter in ("A", "B") and same_defect(defect, told)})


def _plain(text: str | None) -> str:
    folded = unicodedata.normalize("NFKC", text or "").casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())
