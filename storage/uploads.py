"""Files that people give in at the site: the arrival that each became, by whom, and when a worker began with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.records import Arrival, ArrivalState
from storage.rows import from_row, values_of
from storage.tables import arrivals
from storage.tables_site import uploads

SOURCE = "upload"  # the source of their arrivals; a file's key there is its SHA-256

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Upload:
    """`channel` is how the complaint came, as the person says; empty: as the reader takes it."""

    arrival: str
    by: str
    at: datetime
    name: str
    channel: str = ""
    reading_at: datetime | None = None


class Uploads:
    """The repository of given files, in one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, upload: Upload) -> None:
        self._connection.execute(sa.insert(uploads).values(values_of(upload)))

    def get(self, arrival: str) -> Upload | None:
        row = self._connection.execute(sa.select(uploads).where(uploads.c.arrival == arrival)).first()
        return None if row is None else from_row(Upload, row)

    def of_content(self, sha256: str) -> Upload | None:
        """The upload of these bytes, where there is one."""
        query = sa.select(uploads).join(arrivals, arrivals.c.id == uploads.c.arrival)
        row = self._connection.execute(query.where(arrivals.c.source == SOURCE, arrivals.c.key == sha256)).first()
        return None if row is None else from_row(Upload, row)

    def begun(self, arrivals_: Sequence[str], at: datetime) -> None:
        """A worker has begun to read these."""
        self._connection.execute(sa.update(uploads).where(uploads.c.arrival.in_(arrivals_)).values(reading_at=at))

    def waiting(self, limit: int) -> list[str]:
        """Arrivals that no worker has begun with, the oldest first."""
        query = (
            sa.select(arrivals.c.id)
            .join(uploads, uploads.c.arrival == arrivals.c.id)
            .where(arrivals.c.state == ArrivalState.WAITING, uploads.c.reading_at.is_(None))
            .order_by(arrivals.c.taken_at, arrivals.c.id)
        )
        return list(self._connection.execute(query.limit(limit)).scalars())

    def page(self, after: Key | None, limit: int) -> tuple[list[tuple[Upload, Arrival]], Key | None]:
        """The newest first, each with its arrival, and the key that the next page begins behind."""
        row = uploads.c
        query = sa.select(uploads).order_by(row.at.desc(), row.arrival.desc()).limit(limit + 1)
        if after is not None:
            at = sa.literal(datetime.fromisoformat(after[0]), row.at.type)
            query = query.where(sa.tuple_(row.at, row.arrival) < sa.tuple_(at, sa.literal(after[1])))
        found = [from_row(Upload, one) for one in self._connection.execute(query)]
        more = (found[limit - 1].at.isoformat(), found[limit - 1].arrival) if len(found) > limit else None
        return self.with_arrivals(found[:limit]), more

    def with_arrivals(self, found: Sequence[Upload]) -> list[tuple[Upload, Arrival]]:
        """Each with its arrival, in the same order."""
        query = sa.select(arrivals).where(arrivals.c.id.in_([one.arrival for one in found]))
        known = {row.id: from_row(Arrival, row) for row in self._connection.execute(query)}
        return [(one, known[one.arrival]) for one in found if one.arrival in known]
