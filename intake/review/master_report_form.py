"""A customer's own 8D form: given in, its mapping proposed, shown place by place, tried with a specimen, kept."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from intake.eightd.customer_form import DOCX, XLSX, check_mapping, fill, scan
from intake.eightd.form_cells import open_form
from intake.eightd.mapping import read_mapping
from intake.eightd.specimen import specimen
from intake.errors import UsageError
from intake.replies.frame import letter_language
from intake.review.entry import Guarded, TheSite, TheVisitor
from intake.review.record_files import download
from intake.review.refusals import Missing, TooLarge
from intake.review.sessions import Visitor
from intake.review.site import Site
from intake.review.unpacked import MOST, unpacked
from storage import UnitOfWork
from storage.form_drafts import FormDraft
from storage.life import CustomerForm
from storage.records import CustomerCard
from templates.eight_d import labels

LARGEST = 10_000_000  # bytes of a form
LONGEST_MAPPING = 50_000  # characters
_TYPES = {"xlsx": XLSX, "docx": DOCX}

router = APIRouter(dependencies=[Guarded])


@dataclass(frozen=True, slots=True)
class Place:
    """A field of the 8D, where it goes, and what stands there now."""

    section: str
    field: str
    place: str
    text: str


@router.get("/customers/{number}/form")
def customer_form(request: Request, site: TheSite, visitor: TheVisitor, number: int) -> Response:
    with site.storage.reading() as work:
        card, kept = card_of(work, number), work.lives.customer_form(number)
    return _page(request, site, card, kept, kept.mapping if kept else "")


@router.post("/customers/{number}/form")
def customer_form_save(
    request: Request, site: TheSite, visitor: TheVisitor, number: int,
    file: Annotated[UploadFile | None, File()] = None,
    mapping: Annotated[str, Form(max_length=LONGEST_MAPPING)] = "",
    draft: Annotated[str, Form(max_length=64)] = "",
    then: Annotated[str, Form(max_length=20)] = "",
) -> Response:  # fmt: skip
    """A new file, or another mapping: shown first, kept when one says so."""
    with site.storage.reading() as work:
        card, kept = card_of(work, number), work.lives.customer_form(number)
        waiting = work.form_drafts.get(draft, visitor.user.email) if draft else None
    try:
        if file is not None and file.filename:
            waiting = _taken(site, visitor, number, file.filename, file.file.read(LARGEST + 1))
            mapping = mapping if mapping.strip() and kept is None else scan(waiting.content, type_of(waiting.name))
        name = waiting.name if waiting else kept.name if kept else ""
        if not name:
            return _page(request, site, card, kept, mapping, 422, fault=_said(request, site, "master.form_none"))
        content = waiting.content if waiting else site.blobs.get(kept.sha256) if kept else b""
        check_mapping(content, type_of(name), mapping)
    except UsageError as error:
        said = site.pages.wording(request).sentence(error)
        return _page(request, site, card, kept, mapping, 422, fault=said, waiting=waiting)
    if then != "keep":
        return _page(request, site, card, kept, mapping, waiting=waiting)
    keep_form(site, visitor, card, kept, name, content, mapping)
    return site.pages.go(request, f"/customers/{number}", "master.form_kept")


@router.get("/customers/{number}/form/file")
def customer_form_file(
    request: Request, site: TheSite, visitor: TheVisitor, number: int, filled: str = "", draft: str = ""
) -> Response:
    """The form as it was given in; or filled with a specimen of an 8D by its mapping."""
    with site.storage.reading() as work:
        card, kept = card_of(work, number), work.lives.customer_form(number)
    if kept is None:
        raise Missing
    content = site.blobs.get(kept.sha256)
    if filled:
        language = letter_language(card.language, site.office.desk.language)
        content = fill(content, kept.media_type, kept.mapping, specimen(language), language)
    return download(kept.name, content, kept.media_type)


def mapping_of(name: str, content: bytes) -> str:
    """The mapping that a form's own labels propose. UsageError where it is no form."""
    return scan(content, type_of(name))


def allow_size(content: bytes) -> None:
    if len(content) > LARGEST or unpacked(content) > MOST:
        raise TooLarge


def _taken(site: Site, visitor: Visitor, number: int, name: str, content: bytes) -> FormDraft:
    """The file, kept until it is confirmed. UsageError where it is no form; TooLarge."""
    allow_size(content)
    draft = FormDraft(
        secrets.token_urlsafe(16), visitor.user.email, site.clock(), f"form:{number}", name[-200:], content
    )
    open_form(content, type_of(name))
    with site.storage.unit() as work:
        work.form_drafts.add(draft)
        work.commit()
    return draft


def keep_form(
    site: Site, visitor: Visitor, card: CustomerCard, kept: CustomerForm | None, name: str, content: bytes, mapping: str
) -> None:
    """Keeps a form whose mapping was checked, and notes it; commits."""
    number = card.id or 0
    form = CustomerForm(number, name, type_of(name), site.blobs.put(content), mapping, visitor.user.email, site.clock())
    changes: Mapping[str, Any] = {"form": [kept.name if kept else "", name]}
    with site.storage.unit() as work:
        work.lives.save_customer_form(form)
        told = {"name": card.name, "changes": changes}
        work.audit.add(visitor.user.email, site.clock(), "customer_form_kept", f"customer:{number}", told)
        work.commit()


def _page(
    request: Request, site: Site, card: CustomerCard, kept: CustomerForm | None, mapping: str, status: int = 200, *,
    fault: str = "", waiting: FormDraft | None = None,
) -> Response:  # fmt: skip
    name = waiting.name if waiting else kept.name if kept else ""
    places: list[Place] = []
    if name and not fault:
        content = waiting.content if waiting else site.blobs.get(kept.sha256) if kept else b""
        places = places_of(content, type_of(name), mapping)
    wording = site.pages.wording(request)
    return site.pages.page(
        request, "master_report_form.html", status, card=card, kept=kept, mapping=mapping, fault=fault,
        waiting=waiting, name=name, targets=places, known=labels(wording.language),
    )  # fmt: skip


def places_of(content: bytes, media_type: str, mapping: str) -> list[Place]:
    """What the mapping leads where; of lists the first row."""
    form, wanted = open_form(content, media_type), read_mapping(mapping)
    found = [(name, place) for name, place in wanted.cells]
    for rows in wanted.rows:
        found += [(f"{rows.name}.1.{field}", form.moved(rows.at, 0, column)) for field, column in rows.columns]
    return [
        Place(name.partition(".")[0], name.partition(".")[2], place, form.text(place) or "") for name, place in found
    ]


def type_of(name: str) -> str:
    return _TYPES.get(name.rpartition(".")[2].lower(), "")


def card_of(work: UnitOfWork, number: int) -> CustomerCard:
    found = work.master.customer(number) if 0 < number < 2**62 else None
    if found is None:
        raise Missing
    return found


def _said(request: Request, site: Site, key: str) -> str:
    return site.pages.wording(request).t(key)
