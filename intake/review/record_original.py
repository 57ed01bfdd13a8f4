"""What the customer sent, part by part, with the places of the values lit up in text and on pages. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from intake.review.record_values import Group, Value, spots
from parsers.original import OpenedPart, Original
from storage.pages import PageOf
from storage.records import Spot

MOST_SHOWN = 60_000  # characters of one part


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text; `marks` are the values that were read from it."""

    text: str
    marks: tuple[str, ...] = ()
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Boxed:
    """A value's box on a page, in points from the top left."""

    mark: str
    x: float
    y: float
    w: float
    h: float
    doubtful: bool
    name: str
    by_person: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page with its picture, its size in points and the boxes on it."""

    page: int
    across: int
    down: int
    width: float
    height: float
    boxes: tuple[Boxed, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A part: its pages where they are drawn, its text with what is lit, else the words that were recognised on it."""

    name: str
    media_type: str
    size: int
    inline: bool
    runs: tuple[Run, ...] = ()
    cut: bool = False
    sheets: tuple[Sheet, ...] = ()
    recognised: tuple[tuple[int, str, str], ...] = ()  # (page, words, mark)
    lit: int = 0


def shown_parts(
    original: Original, drawn: Sequence[PageOf], groups: Sequence[Group], arrivals: frozenset[str] = frozenset({""})
) -> tuple[Shown, ...]:
    """`arrivals`: by which ids the mail is known to places; "" is the one that opened the record."""
    return tuple(
        _shown(part, [page for page in drawn if page.part == part.name], list(spots(groups, part.name, arrivals)))
        for part in original.parts
    )


def _shown(part: OpenedPart, drawn: Sequence[PageOf], found: Sequence[tuple[Value, Spot]]) -> Shown:
    sheets = tuple(_sheet(page, found) for page in drawn)
    seen: tuple[tuple[int, str, str], ...] = ()
    if not part.text:
        seen = tuple((spot.page, spot.text, value.mark) for value, spot in found)
    lit = [(value, spot) for value, spot in found if part.text[spot.start : spot.end] == spot.text]
    return Shown(
        part.name,
        part.media_type,
        part.size,
        part.inline,
        runs_of(part.text[:MOST_SHOWN], lit),
        len(part.text) > MOST_SHOWN,
        sheets,
        seen,
        len(found),
    )


def runs_of(text: str, lit: Iterable[tuple[Value, Spot]]) -> tuple[Run, ...]:
    """The text cut where a lit place begins or ends."""
    placed = [(value, spot) for value, spot in lit if 0 <= spot.start < spot.end <= len(text)]
    cuts = sorted({0, len(text), *(edge for _, spot in placed for edge in (spot.start, spot.end))})
    runs = []
    for start, end in pairwise(cuts):
        here = [value for value, spot in placed if spot.start <= start and end <= spot.end]
        runs.append(Run(text[start:end], tuple(one.mark for one in here), any(one.doubtful for one in here)))
    return tuple(runs)


def _sheet(page: PageOf, found: Sequence[tuple[Value, Spot]]) -> Sheet:
    boxes = []
    for value, spot in found:
        if spot.page == page.page and spot.box is not None and page.width > 0 and page.height > 0:
            x0, top, x1, bottom = spot.box
            boxes.append(
                Boxed(
                    value.mark, round(x0, 1), round(top, 1), round(max(x1 - x0, 4), 1), round(max(bottom - top, 4), 1),
                    value.doubtful, value.name, bool(value.set_by),
                )
            )  # fmt: skip
    return Sheet(page.page, page.across, page.down, page.width, page.height, tuple(boxes))
