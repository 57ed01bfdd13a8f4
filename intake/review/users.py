"""What an administrator does with users, on the terminal and on the site: add, disable, give a one-time password."""

from dataclasses import replace
from datetime import datetime

from intake.addresses import is_address
from intake.errors import UsageError
from intake.review.passwords import hashed, one_time
from intake.review.wording import LANGUAGES
from intake.settings import Settings
from storage import AlreadyThere, Storage, UnitOfWork
from storage.site import Audited, SiteRole, User

TERMINAL = "terminal"  # who acted, where nobody has signed in


def add_user(
    storage: Storage,
    settings: Settings,
    email: str,
    name: str,
    role: str,
    language: str,
    now: datetime,
    who: str = TERMINAL,
    must_change: bool = True,
) -> tuple[User, str]:
    """A new user and his password, good for one time where he `must_change` it.

    UsageError for a wrong address, role or language, or a known address.
    """
    if not is_address(email):
        raise UsageError(f"{email!r} is no mail address.", "Write name@example.com.")
    if role not in list(SiteRole):
        raise UsageError(f"{role!r} is no role of the site.", f"Roles are {', '.join(SiteRole)}.")
    language = language or ("en" if settings.company.language == "en" else "zh-CN")
    if language not in LANGUAGES:
        raise UsageError(f"The site has no language {language!r}.", f"It has {', '.join(LANGUAGES)}.")
    password = one_time()
    with storage.unit() as work:
        known = next((one.name for one in work.people.everybody() if one.email.lower() == email.lower()), "")
        made = User(email, name or known or email.partition("@")[0], language, SiteRole(role), now)
        try:
            user = work.users.add(replace(made, hash=hashed(password), must_change=must_change))
        except AlreadyThere as error:
            raise UsageError(error.cause, error.remedy) from error
        work.users.note(Audited(now, who, "user_added", user.email, {"role": role}))
        work.commit()
    return user, password


def disable_user(storage: Storage, email: str, now: datetime, who: str = TERMINAL) -> User:
    """His sessions end at once. The last administrator cannot be disabled: nobody could let him in again."""
    with storage.unit() as work:
        user = _known(work, email)
        last = user.role is SiteRole.ADMINISTRATOR and not user.disabled and work.users.administrators() == 1
        if last:
            raise UsageError(f"{user.email} is the last administrator.", "Make another one first.")
        user = replace(user, disabled=True)
        work.users.update(user)
        work.users.end_sessions(user.id or 0)
        work.users.note(Audited(now, who, "user_disabled", user.email))
        work.commit()
    return user


def enable_user(storage: Storage, email: str, now: datetime, who: str = TERMINAL) -> User:
    with storage.unit() as work:
        user = replace(_known(work, email), disabled=False)
        work.users.update(user)
        work.users.note(Audited(now, who, "user_enabled", user.email))
        work.commit()
    return user


def new_password(storage: Storage, email: str, now: datetime, who: str = TERMINAL) -> tuple[User, str]:
    """A one-time password; his sessions end, and what he failed before counts no more."""
    password = one_time()
    with storage.unit() as work:
        user = replace(_known(work, email), hash=hashed(password), must_change=True)
        work.users.update(user)
        work.users.end_sessions(user.id or 0)
        work.users.forgive(user.email)
        work.users.note(Audited(now, who, "password_given", user.email))
        work.commit()
    return user, password


def _known(work: UnitOfWork, email: str) -> User:
    user = work.users.get(email)
    if user is None:
        raise UsageError(f"There is no user {email}.", "`intake user list` lists them, `intake user add` adds one.")
    return user
