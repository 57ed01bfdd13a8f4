"""The ruling lines of a form in its picture: long thin runs of ink, as the rules that `parsers.files.ruling` reads."""

import cv2
import numpy as np
from numpy.typing import NDArray

from parsers.files.ruling import Rule
from parsers.ocr.clean import Gray

INK = 170  # a rule that was straightened is gray at its edges
SHORT = 0.30  # inches; a shorter stroke is a letter's
CORE = 0.12  # inches of an unbroken run that a rule is made of
GAP = 0.10  # inches; a longer gap ends a rule
THICK = 0.05  # inches; a thicker bar is a picture
MOST = 2_000


def rules_of(gray: Gray, dots: float) -> list[Rule]:
    """Rules in pixels; `dots` to the inch."""
    ink = (gray < INK).astype(np.uint8)
    return [*_across(ink, dots, across=True), *_across(np.ascontiguousarray(ink.T), dots, across=False)]


def _across(ink: NDArray[np.uint8], dots: float, across: bool) -> list[Rule]:
    core, gap = max(9, int(CORE * dots)), max(5, int(GAP * dots))
    thicker = cv2.dilate(ink, np.ones((3, 1), np.uint8))  # a rule that leans climbs by steps
    runs = cv2.morphologyEx(thicker, cv2.MORPH_OPEN, np.ones((1, core), np.uint8))
    runs = cv2.morphologyEx(runs, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    found = [
        Rule(across, top + height / 2, float(left), float(left + width))
        for left, top, width, height, area in stats[1:].tolist()
        if width >= SHORT * dots and area / width <= THICK * dots + 2 and height <= 0.15 * dots + 0.02 * width
    ]
    return found if len(found) <= MOST else []
