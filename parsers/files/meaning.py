"""Whether the letters of a PDF page mean what its picture shows, told from the letters alone.

A page may look right and carry wrong letters: its font gives no meaning to them (U+FFFD, private use, `(cid:12)`), or
a wrong one. Without a table of meanings a reader falls back on the numbers of the glyphs, and those give letters of
scripts that nobody here writes, rare characters, or Latin text moved by a constant, in which hardly a vowel is left
("This is" as "7KLV LV"). Such a page is read from its picture.
"""

from unicodedata import category

GARBAGE = 0.05  # share of letters that are none, above which the text is none
ENOUGH = 60  # letters of a kind, from which on their mixture tells something
STRANGE = 0.3  # share of letters of scripts that nobody here writes, or of rare characters
VOWELS = 0.14  # of Latin letters; languages have 0.3 to 0.5, lists of codes and units 0.15 and more

_FREQUENT = ("gb2312", b"\xd8"), ("big5", b"\xc9")  # where the frequent characters of a set end and the rare begin


def means_something(text: str) -> bool:
    """Whether it may be kept as the text of its page."""
    if share_of_garbage(text) > GARBAGE:
        return False
    letters = [letter for letter in text if category(letter)[0] in "LMC"]
    if len(letters) >= ENOUGH and sum(map(_is_strange, letters)) > STRANGE * len(letters):
        return False
    latin = [letter for letter in letters if letter.isascii()]
    if len(latin) < ENOUGH or len(latin) < len(letters) / 2:
        return True
    return sum(letter in "aeiouyAEIOUY" for letter in latin) >= VOWELS * len(latin)


def share_of_garbage(text: str) -> float:
    """The share of letters that mean nothing: control and private-use characters, U+FFFD, and `(cid:12)`."""
    meant = text.replace("(cid:", "\ufffd")
    bad = sum(
        1 for letter in meant if letter < " " or "\x7f" <= letter < "\xa0" or letter == "\ufffd" or _is_private(letter)
    )
    return bad / max(1, len(meant))


def _is_private(letter: str) -> bool:
    return "\ue000" <= letter <= "\uf8ff" or letter >= "\U000f0000"


def _is_strange(letter: str) -> bool:
    if letter < "\u0250" or "\u1e00" <= letter < "\u1f00":
        return False  # Latin, with the marks of European and Vietnamese writing
    if "\u0370" <= letter < "\u0530" or "\u3040" <= letter < "\u3100" or "\uac00" <= letter < "\ud7a4":
        return False  # Greek, Cyrillic, kana, hangul
    if "\uff00" <= letter < "\uffa0":
        return False  # full width
    return not any(_frequent(letter, charset, end) for charset, end in _FREQUENT)


def _frequent(letter: str, charset: str, end: bytes) -> bool:
    try:
        return letter.encode(charset) < end
    except UnicodeEncodeError:
        return False
