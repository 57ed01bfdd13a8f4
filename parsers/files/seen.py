"""What goes to the child that recognises text (OCR), and what comes back: pictures of pages out, lines of letters in.

The child that reads a mail takes the pictures out of its files; another child, with the recogniser loaded, looks at
them; the first then reads the mail with what was seen. All figures are points; a picture is as the page is shown, what
was seen stands in a frame of its own in which the text is upright and straight (`back` leads to the page).
"""

from dataclasses import dataclass

from parsers.files.ruling import Rule
from parsers.types import Box

Affine = tuple[float, float, float, float, float, float]  # x' = a·x + b·y + c, y' = d·x + e·y + f
STAYS: Affine = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


@dataclass(frozen=True, slots=True)
class PageKey:
    """A page by the SHA-256 of its file and its number (from 1): the same file twice in a mail is looked at once."""

    file: str
    page: int


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as it is shown. `place` is the rectangle of the page that the picture covers."""

    key: PageKey
    png: bytes
    place: Box


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece cut from a page's picture, which stands upright after `turns` quarter turns clockwise."""

    picture: PagePicture
    turns: int = 0


@dataclass(frozen=True, slots=True)
class SeenLine:
    """Letters side by side. `edges` holds the left and the right edge of each letter, `sure` how sure each is."""

    text: str
    top: float
    bottom: float
    edges: tuple[tuple[float, float], ...]
    sure: tuple[float, ...]
    upright: bool = True  # else it runs up or down the margin


@dataclass(frozen=True, slots=True)
class SeenPage:
    """What was recognised on a page; `trouble` says why nothing could be.

    `edge` holds the lines of the upper edge of a page that had to be turned, read as it came and in the frame of the
    page as shown: a fax machine prints its line there whichever way up the sheet went in.
    """

    key: PageKey
    lines: tuple[SeenLine, ...] = ()
    edge: tuple[SeenLine, ...] = ()
    rules: tuple[Rule, ...] = ()
    back: Affine = STAYS
    trouble: str | None = None

    def shown(self, x0: float, top: float, x1: float, bottom: float) -> Box:
        """A rectangle of the upright frame, as the page is shown."""
        a, b, c, d, e, f = self.back
        corners = [(x, y) for x in (x0, x1) for y in (top, bottom)]
        across = [a * x + b * y + c for x, y in corners]
        down = [d * x + e * y + f for x, y in corners]
        return Box(round(min(across), 2), round(min(down), 2), round(max(across), 2), round(max(down), 2))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A mail cannot be read before these pages have been looked at."""

    pictures: tuple[PagePicture, ...]
