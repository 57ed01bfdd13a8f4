"""From glyphs with boxes to text in reading order, words, and tables: for digital pages and recognised ones alike.

Ruled tables come from `ruling`; what stands in columns without rules is a table where at least two lines agree on
them. The text of a table is written cell by cell, so every cell is one span. Lengths are in points or in shares of a
line's height.
"""

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from parsers.document import Cell
from parsers.files.paragraphs import Paragraphs, Row, joint
from parsers.files.ruling import Grid

Glyph = tuple[str, float, float, float, float]  # text, x0, top, x1, bottom; mostly one character
SPACE: Glyph = (" ", 0.0, 0.0, 0.0, 0.0)  # parts words; stands nowhere
TYPED_SPACE: Glyph = (" ", 0.0, 0.0, 0.0, 1.0)  # one that the writer typed: 数　　量 is one label

WORD_GAP = 0.22  # of the line's height: a wider gap is a space
SEGMENT_GAP = 1.2  # a wider one parts columns
TYPED_GAP = 2.6  # the same, where the gap is filled with typed spaces
WRAPPED = 0.7  # the distance between two lines of one cell, at the most
SAME_LINE = 0.45  # how far middles may differ
NEXT_LINE = 3.2  # a wider distance between lines ends a table without rules
COLUMN_LINES = 6  # two columns of running text have at least so many lines
COLUMN_FILL = 0.7  # and their lines are mostly full
COLUMN_LETTERS = 14

_Place = tuple[int, int]  # number of the grid, number of the room; (-1, 0) is the open page
_OPEN: _Place = (-1, 0)


