"""What a reading child hands back beside a Reading: data alone, so that who waits for it loads no reader of files."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page's picture (WebP), its size in points, and in pixels."""

    part: str
    page: int
    webp: bytes
    width: float
    height: float
    across: int
    down: int


@dataclass(frozen=True, slots=True)
class Tagged:
    """What stands in a content control of a form, by the control's tag. `column` is its cell's, from 0."""

    column: int
    tag: str
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of one of our own forms. `tagged` holds the controls of each row, `headings` counts the rows that Word
    repeats on each page.
    """

    heading: str  # the last heading before it, such as "D3 临时遏制措施"
    rows: tuple[tuple[str, ...], ...]
    tagged: tuple[tuple[Tagged, ...], ...] = ()
    headings: int = 0


@dataclass(frozen=True, slots=True)
class OwnForm:
    """One of our own forms that came back filled in. `loose` are controls that stand in no table; `record` and
    `revision` are those that it was printed for: "" and 0 where it does not say.
    """

    part: str  # the attachment's name
    kind: str  # "8d" or "slip"
    tables: tuple[Table, ...]
    loose: tuple[Tagged, ...] = ()
    record: str = ""
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that came with a mail: its part's name; `kind` is photo, sample, report, form or other, `sha256` that of
    its bytes as they came.
    """

    part: str
    kind: str
    media_type: str
    sha256: str


@dataclass(frozen=True, slots=True)
class MadePhoto:
    """A picture of a mail, made anew as a plain JPEG."""

    part: str
    jpeg: bytes
