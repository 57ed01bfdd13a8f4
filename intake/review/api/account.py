"""This user's own account: who he is, his language, his tokens, his saved views."""

from dataclasses import replace
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Response
from pydantic import Field
from starlette.datastructures import QueryParams

from intake.review.api.entry import ApiGuarded
from intake.review.api.models import Asked, Moment, Shape
from intake.review.api.problems import ROOT, Invalid, answers
from intake.review.api.tokens import revoke_token
from intake.review.api.whole import maybe, moment
from intake.review.asking import asked
from intake.review.entry import TheSite, TheVisitor
from intake.review.inbox import keep_view
from intake.review.refusals import Missing
from intake.review.sessions import Visitor
from intake.review.site import Site
from storage.records import Role
from storage.site import SiteRole

router = APIRouter(prefix=ROOT, dependencies=[ApiGuarded], tags=["account"])
Id = Annotated[int, Path(ge=1, le=2**53)]


class RoleOf(Shape):
    """One of his roles among our people: it decides which acts he may do."""

    role: Role
    department: str


class TokenShape(Shape):
    """A token; its value is shown only when it is made."""

    id: int
    name: str
    created_at: Moment
    expires_at: Moment | None
    seen_at: Moment | None = Field(description="when it was used last")
    this: bool = Field(description="whether it is the one of this request")


class AccountShape(Shape):
    """Who asks."""

    email: str
    name: str
    language: Literal["zh-CN", "en"]
    role: SiteRole = Field(description="of the site: it decides which routes he may use")
    roles: list[RoleOf]
    tokens: list[TokenShape]


class Language(Asked):
    language: Literal["zh-CN", "en"] = Field(description="of the pages")


class ViewShape(Shape):
    """A filter of the inbox under a name."""

    id: int
    name: str
    query: str = Field(description="the query of `/records`", examples=["class=A&state=to_review"])


class NewView(Asked):
    name: str = Field(min_length=1, max_length=60)
    query: str = Field(min_length=1, max_length=2000, examples=["class=A&state=to_review"])


@router.get("/account", name="api_account", responses=answers())
def account(site: TheSite, visitor: TheVisitor) -> AccountShape:
    """Who asks, with his roles and tokens."""
    return _account(site, visitor)


def _account(site: Site, visitor: Visitor) -> AccountShape:
    zone = site.settings.company.zone
    with site.storage.reading() as work:
        user = work.users.get(visitor.user.email) or visitor.user
        people = [one for one in work.people.everybody() if one.email.lower() == user.email]
        tokens = work.access.of_user(user.id or 0)
    return AccountShape(
        email=user.email,
        name=user.name,
        language="en" if user.language == "en" else "zh-CN",
        role=user.role,
        roles=[RoleOf(role=one.role, department=one.department) for one in people],
        tokens=[
            TokenShape(
                id=one.id or 0,
                name=one.name,
                created_at=moment(one.created_at, zone),
                expires_at=maybe(one.expires_at, zone),
                seen_at=maybe(one.seen_at, zone),
                this=one.key == visitor.key,
            )
            for one in tokens
        ],
    )


@router.put("/account/language", name="api_language", responses=answers("invalid"))
def language(site: TheSite, visitor: TheVisitor, body: Language) -> AccountShape:
    """Sets the language of his pages."""
    with site.storage.unit() as work:
        work.users.update(replace(visitor.user, language=body.language))
        work.commit()
    return _account(site, visitor)


@router.delete(
    "/account/tokens/{token}", name="api_token_revoke", status_code=204, responses=answers("not-found", "invalid")
)
def revoke(site: TheSite, visitor: TheVisitor, token: Id) -> Response:
    """Makes one of his tokens good for nothing, at once. New ones are made on the account page or by command."""
    with site.storage.reading() as work:
        if token not in [one.id for one in work.access.of_user(visitor.user.id or 0)]:
            raise Missing
    revoke_token(site.storage, visitor.user.email, token, site.clock(), visitor.user.email)
    return Response(status_code=204)


@router.get("/views", name="api_views", responses=answers())
def views(site: TheSite, visitor: TheVisitor) -> list[ViewShape]:
    """His saved views of the inbox."""
    with site.storage.reading() as work:
        found = work.users.views(visitor.user.id or 0)
    return [ViewShape(id=one.id or 0, name=one.name, query=one.query) for one in found]


@router.post("/views", name="api_view_save", status_code=201, responses=answers("conflict", "invalid"))
def save(site: TheSite, visitor: TheVisitor, body: NewView) -> ViewShape:
    """Keeps a filter under a name; one of the same name is replaced. Only what is a filter is kept of the query."""
    clean = urlencode(asked(QueryParams(body.query), site.settings.company.zone, "", site.clock()).pairs)
    if not body.name.strip() or not clean:
        raise Invalid("body: a view needs a name, and a query that filters something.")
    kept = keep_view(site, visitor, body.name, clean)
    return ViewShape(id=kept.id or 0, name=kept.name, query=kept.query)


@router.delete("/views/{view}", name="api_view_remove", status_code=204, responses=answers("not-found", "invalid"))
def remove(site: TheSite, visitor: TheVisitor, view: Id) -> Response:
    """Forgets a saved view."""
    user = visitor.user.id or 0
    with site.storage.unit() as work:
        if view not in [one.id for one in work.users.views(user)]:
            raise Missing
        work.users.remove_view(user, view)
        work.commit()
    return Response(status_code=204)
