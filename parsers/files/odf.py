"""OpenDocument text and slides (.odt, .odp), read from their XML: paragraphs, tables, text boxes, headers and footers.

Tracked changes count as accepted: what was deleted stands apart in the file and is left out, as are comments, hidden
text and prompts. Pictures count where the document has little else, as in Word.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from lxml import etree

from parsers.document import Cell, Document
from parsers.errors import Unreadable
from parsers.files.archive import open_zip
from parsers.files.docx_pictures import FEW, with_pictures
from parsers.files.grid import Draft
from parsers.files.package import blob, part, refuse_locked
from parsers.files.seen import SeenPage

_NS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_OFFICE, _TEXT, _TABLE, _DRAW, _STYLE = (_NS % name for name in ("office", "text", "table", "drawing", "style"))
_LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
_HREF = "{http://www.w3.org/1999/xlink}href"

_LEFT_OUT = {
    _TEXT + "tracked-changes",
    _TEXT + "note",
    _TEXT + "hidden-text",
    _TEXT + "placeholder",
    _TEXT + "ruby-text",
    _OFFICE + "annotation",
    _OFFICE + "forms",
    _NS % "presentation" + "notes",
}
_PARAGRAPHS = {_TEXT + "p", _TEXT + "h"}
_SPACE = re.compile("[ \\t\\r\\n]+")
_MOST = 100  # columns or rows that one cell may cover, and blanks in one mark
_HEADS, _FEET = (tuple(_STYLE + name + which for which in ("", "-first", "-left")) for name in ("header", "footer"))


def read_odf(
    content: bytes,
    name: str,
    characters: int,
    uncompressed_bytes: int,
    pictures: int = 100,
    seen: Mapping[int, SeenPage] = MappingProxyType({}),
) -> Document:
    """The document with its tables, and with what was `seen` on its pictures where it has little else. Raises
    Unreadable, Encrypted, TooLarge.
    """
    draft = Draft(characters)
    with open_zip(content, uncompressed_bytes) as archive:
        refuse_locked(archive)
        body = _body(archive)
        styles = part(archive, "styles.xml") if "styles.xml" in archive.namelist() else etree.Element("none")
        files = _pictures(archive, body)
    _margin(draft, styles, _HEADS)
    _Writer(draft).blocks(body)
    draft.end_line()
    _margin(draft, styles, _FEET)
    document = draft.finish(name)
    if files and len(document.text.strip()) < FEW:
        return with_pictures(document, files, characters, pictures, seen)
    return document


def pictures_in(content: bytes) -> list[bytes]:
    """The files of the pictures in a document that was read, in its order."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return _pictures(archive, _body(archive))


def _body(archive: zipfile.ZipFile) -> etree._Element:
    body = part(archive, "content.xml").find(_OFFICE + "body")
    if body is None:
        raise Unreadable("The OpenDocument file has no content.")
    return body


def _pictures(archive: zipfile.ZipFile, body: etree._Element) -> list[bytes]:
    known = set(archive.namelist())
    names = dict.fromkeys((each.get(_HREF) or "").removeprefix("./") for each in body.iter(_DRAW + "image"))
    return [blob(archive, name) for name in names if name in known]


def _margin(draft: Draft, styles: etree._Element, names: tuple[str, ...]) -> None:
    """Headers or footers of all kinds of page, each once."""
    written: set[bytes] = set()
    for element in styles.iter(*names):
        if element.get(_STYLE + "display") == "false":
            continue
        print_of_it = b"".join(etree.tostring(child, method="c14n", with_tail=False) for child in element)
        if print_of_it not in written:
            written.add(print_of_it)
            _Writer(draft).blocks(element)
            draft.end_line()


class _Writer:
    """Walks the XML and writes what the page shows."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._boxes: list[etree._Element] = []

    def blocks(self, parent: etree._Element) -> None:
        """Paragraphs and tables in their order, whatever wraps them."""
        for element in parent:
            if self._draft.full:
                return
            if element.tag in _LEFT_OUT or not isinstance(element.tag, str) or _is_hidden(element):
                continue
            if element.tag in _PARAGRAPHS:
                self._paragraph(element)
            elif element.tag == _TABLE + "table":
                self._table(element)
            else:
                self.blocks(element)

    def _paragraph(self, element: etree._Element) -> None:
        self._inline(element)
        self._draft.end_line()
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self.blocks(box)
            self._draft.end_line()

    def _inline(self, element: etree._Element) -> None:
        self._draft.write(_collapsed(element.text))
        for child in element:
            tag = child.tag
            if isinstance(tag, str) and tag not in _LEFT_OUT and not _is_hidden(child):
                if tag.startswith(_DRAW):
                    self._boxes.append(child)
                elif tag == _TEXT + "s":
                    self._draft.write(" " * _number(child, _TEXT + "c"))
                elif tag == _TEXT + "tab":
                    self._draft.write("\t")
                elif tag == _TEXT + "line-break":
                    self._draft.write("\n")
                else:
                    self._inline(child)
            self._draft.write(_collapsed(child.tail))

    def _table(self, table: etree._Element) -> None:
        cells: list[Cell] = []
        for number, (row, header) in enumerate(_rows(table, False)):
            if self._draft.full:
                break
            column = 0
            self._draft.end_line()
            first = True
            for cell in row.iterchildren(_TABLE + "table-cell", _TABLE + "covered-table-cell"):
                repeated = _number(cell, _TABLE + "number-columns-repeated")
                if cell.tag == _TABLE + "covered-table-cell":
                    column += repeated
                    continue
                wide = _number(cell, _TABLE + "number-columns-spanned")
                tall = _number(cell, _TABLE + "number-rows-spanned")
                for _ in range(repeated):
                    start = self._draft.start_cell(first)
                    first = False
                    self.blocks(cell)
                    cells.append(Cell(number, column, start, self._draft.end_cell(), tall, wide, header))
                    column += 1
            self._draft.end_row()
        self._draft.add_table(cells)


def _rows(parent: etree._Element, header: bool) -> Iterator[tuple[etree._Element, bool]]:
    for element in parent:
        if element.tag == _TABLE + "table-row":
            yield element, header
        elif element.tag == _TABLE + "table-header-rows":
            yield from _rows(element, True)
        elif element.tag in (_TABLE + "table-rows", _TABLE + "table-row-group"):
            yield from _rows(element, header)


def _is_hidden(element: etree._Element) -> bool:
    if element.get(_LOEXT + "showing-place-holder") == "true" or element.get(_TEXT + "display") == "none":
        return True
    return (element.get(_TEXT + "display"), element.get(_TEXT + "is-hidden")) == ("condition", "true")


def _number(element: etree._Element, attribute: str) -> int:
    value = element.get(attribute) or "1"
    return max(1, min(int(value), _MOST)) if value.isdecimal() and len(value) < 9 else 1


def _collapsed(text: str | None) -> str:
    """White space as ODF 1.3, part 3, 6.1.2 has it: any run of it is one blank."""
    return _SPACE.sub(" ", text) if text else ""
