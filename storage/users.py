"""The repository of the site's users, their sessions, failed sign-ins and saved views."""

from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.errors import NotThere, only_once
from storage.rows import from_row, new_row, values_of
from storage.site import SavedView, Session, SiteRole, User
from storage.tables_site import saved_views, sessions, sign_in_attempts, users

_BY_SESSION = (
    sa.select(users, *(column.label(f"session_{column.name}") for column in sessions.c))
    .join(sessions, sessions.c.user == users.c.id)
    .where(sessions.c.key == sa.bindparam("key"))
)


class Users:
    """Users and sessions, in one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    # ---------------------------------------------------------------- users

    def add(self, user: User) -> User:
        """AlreadyThere where the address has a user."""
        clean = replace(user, email=user.email.strip().lower())
        with only_once(f"{clean.email} is a user already.", "`intake user list` lists them."):
            number = self._connection.execute(sa.insert(users).values(new_row(clean)).returning(users.c.id))
        return replace(clean, id=number.scalar_one())

    def get(self, email: str) -> User | None:
        row = self._connection.execute(sa.select(users).where(users.c.email == email.strip().lower())).first()
        return None if row is None else from_row(User, row)

    def everybody(self) -> list[User]:
        return [from_row(User, row) for row in self._connection.execute(sa.select(users).order_by(users.c.email))]

    def update(self, user: User) -> None:
        done = self._connection.execute(sa.update(users).where(users.c.id == user.id).values(new_row(user)))
        if done.rowcount == 0:
            raise NotThere(f"There is no user {user.email}.", "`intake user list` lists them.")

    def administrators(self, lock: bool = False) -> int:
        """How many may administer: the last one cannot be taken away. `lock`: nobody else may change one of them until
        this transaction ends.
        """
        query = sa.select(users.c.id).where(users.c.role == SiteRole.ADMINISTRATOR, users.c.disabled.is_(False))
        query = query.order_by(users.c.id)
        return len(self._connection.execute(query.with_for_update() if lock else query).all())

    # ---------------------------------------------------------------- sessions

    def begin_session(self, session: Session) -> None:
        self._connection.execute(sa.insert(sessions).values(values_of(session)))

    def session(self, key: str) -> tuple[User, Session] | None:
        """A session by the hash of its cookie, with its user; whether it may still be used is for the caller."""
        row = self._connection.execute(_BY_SESSION, {"key": key}).first()
        if row is None:
            return None
        mine = {name: row._mapping[f"session_{name}"] for name in Session.__dataclass_fields__}
        return from_row(User, row), Session(**mine)

    def sessions_of(self, user: int) -> list[Session]:
        query = sa.select(sessions).where(sessions.c.user == user).order_by(sessions.c.seen_at.desc())
        return [from_row(Session, row) for row in self._connection.execute(query)]

    def devices(self) -> dict[int, tuple[int, datetime]]:
        """Of each user who is signed in: in how many places, and when he was last seen."""
        seen = sa.func.max(sessions.c.seen_at, type_=sessions.c.seen_at.type)
        query = sa.select(sessions.c.user, sa.func.count(), seen).group_by(sessions.c.user)
        return {user: (number, at) for user, number, at in self._connection.execute(query)}

    def seen(self, key: str, at: datetime) -> None:
        self._connection.execute(sa.update(sessions).where(sessions.c.key == key).values(seen_at=at))

    def end_session(self, key: str) -> None:
        self._connection.execute(sa.delete(sessions).where(sessions.c.key == key))

    def end_sessions(self, user: int, but: str = "") -> int:
        """All of a user's, but one; says how many."""
        which = sa.delete(sessions).where(sessions.c.user == user, sessions.c.key != but)
        return self._connection.execute(which).rowcount

    def forget_sessions(self, idle_since: datetime, begun_before: datetime) -> int:
        """Sessions that nobody can use any more."""
        old = sa.or_(sessions.c.seen_at < idle_since, sessions.c.created_at < begun_before)
        return self._connection.execute(sa.delete(sessions).where(old)).rowcount

    # ---------------------------------------------------------------- failed sign-ins

    def failed(self, at: datetime, email: str, address: str) -> None:
        """Notes a failed sign-in, whether or not there is such a user; forgets those of yesterday and before."""
        self._connection.execute(sa.delete(sign_in_attempts).where(sign_in_attempts.c.at < at - timedelta(days=1)))
        values = {"at": at, "email": email.strip().lower(), "address": address}
        self._connection.execute(sa.insert(sign_in_attempts).values(values))

    def failures(self, email: str, address: str, since: datetime) -> tuple[int, int]:
        """How many sign-ins failed since a moment: for this user, and from this network address."""
        counted = []
        for column, value in ((sign_in_attempts.c.email, email.strip().lower()), (sign_in_attempts.c.address, address)):
            query = (
                sa.select(sa.func.count())
                .select_from(sign_in_attempts)
                .where(column == value, sign_in_attempts.c.at >= since)
            )
            counted.append(int(self._connection.execute(query).scalar_one()))
        return counted[0], counted[1]

    def forgive(self, email: str) -> None:
        """After a sign-in that was right, the failures of the user count no more; those of his address do."""
        clean = email.strip().lower()
        self._connection.execute(sa.delete(sign_in_attempts).where(sign_in_attempts.c.email == clean))

    # ---------------------------------------------------------------- views

    def save_view(self, view: SavedView) -> None:
        """Under its name; one of the same name is replaced."""
        mine = sa.and_(saved_views.c.user == view.user, saved_views.c.name == view.name)
        self._connection.execute(sa.delete(saved_views).where(mine))
        self._connection.execute(sa.insert(saved_views).values(new_row(view)))

    def views(self, user: int) -> list[SavedView]:
        query = sa.select(saved_views).where(saved_views.c.user == user).order_by(saved_views.c.name)
        return [from_row(SavedView, row) for row in self._connection.execute(query)]

    def remove_view(self, user: int, view: int) -> None:
        mine = sa.and_(saved_views.c.user == user, saved_views.c.id == view)
        self._connection.execute(sa.delete(saved_views).where(mine))
