"""Folding (规范化): one shape for the many ways the same sign is typed, with the way back to the text as it stands.

Folding goes character by character, so a folded span always covers whole characters of the original. Each is mapped by
NFKC (full width → half width, ㎜ → mm), then dashes, colons, quotes, times signs and spaces are unified, and zero-width
signs go.
With `simplify`, Traditional characters become Simplified ones, one for one (OpenCC's t2s, single characters only).
"""

import unicodedata
from dataclasses import dataclass
from functools import cache

import opencc

_UNIFIED = {
    **dict.fromkeys("‐‑‒–—―−﹘﹣⁃─━ー", "-"),
    **dict.fromkeys("∶︰ː꞉", ":"),
    **dict.fromkeys("×✕✖╳⨯", "x"),
    **dict.fromkeys("〜∼～˜", "~"),
    **dict.fromkeys("“”„‟〝〞″", '"'),
    **dict.fromkeys("‘’‚‛′", "'"),
    **dict.fromkeys("⁄∕", "/"),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", ""),
}
_CJK_RANGES = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and the way back: `span` turns a span of `text` into one of `original`."""

    text: str
    original: str
    _starts: tuple[int, ...] | None = None  # original index of each folded character; None where they are the same
    _ends: tuple[int, ...] | None = None

    @property
    def is_even(self) -> bool:
        """Whether every offset of `text` is the same offset of `original`."""
        return self._starts is None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that a span of the folded text covers; out-of-range ends are pulled in."""
        size = len(self.text)
        start = min(max(start, 0), size)
        end = min(max(end, start), size)
        if self._starts is None or self._ends is None:
            return start, end
        first = self._starts[start] if start < size else len(self.original)
        return first, self._ends[end - 1] if end > start else first


@cache
def simplified_characters() -> dict[str, str]:
    """Traditional → Simplified, one character for one, only where they differ (about 3,900 pairs)."""
    characters = [chr(code) for low, high in _CJK_RANGES for code in range(low, high)]
    simplified = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    pairs = zip(characters, simplified, strict=True)
    return {old: new for old, new in pairs if old != new and len(new) == 1}


@cache
def _fold_character(character: str) -> str:
    folded = _UNIFIED.get(character)
    if folded is None:
        folded = "".join(_UNIFIED.get(part, part) for part in unicodedata.normalize("NFKC", character))
    return "".join(" " if part.isspace() else part for part in folded)


@cache
def _matching_character(character: str) -> str:
    if character == "，":  # it parts clauses; the half-width comma may also part thousands
        return character
    table = simplified_characters()
    return "".join(_lower(table.get(part, part)) for part in _fold_character(character))


def _lower(character: str) -> str:
    lowered = character.lower()
    return lowered if len(lowered) == 1 else character


def _assemble(text: str, pieces: list[str]) -> Folded:
    folded = "".join(pieces)
    if all(len(piece) == 1 for piece in pieces):
        return Folded(folded, text)
    starts = tuple(index for index, piece in enumerate(pieces) for _ in piece)
    return Folded(folded, text, starts, tuple(index + 1 for index in starts))


def fold(text: str, simplify: bool = False) -> Folded:
    """The text in its unified shape. With `simplify`, Traditional characters read as Simplified ones, for matching."""
    pieces = [character if character.isascii() else _fold_character(character) for character in text]
    if simplify:
        table = simplified_characters()
        pieces = ["".join(table.get(part, part) for part in piece) for piece in pieces]
    return _assemble(text, pieces)


def matching(text: str) -> Folded:
    """The shape that patterns are written for: folded, simplified and lower case; only ， stays full width."""
    return _assemble(text, [_lower(c) if c.isascii() else _matching_character(c) for c in text])


def simplify(text: str) -> str:
    """Traditional → Simplified, character by character: same length, same offsets."""
    if text.isascii():
        return text
    table = simplified_characters()
    return "".join(table.get(character, character) for character in text)
