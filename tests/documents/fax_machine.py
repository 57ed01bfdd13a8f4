"""What a fax machine makes of a sheet: two tones, fine or standard rows, its own line at the top, and damage by degrees."""

import io
import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.documents.paper import font

FINE, STANDARD = (204, 196), (204, 98)
DAMAGE = ("clean", "light", "heavy")
WIDTH, ROWS = 1728, 2292
INK = 170  # darker than this is black: machines raise the contrast, so that thin strokes stay
SKEW = {"clean": 0.0, "light": 0.6, "heavy": 2.2}
NOISE = {"clean": 0.0, "light": 0.002, "heavy": 0.01}
STREAKS = {"clean": 0, "light": 1, "heavy": 4}
REPEATED = {"clean": 0.0, "light": 0.0, "heavy": 0.004}

Bits = NDArray[np.bool_]  # True is black


def sent(sheet: Image.Image, header: str, dots: tuple[int, int], damage: str, seed: int = 0) -> Image.Image:
    """The sheet as it arrives: a picture of two tones, 1728 wide."""
    dice = random.Random(f"{header} {dots} {damage} {seed}")
    noise = np.random.default_rng(dice.randrange(2**31))
    skew = SKEW[damage] * dice.choice((-1, 1))
    turned = sheet.rotate(skew, resample=Image.Resampling.BICUBIC, fillcolor=255) if skew else sheet
    rows = ROWS * dots[1] // FINE[1]
    small = np.asarray(turned.resize((WIDTH, rows), Image.Resampling.BOX), dtype=np.float32)
    if damage == "heavy":
        small = _blurred(small)
    black: Bits = small < INK
    black = _with_header(black, header)
    black = _with_rows_repeated(black, REPEATED[damage], noise)
    black = _with_streaks(black, STREAKS[damage], dice, noise)
    specks = noise.random(black.shape) < NOISE[damage]
    black = np.logical_xor(black, specks)
    return Image.fromarray(np.where(black, 0, 255).astype(np.uint8)).convert("1")


def _blurred(gray: NDArray[np.float32]) -> NDArray[np.float32]:
    around = np.pad(gray, 1, mode="edge")
    beside = around[1:-1, :-2] + around[1:-1, 2:] + around[:-2, 1:-1] + around[2:, 1:-1]
    return np.asarray(gray * 0.6 + beside * 0.1, np.float32)


def _with_header(black: Bits, header: str) -> Bits:
    """The machine's own line stands straight, whatever the sheet does."""
    if not header:
        return black
    strip = Image.new("L", (WIDTH, 2 * 18), 255)
    ImageDraw.Draw(strip).text((24, 3), header, fill=0, font=font("liberation-mono", 9 * 204 / 408))
    high = 36 * black.shape[0] // ROWS
    result = black.copy()
    result[:high] = np.asarray(strip.resize((WIDTH, high), Image.Resampling.BOX)) < INK
    return result


def _with_rows_repeated(black: Bits, share: float, noise: np.random.Generator) -> Bits:
    """A row that was lost on the line is the one above it once more."""
    result = black.copy()
    for row in np.flatnonzero(noise.random(black.shape[0]) < share):
        if row:
            result[row] = result[row - 1]
    return result


def _with_streaks(black: Bits, count: int, dice: random.Random, noise: np.random.Generator) -> Bits:
    result = black.copy()
    for _ in range(count):
        column, wide = dice.randrange(100, WIDTH - 100), dice.choice((1, 1, 2))
        first = dice.choice((0, dice.randrange(black.shape[0] // 2)))
        last = first + round(dice.uniform(0.3, 1.0) * (black.shape[0] - first))
        dotted = noise.random(last - first) < 0.85
        result[first:last, column : column + wide] |= dotted[:, None]
    return result


def tiff(pages: Sequence[Image.Image], dots: tuple[int, int], compression: str = "group4") -> bytes:
    """A multi-page TIFF, as fax servers keep them."""
    buffer = io.BytesIO()
    first, *others = [page.convert("1") for page in pages]
    first.save(buffer, "TIFF", save_all=True, append_images=others, compression=compression, dpi=dots)
    return buffer.getvalue()


def pdf(pages: Sequence[Image.Image], dots: tuple[int, int]) -> bytes:
    """A PDF with a picture a page, as scanners and gateways make them."""
    buffer = io.BytesIO()
    size = (pages[0].width * 72 / dots[0], pages[0].height * 72 / dots[1])
    canvas = Canvas(buffer, pagesize=size)
    for page in pages:
        canvas.drawImage(ImageReader(page), 0, 0, *size)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()
