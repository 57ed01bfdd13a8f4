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
class Table:
    """A table of one of our own forms."""

    heading: str  # the last heading before it, such as "D3 临时遏制措施"
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class OwnForm:
    """One of our own forms that came back filled in."""

    part: str  # the attachment's name
    kind: str  # "8d" or "slip"
    tables: tuple[Table, ...]
