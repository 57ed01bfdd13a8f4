"""The line that a fax machine prints along the top edge of each page: when, from whom, which page.

It stands straight even where the sheet went in askew, so it is looked for on the page as it came.
"""

import re
from dataclasses import dataclass

from parsers.files.seen import SeenLine, SeenPage
from parsers.types import Box

TOP = 0.07  # of the page's height
ROWS = 2  # some machines print two
_DATE = (
    r"(?:\d{2,4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,4}日?"
    r"|[A-Z]{3}[-. ]\s?\d{1,2}[-. ,]{1,2}\d{2,4}|\d{1,2}[-. ]?[A-Z]{3}[-. ]?\d{2,4})"
)
_TIME = r"\d{1,2}\s?[:：]\s?\d{2}"
# a line of the machine has two of these: when, which page, from or to whom
SIGNS = (
    re.compile(rf"{_DATE}.{{0,12}}{_TIME}|{_TIME}.{{0,8}}{_DATE}", re.IGNORECASE),
    re.compile(
        r"\bP(?:AGE|AG|G)?\s?[.:：]?\s?\d{1,3}(?:\s?(?:/|OF)\s?\d{1,3})?\s*$"
        r"|\b0?\d{1,2}\s?/\s?0?\d{1,2}\s*$|第\s?\d+\s?[页頁]",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:FAX|FR[O0]M|TEL|T[O0]|N[O0]|ID|TX|RX|传真|傳真|发件人)\b\s?[.:：]|(?<!\d)(?:\+|\(?0)[\d() -]{6,18}\d",
        re.IGNORECASE,
    ),
)


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """A run of the header's words with its box on the page as shown."""

    text: str
    box: Box
    sure: float


def header_of(seen: SeenPage, height: float) -> tuple[list[HeaderLine], list[SeenLine]]:
    """The header from left to right (nothing where the page has none), and all other lines."""
    edge = [_placed(line) for line in seen.edge if line.edges]
    if _is_header([line.text for line in edge]):
        bottom = max(line.box.bottom for line in edge)
        return edge, [line for line in seen.lines if _place(seen, line)[1] > bottom]
    places = {number: _place(seen, line) for number, line in enumerate(seen.lines) if line.edges}
    near = sorted((top, number) for number, (_, top, bottom) in places.items() if (top + bottom) / 2 < TOP * height)
    header: list[int] = []
    for _ in range(ROWS):
        row = _row([number for _, number in near if number not in header], places)
        if not _is_header([seen.lines[number].text for number in row]):
            break
        header += row
    others = [line for number, line in enumerate(seen.lines) if number not in header]
    return [_shown(seen, seen.lines[number]) for number in header], others


def _is_header(texts: list[str]) -> bool:
    text = "  ".join(texts)
    return sum(sign.search(text) is not None for sign in SIGNS) >= 2


def _placed(line: SeenLine) -> HeaderLine:
    box = Box(line.edges[0][0], line.top, line.edges[-1][1], line.bottom)
    return HeaderLine(line.text, box, min(line.sure))


def _shown(seen: SeenPage, line: SeenLine) -> HeaderLine:
    box = seen.shown(line.edges[0][0], line.top, line.edges[-1][1], line.bottom)
    return HeaderLine(line.text, box, min(line.sure))


def _place(seen: SeenPage, line: SeenLine) -> tuple[float, float, float]:
    """Left edge, top and bottom on the page as shown, without what the line's slant there adds to its box."""
    middle = (line.top + line.bottom) / 2
    box = seen.shown(line.edges[0][0], middle, line.edges[-1][1], middle)
    centre, half = (box.top + box.bottom) / 2, (line.bottom - line.top) / 2
    return box.x0, centre - half, centre + half


def _row(numbers: list[int], places: dict[int, tuple[float, float, float]]) -> list[int]:
    """The lines that stand beside the highest one."""
    if not numbers:
        return []
    _, top, bottom = places[numbers[0]]
    middle, reach = (top + bottom) / 2, 0.75 * (bottom - top)
    row = [number for number in numbers if abs((places[number][1] + places[number][2]) / 2 - middle) <= reach]
    return sorted(row, key=lambda number: places[number][0])
