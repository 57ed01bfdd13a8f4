"""Sentences and clauses (句, 分句) of what the customer himself wrote, and whether a clause states what its words name.

"未造成停线", "如再发生将停线", "是否停线?" name a line stop and state none. All matching is on the folded text, and
every place found leads back to the document.
"""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from parsers.document import Document, Role
from parsers.normal.text import Folded, matching
from parsers.types import Source

_WORDS = Path(__file__).parent / "words"
_SENTENCE_END = re.compile(
    r"[。!?！？;；]+[\"')\]」』]?|(?<=[a-z0-9)%\"'])[.](?=\s|$)(?<!\bno\.)(?<!\bnos\.)(?<!\bmr\.)|\n+"
)
_BOX = r"[□☐▢◯☑■☒✓✔√✅⊠]|\(\s{0,3}[xv√✓●]?\s{0,3}\)|\[\s{0,3}[xv√✓]?\s{0,3}\]"
_BOXES = re.compile(_BOX)
_TICKED = re.compile(r"[☑■☒✓✔√✅⊠]|[(\[]\s{0,3}[xv√✓●]\s{0,3}[)\]]")
_CLAUSE_END = re.compile(
    rf"[，,:：\t]|、|{_BOX}|(?<=[\s。])(?:but|however|although|while|though|yet)\s|但是?|不过|然而|只是(?!说)|虽然"
)
_WRAPPED = 52  # a line of at least so many columns may go on in the next
_BULLET = re.compile(
    r"\s*(?:[-*•·●○▪>|]|[(（]?[0-9一二三四五六七八九十]{1,2}[)）.、:：]|[①-⑳]|[^\s:：]{1,14}[:：]|[a-z ]{2,28}\.{3}|$)"
)
_MAX_SENTENCE = 500
_OPTION = 16  # characters of an option in a form
_NEAR_ZH, _NEAR_EN = 9, 38  # how far a denial reaches, in characters


@cache
def words(name: str) -> dict[str, Any]:
    """A word list of this package, words/<name>.toml."""
    return tomllib.loads((_WORDS / f"{name}.toml").read_text("utf-8"))


@cache
def pattern(name: str, key: str) -> re.Pattern[str]:
    """The alternatives of a word list's key as one pattern."""
    return re.compile("|".join(f"(?:{row})" for row in words(name)[key]))


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as a span of the folded text `form` of its document."""

    document: Document
    folded: Folded
    start: int
    end: int

    @property
    def form(self) -> str:
        return self.folded.text[self.start : self.end]

    def clause_at(self, start: int, end: int) -> tuple[int, int]:
        """The clause around a span of `form`: its start and end in `form`."""
        form = self.form
        ends = [match.end() for match in _CLAUSE_END.finditer(form)]
        first = max((place for place in ends if place <= start), default=0)
        last = min((match.start() for match in _CLAUSE_END.finditer(form, end)), default=len(form))
        return first, last

    def words(self, start: int, end: int) -> tuple[str, Source]:
        """The document's own words of a span of `form`, and where they stand."""
        return place(self.document, *self.folded.span(self.start + start, self.start + end))


def place(document: Document, start: int, end: int) -> tuple[str, Source]:
    """Text and source of a span of a document, without white space around it."""
    text = document.text[start:end]
    start += len(text) - len(text.lstrip())
    end = start + len(text.strip())
    source = Source(document.part, document.page_of(start), start, end, document.box_of(start, end))
    return document.text[start:end], source


@lru_cache(maxsize=64)
def folded_text(text: str) -> Folded:
    return matching(text)


def own_spans(document: Document) -> list[tuple[int, int]]:
    """What counts as the customer's own words: the body's passages; the whole text where there are none."""
    if not document.passages:
        return [(0, len(document.text))] if document.text else []
    return [(passage.start, passage.end) for passage in document.passages if passage.role is Role.BODY]


def own_text(document: Document) -> str:
    """The customer's own words as one text."""
    return "\n".join(document.text[start:end] for start, end in own_spans(document))


def _goes_on(form: str, newline: re.Match[str]) -> bool:
    """Whether a line break only wraps a sentence: a long line before it, no list item or label after it."""
    if newline[0] != "\n":
        return False
    line = form[form.rfind("\n", 0, newline.start()) + 1 : newline.start()].rstrip()
    width = len(line) + sum("一" <= c <= "鿿" for c in line)
    following = form[newline.end() : newline.end() + 40]
    return width >= _WRAPPED and "\t" not in line and not _BULLET.match(following) and not line.endswith((":", "："))


