"""Plain text to a Document: decoded, and with the tables that people lay out by tabs, by pipes or in columns."""

import re
from collections.abc import Callable, Iterator

from parsers import charsets
from parsers.document import Cell, Document, Table

MAX_CHARACTERS = 8_000_000
MAX_TABLES = 500
MAX_COLUMNS = 60
MAX_TABLE_LINE = 1_000  # characters; a longer line is prose

Span = tuple[int, int]

_RULE = re.compile(r"[\s|:+=─━┼├┤-]+\Z")
_COLUMNS = re.compile(r"\S+(?: \S+)*")  # what two blanks, or a full-width one, part; \S excludes U+3000
_INDENT = re.compile(r"[ \t\u3000>]*")


def read_text(content: bytes | str, part: str) -> Document:
    """The text with every table that is evident; a warning where its charset had to be guessed."""
    read = charsets.guess(content) if isinstance(content, bytes) else charsets.Decoded(content, "")
    warnings = (read.warning,) if read.warning else ()
    text = charsets.clean(read.text)
    if len(text) > MAX_CHARACTERS:
        text, warnings = text[:MAX_CHARACTERS], (*warnings, f"text longer than {MAX_CHARACTERS} characters was cut")
    return Document(part, text, tables=tables(text), warnings=warnings)


def tables(text: str) -> tuple[Table, ...]:
    """The blocks of lines that are laid out as a table, in order. Cells are spans of `text`."""
    found: list[Table] = []
    if "\t" not in text and "|" not in text and "  " not in text and "\u3000" not in text:
        return ()
    for block in _blocks(text):
        for table in (_tabbed(text, block), _piped(text, block), _aligned(text, block)):
            if table is not None and len(found) < MAX_TABLES:
                found.append(table)
                break
    return tuple(found)


def _blocks(text: str) -> Iterator[list[Span]]:
    """Runs of lines that all hold something that could part columns, of the same kind."""
    block: list[Span] = []
    kind = ""
    for start, end in _lines(text):
        now = _kind(text[start:end])
        if block and now != kind:
            yield from [block] if len(block) > 1 else []
            block = []
        kind = now
        if now:
            block.append((start, end))
    if len(block) > 1:
        yield block


def _lines(text: str) -> Iterator[Span]:
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1


def _kind(line: str) -> str:
    if len(line) > MAX_TABLE_LINE or not line:
        return ""
    if line.count("|") > 1 or (line.count("|") == 1 and not line.strip().startswith("|")):
        return "|"
    if "\t" in line.strip("\t "):
        return "\t"
    inner = line.strip(" \u3000>")
    return " " if "  " in inner or "\u3000" in inner else ""


def _tabbed(text: str, block: list[Span]) -> Table | None:
    if "\t" not in text[slice(*block[0])]:
        return None
    rows = [_split(text, span, _by_tab) for span in block]
    return _table(rows) if min(map(len, rows)) > 1 else None


def _piped(text: str, block: list[Span]) -> Table | None:
    if "|" not in text[slice(*block[0])]:
        return None
    rows = [_split(text, span, _by_pipe) for span in block if not _RULE.match(text[slice(*span)])]
    ruled = len(rows) < len(block)
    if len(rows) < 2 or len({len(row) for row in rows}) > 1 or (len(rows[0]) < 2 or (len(rows[0]) == 2 and not ruled)):
        return None
    return _table(rows, header=ruled)


def _aligned(text: str, block: list[Span]) -> Table | None:
    rows = [_split(text, span, _by_gap) for span in block]
    if len(rows[0]) < 3 or len({len(row) for row in rows}) > 1:
        return None
    return _table(rows)


def _split(text: str, span: Span, cut: Callable[[str], list[Span]]) -> list[Span]:
    start, end = span
    return [(start + left, start + right) for left, right in cut(text[start:end])][:MAX_COLUMNS]


def _by_tab(line: str) -> list[Span]:
    """Columns by single tabs; empty ones count, but not those at the line's ends."""
    indent = _INDENT.match(line)
    at = indent.end() if indent and "\t" in line[indent.end() :].rstrip("\t ") else 0
    return _by_separator(line.rstrip("\t "), "\t", at)


def _by_pipe(line: str) -> list[Span]:
    inner = line.rstrip()
    start = len(line) - len(line.lstrip(" >"))
    start += inner[start : start + 1] == "|"
    return _by_separator(inner[:-1] if inner.endswith("|") and len(inner) > start else inner, "|", start)


def _by_separator(line: str, separator: str, at: int) -> list[Span]:
    spans: list[Span] = []
    while at <= len(line):
        end = line.find(separator, at)
        end = len(line) if end < 0 else end
        spans.append(_stripped(line, at, end))
        at = end + 1
    return spans


def _by_gap(line: str) -> list[Span]:
    return [match.span() for match in _COLUMNS.finditer(line)]


def _stripped(line: str, start: int, end: int) -> Span:
    piece = line[start:end]
    left = start + len(piece) - len(piece.lstrip())
    return (left, left + len(piece.strip())) if piece.strip() else (start, start)


def _table(rows: list[list[Span]], header: bool = False) -> Table:
    return Table(
        tuple(
            Cell(row, column, start, end, header=header and row == 0)
            for row, spans in enumerate(rows)
            for column, (start, end) in enumerate(spans)
        )
    )
