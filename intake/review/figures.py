"""The figures: how many complaints came and of what, how promises were kept, how well mails were read, how content
customers are. Each part is a page of charts with their tables; each table is a workbook too, and so are the registers.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from intake.errors import RecordError
from intake.exporting import EXPORTS
from intake.registers.filed import Span
from intake.registers.terms import Terms
from intake.review.entry import Guarded, TheSite, TheVisitor
from intake.review.figures_complaints import overview, people, promises, vital_few
from intake.review.figures_feedback import reading, satisfaction
from intake.review.figures_gather import Gather, Make, Told
from intake.review.figures_span import OWN_DAYS, SPANS, Question, question
from intake.review.figures_tables import drawn_value, sheet, shown
from intake.review.record_files import download
from intake.review.refusals import Forbidden, Missing, TooMany
from intake.review.rights import may
from intake.review.sessions import Visitor
from intake.review.site import Site
from intake.workbooks import workbook
from storage import RecordFilter, UnitOfWork
from storage.records import Class

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_RECORDS = 5_000  # of a register that is made while one waits; larger ones are the command's
_PATIENCE = 20.0  # seconds to wait for another's workbook

router = APIRouter(dependencies=[Guarded])


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page, by the key of its words (`figures.part_KEY`). `route` is a row of `rights.RIGHTS`."""

    route: str
    path: str
    make: Make


PARTS = {
    "overview": Part("figures", "/figures", overview),
    "promises": Part("figures_promises", "/figures/promises", promises),
    "people": Part("figures_people", "/figures/people", people),
    "pareto": Part("figures_pareto", "/figures/pareto", vital_few),
    "reading": Part("figures_reading", "/figures/reading", reading),
    "satisfaction": Part("figures_satisfaction", "/figures/satisfaction", satisfaction),
    "registers": Part("figures_registers", "/figures/registers", lambda gather: Told((), ())),  # files alone
}


@router.get("/figures")
def figures(request: Request, site: TheSite, visitor: TheVisitor) -> Response:
    return _page(request, site, visitor, "overview")


@router.get("/figures/promises")
def figures_promises(request: Request, site: TheSite, visitor: TheVisitor) -> Response:
    return _page(request, site, visitor, "promises")


@router.get("/figures/people")
def figures_people(request: Request, site: TheSite, visitor: TheVisitor) -> Response:
    return _page(request, site, visitor, "people")


@router.get("/figures/pareto")
def figures_pareto(request: Request, site: TheSite, visitor: TheVisitor) -> Response:
    return _page(request, site, visitor, "pareto")


@router.get("/figures/reading")
def figures_reading(request: Request, site: TheSite, visitor: TheVisitor) -> Response:
    return _page(request, site, visitor, "reading")


@router.get("/figures/satisfaction")
def figures_satisfaction(request: Request, site: TheSite, visitor: TheVisitor) -> Response:
    return _page(request, site, visitor, "satisfaction")


@router.get("/figures/registers")
def figures_registers(request: Request, site: TheSite, visitor: TheVisitor) -> Response:
    """The registers of a span, whole: they know no other filter."""
    asked = _question(request, site)
    with site.storage.reading() as work:
        number = work.complaints.count(RecordFilter(since=asked.scope.since, until=asked.scope.until))
    more: dict[str, Any] = {"exports": list(EXPORTS), "number": number, "most": MOST_RECORDS}
    return site.pages.page(request, "figures_registers.html", **_frame(visitor, asked, "registers"), **more)


def _page(request: Request, site: Site, visitor: Visitor, name: str) -> Response:
    asked = _question(request, site)
    with site.storage.reading() as work:
        told = PARTS[name].make(gathered(request, site, work, asked))
        departments = {one.department for one in work.people.everybody()} | {asked.value("department")}
    more: dict[str, Any] = {"told": told, "departments": sorted(departments - {""})}
    return site.pages.page(request, "figures.html", **_frame(visitor, asked, name), **more)


