"""Money (金额): amount in major units and ISO 4217 currency.

元, $ and ¥ name no currency by themselves: `home` says what they are in the text's language ("CNY", "TWD", "HKD" …).
A price by the piece, hour or kilo is marked `rate`: it is no sum.
"""

import re
from dataclasses import dataclass
from functools import cache

from parsers.normal.numerals import find_numbers
from parsers.normal.patterns import Patterns, Taken, load
from parsers.normal.text import matching

_DOLLARS = frozenset({"USD", "TWD", "HKD", "AUD", "CAD", "SGD", "NZD"})
_YUAN = frozenset({"CNY", "TWD", "HKD"})
_PATTERNS = Patterns("money")
_RATE = _PATTERNS["rate"]
_RATE_BEFORE = _PATTERNS["rate_before"]
_SCALES = {
    "thousand": 1e3,
    "million": 1e6,
    "m": 1e6,
    "lakh": 1e5,
    "lakhs": 1e5,
    "lac": 1e5,
    "lacs": 1e5,
    "crore": 1e7,
    "crores": 1e7,
}


@dataclass(frozen=True, slots=True)
class MoneySpan:
    """A sum at a place. `rate`: by the piece, hour or kilo. `implied`: the currency was taken from the language."""

    amount: float
    currency: str
    start: int
    end: int
    rate: bool = False
    implied: bool = False


@cache
def _currencies() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = load("currencies")
    return table


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    names = {
        side: "|".join(sorted(map(re.escape, table), key=len, reverse=True)) for side, table in _currencies().items()
    }
    return Patterns("money", {"names_before": names["before"], "names_after": names["after"]}).list("sums")


def _amount(text: str) -> float | None:
    """12,000 and 12.000 and 12 000 → 12000; 1.250,50 → 1250.5; 1.2万 → 12000; 2 lakh → 200000."""
    match = re.match(r"(?P<n>[\d,.' ]*\d)\s?(?P<scale>[a-z]+)?", text)
    number = (match["n"] if match else "").replace(" ", "").replace("'", "")
    european = re.fullmatch(r"(\d{1,3}(?:\.\d{3})+)(?:,(\d{1,2}))?", number)
    if european:
        number = european[1].replace(".", "") + "." + (european[2] or "0")
    elif re.fullmatch(r"\d+,\d{1,2}|\d{4,},\d{3}", number):
        number = number.replace(",", ".")
    if match and (not match["scale"] or match["scale"] in _SCALES):
        rest = text[match.end("n") :].strip()
        if not rest or match["scale"]:
            return float(number.replace(",", "")) * _SCALES.get(match["scale"] or "", 1)
    numbers = find_numbers(text)
    if len(numbers) == 2 and numbers[0].value and numbers[1].value:  # 3万5元 is 35,000
        return numbers[0].value + numbers[1].value * (1000 if numbers[1].value < 10 else 1)
    return numbers[0].value if numbers else None


def _code(name: str, home: str) -> tuple[str, bool]:
    """ISO code, and whether it was taken from the language."""
    if name == "$":
        return (home if home in _DOLLARS else "USD"), True
    if name == "¥":
        return ("JPY" if home == "JPY" else "CNY"), True
    if name in ("元", "块"):
        return (home if home in _YUAN else "CNY"), True
    return name, False


def _currency(groups: dict[str, str | None], home: str) -> tuple[str, bool]:
    side = "before" if groups.get("before") else "after"
    return _code(_currencies()[side][groups[side] or ""], home)


def _ambiguous_word(form: str, match: re.Match[str]) -> bool:
    """块 counts pieces unless money is spoken of; rm, rs, nt and try are also parts of codes and words."""
    groups = match.groupdict()
    if groups.get("after") == "块":
        return not re.search(r"钱|赔|费|款|损失|扣|罚|运费|要|退", form[max(0, match.start() - 14) : match.end() + 8])
    glued = form[match.start() : match.end()][2:3].isdigit()
    return groups.get("before") in ("rm", "rs", "nt") and glued


def find_money(text: str, home: str = "CNY") -> list[MoneySpan]:
    """Every sum of money, in order; `home` is the currency that 元 and $ mean here."""
    folded = matching(text)
    form = folded.text
    found: list[MoneySpan] = []
    taken = Taken()
    for pattern in _patterns():
        for match in pattern.finditer(form):
            groups = match.groupdict()
            amount = _amount(groups.get("amount") or groups.get("han") or "")
            if amount is None or amount <= 0 or _ambiguous_word(form, match):
                continue
            start, end = folded.span(match.start(), match.end())
            if not taken.take(start, end):
                continue
            rate = bool(
                _RATE.match(form, match.end()) or _RATE_BEFORE.search(form[max(0, match.start() - 14) : match.start()])
            )
            code, implied = _currency(groups, home)
            found.append(MoneySpan(amount, code, start, end, rate, implied))
    return sorted(found, key=lambda money: money.start)
