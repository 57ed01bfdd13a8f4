"""Pictures: photos, scans and faxes. Their pages are counted and measured here; their text is a machine's to
recognise (OCR).
"""

import io
import struct
import warnings

from PIL import Image, UnidentifiedImageError

from parsers.document import Document, Page
from parsers.errors import TooLarge, Unreadable

FORMATS = ("TIFF", "PNG", "JPEG", "GIF", "BMP", "WEBP", "JPEG2000")
PIXELS = 100_000_000  # on a page; A3 at 600 dpi has 70 million
SMALL = 100  # pixels; what is lower or narrower is a logo or a line, and holds no text worth reading
_DPI = 96.0  # where the picture does not say
_DPI_BOUNDS = (30.0, 2400.0)

WAITS_FOR_OCR = "It is a picture: its text must be recognised, or read by a person."
DAMAGED = "The picture is damaged, or of a kind that is not read."

# what Pillow raises for pictures that are none; it decodes nothing here, so the data itself is not tried
_TROUBLE = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    KeyError,
    TypeError,
    IndexError,
    struct.error,
)


def read_picture(content: bytes, part: str, pages: int) -> Document:
    """A document of empty pages with their sizes in points, each in need of OCR. Raises Unreadable, TooLarge."""
    told: list[str] = []
    found: list[Page] = []
    for width, height in _sizes(content, pages, told):
        found.append(Page(0, 0, *_points(width, height), needs_ocr=min(width[0], height[0]) >= SMALL))
    waits = any(page.needs_ocr for page in found)
    return Document(part, "", pages=tuple(found), warnings=(*([WAITS_FOR_OCR] if waits else []), *told), scanned=True)


_Side = tuple[int, float]  # pixels, and how many to the inch


def _sizes(content: bytes, most: int, told: list[str]) -> list[tuple[_Side, _Side]]:
    sizes: list[tuple[_Side, _Side]] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of size, for which our own bound is below, and of metadata
        try:
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                count = _frames(picture)
                for number in range(min(count, most)):
                    if number:
                        picture.seek(number)
                    sizes.append(_size(picture))
        except Image.DecompressionBombError as error:
            raise TooLarge(_too_large(0)) from error
        except _TROUBLE as error:
            if not sizes:
                raise Unreadable(DAMAGED) from error
            told.append(f"Only its first {len(sizes)} pages can be opened.")
            return sizes
    if count > most:
        told.append(f"It has {count} pages; the first {most} were read.")
    return sizes


def _frames(picture: Image.Image) -> int:
    """Its pages. Frames of an animation are no pages: only a TIFF has those."""
    return int(getattr(picture, "n_frames", 1)) if picture.format == "TIFF" else 1


def _size(picture: Image.Image) -> tuple[_Side, _Side]:
    width, height = picture.size
    if width * height > PIXELS:
        raise TooLarge(_too_large(width * height))
    across, down = _resolution(picture.info.get("dpi"))
    return (width, across), (height, down)


def _too_large(pixels: int) -> str:
    count = pixels // 1_000_000 or "too many"
    return f"The picture has {count} million pixels; {PIXELS // 1_000_000} million are the most."


def _resolution(dpi: object) -> tuple[float, float]:
    if not isinstance(dpi, tuple) or len(dpi) != 2:
        return _DPI, _DPI
    across, down = (float(each) for each in dpi)
    low, high = _DPI_BOUNDS
    return (across, down) if low <= across <= high and low <= down <= high else (_DPI, _DPI)


def _points(width: _Side, height: _Side) -> tuple[float, float]:
    return round(width[0] * 72 / width[1], 2), round(height[0] * 72 / height[1], 2)
