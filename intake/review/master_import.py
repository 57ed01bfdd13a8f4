"""Import of master data with a preview: what would be new, changed, the same or refused, before one confirms."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from intake.errors import IntakeError, UsageError
from intake.import_preview import SHOWN, Preview, preview
from intake.importing import KINDS, ImportReport, Outcome, import_file
from intake.review.entry import Guarded, TheSite, TheVisitor
from intake.review.refusals import Forbidden, Missing
from intake.review.rights import may
from intake.review.sessions import Visitor
from intake.review.site import Site
from intake.review.unpacked import MOST, unpacked
from intake.spreadsheets import column_words
from storage.import_drafts import ImportDraft

OUTCOMES: tuple[Outcome, ...] = ("added", "changed", "same", "refused")
LARGEST = 10_000_000  # bytes of a file; a larger one is divided, or imported at the terminal
_ENDINGS = (".csv", ".xlsx", ".xls", ".txt")

router = APIRouter(dependencies=[Guarded])


@router.get("/import/{kind}")
def import_page(request: Request, site: TheSite, visitor: TheVisitor, kind: str) -> Response:
    allow_import(visitor, kind)
    return _page(request, site, kind)


@router.post("/import/{kind}")
def import_preview(
    request: Request, site: TheSite, visitor: TheVisitor, kind: str, file: Annotated[UploadFile | None, File()] = None
) -> Response:
    """Keeps the file for a while, and shows what it would do."""
    allow_import(visitor, kind)
    wording = site.pages.wording(request)
    content = file.file.read(LARGEST + 1) if file is not None and file.filename else b""
    name = Path(str(file.filename if file else "").replace("\\", "/")).name[-120:]
    if not content:
        return _page(request, site, kind, 422, fault=wording.t("uploads.none"))
    if len(content) > LARGEST or unpacked(content) > MOST:
        said = wording.t("master.import_too_large", mb=LARGEST // 1_000_000)
        return _page(request, site, kind, 422, fault=said)
    draft = ImportDraft(secrets.token_urlsafe(16), visitor.user.email, site.clock(), kind, name, content)
    try:
        seen = previewed(site, draft)
    except IntakeError as error:
        return _page(request, site, kind, 422, fault=wording.sentence(error))
    with site.storage.unit() as work:
        work.import_drafts.add(draft)
        work.commit()
    return _page(request, site, kind, draft=draft, seen=seen)


@router.post("/import/{kind}/confirm")
def import_confirm(
    request: Request, site: TheSite, visitor: TheVisitor, kind: str, draft: Annotated[str, Form(max_length=64)] = ""
) -> Response:
    """Imports what was shown; rows that cannot be taken are left out and told."""
    allow_import(visitor, kind)
    wording = site.pages.wording(request)
    with site.storage.reading() as work:
        kept = work.import_drafts.get(draft, visitor.user.email)
    if kept is None or kept.kind != kind:
        return site.pages.go(request, f"/import/{kind}", "master.import_gone", "bad")
    report = import_draft(site, kept)
    numbers = counts_of(report)
    return site.pages.go(request, f"/{kind}", detail=wording.t("master.imported", **numbers))


def import_draft(site: Site, draft: ImportDraft) -> ImportReport:
    """Takes a file in, and notes what it came to; the draft is kept no more. UsageError where it is no such file."""
    with _as_a_file(draft) as path:
        report = import_file(draft.kind, path, site.storage)
    with site.storage.unit() as work:
        work.import_drafts.remove(draft.id)
        told = {"name": draft.name, **counts_of(report)}
        work.audit.add(draft.by, site.clock(), f"{draft.kind}_imported", f"import:{draft.kind}", told)
        work.commit()
    return report


def counts_of(report: ImportReport | Preview) -> dict[str, int]:
    return {word: report.number(word) for word in OUTCOMES}


def previewed(site: Site, draft: ImportDraft) -> Preview:
    """What a file would do. UsageError where it is no such file."""
    with _as_a_file(draft) as path:
        return preview(draft.kind, path, site.storage)


@contextmanager
def _as_a_file(draft: ImportDraft) -> Iterator[Path]:
    """For readers of files; a UsageError comes without the name of the temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        path = _written(folder, draft)
        try:
            yield path
        except UsageError as error:
            raise UsageError(error.cause.replace(str(path), draft.name), error.remedy) from error


def _written(folder: str, draft: ImportDraft) -> Path:
    """The reader finds out by its bytes what a file is; its name is only told."""
    path = Path(folder) / f"import{next((end for end in _ENDINGS if draft.name.lower().endswith(end)), '.csv')}"
    path.write_bytes(draft.content)
    return path


def allow_import(visitor: Visitor, kind: str) -> None:
    """Whoever may change our people may import them."""
    if kind not in KINDS:
        raise Missing
    if kind == "people" and not may(visitor.user.role, "person_add"):
        raise Forbidden


def _page(
    request: Request, site: Site, kind: str, status: int = 200, *, fault: str = "", draft: ImportDraft | None = None,
    seen: Preview | None = None,
) -> Response:  # fmt: skip
    columns = {name: words[0] for name, words in column_words()[kind].items()}
    return site.pages.page(
        request, "master_import.html", status, kind=kind, fault=fault, draft=draft, seen=seen, columns=columns,
        required=KINDS[kind].required, most=SHOWN, mb=LARGEST // 1_000_000,
    )  # fmt: skip
