"""The repository of API tokens: found by their hash, never kept in the clear."""

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from storage.errors import only_once
from storage.rows import from_row, new_row
from storage.site import User
from storage.tables_api import api_tokens
from storage.tables_site import users


@dataclass(frozen=True, slots=True)
class ApiToken:
    """`key` is the SHA-256 of the token: who reads the database cannot use it. Without `expires_at` it stays good."""

    user: int
    name: str
    key: str
    created_at: datetime
    expires_at: datetime | None = None
    seen_at: datetime | None = None
    id: int | None = None


_BY_KEY = (
    sa.select(users, *(column.label(f"token_{column.name}") for column in api_tokens.c))
    .join(api_tokens, api_tokens.c.user == users.c.id)
    .where(api_tokens.c.key == sa.bindparam("key"))
)


class Access:
    """API tokens, in one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, token: ApiToken) -> ApiToken:
        """AlreadyThere where the user has one of this name."""
        with only_once(f"There is a token {token.name!r} already.", "Revoke it, or choose another name."):
            added = self._connection.execute(sa.insert(api_tokens).values(new_row(token)).returning(api_tokens.c.id))
        return replace(token, id=added.scalar_one())

    def by_key(self, key: str) -> tuple[User, ApiToken] | None:
        """A token by its hash, with its user; whether it may still be used is for the caller."""
        row = self._connection.execute(_BY_KEY, {"key": key}).first()
        if row is None:
            return None
        mine = {name: row._mapping[f"token_{name}"] for name in ApiToken.__dataclass_fields__}
        return from_row(User, row), ApiToken(**mine)

    def of_user(self, user: int) -> list[ApiToken]:
        query = sa.select(api_tokens).where(api_tokens.c.user == user).order_by(api_tokens.c.id)
        return [from_row(ApiToken, row) for row in self._connection.execute(query)]

    def seen(self, key: str, at: datetime) -> None:
        self._connection.execute(sa.update(api_tokens).where(api_tokens.c.key == key).values(seen_at=at))

    def revoke(self, user: int, token: int) -> bool:
        """Whether there was such a token of this user."""
        mine = sa.and_(api_tokens.c.user == user, api_tokens.c.id == token)
        return self._connection.execute(sa.delete(api_tokens).where(mine)).rowcount > 0
