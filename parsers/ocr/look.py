"""From a page's picture to its letters: cleaned, turned upright, straightened, then read region by region."""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from parsers.files.ruling import Grid, Rule, find_grids
from parsers.files.seen import PagePicture, SeenLine, SeenPage
from parsers.ocr import clean
from parsers.ocr.boxes import boxes_of, with_boxes
from parsers.ocr.clean import Gray, Points
from parsers.ocr.engine import LIKELY_TEXT, TALL, Engine, Letters
from parsers.ocr.rules import rules_of

MOST_PIXELS = 3_600  # of a side; a finer scan or photo is made coarser
LIKELY_SIGN = 0.75  # mean certainty of a region of one or two letters
TICKS = "√✓✔☑☐□■●○×"
UNSURE = 0.80  # mean certainty below which the page may stand on its head
ASKED = 12  # regions that are asked which way up they are
EDGE = 0.03  # of the page's longer side: where a fax machine prints its line
COSINE = 0.7  # of the angle by which the page was turned; less is a quarter turn or more
MARGIN = 4.0  # points; a region that passes a wall by less only touches it
COARSE = 1.5  # dots across to dots down, above which a fax is of standard resolution

Quad = NDArray[np.float32]


@dataclass(slots=True)
class Sheet:
    """A picture on its way, and the matrix from its pixels to the points of the page as shown."""

    gray: Gray
    back: Points

    def after(self, gray: Gray, matrix: Points) -> "Sheet":
        return Sheet(gray, self.back @ np.linalg.inv(matrix))


def look(picture: PagePicture, engine: Engine) -> SeenPage:
    """What stands on the page. A picture without text gives no lines."""
    came = prepared(picture)
    sheet, regions = _upright(came, engine)
    if not len(regions):
        return SeenPage(picture.key)
    points = float(np.sqrt(abs(np.linalg.det(sheet.back[:2, :2]))))  # a pixel's side; pixels are square by now
    rules, regions = ruled(sheet, regions, points)
    letters = read(sheet, regions, engine)
    certain = [each.mean for each in letters if each.text.strip()]
    if certain and sum(certain) / len(certain) < UNSURE and _is_upside_down(sheet, regions, engine):
        sheet = sheet.after(*clean.quarter_turned(sheet.gray, 2))
        rules, regions = ruled(sheet, engine.regions(sheet.gray), points)
        letters = read(sheet, regions, engine)
    lines = [line_of(region, each, points) for region, each in zip(regions, letters, strict=True) if _is_text(each)]
    lines = with_boxes(lines, [box.scaled(points) for box in boxes_of(sheet.gray, 72 / points)])
    back = sheet.back @ np.diag([1 / points, 1 / points, 1.0])
    a, b, c, d, e, f = (round(float(each), 6) for each in back[:2].ravel())
    edge = _upper_edge(came, engine) if a < COSINE else ()
    return SeenPage(picture.key, tuple(lines), edge, tuple(rules), (a, b, c, d, e, f))


def _upper_edge(sheet: Sheet, engine: Engine) -> tuple[SeenLine, ...]:
    """What stands along the upper edge of a page that had to be turned, read as the page came."""
    strip = Sheet(sheet.gray[: round(EDGE * max(sheet.gray.shape))], sheet.back)
    regions = engine.regions(strip.gray)
    points = float(sheet.back[0, 0])
    lines = [
        line_of(region, letters, points) for region, letters in zip(regions, read(strip, regions, engine), strict=True)
    ]
    return tuple(sorted((line for line in lines if line.edges and min(line.sure) > 0.5), key=lambda line: line.edges))


