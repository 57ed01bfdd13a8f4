"""What reviewers corrected, as marked text to learn from: the mail as it was read, with the values that stand in the record now.

A value that the machine read rightly is marked where it stood; one that a person put right is marked where it can be found
in the text. What cannot be found teaches nothing and is left out.
"""  # noqa: E501

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from parsers.nlp.corpus.markup import LANGUAGES, Span, Unit
from parsers.nlp.plain import plain
from parsers.nlp.tagged import FIELDS
from parsers.normal.numbers import find_quantities
from parsers.types import Kind, Reading
from storage.records import ItemOf

_LABELS = {name: label for label, name in FIELDS.items()}
_REPEATED = frozenset({"product", "model", "batch", "order_no"})  # marked at every place where they stand
_WORD = re.compile(r"[a-z0-9_/-]")  # what goes on with a word or code


def unit_of(number: str, reading: Reading, items: Sequence[ItemOf]) -> Unit | None:
    """The record's text with its values marked; None where no value can be found in any text."""
    marked = {part: _marks(part, text, reading, items) for part, text in reading.texts.items() if text.strip()}
    part = max(marked, key=lambda one: len(marked[one]), default=None)
    if part is None or not marked[part]:
        return None
    language = reading.language if reading.language in LANGUAGES else "en"
    attributes = {"kind": str(Kind.COMPLAINT), "industry": "own", "voice": "reviewed", "lang": language}
    return Unit(f"record-{number}", language, attributes, reading.texts[part], tuple(_apart(marked[part])))


def _marks(part: str, text: str, reading: Reading, items: Sequence[ItemOf]) -> list[Span]:
    several = len(items) > 1
    spans: list[Span] = []
    for position, item in enumerate(items):
        read = reading.items[position] if position < len(reading.items) else None
        for name, label in _LABELS.items():
            value = getattr(item, name)
            field = getattr(read, name) if read is not None else None
            for start, end in _places(part, text, name, value, field):
                spans.append(Span(start, end, label, position + 1 if several else None))
    return spans


def _places(part: str, text: str, name: str, value: Any, field: Any) -> Iterator[tuple[int, int]]:
    if value is None or value == ():
        return
    unchanged = field is not None and field.value == value
    if unchanged and name not in _REPEATED:
        if field.source.part == part:
            yield field.source.start, field.source.end
    elif isinstance(value, float | int):
        yield from [(one.start, one.end) for one in find_quantities(text) if one.value == value][:1]
    else:
        for words in value if isinstance(value, tuple) else (str(value),):
            found = list(_found(text, words))
            yield from found if name in _REPEATED else found[:1]


def _found(text: str, words: str) -> Iterator[tuple[int, int]]:
    """Where the words stand, however they are typed, and not inside a longer word or code."""
    folded, wanted = plain(text), plain(words)
    at = folded.find(wanted) if wanted else -1
    while at >= 0:
        end = at + len(wanted)
        before, after = folded[max(0, at - 1) : at], folded[end : end + 1]
        inside = (_WORD.match(wanted[0]) and _WORD.match(before)) or (_WORD.match(wanted[-1]) and _WORD.match(after))
        if not inside:
            yield at, end
        at = folded.find(wanted, end)


def _apart(spans: Sequence[Span]) -> list[Span]:
    """The longest first, without what overlaps it; a description of a fault may hold other values."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start - one.end, one.start)):
        rivals = [one for one in kept if (one.label == "DEFECT") == (span.label == "DEFECT")]
        if all(span.end <= one.start or one.end <= span.start for one in rivals):
            kept.append(span)
    return sorted(kept, key=lambda one: (one.start, -one.end))


def kept_aside(numbers: Sequence[str]) -> Mapping[str, bool]:
    """Which records a new model is measured on and never learns from: every fourth, by its place in the year."""
    return {number: int(re.sub(r"\D", "", number) or 0) % 4 == 0 for number in numbers}
