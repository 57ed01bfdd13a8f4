"""Signatures and legal disclaimers at the end of what somebody wrote.

A line that could be part of the complaint never becomes a signature: wherever a word of the trade stands, the text
goes on.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from parsers.document import Role

MAX_SIGNATURE = 16  # lines with text
MAX_LINE = 90  # characters of a signature's line
SHORT = 24  # characters of a name or title
EDGE = 40  # lines at the top, and five times as many at the end, in which a disclaimer may stand
FAR = 25  # lines with text from the end in which a signature may begin

_DELIMITER = re.compile(r"(?:--|—|——|-- |[-_=─*~]{3,})\Z")
_SENTENCE = re.compile(r"[。！？!?；]|[.,，]\s*\Z")
_DIGITS = re.compile(r"\d")
_CHINESE_NAME = re.compile(r"[\u4e00-\u9fff·]{2,4}(?:\s{1,4}[A-Z][A-Za-z]{1,15}){0,2}\Z")
_PHONE = re.compile(r"(?<![\dA-Za-z])[+(（]?\d[\d()（）+./# -]{6,24}\d(?!\d)")
_DATE = re.compile(r"(?:19|20)\d\d[-/.年]")
_LATIN_NAME = re.compile(r"(?:[A-Z][\w.'-]{0,20}\s?){1,4}\Z")


@dataclass(frozen=True, slots=True)
class Words:
    sign_off: re.Pattern[str]
    mobile: re.Pattern[str]
    strong: re.Pattern[str]
    title: re.Pattern[str]
    never: re.Pattern[str]
    disclaimer: re.Pattern[str]


@lru_cache(maxsize=1)
def words() -> Words:
    """The rows of words/segments.toml that this file reads, compiled."""
    data = tomllib.loads(files("parsers").joinpath("words/segments.toml").read_text("utf-8"))
    lines, signature = data["lines"], data["signature"]
    rows = (
        lines["sign_off"], lines["mobile"],
        signature["strong"], signature["title"], signature["never"], data["disclaimer"]["lines"],
    )  # fmt: skip
    return Words(*(re.compile("|".join(f"(?:{one})" for one in row), re.IGNORECASE) for row in rows))


def roles(texts: list[str], sender: str) -> list[Role]:
    """BODY, SIGNATURE or DISCLAIMER for each line of one person's text; `texts` are stripped, `sender` is his name."""
    out = _disclaimers(texts)
    kept = [number for number, role in enumerate(out) if role is Role.BODY]
    start = signature_start([texts[number] for number in kept], sender)
    for number in kept[start:] if start is not None else []:
        out[number] = Role.SIGNATURE
    for number in kept:
        if texts[number] and len(texts[number]) < 80 and words().mobile.match(texts[number]):
            out[number] = Role.SIGNATURE
    return out


def signature_start(texts: list[str], sender: str) -> int | None:
    """The line at which the signature begins; None where there is none."""
    filled = [number for number, text in enumerate(texts) if text]
    while filled and words().mobile.match(texts[filled[-1]][:100]):
        filled.pop()
    tail = filled[-FAR:]
    return (
        _after_delimiter(texts, tail) or _after_sign_off(texts, tail, sender) or _contact_block(texts, filled, sender)
    )


def _disclaimers(texts: list[str]) -> list[Role]:
    """From the line with a legal phrase (it may run over two lines) to the end of its paragraph."""
    out = [Role.BODY] * len(texts)
    inside = False
    for number, text in enumerate(texts):
        if EDGE < number < len(texts) - 5 * EDGE:
            inside = False
            continue
        following = texts[number + 1] if number + 1 < len(texts) else ""
        inside = bool(text) and (inside or (len(text) > 5 and _is_disclaimer(text, following)))
        if inside:
            out[number] = Role.DISCLAIMER
    return out


def _is_disclaimer(text: str, following: str) -> bool:
    known = words().disclaimer
    if known.search(text[:1000]):
        return True
    return (
        bool(following)
        and not known.search(following[:1000])
        and known.search(f"{text[-500:]} {following[:500]}") is not None
    )


