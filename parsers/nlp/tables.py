"""Forms (表单) in tables: label beside value, a header row above rows of items, a label column beside columns of items.

同上, ditto and merged cells inherit. Tables that were typed with bars, tabs or blanks are read like the others.
"""

import re
from collections.abc import Iterator, Sequence

from parsers.document import Table
from parsers.nlp.candidates import Pair, View, lines
from parsers.nlp.forms import ITEM_LABELS, trimmed, width
from parsers.nlp.labels import MAX_LABEL, exact, meaning

_MAX_PAIRS = 4000

_SAME = frozenset({"同上", "″", '"', "〃", "同", "ditto", '-"-', "do", "do.", "same", "same as above", "''", '""', "↑"})
_TOTAL = re.compile(r"^(?:合\s*计|总\s*计|小\s*计|共计|total|sub-?total|sum(?![a-z]))")
Grid = dict[tuple[int, int], tuple[int, int]]


def table_pairs(view: View) -> list[Pair]:
    found: list[Pair] = []
    for number, table in enumerate(view.document.tables):
        if len(found) > _MAX_PAIRS:
            break
        found.extend(_headed_cells(view, table))
        found.extend(_pairs_of_table(view, table, f"{view.part}#t{number}"))
    for number, grid in enumerate(_text_tables(view)):
        found.extend(_pairs_of_grid(view, grid, f"{view.part}#x{number}"))
    return found


def _grid(view: View, table: Table) -> Grid:
    """Row and column → span; a merged cell stands in each place that it covers."""
    grid: Grid = {}
    for cell in table.cells[:20000]:
        span = trimmed(view.whole, cell.start, cell.end)
        start = span[0] + len(view.whole[span[0] : span[1]]) - len(view.whole[span[0] : span[1]].lstrip())
        end = start + len(view.whole[start : span[1]].rstrip())
        for row in range(cell.row, cell.row + min(max(cell.rows, 1), 200)):
            for column in range(cell.column, cell.column + min(max(cell.columns, 1), 50)):
                grid.setdefault((row, column), (start, max(start, end)))
    return grid


def _pairs_of_table(view: View, table: Table, name: str) -> list[Pair]:
    return _pairs_of_grid(view, _grid(view, table), name)


def _pairs_of_grid(view: View, grid: Grid, name: str) -> list[Pair]:
    if not grid:
        return []
    rows = sorted({row for row, _ in grid})
    columns = sorted({column for _, column in grid})
    labels = {place: _cell_label(view.whole[start:end]) for place, (start, end) in grid.items() if end > start}
    transposed = _transposed(view, grid, labels, rows, columns, name)
    if transposed:
        return transposed
    found: list[Pair] = []
    header: dict[int, tuple[str, ...]] = {}
    for row in rows:
        if _is_header(view, grid, labels, rows, columns, row):
            header = {
                column: labels.get((row, column), ()) or ("other",) for column in columns if _filled(grid, row, column)
            }
        elif header and not _is_form_row(grid, labels, columns, row):
            found.extend(_row_of_items(view, grid, columns, header, row, name, rows))
        else:
            header = {}
            found.extend(_row_of_form(grid, labels, columns, row))
    return found


def _cell_label(text: str) -> tuple[str, ...]:
    bare = text.strip(" :*\n")
    rows = [row.strip(" :*") for row in bare.split("\n") if row.strip(" :*")]
    if len(rows) > 1:  # a bilingual label has a label in each line; a label above its value has not
        return exact(rows[0]) if all(exact(row) or not exact(rows[0]) for row in rows) else ()
    if not bare or len(bare) > MAX_LABEL or bare[0].isdigit():
        return ()
    return exact(bare) or (
        meaning(bare) if width(bare) <= 32 and not re.search(r"[。，;!?]", bare) and ":" not in bare else ()
    )


def _headed_cells(view: View, table: Table) -> list[Pair]:
    """Cells that hold their own label: in the first line, the value below it."""
    found: list[Pair] = []
    for cell in table.cells[:20000]:
        text = view.whole[cell.start : cell.end]
        head, line_end, rest = text.partition("\n")
        fields = exact(head.strip(" :*")) if line_end and rest.strip() else ()
        if not fields or all(exact(row.strip(" :*")) for row in rest.split("\n") if row.strip()):
            continue
        begin = cell.start + len(head) + 1
        start, end = trimmed(view.whole, begin + len(rest) - len(rest.lstrip()), begin + len(rest.rstrip()))
        found.extend(Pair(field, start, end, cell.start, None, "table_row") for field in fields)
    return found


