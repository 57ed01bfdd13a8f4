"""Pictures: photos, scans and faxes. Their pages are counted and measured here, and taken out for the recogniser; the
document is written from what that saw.
"""

import io
import struct
import warnings
from collections.abc import Iterator, Mapping, Sequence

from PIL import Image, ImageOps, UnidentifiedImageError

from parsers.document import Document, Page
from parsers.errors import TooLarge, Unreadable
from parsers.files.seen import SeenPage
from parsers.files.seen_text import SeenText, write
from parsers.files.shrink import as_png, no_larger
from parsers.types import Box

FORMATS = ("TIFF", "PNG", "JPEG", "GIF", "BMP", "WEBP", "JPEG2000", "HEIF")
PIXELS = 100_000_000  # on a page; A3 at 600 dpi has 70 million
SMALL = 100  # pixels; what is lower or narrower is a logo or a line, and holds no text worth reading
_DPI = 96.0  # where the picture does not say
FAX_WIDTHS = (1728, 2048, 2432)  # pixels, of A4, B4 and A3 (ITU-T T.4)
_ORIENTATION, _LYING = 0x0112, (5, 6, 7, 8)
_DPI_BOUNDS = (30.0, 2400.0)

WAITS_FOR_OCR = "It is a picture: its text must be recognised, or read by a person."
DAMAGED = "The picture is damaged, or of a kind that is not read."

# what Pillow raises for pictures that are none; it decodes nothing here, so the data itself is not tried
TROUBLE = (
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


def read_picture(content: bytes, part: str, pages: int, characters: int, seen: Mapping[int, SeenPage]) -> Document:
    """A document of the pages' text as far as they were `seen`. Raises Unreadable, TooLarge."""
    told: list[str] = []
    found: list[Page] = []
    text = SeenText(characters)
    for number, (width, height) in enumerate(_sizes(content, pages, told), 1):
        size = _points(width, height)
        page = seen.get(number)
        wanted = min(width[0], height[0]) >= SMALL
        if page is None or page.trouble is not None:
            text.end_page()
            told += [page.trouble] if page is not None and page.trouble and wanted else []
            found.append(Page(text.length, text.length, *size, needs_ocr=wanted))
        else:
            start = write(text, page, number, size[1])
            found.append(Page(start, text.length, *size))
    waits = any(page.needs_ocr for page in found)
    warned = (*([WAITS_FOR_OCR] if waits else []), *dict.fromkeys(told))
    return text.document(part, tuple(found), warned)


def pictures_of(content: bytes, numbers: Sequence[int]) -> Iterator[tuple[int, bytes, Box]]:
    """(page number, PNG, the page's rectangle) for each page that can be decoded, the right way up by its EXIF."""
    know_heif()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                for number in numbers:
                    picture.seek(number - 1)
                    size = _points(*_size(picture))
                    yield number, as_png(no_larger(_gray(picture))), Box(0.0, 0.0, *size)
        except (*TROUBLE, Image.DecompressionBombError, TooLarge):
            return


def _gray(picture: Image.Image) -> Image.Image:
    upright = ImageOps.exif_transpose(picture)
    if upright.mode in ("1", "L"):
        return upright
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        paper = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(paper, upright.convert("RGBA"))
    if upright.mode.startswith("I;16"):
        upright = upright.point(lambda tone: tone / 256)
    return upright.convert("L")


def know_heif() -> None:
    """Teaches Pillow the telephones' format, where the library for it is installed."""
    try:
        from pi_heif import register_heif_opener
    except ImportError:
        return
    register_heif_opener(thumbnails=False)


_Side = tuple[int, float]  # pixels, and how many to the inch


def _sizes(content: bytes, most: int, told: list[str]) -> list[tuple[_Side, _Side]]:
    sizes: list[tuple[_Side, _Side]] = []
    know_heif()
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
        except TROUBLE as error:
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
    across, down = _resolution(picture.info.get("dpi")) or _usual(picture)
    if picture.getexif().get(_ORIENTATION, 1) in _LYING:  # as it is shown
        return (height, down), (width, across)
    return (width, across), (height, down)


def size_in_points(picture: Image.Image) -> tuple[float, float]:
    """Width and height of the frame that a picture stands at, as it is shown. Raises TooLarge."""
    return _points(*_size(picture))


def _usual(picture: Image.Image) -> tuple[float, float]:
    """A fax that does not say how fine it is: its width is one of three, and a coarse one is wider than high."""
    if picture.mode == "1" and picture.width in FAX_WIDTHS:
        across = 204.0 * picture.width / FAX_WIDTHS[0]
        return across, (98.0 if picture.height < 1.0 * picture.width else 196.0) * across / 204
    return _DPI, _DPI


def _too_large(pixels: int) -> str:
    count = pixels // 1_000_000 or "too many"
    return f"The picture has {count} million pixels; {PIXELS // 1_000_000} million are the most."


def _resolution(dpi: object) -> tuple[float, float] | None:
    if not isinstance(dpi, tuple) or len(dpi) != 2:
        return None
    across, down = (float(each) for each in dpi)
    low, high = _DPI_BOUNDS
    return (across, down) if low <= across <= high and low <= down <= high else None


def _points(width: _Side, height: _Side) -> tuple[float, float]:
    return round(width[0] * 72 / width[1], 2), round(height[0] * 72 / height[1], 2)