def _frame(visitor: Visitor, asked: Question, name: str) -> dict[str, Any]:
    """What every part of the page shows."""
    return {
        "name": name,
        "asked": asked,
        "parts": [(key, part) for key, part in PARTS.items() if may(visitor.user.role, part.route)],
        "spans": SPANS,
        "own_days": OWN_DAYS,
        "classes": list(Class),
        "query": urlencode(asked.pairs),
        "with_span": lambda span: urlencode(asked.but(**{"from": "", "to": "", "span": span})),
        "shown": shown,
        "drawn_value": drawn_value,
    }


def _question(request: Request, site: Site) -> Question:
    return question(request.query_params, site.settings.company.zone, site.clock())


def gathered(request: Request, site: Site, work: UnitOfWork, asked: Question) -> Gather:
    causes = {key: cause.label for key, cause in site.office.policy.causes.items()}
    names = {one.email.lower(): one.name for one in work.people.everybody() if one.name}
    return Gather(work, asked, site.clock(), site.pages.wording(request), causes, names)


# -------------------------------------------------------------------- workbooks

_AT_ONCE = BoundedSemaphore(1)  # a large workbook takes a processor and memory for seconds


@contextmanager
def _in_turn() -> Iterator[None]:
    if not _AT_ONCE.acquire(timeout=_PATIENCE):
        raise TooMany
    try:
        yield
    finally:
        _AT_ONCE.release()


class TooLong(RecordError):
    """A register of more records than are made while one waits."""

    def __init__(self) -> None:
        super().__init__(
            f"The register would hold more than {MOST_RECORDS} records.",
            "Choose a shorter span, or use `intake export`.",
        )


@router.get("/figures/register/{register}.xlsx")
def figures_register(request: Request, site: TheSite, register: str) -> Response:
    """A register as `intake export` writes it, in the company's language."""
    asked = _question(request, site)
    try:
        return download(*register_book(site, register, asked), XLSX)
    except TooLong:
        return site.pages.go(request, f"/figures/registers?{urlencode(asked.pairs)}", "figures.too_many", "bad")


def register_book(site: Site, register: str, asked: Question) -> tuple[str, bytes]:
    """(name, content) of a register's workbook. Missing where there is none of this name; TooLong; TooMany."""
    if register not in EXPORTS:
        raise Missing
    company = site.settings.company
    span, terms = Span(asked.first, asked.last, company.zone), Terms.of(company.language)
    with _in_turn():
        with site.storage.reading() as work:
            if work.complaints.count(RecordFilter(since=span.since, until=span.until)) > MOST_RECORDS:
                raise TooLong
            sheets = EXPORTS[register](work, span, terms, site.clock())
        content = workbook(sheets, company.name, span.line(terms), company.zone)
    return f"{sheets[0].title} {asked.first} {asked.last}.xlsx", content


@router.get("/figures/{part}/{figure}.xlsx")
def figures_file(request: Request, site: TheSite, visitor: TheVisitor, part: str, figure: str) -> Response:
    """A figure as a workbook, in the user's language. Who may not see its part may not have it either."""
    return download(*figure_book(request, site, visitor, part, figure, _question(request, site)), XLSX)


def figure_book(
    request: Request, site: Site, visitor: Visitor, part: str, figure: str, asked: Question
) -> tuple[str, bytes]:
    """(name, content) of a figure's workbook. Missing, Forbidden, TooMany."""
    found = PARTS.get(part)
    if found is None:
        raise Missing
    if not may(visitor.user.role, found.route):
        raise Forbidden
    wording = site.pages.wording(request)
    with _in_turn():
        with site.storage.reading() as work:
            told = found.make(gathered(request, site, work, asked))
        wanted = next((one for one in told.figures if one.name == figure), None)
        if wanted is None:
            raise Missing
        company, days = site.settings.company, f"{asked.first} – {asked.last}"
        content = workbook([sheet(wanted, wording)], company.name, days, company.zone)
    return f"{wording.t(f'figures.{figure}')} {asked.first} {asked.last}.xlsx", content