def prepared(picture: PagePicture) -> Sheet:
    gray = np.asarray(cv2.imdecode(np.frombuffer(picture.png, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)
    height, width = gray.shape
    place = picture.place
    wide, high = (place.x1 - place.x0) / width, (place.bottom - place.top) / height  # points a pixel
    back = np.array([[wide, 0, place.x0], [0, high, place.top], [0, 0, 1]], dtype=np.float64)
    gray = clean.black_on_white(gray)
    if clean.is_two_tone(gray):
        gray = clean.without_streaks(gray)
        gray = clean.without_specks(gray, coarse=high > COARSE * wide)
    fine = min(wide, high)
    larger = max(1.0, max(wide * width, high * height) / fine / MOST_PIXELS)
    sheet = Sheet(gray, back)
    return sheet.after(*clean.stretched(gray, wide / fine / larger, high / fine / larger))


def _upright(sheet: Sheet, engine: Engine) -> tuple[Sheet, Quad]:
    """The page straightened, and turned by a quarter where most of its text runs up or down."""
    sheet = _straight(sheet)
    regions = engine.regions(sheet.gray)
    if not _is_sideways(regions):
        return sheet, regions
    sheet = _straight(sheet.after(*clean.quarter_turned(sheet.gray, 1)))
    regions = engine.regions(sheet.gray)
    if _is_upside_down(sheet, regions, engine):
        sheet = sheet.after(*clean.quarter_turned(sheet.gray, 2))
        regions = engine.regions(sheet.gray)
    return sheet, regions


def _straight(sheet: Sheet) -> Sheet:
    lean = clean.lean_of(sheet.gray)
    return sheet.after(*clean.turned(sheet.gray, -lean)) if lean else sheet


def _is_sideways(regions: Quad) -> bool:
    wide, high = _sides(regions)
    tall = float((wide * high)[high > TALL * wide].sum())
    flat = float((wide * high)[wide > TALL * high].sum())
    return tall > 1.5 * flat


def _is_upside_down(sheet: Sheet, regions: Quad, engine: Engine) -> bool:
    wide, high = _sides(regions)
    order = np.argsort(-np.where(wide > 2 * high, wide, 0))[:ASKED]
    return engine.share_upside_down([_crop(sheet.gray, regions[number]) for number in order]) > 0.5


def _sides(regions: Quad) -> tuple[Quad, Quad]:
    wide = np.linalg.norm(regions[:, 1] - regions[:, 0], axis=1)
    high = np.linalg.norm(regions[:, 3] - regions[:, 0], axis=1)
    return wide.astype(np.float32), high.astype(np.float32)


def read(sheet: Sheet, regions: Quad, engine: Engine) -> list[Letters]:
    return engine.read([_crop(sheet.gray, region) for region in regions])


def _crop(gray: Gray, region: Quad) -> Gray:
    """The region by itself, its text from left to right."""
    wide = max(1, round(float(max(np.linalg.norm(region[1] - region[0]), np.linalg.norm(region[2] - region[3])))))
    high = max(1, round(float(max(np.linalg.norm(region[3] - region[0]), np.linalg.norm(region[2] - region[1])))))
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    matrix = cv2.getPerspectiveTransform(region.astype(np.float32), corners)
    part = cv2.warpPerspective(gray, matrix, (wide, high), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.rot90(part).astype(np.uint8) if high >= TALL * wide else part.astype(np.uint8)


def ruled(sheet: Sheet, regions: Quad, points: float) -> tuple[list[Rule], Quad]:
    """The page's rules in points, and the regions: one that runs across the wall of a form's cell is two."""
    rules = [_scaled(rule, points) for rule in rules_of(sheet.gray, 72 / points)]
    rules = _without_strokes(rules, [_bounds(region, points) for region in regions])
    grids = find_grids(rules)
    pieces = [piece for region in regions for piece in _split(region, grids, points)]
    return rules, np.array(pieces, np.float32).reshape(-1, 4, 2)


def _is_text(letters: Letters) -> bool:
    """Not the pattern of a stamp or a photo: those give a sign or two that the recogniser is not sure of."""
    signs = letters.text.strip()
    if len(signs) > 2:
        return letters.mean >= LIKELY_TEXT
    return any(sign.isalnum() or sign in TICKS for sign in signs) and letters.mean >= LIKELY_SIGN


def _bounds(region: Quad, points: float) -> tuple[float, float, float, float]:
    (left, top), (right, bottom) = region.min(axis=0) * points, region.max(axis=0) * points
    return float(left), float(top), float(right), float(bottom)


def _without_strokes(rules: list[Rule], regions: list[tuple[float, float, float, float]]) -> list[Rule]:
    """Rules that no region of text holds with room to spare: within a line of large type, they are letters' strokes."""
    return [rule for rule in rules if not any(_is_stroke(rule, *region) for region in regions)]


def _is_stroke(rule: Rule, left: float, top: float, right: float, bottom: float) -> bool:
    high = bottom - top
    if rule.across:
        inside = left - 0.2 * high < rule.start and rule.end < right + 0.2 * high
        return inside and rule.end - rule.start < 2 * high and top + 0.05 * high < rule.at < bottom - 0.05 * high
    return left < rule.at < right and top - 0.15 * high < rule.start and rule.end < bottom + 0.15 * high


def _split(region: Quad, grids: list[Grid], points: float) -> list[Quad]:
    left, right = float(region[[0, 3], 0].mean()) * points, float(region[[1, 2], 0].mean()) * points
    middle = float(region[:, 1].mean()) * points
    cuts = [wall for grid in grids for wall in _walls(grid, middle) if left + MARGIN < wall < right - MARGIN]
    if not cuts:
        return [region]
    edges = [left, *sorted(cuts), right]
    shares = [(edge - left) / (right - left) for edge in edges]
    return [_between(region, start, end) for start, end in pairwise(shares) if (end - start) * (right - left) > MARGIN]


def _walls(grid: Grid, y: float) -> list[float]:
    rooms = {(room.x0, room.x1) for room in grid.rooms if room.top < y < room.bottom}
    return sorted({edge for room in rooms for edge in room})


def _between(region: Quad, start: float, end: float) -> Quad:
    top, bottom = region[1] - region[0], region[2] - region[3]
    return np.array(
        [region[0] + start * top, region[0] + end * top, region[3] + end * bottom, region[3] + start * bottom],
        np.float32,
    )


def line_of(region: Quad, letters: Letters, points: float) -> SeenLine:
    left, right = float(region[[0, 3], 0].mean()), float(region[[1, 2], 0].mean())
    top, bottom = float(region[[0, 1], 1].mean()), float(region[[2, 3], 1].mean())
    wide = right - left
    if bottom - top >= TALL * wide:  # it runs downwards: its letters share one box
        edges = [(left, right)] * len(letters.text)
    else:
        edges = [(left + start * wide, left + end * wide) for start, end in letters.edges]
    return SeenLine(
        letters.text,
        round(top * points, 2),
        round(bottom * points, 2),
        tuple((round(start * points, 2), round(end * points, 2)) for start, end in edges),
        letters.sure,
        upright=bottom - top < TALL * wide or len(letters.text) == 1,
    )


def _scaled(rule: Rule, points: float) -> Rule:
    return Rule(rule.across, round(rule.at * points, 2), round(rule.start * points, 2), round(rule.end * points, 2))
