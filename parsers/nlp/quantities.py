"""Quantities in running text: whether a number of pieces was shipped, looked at or bad, by the words around it.

`共3000只,其中不良45只`, `检了32台有3台`, `14 of your fans cut out`, `4 springs on 20 are broken`.
"""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from parsers.nlp.prose import Sentences
from parsers.normal.numbers import QuantitySpan
from parsers.normal.numerals import find_numbers
from parsers.normal.ratios import find_ratios

_LOOK = 34
_MAX_QUANTITIES = 2000
_NUMBER_WORD = (
    r"(?:(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-(?:one|two|three|four|five|six|seven|eight|nine))?"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teen|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
)
_WORD_COUNT = re.compile(
    rf"(?<![\w.,/°$€£¥-])(?P<number>\d{{1,3}}(?:,\d{{3}}){{1,2}}|\d{{1,6}}|{_NUMBER_WORD})"
    r"(?= (?:of (?:the|your|our|these|those|them|which)\b|(?:[a-z][a-z'-]*\s){0,3}[a-z-]{2,}s\b|out of\b|(?:were|are|have|had|was|is|has|failed|broke|leaked|cracked|rejected|defective|bad|nok|ng)\b))"  # noqa: E501
)
# a number that no noun follows, behind a word that counts: Found 5 in the box; all 30 make noise
_CUED_COUNT = re.compile(
    r"(?:(?<=found )|(?<=rejected )|(?<=missing )|(?<=failed )|(?<=tested )|(?<=checked )|(?<=\ball ))"
    r"(?P<number>\d{1,3}(?:,\d{3}){1,2}|\d{1,6})(?![\w.,/%°-]*\d|%|[a-z])"
)
_LATIN_STOP = re.compile(r",\s|;|\s(?:and|but|while|which|so)\s|\s-\s")
_NOT_GOODS = re.compile(
    r" (?:[a-z-]+ ){0,2}?(?:days?|weeks?|months?|years?|hours?|hrs|minutes?|mins|seconds?|cycles|times|degrees?|mm|cm|kg|volts?|watts?|amps?|bar|psi|percent|people|workers|customers|dollars|euros|photos|pictures|pages|layers|references|models|types|points|lots|batches|invoices|orders|steps|lines|stores|cases|shifts|blokes|men|operators|inspectors|working|calendar|business|shipments|deliveries|attachments|questions|issues|complaints|reasons|ways|persons|colleagues|suppliers|options|its|this|is)\b"  # noqa: E501
)


@dataclass(frozen=True, slots=True)
class Count:
    """A number of goods with its role: quantity_defective, quantity_shipped, quantity_inspected."""

    role: str
    value: float
    unit: str | None
    start: int
    end: int
    weight: float
    rule: str


@cache
def _cues() -> tuple[tuple[str, float, re.Pattern[str] | None, re.Pattern[str] | None], ...]:
    data = tomllib.loads((Path(__file__).parent / "cues.toml").read_text("utf-8"))["quantity"]
    return tuple(
        (
            row["role"],
            row["weight"],
            re.compile(f"(?:{row['before']})$") if "before" in row else None,
            re.compile(row["after"]) if "after" in row else None,
        )
        for row in data
    )


def find_counts(
    stated: list[QuantitySpan], flowing: str, parts: Sentences, defects: list[tuple[int, int]]
) -> Iterator[Count]:
    """The counts of goods whose role the words around give. `stated` are all quantities of the text, `defects` the spans of words of defect."""  # noqa: E501
    ratios = find_ratios(flowing)
    for ratio in ratios[:_MAX_QUANTITIES]:
        yield Count("quantity_defective", ratio.part, None, ratio.start, ratio.end, 0.82, "ratio")
        yield Count("quantity_inspected", ratio.whole, None, ratio.start, ratio.end, 0.78, "ratio")
    for quantity in _counted(stated, flowing):
        if any(ratio.start <= quantity.start < ratio.end for ratio in ratios):
            continue
        count = _with_role(flowing, quantity, parts, defects)
        if count is not None:
            yield count


def _counted(stated: list[QuantitySpan], flowing: str) -> list[QuantitySpan]:
    found = [quantity for quantity in stated[:_MAX_QUANTITIES] if quantity.value and _stands_free(flowing, quantity)]
    for match in [*_WORD_COUNT.finditer(flowing), *_CUED_COUNT.finditer(flowing)]:
        if _NOT_GOODS.match(flowing, match.end()) or any(
            q.start < match.end() and match.start() < q.end for q in found
        ):
            continue
        numbers = find_numbers(match["number"])
        if numbers and numbers[0].value is not None:
            found.append(QuantitySpan(numbers[0].value, None, match.start(), match.end()))
    return sorted(found, key=lambda quantity: quantity.start)


def _stands_free(flowing: str, quantity: QuantitySpan) -> bool:
    """Not a piece of a code (3G2.5), and not in a passage that is not read."""
    before, after = flowing[max(0, quantity.start - 1) : quantity.start], flowing[quantity.end : quantity.end + 1]
    leans = (before.isascii() and before.isalnum()) or (after.isascii() and after.isalnum())
    return not leans and bool(flowing[quantity.start : quantity.end].strip())


def _with_role(flowing: str, quantity: QuantitySpan, parts: Sentences, defects: list[tuple[int, int]]) -> Count | None:
    start, end = parts.at(quantity.start)
    before = re.split(r"[。;]|,\s?(?=[^\d])(?=.{6})", flowing[max(start, quantity.start - _LOOK) : quantity.start])[-1]
    before = re.sub(
        r"(?:约|大约|大概|将近|近|差不多|估计|about|around|approx\.?|approximately|some|roughly|nearly|almost|more or less|already|ca\.)\s*$",  # noqa: E501
        "",
        before,
    )
    after = flowing[quantity.end : max(quantity.end, min(end, quantity.end + 2 * _LOOK))]
    after = re.sub(r"^\s?(?:左右|以上|上下)|^\s(?=[\u3400-\u9fff])", "", after)
    after = _LATIN_STOP.split(after)[0]
    scores: dict[str, float] = {}
    for role, weight, left, right in _cues():
        hit = left.search(before) if left is not None else right.match(after) if right is not None else None
        if hit is not None and weight > scores.get(role, 0.0):
            scores[role] = weight
    if "none" in scores:
        return None
    if not scores:
        return _by_neighbours(flowing, quantity, (start, end), defects)
    role = max(scores, key=lambda name: (scores[name], name == "quantity_defective"))
    return Count(role, quantity.value, quantity.unit, quantity.start, quantity.end, scores[role], "count_cue")


def _by_neighbours(
    flowing: str, quantity: QuantitySpan, sentence: tuple[int, int], defects: list[tuple[int, int]]
) -> Count | None:
    """A count that no word explains, in a sentence of defects: perhaps the bad ones."""
    first = bisect_left(defects, (sentence[0], 0))
    gaps = [
        quantity.start - end if end <= quantity.start else start - quantity.end
        for start, end in defects[max(0, first - 1) : first + 60]
        if start < sentence[1] and end > sentence[0]
    ]
    gap = min((gap for gap in gaps if gap >= 0), default=99)
    if gap > 40:
        return None
    weight = 0.64 if gap <= 1 else 0.5 if gap <= 8 else 0.4
    return Count(
        "quantity_defective", quantity.value, quantity.unit, quantity.start, quantity.end, weight, "count_near_defect"
    )
