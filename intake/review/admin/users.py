"""Users: who may sign in, as what, who he is among our people; each step by the code of `intake user`."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from intake.errors import UsageError
from intake.review.entry import Guarded, TheSite, TheVisitor
from intake.review.refusals import Missing, Refusal
from intake.review.site import Site
from intake.review.users import (
    LONGEST_NAME,
    add_user,
    change_user,
    disable_user,
    enable_user,
    new_password,
    sign_out_user,
)
from intake.review.wording import LANGUAGES
from storage.records import Person
from storage.site import SiteRole, User

MOST_NOTED = 20  # entries of the audit trail on a user's page

router = APIRouter(dependencies=[Guarded])


@router.get("/admin/users")
def admin_users(request: Request, site: TheSite) -> Response:
    return _list(request, site)


def _list(request: Request, site: Site, status: int = 200, fault: str = "", **typed: str) -> Response:
    with site.storage.reading() as work:
        users = work.users.everybody()
        devices = work.users.devices()
        people = work.people.everybody()
    known = {user.email for user in users}
    return site.pages.page(
        request,
        "admin_users.html",
        status,
        users=sorted(users, key=lambda user: (user.disabled, user.name.casefold(), user.email)),
        devices=devices,
        roles_of=_roles_of(people),
        without=sorted({one.email.lower() for one in people} - known),
        names={one.email.lower(): one.name for one in people},
        site_roles=list(SiteRole),
        provider=site.provider.name if site.provider else "",
        longest=LONGEST_NAME,
        fault=fault,
        typed=typed,
    )


def _roles_of(people: list[Person]) -> dict[str, list[Person]]:
    found: dict[str, list[Person]] = {}
    for one in people:
        found.setdefault(one.email.lower(), []).append(one)
    return found


@router.post("/admin/users")
def admin_user_add(
    request: Request,
    site: TheSite,
    visitor: TheVisitor,
    email: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "",
    language: Annotated[str, Form()] = "",
    by_provider: Annotated[str, Form()] = "",
) -> Response:
    """The page behind it shows the password, this once: it stands in no cookie, address or database."""
    clean, who = email.strip(), visitor.user.email
    try:
        user, password = add_user(
            site.storage, site.settings, clean, name, role, language, site.clock(), who, by_provider=bool(by_provider)
        )
    except UsageError as error:
        fault = site.pages.wording(request).sentence(error)
        return _list(request, site, 422, fault, email=clean, name=name, role=role, language=language)
    if not password:
        return site.pages.go(request, f"/admin/users/{user.id}", "admin_users.added")
    return _password(request, site, user, password, "added")


def _password(request: Request, site: Site, user: User, password: str, why: str) -> Response:
    return site.pages.page(
        request, "admin_password.html", person=user, password=password, why=why, url=site.settings.review.url
    )


@router.get("/admin/users/{user}")
def admin_user(request: Request, site: TheSite, user: str) -> Response:
    return _one(request, site, _user(site, user))


def _one(request: Request, site: Site, user: User, status: int = 200, fault: str = "") -> Response:
    with site.storage.reading() as work:
        sessions = work.users.sessions_of(user.id or 0)
        people = [one for one in work.people.everybody() if one.email.lower() == user.email]
        noted = work.audit.page(MOST_NOTED, on=user.email).entries
        last = user.role is SiteRole.ADMINISTRATOR and not user.disabled and work.users.administrators() == 1
    return site.pages.page(
        request,
        "admin_user.html",
        status,
        person=user,
        people=people,
        sessions=sessions,
        noted=noted,
        last=last,
        site_roles=list(SiteRole),
        user_languages=LANGUAGES,
        longest=LONGEST_NAME,
        fault=fault,
    )


def _user(site: Site, number: str) -> User:
    with site.storage.reading() as work:
        found = next((one for one in work.users.everybody() if str(one.id) == number), None)
    if found is None:
        raise Missing
    return found


@router.post("/admin/users/{user}")
def admin_user_step(
    request: Request,
    site: TheSite,
    visitor: TheVisitor,
    user: str,
    step: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "",
    language: Annotated[str, Form()] = "",
) -> Response:
    found, who, now = _user(site, user), visitor.user.email, site.clock()
    try:
        if step == "password":
            changed, password = new_password(site.storage, found.email, now, who)
            return _password(request, site, changed, password, "password")
        if step == "change":
            not_ones_own_role(found, who, role)
            change_user(site.storage, found.email, now, who, name, role, language)
        elif step in _STEPS:
            _STEPS[step](site, found.email, who)
        else:
            raise Refusal
    except UsageError as error:
        return _one(request, site, found, 422, site.pages.wording(request).sentence(error))
    return site.pages.go(request, f"/admin/users/{user}", f"admin_users.did_{step}")


_STEPS: dict[str, Callable[[Site, str, str], User]] = {
    "disable": lambda site, email, who: disable_user(site.storage, email, site.clock(), who),
    "enable": lambda site, email, who: enable_user(site.storage, email, site.clock(), who),
    "sign_out": lambda site, email, who: sign_out_user(site.storage, email, site.clock(), who),
}


def not_ones_own_role(user: User, who: str, role: str) -> None:
    """Whoever takes his own role away cannot give it back."""
    if user.email == who.lower() and role and role != user.role.value:
        raise UsageError("Nobody changes his own role.", "Ask another administrator.")
