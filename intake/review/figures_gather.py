"""What every part of the figures is made with, and what it comes to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from intake.review.figures_span import Question
from intake.review.figures_tables import Figure, Head
from intake.review.wording import Wording
from storage import UnitOfWork


@dataclass(frozen=True, slots=True)
class Gather:
    work: UnitOfWork
    asked: Question
    now: datetime
    wording: Wording
    causes: Mapping[str, str]  # the policy's causes with their labels
    people: Mapping[str, str]  # names of our people by address, in lower case

    @property
    def places(self) -> range:
        """Of the periods."""
        return range(len(self.asked.periods))

    @property
    def period_head(self) -> Head:
        """The column of the periods is named by their unit."""
        return Head(self.asked.unit, "name")

    def period(self, place: int) -> dict[str, str]:
        """The cell of a period in that column."""
        period = self.asked.periods[place]
        return {self.asked.unit: f"{period.first:%m-%d}" if self.asked.unit == "week" else period.name}

    def number(self, value: float | None) -> str:
        return self.wording.number(value)


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure that stands above the charts: its words (`figures.tile_NAME`), and a tone of the stylesheet."""

    name: str
    value: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A part of the page. Where there is none of what it counts, it has no figures to draw."""

    tiles: Sequence[Tile]
    figures: Sequence[Figure]


Make = Callable[[Gather], Told]


def percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.1f}%"


def alarming(name: str, number: int, gather: Gather) -> Tile:
    """A number that ought to be none."""
    return Tile(name, gather.number(number), "late" if number else "")