def _cuts(form: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _SENTENCE_END.finditer(form):
        if match[0].startswith("\n") and _goes_on(form, match) and match.start() - start < _MAX_SENTENCE:
            continue
        yield from _pieces(start, match.end())
        start = match.end()
    yield from _pieces(start, len(form))


def _pieces(start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence without end in pieces, so that no pattern meets more than it can search in no time."""
    for place in range(start, max(end, start + 1), _MAX_SENTENCE):
        yield place, min(place + _MAX_SENTENCE, end)


def sentences(document: Document) -> list[Sentence]:
    """The sentences of the customer's own words, in order."""
    folded = folded_text(document.text)
    return [
        Sentence(document, folded, start, end)
        for start, end in _sentence_spans(document.text, tuple(own_spans(document)))
    ]


@lru_cache(maxsize=64)
def _sentence_spans(text: str, spans: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """The sentences' spans of the folded text."""
    folded = folded_text(text)
    found = []
    for start, end in _folded_spans(folded, list(spans)):
        cuts = _cuts(folded.text[start:end])
        found += [
            (start + first, start + last) for first, last in cuts if folded.text[start + first : start + last].strip()
        ]
    return tuple(found)


def _folded_spans(folded: Folded, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of the original as spans of the folded text."""
    if folded.is_even:
        return spans
    ends = [folded.span(index, index + 1)[1] for index in range(len(folded.text))]
    return [(bisect_right(ends, start), bisect_right(ends, end)) for start, end in spans]


def _near(text: str) -> str:
    """The end of a text within the reach of a denial."""
    reach = _NEAR_EN if re.search(r"[a-z]{3,}\s[a-z]", text[-_NEAR_EN:]) else _NEAR_ZH
    return text[-reach:]


def answered(sentence: Sentence, end: int) -> bool | None:
    """The answer behind a label (是否停线：否, Line stop: Yes, also in the next cell): None where there is none."""
    form = sentence.folded.text
    behind = form[sentence.start + end : sentence.start + end + 40]
    if not re.match(r"[\s]*[:：?？=\t\n|.]|\s*\(?y", behind):
        return None
    behind = re.sub(r"\n{2,}.*", "", behind.lstrip("\n") if behind.startswith("\n") else behind, flags=re.S)
    if re.match(words("clauses")["answer_yes"], behind):
        return True
    return False if re.match(words("clauses")["answer_no"], behind) else None


def ticked(sentence: Sentence, start: int, end: int) -> bool | None:
    """Whether the option that holds a span is ticked (☑换货 □退货, ( )return (x)scrap); None where it is no option."""
    form = sentence.form
    low, high = form.rfind("\n", 0, start) + 1, form.find("\n", end)
    boxes = list(_BOXES.finditer(form, low, high if high >= 0 else len(form)))
    if not boxes:
        return None
    if any(start < box.start() < end for box in boxes):
        return False
    behind = _boxes_stand_behind(form, boxes[0])
    near = [box for box in boxes if (box.start() >= end if behind else box.end() <= start)]
    if not near:
        return None
    box = near[0] if behind else near[-1]
    gap = form[end : box.start()] if behind else form[box.end() : start]
    return bool(_TICKED.fullmatch(box[0])) if len(gap) <= _OPTION and "\t" not in gap else None


def _boxes_stand_behind(form: str, first: re.Match[str]) -> bool:
    """Whether boxes follow their options (退货□ 换货☑), told by the first of them."""
    before, after = form[max(0, first.start() - 1) : first.start()], form[first.end() : first.end() + 1]
    return bool(before) and before not in " \t:：(|" and (not after or after in " \t/,，、;；")


def states(
    sentence: Sentence,
    start: int,
    end: int,
    *,
    modal: bool = True,
    condition: bool = True,
    negation: bool = True,
    nearly: bool = True,
) -> bool:
    """Whether the sentence states what its span names.

    Each switch names what takes the statement back: that it only may or will come (`modal`), hangs on a condition,
    is denied, or nearly was.
    """
    tick = ticked(sentence, start, end)
    answer = answered(sentence, end) if tick is None else tick
    if answer is not None:
        return answer
    form = sentence.form
    first, last = sentence.clause_at(start, end)
    before, after = form[first:start], form[end:last]
    if negation and (
        pattern("clauses", "negation").search(_near(before)) or pattern("clauses", "negation_after").search(after)
    ):
        return False
    if pattern("clauses", "averted").search(before) or pattern("clauses", "question").search(form):
        return False
    if nearly and pattern("clauses", "nearly").search(before):
        return False
    if modal and (
        pattern("clauses", "modal").search(before) or re.match(r"(?:的)?(?:风险|危险|可能|risk)", after.lstrip())
    ):
        return False
    return not (condition and conditional(form, start, end, after))


def conditional(form: str, start: int, end: int, after: str = "") -> bool:
    """Whether words of `form` hang on a condition: one before in the sentence, or one after in the clause."""
    return bool(pattern("clauses", "condition").search(form[:start]) or pattern("clauses", "condition").search(after))


def is_boilerplate(sentence: Sentence) -> bool:
    return _is_boilerplate(sentence.form)


@lru_cache(maxsize=1024)
def _is_boilerplate(form: str) -> bool:
    return bool(pattern("clauses", "boilerplate").search(form))
