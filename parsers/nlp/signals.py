"""Signals (停线, 批量, 有害物质, 安全, 重复), requests and dispositions that the customer's own words state.

Each is a row of a word list: cues, near misses, and how denials and conditions bear on it. What is denied, threatened,
asked or only quoted is none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from parsers.document import Document
from parsers.nlp.clauses import (
    Sentence,
    answered,
    conditional,
    is_boilerplate,
    pattern,
    sentences,
    states,
    ticked,
    words,
)
from parsers.normal.numerals import han_value
from parsers.types import Disposition, Envelope, Mark, Request, Signal

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of a word list, compiled."""

    name: str
    cue: re.Pattern[str]
    unless: re.Pattern[str] | None
    needs: re.Pattern[str] | None
    modal: bool
    negation: bool


def _joined(rows: Sequence[str]) -> re.Pattern[str] | None:
    """The rows as alternatives; a named group of one row would clash with another's, so names are taken off."""
    return re.compile("|".join(f"(?:{re.sub(r'[(][?]P<[a-z]+>', '(?:', row)})" for row in rows)) if rows else None


@cache
def rules(name: str) -> tuple[Rule, ...]:
    found = []
    for row in words(name)["rule"]:
        cue = _joined(row["cue"])
        if cue is not None:
            unless, needs = _joined(row.get("unless", [])), _joined(row.get("needs", []))
            found.append(Rule(row["name"], cue, unless, needs, row.get("modal", False), row.get("negation", True)))
    return tuple(found)


def _hits(sentence: Sentence, rule: Rule) -> Iterator[tuple[int, int]]:
    """Where a rule's cue stands in a sentence and means what it says."""
    form = sentence.form
    if rule.needs and not rule.needs.search(form):
        return
    for match in rule.cue.finditer(form):
        first, last = sentence.clause_at(match.start(), match.end())
        if rule.unless and rule.unless.search(form[first:last]):
            continue
        yield match.start(), match.end()


def _mark(sentence: Sentence, name: T, start: int, end: int, rule: str) -> Mark[T]:
    text, source = sentence.words(start, end)
    return Mark(name, text, source, rule)


_OLD_SUBJECT = re.compile(
    r"(?:^|\s|\))(?:re|aw|sv|fw|fwd|wg|答复|回复|回覆|答覆|转发|轉寄|转寄)\s?(?:\[\d+\])?[:：]", re.IGNORECASE
)


def _all_sentences(documents: Sequence[Document]) -> list[Sentence]:
    """The sentences that count: no boilerplate, and no subject that an earlier mail gave the thread."""
    return [
        sentence
        for document in documents
        if document.part != "subject" or not _OLD_SUBJECT.search(document.text)
        for sentence in sentences(document)
        if not is_boilerplate(sentence)
    ]


def _spoken_of(name: str, told: Sequence[Sentence]) -> list[Rule]:
    """The rules whose cue stands anywhere in these sentences: most mails need most rules never."""
    forms = [sentence.form for sentence in told]
    return [rule for rule in rules(name) if any(map(rule.cue.search, forms))]


def find_signals(documents: Sequence[Document], envelope: Envelope | None = None) -> tuple[Mark[Signal], ...]:
    """The signals that the documents state, each once, at its first place; in the order of `Signal`."""
    found: dict[Signal, Mark[Signal]] = {}
    told = _all_sentences(documents)
    spoken_of = _spoken_of("signals", told)
    for sentence in told:
        for rule in spoken_of:
            signal = Signal(rule.name)
            if signal in found:
                continue
            for start, end in _hits(sentence, rule):
                if states(sentence, start, end, modal=rule.modal, negation=rule.negation):
                    found[signal] = _mark(sentence, signal, start, end, f"signal:{signal}")
                    break
    if Signal.REPEAT not in found:
        counted = _counted(documents)
        if counted and counted[0] > 1:
            sentence, start, end = counted[1:]
            found[Signal.REPEAT] = _mark(sentence, Signal.REPEAT, start, end, "signal:repeat_count")
    return tuple(found[signal] for signal in Signal if signal in found)


_ORDINALS = {
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
}
_TIMES = {"twice": 2, "three": 3, "four": 4, "five": 5, "six": 6}


def _count(text: str) -> int:
    if text.isdecimal():
        return int(text)
    return _ORDINALS.get(text) or _TIMES.get(text) or int(han_value(text) or 0)


def _counted(documents: Sequence[Document]) -> tuple[int, Sentence, int, int] | None:
    best: tuple[int, Sentence, int, int] | None = None
    for sentence in _all_sentences(documents):
        form = sentence.form
        for match in pattern("repeats", "count").finditer(form):
            first, last = sentence.clause_at(match.start(), match.end())
            number = _count(next(group for group in match.groups() if group))
            if pattern("repeats", "unless").search(form[first:last]) or conditional(form, match.start(), match.end()):
                continue
            if 1 < number < 100 and (best is None or number > best[0]):
                best = number, sentence, match.start(), match.end()
    return best


def repeat_count(documents: Sequence[Document]) -> int | None:
    """Which time it is by the customer's own count (第三次, 4th complaint → 3, 4); None where he does not count."""
    counted = _counted(documents)
    return counted[0] if counted else None


def _asked(sentence: Sentence, start: int, end: int) -> bool:
    """Whether something is asked for: not denied, not past, not hung on a condition."""
    form = sentence.form
    first, last = sentence.clause_at(start, end)
    before, after = form[first:start], form[end:last]
    tick = ticked(sentence, start, end)
    if tick is not None:
        return tick
    if answered(sentence, end) is False:
        return False
    if pattern("requests", "declined").search(before[-24:] + "\u0001" + after[:64]):
        return False
    if pattern("requests", "past").search(form[first:last]):
        return False
    return not conditional(form, first, end) or bool(pattern("requests", "asking").search(form[first:last]))


def find_requests(documents: Sequence[Document], envelope: Envelope | None = None) -> tuple[Mark[Request], ...]:
    """What the documents ask of us, each once, at its first place; in the order of `Request`."""
    found: dict[Request, Mark[Request]] = {}
    told = _all_sentences(documents)
    spoken_of = _spoken_of("requests", told)
    for sentence in told:
        for rule in spoken_of:
            request = Request(rule.name)
            if request in found:
                continue
            for start, end in _hits(sentence, rule):
                if _asked(sentence, start, end):
                    found[request] = _mark(sentence, request, start, end, f"request:{request}")
                    break
    return tuple(found[request] for request in Request if request in found)


def find_dispositions(document: Document) -> list[Mark[Disposition]]:
    """What the customer says happens to the bad parts, in the document's order; the same one may come twice."""
    found: list[tuple[int, int, Mark[Disposition]]] = []
    told = _all_sentences([document])
    spoken_of = _spoken_of("dispositions", told)
    for sentence in told:
        for rule in spoken_of:
            for start, end in _hits(sentence, rule):
                if _happens(sentence, start, end):
                    mark = _mark(sentence, Disposition(rule.name), start, end, f"disposition:{rule.name}")
                    found.append((mark.source.start, -mark.source.end, mark))
    return [mark for _, _, mark in sorted(found, key=lambda row: row[:2])]


def _happens(sentence: Sentence, start: int, end: int) -> bool:
    tick = ticked(sentence, start, end)
    if tick is not None:
        return tick
    form = sentence.form
    first, last = sentence.clause_at(start, end)
    before, after = form[first:start], form[end:last]
    if pattern("dispositions", "declined").search(before[-12:] + "\u0001" + after[:64]):
        return False
    return answered(sentence, end) is not False and not conditional(form, start, end)
