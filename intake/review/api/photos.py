"""Photos of an 8D: made anew as plain JPEGs, shown, taken out again."""

from typing import Annotated, Literal

from fastapi import APIRouter, File, Response, UploadFile
from pydantic import Field

from intake.acts.photos import PHOTO_TYPE
from intake.review import report_photos as pages
from intake.review.api.entry import ApiGuarded
from intake.review.api.models import EvidenceShape, Shape
from intake.review.api.problems import ROOT, answers
from intake.review.api.whole import evidence_of, known
from intake.review.entry import TheSite, TheVisitor
from intake.review.refusals import Missing
from intake.review.report_photos import add_photo, name_of, put_photo, remove_photo

router = APIRouter(prefix=f"{ROOT}/records/{{number}}/8d/photos", dependencies=[ApiGuarded], tags=["8D"])
_PICTURE = {"schema": {"type": "string", "format": "binary"}}


class Photos(Shape):
    """The files that hang on the record, photos of its 8D among them."""

    evidence: list[EvidenceShape] = Field(description="newest last")


@router.post("", name="api_photo_add", status_code=201, responses=answers("not-found", "conflict", "invalid"))
def add(
    site: TheSite, visitor: TheVisitor, number: str, photo: Annotated[UploadFile, File(description="a picture")]
) -> Photos:
    """Adds a photo; what a camera wrote into it besides the picture is left out."""
    with site.storage.reading() as work:
        known(work, number)
    add_photo(site, number, visitor.user.email, name_of(photo), photo)
    with site.storage.reading() as work:
        found = work.lives.evidence(number)
    return Photos(evidence=[EvidenceShape(**evidence_of(one, site.settings.company.zone)) for one in found])


@router.get(
    "/{photo}", name="api_photo", response_class=Response,
    responses={
        **answers("not-found"),
        200: {"description": "the picture", "content": {PHOTO_TYPE: _PICTURE}},
    },
)  # fmt: skip
def one(site: TheSite, number: str, photo: str) -> Response:
    """A photo."""
    return pages.report_photo(site, number, photo)


class Where(Shape):
    """The step of the 8D in which a photo is to stand."""

    step: Literal["d2", "d3", "d4", "d5", "d6", "d7"]


@router.put("/{photo}/step", name="api_photo_step", responses=answers("not-found", "conflict", "invalid"))
def put_step(site: TheSite, visitor: TheVisitor, number: str, photo: str, where: Where) -> Photos:
    """Puts a photo that came with a mail, or stands in another step, into a step of the 8D. A proposal of it is taken
    by that.
    """
    with site.storage.reading() as work:
        if photo not in [each.id for each in work.lives.evidence(number)]:
            raise Missing
    put_photo(site, number, visitor.user.email, photo, where.step)
    with site.storage.reading() as work:
        found = work.lives.evidence(number)
    return Photos(evidence=[EvidenceShape(**evidence_of(one, site.settings.company.zone)) for one in found])


@router.delete("/{photo}", name="api_photo_remove", status_code=204, responses=answers("not-found", "conflict"))
def remove(site: TheSite, visitor: TheVisitor, number: str, photo: str) -> Response:
    """Takes a photo out of the 8D, or drops its proposal; it stays among the record's files."""
    with site.storage.reading() as work:
        if photo not in [each.id for each in work.lives.evidence(number)]:
            raise Missing
    remove_photo(site, number, visitor.user.email, photo)
    return Response(status_code=204)
