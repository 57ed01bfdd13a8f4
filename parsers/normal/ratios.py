"""Ratios (3/500, 500抽3, 3 out of 500) and rates (3.5%, 35‰, 350PPM) of bad parts.

A ratio gives roles only (`part` bad of `whole` looked at); a rate is a fraction, given only where one is printed.
Yields, humidity, concentrations, tolerances, taxes and targets are left out by the words around them.
"""

import re
from dataclasses import dataclass
from functools import cache

from parsers.normal.numerals import find_numbers, han_value
from parsers.normal.patterns import Patterns, Taken, load
from parsers.normal.text import matching

_PATTERNS = Patterns("rates")
_CLAUSE = 18  # characters before a figure that say what it is
_RATIOS = _PATTERNS.list("ratios")


@dataclass(frozen=True, slots=True)
class RatioSpan:
    """`part` bad pieces among `whole` looked at."""

    part: float
    whole: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RateSpan:
    """A printed rate as a fraction. `cued`: the words around say that it is a share of bad parts."""

    value: float
    start: int
    end: int
    cued: bool = True


@cache
def _cue(name: str) -> re.Pattern[str]:
    return re.compile("|".join(load("rates")[name]))


def _number(text: str) -> float | None:
    if text in ("a", "an"):
        return 1.0
    numbers = find_numbers(text)
    return numbers[0].value if numbers else han_value(text)


def _near(form: str, start: int, end: int) -> str:
    """The words around a span, within its line."""
    before = form[max(0, start - _CLAUSE) : start].rpartition("\n")[2]
    return before + "\u0001" + form[end : end + _CLAUSE].partition("\n")[0]


def _is_ratio(form: str, start: int, end: int) -> bool:
    """Whether what could be a day (9/16) is a ratio by the words around it; a deadline beside bad parts is none."""
    if _cue("dated_before").search(form[max(0, start - _CLAUSE) : start]) or _cue("dated_after").match(form[end:]):
        return False
    return bool(_cue("ratio_cue").search(_near(form, start, end)))


def find_ratios(text: str) -> list[RatioSpan]:
    """Bad of looked-at counts, in order, none overlapping: 3/500, 3 out of 500, 500抽3, 抽500只不良3只."""
    folded = matching(text)
    found: list[RatioSpan] = []
    taken = Taken()
    for index, pattern in enumerate(_RATIOS):
        for match in pattern.finditer(folded.text):
            part, whole = _number(match["part"]), _number(match["whole"])
            if part is None or whole is None or not 0 < part <= whole or whole < 2:
                continue
            dateable = index == 0 and whole <= 31
            if dateable and not _is_ratio(folded.text, match.start(), match.end()):
                continue
            start, end = folded.span(match.start(), match.end())
            if taken.take(start, end):
                found.append(RatioSpan(part, whole, start, end))
    return sorted(found, key=lambda ratio: ratio.start)


_FIGURE = _PATTERNS["figure"]
_LABELLED_PPM = _PATTERNS["labelled_ppm"]
_HAN_RATE = _PATTERNS["han_rate"]
_SCALE: dict[str, float] = {
    "%": 1e-2, "percent": 1e-2, "per cent": 1e-2, "pct": 1e-2, "个百分点": 1e-2, "百分之": 1e-2,
    "‰": 1e-3, "千分之": 1e-3, "万分之": 1e-4, "ppm": 1e-6, "dppm": 1e-6,
}  # fmt: skip


def _figure_value(text: str) -> float | None:
    if re.fullmatch(r"\d{1,3}(?:,\d{3}){1,2}", text):
        return float(text.replace(",", ""))
    if text[0].isdigit():
        return float(text.replace(",", "."))
    whole, point, fraction = text.partition("点")
    value = han_value(whole)
    if value is None or not point:
        return value
    digits = [han_value(c) for c in fraction]
    tail: float = sum((digit or 0.0) / 10.0**place for place, digit in enumerate(digits, 1))
    return value + tail


def _about_bad_parts(form: str, start: int, end: int) -> bool | None:
    """None: the words say that it is something else; else whether they say that it is a share of bad parts."""
    before = re.split(r"[。;；，\n]|, ", form[max(0, start - 2 * _CLAUSE) : start])[-1]
    after = form[end : end + 10].split("\n")[0]
    bad = list(_cue("defective").finditer(before))
    other = list(_cue("not_defective").finditer(before))
    if other and (not bad or other[-1].end() > bad[-1].end() or other[-1].end() >= len(before) - 1):
        return None
    if re.match(rf"[\s的之]{{0,2}}(?:{_cue('not_defective_after').pattern})", after):
        return None
    return bool(bad) or bool(_cue("defective").search(form[end : end + _CLAUSE]))


def find_rates(text: str) -> list[RateSpan]:
    """Every printed rate that may be a share of bad parts, as a fraction rounded to 9 places, in order."""
    folded = matching(text)
    form = folded.text
    found: list[RateSpan] = []
    taken = Taken()
    for pattern in (_FIGURE, _LABELLED_PPM, _HAN_RATE):
        for match in pattern.finditer(form):
            groups = match.groupdict()
            number = _figure_value(groups["number"])
            cued = _about_bad_parts(form, match.start(), match.end())
            if number is None or groups.get("sign") or cued is None:
                continue
            value = round(number * _SCALE[groups.get("unit") or groups.get("base") or "ppm"], 9)
            start, end = folded.span(match.start("number") if pattern is not _HAN_RATE else match.start(), match.end())
            if value <= 1 and taken.take(start, end):
                found.append(RateSpan(value, start, end, cued or "ppm" in match[0]))
    return sorted(found, key=lambda rate: rate.start)
