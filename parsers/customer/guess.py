"""A proposal for a field of the customer, and how mail addresses, numbers and names are told in any text."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from parsers.document import Document

MAX_TEXT = 60_000  # characters of a text that are looked at

EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
PHONE = re.compile(
    r"(?<![\w.-])(?:\+|00)?(?:\(\d{1,5}\)\s?)?\d(?:[\d().-]|\s(?=[\d(])){5,18}\d(?:\s?(?:转|分机|ext\.?|x|#|-)\s?#?\d{1,5})?(?![\w-])"
)


@dataclass(frozen=True, slots=True)
class Guess:
    """A proposal for a field of the customer; `confidence` orders them and is what is told."""

    field: str
    value: str
    document: Document
    start: int
    end: int
    confidence: float
    rule: str


@cache
def patterns() -> dict[str, re.Pattern[str]]:
    data = tomllib.loads((Path(__file__).parents[1] / "nlp" / "companies.toml").read_text("utf-8"))
    return {name: re.compile(pattern) for name, pattern in data.items()}


def phones(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    found = []
    for match in PHONE.finditer(folded, start, end):
        digits = re.sub(r"\D", "", match.group())
        dateable = re.fullmatch(r"(?:19|20)\d{2}[-./]\d{1,2}[-./]\d{1,2}", match.group().strip())
        if 7 <= len(digits) <= 18 and not dateable:
            found.append((match.start(), match.start() + len(match.group().rstrip(" -./("))))
    return found
