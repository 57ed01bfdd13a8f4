"""Numbers as people write them (数词): digits with groups, 一百二十三, 叁佰伍拾, 1.2万, 5k, words in English.

All functions here read folded, simplified, lower-case text; `numbers` is the door for text as it stands.
"""

import re
from dataclasses import dataclass

DIGITS = {
    c: i
    for i, group in enumerate(["零〇", "一壹", "二贰两", "三叁参", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"])
    for c in group
}
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_TENS = {"廿": 20, "卅": 30}
_LARGE = {"万": 10_000, "亿": 100_000_000}
_MULTIPLIERS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000, "k": 1000, "w": 10_000}
_HAN = "".join({*DIGITS, *_SMALL, *_TENS, *_LARGE})
_UNITS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_WORDS = {word: value for value, word in enumerate(_UNITS.split(), 1)}
_WORDS |= {
    word: 10 * value
    for value, word in enumerate(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), 2)
}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_WORD = "|".join(sorted([*_WORDS, *_SCALES, "and"], key=len, reverse=True))
_MAX_LENGTH = 24  # characters of a numeral; longer runs are codes, not numbers

DIGIT_RUN = r"\d{1,3}(?:,\d{3}|，000){1,4}(?:\.\d{1,6})?(?!\d)|\d{1,3}(?:[ ]\d{3}){1,3}(?!\d)|\d{1,12}(?:\.\d{1,6})?"
MULTIPLIER = r"(?:[ ]?(?:[百千万亿](?=[^克瓦伏米米帕分]|$)|[kw](?![a-z0-9]))){0,2}"
# one alternation, so that the longest reading of each place wins; `vague` are numbers that say no number
NUMBER = re.compile(
    rf"""(?P<vague>[几数若][十百千万亿几]{{1,3}}|[十百千万]几[十百千万]?|(?:上|成|过|好几)[百千万十]{{1,2}}(?:上[千万])?|[一二三四五六七八九两][一二三四五六七八九](?![十百千万亿〇零一二三四五六七八九%‰]))
    |(?<![a-wyz0-9_])(?<![a-z0-9]x)(?<!\d[.,])(?<![a-z0-9]-)(?P<digits>{DIGIT_RUN})(?P<scale>{MULTIPLIER})(?P<tail>\d{{1,4}}千|[一二三四五六七八九]千)?
    |(?P<han>[{_HAN}半]{{1,{_MAX_LENGTH}}})
    |(?<![a-z])(?P<half>half(?:\ an?)?)(?![a-z])
    |(?<![a-z])(?P<words>(?:a\ )?(?:{_WORD})(?:[\ -](?:and\ )?(?:{_WORD})){{0,6}})(?![a-z])""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class NumberSpan:
    """A number at a place; `value` is None where the words name no number (十几, 数百)."""

    value: float | None
    start: int
    end: int


def han_value(text: str) -> float | None:
    """一百二十三 → 123, 二〇二四 → 2024, 一百二 → 120, 三千五 → 3500, 半 → 0.5; None where it is no number."""
    if text == "半":
        return 0.5
    if not text or "半" in text or len(text) > _MAX_LENGTH:
        return None
    if all(c in DIGITS for c in text):
        return float("".join(str(DIGITS[c]) for c in text))
    return _han_sum(text)


def _han_sum(text: str) -> float | None:
    total = section = 0
    digit: int | None = None
    unit = 1  # the last unit seen, for the short tail of 一百二 and 三千五
    for character in text:
        if character in DIGITS:
            if digit not in (None, 0):
                return None
            digit = DIGITS[character]
            unit = 1 if digit == 0 else unit
        elif character in _TENS:
            section, digit, unit = section + _TENS[character], None, 1
        elif character in _SMALL:
            section += (1 if digit is None or digit == 0 else digit) * _SMALL[character]
            digit, unit = None, _SMALL[character]
        else:
            section = section + (digit or 0)
            total = (
                (total + (section or 1)) * _LARGE[character] if character == "亿" else total + (section or 1) * 10_000
            )
            section, digit, unit = 0, None, _LARGE[character]
    tail = (digit or 0) * (unit // 10 if unit > 10 else 1)
    return float(total + section + tail)


def digits_value(text: str) -> float:
    """12,000 and 12 000 → 12000."""
    return float(re.sub("[,， ]", "", text))


def words_value(text: str) -> float | None:
    """two hundred and fifty → 250."""
    total = current = 0
    for word in re.split(r"[ -]", text):
        if word in _WORDS:
            current += _WORDS[word]
        elif word in _SCALES and word == "hundred":
            current = max(current, 1) * 100
        elif word in _SCALES:
            total, current = total + max(current, 1) * _SCALES[word], 0
        elif word not in ("and", "a"):
            return None
    return float(total + current) or None


def _value(match: re.Match[str]) -> float | None:
    if match["digits"]:
        value = digits_value(match["digits"])
        for sign in (match["scale"] or "").replace(" ", ""):
            value *= _MULTIPLIERS[sign]
        if match["tail"]:
            tail = match["tail"][:-1]
            value += 1000 * (float(tail) if tail.isdecimal() else han_value(tail) or 0.0)
        return value
    if match["han"]:
        return han_value(match["han"])
    if match["half"]:
        return 0.5
    return words_value(match["words"]) if match["words"] else None


def find_numbers(text: str) -> list[NumberSpan]:
    """Every number in folded, simplified, lower-case text, in order."""
    return [NumberSpan(_value(match), match.start(), match.end()) for match in NUMBER.finditer(text)]
