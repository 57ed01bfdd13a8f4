"""How each source is doing, and the tokens that its server changed."""

import sqlalchemy as sa

from storage.arrivals import insert
from storage.records import SourceState
from storage.rows import from_row, values_of
from storage.tables import sources, tokens


class Sources:
    """The repository of source states, in one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, name: str) -> SourceState:
        """A source that was never looked at has the empty state."""
        row = self._connection.execute(sa.select(sources).where(sources.c.source == name)).first()
        return SourceState(name) if row is None else from_row(SourceState, row)

    def put(self, state: SourceState) -> None:
        values = values_of(state)
        change = {name: value for name, value in values.items() if name != "source"}
        statement = insert(self._connection, sources).values(values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=[sources.c.source], set_=change))

    def all(self) -> list[SourceState]:
        rows = self._connection.execute(sa.select(sources).order_by(sources.c.source))
        return [from_row(SourceState, row) for row in rows]

    def oauth_token(self, name: str) -> str | None:
        """The refresh token that the server gave last; None where it never changed the first one."""
        return self._connection.execute(sa.select(tokens.c.token).where(tokens.c.source == name)).scalar()

    def save_oauth_token(self, name: str, value: str) -> None:
        statement = insert(self._connection, tokens).values(source=name, token=value)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=[tokens.c.source], set_={"token": value})
        )
