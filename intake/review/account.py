"""One's own account: language, password, sessions."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from intake.errors import UsageError
from intake.review.api.tokens import LONGEST_LIFE, add_token, revoke_token
from intake.review.entry import Guarded, TheSite, TheVisitor
from intake.review.pages import inner
from intake.review.passwords import SHORTEST, fault_of, hashed, is_right
from intake.review.refusals import Missing, Refusal
from intake.review.sessions import Visitor
from intake.review.site import Site
from intake.review.wording import LANGUAGES

router = APIRouter(dependencies=[Guarded])


@router.get("/account")
def account(request: Request, site: TheSite, visitor: TheVisitor) -> Response:
    return _page(request, site, visitor)


def _page(
    request: Request, site: Site, visitor: Visitor, fault: str = "", status: int = 200, *, token: str = "",
    token_fault: str = "",
) -> Response:  # fmt: skip
    """`token` is a new one's value, which this page alone shows."""
    with site.storage.reading() as work:
        sessions = work.users.sessions_of(visitor.user.id or 0)
        people = [one for one in work.people.everybody() if one.email.lower() == visitor.user.email]
        tokens = work.access.of_user(visitor.user.id or 0)
    values = {"sessions": sessions, "people": people, "fault": fault, "shortest": SHORTEST, "tokens": tokens}
    values |= {"made": token, "token_fault": token_fault, "longest_life": LONGEST_LIFE, "now": site.clock()}
    return site.pages.page(request, "account.html", status, **values)


@router.post("/account/language")
def change_language(
    request: Request,
    site: TheSite,
    visitor: TheVisitor,
    language: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "/inbox",
) -> Response:
    if language not in LANGUAGES:
        raise Refusal
    with site.storage.unit() as work:
        work.users.update(replace(visitor.user, language=language))
        work.commit()
    return site.pages.go(request, inner(back))


@router.post("/account/password")
def change_password(
    request: Request,
    site: TheSite,
    visitor: TheVisitor,
    old: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """The new password, where the old one is right; all other sessions of the user end."""
    user = visitor.user
    fault = None if is_right(user.hash, old) else "account.old_wrong"
    fault = fault or fault_of(new, user.email) or (None if new == again else "account.not_twice")
    fault = fault or ("account.same" if new == old else None)
    if fault:
        return _page(request, site, visitor, fault, 422)
    with site.storage.unit() as work:
        work.users.update(replace(user, hash=hashed(new), must_change=False))
        work.users.end_sessions(user.id or 0, but=visitor.key)
        work.audit.add(user.email, site.clock(), "password_changed")
        work.commit()
    return site.pages.go(request, "/inbox", "account.changed")


# -------------------------------------------------------------------- tokens of the API


@router.post("/account/tokens")
def make_token(
    request: Request,
    site: TheSite,
    visitor: TheVisitor,
    name: Annotated[str, Form()] = "",
    days: Annotated[str, Form()] = "",
) -> Response:
    """A token for a program; the page that answers is the only one that shows it."""
    who, life = visitor.user.email, int(days) if days.isdecimal() and len(days) < 8 else None
    try:
        _, value = add_token(site.storage, who, name, life, site.clock(), who)
    except UsageError as error:
        return _page(request, site, visitor, status=422, token_fault=site.pages.wording(request).sentence(error))
    return _page(request, site, visitor, token=value)


@router.post("/account/tokens/revoke")
def drop_token(request: Request, site: TheSite, visitor: TheVisitor, which: Annotated[int, Form()] = 0) -> Response:
    who = visitor.user.email
    try:
        revoke_token(site.storage, who, which, site.clock(), who)
    except UsageError as error:
        raise Missing from error
    return site.pages.go(request, "/account", "account.token_revoked")