def _after_delimiter(texts: list[str], tail: list[int]) -> int | None:
    for place, number in enumerate(tail):
        if _DELIMITER.match(texts[number]):
            after = tail[place + 1 :]
            exact = texts[number] in ("--", "-- ")
            if 0 < len(after) <= MAX_SIGNATURE and all(len(texts[n]) <= 2 * MAX_LINE for n in after):
                proper = not any(_is_text(texts[n]) for n in after)
                if proper and (exact or any(_is_strong(texts[n]) for n in after)):
                    return number
    return None


def _after_sign_off(texts: list[str], tail: list[int], sender: str) -> int | None:
    for place in range(len(tail) - 1, -1, -1):
        number = tail[place]
        if len(texts[number]) <= 60 and words().sign_off.match(texts[number]):
            after = tail[place + 1 :]
            if after and len(after) <= MAX_SIGNATURE and all(_could_sign(texts[n], sender) for n in after):
                return _first_sign_off(texts, tail, place)
    return None


def _first_sign_off(texts: list[str], tail: list[int], place: int) -> int:
    """Thanks and regards may stand in two lines."""
    while place > 0 and len(texts[tail[place - 1]]) <= 60 and words().sign_off.match(texts[tail[place - 1]]):
        place -= 1
    return tail[place]


def _contact_block(texts: list[str], filled: list[int], sender: str) -> int | None:
    """Names, company and numbers at the very end, without any word before them."""
    start = len(filled)
    strong = 0
    while start > 0 and len(filled) - start < MAX_SIGNATURE and _could_sign(texts[filled[start - 1]], sender):
        start -= 1
        strong += _is_strong(texts[filled[start]])
    if not strong:
        return _bare_name(texts, filled, sender)
    if start == 0:
        return None
    start = _without_prose(texts, filled, start, sender)
    return (
        filled[start] if start < len(filled) and (len(filled) - start > 1 or _is_strong(texts[filled[start]])) else None
    )


def _without_prose(texts: list[str], filled: list[int], start: int, sender: str) -> int:
    """Moves the start down to the first line that is a contact, a name or a title; other short lines above are text."""
    while start < len(filled) and not (_is_strong(texts[filled[start]]) or _is_name(texts[filled[start]], sender)):
        start += 1
    return start


def _bare_name(texts: list[str], filled: list[int], sender: str) -> int | None:
    """The sender's name alone in the last line."""
    if len(filled) < 2:
        return None
    last = texts[filled[-1]]
    return (
        filled[-1]
        if sender and len(last) <= SHORT and last.replace(" ", "").lower() == sender.replace(" ", "").lower()
        else None
    )


def _could_sign(text: str, sender: str) -> bool:
    if len(text) > MAX_LINE or _is_text(text):
        return False
    if _DELIMITER.match(text) or _is_strong(text) or _is_name(text, sender):
        return True
    return (
        len(text) <= 2 * SHORT
        and not _SENTENCE.search(text)
        and len(_DIGITS.findall(text)) < 3
        and not re.search("[:：]", text)
    )


def _is_text(text: str) -> bool:
    return words().never.search(text) is not None and not re.search(r"@|https?://|www\.", text)


def _is_strong(text: str) -> bool:
    if len(text) > MAX_LINE or re.search(r"[。！？!?；]", text):
        return False
    return words().strong.search(text) is not None or _has_phone(text)


def _has_phone(text: str) -> bool:
    """A number long enough, parted or dialled as phone numbers are, and no date."""
    match = _PHONE.search(text)
    if match is None or _DATE.search(text):
        return False
    digits = re.sub(r"\D", "", match[0])
    parted = re.search(r"[-() （）+]", match[0]) is not None
    return len(digits) in range(8, 16) and digits[0] in "01248" and (parted or (digits[0] == "1" and len(digits) == 11))


def _is_name(text: str, sender: str) -> bool:
    if sender and len(text) <= 2 * SHORT and (text in sender or sender.split()[0] in text):
        return True
    if len(text) > 2 * SHORT or _SENTENCE.search(text):
        return False
    return bool(_CHINESE_NAME.match(text) or _LATIN_NAME.match(text) or words().title.search(text))
