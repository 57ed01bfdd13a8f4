"""The pages of a mail's documents as pictures, for people to look at: as they are shown, in colour, at most 1600 wide.

A page's size in points is that of its `Source.box`es: a box fits the picture by the ratio of pixels to points alone.
Runs in the reading child, under its limits; a document that cannot be drawn has no pictures, and is looked at as it is.
"""

import io
import warnings
from collections.abc import Iterator

import pypdfium2
from PIL import Image, ImageOps

from parsers.errors import ReadingError
from parsers.files.picture import FORMATS, TROUBLE, know_heif, size_in_points
from parsers.limits import ReadLimits
from parsers.mime import Part
from parsers.results import DrawnPage
from parsers.sniff import media_type as sniff

WIDEST = 1600  # pixels
DOTS = 150  # to the inch; more where the page is small would only be larger
QUALITY = 70
MOST_BYTES = 60_000_000  # of all pictures of a mail


def draw_file(name: str, content: bytes, limits: ReadLimits) -> tuple[DrawnPage, ...]:
    """The pages of one file."""
    return tuple(_bounded(_pages(name, content, sniff(content, name), limits.pages)))


def draw_parts(parts: tuple[Part, ...], limits: ReadLimits) -> tuple[DrawnPage, ...]:
    """The pages of a mail's documents, those of mails within it too."""
    return tuple(
        _bounded(
            page for name, part in _files(parts) for page in _pages(name, part.content, part.media_type, limits.pages)
        )
    )


def _files(parts: tuple[Part, ...], outer: str = "", depth: int = 0) -> Iterator[tuple[str, Part]]:
    for part in parts[:200]:
        name = f"{outer}{part.name}"
        if part.message is not None and depth < 3:
            yield from _files(part.message.attachments, f"{name}/", depth + 1)
        elif not (part.inline and part.media_type.startswith("image/")):
            yield name, part


def _bounded(pages: Iterator[DrawnPage]) -> Iterator[DrawnPage]:
    size = 0
    for page in pages:
        size += len(page.webp)
        if size > MOST_BYTES:
            return
        yield page


def _pages(name: str, content: bytes, media_type: str, most: int) -> Iterator[DrawnPage]:
    if media_type == "application/pdf":
        yield from _of_pdf(name, content, most)
    elif media_type.startswith("image/"):
        yield from _of_picture(name, content, most)


def _of_pdf(name: str, content: bytes, most: int) -> Iterator[DrawnPage]:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return
    try:
        for number in range(min(len(document), most)):
            page = document[number]
            width, height = page.get_size()
            if width <= 0 or height <= 0 or max(width, height) / min(width, height) > 40:
                continue
            scale = min(DOTS / 72, WIDEST / width, 2 * WIDEST / height)
            picture = page.render(scale=scale).to_pil()
            page.close()
            yield _drawn(name, number + 1, picture, width, height)
    except (pypdfium2.PdfiumError, ValueError, OSError):
        return
    finally:
        document.close()


def _of_picture(name: str, content: bytes, most: int) -> Iterator[DrawnPage]:
    know_heif()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                frames = int(getattr(picture, "n_frames", 1)) if picture.format == "TIFF" else 1
                for number in range(min(frames, most)):
                    picture.seek(number)
                    width, height = size_in_points(picture)
                    shown = ImageOps.exif_transpose(picture)
                    across = min(WIDEST, shown.width, round(width * 200 / 72))
                    down = max(1, round(across * height / width))
                    shown = (shown.convert("L") if shown.mode in ("1", "L") else shown.convert("RGB")).resize(
                        (across, down), Image.Resampling.BOX if shown.width > across else Image.Resampling.BICUBIC
                    )
                    yield _drawn(name, number + 1, shown, width, height)
        except (*TROUBLE, ReadingError, Image.DecompressionBombError):
            return


def _drawn(name: str, number: int, picture: Image.Image, width: float, height: float) -> DrawnPage:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=QUALITY, method=2)
    return DrawnPage(name, number, out.getvalue(), round(width, 2), round(height, 2), *picture.size)
