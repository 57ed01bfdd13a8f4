"""Boxes to be ticked (复选框) in a page's picture, empty or ticked by print or pen, and their signs among the letters.

The recogniser leaves out most boxes that hold a mark, and some empty ones: "□退货 ☑换货" comes back as "□退货换货", and
nobody can tell what was chosen. So squares are looked for as strokes, and their signs are put where they stand.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from parsers.files.seen import SeenLine
from parsers.ocr.clean import Gray

EMPTY, TICKED = "☐", "☑"
INK = 170
LEAST, MOST = 0.065, 0.28  # inches, of a side
STROKE = 0.05  # inches of an unbroken run that a side is made of
SQUARE = (0.78, 1.28)  # height to width
WHOLE, BROKEN = 0.85, 0.6  # share of a side that is ink; of the right one, through which a tick may run
ALIKE = 0.13  # by which the sides of a form's boxes differ
RING = 0.12  # of a side: how far around a box the paper is white
STAIN = 0.10  # share of that ring that may be ink; a part of a letter has its other strokes there
TALL = 0.52  # of its line: smaller squares are parts of letters
MARK = 0.045  # share of the inside that is ink, in a ticked box
FULL = 0.75  # more is a black square or a picture
NEAR = 0.18  # of a side: how far strokes may miss each other; how far apart two boxes stand that share a wall
MANY = 20_000  # strokes; a page with more is a picture
STRETCHED = 1.3  # times the usual width of a letter
SURE = 0.6  # of a letter that is built like a box (国, 回): less sure, it is one
_SIGNS = frozenset("□☐☑☒■▢◻√✓✔✗×xXvV囗ロ")  # what the recogniser makes of a box or of the mark in it
_LIKE_A_BOX = frozenset("口门日目曰田回国图因困四区凶図圆圖O0D")

Ink = NDArray[np.uint8]
_Stroke = tuple[int, int, int, int]  # left, top, right, bottom
_STEP = 8  # pixels of a bucket


@dataclass(frozen=True, slots=True)
class TickBox:
    """A box in pixels, and whether something stands in it."""

    left: float
    top: float
    right: float
    bottom: float
    ticked: bool

    @property
    def side(self) -> float:
        return (self.right - self.left + self.bottom - self.top) / 2

    def scaled(self, by: float) -> "TickBox":
        return TickBox(self.left * by, self.top * by, self.right * by, self.bottom * by, self.ticked)


def boxes_of(gray: Gray, dots: float) -> list[TickBox]:
    """Boxes of an upright page with `dots` to the inch; none that share a wall, such as those of one digit each.

    The boxes of a form are of one size: empty ones with white paper around tell it, and what is ticked must have it.
    """
    ink = (gray < INK).astype(np.uint8)
    strokes = _strokes(ink, dots)
    if len(strokes) > MANY:
        return []
    found: list[TickBox] = []
    for box in sorted(filter(None, (_box(ink, *pair) for pair in _pairs(strokes))), key=lambda box: -box.side):
        if not any(_overlap(box, other) for other in found):
            found.append(box)
    found = [box for box in found if not any(_touch(box, other) for other in found if other is not box)]
    size = _size(ink, found)
    kept = [box for box in found if abs(box.side - size) <= ALIKE * size]
    return sorted(kept, key=lambda box: (box.top, box.left))


def _size(ink: Ink, found: Sequence[TickBox]) -> float:
    """The side of this form's boxes, 0 where it has none: the largest that two empty ones share, or one by itself has.
    Letters hold squares too (停, 否), but smaller ones.
    """
    empty = [(box.side, _clean_sides(ink, box)) for box in found if not box.ticked]
    apart = sorted((side for side, clean in empty if clean >= 3), reverse=True)
    for larger, smaller in pairwise(apart):
        if larger - smaller <= ALIKE * larger:
            return (larger + smaller) / 2
    return max((side for side, clean in empty if clean == 4), default=0.0)


def _strokes(ink: Ink, dots: float) -> list[_Stroke]:
    """Strokes across that may be a box's upper or lower side."""
    core = max(8, int(STROKE * dots))
    runs = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    runs = cv2.morphologyEx(runs, cv2.MORPH_OPEN, np.ones((1, core), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    return [
        (left, top, left + width, top + height)
        for left, top, width, height, _ in stats[1:].tolist()
        if LEAST * dots <= width <= MOST * dots * 1.3 and height <= max(4, 0.3 * width)
    ]


def _pairs(strokes: Sequence[_Stroke]) -> Iterator[tuple[_Stroke, _Stroke]]:
    """Strokes of one length, one above the other by about that length."""
    by_left: dict[int, list[_Stroke]] = defaultdict(list)
    for stroke in strokes:
        by_left[stroke[0] // _STEP].append(stroke)
    for top in strokes:
        width = top[2] - top[0]
        near = max(2.0, NEAR * width)
        for step in range(int(top[0] - near) // _STEP, int(top[0] + near) // _STEP + 1):
            for bottom in by_left.get(step, ()):
                square = SQUARE[0] * width <= bottom[3] - top[1] <= SQUARE[1] * width
                if square and abs(top[0] - bottom[0]) <= near and abs(top[2] - bottom[2]) <= near:
                    yield top, bottom


def _box(ink: Ink, top: _Stroke, bottom: _Stroke) -> TickBox | None:
    """The box between two strokes, where two more close it."""
    near = max(2.0, NEAR * (top[2] - top[0]))
    left, right = min(top[0], bottom[0]), max(top[2], bottom[2])
    walls = [_wall(ink, x, top[1], bottom[3], round(near)) for x in (left, right - 1)]
    if walls[0] < WHOLE or walls[1] < BROKEN:
        return None
    thick = max(top[3] - top[1], bottom[3] - bottom[1], 1) + 1
    inside = ink[top[1] + thick : bottom[3] - thick, left + thick : right - thick]
    if inside.size < 16:
        return None
    share = float(inside.mean())
    return None if share > FULL else TickBox(left, top[1], right, bottom[3], share >= MARK)


def _wall(ink: Ink, x: int, top: int, bottom: int, reach: int) -> float:
    """How much of the height is ink in the columns around x."""
    return float(ink[top:bottom, max(0, x - reach) : x + reach + 1].max(axis=1).mean()) if bottom > top else 0.0


def _clean_sides(ink: Ink, box: TickBox) -> int:
    """On how many of its sides the paper beside a box is white; a part of a letter has other strokes there."""
    left, top, right, bottom = (int(edge) for edge in (box.left, box.top, box.right, box.bottom))
    reach, gap = max(3, round(RING * box.side)), 2
    rings = (
        ink[top:bottom, max(0, left - gap - reach) : max(0, left - gap)],
        ink[bottom + gap : bottom + gap + reach, left:right],
        ink[max(0, top - gap - reach) : max(0, top - gap), left:right],
        ink[top:bottom, right + gap : right + gap + reach],
    )
    return sum(ring.size == 0 or float(ring.mean()) <= STAIN for ring in rings)


def _overlap(one: TickBox, other: TickBox) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > 0.3 * min(one.side, other.side) and down > 0.3 * min(one.side, other.side)


def _touch(one: TickBox, other: TickBox) -> bool:
    near = NEAR * one.side
    beside = min(one.bottom, other.bottom) - max(one.top, other.top) > 0.5 * one.side
    above = min(one.right, other.right) - max(one.left, other.left) > 0.5 * one.side
    across = max(one.left, other.left) - min(one.right, other.right)
    down = max(one.top, other.top) - min(one.bottom, other.bottom)
    return (beside and across < near) or (above and down < near)


# ---------------------------------------------------------------- among the letters


def with_boxes(lines: Sequence[SeenLine], boxes: Iterable[TickBox]) -> list[SeenLine]:
    """The lines with a sign for each box; boxes and lines in one measure. A box that no line holds is a line itself."""
    told = list(lines)
    usual = float(np.median([line.bottom - line.top for line in lines])) if lines else 0.0
    for box in boxes:
        number = _line_of(told, box)
        high = usual if number is None else min(usual, told[number].bottom - told[number].top)
        if box.side < TALL * high:
            continue
        if number is not None:
            told[number] = _with(told[number], box)
        elif box.ticked:
            told.append(_alone(box))
    return told


def _line_of(lines: Sequence[SeenLine], box: TickBox) -> int | None:
    """The line that the box stands in or right before."""
    middle = (box.top + box.bottom) / 2
    best: tuple[float, int] | None = None
    for number, line in enumerate(lines):
        if not line.upright or not line.edges or not line.top <= middle <= line.bottom:
            continue
        left, right = line.edges[0][0], line.edges[-1][1]
        apart = max(left - box.right, box.left - right, 0.0)
        if apart <= 1.2 * box.side and (best is None or apart < best[0]):
            best = apart, number
    return None if best is None else best[1]


def _with(line: SeenLine, box: TickBox) -> SeenLine:
    """The line with the box's sign in it, in the place of what the recogniser made of the box, or between letters."""
    middle = (box.left + box.right) / 2
    held = [number for number, edges in enumerate(line.edges) if edges[0] <= middle <= edges[1]]
    held = [number for number in held if line.text[number].strip()]
    if any(_is_letter(line, number, box) for number in held):
        return line
    signs = [number for number in held if line.text[number] in _SIGNS or line.text[number] in _LIKE_A_BOX]
    start = signs[0] if signs else sum((left + right) / 2 < middle for left, right in line.edges)
    end = signs[-1] + 1 if signs else start
    sign = TICKED if box.ticked else EMPTY
    return replace(
        line,
        text=line.text[:start] + sign + line.text[end:],
        edges=(*line.edges[:start], (box.left, box.right), *line.edges[end:]),
        sure=(*line.sure[:start], 0.95, *line.sure[end:]),
    )


def _is_letter(line: SeenLine, number: int, box: TickBox) -> bool:
    """Whether what was found is a letter built like a box, a part of a letter, or the frame of one; not the neighbour
    of a box that the recogniser left out, whose edges reach over it.
    """
    letter, (left, right) = line.text[number], line.edges[number]
    if letter in _SIGNS:
        return False
    if letter == "口":
        return not box.ticked
    if letter in _LIKE_A_BOX:
        return line.sure[number] >= SURE
    return right - left <= STRETCHED * _usual_width(line, letter)


def _usual_width(line: SeenLine, letter: str) -> float:
    """Of the line's narrower letters of this sort, Latin or Chinese."""
    signs = zip(line.text, line.edges, strict=True)
    widths = [right - left for sign, (left, right) in signs if sign.isalnum() and sign.isascii() == letter.isascii()]
    return float(np.percentile(widths, 25)) if len(widths) > 2 else min(widths, default=line.bottom - line.top)


def _alone(box: TickBox) -> SeenLine:
    return SeenLine(TICKED if box.ticked else EMPTY, box.top, box.bottom, ((box.left, box.right),), (0.95,))
