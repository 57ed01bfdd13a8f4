"""Scans and files that are given in: kept at once, read by a worker like a fax, followed until they are a record."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, File, Form, Query, UploadFile
from pydantic import Field

from intake.acts.enter import BY_HAND
from intake.listing import arrival_json
from intake.review.api.entry import ApiGuarded
from intake.review.api.models import ArrivalShape, Moment, Shape
from intake.review.api.problems import ROOT, Invalid, answers
from intake.review.api.whole import moment
from intake.review.asking import key_text
from intake.review.enter_form import moment_fault
from intake.review.entry import TheSite, TheVisitor
from intake.review.keys import page_key
from intake.review.refusals import Missing, TooLarge
from intake.review.site import Site
from intake.review.uploads import Step, steps_of
from intake.runners.upload import give
from storage.uploads import Upload

router = APIRouter(prefix=f"{ROOT}/uploads", dependencies=[ApiGuarded], tags=["uploads"])


class UploadShape(Shape):
    """A file that was given in, and where it stands."""

    arrival: ArrivalShape
    name: str
    by: str
    at: Moment
    channel: str = Field(description='how the complaint came, as the giver says; "": as the reader takes it')
    state: str = Field(description="waiting, no_worker, reading, record, joined, no_complaint or set_aside")


class UploadPage(Shape):
    uploads: list[UploadShape]
    next: str | None = Field(description="`after` of the next page; null: this was the last")


@router.get("", name="api_uploads", responses=answers("invalid"))
def uploads(
    site: TheSite, after: Annotated[str, Query(max_length=400, description="`next` of the page before")] = ""
) -> UploadPage:
    """The files that were given in, newest first."""
    key = page_key(after, "mt")
    if after and key is None:
        raise Invalid("query.after is no `next` of such a list.")
    _, steps, more = steps_of(site, key)
    return UploadPage(uploads=[_step(one, site) for one in steps], next=key_text(more) if more else None)


@router.get("/{arrival}", name="api_upload", responses=answers("not-found"))
def upload(site: TheSite, arrival: str) -> UploadShape:
    """Where a file stands; `arrival.record` is the record that it became."""
    found, _, _ = steps_of(site, None, [arrival])
    if not found:
        raise Missing
    return _step(found[0], site)


@router.post("", name="api_upload_give", status_code=201, responses=answers("too-large", "invalid"))
def give_in(
    site: TheSite,
    visitor: TheVisitor,
    file: Annotated[UploadFile, File(description="a scan, photo, Office file or mail")],
    channel: Annotated[str, Form(json_schema_extra={"enum": ["", *map(str, BY_HAND)]}, max_length=40)] = "",
    at: Annotated[str, Form(max_length=40, description="when it came, YYYY-MM-DDTHH:MM; by default now")] = "",
) -> UploadShape:
    """Keeps a file; it is read by whoever reads mails. The same bytes given twice are one."""
    now, limit, zone = site.clock(), site.settings.limits.mail_bytes, site.settings.company.zone
    content = file.file.read(limit + 1)
    if len(content) > limit:
        raise TooLarge
    if not content:
        raise Invalid("body.file is empty.")
    if channel not in ("", *BY_HAND):
        raise Invalid(f"body.channel: it is one of {', '.join(BY_HAND)}.")
    if at and moment_fault(at, now, zone):
        raise Invalid("body.at is no moment that has passed.")
    came = datetime.fromisoformat(at) if at else now
    received = min(came if came.tzinfo else came.replace(tzinfo=zone), now)
    kept = give(
        site.storage,
        site.blobs,
        content,
        Upload("", visitor.user.email, now, file.filename or "file", channel),
        received,
    )
    return upload(site, kept.upload.arrival)


def _step(step: Step, site: Site) -> UploadShape:
    zone = site.settings.company.zone
    one = step.upload
    arrival = ArrivalShape.model_validate(arrival_json(step.arrival, zone))
    return UploadShape(
        arrival=arrival, name=one.name, by=one.by, at=moment(one.at, zone), channel=one.channel, state=step.state
    )
