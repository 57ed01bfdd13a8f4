"""The picture of a PDF page, as it is shown: the scanner's own pixels where they fill the page, else a drawing of it.

The native picture is sharper than a drawing and keeps a fax's pixels as they were sent. It counts only where it shows
what the page shows: pictures may be turned, mirrored, inverted or partly hidden.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from parsers.files.shrink import as_png, no_larger
from parsers.types import Box

DOTS = 200  # to the inch, of a drawing
FILLS = 0.98  # share of the page's sides that a native picture covers; one that covers less is drawn with the rest
PIXELS = 60_000_000
ALIKE = 0.90  # correlation of the native picture with a drawing
_SMALL = (160, 160)


def pdf_pictures(content: bytes, numbers: Sequence[int]) -> Iterator[tuple[int, bytes, Box]]:
    """(page number, PNG, the rectangle of the page that it covers) for each page that can be drawn."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return
    try:
        for number in numbers:
            if number <= len(document):
                page = document[number - 1]
                try:
                    yield number, *_picture(page)
                finally:
                    page.close()
    finally:
        document.close()


def _picture(page: pypdfium2.PdfPage) -> tuple[bytes, Box]:
    width, height = page.get_size()
    whole = Box(0.0, 0.0, width, height)
    found = _native(page)
    if found is not None:
        return as_png(no_larger(found)), whole
    return as_png(_drawn(page, DOTS)), whole


def _drawn(page: pypdfium2.PdfPage, dots: float) -> Image.Image:
    width, height = page.get_size()
    scale = min(dots / 72, (PIXELS / max(1.0, width * height)) ** 0.5)
    drawn: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
    return drawn.convert("L")


def _native(page: pypdfium2.PdfPage) -> Image.Image | None:
    """The one picture that fills the page; None where there is none, or it is not what the page shows."""
    pictures = list(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=2))
    if len(pictures) != 1:
        return None
    width, height = page.get_size()
    left, bottom, right, top = pictures[0].get_bounds()
    wide, high = (width, height) if page.get_rotation() % 180 == 0 else (height, width)
    if right - left < FILLS * wide or top - bottom < FILLS * high:
        return None
    across, down = pictures[0].get_px_size()
    if right - left > wide / FILLS or top - bottom > high / FILLS or across * down > PIXELS:
        return None
    try:
        picture = pictures[0].get_bitmap(render=False).to_pil().convert("L")
    except (pypdfium2.PdfiumError, ValueError, OSError):
        return None
    picture = picture.rotate(-page.get_rotation(), expand=True)
    return picture if _is_alike(picture, _drawn(page, 40)) else None


def _is_alike(one: Image.Image, other: Image.Image) -> bool:
    first, second = (
        np.asarray(each.resize(_SMALL, Image.Resampling.BOX), dtype=np.float32).ravel() for each in (one, other)
    )
    if first.std() < 1e-3 or second.std() < 1e-3:
        return bool(abs(first.mean() - second.mean()) < 8)
    return bool(np.corrcoef(first, second)[0, 1] >= ALIKE)
