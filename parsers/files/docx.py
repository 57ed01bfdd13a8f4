"""Word documents: paragraphs, tables, text boxes and form fields in the order of the document, as the page shows them.

Tracked changes count as accepted, hidden text and comments are left out, a field shows its result, a tick box is ☑
or ☐.
"""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from docx.opc.exceptions import OpcError
from docx.opc.part import Part
from docx.oxml.parser import parse_xml
from docx.package import Package
from lxml import etree

from parsers.document import Cell, Document
from parsers.errors import Unreadable
from parsers.files.archive import open_zip
from parsers.files.docx_pictures import FEW, blobs, with_pictures
from parsers.files.grid import Draft
from parsers.files.seen import SeenPage

NOTHING: Mapping[int, SeenPage] = MappingProxyType({})

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_REMOVED = {_W + name for name in ("del", "moveFrom", "delText", "instrText", "rPr", "pPr", "rt", "sdtPr", "sectPr")}
_TEXT = {_W + "t", _M + "t"}
_FIXED = {_W + "tab": "\t", _W + "ptab": "\t", _W + "br": "\n", _W + "cr": "\n", _W + "noBreakHyphen": "-"}
_PICTURES = {_W + "drawing", _W + "pict", _W + "object"}

# what python-docx lets through when a package breaks its expectations
TROUBLE = (
    OpcError, zipfile.BadZipFile, zlib.error, etree.LxmlError, KeyError, ValueError, AttributeError, TypeError,
    OSError, EOFError, NotImplementedError, RuntimeError,
)  # fmt: skip

_TICKED, _EMPTY = "☑", "☐"
_SYMBOLS = {  # symbol fonts as forms use them: the low byte of the code in Wingdings and Wingdings 2
    "wingdings": {
        0xFE: _TICKED,
        0xFD: _TICKED,
        0xFC: "✓",
        0xFB: "✗",
        0xA8: _EMPTY,
        0x6F: _EMPTY,
        0x71: _EMPTY,
        0x78: _TICKED,
    },
    "wingdings 2": {
        0x50: "✓",
        0x4F: "✗",
        0x51: _TICKED,
        0x52: _TICKED,
        0x53: _TICKED,
        0x54: _TICKED,
        0x2A: _EMPTY,
        0xA3: _EMPTY,
    },
}
_FALSE = {"0", "false", "off"}


def read_docx(
    content: bytes,
    part: str,
    characters: int,
    uncompressed_bytes: int,
    pictures: int = 100,
    seen: Mapping[int, SeenPage] = NOTHING,
) -> Document:
    """The document with its tables, and with what was `seen` on its pictures where it has little else (at the most
    `pictures` of them). Raises Unreadable, Encrypted, TooLarge.
    """
    open_zip(content, uncompressed_bytes).close()
    try:
        package = Package.open(io.BytesIO(content))
        main = package.main_document_part
        headers, footers = _related(main, "/header"), _related(main, "/footer")
        roots = [_root(each) for each in (*headers, main, *footers)]
        files = blobs(main, _root(main))
        prints = [etree.tostring(root, method="c14n") for root in roots]
    except TROUBLE as error:
        raise Unreadable("The Word file is damaged, or of a kind that is not read.") from error
    draft = Draft(characters)
    written: set[bytes] = set()
    for root, print_of_it in zip(roots, prints, strict=True):
        if print_of_it not in written:  # first, even and odd headers often repeat
            written.add(print_of_it)
            _Writer(draft).blocks(_body(root))
    document = draft.finish(part)
    if files and len(document.text.strip()) < FEW:
        return with_pictures(document, files, characters, pictures, seen)
    return document


def _related(main: Part, kind: str) -> list[Part]:
    found = {rel.target_part for rel in main.rels.values() if not rel.is_external and rel.reltype.endswith(kind)}
    return sorted(found, key=lambda each: str(each.partname))


def _root(part: Part) -> etree._Element:
    element: etree._Element = part.element if hasattr(part, "element") else parse_xml(part.blob)
    return element


def _body(root: etree._Element) -> etree._Element:
    body = root.find(_W + "body")
    return root if body is None else body