@dataclass(slots=True)
class Piece:
    """A word, or a part of one where the script changes."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    spaced: bool  # a space stood before it
    typed: bool = False  # ... one that was typed

    @property
    def height(self) -> float:
        return max(self.bottom - self.top, 1.0)

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


Segment = list[Piece]


@dataclass(slots=True)
class Line:
    """Pieces of one height on the page, in segments that wide gaps part."""

    segments: list[Segment]
    top: float
    bottom: float

    @property
    def height(self) -> float:
        return max(self.bottom - self.top, 1.0)


@dataclass(slots=True)
class PageText:
    """The page as text. Words are (start, end, x0, top, x1, bottom) in the frame of the glyphs."""

    paragraphs: Paragraphs
    parts: list[str] = field(default_factory=list)
    length: int = 0
    words: list[tuple[int, int, float, float, float, float]] = field(default_factory=list)
    tables: list[tuple[Cell, ...]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.parts)

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    def end_line(self) -> None:
        if self.length:
            self.add("\n")


def lay_out(glyphs: list[Glyph], grids: list[Grid], asides: list[Glyph]) -> PageText:
    """The page's text in reading order: lines and tables from top to bottom, columns of running text one after the
    other.
    """
    places = _pieces(glyphs, grids)
    open_lines = _lines(places.pop(_OPEN, []))
    page = PageText(Paragraphs([_row(line) for line in open_lines if len(line.segments) == 1]))
    ruled: list[tuple[float, int]] = sorted((grids[number].ys[0], number) for number in {place[0] for place in places})
    for above, lines in _between(open_lines, [top for top, _ in ruled]):
        _write_open(page, lines)
        if above < len(ruled):
            number = ruled[above][1]
            _write_ruled(page, grids[number], number, places)
    for text, x0, top, x1, bottom in asides:
        page.end_line()
        _write_segment(page, [Piece(text, x0, top, x1, bottom, False)])
    return page


def _between(lines: list[Line], tops: list[float]) -> list[tuple[int, list[Line]]]:
    """The lines above the first table, between it and the next, …, below the last."""
    result: list[tuple[int, list[Line]]] = [(number, []) for number in range(len(tops) + 1)]
    number = 0
    for line in lines:
        while number < len(tops) and (line.top + line.bottom) / 2 > tops[number]:
            number += 1
        result[number][1].append(line)
    return result


def _pieces(glyphs: list[Glyph], grids: list[Grid]) -> dict[_Place, list[Piece]]:
    places: dict[_Place, list[Piece]] = {}
    last: Piece | None = None
    last_place, last_kind, spaced, typed = _OPEN, "", False, False
    for glyph in glyphs:
        if glyph is SPACE or glyph is TYPED_SPACE:
            spaced, typed, last = True, typed or glyph is TYPED_SPACE, None
            continue
        text, x0, top, x1, bottom = glyph
        place = _place((x0 + x1) / 2, (top + bottom) / 2, grids) if grids else _OPEN
        kind = _script(text)
        if last is not None and place == last_place and kind == last_kind and _continues(last, glyph):
            if not (text == last.text[-1] and x0 - last.x0 < 0.3 * (x1 - x0)):  # printed twice to look bold
                last.text += text
            last.x1 = max(last.x1, x1)
            last.top, last.bottom = min(last.top, top), max(last.bottom, bottom)
        else:
            last = Piece(text, x0, top, x1, bottom, spaced, typed)
            places.setdefault(place, []).append(last)
        last_place, last_kind, spaced, typed = place, kind, False, False
    return places


def _continues(last: Piece, glyph: Glyph) -> bool:
    _, x0, top, _, bottom = glyph
    height = max(bottom - top, 1.0)
    if abs((top + bottom) / 2 - last.middle) > SAME_LINE * height:
        return False
    return -0.5 * height < x0 - last.x1 < WORD_GAP * height


def _place(x: float, y: float, grids: list[Grid]) -> _Place:
    for number, grid in enumerate(grids):
        if grid.xs[0] <= x <= grid.xs[-1] and grid.ys[0] <= y <= grid.ys[-1]:
            room = grid.room_at(x, y)
            if room is not None:
                return number, room
    return _OPEN


def _script(text: str) -> str:
    """Han letters, their punctuation, and the rest are words of their own: their boxes are then narrow enough to
    show.
    """
    if len(text) > 1:
        return text
    code = ord(text)
    if code < 0x2E80:
        return "latin"
    if 0x3000 <= code <= 0x303F or 0xFF00 <= code <= 0xFF0F or 0xFF1A <= code <= 0xFF20:
        return "point"
    return "han"


def _lines(pieces: list[Piece]) -> list[Line]:
    rows: list[list[Piece]] = []
    middle = 0.0
    for piece in sorted(pieces, key=lambda each: each.middle):
        if rows and piece.middle - middle <= SAME_LINE * min(piece.height, rows[-1][0].height):
            rows[-1].append(piece)
        else:
            rows.append([piece])
            middle = piece.middle
    return [_line(row) for row in rows]


def _line(row: list[Piece]) -> Line:
    row.sort(key=lambda each: each.x0)
    segments: list[Segment] = []
    for piece in row:
        if segments and _is_near(segments[-1][-1], piece):
            segments[-1].append(piece)
        else:
            segments.append([piece])
    return Line(segments, min(piece.top for piece in row), max(piece.bottom for piece in row))


def _is_near(last: Piece, piece: Piece) -> bool:
    gap = TYPED_GAP if piece.typed else SEGMENT_GAP
    return piece.x0 - last.x1 <= gap * min(piece.height, last.height)


def _write_segment(page: PageText, segment: Segment) -> None:
    last: Piece | None = None
    for piece in segment:
        if last is not None and (piece.spaced or piece.x0 - last.x1 > WORD_GAP * min(piece.height, last.height)):
            page.add(" ")
        start = page.length
        page.add(piece.text)
        page.words.append((start, page.length, piece.x0, piece.top, piece.x1, piece.bottom))
        last = piece


def _write_line(page: PageText, line: Line, gap: str) -> None:
    for number, segment in enumerate(line.segments):
        if number:
            page.add(gap)
        _write_segment(page, segment)


def _write_ruled(page: PageText, grid: Grid, number: int, places: dict[_Place, list[Piece]]) -> None:
    cells: list[Cell] = []
    row = -1
    for place, room in enumerate(grid.rooms):
        if room.row == row:
            page.add("\t")
        else:
            page.end_line()
        row = room.row
        start = page.length
        for order, line in enumerate(_lines(places.get((number, place), []))):
            if order:
                page.add("\n")
            _write_line(page, line, "  ")
        cells.append(Cell(room.row, room.column, start, page.length, room.rows, room.columns))
    page.tables.append(tuple(cells))


def _write_open(page: PageText, lines: list[Line]) -> None:
    run = _column_run(lines)
    if run is not None:
        first, last, gutter = run
        _write_rows(page, lines[:first])
        pieces = [piece for line in lines[first:last] for segment in line.segments for piece in segment]
        _write_rows(page, _lines([piece for piece in pieces if piece.x1 <= gutter]))
        _write_rows(page, _lines([piece for piece in pieces if piece.x1 > gutter]))
        lines = lines[last:]
    _write_rows(page, lines)


def _column_run(lines: list[Line]) -> tuple[int, int, float] | None:
    """First and last line (exclusive) of two columns of running text, and the x between them; None where there are
    none.

    A form's labels and values stand in columns as well, but are short: those are read row by row.
    """
    votes = Counter(round((left[-1].x1 + right[0].x0) / 12) for line in lines for left, right in _gaps(line))
    for vote, count in votes.most_common(3):
        if count + votes[vote + 1] + votes[vote - 1] < COLUMN_LINES:
            return None
        gutter = vote * 6.0
        best, start = (0, 0), 0
        for number in range(len(lines) + 1):
            if number == len(lines) or _crosses(lines[number], gutter):
                best = max(best, (start, number), key=lambda each: each[1] - each[0])
                start = number + 1
        if _is_running_text(lines[best[0] : best[1]], gutter):
            return best[0], best[1], gutter
    return None


def _gaps(line: Line) -> list[tuple[Segment, Segment]]:
    return list(zip(line.segments, line.segments[1:], strict=False))


def _crosses(line: Line, x: float) -> bool:
    return any(segment[0].x0 < x < segment[-1].x1 for segment in line.segments)


def _is_running_text(lines: list[Line], gutter: float) -> bool:
    sides: tuple[list[Segment], list[Segment]] = ([], [])
    for line in lines:
        for segment in line.segments:
            sides[segment[0].x0 >= gutter].append(segment)
    return all(_is_full(side) for side in sides)


def _is_full(side: list[Segment]) -> bool:
    if len(side) < COLUMN_LINES:
        return False
    left, right = min(segment[0].x0 for segment in side), max(segment[-1].x1 for segment in side)
    full = [segment for segment in side if segment[-1].x1 - segment[0].x0 >= COLUMN_FILL * (right - left)]
    letters = sum(len(piece.text) for segment in side for piece in segment)
    return len(full) >= 0.6 * len(side) and letters >= COLUMN_LETTERS * len(side)


def _write_rows(page: PageText, lines: list[Line]) -> None:
    """Lines one by one, those of a paragraph joined; where successive ones agree on columns, they are a table too."""
    number = 0
    above: Row | None = None
    while number < len(lines):
        rows = _aligned(lines[number:])
        if len(rows) < 2:
            row = _row(lines[number]) if len(lines[number].segments) == 1 else None
            if above is not None and row is not None and page.paragraphs.goes_on(above, row):
                page.add(joint(above.text, row.text))
            else:
                page.end_line()
            _write_line(page, lines[number], "\t")
            number += 1
            above = row
        else:
            _write_aligned(page, rows)
            number += sum(len(row) for row in rows)
            above = None


def _row(line: Line) -> Row:
    segment = line.segments[0]
    first = segment[0]
    wide = first.x1 - first.x0
    if ord(first.text[0]) >= 0x2E80:  # Chinese is broken after any letter
        wide /= len(first.text)
    text = "".join(" " * piece.spaced + piece.text for piece in segment)
    return Row(text, first.x0, line.top, segment[-1].x1, line.bottom, wide)


def _aligned(lines: list[Line]) -> list[list[Line]]:
    """The rows, from the first line on, that stand in the same columns; a row has more lines where a cell is
    wrapped.
    """
    if len(lines[0].segments) < 2:
        return []
    columns = _spans(lines[0])
    rows = [[lines[0]]]
    for above, line in pairwise(lines):
        merged = _merge(columns, _spans(line)) if line.top - above.top <= NEXT_LINE * above.height else None
        if merged is None:
            break
        if len(line.segments) > 1:
            rows.append([line])
        elif len(merged) == len(columns) and _is_wrapped(above, line, min(columns)[1]):
            rows[-1].append(line)
        else:
            break
        columns = merged
    return rows


def _is_wrapped(above: Line, line: Line, first_column_end: float) -> bool:
    """Whether a line goes on with a cell of the line above it, which is not the label before it."""
    start = line.segments[0][0].x0
    close = line.top - above.bottom <= WRAPPED * above.height
    return close and start > first_column_end and any(abs(start - x0) <= above.height for x0, _ in _spans(above))


def _spans(line: Line) -> list[tuple[float, float]]:
    return [(segment[0].x0, segment[-1].x1) for segment in line.segments]


def _merge(columns: list[tuple[float, float]], row: list[tuple[float, float]]) -> list[tuple[float, float]] | None:
    """The columns widened to hold the row; None where two cells of it would share one, or one would lie in two."""
    result = list(columns)
    taken: set[int] = set()
    for start, end in row:
        hits = [number for number, (left, right) in enumerate(result) if start < right and end > left]
        if len(hits) > 1 or (hits and hits[0] in taken):
            return None
        if hits:
            left, right = result[hits[0]]
            result[hits[0]] = (min(left, start), max(right, end))
            taken.add(hits[0])
        else:
            result.append((start, end))
            taken.add(len(result) - 1)
    clash = any(a[1] > b[0] for a, b in zip(sorted(result), sorted(result)[1:], strict=False))
    return None if clash or not any(number in taken for number in range(len(columns))) else result


def _write_aligned(page: PageText, rows: list[list[Line]]) -> None:
    columns = _spans(rows[0][0])
    for line in (line for row in rows for line in row):
        columns = _merge(columns, _spans(line)) or columns
    columns.sort()
    cells: list[Cell] = []
    for number, row in enumerate(rows):
        page.end_line()
        found: dict[int, list[Segment]] = {}
        for segment in (segment for line in row for segment in line.segments):
            found.setdefault(_column_of(segment, columns), []).append(segment)
        for order, (column, segments) in enumerate(sorted(found.items())):
            if order:
                page.add("\t")
            start = page.length
            for further, segment in enumerate(segments):
                if further:
                    page.add("\n")
                _write_segment(page, segment)
            cells.append(Cell(number, column, start, page.length))
    page.tables.append(tuple(cells))


def _column_of(segment: Segment, columns: list[tuple[float, float]]) -> int:
    middle = (segment[0].x0 + segment[-1].x1) / 2
    return min(range(len(columns)), key=lambda n: max(columns[n][0] - middle, middle - columns[n][1], 0.0))
