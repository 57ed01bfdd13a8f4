"""Import of master data: what would be new, changed, the same or refused is shown before one confirms. Both are done
in the background (`intake.import_jobs`), while the page shows how far it is.
"""

import secrets
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from intake.import_jobs import LOST, rows_of
from intake.import_preview import Preview
from intake.importing import KINDS
from intake.review.entry import Guarded, TheSite, TheVisitor
from intake.review.refusals import Forbidden, Missing
from intake.review.rights import may
from intake.review.sessions import Visitor
from intake.review.site import Site
from intake.review.unpacked import MOST, unpacked
from intake.spreadsheets import column_words
from storage.imports import ImportState, MasterImport

LARGEST = 10_000_000  # bytes of a file; a larger one is divided, or imported at the terminal
_AT_ONCE = 1.0  # seconds that a request waits: a small file is done by then
_LATELY = 8  # imports that are listed

router = APIRouter(dependencies=[Guarded])


@router.get("/import/{kind}")
def import_page(request: Request, site: TheSite, visitor: TheVisitor, kind: str) -> Response:
    allow_import(visitor, kind)
    return _page(request, site, visitor, kind)


@router.post("/import/{kind}")
def import_preview(
    request: Request, site: TheSite, visitor: TheVisitor, kind: str, file: Annotated[UploadFile | None, File()] = None
) -> Response:
    """Keeps the file for a while, and begins to find out what it would do."""
    allow_import(visitor, kind)
    wording = site.pages.wording(request)
    content = file.file.read(LARGEST + 1) if file is not None and file.filename else b""
    if not content:
        return _page(request, site, visitor, kind, 422, fault=wording.t("uploads.none"))
    if too_large(content):
        said = wording.t("master.import_too_large", mb=LARGEST // 1_000_000)
        return _page(request, site, visitor, kind, 422, fault=said)
    begun = begin(site, visitor, kind, str(file.filename if file else ""), content, ImportState.LOOKING)
    site.imports.give(_AT_ONCE)
    return site.pages.go(request, f"/import/{kind}/{begun.id}")


@router.get("/import/{kind}/{number}")
def import_job(request: Request, site: TheSite, visitor: TheVisitor, kind: str, number: str) -> Response:
    """What a file would do, or how far it is, or what it came to."""
    return _page(request, site, visitor, kind, one=own(site, visitor, number, kind))


@router.get("/import/{kind}/{number}/part")
def import_job_part(request: Request, site: TheSite, visitor: TheVisitor, kind: str, number: str) -> Response:
    """The part of the page that keeps itself fresh."""
    return site.pages.page(request, "master_import_part.html", **_shown(site, own(site, visitor, number, kind)))


@router.post("/import/{kind}/confirm")
def import_confirm(
    request: Request, site: TheSite, visitor: TheVisitor, kind: str, draft: Annotated[str, Form(max_length=64)] = ""
) -> Response:
    """Begins to take in what was shown; rows that cannot be taken are left out and told."""
    allow_import(visitor, kind)
    if not confirmed(site, visitor, draft, kind):
        return site.pages.go(request, f"/import/{kind}", "master.import_gone", "bad")
    site.imports.give(_AT_ONCE)
    return site.pages.go(request, f"/import/{kind}/{draft}")


def too_large(content: bytes) -> bool:
    return len(content) > LARGEST or unpacked(content) > MOST


def begin(site: Site, visitor: Visitor, kind: str, name: str, content: bytes, state: ImportState) -> MasterImport:
    """Keeps a file to be looked at, or at once to be taken in; whoever works at imports finds it."""
    last = Path(name.replace("\\", "/")).name[-120:] or "file.csv"
    one = MasterImport(secrets.token_urlsafe(16), visitor.user.email, site.clock(), kind, last, state)
    with site.storage.unit() as work:
        work.master_imports.add(one, content)
        work.commit()
    return one


def own(site: Site, visitor: Visitor, number: str, kind: str = "") -> MasterImport:
    """One of this user's imports; Missing where it is none."""
    with site.storage.reading() as work:
        one = work.master_imports.get(number, visitor.user.email)
    if one is None or (kind and one.kind != kind):
        raise Missing
    allow_import(visitor, one.kind)
    return one


def confirmed(site: Site, visitor: Visitor, number: str, kind: str) -> bool:
    """Whether what was shown is to be taken in now; False where it is too old, or was confirmed already."""
    with site.storage.unit() as work:
        one = work.master_imports.get(number, visitor.user.email)
        if one is None or one.kind != kind or not work.master_imports.confirm(number, site.clock()):
            return False
        work.commit()
    return True


def allow_import(visitor: Visitor, kind: str) -> None:
    """Whoever may change our people may import them."""
    if kind not in KINDS:
        raise Missing
    if kind == "people" and not may(visitor.user.role, "person_add"):
        raise Forbidden


def _page(
    request: Request, site: Site, visitor: Visitor, kind: str, status: int = 200, *, fault: str = "",
    one: MasterImport | None = None,
) -> Response:  # fmt: skip
    columns = {name: words[0] for name, words in column_words()[kind].items()}
    with site.storage.reading() as work:
        his = work.master_imports.of(visitor.user.email)
    lately = [each for each in his if each.kind == kind and (one is None or each.id != one.id)]
    return site.pages.page(
        request, "master_import.html", status, kind=kind, fault=fault, columns=columns, required=KINDS[kind].required,
        mb=LARGEST // 1_000_000, lately=lately[:_LATELY], **_shown(site, one),
    )  # fmt: skip


def _shown(site: Site, one: MasterImport | None) -> dict[str, Any]:
    return {"one": one, "seen": told_of(one) if one else None, "lost": one is not None and is_lost(site, one)}


def is_lost(site: Site, one: MasterImport) -> bool:
    """Whether whoever was at it is gone; a site that lives goes on with it by itself."""
    return one.at_work and one.seen_at is not None and one.seen_at < site.clock() - LOST


def told_of(one: MasterImport) -> Preview:
    """The counts and rows of an import, as far as it is."""
    return Preview(
        one.kind,
        {"added": one.added, "changed": one.changed, "same": one.same, "refused": one.refused},
        tuple(rows_of(one.rows)),
        tuple(one.ignored),
    )
