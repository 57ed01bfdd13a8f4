"""What a mail makes a page look like, kept honest: no hidden turns of writing, and addresses that say what they are.

A letter that turns the writing's direction makes a program's name read as that of a PDF; letters of two scripts in one
domain make another company's address look like a customer's (UTS 39, IDN homographs).
"""

import re
from unicodedata import name

from markupsafe import Markup

_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ADDRESS = re.compile(r"[^\s<>@\"']+@[^\s<>@\"',;]+")
_TAKEN_FOR_LATIN = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC")
_LIKE_LATIN = frozenset("аеорсухіјѕһԁԛԝӏкмнтвορνικυτօսոցհ")  # what no reader tells from a Latin letter


def as_written(value: object) -> object:
    """Every value on its way into a page: without letters that turn the writing, and without control characters."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return value if value.isascii() and value.isprintable() else _TURNS.sub("", value)


def deceives(sender: str) -> bool:
    """Whether a sender ("name <address>") shows one address and writes from another, or one of letters that only look
    Latin.
    """
    found = _ADDRESS.findall(sender)
    if not found:
        return False
    *shown, real = (each.lower() for each in found)
    return any(each != real for each in shown) or not all(map(_is_honest, real.rpartition("@")[2].split(".")))


def in_ascii(sender: str) -> str:
    """The sender with domains as they are asked for in the net: `xn--80ak6aa92e.com` for one in other letters."""
    return _ADDRESS.sub(lambda found: _ascii(found.group()), sender)


def _ascii(address: str) -> str:
    local, _, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return address


def _is_honest(label: str) -> bool:
    """Whether a domain's part is what it looks like: пример and 例子 are, Latin with a Cyrillic letter in it is not."""
    odd = [letter for letter in label if not letter.isascii() and name(letter, "").startswith(_TAKEN_FOR_LATIN)]
    return not odd or not (any(map(str.isascii, label)) or _LIKE_LATIN.issuperset(odd))
