"""Running text: soft line ends joined, sentences and clauses as spans, so that rules need not know how a mail was wrapped."""  # noqa: E501

import re
from bisect import bisect_right
from dataclasses import dataclass

from parsers.nlp.forms import width

_WRAPPED = 56  # columns; a line at least as long as this, without an end of sentence, goes on in the next
_END = re.compile(r"[.。!?！？;；:：]\s*$")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:no|nos|mr|mrs|ms|dr|approx|qty|pcs|spec|ref|fig|vs|e\.g|i\.e|dwg|tel|co|ltd|inc|st|max|min|ca|resp|incl|art|mfg|rev|pc|p|o|del|ext|dept|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec)$"
)
_STOP = re.compile(r"[。!?;\n]|\.(?=\s|$)")
_COMMA = re.compile(r",(?!\d{3}(?!\d))|(?<!\d),|:(?!\d)|\s-\s|\s{2,}|\.{3,}|…")
_MAX_SENTENCES = 5000


def flow(folded: str) -> str:
    """The text with the line ends of wrapped paragraphs turned to blanks; as long as before."""
    rows = folded.split("\n")
    ends: list[str] = []
    for row, following in zip(rows, [*rows[1:], ""], strict=True):
        goes_on = (
            width(row) >= _WRAPPED
            and following.strip()
            and not _END.search(row)
            and not re.match(r"\s*(?:[-*•>]|\d{1,2}[.)、]|\()", following)
        )
        tight = bool(row) and ord(row[-1]) > 0x2E7F
        ends.append(" " if goes_on and not (tight and width(row) < 60) else "\n")
    return "".join(row + end for row, end in zip(rows, ends, strict=True))[: len(folded)]


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of a text as spans, with the sentence of a place in logarithmic time."""

    spans: tuple[tuple[int, int], ...]
    starts: tuple[int, ...]

    def at(self, place: int) -> tuple[int, int]:
        index = bisect_right(self.starts, place) - 1
        return self.spans[index] if 0 <= index < len(self.spans) else (place, place)


def sentences(text: str, flowing: str) -> Sentences:
    """Sentences of `flowing`, which is `text` folded; a full stop ends one only before a capital, a digit or Chinese."""  # noqa: E501
    spans: list[tuple[int, int]] = []
    at = 0
    for stop in _STOP.finditer(flowing):
        if stop.group() == "." and not _ends_sentence(text, flowing, stop.start()):
            continue
        _add(spans, flowing, at, stop.start() if stop.group() == "\n" else stop.end())
        at = stop.end()
        if len(spans) >= _MAX_SENTENCES:
            break
    _add(spans, flowing, at, len(flowing) if len(spans) < _MAX_SENTENCES else at)
    return Sentences(tuple(spans), tuple(start for start, _ in spans))


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        begin = start + piece.index(stripped[0])
        spans.append((begin, begin + len(stripped)))


def _ends_sentence(text: str, flowing: str, at: int) -> bool:
    if _ABBREVIATION.search(flowing[max(0, at - 8) : at]):
        return False
    following = text[at + 1 : at + 6].lstrip()
    return (
        not following
        or following[0].isupper()
        or ord(following[0]) > 0x2E7F
        or following[0] in "(\"'“"
        or following[0].isdigit()
    )


def clauses(flowing: str, start: int, end: int) -> list[tuple[int, int]]:
    """The clauses of one sentence; commas within numbers and list commas (、) do not part."""
    found: list[tuple[int, int]] = []
    at = start
    for comma in _COMMA.finditer(flowing, start, end):
        _add(found, flowing, at, comma.start())
        at = comma.end()
    _add(found, flowing, at, end)
    return found
