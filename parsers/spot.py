"""The words within a rectangle that somebody drew on a page: the file's own, else what is recognised in a piece of it.

All figures are points of the page as it is shown, from its top left. A letter counts where its middle lies within.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PIL import Image

from parsers.document import Document
from parsers.files import ReadLimits, pictures, read_file
from parsers.files.seen import PageKey, PagePicture, Piece, SeenLine, SeenPage
from parsers.types import Box

MARGIN = 5.0  # points around a rectangle that are cut out with it, so that no letter at its edge is halved
LEAST = 3.0  # points of a rectangle's sides
MOST_LETTERS = 2_000
_HAN = 0x2E80


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle on a page (from 1) of the part of this name; `turns` quarters clockwise bring it upright."""

    part: str
    page: int
    box: Box
    turns: int = 0


@dataclass(frozen=True, slots=True)
class Spotted:
    """Words with the rectangle about them, and how sure the recogniser is of the least sure letter; None where they are
    text. `start` and `end` are their place in the part's text where it has one.
    """

    text: str
    box: Box | None
    sure: float | None = None
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Spotting:
    """What a file gives for an area: its words, or the piece of the page to be recognised; neither where the page
    cannot be drawn.
    """

    words: Spotted | None = None
    piece: Piece | None = None


def look_up(content: bytes, media_type: str, area: Area, limits: ReadLimits) -> Spotting:
    """The file's own words in the area; a piece of the picture where it has none there."""
    if not media_type.startswith("image/"):
        document = read_file(area.part, content, media_type, limits)
        found = words_within(document, area.page, area.box)
        if found is not None:
            return Spotting(found)
    for number, png, place in pictures(content, media_type, [area.page]):
        if number == area.page:
            return Spotting(piece=cut_out(png, place, area))
    return Spotting()


def words_within(document: Document, page: int, box: Box) -> Spotted | None:
    """The document's words whose middle lies in the rectangle; a long word is cut where the rectangle cuts it."""
    spans = []
    for word in document.words:
        if word.page == page and box.top <= (word.box.top + word.box.bottom) / 2 <= box.bottom:
            start, end = _letters(document.text[word.start : word.end], word.box, box)
            if start < end:
                spans.append((word.start + start, word.start + end, word.box))
    if not spans:
        return None
    first, last = min(start for start, _, _ in spans), max(end for _, end, _ in spans)
    text = _joined(document, sorted(spans, key=lambda span: span[0]))
    return Spotted(text[:MOST_LETTERS], _around([one for _, _, one in spans]), None, first, last) if text else None


def _letters(text: str, word: Box, box: Box) -> tuple[int, int]:
    """Which letters of a word lie in the rectangle, by their likely widths."""
    widths = [2.0 if ord(letter) >= _HAN else 1.0 for letter in text]
    whole, at = sum(widths) or 1.0, 0.0
    within = []
    for number, width in enumerate(widths):
        middle = word.x0 + (at + width / 2) / whole * (word.x1 - word.x0)
        at += width
        if box.x0 <= middle <= box.x1:
            within.append(number)
    return (within[0], within[-1] + 1) if within else (0, 0)


def _joined(document: Document, spans: Sequence[tuple[int, int, Box]]) -> str:
    """The spans with what the text has between them where that is blank; a blank where something else lies there."""
    out: list[str] = []
    before = None
    for start, end, _ in spans:
        if before is not None:
            between = document.text[before:start] if before <= start else " "
            out.append(between if not between.strip() and len(between) < 20 else " ")
        out.append(document.text[start:end])
        before = end
    return "".join(out).strip()


def cut_out(png: bytes, place: Box, area: Area) -> Piece | None:
    """The piece of a page's picture that the area covers, with a margin; None where nothing of the page is in it."""
    with Image.open(io.BytesIO(png), formats=("PNG",)) as picture:
        across = picture.width / max(place.x1 - place.x0, 1.0)
        down = picture.height / max(place.bottom - place.top, 1.0)
        left = max(0, int((area.box.x0 - MARGIN - place.x0) * across))
        upper = max(0, int((area.box.top - MARGIN - place.top) * down))
        right = min(picture.width, round((area.box.x1 + MARGIN - place.x0) * across))
        lower = min(picture.height, round((area.box.bottom + MARGIN - place.top) * down))
        if right - left < 2 or lower - upper < 2:
            return None
        out = io.BytesIO()
        picture.convert("L").crop((left, upper, right, lower)).save(out, "PNG")
    there = Box(place.x0 + left / across, place.top + upper / down, place.x0 + right / across, place.top + lower / down)
    return Piece(PagePicture(PageKey(area.part, area.page), out.getvalue(), there), area.turns % 4)


def letters_within(seen: SeenPage, box: Box) -> Spotted | None:
    """What was recognised, without the letters of the margin; lines from the top, those side by side as one."""
    found: list[tuple[SeenLine, list[int]]] = []
    for line in seen.lines:
        kept = [
            number
            for number, (left, right) in enumerate(line.edges)
            if _holds(box, seen.shown(left, line.top, right, line.bottom)) or line.text[number].isspace()
        ]
        if any(not line.text[number].isspace() for number in kept):
            found.append((line, kept))
    if not found:
        return None
    rows = _rows(found)
    text = "\n".join(" ".join("".join(line.text[n] for n in kept).strip() for line, kept in row) for row in rows)
    boxes = [
        seen.shown(line.edges[n][0], line.top, line.edges[n][1], line.bottom)
        for line, kept in found
        for n in kept
        if not line.text[n].isspace()
    ]
    sure = [line.sure[n] for line, kept in found for n in kept]
    return Spotted(text.strip()[:MOST_LETTERS], _around(boxes), round(min(sure), 3))


def _rows(found: Sequence[tuple[SeenLine, list[int]]]) -> list[list[tuple[SeenLine, list[int]]]]:
    rows: list[list[tuple[SeenLine, list[int]]]] = []
    for one in sorted(found, key=lambda each: (each[0].top + each[0].bottom) / 2):
        middle = (one[0].top + one[0].bottom) / 2
        if rows and rows[-1][0][0].top <= middle <= rows[-1][0][0].bottom:
            rows[-1].append(one)
        else:
            rows.append([one])
    return [sorted(row, key=lambda each: each[0].edges[0][0]) for row in rows]


def _holds(box: Box, letter: Box) -> bool:
    across, down = (letter.x0 + letter.x1) / 2, (letter.top + letter.bottom) / 2
    return box.x0 <= across <= box.x1 and box.top <= down <= box.bottom


def _around(boxes: Iterable[Box]) -> Box:
    every = list(boxes)
    return Box(
        round(min(box.x0 for box in every), 2),
        round(min(box.top for box in every), 2),
        round(max(box.x1 for box in every), 2),
        round(max(box.bottom for box in every), 2),
    )
