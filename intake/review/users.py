"""What an administrator does with users, on the terminal and on the site: add, change, disable, give a password.

Each step is noted in the audit trail by whoever took it. No step takes the last administrator away: nobody could let
another one in.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from intake.addresses import is_address
from intake.errors import UsageError
from intake.review.passwords import hashed, one_time
from intake.review.wording import LANGUAGES
from intake.settings import Settings
from storage import AlreadyThere, Storage, UnitOfWork
from storage.site import SiteRole, User

TERMINAL = "terminal"  # who acted, where nobody has signed in
LONGEST_NAME = 80  # characters


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
    by_provider: bool = False,
) -> tuple[User, str]:
    """A new user and his password, good for one time where he `must_change` it.

    `by_provider`: he signs in by the identity provider alone and gets no password; it is "" then. UsageError for a
    wrong address, role or language, a known address, or where there is no provider.
    """
    if not is_address(email):
        raise UsageError(f"{email!r} is no mail address.", "Write name@example.com.")
    if by_provider and settings.review.oidc is None:
        raise UsageError("No identity provider is set.", "Set [review.oidc], or give the user a password.")
    language = language or ("en" if settings.company.language == "en" else "zh-CN")
    made = User(email, "", _language(language), _role(role), now)
    password = "" if by_provider else one_time()
    with storage.unit() as work:
        known = next((one.name for one in work.people.everybody() if one.email.lower() == email.lower()), "")
        made = replace(made, name=name.strip()[:LONGEST_NAME] or known or email.partition("@")[0])
        if password:
            made = replace(made, hash=hashed(password), must_change=must_change)
        try:
            user = work.users.add(made)
        except AlreadyThere as error:
            raise UsageError(error.cause, error.remedy) from error
        work.audit.add(who, now, "user_added", user.email, {"role": role})
        work.commit()
    return user, password


def change_user(
    storage: Storage, email: str, now: datetime, who: str = TERMINAL, name: str = "", role: str = "", language: str = ""
) -> User:
    """Another name, role or language; what is "" stays. A new role counts from the user's next step on."""

    def changed(work: UnitOfWork, user: User) -> User:
        if role and _role(role) is not SiteRole.ADMINISTRATOR:
            _not_the_last(work, user)
        return replace(
            user,
            name=name.strip()[:LONGEST_NAME] or user.name,
            role=_role(role) if role else user.role,
            language=_language(language) if language else user.language,
        )

    return _step(storage, email, now, who, "user_changed", changed)


def disable_user(storage: Storage, email: str, now: datetime, who: str = TERMINAL) -> User:
    """His sessions end at once. The last administrator cannot be disabled, and nobody disables himself."""

    def disabled(work: UnitOfWork, user: User) -> User:
        _not_the_last(work, user)
        work.users.end_sessions(user.id or 0)
        return replace(user, disabled=True)

    if who.lower() == email.strip().lower():
        raise UsageError("Nobody disables himself.", "Ask another administrator.")
    return _step(storage, email, now, who, "user_disabled", disabled)


def enable_user(storage: Storage, email: str, now: datetime, who: str = TERMINAL) -> User:
    return _step(storage, email, now, who, "user_enabled", lambda work, user: replace(user, disabled=False))


def sign_out_user(storage: Storage, email: str, now: datetime, who: str = TERMINAL) -> User:
    """Ends his sessions on all devices."""

    def out(work: UnitOfWork, user: User) -> User:
        work.users.end_sessions(user.id or 0)
        return user

    return _step(storage, email, now, who, "user_signed_out", out)


def new_password(storage: Storage, email: str, now: datetime, who: str = TERMINAL) -> tuple[User, str]:
    """A one-time password; his sessions end, and what he failed before counts no more."""
    password = one_time()

    def given(work: UnitOfWork, user: User) -> User:
        work.users.end_sessions(user.id or 0)
        work.users.forgive(user.email)
        return replace(user, hash=hashed(password), must_change=True)

    return _step(storage, email, now, who, "password_given", given), password


def known_user(work: UnitOfWork, email: str) -> User:
    """The user of this address. UsageError where there is none."""
    user = work.users.get(email)
    if user is None:
        raise UsageError(f"There is no user {email}.", "`intake user list` lists them, `intake user add` adds one.")
    return user


def _step(
    storage: Storage, email: str, now: datetime, who: str, what: str, change: Callable[[UnitOfWork, User], User]
) -> User:
    """One change of a user, noted with what differs; nothing where it is refused."""
    with storage.unit() as work:
        work.users.administrators(
            lock=True
        )  # of two who take each other's role away, the second sees what the first did
        before = known_user(work, email)
        after = change(work, before)
        work.users.update(after)
        work.audit.add(who, now, what, after.email, _differences(before, after))
        work.commit()
    return after


def _differences(before: User, after: User) -> dict[str, list[str]] | None:
    shown = ("name", "role", "language")
    pairs = {name: [str(getattr(before, name)), str(getattr(after, name))] for name in shown}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]} or None


def _not_the_last(work: UnitOfWork, user: User) -> None:
    if user.role is SiteRole.ADMINISTRATOR and not user.disabled and work.users.administrators() == 1:
        raise UsageError(f"{user.email} is the last administrator.", "Make another one first.")


def _role(role: str) -> SiteRole:
    if role not in list(SiteRole):
        raise UsageError(f"{role!r} is no role of the site.", f"Roles are {', '.join(SiteRole)}.")
    return SiteRole(role)


def _language(language: str) -> str:
    if language not in LANGUAGES:
        raise UsageError(f"The site has no language {language!r}.", f"It has {', '.join(LANGUAGES)}.")
    return language
