"""The door of the API: a token in the Authorization header says who asks, the table of rights whether he may.

Cookies are not looked at: no page of another site can act through somebody's browser, so no form token is needed.
"""

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool

from intake.review.api.tokens import visitor_of_token
from intake.review.refusals import Forbidden, NotSignedIn
from intake.review.rights import PUBLIC, RIGHTS
from intake.review.sight import check_sight
from intake.review.site import site_of

_BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="A token of a user: `intake user token ADDRESS --name NAME` makes one, and so does the account page.",
)


async def entry(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)] = None
) -> None:
    """Raises a Refusal, or leaves the visitor in `request.state.visitor`."""
    site = site_of(request)
    request.state.visitor = None
    allowed = RIGHTS.get(str(getattr(request.scope["route"], "name", "")))
    if allowed is None:
        raise Forbidden
    if allowed is PUBLIC:
        return
    token = credentials.credentials if credentials is not None else ""
    visitor = await run_in_threadpool(visitor_of_token, site.storage, token, site.clock()) if token else None
    if visitor is None:
        raise NotSignedIn
    request.state.visitor = visitor
    if visitor.user.role not in allowed:
        raise Forbidden
    await run_in_threadpool(check_sight, request, site, visitor)


ApiGuarded = Depends(entry)
