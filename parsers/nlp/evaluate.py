"""How much of what a document says was read: found items against expected ones, field by field.

An expected item names for each field the values that count as right; None among them: leaving it out is right too. A
wrong value counts twice, as one too many and one missing. Items are paired so that what they agree on is most.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from parsers.assemble import TRUST, assemble
from parsers.document import Document
from parsers.nlp.corpus.markup import Unit
from parsers.nlp.pipeline import Extractor, shipped
from parsers.nlp.tagged import FIELDS, value_of
from parsers.types import ITEM_FIELDS, Item, Kind

MAIN_FIELDS = ("product", "model", "batch", "quantity_defective", "defect")
_ENOUGH = 0.6  # of a description's words in common
_CJK = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]")
_DASHES = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63]")
_WEIGHTS = {"model": 3.0, "product": 2.0, "batch": 2.0, "quantity_defective": 0.6, "defect": 0.5, "order_no": 0.3}
Accepted = Mapping[str, Sequence[Any]]
_NOTHING: tuple[Any, ...] = (None, "", (), [], {})


# ---------------------------------------------------------------- one value


def same(name: str, expected: Any, found: Any) -> bool:
    """Whether `found` says the same as `expected` in the field `name`."""
    if name == "batch":
        return _codes(expected) == _codes(found)
    if isinstance(expected, int | float) and isinstance(found, int | float):
        return math.isclose(expected, found, rel_tol=1e-6, abs_tol=1e-12)
    if isinstance(expected, Mapping) or isinstance(found, Mapping):
        return _amount(expected) == _amount(found)
    rule = _COMPARED.get(name)
    return rule(str(expected), str(found)) if rule else _tight(str(expected)) == _tight(str(found))


def _folded(text: str) -> str:
    text = _DASHES.sub("-", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(text.replace("×", "x").replace("〜", "~").split())


def _tight(text: str) -> str:
    return _folded(text).replace(" ", "")


def _codes(value: Any) -> frozenset[str]:
    return frozenset(_tight(str(one)) for one in (value if isinstance(value, list | tuple) else (value,)))


def _amount(value: Any) -> tuple[float, str] | None:
    if not isinstance(value, Mapping) or not isinstance(value.get("amount"), int | float):
        return None
    return round(float(value["amount"]), 6), str(value.get("currency", "")).upper()


def _one_holds_the_other(expected: str, found: str) -> bool:
    short, long = sorted((_tight(expected), _tight(found)), key=len)
    return short == long or (len(short) >= (2 if _CJK.search(short) else 3) and short in long)


def _same_number(expected: str, found: str) -> bool:
    """Of telephones: one's digits hold the other's, six at least."""
    short, long = sorted((re.sub(r"\D", "", expected), re.sub(r"\D", "", found)), key=len)
    return short == long != "" or (len(short) >= 6 and short in long)


def _same_time(expected: str, found: str) -> bool:
    """The same day, and the same minute where both name one."""
    one, other = expected.replace(" ", "T"), found.replace(" ", "T")
    return one[:10] == other[:10] and (len(one) < 16 or len(other) < 16 or one[11:16] == other[11:16])


def _described_alike(expected: str, found: str) -> bool:
    one, other = _folded(expected), _folded(found)
    if one == other:
        return True
    pieces = _pairs if _CJK.search(one) else _words
    a, b = pieces(one), pieces(other)
    total = a.total() + b.total()
    return bool(total) and 2 * (a & b).total() / total >= _ENOUGH


def _pairs(text: str) -> Counter[str]:
    letters = re.sub(r"[\W_]+", "", text)
    return Counter(letters[at : at + 2] for at in range(max(1, len(letters) - 1)))


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


_COMPARED = {
    "product": _one_holds_the_other,
    "company": _one_holds_the_other,
    "contact": _one_holds_the_other,
    "location": _one_holds_the_other,
    "phone": _same_number,
    "fax": _same_number,
    "reply_due": _same_time,
    "defect": _described_alike,
}


# ---------------------------------------------------------------- counting


@dataclass(slots=True)
class Tally:
    """What was right, too much or missing."""

    right: int = 0
    wrong: int = 0
    missing: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missing) if self.right + self.missing else 1.0

    @property
    def f1(self) -> float:
        whole = 2 * self.right + self.wrong + self.missing
        return 2 * self.right / whole if whole else 1.0

    def add(self, other: "Tally") -> None:
        self.right += other.right
        self.wrong += other.wrong
        self.missing += other.missing


@dataclass(frozen=True, slots=True)
class Fault:
    """A field that was read wrongly: `found` None where missing, `expected` empty where there was nothing to read."""

    field: str
    expected: tuple[Any, ...]
    found: Any


@dataclass(slots=True)
class Score:
    """Tallies by field, what went wrong, and each given value's confidence with whether it was right."""

    fields: dict[str, Tally] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    given: list[tuple[str, str, float, bool]] = field(default_factory=list)  # field, rule, confidence, right

    def of(self, names: Iterable[str] = MAIN_FIELDS) -> Tally:
        """The tally of several fields together."""
        whole = Tally()
        for name in names:
            whole.add(self.fields.get(name, Tally()))
        return whole

    def add(self, other: "Score") -> None:
        for name, tally in other.fields.items():
            self.fields.setdefault(name, Tally()).add(tally)
        self.faults += other.faults
        self.given += other.given

    def judge(self, name: str, accepted: Sequence[Any], found: Any) -> None:
        """Counts one field. `found` is a Field or None."""
        value = None if found is None or found.value in _NOTHING else found.value
        may_lack = not accepted or any(one in _NOTHING for one in accepted)
        known = tuple(one for one in accepted if one not in _NOTHING)
        right = value is not None and any(same(name, one, value) for one in known)
        tally = self.fields.setdefault(name, Tally())
        if value is not None:
            tally.right += right
            tally.wrong += not right
            self.given.append((name, found.rule, found.confidence, right))
        if not right and not may_lack:
            tally.missing += 1
        if not right and (value is not None or not may_lack):
            self.faults.append(Fault(name, known, value))


