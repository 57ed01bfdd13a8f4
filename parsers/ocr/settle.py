"""Letters that look alike, weighed by what stands around them: 0 and O, 1 and l and I, 5 and S, 8 and B, 2 and Z.

The recogniser gives its second choice for each letter. Where the two are known to look alike, the neighbours speak:
among digits a digit is likelier, in a word a letter. Nothing is changed that the picture speaks against.
"""

import re

ALIKE = {
    frozenset(pair)
    for pair in ("0O", "0o", "0D", "0Q", "1l", "1I", "1|", "lI", "5S", "5s", "8B", "2Z", "2z", "6G", "7Z", "O口", "一-")
}
LEAST = 0.03  # of the second choice, to be thought of at all
IN_NUMBER, IN_WORD = 12.0, 12.0  # how much likelier a digit is within a number, and a letter within a word
BESIDE = 3.0  # ... beside one digit or letter
IN_PREFIX = 40.0  # how much likelier an O is in PO before a number
DOUBTFUL = 0.65  # a point or comma that is less sure is a speck
_POINTS = ".,:;'`·-．"
_PREFIXES = re.compile(r"(?:P|S|W|M|C|D|J|T|FR|N|PR)$", re.IGNORECASE)  # PO, SO, NO, FROM …: an O follows


def settled(text: str, sure: list[float], second: list[tuple[str, float]]) -> list[str]:
    """The letters, each the likelier of the recogniser's two choices; "" where a point is a speck."""
    letters = list(text)
    for place, (letter, chance, (other, less)) in enumerate(zip(text, sure, second, strict=True)):
        if letter in _POINTS and chance < DOUBTFUL:
            letters[place] = "" if _is_speck(letters, text, place) else letter
        elif (
            less >= LEAST
            and frozenset((letter, other)) in ALIKE
            and less * _fits(letters, text, place, other) > chance * _fits(letters, text, place, letter)
        ):
            letters[place] = other
    return [_comma(letters, place) for place in range(len(letters))]


def _is_speck(letters: list[str], text: str, place: int) -> bool:
    """A doubtful point: before a letter that needs none. A hyphen between letters is kept."""
    return text[place] != "-" or not (_side(letters, place, -1).isalnum() and _side(letters, place, 1).isalnum())


def _fits(letters: list[str], text: str, place: int, letter: str) -> float:
    """How well a letter goes with its neighbours."""
    left, right = _side(letters, place, -1), _side(letters, place, 1)
    digits = left.isdigit() + right.isdigit()
    latin = _is_latin(left) + _is_latin(right)
    if letter.isdigit():
        return IN_NUMBER if digits == 2 else BESIDE if digits and not latin else 1.0
    if (
        letter in "oO"
        and right.isdigit()
        and _PREFIXES.search(text[:place])
        and not _is_latin(_side(letters, place, -2))
    ):
        return IN_PREFIX
    if latin == 2:
        return IN_WORD
    if latin and not digits:
        return IN_WORD if not left.isalnum() and letter.isupper() == right.isupper() else BESIDE
    return 1.0


def _side(letters: list[str], place: int, step: int) -> str:
    at = place + step
    return letters[at] if 0 <= at < len(letters) else ""


def _is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalpha()


def _comma(letters: list[str], place: int) -> str:
    """A full-width point after a Chinese letter is the comma of a coarse fax."""
    if letters[place] == "．" and place and "\u3400" <= letters[place - 1] <= "\u9fff":
        return "，"
    return letters[place]
