"""Passwords: argon2id, a length that matters, one-time words for new users."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10  # characters; length is what counts (NIST SP 800-63B §5.1.1.2), 12 and more is better
LONGEST = 200

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's first choice for argon2id
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))  # so that an unknown user takes as long as a known one


def hashed(password: str) -> str:
    return _HASHER.hash(password)


def is_right(stored: str, password: str) -> bool:
    """Takes the same time whether or not there is a hash to compare with."""
    try:
        right = _HASHER.verify(stored or _NOBODY, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return right and bool(stored)


def is_old(stored: str) -> bool:
    """Whether it was made with weaker figures than are used now."""
    return _HASHER.check_needs_rehash(stored)


def fault_of(password: str, email: str) -> str | None:
    """The key of the word that says what is wrong with a new password; None where nothing is."""
    if len(password) < SHORTEST:
        return "account.too_short"
    if len(password) > LONGEST:
        return "account.too_long"
    name = email.partition("@")[0].lower()
    if len(set(password)) < 5 or (len(name) > 3 and name in password.lower()):
        return "account.too_plain"
    return None


def one_time() -> str:
    """A password that is typed once, from paper: no letters that look alike."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(3))
