"""HTML to text with its tables, by the parser's events: nothing is rendered, nothing executed, depth costs nothing.

Lines follow the blocks, table cells are joined by a tab and rows by a new line, so every cell is a span of the text.
Quotes and signatures that the markup itself names come out as passages; `parsers.segment` weighs them.
"""

import re
import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

from lxml import etree

from parsers import charsets
from parsers.document import Cell, Document, Passage, Role, Table

MAX_CHARACTERS = 12_000_000  # of markup; what is longer is cut, with a warning
MAX_SPAN = 200  # rows or columns of one cell
MAX_CELLS = 50_000
MAX_BREAKS = 3  # new lines in a row, so at most two blank lines
MAX_ATTRIBUTE = 2_000

SKIPPED = frozenset(
    {"script", "style", "head", "title", "template", "svg", "math", "noframes", "object", "select", "iframe", "xml"}
)
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dir", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody",
    "tfoot", "thead", "tr", "ul", "caption", "includetail", "sign",
})  # fmt: skip
KEEPS_BLANKS = frozenset({"pre", "textarea", "listing", "xmp"})

_BLANKS = re.compile(r"[ \t\n\r\f]+")
_HAN = "\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff01-\uff60"
_BROKEN_HAN = re.compile(f"(?<=[{_HAN}])[ \t]*\n[ \t\n]*(?=[{_HAN}])")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:\.0*)?(?:px|pt|em|%)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_PRE_STYLE = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_BAR = re.compile(r"border-left[a-z-]*\s*:\s*(?!none|0|medium none)", re.IGNORECASE)
_NUMBER = re.compile(r"\s*(\d{1,6})")
_TAG = re.compile(r"<[^<>]{0,2000}>")


def read_html(html: str, part: str) -> Document:
    """The visible text of an HTML document with its tables; `passages` are only those that the markup names,
    not all text.
    """
    warnings: tuple[str, ...] = ()
    if len(html) > MAX_CHARACTERS:
        html, warnings = html[:MAX_CHARACTERS], (f"HTML longer than {MAX_CHARACTERS} characters was cut",)
    reader = _Reader()
    parser = etree.HTMLParser(target=reader, encoding="utf-8", huge_tree=True)
    try:
        parser.feed(charsets.clean(html).encode("utf-8", "replace"))
        parser.close()
    except (etree.LxmlError, ValueError):  # nothing to parse, or past its own limits
        if not reader.written():
            return Document(part, charsets.clean(_TAG.sub(" ", html)).strip(), warnings=warnings)
    return reader.document(part, warnings)


def has_data_table(document: Document) -> bool:
    """Whether a table holds text in at least two rows and two columns: data, not layout."""
    for table in document.tables:
        filled = [cell for cell in table.cells if cell.end > cell.start]
        if len({cell.row for cell in filled}) > 1 and len({cell.column for cell in filled}) > 1:
            return True
    return False


@dataclass(frozen=True, slots=True)
class Marks:
    """How mail software marks a quote or signature in its markup: by class or id, exactly or at the start."""

    quote: tuple[str, ...]
    signature: tuple[str, ...]


@lru_cache(maxsize=1)
def marks() -> Marks:
    """The rows of words/markup.toml."""
    data = tomllib.loads(files("parsers").joinpath("words/markup.toml").read_text("utf-8"))
    return Marks(tuple(data["quote"]), tuple(data["signature"]))


@dataclass(slots=True)
class _OpenTable:
    """A table being read: its cells so far and the grid squares that spans from above have taken."""

    cells: list[Cell] = field(default_factory=list)
    taken: set[tuple[int, int]] = field(default_factory=set)
    row: int = -1
    column: int = 0
    cell_start: int = -1
    cell_attributes: tuple[int, int, bool] = (1, 1, False)
    nested: bool = False

    def place(self) -> int:
        """The first free column of the row for the next cell."""
        while (self.row, self.column) in self.taken:
            self.column += 1
        return self.column

    def close_cell(self, end: int) -> None:
        rows, columns, header = self.cell_attributes
        column = self.place()
        self.cells.append(Cell(self.row, column, self.cell_start, max(end, self.cell_start), rows, columns, header))
        if rows > 1 and len(self.taken) < MAX_CELLS:
            self.taken.update(
                (self.row + down, column + across) for down in range(1, rows) for across in range(columns)
            )
        self.column = column + columns
        self.cell_start = -1


