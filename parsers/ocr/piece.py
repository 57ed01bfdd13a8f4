"""A small piece of a page that somebody pointed at: read as it stands, or whichever way up it says most.

A page tells by its many lines how it leans and which way up it is; a word or two do not. So a piece is read as the one
who pointed at it sees it, and turned only where that gives nothing that is sure.
"""

import numpy as np

from parsers.files.seen import Piece, SeenPage
from parsers.ocr import clean
from parsers.ocr.clean import Points
from parsers.ocr.engine import TALL, Engine, Letters
from parsers.ocr.look import UNSURE, Quad, Sheet, line_of, prepared, read, ruled

PAD = 0.5  # of a piece's shorter side: the network finds no words that touch the edge
LEAST_PAD, MOST_PAD = 16, 64  # pixels
_OTHER_WAYS = (2, 1, 3)  # further quarters, the likeliest first: a sheet that lies on its head


def look_at(piece: Piece, engine: Engine) -> SeenPage:
    """What stands in the piece; no lines where nothing does."""
    came = _padded(prepared(piece.picture))
    best, sure = _seen(came, piece, 0, engine)
    for more in _OTHER_WAYS:
        if sure >= UNSURE:
            break
        other, surer = _seen(came, piece, more, engine)
        if surer > max(sure, UNSURE):
            best, sure = other, surer
    return best


def _padded(sheet: Sheet) -> Sheet:
    pad = int(min(MOST_PAD, max(LEAST_PAD, PAD * min(sheet.gray.shape))))
    paper = int(np.median(sheet.gray))
    wide = np.pad(sheet.gray, pad, constant_values=max(paper, 128)).astype(np.uint8)
    moved: Points = np.array([[1, 0, pad], [0, 1, pad], [0, 0, 1]], dtype=np.float64)
    return sheet.after(wide, moved)


def _seen(came: Sheet, piece: Piece, more: int, engine: Engine) -> tuple[SeenPage, float]:
    """What is seen with so many more quarters, and how sure the recogniser is of it on the average."""
    sheet = came.after(*clean.quarter_turned(came.gray, (piece.turns + more) % 4))
    points = float(np.sqrt(abs(np.linalg.det(sheet.back[:2, :2]))))
    regions = engine.regions(sheet.gray)
    if len(regions):
        _, regions = ruled(sheet, regions, points)
    found = [
        (region, each) for region, each in zip(regions, read(sheet, regions, engine), strict=True) if _flat(region)
    ]
    if not any(each.text.strip() for _, each in found):
        found = _whole(sheet, engine)
    kept = [(region, each) for region, each in found if each.text.strip()]
    letters = sum(len(each.text) for _, each in kept)
    sure = sum(sum(each.sure) for _, each in kept) / letters if letters else 0.0
    back = sheet.back @ np.diag([1 / points, 1 / points, 1.0])
    a, b, c, d, e, f = (round(float(each), 6) for each in back[:2].ravel())
    lines = tuple(line_of(region, each, points) for region, each in kept)
    return SeenPage(piece.picture.key, lines, back=(a, b, c, d, e, f)), sure


def _flat(region: Quad) -> bool:
    """Whether its text runs across: what runs up or down is read by another turn of the piece."""
    wide = float(np.linalg.norm(region[1] - region[0]))
    high = float(np.linalg.norm(region[3] - region[0]))
    return high < TALL * wide


def _whole(sheet: Sheet, engine: Engine) -> list[tuple[Quad, Letters]]:
    """The piece's ink as one line: a lone sign or a very short word is no region to the network. It is no narrower
    than high, so that a lone 1 is read as it stands, and a line that runs downwards is not.
    """
    ink = np.argwhere(sheet.gray < clean.BLACK)
    if len(ink) < 4:
        return []
    (top, left), (bottom, right) = ink.min(axis=0).tolist(), (ink.max(axis=0) + 1).tolist()
    more = max(0, (bottom - top) - (right - left)) / 2
    left, right = max(0, left - more), min(sheet.gray.shape[1], right + more)
    region: Quad = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    return [(region, letters) for letters in read(sheet, region[None], engine)]
