"""Signing in: by password, throttled, or by the identity provider; and out.

An address without a user and a wrong password are answered alike, and as slowly. Failures are counted in the database,
for the user and for the network address, so that the brake holds over all processes.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.concurrency import run_in_threadpool

from intake.errors import IntakeError
from intake.log import log
from intake.review import sessions
from intake.review.devices import device_name
from intake.review.entry import Guarded, TheSite, TheVisitor
from intake.review.pages import inner
from intake.review.passwords import hashed, is_old, is_right
from intake.review.refusals import Missing
from intake.review.serve import HEALTHY
from intake.review.sessions import Visitor
from intake.review.site import Site
from intake.review.wording import LANGUAGES
from storage.site import User

SPAN = timedelta(minutes=15)
MOST_OF_A_USER = 8  # failures within the span, then nobody signs in as this user until it is over
MOST_OF_AN_ADDRESS = 40  # of all users behind one network address

router = APIRouter(dependencies=[Guarded])


@router.get("/health")
def health(site: TheSite) -> PlainTextResponse:
    """For a proxy or a watch: the site and its database answer."""
    with site.storage.reading() as work:
        work.inbox.version()
    return PlainTextResponse(HEALTHY)


@router.get("/sign-in")
def sign_in_page(request: Request, site: TheSite, next: str = "") -> Response:
    if request.state.visitor is not None:
        return site.pages.go(request, inner(next))
    response = _form(request, site, next)
    chosen = request.query_params.get("language", "")
    if chosen in LANGUAGES:
        sessions.keep(response, site.settings.review, "language", chosen, 31_536_000)
    return response


def _form(request: Request, site: Site, onward: str, fault: str = "", email: str = "", status: int = 200) -> Response:
    provider = site.provider.name if site.provider else ""
    values = {"next": inner(onward), "fault": fault, "email": email, "provider": provider}
    return site.pages.page(request, "sign_in.html", status, **values)


@router.post("/sign-in")
def sign_in(
    request: Request,
    site: TheSite,
    email: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",
) -> Response:
    now, address = site.clock(), request.client.host if request.client else "?"
    with site.storage.unit() as work:
        of_user, of_address = work.users.failures(email, address, now - SPAN)
        if of_user >= MOST_OF_A_USER or of_address >= MOST_OF_AN_ADDRESS:
            log().warning("sign_in_throttled")
            return _form(request, site, next, "sign_in.throttled", email, 429)
        work.users.failed(now, email, address)  # taken back below where it was none
        user = work.users.get(email)
        work.commit()
    last_try = of_user + 1 >= MOST_OF_A_USER or of_address + 1 >= MOST_OF_AN_ADDRESS
    right = is_right(user.hash if user else "", password)
    if user is None or not right or user.disabled:
        log().warning("sign_in_failed")
        _note_failure(site, user, address, last_try)
        return _form(request, site, next, "sign_in.wrong", email, 401)
    if is_old(user.hash):
        user = replace(user, hash=hashed(password))
    return _signed_in(request, site, user, inner(next), "signed_in")


def _note_failure(site: Site, user: User | None, address: str, last_try: bool) -> None:
    """In the audit trail. An address that is no user's is not kept: it may be a password in the wrong field."""
    who = user.email if user is not None else ""
    with site.storage.unit() as work:
        work.audit.add(who, site.clock(), "sign_in_failed", detail={"from": address})
        if last_try:
            work.audit.add(who, site.clock(), "sign_in_locked", detail={"from": address})
        work.commit()


def _signed_in(request: Request, site: Site, user: User, onward: str, how: str) -> Response:
    now = site.clock()
    user = replace(user, signed_in_at=now)
    with site.storage.unit() as work:
        work.users.forgive(user.email)
        work.users.update(user)
        work.audit.add(user.email, now, how, detail={"from": request.client.host if request.client else "?"})
        work.commit()
    device = device_name(request.headers.get("user-agent", ""))
    value = sessions.begin(site.storage, site.settings.review, user, device, now)
    response = site.pages.go(request, "/account" if user.must_change else onward)
    sessions.keep(response, site.settings.review, "session", value)
    return response


# -------------------------------------------------------------------- the identity provider


@router.get("/sign-in/oidc")
def oidc_begin(request: Request, site: TheSite, next: str = "") -> Response:
    if site.provider is None:
        raise Missing
    try:
        url, cookie = site.provider.begin()
    except IntakeError as error:
        log().warning("oidc_begin_failed", cause=error.cause)
        return _form(request, site, next, "sign_in.provider_silent", status=503)
    response = site.pages.go(request, url)
    sessions.keep(response, site.settings.review, "flow", f"{cookie} {inner(next)}", 600)
    return response


@router.get("/sign-in/oidc/back")
def oidc_back(request: Request, site: TheSite, state: str = "", code: str = "") -> Response:
    if site.provider is None:
        raise Missing
    kept = request.cookies.get(sessions.cookie_name(site.settings.review, "flow"), "")
    cookie, _, onward = kept.partition(" ")
    try:
        identity = site.provider.identity(cookie, state, code, site.clock())
    except IntakeError as error:
        log().warning("oidc_refused", cause=error.cause)
        return _form(request, site, onward, "sign_in.provider_refused", status=401)
    with site.storage.reading() as work:
        user = work.users.get(identity.email)
    if user is None or user.disabled:
        log().warning("oidc_unknown_user")
        return _form(request, site, onward, "sign_in.not_a_user", status=403)
    # Who the provider vouches for needs no password of ours, and so none that must be changed.
    response = _signed_in(request, site, replace(user, must_change=False), inner(onward), "signed_in_by_provider")
    sessions.drop(response, site.settings.review, "flow")
    return response


# -------------------------------------------------------------------- out


@router.post("/sign-out")
async def sign_out(request: Request, site: TheSite, visitor: TheVisitor) -> Response:
    await run_in_threadpool(_end, site, visitor)
    response = site.pages.go(request, "/sign-in", "sign_in.out")
    sessions.drop(response, site.settings.review, "session")
    return response


def _end(site: Site, visitor: Visitor) -> None:
    with site.storage.unit() as work:
        work.users.end_session(visitor.key)
        work.audit.add(visitor.user.email, site.clock(), "signed_out")
        work.commit()


@router.post("/sign-out/everywhere")
def sign_out_everywhere(request: Request, site: TheSite, visitor: TheVisitor) -> Response:
    with site.storage.unit() as work:
        work.users.end_sessions(visitor.user.id or 0)
        work.audit.add(visitor.user.email, site.clock(), "signed_out_everywhere")
        work.commit()
    response = site.pages.go(request, "/sign-in", "sign_in.out_everywhere")
    sessions.drop(response, site.settings.review, "session")
    return response
