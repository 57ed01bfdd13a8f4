"""The revisions of an 8D, newest first, each with what it says otherwise than the one before. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from intake.review.report_form import Cell, cells_of
from storage.eight_d import Report

MOST_SHOWN = 60  # differences of one revision


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two revisions say differently: `cell` tells its section and name; "" is said nothing."""

    cell: Cell
    row: str  # the position, place or document of its row; "" for a field of the section itself
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Revised:
    """A revision; `more` counts the differences that are not shown."""

    report: Report
    differences: tuple[Difference, ...] = ()
    more: int = 0


def history_of(reports: Sequence[Report]) -> list[Revised]:
    """`reports` in their order, the first one first."""
    told = [Revised(report) for report in reports[:1]]
    for old, new in pairwise(reports):
        found = differences(old, new)
        told.append(Revised(new, tuple(found[:MOST_SHOWN]), max(len(found) - MOST_SHOWN, 0)))
    return list(reversed(told))


def differences(old: Report, new: Report) -> list[Difference]:
    """Field by field in the order of the form; a row that is not there says nothing."""
    before, after = cells_of(old.report), cells_of(new.report)
    found = []
    for path, cell in (after | {path: cell for path, cell in before.items() if path not in after}).items():
        was = before[path].text if path in before else ""
        now = after[path].text if path in after else ""
        if was.strip() != now.strip() and not (cell.name == "axis" and (path not in before or path not in after)):
            found.append(Difference(cell, _row(path), was, now))
    return found


def _row(path: str) -> str:
    parts = path.split(".")
    return next((part for part in parts[1:-1] if part not in ("members", "causes", "rows", "documents", "whys")), "")
