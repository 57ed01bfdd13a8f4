"""Who looks at a record now, so that two people at one record know of each other."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.arrivals import insert
from storage.tables_site import visits

STAYS = timedelta(seconds=45)  # after the last word of a page; it says one every fifteen seconds
_KEPT = timedelta(hours=1)


class Presence:
    """The repository of visits, in one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def here(self, record: str, who: str, at: datetime, typing: bool) -> None:
        """This person has the record before him; `typing`: he has typed what is not saved yet."""
        row = insert(self._connection, visits).values(record=record, who=who, at=at, typing=typing)
        self._connection.execute(
            row.on_conflict_do_update(index_elements=["record", "who"], set_={"at": at, "typing": typing})
        )

    def gone(self, record: str, who: str, at: datetime) -> None:
        """He has left it; visits that nobody ended are forgotten with it."""
        mine = sa.and_(visits.c.record == record, visits.c.who == who)
        old = sa.and_(visits.c.record == record, visits.c.at < at - _KEPT)
        self._connection.execute(sa.delete(visits).where(sa.or_(mine, old)))

    def others(self, record: str, who: str, at: datetime) -> list[tuple[str, bool]]:
        """(address, whether he types) of everybody else who is at it."""
        query = sa.select(visits.c.who, visits.c.typing).where(
            visits.c.record == record, visits.c.who != who, visits.c.at >= at - STAYS
        )
        return [(row.who, row.typing) for row in self._connection.execute(query.order_by(visits.c.who))]
