"""From ruling lines to the cells of tables: pure geometry, for digital pages and scanned ones alike.

Lines that touch make one table. Between two lines' crossings a wall may be missing: what no wall parts is one cell,
so merged cells need no special case. All figures are points, origin top left.
"""

from bisect import bisect_right
from dataclasses import dataclass

SNAP = 2.5  # lines nearer than this are one
JOIN = 3.5  # a gap in a line no longer than this is none (dashed and dotted rules)
REACH = 3.0  # lines that miss each other by no more than this touch
WALL = 0.6  # the share of a wall that must be drawn
SHORT = 6.0  # a shorter line rules nothing
MOST = 3_000  # lines; a page with more is a drawing


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line: at `at` (y if across, else x) from `start` to `end`."""

    across: bool
    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Room:
    """A cell of a ruled table: its place in the grid and its rectangle."""

    row: int
    column: int
    rows: int
    columns: int
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table. `owner[row][column]` is the number of the room that an elementary square belongs to."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    rooms: tuple[Room, ...]
    owner: tuple[tuple[int, ...], ...]

    def room_at(self, x: float, y: float) -> int | None:
        column, row = bisect_right(self.xs, x) - 1, bisect_right(self.ys, y) - 1
        if 0 <= column < len(self.xs) - 1 and 0 <= row < len(self.ys) - 1:
            return self.owner[row][column]
        return None


def find_grids(rules: list[Rule]) -> list[Grid]:
    """The ruled tables of a page, smallest first, so that a table within a frame is met before the frame."""
    if not 4 <= len(rules) <= MOST:
        return []
    across = _joined([rule for rule in rules if rule.across])
    down = _joined([rule for rule in rules if not rule.across])
    grids = [_grid(*group) for group in _groups(across, down)]
    found = [grid for grid in grids if grid is not None and len(grid.rooms) > 1]
    return sorted(found, key=lambda grid: (grid.xs[-1] - grid.xs[0]) * (grid.ys[-1] - grid.ys[0]))


def _joined(rules: list[Rule]) -> list[Rule]:
    """Lines at the same place made one, their pieces put together."""
    result: list[Rule] = []
    row: list[Rule] = []
    for rule in sorted(rules, key=lambda each: each.at):
        if row and rule.at - row[0].at > SNAP:
            result += _pieces(row)
            row = []
        row.append(rule)
    return result + _pieces(row)


def _pieces(row: list[Rule]) -> list[Rule]:
    result: list[Rule] = []
    if not row:
        return result
    at = sum(rule.at for rule in row) / len(row)
    start, end = None, 0.0
    for rule in sorted(row, key=lambda each: each.start):
        if start is None:
            start, end = rule.start, rule.end
        elif rule.start <= end + JOIN:
            end = max(end, rule.end)
        else:
            result.append(Rule(row[0].across, at, start, end))
            start, end = rule.start, rule.end
    if start is not None:
        result.append(Rule(row[0].across, at, start, end))
    return [rule for rule in result if rule.end - rule.start >= SHORT]


def _groups(across: list[Rule], down: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Lines that touch, directly or by others."""
    leader = list(range(len(across) + len(down)))

    def find(number: int) -> int:
        while leader[number] != number:
            leader[number] = leader[leader[number]]
            number = leader[number]
        return number

    for i, flat in enumerate(across):
        for j, steep in enumerate(down, len(across)):
            if _touch(flat, steep):
                leader[find(i)] = find(j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for number, rule in enumerate([*across, *down]):
        groups.setdefault(find(number), ([], []))[0 if rule.across else 1].append(rule)
    return [group for group in groups.values() if len(group[0]) >= 2 and group[1]]


def _touch(flat: Rule, steep: Rule) -> bool:
    return flat.start - REACH <= steep.at <= flat.end + REACH and steep.start - REACH <= flat.at <= steep.end + REACH


def _grid(across: list[Rule], down: list[Rule]) -> Grid | None:
    left, right = min(rule.start for rule in across), max(rule.end for rule in across)
    xs = _places([rule.at for rule in down] + [left, right])  # a table may be open at its sides
    ys = _places([rule.at for rule in across])
    if len(xs) < 2 or len(ys) < 2 or len(xs) * len(ys) > 20_000:
        return None
    rows, columns = len(ys) - 1, len(xs) - 1
    leader = list(range(rows * columns))

    def find(number: int) -> int:
        while leader[number] != number:
            leader[number] = leader[leader[number]]
            number = leader[number]
        return number

    walls_right = [[_covered(down, xs[c + 1], ys[r], ys[r + 1]) for c in range(columns - 1)] for r in range(rows)]
    walls_below = [[_covered(across, ys[r + 1], xs[c], xs[c + 1]) for c in range(columns)] for r in range(rows - 1)]
    for r in range(rows):
        for c in range(columns):
            if c + 1 < columns and not walls_right[r][c]:
                leader[find(r * columns + c + 1)] = find(r * columns + c)
            if r + 1 < rows and not walls_below[r][c]:
                leader[find((r + 1) * columns + c)] = find(r * columns + c)
    return _with_rooms(xs, ys, [[find(r * columns + c) for c in range(columns)] for r in range(rows)])


def _places(values: list[float]) -> list[float]:
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > SNAP:
            places.append(value)
    return places


def _covered(rules: list[Rule], at: float, start: float, end: float) -> bool:
    drawn = sum(max(0.0, min(rule.end, end) - max(rule.start, start)) for rule in rules if abs(rule.at - at) <= SNAP)
    return drawn >= WALL * (end - start)


def _with_rooms(xs: list[float], ys: list[float], regions: list[list[int]]) -> Grid:
    rooms: list[Room] = []
    owner = [[-1] * len(row) for row in regions]
    for r, row in enumerate(regions):
        for c, region in enumerate(row):
            if owner[r][c] >= 0:
                continue
            width = 1
            while c + width < len(row) and row[c + width] == region and owner[r][c + width] < 0:
                width += 1
            height = 1
            while r + height < len(regions) and regions[r + height][c : c + width] == [region] * width:
                height += 1
            for y in range(r, r + height):
                owner[y][c : c + width] = [len(rooms)] * width
            rooms.append(Room(r, c, height, width, xs[c], ys[r], xs[c + width], ys[r + height]))
    return Grid(tuple(xs), tuple(ys), tuple(rooms), tuple(tuple(row) for row in owner))
