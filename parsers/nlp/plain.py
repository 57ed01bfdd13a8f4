"""Text folded character by character, so that every offset stays what it was.

Rules are written once, for half-width lower-case text in Simplified characters; a hit at `plain[a:b]` is `text[a:b]`, whatever
the customer typed. A character whose fold is longer than one character (㎜, ½) is left as it is.
"""  # noqa: E501

import unicodedata
from functools import cache
from typing import Any

_SINGLE = {
    **dict.fromkeys("‐‑‒–—−﹘﹣─", "-"),
    **dict.fromkeys("\u00a0\u3000\u2002\u2003\u2009\u202f\u200b\ufeff\r\v\f", " "),
    **dict.fromkeys("﹕︰∶", ":"),
    **dict.fromkeys("∼〜", "~"),
    **dict.fromkeys("’‘´`", "'"),
    **dict.fromkeys("“”「」『』", '"'),
    **dict.fromkeys("【〔〖", "["),
    **dict.fromkeys("】〕〗", "]"),
    "✕": "×",
    "✖": "×",
}


@cache
def _converter() -> Any:
    from opencc import OpenCC  # its tables are loaded when the first Chinese character asks for them

    return OpenCC("t2s")


def _fold(character: str) -> str:
    if character in _SINGLE:
        return _SINGLE[character]
    folded = unicodedata.normalize("NFKC", character)
    if len(folded) != 1:
        return character
    if "\u3400" <= folded <= "\u9fff":
        simplified = str(_converter().convert(folded))
        return simplified if len(simplified) == 1 else folded
    lowered = folded.lower()
    return lowered if len(lowered) == 1 else folded


class _Table(dict[int, str]):
    """A `str.translate` table that learns a character's fold when it first meets it."""

    def __missing__(self, key: int) -> str:
        self[key] = folded = _fold(chr(key))
        return folded


_TABLE = _Table()


def plain(text: str) -> str:
    """`text` half-width, lower-case, in Simplified characters, as long as it was."""
    return text.translate(_TABLE)


def is_cjk(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff"
