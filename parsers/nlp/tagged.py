"""The tagger's marks as proposals: the marked words in the normal form of their field."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from spacy.tokens import Doc

from parsers.nlp.candidates import Candidate, Pair, View
from parsers.nlp.codes import listed
from parsers.nlp.judge import TAGGED
from parsers.nlp.plain import plain
from parsers.nlp.tagger.component import Mark
from parsers.nlp.values import READERS, batch_values, find_dispositions
from parsers.normal.dates import parse_date

FIELDS = {
    "PRODUCT": "product",
    "MODEL": "model",
    "BATCH": "batch",
    "ORDER_NO": "order_no",
    "PROD_DATE": "production_date",
    "SHIP_DATE": "ship_date",
    "QTY_SHIPPED": "quantity_shipped",
    "QTY_INSPECTED": "quantity_inspected",
    "QTY_DEFECTIVE": "quantity_defective",
    "RATE": "defect_rate",
    "DEFECT": "defect",
    "DISPOSITION": "disposition",
}
SENDERS = {"COMPANY": "company", "CONTACT": "contact", "PHONE": "phone", "FAX": "fax", "LOCATION": "location"}
_AS_WRITTEN = frozenset({"product", "model", "order_no", "defect"})
_CELL = 60  # characters of a form's value; in a longer one the label speaks of the whole
_NO_DATE = frozenset({"unknown", "defect"})  # labels of texts that may hold a date of any meaning
_SURE_LABELS = frozenset({"label", "table_row", "table_column", "table_inherited"})
_CODES = frozenset({"batch", "model", "order_no"})
_DATE = re.compile(r"(?:19|20)\d\d[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?")  # with separators: no code
# words that nothing ends with, and the word behind them, also on the next line
_LEADS_ON = re.compile(
    r"(?<![a-z])(?:the|an?|of|in|on|at|to|for|with|and|or|by|from|into|under|after|than|its?|our)$", re.I
)
_WORD = re.compile(r"\s{1,3}[^\s.,;:!?。，；]{1,30}")
_MOST_WORDS = 4
# a day before which something is to happen, also where a line ends within it: 2026年9月⏎15日前
_BEFORE = re.compile(r"\s{0,2}(?:\d{1,2}\s?[日号])?\s?(?:[之以]?前(?!后|天|段|期|批|次))")
_ENDS = " \t\n,;:、。.，；：\"'“”()（）[]【】"


def customers_words(view: View, start: int, end: int) -> str:
    """The document's text with all but the customer's own words blanked; signatures stay. From `start` to `end`."""
    return "".join(
        character if folded != "\n" else "\n"
        for character, folded in zip(view.text[start:end], view.whole[start:end], strict=True)
    )


def candidates_of(doc: Doc, view: View, today: date) -> Iterator[Candidate]:
    """A proposal for each mark of a field of an item; what stands in a signature proposes nothing."""
    labelled = [
        pair
        for pair in view.pairs
        if pair.end - pair.start <= _CELL and pair.rule in _SURE_LABELS and pair.label not in _NO_DATE
    ]
    for mark in doc._.marks:
        name = FIELDS.get(mark.label)
        if name is None or not view.plain[mark.start : mark.end].strip():
            continue
        dated = name.endswith("_date")
        if not (dated and (_BEFORE.match(view.plain, mark.end) or _dated_otherwise(name, mark, labelled))):
            yield from _candidates(name, mark, view, today)


def _dated_otherwise(name: str, mark: Mark, labelled: Sequence[Pair]) -> bool:
    """Whether the label beside a date names another: a day under 进货日期 is no day of production. Of other fields the tagger
    was measured to know better than the label.
    """  # noqa: E501
    return any(pair.label != name and pair.start <= mark.start and mark.end <= pair.end for pair in labelled)


def senders_of(doc: Doc, view: View) -> Iterator[Candidate]:
    """What the marks say of the customer; what stands in a signature counts here."""
    for mark in doc._.marks:
        name = SENDERS.get(mark.label)
        if name is not None and view.whole[mark.start : mark.end].strip():
            start, end = _trimmed(view.text[mark.start : mark.end], mark.start, name)
            if start < end:
                yield Candidate(name, view.text[start:end], view.part, start, end, mark.probability, TAGGED)


def _candidates(name: str, mark: Mark, view: View, today: date) -> Iterator[Candidate]:
    start, end = mark.start, mark.end
    text = view.text[start:end]
    if name in _AS_WRITTEN or name == "batch":
        start, end = _trimmed(text, start, name)
        if name == "defect":
            end = _with_its_last_word(view.text, start, end)
        if name == "batch":
            end = _with_its_list(view.plain, start, end)
        words = re.sub(r"\s+", " ", view.text[start:end])
        if words and not (name in _CODES and _no_code(view, start, words)):
            said: object = _batches(view.text[start:end]) if name == "batch" else words
            yield Candidate(name, said, view.part, start, end, mark.probability, TAGGED)
        return
    value, unit = value_of(name, text, today)
    if value is not None:
        yield Candidate(name, value, view.part, start, end, mark.probability, TAGGED, None, unit)


def _with_its_last_word(text: str, start: int, end: int) -> int:
    """Where a description ends that must not end in "in the": with the word to which that leads."""
    for _ in range(_MOST_WORDS):
        more = _WORD.match(text, end)
        if more is None or _LEADS_ON.search(text, max(start, end - 12), end) is None:
            break
        end = more.end()
    return end


def _with_its_list(folded: str, start: int, end: int) -> int:
    """Where a list of batches ends of which the first was marked: codes of its form follow (26D09 and 26D10)."""
    for first, last in listed(folded, start, end)[1:]:
        if _form(folded[first:last]) != _form(folded[start:end]):
            break
        end = last
    return end


def _form(code: str) -> str:
    return re.sub(r"[a-z]", "a", re.sub(r"\d", "0", code))


def _no_code(view: View, start: int, words: str) -> bool:
    """A whole date, or the host of an address."""
    return _DATE.fullmatch(words) is not None or view.text[max(0, start - 1) : start] == "@"


def _batches(text: str) -> tuple[str, ...]:
    """The numbers of marked words: 20250217A/20250218B are two."""
    found = tuple(text[start:end] for start, end in batch_values(text))
    return found or (re.sub(r"\s+", " ", text),)


def _trimmed(text: str, start: int, name: str) -> tuple[int, int]:
    edges = _ENDS if name != "model" else " \t\n,;:、。，；："
    bare = text.strip(edges)
    if name != "defect" and bare.count("(") < text.count("(") and bare.count(")") == text.count(")"):
        bare = text.strip(" \t\n,;:、。，；：")
    at = text.find(bare)
    return start + at, start + at + len(bare)


def value_of(name: str, text: str, today: date) -> tuple[object, str | None]:
    """The normal form of marked words and, of a count, its unit; None where the words say no value."""
    if name.startswith("quantity"):
        for value in READERS[name](text, today):
            if value.field == name:
                return value.value, value.unit
        return None, None
    if name.endswith("_date"):
        return parse_date(text, today) or next((v.value for v in READERS[name](text, today)), None), None
    if name == "disposition":
        return next((kind for kind, _, _ in find_dispositions(plain(text))), None), None
    return next((v.value for v in READERS[name](text, today) if v.field == name), None), None
