"""Earlier records that are like one, the likest first, each with why: the same or a similar model, the same defect."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from intake.likeness.defects import ALIKE, likeness, plain
from storage.eight_d import EightD
from storage.marks import mark, name_mark
from storage.records import ItemOf, Record

_FAMILY = re.compile(r"\D*\d+")
_SHORTEST_FAMILY = 3  # letters: "m6" is no family


class Why(StrEnum):
    """What two records have in common, the strongest first."""

    SAME_MODEL_LIKE_DEFECT = "same_model_like_defect"
    SIMILAR_MODEL_LIKE_DEFECT = "similar_model_like_defect"
    SAME_PRODUCT_LIKE_DEFECT = "same_product_like_defect"
    SAME_CUSTOMER_LIKE_DEFECT = "same_customer_like_defect"
    SAME_MODEL = "same_model"  # where one of the two names no defect

    def words(self, language: str) -> str:
        """In zh-CN, zh-TW or en."""
        return _words()[language][self.value]


@dataclass(frozen=True, slots=True)
class Similar:
    """An earlier record that is like another. `likeness` of the defects is 0 to 1; causes and actions are its 8D's."""

    number: str
    why: Why
    likeness: float
    company: str | None
    model: str | None
    defect: str | None
    causes: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()


def family(model: str | None) -> str:
    """The beginning that models of one family share: HX-200B and HX-200C → "hx-200"; empty where there is none."""
    found = _FAMILY.match(mark(model or ""))
    return found[0] if found and len(found[0]) >= _SHORTEST_FAMILY else ""


def ranked(record: Record, earlier: Iterable[Record], limit: int) -> tuple[Similar, ...]:
    """The likest of some records, itself left out."""
    found = [(one, similar) for one in earlier if one.number != record.number and (similar := _similar(record, one))]
    order = list(Why)
    found.sort(key=lambda pair: pair[0].received_at, reverse=True)
    found.sort(key=lambda pair: (order.index(pair[1].why), -pair[1].likeness))
    return tuple(similar for _, similar in found[:limit])


def causes_and_actions(report: EightD) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What an 8D found and did, in its own words: for whoever meets the same again."""
    causes = tuple(cause.text for cause in report.d4.causes if cause.text)
    return causes, tuple(action.text for action in report.d5 if action.text)


def _similar(record: Record, one: Record) -> Similar | None:
    """By the pair of items that is likest."""
    customer = _same_customer(record, one)
    pairs = [
        (why, alike, theirs)
        for mine in record.items
        for theirs in one.items
        for alike in (likeness(mine.defect, theirs.defect),)
        if (why := _why(mine, theirs, alike, customer))
    ]
    if not pairs:
        return None
    order = list(Why)
    why, alike, item = min(pairs, key=lambda pair: (order.index(pair[0]), -pair[1]))
    return Similar(one.number, why, alike, one.customer.company, item.model, item.defect)


def _why(mine: ItemOf, theirs: ItemOf, alike: float, customer: bool) -> Why | None:
    same_model = bool(mine.model) and mark(mine.model or "") == mark(theirs.model or "")
    if alike < ALIKE:
        silent = not mine.defect or not theirs.defect
        return Why.SAME_MODEL if same_model and silent else None
    if same_model:
        return Why.SAME_MODEL_LIKE_DEFECT
    if family(mine.model) and family(mine.model) == family(theirs.model):
        return Why.SIMILAR_MODEL_LIKE_DEFECT
    if mine.product and plain(mine.product) == plain(theirs.product):
        return Why.SAME_PRODUCT_LIKE_DEFECT
    return Why.SAME_CUSTOMER_LIKE_DEFECT if customer else None


def _same_customer(record: Record, one: Record) -> bool:
    if record.customer_id is not None and record.customer_id == one.customer_id:
        return True
    here, there = record.customer, one.customer
    if here.email and here.email == there.email:
        return True
    return bool(here.company) and name_mark(here.company or "") == name_mark(there.company or "")


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
