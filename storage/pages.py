"""The pages of documents as pictures: which wait to be drawn, and which are there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.arrivals import insert
from storage.rows import from_row, values_of
from storage.tables import drawings, pages


@dataclass(frozen=True, slots=True)
class PageOf:
    """A page's picture. `source` is the SHA-256 of the mail or file that it came in, `part` as in `Source.part`; the
    size is `width` by `height` points, `across` by `down` pixels.
    """

    source: str
    part: str
    page: int
    sha256: str
    width: float
    height: float
    across: int
    down: int


class Pages:
    """The repository of page pictures, in one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def wait(self, source: str, arrival: str) -> None:
        """Its documents are to be drawn when there is time; nothing where they are, or wait already."""
        row = insert(self._connection, drawings).values(source=source, arrival=arrival, at=None)
        self._connection.execute(row.on_conflict_do_nothing())

    def waiting(self, limit: int) -> list[tuple[str, str]]:
        """(source, arrival) of what waits to be drawn."""
        query = sa.select(drawings.c.source, drawings.c.arrival).where(drawings.c.at.is_(None)).limit(limit)
        return [(row.source, row.arrival) for row in self._connection.execute(query)]

    def drawn(self, source: str, made: Sequence[PageOf], at: datetime) -> None:
        """Keeps what was drawn; a second drawing of the same changes nothing."""
        for page in made:
            self._connection.execute(insert(self._connection, pages).values(values_of(page)).on_conflict_do_nothing())
        self._connection.execute(sa.update(drawings).where(drawings.c.source == source).values(at=at))

    def of(self, source: str) -> list[PageOf]:
        """The pages of a mail or file, part by part."""
        query = sa.select(pages).where(pages.c.source == source).order_by(pages.c.part, pages.c.page)
        return [from_row(PageOf, row) for row in self._connection.execute(query)]
