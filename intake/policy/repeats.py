"""Whether two complaints of one model are of the same problem (重复发生, 客诉信息处理流程 §4)."""

from collections.abc import Iterable

from intake.likeness.defects import alike


def same_defect(one: str | None, other: str | None) -> bool:
    """Whether two descriptions tell of one defect, in whichever words and language."""
    return alike(one, other)


def earlier_of(defect: str | None, known: Iterable[tuple[str, str, str | None]]) -> int:
    """How many of the earlier records (number, class, defect) are of class B or A and of this defect; each record
    once.
    """
    return len({number for number, letter, told in known if letter in ("A", "B") and same_defect(defect, told)})
