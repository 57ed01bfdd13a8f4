"""Forms in which two ways of writing one thing are the same text: what rows are looked up by. Pure, without SQL."""

import re
import unicodedata

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_IGNORED_IN_NAMES = re.compile(r"[\s()（）\[\].,，。、·・\-_'\"&]+")
_SAME_IN_MARKS = re.compile(r"\s+")
_BETWEEN_WORDS = re.compile(r"[\s,;、。]+")  # what ends a word that is searched for; other marks stand within one

# What recognition (OCR) takes for one another, and hyphens, which it loses; one after the other, alike here and in SQL.
LOOK_ALIKES = (
    ("rn", "m"),
    ("o", "0"),
    ("l", "1"),
    ("i", "1"),
    ("s", "5"),
    ("b", "8"),
    ("z", "2"),
    ("×", "x"),
    ("-", ""),
    ("\N{HYPHEN}", ""),
    ("\N{EN DASH}", ""),
    (" ", ""),
)


def storable(text: str) -> str:
    """Text that both databases take: NUL and lone surrogates, which hostile mail may hold, become U+FFFD."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def mark(text: str) -> str:
    """A model, batch or address in normal form: full-width and case folded, no space."""
    return _SAME_IN_MARKS.sub("", unicodedata.normalize("NFKC", text).casefold())


def look_alike_mark(text: str) -> str:
    """A model as it looks to a bad eye: all that may be one another is the same."""
    seen = mark(text)
    for letters, same in LOOK_ALIKES:
        seen = seen.replace(letters, same)
    return seen


def name_mark(text: str) -> str:
    """A company's name in normal form: also without brackets, hyphens and points, which writers use as they please."""
    return _IGNORED_IN_NAMES.sub("", unicodedata.normalize("NFKC", text).casefold())


def fax_mark(text: str) -> str:
    """The digits of a fax or telephone number without China's country code and trunk zero: +86 (0)512-6888 0000 →
    51268880000.
    """
    digits = "".join(c for c in unicodedata.normalize("NFKC", text) if c in "0123456789")
    bare = digits.removeprefix("00")
    if bare.startswith("86") and len(bare) >= 12:
        bare = bare[2:]
    return bare.lstrip("0")


def squeezed(text: str) -> str:
    """Words of letters and digits alone, with one space between them: "ZC-204，2批" → "zc204 2批"."""
    folded = unicodedata.normalize("NFKC", storable(text)).casefold()
    words = ("".join(c for c in word if c.isalnum()) for word in _BETWEEN_WORDS.split(folded))
    return " ".join(word for word in words if word)
