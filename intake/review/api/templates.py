"""Every letter as it is written now with sample data, and the 8D's Word form with the names of its fields."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from intake.review.admin import letters as pages
from intake.review.admin.letters import wordings_of, written_of
from intake.review.api.entry import ApiGuarded
from intake.review.api.files import WORD
from intake.review.api.letters import Words
from intake.review.api.models import Shape
from intake.review.api.problems import ROOT, answers
from intake.review.entry import TheSite
from templates import PURPOSES
from templates.data import TO_CUSTOMERS
from templates.samples import VARIETIES

router = APIRouter(prefix=f"{ROOT}/templates", dependencies=[ApiGuarded], tags=["administration"])

Purpose = Annotated[str, Path(max_length=60, json_schema_extra={"enum": list(PURPOSES)})]
Language = Literal["zh-CN", "zh-TW", "en"]


class WordingShape(Shape):
    """A letter in one language."""

    purpose: str
    language: Language
    to_customers: bool = Field(description="else to our own people")
    own: bool = Field(description="whether it is yours; else the shipped one")
    changed: bool = Field(description="whether its file is newer than what the service writes with")
    trouble: str = Field(description="what is wrong with it as it stands on the disk")


class TemplatesShape(Shape):
    folder: str = Field(description='your own; "": all letters are the shipped ones')
    trouble: str = Field(description="what is wrong with the folder as a whole")
    letters: list[WordingShape]


@router.get("", name="api_templates", responses=answers())
def templates(site: TheSite) -> TemplatesShape:
    """Every letter by purpose and language, and what is broken in your own folder."""
    rows, broken = wordings_of(site)
    folder = site.office.desk.templates
    names = ("purpose", "language", "own", "changed", "trouble")
    return TemplatesShape(
        folder=str(folder or ""),
        trouble=broken.get(("", ""), ""),
        letters=[
            WordingShape(
                **{name: getattr(one, name) for name in names}, to_customers=str(one.purpose) in map(str, TO_CUSTOMERS)
            )
            for row in rows.values()
            for one in row
        ],
    )


@router.get("/{purpose}/{language}", name="api_template", responses=answers("not-found", "invalid"))
def template(
    site: TheSite,
    purpose: Purpose,
    language: Language,
    variety: Annotated[
        str, Query(max_length=40, description="of the sample data", json_schema_extra={"enum": list(VARIETIES)})
    ] = "full",
) -> Words:
    """A letter with sample data."""
    found = written_of(site, purpose, language, variety)
    return Words(subject=found.subject, text=found.text, html=found.html)


@router.get("/8d/{language}/{kind}.docx", name="api_template_eight_d", response_class=Response,
            responses={**answers("not-found", "invalid"), **WORD})  # fmt: skip
def eight_d(site: TheSite, language: Language, kind: Literal["first", "full", "template"]) -> Response:
    """The 8D's Word form, each place filled with the name of its field; or its template as it is."""
    return pages.admin_eightd(site, language, kind)
