"""The 8D as its reader will have it: its pages as pictures, as PDF; and what its revisions say otherwise."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from intake.errors import RecordError
from intake.review import report_preview as pages
from intake.review.api.eight_d import Which
from intake.review.api.entry import ApiGuarded
from intake.review.api.files import PICTURE
from intake.review.api.models import Shape
from intake.review.api.problems import ROOT, answers
from intake.review.api.whole import known
from intake.review.entry import TheSite
from intake.review.record_files import download
from intake.review.report_history import Difference, Revised, history_of
from intake.review.report_preview import drawn, report_pdf, report_word
from intake.review.site import Site
from storage.eight_d import ReportState

router = APIRouter(prefix=f"{ROOT}/records/{{number}}", dependencies=[ApiGuarded], tags=["8D"])

PDF_TYPE = "application/pdf"
Language = Annotated[Literal["", "zh-CN", "zh-TW", "en"], Query(description="default: the customer's")]


class SheetShape(Shape):
    """A page: its picture is at `…/8d/preview/{name}` for a while."""

    name: str
    across: int = Field(description="pixels")
    down: int = Field(description="pixels")


class PreviewShape(Shape):
    """The Word form's pages, drawn now."""

    revision: int
    state: ReportState
    language: str
    pages: list[SheetShape]


class DifferenceShape(Shape):
    """A field that a revision says otherwise than the one before; "" is nothing."""

    section: str
    field: str
    row: str = Field(description="position or place of its row, of fields that stand in rows")
    old: str
    new: str


class RevisedShape(Shape):
    revision: int
    state: ReportState
    differences: list[DifferenceShape]
    more: int = Field(description="differences that are not listed")


@router.get("/8d/revisions", name="api_eight_d_revisions", responses=answers("not-found"))
def revisions(site: TheSite, number: str) -> list[RevisedShape]:
    """The revisions, newest first, each with what it says otherwise than the one before."""
    with site.storage.reading() as work:
        known(work, number)
        reports = work.lives.reports(number)
    return [_revised(one) for one in history_of(reports)]


def _revised(one: Revised) -> RevisedShape:
    return RevisedShape(
        revision=one.report.revision,
        state=one.report.state,
        differences=[_difference(each) for each in one.differences],
        more=one.more,
    )


def _difference(one: Difference) -> DifferenceShape:
    return DifferenceShape(section=one.cell.section, field=one.cell.name, row=one.row, old=one.old, new=one.new)


@router.get(
    "/8d.pdf", name="api_eight_d_pdf", response_class=Response,
    responses={
        **answers("not-found", "conflict", "invalid"),
        200: {"description": "the Word form as PDF", "content": {
            PDF_TYPE: {"schema": {"type": "string", "format": "binary"}}
        }},
    },
)  # fmt: skip
def as_pdf(site: TheSite, number: str, report: Which = "full", language: Language = "") -> Response:
    """The newest revision as PDF, by LibreOffice; 409 where it is not installed."""
    newest, _, content = report_word(site, number, report, language)
    return download(f"8D_{number}_R{newest.revision}.pdf", _pdf(content), PDF_TYPE)


@router.get("/8d/preview", name="api_eight_d_preview", responses=answers("not-found", "conflict", "invalid"))
def preview(site: TheSite, number: str, report: Which = "full", language: Language = "") -> PreviewShape:
    """The pages of the newest revision as pictures, by LibreOffice; 409 where it is not installed."""
    newest, wanted, content = report_word(site, number, report, language)
    return PreviewShape(
        revision=newest.revision, state=newest.state, language=wanted, pages=_sheets(site, _pdf(content))
    )


def _sheets(site: Site, pdf: bytes) -> list[SheetShape]:
    return [SheetShape(name=name, across=across, down=down) for name, across, down in drawn(site, pdf)]


@router.get("/8d/preview/{page}", name="api_eight_d_preview_page", response_class=Response,
            responses={**answers("not-found"), **PICTURE})  # fmt: skip
def preview_page(site: TheSite, number: str, page: Annotated[str, Path(max_length=100)]) -> Response:
    """One page of a preview that was drawn a moment ago."""
    return pages.report_preview_page(site, number, page)


def _pdf(content: bytes) -> bytes:
    found = report_pdf(content)
    if found is None:
        raise RecordError("The pages cannot be drawn here.", "Install LibreOffice, or open the Word file.")
    return found