class _Reader:
    """Target of the parser's events."""

    def __init__(self) -> None:
        self._done: list[str] = []  # finished lines
        self._length = 0  # of the finished lines
        self._line: list[str] = []
        self._line_length = 0
        self._breaks = 0  # new lines owed before the next text
        self._cell_at = -1  # where the innermost cell began
        self._skip = 0
        self._depth = 0
        self._pre: list[int] = []
        self._lists = 0
        self._open: list[_OpenTable] = []
        self._tables: list[Table] = []
        self._marks: list[tuple[int, Role, int]] = []
        self._passages: list[Passage] = []

    # -- events ------------------------------------------------------------------------------------------------------

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._skip or tag in SKIPPED or (attributes and _is_hidden(attributes)):
            self._skip += 1
            return
        if tag == "br":
            self._breaks += 1
        elif tag in ("td", "th"):
            self._start_cell(tag, attributes)
        elif tag in BLOCKS:
            self._start_block(tag, attributes)
        if tag in KEEPS_BLANKS or (attributes and _PRE_STYLE.search(attributes.get("style", "")[:MAX_ATTRIBUTE])):
            self._pre.append(self._depth)
        if attributes and (role := _marked_role(tag, attributes)):
            self._marks.append((self._depth, role, self._position()))

    def end(self, tag: str) -> None:
        depth = self._depth
        self._depth -= 1
        if self._skip:
            self._skip -= 1
            return
        if self._pre and self._pre[-1] == depth:
            self._pre.pop()
        if self._marks and self._marks[-1][0] == depth:
            self._close_mark()
        if tag in ("td", "th"):
            self._end_cell()
        elif tag == "table":
            self._end_table()
        elif tag in BLOCKS:
            self._end_block(tag)

    def data(self, text: str) -> None:
        if self._skip:
            return
        text = charsets.clean(text)
        if self._pre:
            self._write_lines(text.replace("\xa0", " ").split("\n"))
            return
        if "\n" in text:
            text = _BROKEN_HAN.sub("", text)
        text = _BLANKS.sub(" ", text)
        if self._line_length == 0 or self._breaks or self._line[-1].endswith((" ", "\t")):
            text = text.lstrip(" ")
        if text:
            self._write(text.replace("\xa0", " "))

    def comment(self, text: str) -> None: ...

    def pi(self, target: str, data: str | None = None) -> None: ...

    def doctype(self, *_: str | None) -> None: ...

    def close(self) -> None: ...

    # -- results -----------------------------------------------------------------------------------------------------

    def written(self) -> bool:
        return bool(self._length or self._line_length)

    def document(self, part: str, warnings: tuple[str, ...]) -> Document:
        while self._open:
            self._end_cell()
            self._end_table()
        while self._marks:
            self._close_mark()
        self._trim()
        text = "".join([*self._done, *self._line])
        passages = tuple(sorted(self._passages, key=lambda p: (p.start, -p.end)))
        return Document(part, text, passages, tuple(self._tables), warnings=warnings)

    # -- blocks and cells --------------------------------------------------------------------------------------------

    def _start_block(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table":
            self._break()
            if self._open:
                self._open[-1].nested = True
            self._open.append(_OpenTable())
        elif tag == "tr":
            self._end_cell()
            if self._open:
                self._open[-1].row += 1
                self._open[-1].column = 0
            self._break()
        elif tag == "p" and not self._open and not self._lists and _is_spaced(attributes):
            self._break(2)
        else:
            self._lists += tag in ("ul", "ol")
            self._break()

    def _end_block(self, tag: str) -> None:
        self._lists -= tag in ("ul", "ol")
        if tag == "tr":
            self._end_cell()
        self._break()

    def _start_cell(self, tag: str, attributes: dict[str, str]) -> None:
        if not self._open:
            self._break()
            return
        self._end_cell()
        table = self._open[-1]
        table.row = max(table.row, 0)
        if table.column == 0 or not self._row_begun(table):
            self._realise_breaks()
        else:
            self._put("\t")
        self._breaks = 0
        table.cell_start = self._cell_at = self._position()
        table.cell_attributes = (_span(attributes, "rowspan"), _span(attributes, "colspan"), tag == "th")

    def _row_begun(self, table: _OpenTable) -> bool:
        return bool(table.cells) and table.cells[-1].row == table.row

    def _end_cell(self) -> None:
        if self._open and self._open[-1].cell_start >= 0:
            self._trim()
            self._breaks = 0
            self._open[-1].close_cell(self._position())
            self._cell_at = -1

    def _end_table(self) -> None:
        if self._open:
            self._end_cell()
            table = self._open.pop()
            if (
                not table.nested
                and sum(cell.end > cell.start for cell in table.cells) > 1
                and len(table.cells) <= MAX_CELLS
            ):
                self._tables.append(Table(tuple(table.cells)))
        self._break()

    def _close_mark(self) -> None:
        _, role, start = self._marks.pop()
        end = self._position() - self._blanks_at_end()
        if end > start:
            self._passages.append(Passage(start, end, role))

    # -- text --------------------------------------------------------------------------------------------------------

    def _position(self) -> int:
        return self._length + self._line_length

    def _break(self, count: int = 1) -> None:
        if self._breaks < count and self._position():
            self._breaks = count

    def _write_lines(self, lines: list[str]) -> None:
        for number, line in enumerate(lines):
            self._breaks += number > 0
            if line:
                self._write(line)

    def _write(self, text: str) -> None:
        if self._position() == self._cell_at:
            self._breaks = 0
        self._realise_breaks()
        self._put(text)

    def _put(self, text: str) -> None:
        self._line.append(text)
        self._line_length += len(text)

    def _realise_breaks(self) -> None:
        if self._breaks and self._position():
            self._trim()
            breaks = "\n" * min(self._breaks, MAX_BREAKS)
            self._done += [*self._line, breaks]
            self._length += self._line_length + len(breaks)
            self._line, self._line_length = [], 0
        self._breaks = 0

    def _blanks_at_end(self) -> int:
        """Blanks at the line's end, which go when the line ends."""
        count = 0
        for piece in reversed(self._line):
            kept = len(piece.rstrip(" "))
            count += len(piece) - kept
            if kept:
                break
        return count

    def _trim(self) -> None:
        """Takes blanks off the line's end, but nothing that stands before the cell now open."""
        while self._line and self._line[-1].endswith(" ") and self._position() > self._cell_at:
            cut = self._line[-1].rstrip(" ")
            self._line_length -= len(self._line[-1]) - len(cut)
            self._line[-1:] = [cut] if cut else []


def _is_hidden(attributes: dict[str, str]) -> bool:
    style = attributes.get("style")
    return "hidden" in attributes or (style is not None and _HIDDEN.search(style[:MAX_ATTRIBUTE]) is not None)


def _is_spaced(attributes: dict[str, str]) -> bool:
    """A paragraph that stands apart; Word's and most mail software's stand line by line."""
    return (
        "mso" not in attributes.get("class", "").lower() and "margin" not in attributes.get("style", "")[:MAX_ATTRIBUTE]
    )


def _marked_role(tag: str, attributes: dict[str, str]) -> Role | None:
    if tag == "blockquote":
        cited = attributes.get("type") == "cite" or "quote" in attributes.get("class", "")
        return Role.QUOTE if cited or _BAR.search(attributes.get("style", "")[:MAX_ATTRIBUTE]) else None
    names = f"{attributes.get('class', '')} {attributes.get('id', '')}".split()
    if any(name.lower().startswith(marks().signature) for name in names):
        return Role.SIGNATURE
    return Role.QUOTE if any(name.lower().startswith(marks().quote) for name in names) else None


def _span(attributes: dict[str, str], name: str) -> int:
    match = _NUMBER.match(attributes.get(name, ""))
    return min(max(int(match[1]), 1), MAX_SPAN) if match else 1
