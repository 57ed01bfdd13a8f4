"""Acts on a record: every step of its life, by the same rules and rights as on the pages, by command and by mail."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Response
from pydantic import Field, StringConstraints

from intake.acts.act import Act, Key
from intake.acts.table import ACTS, act_named
from intake.review.api.entry import ApiGuarded
from intake.review.api.models import Asked, RecordWhole, Shape
from intake.review.api.problems import ROOT, Unchanged, answers
from intake.review.api.whole import check_version, known, tag, whole
from intake.review.entry import TheSite, TheVisitor
from intake.review.sessions import Visitor
from intake.review.site import Site
from storage.errors import Conflict
from storage.records import RecordState

router = APIRouter(prefix=ROOT, dependencies=[ApiGuarded], tags=["acts"])

Text = Annotated[str, StringConstraints(max_length=20_000)]
Name = Annotated[str, StringConstraints(max_length=200)]
ActName = Annotated[str, Path(max_length=60, json_schema_extra={"enum": list(ACTS)})]
IfMatch = Annotated[
    str | None,
    Header(max_length=400, description="the ETag of the record as you know it: 412 where it is another by now"),
]
Version = Annotated[
    int | None,
    Field(ge=0, le=2**31 - 1, description="the record's version as you know it: 409 where it is another by now"),
]


class KeyShape(Shape):
    """A key of an act; its value is a text."""

    name: str
    what: str
    kind: str = Field(description="text, address, date, moment, number, yes_no, choice or list (parts by `;`)")
    required: bool
    choices: list[str]


class ActShape(Shape):
    """A step in a record's life."""

    name: str
    what: str
    roles: list[str] = Field(description="of our people, any of which may do it")
    states: list[RecordState] = Field(description="in which it is possible")
    keys: list[KeyShape]
    open_keys: str = Field(description="further keys that it takes, in words")


class Keys(Asked):
    """The keys of an act: `GET /acts` lists them."""

    keys: dict[Name, Text] = Field({}, max_length=200, examples=[{"class": "A", "reason": "line stopped"}])
    version: Version = None


class Corrections(Asked):
    """Values put right, by the paths that the record's `values` have."""

    values: dict[Name, Text] = Field(max_length=400, examples=[{"items.1.batch": "B2611-03"}])
    confirm: bool = Field(False, description="confirm the record besides, where all is right now")
    version: Version = None


class Done(Shape):
    """What was done, a sentence each, and the record after it."""

    told: list[str]
    record: RecordWhole


@router.get("/acts", name="api_acts", responses=answers())
def acts() -> list[ActShape]:
    """Every act with its keys, who may do it, and in which states of a record."""
    return [_act(act) for act in ACTS.values()]


def _act(act: Act) -> ActShape:
    return ActShape(
        name=act.name,
        what=act.what,
        roles=sorted(role.value for role in act.who),
        states=[state for state in RecordState if state in act.states],
        keys=[_key(key) for key in act.keys],
        open_keys=act.open_keys,
    )


def _key(key: Key) -> KeyShape:
    return KeyShape(name=key.name, what=key.what, kind=key.kind, required=key.required, choices=list(key.choices))


@router.post(
    "/records/{number}/acts/{act}",
    name="api_act",
    responses=answers("not-found", "conflict", "changed", "invalid"),
)
def do(
    site: TheSite,
    visitor: TheVisitor,
    response: Response,
    number: str,
    act: ActName,
    body: Keys,
    if_match: IfMatch = None,
) -> Done:
    """Does one act. `GET /acts` lists them; `may` of a record names those that you may do to it now."""
    return done(site, visitor, response, number, act, body.keys, body.version, if_match)


@router.post(
    "/records/{number}/corrections",
    name="api_correct",
    responses=answers("not-found", "conflict", "changed", "invalid"),
)
def correct(
    site: TheSite, visitor: TheVisitor, response: Response, number: str, body: Corrections, if_match: IfMatch = None
) -> Done:
    """Puts values right (the act `correct`); class and windows are judged again."""
    told: list[str] = []
    version, tags = body.version, if_match
    if body.values or not body.confirm:
        found = done(site, visitor, response, number, "correct", body.values, version, tags)
        told, version, tags = found.told, found.record.version, None
        if not body.confirm:
            return found
    found = done(site, visitor, response, number, "confirm", {}, version, tags)
    return found.model_copy(update={"told": [*told, *found.told]})


def done(
    site: Site,
    visitor: Visitor,
    response: Response,
    number: str,
    act: str,
    keys: Mapping[str, str],
    version: int | None,
    if_match: str | None,
) -> Done:
    """One act, as the pages do it; its letters leave at once."""
    act_named(act)
    with site.storage.reading() as work:
        stands = known(work, number).version
    check_version(if_match, stands)
    given = {name: text for name, text in keys.items() if text.strip() or act == "correct"}
    seen = version if version is not None else stands if if_match is not None else None
    try:
        case, letters = site.actions.do(number, act, given, visitor.user.email, seen)
    except Conflict as error:
        if if_match is not None and version is None:  # it changed between looking and doing
            raise Unchanged from error
        raise
    site.give_letters(letters)
    with site.storage.reading() as work:
        after: dict[str, Any] = whole(site, work, number, visitor)
    tag(response, after["version"])
    return Done(told=list(case.told), record=RecordWhole.model_validate(after))
