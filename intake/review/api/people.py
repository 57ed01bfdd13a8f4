"""Our own people: one with his roles, deputy and open work; roles added and taken away, a name or deputy changed."""

import hashlib
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field, StringConstraints

from intake.review.api.acts import IfMatch
from intake.review.api.entry import ApiGuarded
from intake.review.api.models import Asked, Moment, Shape
from intake.review.api.problems import ROOT, FieldProblem, Invalid, answers
from intake.review.api.whole import check_version, maybe, tag
from intake.review.entry import TheSite, TheVisitor
from intake.review.master_cards import MOST_GIVEN
from intake.review.master_people import Put, add_role, change_person, remove_role, standing_of
from intake.review.refusals import Missing
from intake.review.sessions import Visitor
from intake.review.sight import seen_lines
from intake.review.site import Site
from storage.records import Role

router = APIRouter(prefix=f"{ROOT}/people", dependencies=[ApiGuarded], tags=["master data"])

Email = Annotated[str, Path(max_length=300, description="an address of our people")]
Text = Annotated[str, StringConstraints(max_length=300)]


class HeldRole(Shape):
    id: int
    role: Role
    department: str


class OpenTask(Shape):
    id: str
    record: str
    kind: str
    due_at: Moment | None
    note: str


class PersonWhole(Shape):
    """One of our people, with what is in his hands."""

    name: str
    email: str
    deputy: str = Field(description='who stands in for him, an address; ""')
    roles: list[HeldRole]
    records: list[str] = Field(description="numbers of the open records that he owns, the most urgent first")
    tasks: list[OpenTask]


class NewRole(Asked):
    """A role of somebody, who need not be there yet."""

    name: Text = Field("", description="of somebody new")
    email: Text
    role: Text = Field(json_schema_extra={"enum": [str(role) for role in Role]})
    department: Text = ""


class Changed(Asked):
    """What is not named stays."""

    name: Text | None = None
    deputy: Text | None = Field(None, description='an address of our people; "": nobody')


@router.get("/{email}", name="api_person", responses=answers("not-found", "invalid"))
def person(site: TheSite, visitor: TheVisitor, response: Response, email: Email) -> PersonWhole:
    """One of our people, with his roles, his deputy and his open work."""
    return _shown(site, visitor, response, email)


@router.post("", name="api_person_add", status_code=201, responses=answers("conflict", "invalid"))
def add(site: TheSite, visitor: TheVisitor, response: Response, body: NewRole) -> PersonWhole:
    """Somebody new with his first role; or one more role of somebody who is there."""
    given = {
        "name": body.name.strip(),
        "email": body.email.strip(),
        "role": body.role,
        "department": body.department.strip(),
    }
    with site.storage.unit() as work:
        put = add_role(site, work, visitor, given)
    _check(put)
    response.headers["location"] = f"{ROOT}/people/{put.email}"
    return _shown(site, visitor, response, put.email)


@router.put("/{email}", name="api_person_put", responses=answers("not-found", "changed", "invalid"))
def put(
    site: TheSite, visitor: TheVisitor, response: Response, email: Email, body: Changed, if_match: IfMatch = None
) -> PersonWhole:
    """Another name, another deputy."""
    with site.storage.unit() as work:
        standing = standing_of(work, email, lock=True)
        check_version(if_match, _mark(standing))
        name = standing["name"] if body.name is None else body.name
        deputy = standing["deputy"] if body.deputy is None else body.deputy
        _check(change_person(site, work, visitor, email, name, deputy))
    return _shown(site, visitor, response, email)


@router.delete(
    "/{email}/roles/{role}", name="api_role_remove", status_code=204,
    responses=answers("not-found", "conflict", "invalid"),
)  # fmt: skip
def remove(site: TheSite, visitor: TheVisitor, email: Email, role: Annotated[int, Path(ge=1, le=2**53)]) -> Response:
    """One role less. The last one goes only where no open work is left behind."""
    with site.storage.unit() as work:
        remove_role(site, work, visitor, email, role)
    return Response(status_code=204)


def _check(put: Put) -> None:
    if not put.faults:
        return
    told = [FieldProblem(where=f"body.{name}", what=why) for name, (why, _) in put.faults.items()]
    remedy = next((remedy for _, remedy in put.faults.values() if remedy), "")
    raise Invalid("", remedy, told)


def _shown(site: Site, visitor: Visitor, response: Response, email: str) -> PersonWhole:
    with site.storage.reading() as work:
        roles = work.master.person(email)
        if not roles:
            raise Missing
        standing = standing_of(work, email)
        lines = work.views.lines(work.master_facts.open_records_of(email, MOST_GIVEN))
        tasks = work.lives.open_tasks(email)
    tag(response, _mark(standing))
    zone = site.settings.company.zone
    return PersonWhole(
        name=roles[0].name,
        email=roles[0].email,
        deputy=standing["deputy"],
        roles=[HeldRole(id=one.id or 0, role=one.role, department=one.department) for one in roles],
        records=[line.number for line in seen_lines(site, visitor, lines)],
        tasks=[
            OpenTask(id=one.id, record=one.record, kind=one.kind, due_at=maybe(one.due_at, zone), note=one.note)
            for one in tasks
        ],
    )


def _mark(standing: Mapping[str, str]) -> str:
    return hashlib.sha256(f"{standing['name']}\n{standing['deputy']}".encode()).hexdigest()[:16]