def score_items(expected: Sequence[Accepted], found: Sequence[Item], names: Sequence[str] = ITEM_FIELDS) -> Score:
    """All items of one document; one without a counterpart counts with all its fields."""
    score = Score()
    pairs = _paired(expected, found)
    for one, other in pairs:
        for name in names:
            score.judge(name, one.get(name, ()), None if other is None else getattr(other, name))
    taken = {id(other) for _, other in pairs}
    for item in found:
        if id(item) not in taken:
            for name in names:
                score.judge(name, (), getattr(item, name))
    return score


def _paired(expected: Sequence[Accepted], found: Sequence[Item]) -> list[tuple[Accepted, Item | None]]:
    likeness = sorted(
        ((_alike(one, other), i, j) for i, one in enumerate(expected) for j, other in enumerate(found)),
        key=lambda entry: (-entry[0], entry[1], entry[2]),
    )
    partner: dict[int, int] = {}
    for alike, i, j in likeness:
        if alike > 0 and i not in partner and j not in partner.values():
            partner[i] = j
    return [(one, found[partner[i]] if i in partner else None) for i, one in enumerate(expected)]


def _alike(expected: Accepted, found: Item) -> float:
    total = 0.0
    for name, weight in _WEIGHTS.items():
        given = getattr(found, name)
        if given is not None and any(
            one not in _NOTHING and same(name, one, given.value) for one in expected.get(name, ())
        ):
            total += weight
    return total


# ---------------------------------------------------------------- the corpus

MARKED_FIELDS = tuple(FIELDS.values())
_ANY_DAY = date(2024, 6, 1)
_SUBJECT = re.compile(r"(?:subject|主题|主旨|主題)[:：][ \t]*(?P<words>[^\n]*)(?:\n|$)", re.IGNORECASE)


def documents_of(unit: Unit) -> list[Document]:
    """The unit as the parts of a mail: its body, and a subject where its first line gives one."""
    subject = _SUBJECT.match(unit.text)
    if subject is None:
        return [Document("body", unit.text)]
    return [Document("body", unit.text[subject.end() :]), Document("subject", subject["words"])]


def expected_of(unit: Unit) -> list[dict[str, tuple[Any, ...]]]:
    """The items that a unit's marks speak of; marks without an item number speak of all."""
    numbers = sorted({span.item for span in unit.spans if span.item is not None}) or [1]
    items = []
    for number in numbers:
        item: dict[str, tuple[Any, ...]] = {}
        for label, name in FIELDS.items():
            own = [span for span in unit.spans if span.label == label and span.item in (None, number)]
            texts = [unit.text[span.start : span.end] for span in own]
            if texts:
                item[name] = (tuple(texts),) if name == "batch" else tuple(_valued(name, text) for text in texts)
        if item:
            items.append(item)
    return items


def _valued(name: str, text: str) -> Any:
    if name in ("product", "model", "order_no", "defect"):
        return text
    return value_of(name, text, _ANY_DAY)[0]


def score_unit(unit: Unit, extractor: Extractor) -> Score:
    """A complaint of the corpus, read as a mail without headers."""
    found, views = extractor.candidates_of([(one, TRUST[one.part]) for one in documents_of(unit)], _ANY_DAY)
    return score_items(expected_of(unit), assemble(found, views).items, MARKED_FIELDS)


def score_units(units: Iterable[Unit], extractor: Extractor | None = None) -> dict[str, Score]:
    """The complaints among the units, by language, and `all`."""
    scores: dict[str, Score] = {"all": Score()}
    for unit in units:
        if unit.attributes["kind"] == Kind.COMPLAINT and unit.spans:
            score = score_unit(unit, extractor or shipped())
            scores["all"].add(score)
            scores.setdefault(unit.language, Score()).add(score)
    return scores
