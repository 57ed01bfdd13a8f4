"""Signals (停线, 批量, 有害物质, 安全, 重复), requests and dispositions that the customer's own words state.

Each is a row of a word list: cues, near misses, and how denials and conditions bear on it. What is denied, threatened,
asked or only quoted is none.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
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
from parsers.nlp.starts import guarded
from parsers.normal.numerals import han_value
from parsers.types import Disposition, Envelope, Mark, Request, Signal

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of a word list, compiled."""

    name: str
    han: re.Pattern[str] | None  # cues with Chinese characters, not searched in a text that has none
    latin: re.Pattern[str] | None  # the other cues
    unless: re.Pattern[str] | None
    needs: re.Pattern[str] | None
    modal: bool
    negation: bool
    condition: bool
    nearly: bool

    def cues(self, form: str) -> Iterator[re.Match[str]]:
        han, latin = _scripts(form)
        if self.han and han:
            yield from self.han.finditer(form)
        if self.latin and latin:
            yield from self.latin.finditer(form)


Cells = Sequence[str] | Mapping[str, Sequence[str]]
_HAN = re.compile(r"[一-鿿]")
_LATIN = re.compile(r"[a-z]{2}|\d[a-z]")


@lru_cache(maxsize=1024)
def _scripts(form: str) -> tuple[bool, bool]:
    """Whether Chinese characters, and whether Latin words stand in a sentence: every rule asks."""
    return bool(_HAN.search(form)), bool(_LATIN.search(form))


def _rows(cells: Cells, named: Mapping[str, str]) -> list[str]:
    """The rows of a list, or of a table of named lists with `<name>` in them filled in."""
    if not isinstance(cells, Mapping):
        return list(cells)
    rows = [row for group in cells.values() for row in group]
    for name, fragment in named.items():
        rows = [row.replace(f"<{name}>", fragment) for row in rows]
    latin = [row for row in rows if not _HAN.search(row)]
    bounded = [rf"(?<![a-z])(?:{guarded(latin)})(?![a-z])"] if latin else []  # a table's are whole words
    return [row for row in rows if _HAN.search(row)] + bounded


def _joined(rows: Sequence[str]) -> re.Pattern[str] | None:
    """The rows as alternatives; a named group of one row would clash with another's, so names are taken off."""
    return re.compile(guarded([re.sub(r"[(][?]P<[a-z]+>", "(?:", row) for row in rows])) if rows else None


_SWITCHES = {"modal": False, "negation": True, "condition": True, "nearly": True}  # keys of a rule, as they are unset


@cache
def rules(name: str) -> tuple[Rule, ...]:
    found = []
    named = words(name).get("words", {})
    for row in words(name)["rule"]:
        cues = _rows(row["cue"], named)
        han, latin = (_joined([cue for cue in cues if bool(_HAN.search(cue)) is there]) for there in (True, False))
        unless, needs = (_joined(_rows(row.get(key, []), named)) for key in ("unless", "needs"))
        switches = [row.get(key, default) for key, default in _SWITCHES.items()]
        found.append(Rule(row["name"], han, latin, unless, needs, *switches))
    return tuple(found)


def _hits(sentence: Sentence, rule: Rule) -> Iterator[tuple[int, int]]:
    """Where a rule's cue stands in a sentence and means what it says."""
    form = sentence.form
    for match in rule.cues(form):
        if rule.needs and not rule.needs.search(form):
            return
        first, last = sentence.clause_at(match.start(), match.end())
        if rule.unless and rule.unless.search(form[first:last]):
            continue
        yield match.start(), match.end()


def _first(
    rule: Rule, told: Sequence[Sentence], holds: Callable[[Sentence, int, int], bool]
) -> tuple[Sentence, int, int] | None:
    """The first place where a rule's cue stands and `holds`."""
    for sentence in told:
        for start, end in _hits(sentence, rule):
            if holds(sentence, start, end):
                return sentence, start, end
    return None


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


def _is_stated(rule: Rule, sentence: Sentence, start: int, end: int) -> bool:
    return states(
        sentence,
        start,
        end,
        modal=rule.modal,
        condition=rule.condition,
        negation=rule.negation,
        nearly=rule.nearly,
    )


def find_signals(documents: Sequence[Document], envelope: Envelope | None = None) -> tuple[Mark[Signal], ...]:
    """The signals that the documents state, each once, at its first place; in the order of `Signal`."""
    found: dict[Signal, Mark[Signal]] = {}
    told = _all_sentences(documents)
    for rule in rules("signals"):
        place = _first(rule, told, partial(_is_stated, rule))
        if place:
            signal = Signal(rule.name)
            found[signal] = _mark(place[0], signal, *place[1:], f"signal:{signal}")
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
    for rule in rules("requests"):
        place = _first(rule, told, _asked)
        if place:
            request = Request(rule.name)
            found[request] = _mark(place[0], request, *place[1:], f"request:{request}")
    return tuple(found[request] for request in Request if request in found)


def find_dispositions(document: Document) -> list[Mark[Disposition]]:
    """What the customer says happens to the bad parts, in the document's order; the same one may come twice."""
    found: list[tuple[int, int, Mark[Disposition]]] = []
    for sentence in _all_sentences([document]):
        for rule in rules("dispositions"):
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
