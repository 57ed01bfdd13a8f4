"""Tokens: what a program shows instead of a password. Made for a user, shown once, kept as a hash."""

import re
import secrets
from datetime import datetime, timedelta

from intake.errors import UsageError
from intake.review.sessions import Visitor, key_of
from intake.review.users import TERMINAL, known_user
from storage import AlreadyThere, Storage
from storage.access import ApiToken
from storage.site import User

PREFIX = "cit_"  # so that a token is known for one wherever it is found
MOST_TOKENS = 20  # of one user
LONGEST_NAME = 60
LONGEST_LIFE = 3650  # days
_SEEN_EVERY = timedelta(minutes=1)  # a request writes to the database no oftener than this
_FORM = re.compile(rf"{PREFIX}[\w-]{{43}}", re.ASCII)


def add_token(
    storage: Storage, email: str, name: str, days: int | None, now: datetime, who: str = TERMINAL
) -> tuple[ApiToken, str]:
    """A new token and its value, which is shown once. UsageError for an unknown user, a bad name, one too many."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError(f"{name[:80]!r} is no name for a token.", f"Write up to {LONGEST_NAME} characters.")
    if days is not None and not 1 <= days <= LONGEST_LIFE:
        raise UsageError(f"A token cannot be good for {days} days.", f"Write 1 to {LONGEST_LIFE}, or nothing.")
    value = PREFIX + secrets.token_urlsafe(32)
    with storage.unit() as work:
        user = known_user(work, email)
        assert user.id is not None
        if len(work.access.of_user(user.id)) >= MOST_TOKENS:
            raise UsageError(f"{user.email} has {MOST_TOKENS} tokens already.", "Revoke one that is not used.")
        until = now + timedelta(days=days) if days is not None else None
        try:
            token = work.access.add(ApiToken(user.id, name, key_of(value), now, until))
        except AlreadyThere as error:
            raise UsageError(error.cause, error.remedy) from error
        work.audit.add(who, now, "token_made", user.email, {"name": name})
        work.commit()
    return token, value


def tokens_of(storage: Storage, email: str) -> list[ApiToken]:
    with storage.reading() as work:
        return work.access.of_user(known_user(work, email).id or 0)


def revoke_token(storage: Storage, email: str, token: str | int, now: datetime, who: str = TERMINAL) -> str:
    """By its number or its name; the name. It is good for nothing at once."""
    with storage.unit() as work:
        user = known_user(work, email)
        found = [one for one in work.access.of_user(user.id or 0) if token in (one.id, str(one.id), one.name)]
        if not found:
            raise UsageError(
                f"{user.email} has no token {str(token)[:80]!r}.", f"`intake user tokens {user.email}` lists them."
            )
        work.access.revoke(user.id or 0, found[0].id or 0)
        work.audit.add(who, now, "token_revoked", user.email, {"name": found[0].name})
        work.commit()
    return found[0].name


def visitor_of_token(storage: Storage, value: str, now: datetime) -> Visitor | None:
    """Who shows this token; None where it is none, has ended, or its user is disabled."""
    if _FORM.fullmatch(value) is None:
        return None
    key = key_of(value)
    with storage.reading() as work:
        found = work.access.by_key(key)
    if found is None:
        return None
    user, token = found
    if not _is_good(user, token, now):
        return None
    if token.seen_at is None or now - token.seen_at >= _SEEN_EVERY:
        with storage.unit() as work:
            work.access.seen(key, now)
            work.commit()
    return Visitor(user, key, "")


def _is_good(user: User, token: ApiToken, now: datetime) -> bool:
    return not user.disabled and (token.expires_at is None or now < token.expires_at)