def _filled(grid: Grid, row: int, column: int) -> bool:
    start, end = grid.get((row, column), (0, 0))
    return end > start


def _distinct(grid: Grid, row: int, columns: list[int]) -> list[int]:
    """The columns of a row that begin a filled cell, each merged cell once."""
    found: list[int] = []
    last: tuple[int, int] | None = None
    for column in columns:
        span = grid.get((row, column))
        if span is not None and span[1] > span[0] and span != last:
            found.append(column)
        last = span
    return found


def _is_header(
    view: View,
    grid: Grid,
    labels: dict[tuple[int, int], tuple[str, ...]],
    rows: list[int],
    columns: list[int],
    row: int,
) -> bool:
    filled = _distinct(grid, row, columns)
    known = [column for column in filled if labels.get((row, column))]
    if len(known) < 2 or len(known) < 0.6 * len(filled):
        return False
    later = [r for r in rows if r > row][:3]
    if not later:
        return False
    below = _distinct(grid, later[0], columns)
    labels_below = sum(
        1 for column in below if labels.get((later[0], column)) and grid[(later[0], column)] != grid.get((row, column))
    )
    useful = {field for column in known for field in labels[(row, column)]} & ITEM_LABELS
    return len(below) >= 2 and labels_below < 0.4 * len(below) and bool(useful)