def _is_on(element: etree._Element | None, attribute: str = _W + "val") -> bool:
    return element is not None and str(element.get(attribute, "1")).lower() not in _FALSE


def _number(element: etree._Element | None, default: int) -> int:
    value = None if element is None else element.get(_W + "val")
    return int(value) if value is not None and value.isdecimal() and len(value) < 6 else default


class _Writer:
    """Walks one part of the package and writes what the page shows."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._fields: list[bool] = []  # open fields, outermost first: whether the field's result has begun
        self._boxes: list[etree._Element] = []

    def blocks(self, parent: etree._Element) -> None:
        """Paragraphs and tables in their order, whatever wraps them."""
        for element in parent:
            if self._draft.full:
                return
            if element.tag == _W + "p":
                self._paragraph(element)
            elif element.tag == _W + "tbl":
                self._table(element)
            elif element.tag == _MC + "AlternateContent":
                self.blocks(_chosen(element))
            elif element.tag == _W + "sdt":
                self._control(element, self.blocks)
            elif element.tag not in _REMOVED:
                self.blocks(element)

    def _paragraph(self, element: etree._Element) -> None:
        self._inline(element)
        if _ends_by_deletion(element):
            return
        self._draft.end_line()
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self.blocks(box)
            self._draft.end_line()

    def _inline(self, parent: etree._Element) -> None:
        for element in parent:
            tag = element.tag
            if tag in _REMOVED or not isinstance(tag, str):
                continue
            if tag == _W + "r":
                self._run(element)
            elif tag == _W + "sdt":
                self._control(element, self._inline)
            elif tag == _MC + "AlternateContent":
                self._inline(_chosen(element))
            elif tag in _TEXT:
                self._show(element.text or "")
            elif tag in _PICTURES:
                self._boxes += _text_boxes(element)
            else:
                self._inline(element)

    def _run(self, run: etree._Element) -> None:
        properties = run.find(_W + "rPr")
        if properties is not None and _is_on(properties.find(_W + "vanish")):
            return
        for element in run:
            tag = element.tag
            if tag in _TEXT:
                self._show(_plain(element.text or "", properties))
            elif tag in _FIXED:
                self._show(_FIXED[tag])
            elif tag == _W + "sym":
                self._show(_symbol(element))
            elif tag == _W + "fldChar":
                self._field(element)
            elif tag in _PICTURES:
                self._boxes += _text_boxes(element)
            elif tag == _MC + "AlternateContent":
                self._inline(_chosen(element))
            elif tag == _W + "ruby":
                self._inline(element)

    def _show(self, text: str) -> None:
        if all(self._fields):
            self._draft.write(text)

    def _field(self, mark: etree._Element) -> None:
        kind = mark.get(_W + "fldCharType")
        if kind == "begin":
            self._show(_form_field(mark))
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _control(self, control: etree._Element, walk: Callable[[etree._Element], None]) -> None:
        """A content control: its tick box, or its content unless that is only the prompt."""
        properties, content = control.find(_W + "sdtPr"), control.find(_W + "sdtContent")
        if content is None:
            return
        if properties is not None:
            box = properties.find(_W14 + "checkbox")
            if box is not None and content.find(_W + "p") is None and content.find(_W + "tc") is None:
                self._show(_TICKED if _is_on(box.find(_W14 + "checked"), _W14 + "val") else _EMPTY)
                return
            if _is_on(properties.find(_W + "showingPlcHdr")):
                return
        walk(content)

    def _table(self, table: etree._Element) -> None:
        anchors: dict[int, int] = {}  # column → place in `cells` of the cell that may go on in the next row
        cells: list[Cell] = []
        for number, row in enumerate(_rows(table)):
            properties = row.find(_W + "trPr")
            header = properties is not None and _is_on(properties.find(_W + "tblHeader"))
            column = 0 if properties is None else _number(properties.find(_W + "gridBefore"), 0)
            self._draft.end_line()
            first = True
            for cell in _cells(row):
                width, merge = _span(cell)
                if merge == "continue" and column in anchors:
                    above = cells[anchors[column]]
                    cells[anchors[column]] = _taller(above, number)
                else:
                    anchors[column] = len(cells)
                    start = self._draft.start_cell(first)
                    first = False
                    place = len(cells)
                    cells.append(Cell(number, column, start, start, 1, width, header))
                    self.blocks(cell)
                    cells[place] = Cell(number, column, start, self._draft.end_cell(), 1, width, header)
                    if merge is None:
                        anchors.pop(column)
                column += width
            self._draft.end_row()
        self._draft.add_table(cells)


def _taller(cell: Cell, row: int) -> Cell:
    return Cell(cell.row, cell.column, cell.start, cell.end, row - cell.row + 1, cell.columns, cell.header)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for element in table:
        if element.tag == _W + "tr":
            properties = element.find(_W + "trPr")
            if properties is None or properties.find(_W + "del") is None:
                yield element
        elif element.tag not in _REMOVED and isinstance(element.tag, str) and not element.tag.startswith(_W + "tbl"):
            yield from _rows(element)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for element in row:
        if element.tag == _W + "tc":
            yield element
        elif element.tag not in _REMOVED and isinstance(element.tag, str) and element.tag != _W + "trPr":
            yield from _cells(element)


def _span(cell: etree._Element) -> tuple[int, str | None]:
    """How many columns it covers, and its part in a vertical merge: "restart", "continue" or None."""
    properties = cell.find(_W + "tcPr")
    if properties is None:
        return 1, None
    merge = properties.find(_W + "vMerge")
    width = max(1, min(_number(properties.find(_W + "gridSpan"), 1), 100))
    return width, None if merge is None else ("restart" if merge.get(_W + "val") == "restart" else "continue")


def _chosen(alternatives: etree._Element) -> etree._Element:
    """One of the ways in which the same thing is written twice, for new and for old Word."""
    for name in (_MC + "Choice", _MC + "Fallback"):
        found = alternatives.find(name)
        if found is not None:
            return found
    return etree.Element("nothing")


def _text_boxes(picture: etree._Element) -> list[etree._Element]:
    found: list[etree._Element] = []
    for element in picture:
        if element.tag == _W + "txbxContent":
            found.append(element)
        elif element.tag == _MC + "AlternateContent":
            found += _text_boxes(_chosen(element))
        else:
            found += _text_boxes(element)
    return found


def _ends_by_deletion(paragraph: etree._Element) -> bool:
    """Whether the paragraph's own mark is deleted, so that the next one goes on in the same line."""
    mark = paragraph.find(f"{_W}pPr/{_W}rPr/{_W}del")
    return mark is not None


