"""Pictures that stand in an Office document in the place of text: a form that was scanned and pasted.

Each picture of the main text is a page, numbered from 1 in the order of the document; letters that the document has
besides belong to the first. Logos in headers are no pages.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from docx.opc.part import Part
from docx.package import Package
from lxml import etree

from parsers.document import Document, Page
from parsers.errors import ReadingError
from parsers.files.picture import WAITS_FOR_OCR, pictures_of, read_picture
from parsers.files.seen import SeenPage
from parsers.files.seen_text import SeenText, write
from parsers.types import Box

FEW = 100  # letters; a document with fewer and a picture is a scan that was pasted into it, perhaps with a greeting

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_IMAGE_DATA = "{urn:schemas-microsoft-com:vml}imagedata"


def blobs(main: Part, root: etree._Element) -> list[bytes]:
    """The files of the pictures that the main text shows, in its order; linked ones are not fetched."""
    names: dict[str, None] = {}
    for element in root.iter(_BLIP, _IMAGE_DATA):
        names[element.get(_R + "embed") or element.get(_R + "id") or ""] = None
    found = (main.rels.get(name) for name in names if name)
    return [rel.target_part.blob for rel in found if rel is not None and not rel.is_external]


def with_pictures(
    own: Document, files: Sequence[bytes], characters: int, most: int, seen: Mapping[int, SeenPage]
) -> Document:
    """The document with what was `seen` on its pictures after its `own` text; `most` pictures are looked at."""
    text = SeenText(characters)
    text.add(own.text)
    told = [f"It has {len(files)} pictures; the first {most} were read."] if len(files) > most else []
    pages: list[Page] = []
    for number, content in enumerate(files[:most], 1):
        before = text.length
        size = _page(content, told)
        page = seen.get(number)
        if size is not None and page is not None and page.trouble is None:
            write(text, page, number, size.height)
        elif page is not None and page.trouble:
            told.append(page.trouble)
        waits = size is not None and size.needs_ocr and (page is None or page.trouble is not None)
        width, height = (0.0, 0.0) if size is None else (size.width, size.height)
        pages.append(Page(0 if number == 1 else before, text.length, width, height, waits))
    waiting = [WAITS_FOR_OCR] if any(page.needs_ocr for page in pages) else []
    whole = text.document(own.part, tuple(pages), (*own.warnings, *waiting, *dict.fromkeys(told)))
    return replace(whole, tables=(*own.tables, *whole.tables))


def docx_pictures(content: bytes, numbers: Sequence[int]) -> Iterator[tuple[int, bytes, Box]]:
    """As `drawn`, for a Word document that was read."""
    main = Package.open(io.BytesIO(content)).main_document_part
    yield from drawn(blobs(main, main.element), numbers)


def drawn(files: Sequence[bytes], numbers: Sequence[int]) -> Iterator[tuple[int, bytes, Box]]:
    """(page, PNG, the page's rectangle) of each of these pictures that can be decoded."""
    for number in numbers:
        for _, png, place in pictures_of(files[number - 1], (1,)):
            yield number, png, place


def _page(content: bytes, told: list[str]) -> Page | None:
    try:
        return read_picture(content, "", 1, 0, {}).pages[0]
    except ReadingError as error:
        told.append(f"A picture in it was not read. {error.cause}")
        return None