def _is_form_row(grid: Grid, labels: dict[tuple[int, int], tuple[str, ...]], columns: list[int], row: int) -> bool:
    filled = _distinct(grid, row, columns)
    return (
        bool(filled)
        and bool(labels.get((row, filled[0])))
        and sum(1 for c in filled if labels.get((row, c))) >= max(1, len(filled) // 2)
    )


def _row_of_items(
    view: View, grid: Grid, columns: list[int], header: dict[int, tuple[str, ...]], row: int, name: str, rows: list[int]
) -> list[Pair]:
    filled = _distinct(grid, row, columns)
    if not filled or _TOTAL.match(view.whole[slice(*grid[(row, filled[0])])].strip()):
        return []
    if len(filled) == 1 and len(header) > 2:
        return []
    found: list[Pair] = []
    for column in filled:
        fields = header.get(column, ())
        span = _inherited(view, grid, rows, row, column)
        found.extend(
            Pair(field, *span, span[0], f"{name}r{row}", "table_column") for field in fields if span[1] > span[0]
        )
    for column, fields in header.items():
        if not _filled(grid, row, column) and fields and fields[0] in ("product", "model", "order_no"):
            span = _inherited(view, grid, rows, row, column)
            found.extend(
                Pair(field, *span, span[0], f"{name}r{row}", "table_inherited") for field in fields if span[1] > span[0]
            )
    return found


def _inherited(view: View, grid: Grid, rows: list[int], row: int, column: int) -> tuple[int, int]:
    """The cell's span; for an empty cell or 同上 the one above it that says something."""
    for above in range(rows.index(row), 0, -1):
        span = grid.get((rows[above], column), (0, 0))
        text = view.whole[span[0] : span[1]].strip()
        if text and text not in _SAME:
            return span
    return grid.get((rows[0], column), (0, 0)) if rows.index(row) == 0 else (0, 0)


def _row_of_form(
    grid: Grid, labels: dict[tuple[int, int], tuple[str, ...]], columns: list[int], row: int
) -> list[Pair]:
    found: list[Pair] = []
    pending: tuple[tuple[str, ...], int] | None = None
    last: tuple[int, int] | None = None
    for column in columns:
        span = grid.get((row, column))
        if span is None or span == last:
            continue
        last = span
        fields = labels.get((row, column), ())
        if pending is not None and span[1] > span[0] and not _is_next_label(pending[0], fields):
            found.extend(Pair(field, *span, pending[1], None, "table_row") for field in pending[0])
            pending = None
        else:
            pending = (fields, span[0]) if fields else None
    return found


def _is_next_label(pending: tuple[str, ...], fields: tuple[str, ...]) -> bool:
    """A value may read like a label (缺陷类型 | 外观不良): it is one only where it means another thing than a description."""  # noqa: E501
    return bool(fields) and not (
        pending[0] in ("defect", "disposition", "product")
        and fields[0] in ("defect", "quantity_defective", "disposition", "other", "product")
    )


def _transposed(
    view: View,
    grid: Grid,
    labels: dict[tuple[int, int], tuple[str, ...]],
    rows: list[int],
    columns: list[int],
    name: str,
) -> list[Pair]:
    """Labels down the first column, an item in each further column."""
    first = columns[0]
    labelled = [row for row in rows if labels.get((row, first))]
    if len(columns) < 3 or len(labelled) < 3 or len(labelled) < 0.7 * len(rows):
        return []
    if any(labels.get((row, column)) for row in labelled for column in columns[1:]):
        return []
    full = [row for row in labelled if len(_distinct(grid, row, columns[1:])) >= 2]
    if len(full) < 2:
        return []
    found: list[Pair] = []
    for row in labelled:
        for column in columns[1:]:
            span = grid.get((row, column), (0, 0))
            if view.whole[span[0] : span[1]].strip() in _SAME:
                span = grid.get((row, column - 1), (0, 0))
            if span[1] > span[0]:
                found.extend(
                    Pair(field, *span, span[0], f"{name}c{column}", "table_column") for field in labels[(row, first)]
                )
    return found


_COLUMNS = re.compile(r"\s*[|\t]+\s*|\s{2,}")


def _text_tables(view: View) -> Iterator[Grid]:
    """Tables typed with bars, tabs or blanks: a line that is all labels, and the lines below with as many cells."""
    if view.document.tables and view.part != "body":
        return
    spans = lines(view.plain)
    yield from _barred_forms(view, spans)
    index = 0
    while index < len(spans):
        head = _split_cells(view.plain, *spans[index])
        known = [1 for start, end in head if _cell_label(view.plain[start:end])]
        if len(head) < 3 or len(known) < 0.6 * len(head):
            index += 1
            continue
        grid: Grid = {(0, column): cell for column, cell in enumerate(head)}
        row = 0
        tight = len(_cut(view.plain[slice(*spans[index])], _COLUMNS, 0)) < 3
        for position, (start, end) in enumerate(spans[index + 1 : index + 400], index):
            cells = _split_cells(view.plain, start, end, len(head) if tight else 0)
            if row and view.plain.count("\n", spans[position][1], start) > 1:
                break
            if len(cells) < 2 or len(cells) > len(head):
                if set(view.plain[start:end]) <= set("-+|= :"):
                    continue
                break
            row += 1
            shift = len(head) - len(cells) if len(cells) < len(head) else 0
            grid.update({(row, column + shift): cell for column, cell in enumerate(cells)})
        if row:
            yield grid
        index += row + 1


def _barred_forms(view: View, spans: Sequence[tuple[int, int]]) -> Iterator[Grid]:
    """Lines of two cells between bars, the first of them labels."""
    grid: Grid = {}
    row = labelled = 0
    for start, end in [*spans, (0, 0)]:
        cells = _cut(view.plain[start:end], re.compile(r"\s*\|\s*"), start) if "|" in view.plain[start:end] else []
        if len(cells) == 2:
            grid.update({(row, column): cell for column, cell in enumerate(cells)})
            labelled += bool(_cell_label(view.plain[slice(*cells[0])]))
            row += 1
        elif not set(view.plain[start:end]) & set("|") or not cells:
            if labelled >= 2 and labelled >= 0.6 * row:
                yield grid
            grid, row, labelled = {}, 0, 0


def _split_cells(text: str, start: int, end: int, wanted: int = 0) -> list[tuple[int, int]]:
    line = text[start:end]
    cells = _cut(line, _COLUMNS, start)
    single = _cut(line, re.compile(r"\s+"), start)
    if len(cells) < 3 and (
        len(single) == wanted or (not wanted and len(single) >= 4 and all(exact(text[a:b]) for a, b in single))
    ):
        return single
    return cells


def _cut(line: str, separator: re.Pattern[str], offset: int) -> list[tuple[int, int]]:
    cells: list[tuple[int, int]] = []
    at = 0
    for gap in separator.finditer(line):
        if gap.start() > at:
            cells.append((offset + at, offset + gap.start()))
        at = gap.end()
    if at < len(line):
        cells.append((offset + at, offset + len(line)))
    return cells
