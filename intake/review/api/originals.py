"""What the customer sent: mails as they came, their parts, files and page pictures; evidence on the record."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from intake.listing import arrival_json
from intake.review import record_files as pages
from intake.review.api.entry import ApiGuarded
from intake.review.api.files import FILE, HTML, PICTURE
from intake.review.api.models import ArrivalShape, Asked, Shape
from intake.review.api.problems import ROOT, Invalid, answers
from intake.review.api.whole import known
from intake.review.entry import TheSite
from intake.review.record_spots import words_in
from parsers.spot import LEAST, Area
from parsers.types import Box

Point = Annotated[float, Field(gt=-20_000, lt=20_000, allow_inf_nan=False)]

router = APIRouter(prefix=f"{ROOT}/records/{{number}}", dependencies=[ApiGuarded], tags=["originals"])


class Part(Shape):
    """A part of a mail: its body, or a file."""

    name: str
    media_type: str = Field(description="by its bytes")
    size: int
    inline: bool
    text: str = Field(description='"" where it has none of its own, as a picture has')


class Page(Shape):
    """A page that is drawn: `/records/{number}/mails/{arrival}/page?part=…&page=…`."""

    part: str
    page: int = Field(description="from 1")
    width: float = Field(description="points, as places count")
    height: float
    across: int = Field(description="pixels")
    down: int


class MailWhole(Shape):
    """A mail as it came, opened."""

    arrival: ArrivalShape
    subject: str
    sender: str
    to: list[str]
    parts: list[Part]
    pages: list[Page]
    warnings: list[str]


class Rectangle(Asked):
    """A rectangle of a page, in points from its upper left corner."""

    part: str = Field(max_length=1000)
    page: int = Field(1, ge=1, le=10_000)
    box: tuple[Point, Point, Point, Point] = Field(description="left, top, right, bottom")
    turns: int = Field(0, ge=0, le=3, description="quarter turns that bring the page upright")


class WordsShape(Shape):
    text: str
    sure: float | None = Field(None, description="of the recogniser, from 0 to 1; null: the file's own text")
    values: dict[str, str] = Field(description="field → what it would hold")
    spot: Any = Field(None, description="the place, as the key `spots` of the act `correct` takes it")


@router.get("/mails", name="api_mails", responses=answers("not-found"))
def mails(site: TheSite, number: str) -> list[ArrivalShape]:
    """The mails and files that belong to the record, oldest first."""
    zone = site.settings.company.zone
    with site.storage.reading() as work:
        known(work, number)
        ids = [one.arrival for one in work.complaints.messages(number) if one.arrival and one.direction == "in"]
        found = {one.id: one for one in work.arrivals.of_record(number)}
        found |= {one.id: one for name in ids if name not in found and (one := work.arrivals.get(name)) is not None}
    return [ArrivalShape.model_validate(arrival_json(one, zone)) for one in found.values()]


@router.get("/mails/{arrival}", name="api_mail", responses=answers("not-found", "conflict"))
def mail(site: TheSite, number: str, arrival: str) -> MailWhole:
    """A mail opened: its parts with their text, and which pages are drawn. Places of values point into these."""
    found = pages.arrival_of(site, number, arrival)
    opened = site.originals.of(found)
    with site.storage.reading() as work:
        drawn = work.pages.of(found.sha256)
    names = ("part", "page", "width", "height", "across", "down")
    parts = [_part(part) for part in opened.parts]
    return MailWhole(
        arrival=ArrivalShape.model_validate(arrival_json(found, site.settings.company.zone)),
        subject=opened.subject,
        sender=opened.sender,
        to=list(opened.to),
        parts=parts,
        pages=[Page(**{name: getattr(one, name) for name in names}) for one in drawn],
        warnings=list(opened.warnings),
    )


def _part(part: Any) -> Part:
    return Part(**{name: getattr(part, name) for name in ("name", "media_type", "size", "inline", "text")})


@router.get(
    "/mails/{arrival}/raw", name="api_mail_raw", response_class=Response,
    responses={**answers("not-found", "conflict"), **FILE},
)  # fmt: skip
def raw(site: TheSite, number: str, arrival: str) -> Response:
    """The very bytes that came."""
    return pages.mail_raw(site, number, arrival)


@router.get(
    "/mails/{arrival}/html", name="api_mail_html", response_class=Response,
    responses={**answers("not-found", "conflict"), **HTML},
)  # fmt: skip
def html(site: TheSite, number: str, arrival: str) -> Response:
    """The mail as its sender laid it out, with nothing active and no pictures from outside."""
    return pages.mail_html(site, number, arrival)


@router.get(
    "/mails/{arrival}/file", name="api_mail_file", response_class=Response,
    responses={**answers("not-found", "conflict", "invalid"), **FILE},
)  # fmt: skip
def file(
    site: TheSite, number: str, arrival: str, name: Annotated[str, Query(max_length=1000, description="of a part")]
) -> Response:
    """One file of a mail."""
    return pages.mail_file(site, number, arrival, name)


@router.get(
    "/mails/{arrival}/page", name="api_mail_page", response_class=Response,
    responses={**answers("not-found", "invalid"), **PICTURE},
)  # fmt: skip
def page(
    site: TheSite,
    number: str,
    arrival: str,
    part: Annotated[str, Query(max_length=1000)],
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """The picture of a page, as it was drawn by us."""
    return pages.mail_page(site, number, arrival, part, page)


@router.post("/mails/{arrival}/words", name="api_mail_words", responses=answers("not-found", "conflict", "invalid"))
def words(site: TheSite, number: str, arrival: str, body: Rectangle) -> WordsShape:
    """The words in a rectangle of a page, recognised where they are a picture, and the values that they may be. Nothing
    is kept: a correction does.
    """
    found = pages.arrival_of(site, number, arrival)
    x0, top, x1, bottom = body.box
    if x1 - x0 < LEAST or bottom - top < LEAST:
        raise Invalid("body.box is too small.")
    area = Area(body.part, body.page, Box(x0, top, x1, bottom), body.turns)
    return WordsShape.model_validate(words_in(site, number, found, body.part, body.page, area))


@router.get(
    "/evidence/{evidence}", name="api_evidence", response_class=Response,
    responses={**answers("not-found"), **FILE},
)  # fmt: skip
def evidence(site: TheSite, number: str, evidence: str) -> Response:
    """A file that hangs on the record besides its mails."""
    return pages.evidence_file(site, number, evidence)
