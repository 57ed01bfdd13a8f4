"""The one door before every page: where the request comes from, who sends it, whether he may.

Unsafe methods are taken only from a page of this very site (Origin, or where a browser sends none Sec-Fetch-Site) and,
once somebody is signed in, only with the token of his session.
"""

import hmac
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from intake.review.refusals import Forbidden, Forged, NotSignedIn, PasswordNeeded
from intake.review.rights import BEFORE_A_NEW_PASSWORD, PUBLIC, RIGHTS
from intake.review.sessions import Visitor, visitor_of
from intake.review.sight import check_sight
from intake.review.site import Site, site_of

_SAFE = ("GET", "HEAD")


async def entry(request: Request) -> None:
    """Raises a Refusal, or leaves the visitor (or None, where the page is public) in `request.state.visitor`."""
    site = site_of(request)
    route = str(getattr(request.scope["route"], "name", ""))
    now = site.clock()
    visitor = await run_in_threadpool(visitor_of, request, site.storage, site.settings.review, now)
    request.state.visitor = visitor
    if request.method not in _SAFE:
        _from_our_own_page(request, site)
        if visitor is not None and not hmac.compare_digest(await _token(request), visitor.token):
            raise Forged
    allowed = RIGHTS.get(route)
    if allowed is None:
        raise Forbidden
    if allowed is PUBLIC:
        return
    if visitor is None:
        raise NotSignedIn
    if visitor.user.must_change and route not in BEFORE_A_NEW_PASSWORD:
        raise PasswordNeeded
    if visitor.user.role not in allowed:
        raise Forbidden
    await run_in_threadpool(check_sight, request, site, visitor)


async def _token(request: Request) -> str:
    sent = request.headers.get("x-form-token")
    if sent is None:
        value: Any = (await request.form()).get("token")
        sent = value if isinstance(value, str) else ""
    return sent


def _from_our_own_page(request: Request, site: Site) -> None:
    origin = request.headers.get("origin")
    if origin in (None, "null"):
        if request.headers.get("sec-fetch-site") == "same-origin":
            return
        raise Forged
    public = site.settings.review.public_url
    host = urlsplit(public).netloc if public else request.headers.get("host", "")
    if urlsplit(str(origin)).netloc.lower() != host.lower():
        raise Forged


def visitor(request: Request) -> Visitor:
    """Of a page that is not public."""
    found: Visitor | None = request.state.visitor
    if found is None:
        raise NotSignedIn
    return found


Guarded = Depends(entry)
TheSite = Annotated[Site, Depends(site_of)]
TheVisitor = Annotated[Visitor, Depends(visitor)]
