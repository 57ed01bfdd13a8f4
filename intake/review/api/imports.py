"""Imports of whole files of master data: begun by one request, followed by others until they have ended."""

from typing import Annotated, Literal

from fastapi import APIRouter, File, Path, Query, Response, UploadFile
from pydantic import Field

from intake.errors import RecordError
from intake.import_preview import SeenRow
from intake.review.api.entry import ApiGuarded
from intake.review.api.models import Moment, Shape
from intake.review.api.problems import ROOT, Invalid, answers
from intake.review.api.whole import maybe, moment
from intake.review.entry import TheSite, TheVisitor
from intake.review.master_import import LARGEST, allow_import, begin, confirmed, own, told_of, too_large
from intake.review.refusals import TooLarge
from intake.review.site import Site
from storage.imports import ImportState, MasterImport

router = APIRouter(prefix=ROOT, dependencies=[ApiGuarded], tags=["master data"])

ImportKind = Literal["customers", "products", "shipments", "suppliers", "points", "people"]
Id = Annotated[str, Path(max_length=64)]


class ChangedField(Shape):
    field: str
    old: str
    new: str


class RowShape(Shape):
    row: int = Field(description="in the file, its header included")
    outcome: Literal["added", "changed", "same", "refused"]
    name: str = Field(description="which thing it is, before it is taken in")
    changes: list[ChangedField] = Field(description="of a preview")
    why: str
    remedy: str


class ImportShape(Shape):
    """What a file does, or would do. It has ended once its state is `seen`, `done` or `failed`."""

    id: str
    kind: ImportKind
    name: str = Field(description="of the file")
    at: Moment
    state: ImportState = Field(description="looking → seen (a preview), taking → done; or failed")
    total: int = Field(description="rows of the file; 0 until it is read")
    done: int = Field(description="rows of these that are looked at or taken in")
    added: int
    changed: int
    same: int
    refused: int
    rows: list[RowShape] = Field(description="the first of each outcome but `same`: 200, of refused ones 1000")
    ignored: list[str] = Field(description="columns that mean nothing to us")
    cause: str = Field(description="why it failed")
    remedy: str
    ended_at: Moment | None


@router.post(
    "/master/{kind}/import", name="api_import", status_code=202,
    responses=answers("not-found", "too-large", "invalid"),
)  # fmt: skip
def take_in(
    site: TheSite,
    visitor: TheVisitor,
    response: Response,
    kind: ImportKind,
    file: Annotated[UploadFile, File(description="CSV or XLSX, as `intake import` takes it")],
    preview: Annotated[bool, Query(description="only tell what it would do; may be confirmed")] = False,
) -> ImportShape:
    """Begins to take a whole file in; a second import of the same changes nothing. `Location` tells how far it is."""
    allow_import(visitor, kind)
    content = file.file.read(LARGEST + 1)
    if too_large(content):
        raise TooLarge
    if not content:
        raise Invalid("body.file is empty.")
    state = ImportState.LOOKING if preview else ImportState.TAKING
    one = begin(site, visitor, kind, file.filename or "", content, state)
    site.imports.give()
    return _begun(site, response, one)


@router.get("/imports", name="api_imports", responses=answers())
def imports(site: TheSite, visitor: TheVisitor) -> list[ImportShape]:
    """This user's imports, the newest first; those that ended are kept for 30 days."""
    with site.storage.reading() as work:
        found = work.master_imports.of(visitor.user.email)
    return [_told(site, one) for one in found]


@router.get("/imports/{number}", name="api_import_job", responses=answers("not-found"))
def import_job(site: TheSite, visitor: TheVisitor, number: Id) -> ImportShape:
    """How far an import is, or what it came to."""
    return _told(site, own(site, visitor, number))


@router.post("/imports/{number}/confirm", name="api_import_confirm", status_code=202,
             responses=answers("not-found", "conflict"))  # fmt: skip
def confirm(site: TheSite, visitor: TheVisitor, response: Response, number: Id) -> ImportShape:
    """Begins to take in what a preview told."""
    one = own(site, visitor, number)
    if not confirmed(site, visitor, number, one.kind):
        raise RecordError(
            "There is nothing to confirm: it was confirmed already, or is too old.", "Give the file in again."
        )
    site.imports.give()
    return _begun(site, response, own(site, visitor, number))


def _begun(site: Site, response: Response, one: MasterImport) -> ImportShape:
    response.headers["location"] = f"{ROOT}/imports/{one.id}"
    return _told(site, one)


def _told(site: Site, one: MasterImport) -> ImportShape:
    zone = site.settings.company.zone
    names = ("id", "kind", "name", "state", "total", "done", "added", "changed", "same", "refused", "cause", "remedy")
    return ImportShape(
        **{name: getattr(one, name) for name in names},
        at=moment(one.at, zone),
        ended_at=maybe(one.ended_at, zone),
        rows=[_row(row) for row in told_of(one).rows],
        ignored=list(one.ignored),
    )


def _row(row: SeenRow) -> RowShape:
    changes = [ChangedField(field=one.field, old=one.old, new=one.new) for one in row.changes]
    return RowShape(row=row.row, outcome=row.outcome, name=row.name, changes=changes, why=row.why, remedy=row.remedy)