def _plain(text: str, properties: etree._Element | None) -> str:
    """Text in a symbol font, whose letters are pictures: an "R" in Wingdings 2 is a tick box."""
    if properties is None or (fonts := properties.find(_W + "rFonts")) is None:
        return text
    return _in_font(text, (fonts.get(_W + "ascii") or fonts.get(_W + "hAnsi") or "").lower())


def _in_font(text: str, font: str) -> str:
    glyphs = _SYMBOLS.get(font)
    return text if glyphs is None else "".join(glyphs.get(ord(letter) & 0xFF, letter) for letter in text)


def _symbol(element: etree._Element) -> str:
    try:
        code = int(element.get(_W + "char", ""), 16)
    except ValueError:
        return ""
    font = (element.get(_W + "font") or "").lower()
    return _SYMBOLS.get(font, {}).get(code & 0xFF) or ("•" if 0xE000 <= code <= 0xF8FF else _character(code))


def _character(code: int) -> str:
    return chr(code) if 0x20 <= code < 0xD800 else ""


def _form_field(mark: etree._Element) -> str:
    """What a form field of old Word shows of itself: a tick box, or the chosen entry of a list."""
    data = mark.find(_W + "ffData")
    if data is None:
        return ""
    box, choices = data.find(_W + "checkBox"), data.find(_W + "ddList")
    if box is not None:
        state = box.find(_W + "checked")
        return _TICKED if _is_on(state if state is not None else box.find(_W + "default")) else _EMPTY
    if choices is not None:
        entries = [entry.get(_W + "val") or "" for entry in choices.findall(_W + "listEntry")]
        chosen = _number(choices.find(_W + "result"), _number(choices.find(_W + "default"), 0))
        return entries[chosen] if chosen < len(entries) else ""
    return ""
