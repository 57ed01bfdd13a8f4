"""Who is asking: sessions kept in the database, found by the hash of a random cookie.

The cookie's value is the only key: whoever reads the database cannot sign in with it. A session ends when it is idle
too long, when it is too old, when its user is disabled, or when the user ends it. The token that every form carries is
made of the cookie's value, so that it is good for this session only and needs no place of its own.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request
from fastapi.responses import Response

from intake.settings import Review
from storage import Storage
from storage.site import Session, User

_SEEN_EVERY = timedelta(minutes=1)  # a page view writes to the database no oftener than this


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in user, his session's key, and the token of its forms."""

    user: User
    key: str
    token: str


def cookie_name(review: Review, what: str = "session") -> str:
    """`__Host-` ties a cookie to this host and to https; browsers refuse such a name over plain http."""
    return f"__Host-{what}" if review.secure else f"intake-{what}"


def key_of(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def token_of(value: str, what: str = "form") -> str:
    return hmac.new(value.encode(), what.encode(), hashlib.sha256).hexdigest()


def visitor_of(request: Request, storage: Storage, review: Review, now: datetime) -> Visitor | None:
    """Who sent this request; None where nobody is signed in. Notes that the session was used."""
    value = request.cookies.get(cookie_name(review), "")
    if not value:
        return None
    key = key_of(value)
    with storage.reading() as work:
        found = work.users.session(key)
    if found is None:
        return None
    user, session = found
    if user.disabled or _is_over(session, review, now):
        with storage.unit() as work:
            work.users.end_session(key)
            work.commit()
        return None
    if now - session.seen_at >= _SEEN_EVERY:
        with storage.unit() as work:
            work.users.seen(key, now)
            work.commit()
    return Visitor(user, key, token_of(value))


def _is_over(session: Session, review: Review, now: datetime) -> bool:
    idle = timedelta(minutes=review.idle_minutes)
    return now - session.seen_at > idle or now - session.created_at > timedelta(hours=review.session_hours)


def begin(storage: Storage, review: Review, user: User, device: str, now: datetime) -> str:
    """A new session for a user who has just proved who he is; the cookie's value. Old sessions are cleared away."""
    value = secrets.token_urlsafe(32)
    idle, longest = timedelta(minutes=review.idle_minutes), timedelta(hours=review.session_hours)
    assert user.id is not None
    with storage.unit() as work:
        work.users.forget_sessions(now - idle, now - longest)
        work.users.begin_session(Session(key_of(value), user.id, now, now, device[:200]))
        work.commit()
    return value


def keep(response: Response, review: Review, what: str, value: str, seconds: int | None = None) -> None:
    """Sets a cookie that no script reads and no other site sends along with a form."""
    name = cookie_name(review, what)
    response.set_cookie(name, value, max_age=seconds, path="/", secure=review.secure, httponly=True, samesite="lax")


def drop(response: Response, review: Review, what: str) -> None:
    response.delete_cookie(cookie_name(review, what), path="/", secure=review.secure, httponly=True, samesite="lax")
