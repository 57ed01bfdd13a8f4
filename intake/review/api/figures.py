"""The figures: the numbers behind the charts, counted by what the pages count with."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.datastructures import QueryParams

from intake.review.api.entry import ApiGuarded
from intake.review.api.models import Day, Shape
from intake.review.api.problems import ROOT, answers
from intake.review.entry import TheSite
from intake.review.figures import PARTS, gathered
from intake.review.figures_span import Question, question
from intake.review.figures_tables import Figure
from intake.review.site import Site
from intake.review.wording import Wording
from storage.records import Class

router = APIRouter(prefix=f"{ROOT}/figures", dependencies=[ApiGuarded], tags=["figures"])

Part = Literal["overview", "promises", "pareto", "reading", "satisfaction"]
Span = Literal["this_month", "last_month", "this_quarter", "last_quarter", "this_year", "last_year", "twelve_months"]
From = Annotated[date | None, Query(alias="from", ge=date(2000, 1, 1), le=date(2199, 12, 31), description="first day")]
To = Annotated[date | None, Query(alias="to", ge=date(2000, 1, 1), le=date(2199, 12, 31), description="last day")]
Word = Annotated[str, Query(max_length=200)]
Cell = str | int | float | None


class ColumnShape(Shape):
    name: str = Field(description="the key of its cells in `rows`")
    title: str = Field(description="in the user's language")
    share: bool = Field(description="a fraction: 0.12 is 12 %")


class TableShape(Shape):
    """A figure as a table: what its chart is drawn from."""

    name: str
    title: str
    columns: list[ColumnShape]
    rows: list[dict[str, Cell]]
    below: list[dict[str, Cell]] = Field(description="rows that are not drawn, such as all others together")


class FiguresShape(Shape):
    """A part of the figures for some days, both included."""

    part: str
    first: Day = Field(alias="from")
    last: Day = Field(alias="to")
    unit: str = Field(description="of the periods: week, month, quarter or year")
    tables: list[TableShape]


@router.get("/people", name="api_figures_people", responses=answers("invalid"))
def by_person(
    request: Request,
    site: TheSite,
    span: Span = "twelve_months",
    since: From = None,
    until: To = None,
    department: Word = "",
    letter: Annotated[list[Class] | None, Query(alias="class")] = None,
) -> FiguresShape:
    """How promises were kept, person by person."""
    return _told(request, site, "people", {"span": span, "from": since, "to": until, "department": department}, letter)


@router.get("/{part}", name="api_figures", responses=answers("invalid"))
def figures(
    request: Request,
    site: TheSite,
    part: Part,
    span: Annotated[Span, Query(description="where neither `from` nor `to` is given")] = "twelve_months",
    since: From = None,
    until: To = None,
    customer: Word = "",
    product: Word = "",
    department: Word = "",
    letter: Annotated[list[Class] | None, Query(alias="class")] = None,
) -> FiguresShape:
    """Complaints, promises, Pareto of defects, products, customers and causes, quality of reading, satisfaction."""
    asked = {
        "span": span,
        "from": since,
        "to": until,
        "customer": customer,
        "product": product,
        "department": department,
    }
    return _told(request, site, part, asked, letter)


def _told(request: Request, site: Site, part: str, asked: dict[str, Any], letters: list[Class] | None) -> FiguresShape:
    wanted = question_of(site, asked, letters)
    wording = site.pages.wording(request)
    with site.storage.reading() as work:
        told = PARTS[part].make(gathered(request, site, work, wanted))
    return FiguresShape(
        part=part,
        first=wanted.first.isoformat(),
        last=wanted.last.isoformat(),
        unit=wanted.unit,
        tables=[_table(figure, wording) for figure in told.figures],
    )


def question_of(site: Site, asked: Mapping[str, Any], letters: Sequence[Class] | None = None) -> Question:
    """What the query of the page's address would ask."""
    pairs = [(name, str(value)) for name, value in asked.items() if value]
    pairs += [("class", str(letter)) for letter in letters or ()]
    return question(QueryParams(urlencode(pairs)), site.settings.company.zone, site.clock())


def _table(figure: Figure, wording: Wording) -> TableShape:
    names = [head.name for head in figure.heads]
    return TableShape(
        name=figure.name,
        title=wording.t(f"figures.{figure.name}"),
        columns=[ColumnShape(name=one.name, title=one.words(wording), share=one.share) for one in figure.heads],
        rows=[{name: _cell(row.get(name)) for name in names} for row in figure.rows],
        below=[{name: _cell(row.get(name)) for name in names} for row in figure.below],
    )


def _cell(value: Any) -> Cell:
    return value if value is None or isinstance(value, str | int | float) else str(value)
