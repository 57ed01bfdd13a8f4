"""A customer's own 8D form: its mapping proposed, shown place by place, tried with a specimen, kept."""

import hashlib
from typing import Annotated

from fastapi import APIRouter, File, Form, Header, Path, Request, Response, UploadFile
from pydantic import Field

from intake.eightd.customer_form import check_mapping
from intake.review import master_report_form as pages
from intake.review.api.entry import ApiGuarded
from intake.review.api.files import FORM
from intake.review.api.models import Moment, Shape
from intake.review.api.problems import ROOT, Invalid, NoVersion, answers
from intake.review.api.whole import check_version, moment, tag
from intake.review.entry import TheSite, TheVisitor
from intake.review.master_report_form import (
    LARGEST,
    LONGEST_MAPPING,
    allow_size,
    card_of,
    keep_form,
    mapping_of,
    places_of,
    type_of,
)
from intake.review.refusals import Missing
from intake.review.site import Site
from storage.life import CustomerForm

router = APIRouter(prefix=f"{ROOT}/customers/{{customer}}/form", dependencies=[ApiGuarded], tags=["master data"])

Id = Annotated[int, Path(ge=1, le=2**53)]
Given = Annotated[UploadFile, File(description="an .xlsx or .docx")]
IfMatch = Annotated[
    str | None, Header(max_length=400, description="the ETag of the form that it replaces: needed where one is kept")
]


class PlaceShape(Shape):
    """A field of the 8D, where it goes, and what stands there in the form."""

    field: str = Field(examples=["d4.occurrence.text"])
    place: str = Field(description="as the mapping names it", examples=["Sheet1!C7"])
    text: str


class FormShape(Shape):
    """A form that is kept. The file is at `…/form/file`, filled with a specimen at `…/form/filled`."""

    name: str
    media_type: str
    mapping: str = Field(description="TOML")
    places: list[PlaceShape] = Field(description="what the mapping leads where; of lists the first row")
    by: str
    at: Moment


class ProposedShape(Shape):
    """A mapping that is not kept yet."""

    mapping: str = Field(description="TOML, to be completed")
    places: list[PlaceShape]


@router.get("", name="api_customer_form", responses=answers("not-found", "invalid"))
def form(site: TheSite, response: Response, customer: Id) -> FormShape:
    """The form as it is kept, with its mapping."""
    return _shown(site, response, _kept(site, customer))


@router.post("/proposal", name="api_customer_form_proposal", responses=answers("not-found", "too-large", "invalid"))
def proposal(
    site: TheSite,
    customer: Id,
    file: Given,
    mapping: Annotated[str, Form(max_length=LONGEST_MAPPING, description="to be tried; default: proposed")] = "",
) -> ProposedShape:
    """What mapping the form's own labels propose, or where one of yours would lead. Nothing is kept."""
    with site.storage.reading() as work:
        card_of(work, customer)
    name, content = _name(file), file.file.read(LARGEST + 1)
    allow_size(content)
    tried = mapping if mapping.strip() else mapping_of(name, content)
    check_mapping(content, type_of(name), tried)
    return ProposedShape(mapping=tried, places=_places(content, type_of(name), tried))


@router.put(
    "", name="api_customer_form_put",
    responses=answers("not-found", "conflict", "changed", "too-large", "no-version", "invalid"),
)  # fmt: skip
def put(
    site: TheSite,
    visitor: TheVisitor,
    response: Response,
    customer: Id,
    file: Annotated[UploadFile | None, File(description="an .xlsx or .docx; default: the one that is kept")] = None,
    mapping: Annotated[str, Form(max_length=LONGEST_MAPPING, description="TOML; default: proposed")] = "",
    if_match: IfMatch = None,
) -> FormShape:
    """Keeps a form with its mapping: reports of this customer are filled into it from now on."""
    with site.storage.reading() as work:
        card, kept = card_of(work, customer), work.lives.customer_form(customer)
    if kept is not None:
        if if_match is None:
            raise NoVersion
        check_version(if_match, _mark(kept))
    if file is None and kept is None:
        raise Invalid("body.file: there is no form yet.")
    if file is not None:
        name, content = _name(file), file.file.read(LARGEST + 1)
        allow_size(content)
    else:
        assert kept is not None
        name, content = kept.name, site.blobs.get(kept.sha256)
    wanted = mapping if mapping.strip() else mapping_of(name, content)
    check_mapping(content, type_of(name), wanted)
    keep_form(site, visitor, card, kept, name, content, wanted)
    return _shown(site, response, _kept(site, customer))


@router.get("/file", name="api_customer_form_file", response_class=Response,
            responses={**answers("not-found", "invalid"), **FORM})  # fmt: skip
def file(request: Request, site: TheSite, visitor: TheVisitor, customer: Id) -> Response:
    """The form as it was given in."""
    return pages.customer_form_file(request, site, visitor, customer)


@router.get("/filled", name="api_customer_form_filled", response_class=Response,
            responses={**answers("not-found", "invalid"), **FORM})  # fmt: skip
def filled(request: Request, site: TheSite, visitor: TheVisitor, customer: Id) -> Response:
    """The form, filled with a specimen of an 8D by its mapping."""
    return pages.customer_form_file(request, site, visitor, customer, "yes")


def _name(file: UploadFile) -> str:
    return (file.filename or "form").replace("\\", "/").rsplit("/", 1)[-1][-200:]


def _kept(site: Site, customer: int) -> CustomerForm:
    with site.storage.reading() as work:
        card_of(work, customer)
        kept = work.lives.customer_form(customer)
    if kept is None:
        raise Missing
    return kept


def _mark(kept: CustomerForm) -> str:
    return hashlib.sha256(f"{kept.name}\n{kept.sha256}\n{kept.mapping}".encode()).hexdigest()[:16]


def _shown(site: Site, response: Response, kept: CustomerForm) -> FormShape:
    tag(response, _mark(kept))
    return FormShape(
        name=kept.name,
        media_type=kept.media_type,
        mapping=kept.mapping,
        places=_places(site.blobs.get(kept.sha256), kept.media_type, kept.mapping),
        by=kept.by,
        at=moment(kept.at, site.settings.company.zone),
    )


def _places(content: bytes, media_type: str, mapping: str) -> list[PlaceShape]:
    found = places_of(content, media_type, mapping)
    return [PlaceShape(field=f"{one.section}.{one.field}", place=one.place, text=one.text) for one in found]
