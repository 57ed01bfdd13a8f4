"""The 8D of a record: as JSON out and in, what a customer would send it back for, the Word form out and in."""

import hashlib
import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, File, Header, Query, Request, Response, UploadFile
from pydantic import Field

from intake.acts.case import Case, World
from intake.acts.report import findings
from intake.eightd.exchange import as_json, taken_in
from intake.eightd.readback import Unread
from intake.review import report as pages
from intake.review.api.entry import ApiGuarded
from intake.review.api.files import WORD_TYPE
from intake.review.api.models import Shape
from intake.review.api.problems import ROOT, Invalid, NoVersion, answers
from intake.review.api.whole import check_version, tag
from intake.review.entry import TheSite, TheVisitor
from intake.review.refusals import TooLarge
from intake.review.report import LARGEST_FORM, gathered, newest_of, take_form, write_draft
from intake.runners.acts import gather
from storage.eight_d import EightD, ReportState

router = APIRouter(prefix=f"{ROOT}/records/{{number}}", dependencies=[ApiGuarded], tags=["8D"])

Which = Annotated[Literal["first", "full"], Query(description="the first report (D0–D3) or the full one")]
IfMatch = Annotated[str | None, Header(max_length=400, description="the ETag of the 8D as you know it: needed")]
_PLACE = {"$ref": "#/components/schemas/EightDDocument"}


class EightDDocument(Shape):
    """An 8D as it is exchanged, as `intake eightd export NUMBER FILE.json` writes it."""

    format: Literal["intake-8d/1"] = "intake-8d/1"
    record: str = ""
    revision: int = 1
    state: ReportState = ReportState.DRAFT
    report: EightD


class FindingShape(Shape):
    """What a customer would send the report back for."""

    id: str
    severity: Literal["stop", "warn"] = Field(description="`stop` keeps it from being approved")
    field: str = Field(description="its place in the report", examples=["d1.leader"])
    says: str = Field(description="what a customer would say")
    instead: str = Field(description="what to write instead")


class UnreadShape(Shape):
    field: str
    why: str


class Taken(Shape):
    """The 8D after a Word form was taken in, and what could not be read of the form."""

    document: EightDDocument
    unread: list[UnreadShape]


def _mark(case: Case, world: World) -> str:
    """The ETag: other whenever a word of the 8D is."""
    newest = newest_of(case, world)
    text = json.dumps(as_json(newest), sort_keys=True, ensure_ascii=False)
    return f"r{newest.revision}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _told(case: Case, world: World, response: Response) -> EightDDocument:
    tag(response, _mark(case, world))
    return EightDDocument.model_validate(as_json(newest_of(case, world)))


@router.get("/8d", name="api_eight_d", responses=answers("not-found"))
def eight_d(site: TheSite, number: str, response: Response) -> EightDDocument:
    """The newest revision; where there is none yet, a draft of what the record says."""
    with site.storage.reading() as work:
        case, world = gathered(site, work, number)
    return _told(case, world, response)


@router.put(
    "/8d",
    name="api_eight_d_put",
    responses=answers("not-found", "conflict", "changed", "no-version", "invalid"),
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": _PLACE}}}},
)
def put(
    site: TheSite,
    visitor: TheVisitor,
    number: str,
    response: Response,
    body: Annotated[dict[str, Any], Body()],
    if_match: IfMatch = None,
) -> EightDDocument:
    """Takes an 8D in as the record's next draft. A revision that the customer has stays; the next one is begun. What
    the report does not name stands at its default.
    """
    if if_match is None:
        raise NoVersion
    with site.storage.unit() as work:
        case, world = gathered(site, work, number)
        check_version(if_match, _mark(case, world))
        write_draft(site, work, case, world, visitor.user.email, taken_in(body))
    return _read(site, number, response)


def _read(site: TheSite, number: str, response: Response) -> EightDDocument:
    with site.storage.reading() as work:
        case = gather(work, number)
        world = gathered(site, work, number)[1]
    return _told(case, world, response)


@router.get("/8d/checks", name="api_eight_d_checks", responses=answers("not-found", "invalid"))
def checks(
    site: TheSite,
    number: str,
    report: Which = "full",
    language: Annotated[Literal["zh-CN", "zh-TW", "en"], Query(description="of the sentences")] = "en",
) -> list[FindingShape]:
    """What a customer would send it back for, as it stands."""
    with site.storage.reading() as work:
        case, world = gathered(site, work, number)
    told = []
    for one in findings(case, world, first=report == "first"):
        says, instead = one.words(language)
        told.append(FindingShape(id=one.id, severity=one.severity.value, field=one.field, says=says, instead=instead))
    return told


@router.get(
    "/8d.docx", name="api_eight_d_word", response_class=Response,
    responses={
        **answers("not-found", "invalid"),
        200: {"description": "the Word form", "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
        }},
    },
)  # fmt: skip
def word(
    request: Request,
    site: TheSite,
    number: str,
    report: Which = "full",
    language: Annotated[Literal["", "zh-CN", "zh-TW", "en"], Query(description="default: the customer's")] = "",
) -> Response:
    """The newest revision in the Word form."""
    return pages.report_file(request, site, number, language, report)


@router.post("/8d.docx", name="api_eight_d_word_in", responses=answers("not-found", "conflict", "too-large", "invalid"))
def word_in(
    site: TheSite,
    visitor: TheVisitor,
    number: str,
    response: Response,
    file: Annotated[UploadFile, File(description=f"a filled form of ours ({WORD_TYPE})")],
) -> Taken:
    """A form of ours that was filled in Word becomes the next draft."""
    content = file.file.read(LARGEST_FORM + 1)
    if len(content) > LARGEST_FORM:
        raise TooLarge
    with site.storage.unit() as work:
        case, world = gathered(site, work, number)
        found = take_form(site, work, case, world, visitor.user.email, file.filename or "8d.docx", content)
    if found is None:
        raise Invalid("body.file is no 8D form of ours.")
    return Taken(document=_read(site, number, response), unread=[_unread(one) for one in found])


def _unread(one: Unread) -> UnreadShape:
    return UnreadShape(field=one.field, why=one.why)
