"""What the customer sent: mails as they came, their parts, files and page pictures; evidence on the record."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from intake.listing import arrival_json
from intake.review import record_files as pages
from intake.review.api.entry import ApiGuarded
from intake.review.api.files import FILE, HTML, PICTURE
from intake.review.api.models import ArrivalShape, Shape
from intake.review.api.problems import ROOT, answers
from intake.review.api.whole import known
from intake.review.entry import TheSite

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


@router.get(
    "/evidence/{evidence}", name="api_evidence", response_class=Response,
    responses={**answers("not-found"), **FILE},
)  # fmt: skip
def evidence(site: TheSite, number: str, evidence: str) -> Response:
    """A file that hangs on the record besides its mails."""
    return pages.evidence_file(site, number, evidence)
