"""A page's picture made fit to read: black on white, square pixels, no streaks of the scanner's dust, few specks.

What helps a noisy fax hurts a clean page, so each step first looks whether it is called for.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
Points = NDArray[np.float64]

BLACK = 128  # darker than this is ink, on a page of two tones
DARK_PAGE = 100  # mean tone of a page that is white on black
TWO_TONES = 0.02  # share of tones between black and white, up to which a picture is a fax
STREAK = 60  # pixels that a streak is long at the least; one that is a page long counts from a twentieth of it
STREAK_WIDTH = 4
STREAK_GAP = 7  # pixels; a streak is often dotted
ARM, REACH = 14, 4  # pixels beside the end of a line, and above and below it, where a rule would cross it
NOISY = 400  # lone black pixels in a million, above which specks are taken out
SPECK = 3  # pixels of a speck at the most; a point of a fine fax has more
NEAR = 25  # pixels about a letter within which a speck may be its point
LEAN = 6.0  # degrees that a page is straightened by, at the most
STRAIGHT = 0.12  # degrees that do not matter
_INK_SAMPLE = 60_000
_BIN = 1.0


def is_two_tone(gray: Gray) -> bool:
    """Whether it is a fax or a black-and-white scan, without tones between."""
    between = np.count_nonzero((gray > 40) & (gray < 215))
    return bool(between <= TWO_TONES * gray.size)


def black_on_white(gray: Gray) -> Gray:
    return gray if float(gray.mean()) >= DARK_PAGE else cv2.bitwise_not(gray).astype(np.uint8)


def without_streaks(gray: Gray) -> Gray:
    """Thin upright lines that dust drew become what stands on both their sides. The wall of a form's cell ends at
    rules; a streak ends anywhere.
    """
    ink = (gray < BLACK).astype(np.uint8)
    shortest = max(STREAK, gray.shape[0] // 20)
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((STREAK_GAP, 1), np.uint8))
    runs = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((shortest, 1), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    result = gray.copy()
    for number, (left, top, width, height, _) in enumerate(stats[1:].tolist(), 1):
        if width > STREAK_WIDTH or _ends_at_a_rule(ink, left, top, width, height):
            continue
        before, after = max(left - 1, 0), min(left + width, gray.shape[1] - 1)
        rows = slice(top, top + height)
        beside = np.maximum(gray[rows, before], gray[rows, after])[:, None]
        place = result[rows, left : left + width]
        result[rows, left : left + width] = np.where(
            labels[rows, left : left + width] == number, np.maximum(place, beside), place
        )
    return result


def _ends_at_a_rule(ink: NDArray[np.uint8], left: int, top: int, width: int, height: int) -> bool:
    """Whether both ends meet ink that runs across."""
    return _is_crossed(ink, left, width, top) and _is_crossed(ink, left, width, top + height - 1)


def _is_crossed(ink: NDArray[np.uint8], left: int, width: int, row: int) -> bool:
    rows = slice(max(0, row - REACH), row + REACH + 1)
    before, after = ink[rows, max(0, left - ARM) : left], ink[rows, left + width : left + width + ARM]
    return any(side.size > 0 and side.any(axis=0).mean() > 0.7 for side in (before, after))


def without_specks(gray: Gray, coarse: bool) -> Gray:
    """Specks far from any letter taken out, and those among the letters where there are many: on a clean page they
    would be the points of letters.
    """
    ink = (gray < BLACK).astype(np.uint8)
    around = cv2.boxFilter(ink, cv2.CV_16S, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
    noisy = np.count_nonzero((ink == 1) & (around == 1)) * 1_000_000 > NOISY * gray.size
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    size = stats[:, cv2.CC_STAT_AREA]
    small = size <= SPECK + 1
    small[0] = False
    specks = small[labels]
    letters = (ink == 1) & ~specks
    across = np.ones((NEAR // 2 if coarse else NEAR, NEAR), np.uint8)
    alone = specks & (cv2.dilate(letters.astype(np.uint8), across) == 0)
    result = gray.copy()
    result[alone] = 255
    if noisy:
        result[specks & (size <= (SPECK - 1 if coarse else SPECK))[labels]] = 255
        result[_pinholes(ink)] = 0
    return result


def _pinholes(ink: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """White points in ink."""
    around = cv2.boxFilter(ink, cv2.CV_16S, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
    return np.asarray((ink == 0) & (around == 8), dtype=np.bool_)


def lean_of(gray: Gray) -> float:
    """Degrees by which the lines of the page fall to the right (rise: below 0): where they are straight, the rows of
    ink are fewest and fullest.
    """
    scale = min(1.0, 700 / max(gray.shape))
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = np.flatnonzero(small < 200)
    if ink.size < 200 or ink.size > 0.4 * small.size:
        return 0.0
    if ink.size > _INK_SAMPLE:
        ink = ink[:: ink.size // _INK_SAMPLE + 1]
    down, across = np.divmod(ink.astype(np.float64), small.shape[1])
    best = _best(across, down, np.arange(-LEAN, LEAN + 0.01, 0.5))
    best = _best(across, down, best + np.arange(-0.5, 0.51, 0.1))
    best = _best(across, down, best + np.arange(-0.1, 0.11, 0.02))
    return best if abs(best) >= STRAIGHT else 0.0


def _best(across: Points, down: Points, angles: Points) -> float:
    return float(max(angles, key=lambda angle: (_order(across, down, float(angle)), -abs(float(angle)))))


def _order(across: Points, down: Points, angle: float) -> float:
    rows = (down - across * np.tan(np.radians(angle))) / _BIN
    count = np.bincount((rows - rows.min()).astype(np.int64)).astype(np.float64)
    return float((count * count).sum())


def turned(gray: Gray, degrees: float) -> tuple[Gray, Points]:
    """The picture turned clockwise about its middle, with nothing cut off, and the 3×3 matrix that leads there."""
    height, width = gray.shape
    matrix = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0), [0.0, 0.0, 1.0]])
    corners = matrix @ np.array([[0, width, 0, width], [0, 0, height, height], [1, 1, 1, 1]], dtype=np.float64)
    low, high = corners.min(axis=1), corners.max(axis=1)
    matrix[0, 2] -= low[0]
    matrix[1, 2] -= low[1]
    size = (int(np.ceil(high[0] - low[0])), int(np.ceil(high[1] - low[1])))
    result = cv2.warpAffine(gray, matrix[:2], size, flags=cv2.INTER_LINEAR, borderValue=255)
    return result.astype(np.uint8), matrix


def quarter_turned(gray: Gray, quarters: int) -> tuple[Gray, Points]:
    """The picture turned clockwise by quarters (0 to 3), and the 3×3 matrix that leads there."""
    height, width = gray.shape
    matrix = {
        0: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        1: [[0, -1, height], [1, 0, 0], [0, 0, 1]],
        2: [[-1, 0, width], [0, -1, height], [0, 0, 1]],
        3: [[0, 1, 0], [-1, 0, width], [0, 0, 1]],
    }[quarters]
    return np.ascontiguousarray(np.rot90(gray, -quarters)), np.array(matrix, dtype=np.float64)


def stretched(gray: Gray, across: float, down: float) -> tuple[Gray, Points]:
    """The picture scaled by two factors, and the 3×3 matrix that leads there."""
    if across == down == 1.0:
        return gray, np.eye(3)
    larger = across >= 1.0 and down >= 1.0
    how = cv2.INTER_LINEAR if larger else cv2.INTER_AREA
    result = cv2.resize(gray, None, fx=across, fy=down, interpolation=how)
    exact = (result.shape[1] / gray.shape[1], result.shape[0] / gray.shape[0], 1.0)
    return result.astype(np.uint8), np.diag(exact)
