"""What a customer's answer in a record's thread says, besides new values: accepted or not, received, a grade.

Pure: text in, word out; None where it says nothing of the kind. A person settles it (`accept`, `reject`); only a
receipt and a grade are taken as they are.
"""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from storage.life import Grade

LONGEST = 2000  # characters from the start; whoever agrees says so first
_SENTENCES = re.compile(r"[。！？!?;；\n]|\.\s")


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("answers.toml").read_text(encoding="utf-8"))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:LONGEST]).casefold()


def verdict_of(text: str) -> str | None:
    """`accepted` or `rejected`, by the first sentence that says one of them."""
    words = _words()["verdict"]
    for sentence in _SENTENCES.split(_plain(text)):
        for verdict in ("rejected", "accepted"):  # "we do not accept" holds "accept"
            if any(_holds(sentence, word) for word in words[verdict]):
                return verdict
    return None


def is_receipt(text: str) -> bool:
    """Whether it says that our letter was received (已收到)."""
    return any(_holds(_plain(text)[:200], word) for word in _words()["receipt"]["words"])


def grade_of(text: str) -> Grade | None:
    """The grade of a survey's answer: a digit 1 to 4 that stands first, or the grade's own word."""
    plain = _plain(text).strip()
    digit = re.match(r"(?:选|選|答案|answer)?\s*[:：]?\s*([1-4])(?!\d|[./]\d)", plain)
    if digit is not None:
        return tuple(Grade)[int(digit[1]) - 1]
    for name, words in _words()["grades"].items():
        if any(_holds(plain[:200], word) for word in words):
            return Grade(name)
    return None


def _holds(text: str, word: str) -> bool:
    if word.isascii():
        return re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text) is not None
    return word in text
