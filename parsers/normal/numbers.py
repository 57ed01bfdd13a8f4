"""Quantities (数量): how many of what, with boxes multiplied out where their content is stated.

A quantity in pieces has no unit; one in metres, rolls, pairs … keeps its unit as written. "约500" is 500 and rough;
十几只 and 数百只 give nothing. Spans point into the text as given.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from parsers.normal.numerals import NumberSpan, find_numbers
from parsers.normal.patterns import Patterns, load
from parsers.normal.text import Folded, matching

_PATTERNS = Patterns("quantities")
_BEFORE = _PATTERNS["before"]
_AFTER = _PATTERNS["after"]
_MORE = _PATTERNS["more"]
_ORDINAL = _PATTERNS["ordinal"]
_RANGE_BEFORE = _PATTERNS["range_before"]
_RANGE_AFTER = _PATTERNS["range_after"]
_THOUSANDS_BY_POINT = _PATTERNS["thousands_by_point"]
_LOOK = 20  # characters looked at on either side of a number
_MAX_PACKED = 10**12
_MAX_PACKINGS = 50  # of one text


@dataclass(frozen=True, slots=True)
class QuantitySpan:
    """A quantity and its place. `unit` is None where it is in pieces; `approximate` for 约, 左右, about …"""

    value: float
    unit: str | None
    start: int
    end: int
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class Packing:
    """A stated content: `value` of `unit` (None: pieces) in one `container` (100只/盒, 每箱2只, 24 pcs per box)."""

    value: float
    unit: str | None
    container: str
    start: int
    end: int


def _words() -> dict[str, Any]:
    return load("units")


@cache
def _unit_pattern() -> re.Pattern[str]:
    words = _words()
    units = sorted({*words["piece"], *words["thousand"], *words["own"]}, key=len, reverse=True)
    parts = []
    for unit in units:
        follow = words["not_followed_by"].get(unit) or []
        guard = r"(?![a-z])" if unit[-1].isascii() and unit[-1].isalpha() else ""
        guard += f"(?!{'|'.join(map(re.escape, follow))})" if follow else ""
        parts.append(re.escape(unit) + guard)
    return re.compile(rf" ?\(?(?P<unit>{'|'.join(parts)})")


@cache
def _set_of(name: str) -> frozenset[str]:
    return frozenset(_words()[name])


@cache
def _container_pattern() -> str:
    return "|".join(sorted(map(re.escape, _set_of("container")), key=len, reverse=True))


def parse_number(text: str) -> float | None:
    """The number that a text states (1.2万, 叁佰伍拾, about 500, 45只, 1.250,50), or None (十几, 数百, 20-30)."""
    form = matching(text).text.strip()
    european = re.match(r"(\d{1,3}(?:\.\d{3})+),(\d{1,2})(?![\d.])|(\d{1,3}(?:\.\d{3}){2,})(?![\d.])", form)
    if european:
        whole = european[1] or european[3]
        return float(whole.replace(".", "") + "." + (european[2] or "0"))
    decimal = re.match(r"(\d{1,9}),(\d{1,2})(?![\d,.])", form)
    if decimal:
        return float(f"{decimal[1]}.{decimal[2]}")
    for number in find_numbers(form):
        if _RANGE_AFTER.match(form, number.end):
            return None
        return number.value
    return None


def _is_number_of_goods(form: str, number: NumberSpan) -> bool:
    before = form[max(0, number.start - _LOOK) : number.start]
    return not (
        number.value is None
        or _ORDINAL.search(before)
        or _RANGE_BEFORE.search(before)
        or _RANGE_AFTER.match(form, number.end)
    )


def _scaled(form: str, number: NumberSpan, unit: str) -> float:
    """The value in pieces: kpcs are thousands, and 1.250 pcs is a European 1250: no piece has thousandths."""
    value = number.value or 0.0
    if unit in _set_of("thousand"):
        return value * 1000
    if unit in _set_of("piece") and _THOUSANDS_BY_POINT.fullmatch(form[number.start : number.end]):
        return float(form[number.start : number.end].replace(".", ""))
    return value


def _raw_quantities(form: str) -> Iterator[QuantitySpan]:
    for number in find_numbers(form):
        more = _MORE.match(form, number.end)
        unit = _unit_pattern().match(
            form, more.end() - 1 if more and form[more.end() - 1] == " " else (more.end() if more else number.end)
        )
        if unit is None or not _is_number_of_goods(form, number):
            continue
        name = unit["unit"]
        counted = None if name in _set_of("piece") or name in _set_of("thousand") else name
        rough = bool(
            more or _BEFORE.search(form[max(0, number.start - _LOOK) : number.start]) or _AFTER.match(form, unit.end())
        )
        if (
            number.end - number.start > 4
            and " " in form[number.start : number.end]
            and not _spaced_thousands(form, number)
        ):
            continue
        yield QuantitySpan(_scaled(form, number, name), counted, number.start, unit.end(), rough)


def _spaced_thousands(form: str, number: NumberSpan) -> bool:
    """12 000 pcs is one number; in "3 240 pcs" of a table row it need not be, but a sentence writes no other."""
    return form[max(0, number.start - 1) : number.start] in ("", " ", "(", ":", "\n", ",", "x")


def _packings(form: str, quantities: list[QuantitySpan]) -> list[Packing]:
    per = re.compile(rf"\s?(?:/|per |each |in (?:a|each|every) |a )\s?(?:每)?(?P<c>{_container_pattern()})(?![a-z])")
    every = re.compile(
        rf"(?:每一?|一|per |each |every |1 ?)(?P<c>{_container_pattern()})"
        r"\s?(?:装有|装|有|内|内装|里|含|:|=|of|contains?|holds?|)\s?$"
    )
    found = []
    for quantity in quantities:
        after = per.match(form, quantity.end)
        before = every.search(form[max(0, quantity.start - _LOOK) : quantity.start])
        if after:
            found.append(Packing(quantity.value, quantity.unit, after["c"], quantity.start, after.end()))
        elif before and before["c"] != quantity.unit:
            start = max(0, quantity.start - _LOOK) + before.start()
            found.append(Packing(quantity.value, quantity.unit, before["c"], start, quantity.end))
    return found[:_MAX_PACKINGS]


def _chains(form: str, quantities: list[QuantitySpan]) -> Iterator[tuple[QuantitySpan, bool]]:
    """Joins 300箱×10盒×100只 and 10 boxes of 24 pcs into one quantity; each with whether it was joined."""
    joint = re.compile(rf"(?:/(?:{_container_pattern()}))?\s?(?:x|\*|of|with|@)\s?")
    index = 0
    while index < len(quantities):
        chain, joined = quantities[index], False
        while index + 1 < len(quantities) and joint.fullmatch(form[chain.end : quantities[index + 1].start]):
            following = quantities[index + 1]
            boxes_first = chain.unit in _set_of("container") and following.unit != chain.unit
            if not boxes_first and not (chain.unit is None and following.unit in _set_of("container")):
                break
            unit = following.unit if boxes_first else None
            chain = QuantitySpan(chain.value * following.value, unit, chain.start, following.end, chain.approximate)
            joined = True
            index += 1
        yield chain, joined
        index += 1


def _spelling(container: str | None) -> str | None:
    same: dict[str | None, str] = _words()["container_spelling"]
    return same.get(container, container)


def _multiplied(quantity: QuantitySpan, packings: list[Packing]) -> QuantitySpan:
    """A box count in the content that the text states for such a box; the packing stated nearest before counts."""
    seen: set[str] = set()
    while quantity.unit in _set_of("container") and quantity.unit not in seen:
        seen.add(quantity.unit)
        fitting = [packing for packing in packings if _spelling(packing.container) == _spelling(quantity.unit)]
        if not fitting or quantity.value * fitting[0].value > _MAX_PACKED:
            break
        place = bisect_right([packing.start for packing in fitting], quantity.start)
        packing = fitting[max(place - 1, 0)]
        quantity = replace(quantity, value=quantity.value * packing.value, unit=packing.unit)
    return quantity


def _back(folded: Folded, quantity: QuantitySpan) -> QuantitySpan:
    start, end = folded.span(quantity.start, quantity.end)
    unit = quantity.unit
    if unit is not None:  # as written, not as matched
        place = folded.text.rfind(unit, quantity.start, quantity.end)
        first, last = folded.span(place, place + len(unit)) if place >= 0 else (0, 0)
        unit = folded.original[first:last] or unit
    return replace(quantity, start=start, end=end, unit=unit)


def find_packings(text: str) -> list[Packing]:
    """What the text says is in a box (100只/盒, 每箱2只), with spans of the text."""
    folded = matching(text)
    packings = _packings(folded.text, list(_raw_quantities(folded.text)))
    return [replace(p, start=folded.span(p.start, p.end)[0], end=folded.span(p.start, p.end)[1]) for p in packings]


def find_quantities(text: str) -> list[QuantitySpan]:
    """Every quantity with a counting word, in order; contents of boxes (100只/盒) are multiplied in and not listed."""
    folded = matching(text)
    raw = list(_raw_quantities(folded.text))
    packings = _packings(folded.text, raw)
    return [
        _back(folded, _multiplied(quantity, packings))
        for quantity, joined in _chains(folded.text, raw)
        if joined or not any(packing.start <= quantity.start < packing.end for packing in packings)
    ]
