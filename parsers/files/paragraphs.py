"""Which lines on a page are one paragraph: a line that was broken only because the next word did not fit goes on.

A sentence that runs over three lines is read as one then, whatever width its writer's page had.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

SAME_LEFT = 2.5  # of a line's height: a first line may be indented
FULL = 4.0  # ... how far from the right edge a full line may end
CLOSE = 1.1  # ... how far apart lines of one paragraph stand
LONG = 16.0  # ... how wide a line of running text is at the least
ALIKE = 0.35  # share by which heights of lines of one paragraph may differ
# a list's sign, or a label with its colon, begins something new
_BEGINS = re.compile(
    r"\s*(?:[-*•·●■□☑☐▪]|\(?\d{1,2}[.)、）]|[（(][一二三四五六七八九十\d]{1,2}[)）]|[一二三四五六七八九十]{1,2}[、.]|[①-⑳]|[^:：]{1,14}[:：])"
)
_ENDS = re.compile(r"[:：]\s*\Z")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of one segment: its edges, and the width of its first word."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    first: float

    @property
    def height(self) -> float:
        return max(self.bottom - self.top, 1.0)


class Paragraphs:
    """Knows the right edge that the lines of a page keep to, for each left edge."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = [row for row in rows if row.x1 - row.x0 >= LONG * row.height]

    def goes_on(self, above: Row, below: Row) -> bool:
        """Whether `below` is the same paragraph's next line."""
        height = above.height
        if (
            above.x1 - above.x0 < LONG * height
            or abs(below.height - height) > ALIKE * height
            or not -0.5 * height < below.top - above.bottom < CLOSE * height
            or not -0.8 * height < above.x0 - below.x0 < SAME_LEFT * height
            or _BEGINS.match(below.text)
            or _ENDS.search(above.text)
        ):
            return False
        beside = [row.x1 for row in self._rows if abs(row.x0 - below.x0) < SAME_LEFT * height]
        if len(beside) < 2:
            return False
        right = max(beside)
        full = sum(1 for x1 in beside if x1 >= right - FULL * height)
        return full >= 2 and above.x1 + 0.3 * height + below.first > right


def joint(above: str, below: str) -> str:
    """What stands between two lines of a paragraph: nothing beside a Chinese letter or its points, else a blank."""
    if not above or not below or above[-1] == "-" or ord(above[-1]) >= 0x2E80 or ord(below[0]) >= 0x2E80:
        return ""
    return " "
