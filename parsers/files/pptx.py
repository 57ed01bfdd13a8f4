"""Slides (.pptx): each is a page, its shapes' paragraphs and tables in the order in which they are drawn.

Speaker's notes, masters and hidden slides are left out. Pictures count where the slides say little else.
"""

import io
import zipfile
from collections.abc import Mapping
from types import MappingProxyType

from lxml import etree

from parsers.document import Document, Page
from parsers.files.archive import open_zip
from parsers.files.docx_pictures import FEW, with_pictures
from parsers.files.grid import Draft, GridCell
from parsers.files.package import blob, part, targets
from parsers.files.seen import SeenPage

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DECK = "ppt/presentation.xml"
_OFF = {"0", "false"}


def read_pptx(
    content: bytes,
    name: str,
    characters: int,
    uncompressed_bytes: int,
    pages: int = 100,
    seen: Mapping[int, SeenPage] = MappingProxyType({}),
) -> Document:
    """The slides' text with their tables, of `pages` slides at the most, and what was `seen` on their pictures where
    they say little else. Raises Unreadable, Encrypted, TooLarge.
    """
    draft = Draft(characters)
    found: list[Page] = []
    with open_zip(content, uncompressed_bytes) as archive:
        slides = _slides(archive)
        if len(slides) > pages:
            draft.warn(f"It has {len(slides)} slides; the first {pages} were read.")
        for number, slide in enumerate(slides[:pages], 1):
            root = part(archive, slide)
            if root.get("show") in _OFF:
                draft.warn(f"Slide {number} is hidden and was not read.")
                continue
            before = draft.length
            _write(draft, root, len(found) + 1)
            draft.end_line()
            found.append(Page(before, draft.length))
        files = _pictures(archive, slides[:pages])
    document = draft.finish(name, tuple(found) or None)
    if files and len(document.text.strip()) < FEW:
        return with_pictures(document, files, characters, pages, seen)
    return document


def pictures_in(content: bytes) -> list[bytes]:
    """The files of the pictures on the slides of a deck that was read, in their order."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return _pictures(archive, _slides(archive))


def _slides(archive: zipfile.ZipFile) -> list[str]:
    """The parts of the slides in the order in which they are shown."""
    parts = targets(archive, _DECK)
    ids = (each.get(_R + "id") or "" for each in part(archive, _DECK).iter(_P + "sldId"))
    return [parts[each] for each in ids if each in parts]


def _pictures(archive: zipfile.ZipFile, slides: list[str]) -> list[bytes]:
    names: dict[str, None] = {}
    known = set(archive.namelist())
    for slide in slides:
        root = part(archive, slide)
        if root.get("show") not in _OFF:
            parts = targets(archive, slide)
            names |= dict.fromkeys(parts.get(each.get(_R + "embed") or "", "") for each in root.iter(_A + "blip"))
    return [blob(archive, name) for name in names if name in known]


def _write(draft: Draft, parent: etree._Element, page: int) -> None:
    for element in parent:
        if draft.full:
            return
        if element.tag == _A + "p":
            draft.line(_paragraph(element))
        elif element.tag == _A + "tbl":
            draft.grid(_cells(element), page)
        elif element.tag != _MC + "Fallback" and isinstance(element.tag, str):
            _write(draft, element, page)


def _paragraph(paragraph: etree._Element) -> str:
    found = paragraph.iter(_A + "t", _A + "br")
    return "".join((each.text or "") if each.tag == _A + "t" else "\n" for each in found)


def _cells(table: etree._Element) -> list[GridCell]:
    cells: list[GridCell] = []
    for row, line in enumerate(table.iterchildren(_A + "tr")):
        for column, cell in enumerate(line.iterchildren(_A + "tc")):
            if cell.get("hMerge") in (None, *_OFF) and cell.get("vMerge") in (None, *_OFF):
                text = "\n".join(_paragraph(each) for each in cell.iter(_A + "p")).strip()
                cells.append(GridCell(row, column, text, _span(cell, "rowSpan"), _span(cell, "gridSpan")))
    return cells


def _span(cell: etree._Element, name: str) -> int:
    value = cell.get(name) or "1"
    return max(1, min(int(value), 100)) if value.isdecimal() and len(value) < 9 else 1
