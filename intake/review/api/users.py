"""Users of the site: who may sign in, as what; each step by the code of `intake user`."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import Field

from intake.review.admin.users import not_ones_own_role
from intake.review.api.entry import ApiGuarded
from intake.review.api.models import Asked, Moment, Shape
from intake.review.api.problems import ROOT, answers
from intake.review.api.whole import maybe, moment
from intake.review.entry import TheSite, TheVisitor
from intake.review.refusals import Missing
from intake.review.site import Site
from intake.review.users import add_user, change_user, disable_user, enable_user, new_password, sign_out_user
from storage.site import SiteRole, User

router = APIRouter(prefix=f"{ROOT}/users", dependencies=[ApiGuarded], tags=["users"])
Id = Annotated[int, Path(ge=1, le=2**53)]
Language = Literal["zh-CN", "en"]


class UserShape(Shape):
    id: int
    email: str
    name: str
    language: Language
    role: SiteRole
    disabled: bool
    must_change: bool = Field(description="whether he must choose a password of his own first")
    created_at: Moment
    signed_in_at: Moment | None


class NewUser(Asked):
    email: str = Field(max_length=200)
    name: str = Field("", max_length=80, description="default: the name among our people")
    role: SiteRole = SiteRole.REVIEWER
    language: Language | None = None
    by_provider: bool = Field(False, description="signs in by the identity provider only: no password is made")


class ChangedUser(Asked):
    """What is not named stays."""

    name: str = Field("", max_length=80)
    role: SiteRole | None = None
    language: Language | None = None


class WithPassword(Shape):
    """A user with a one-time password, which is shown this once."""

    user: UserShape
    password: str = Field(description='"" where he signs in elsewhere')


@router.get("", name="api_users", responses=answers())
def users(site: TheSite) -> list[UserShape]:
    """Everybody who may, or might once, sign in."""
    with site.storage.reading() as work:
        found = work.users.everybody()
    return [_user(site, one) for one in found]


@router.post("", name="api_user_add", status_code=201, responses=answers("invalid"))
def add(site: TheSite, visitor: TheVisitor, body: NewUser) -> WithPassword:
    """A new user, with a one-time password."""
    user, password = add_user(
        site.storage,
        site.settings,
        body.email.strip(),
        body.name,
        body.role.value,
        body.language or "",
        site.clock(),
        visitor.user.email,
        by_provider=body.by_provider,
    )
    return WithPassword(user=_user(site, user), password=password)


@router.put("/{user}", name="api_user_change", responses=answers("not-found", "invalid"))
def change(site: TheSite, visitor: TheVisitor, user: Id, body: ChangedUser) -> UserShape:
    """Another name, role or language."""
    found, who = _known(site, user), visitor.user.email
    role = body.role.value if body.role else ""
    not_ones_own_role(found, who, role)
    after = change_user(site.storage, found.email, site.clock(), who, body.name, role, body.language or "")
    return _user(site, after)


@router.post("/{user}/password", name="api_user_password", responses=answers("not-found", "invalid"))
def password(site: TheSite, visitor: TheVisitor, user: Id) -> WithPassword:
    """A new one-time password; his sessions end."""
    changed, word = new_password(site.storage, _known(site, user).email, site.clock(), visitor.user.email)
    return WithPassword(user=_user(site, changed), password=word)


@router.post("/{user}/{step}", name="api_user_step", responses=answers("not-found", "invalid"))
def step(site: TheSite, visitor: TheVisitor, user: Id, step: Literal["disable", "enable", "sign-out"]) -> UserShape:
    """Ends his sessions (`sign-out`), keeps him out (`disable`; his tokens end too), or lets him in again."""
    do = {"disable": disable_user, "enable": enable_user, "sign-out": sign_out_user}[step]
    return _user(site, do(site.storage, _known(site, user).email, site.clock(), visitor.user.email))


def _known(site: Site, number: int) -> User:
    with site.storage.reading() as work:
        found = next((one for one in work.users.everybody() if one.id == number), None)
    if found is None:
        raise Missing
    return found


def _user(site: Site, user: User) -> UserShape:
    zone = site.settings.company.zone
    return UserShape(
        id=user.id or 0,
        email=user.email,
        name=user.name,
        language="en" if user.language == "en" else "zh-CN",
        role=user.role,
        disabled=user.disabled,
        must_change=user.must_change,
        created_at=moment(user.created_at, zone),
        signed_in_at=maybe(user.signed_in_at, zone),
    )
