"""Figures and registers as workbooks, as the pages give them."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import Field

from intake.exporting import EXPORTS
from intake.review.api.entry import ApiGuarded
from intake.review.api.figures import From, Part, Span, To, Word, question_of
from intake.review.api.files import BOOK
from intake.review.api.models import Day, Shape
from intake.review.api.problems import ROOT, answers
from intake.review.entry import TheSite, TheVisitor
from intake.review.figures import MOST_RECORDS, XLSX, figure_book, register_book
from intake.review.record_files import download
from storage import RecordFilter

router = APIRouter(prefix=f"{ROOT}/figures", dependencies=[ApiGuarded], tags=["figures"])

Register = Annotated[str, Path(max_length=60, json_schema_extra={"enum": list(EXPORTS)})]
Figure = Annotated[str, Path(max_length=60, description="the name of a table of `/figures/{part}`")]


class RegistersShape(Shape):
    """The registers of a span: `/figures/registers/{register}.xlsx`."""

    first: Day = Field(alias="from")
    last: Day = Field(alias="to")
    records: int = Field(description="that they would hold")
    most: int = Field(description="records of a register that is made while one waits")
    registers: list[str]


@router.get("/registers", name="api_registers", responses=answers("invalid"))
def registers(site: TheSite, span: Span = "twelve_months", since: From = None, until: To = None) -> RegistersShape:
    """Which registers there are, and how many records they would hold."""
    asked = question_of(site, {"span": span, "from": since, "to": until})
    with site.storage.reading() as work:
        number = work.complaints.count(RecordFilter(since=asked.scope.since, until=asked.scope.until))
    return RegistersShape(
        first=asked.first.isoformat(), last=asked.last.isoformat(), records=number, most=MOST_RECORDS,
        registers=list(EXPORTS),
    )  # fmt: skip


@router.get("/registers/{register}.xlsx", name="api_register", response_class=Response,
            responses={**answers("not-found", "conflict", "invalid"), **BOOK})  # fmt: skip
def register(
    site: TheSite, register: Register, span: Span = "twelve_months", since: From = None, until: To = None
) -> Response:
    """A register as `intake export` writes it, in the company's language."""
    asked = question_of(site, {"span": span, "from": since, "to": until})
    return download(*register_book(site, register, asked), XLSX)


@router.get("/people/{figure}.xlsx", name="api_figure_people_book", response_class=Response,
            responses={**answers("not-found", "invalid"), **BOOK})  # fmt: skip
def people_book(
    request: Request, site: TheSite, visitor: TheVisitor, figure: Figure, span: Span = "twelve_months",
    since: From = None, until: To = None, department: Word = "",
) -> Response:  # fmt: skip
    """A figure of how promises were kept, person by person, as a workbook."""
    asked = question_of(site, {"span": span, "from": since, "to": until, "department": department})
    return download(*figure_book(request, site, visitor, "people", figure, asked), XLSX)


@router.get("/{part}/{figure}.xlsx", name="api_figure_book", response_class=Response,
            responses={**answers("not-found", "invalid"), **BOOK})  # fmt: skip
def book(
    request: Request, site: TheSite, visitor: TheVisitor, part: Part, figure: Figure, span: Span = "twelve_months",
    since: From = None, until: To = None, customer: Word = "", product: Word = "", department: Word = "",
) -> Response:  # fmt: skip
    """A figure as a workbook, in the user's language."""
    own = {"customer": customer, "product": product, "department": department}
    asked = question_of(site, {"span": span, "from": since, "to": until, **own})
    return download(*figure_book(request, site, visitor, part, figure, asked), XLSX)
