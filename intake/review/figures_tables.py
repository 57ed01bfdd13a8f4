"""A figure as a table: what the page draws, shows beneath and gives as a workbook, all from the same rows. Pure.

The chart is drawn from the table on the page, by what its columns say of themselves (`draw`, `colour`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from intake.likeness.defects import named
from intake.review.wording import Wording
from intake.workbooks import Column, Row, Sheet, Value

Draw = Literal["", "name", "bar", "stack", "line"]
MOST = 20  # names in a Pareto; the others are one row
VITAL = 0.8  # of all: who comes to so much together are the vital few
_WIDE, _NARROW = 34.0, 12.0  # characters of a column with names, and of one with figures


@dataclass(frozen=True, slots=True)
class Head:
    """A column. `name` finds a row's value and its words (`figure_heads`); `draw`: how the chart shows it; `colour`
    names one of the stylesheet's; `share`: a fraction, 0 to 1, shown in percent.
    """

    name: str
    draw: Draw = ""
    colour: str = ""
    share: bool = False

    def words(self, wording: Wording) -> str:
        return wording.t(f"figure_heads.{self.name}")


@dataclass(frozen=True, slots=True)
class Figure:
    """`name` finds its words (`figures.NAME`, `figures.NAME_lead`) and its file. `across`: names stand at the left and
    bars run to the right, for names that are long. What stands `below` the other rows is not drawn. `mark`: a share at
    which the chart has a rule.
    """

    name: str
    heads: tuple[Head, ...]
    rows: Sequence[Row]
    across: bool = False
    below: Sequence[Row] = ()
    mark: float | None = None

    @property
    def drawn(self) -> bool:
        """Whether there is anything to draw."""
        told = [head for head in self.heads if head.draw not in ("", "name")]
        values = [(head, row.get(head.name)) for row in self.rows for head in told]
        return any(value is not None and (head.share or value != 0) for head, value in values)


def shown(head: Head, value: Value, wording: Wording) -> str:
    """A cell as one reads it."""
    if value is None:
        return "–"
    if head.share and isinstance(value, float | int):
        return f"{value * 100:.1f}%"
    return wording.number(value) if isinstance(value, float | int) else str(value)


def drawn_value(head: Head, value: Value) -> str:
    """A cell as the chart reads it; a share in percent. Empty: nothing is drawn there."""
    if head.draw in ("", "name") or not isinstance(value, float | int):
        return ""
    return f"{value * 100:.2f}" if head.share else f"{value:g}"


def sheet(figure: Figure, wording: Wording) -> Sheet:
    columns = [
        Column(head.name, head.words(wording), _WIDE if head.draw == "name" else _NARROW, head.share)
        for head in figure.heads
    ]
    return Sheet(wording.t(f"figures.{figure.name}"), columns, [*figure.rows, *figure.below])


# -------------------------------------------------------------------- Pareto

PARETO = (
    Head("name", "name"),
    Head("complaints", "bar", "main"),
    Head("share", share=True),
    Head("cumulative", "line", "line", share=True),
)


def pareto(name: str, counted: Sequence[tuple[str, int]], others: int, unnamed: int, wording: Wording) -> Figure:
    """The vital few first: each with its share of all that is named, and what they come to together. Below stand the
    others, and the complaints that name nothing, which have no share.
    """
    whole = sum(number for _, number in counted) + others
    rows: list[Row] = []
    together = 0
    for label, number in counted:
        together += number
        rows.append({"name": label, "complaints": number, "share": number / whole, "cumulative": together / whole})
    below: list[Row] = []
    if others:
        rest = {"complaints": others, "share": others / whole, "cumulative": 1.0}
        below.append({"name": wording.t("figures.others"), **rest})
    if unnamed:
        below.append({"name": wording.t(f"figures.{name}_none"), "complaints": unnamed})
    return Figure(name, PARETO, rows, below=below, mark=VITAL)


def by_kind(described: Iterable[tuple[Sequence[str], int]], wording: Wording) -> list[tuple[str, int]]:
    """How many complaints describe a kind of defect, the most frequent first; what has no kind stands under its own
    words. A complaint counts once for each kind, however often it names it.
    """
    found: dict[str, int] = {}
    for texts, number in described:
        for name in named(texts):
            found[name] = found.get(name, 0) + number
    known = wording.letters
    labels = [
        (known.of("defect_kinds", name) if known.has("defect_kinds", name) else name, n) for name, n in found.items()
    ]
    return sorted(labels, key=lambda one: (-one[1], one[0]))
