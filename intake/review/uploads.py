"""Scans and files that people give in: kept at once, read by a worker, followed until they are a record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from intake.acts.enter import BY_HAND
from intake.review.asking import key_text
from intake.review.enter_form import moment_fault
from intake.review.entry import Guarded, TheSite, TheVisitor
from intake.review.guard import LARGEST_FORM, LARGEST_UPLOAD
from intake.review.keys import page_key
from intake.review.site import Site
from intake.runners.upload import give
from parsers.types import Channel
from storage.records import Arrival, ArrivalState, Became
from storage.uploads import Upload

PAGE = 20
MOST_FILES = 10  # of one upload
ALIVE = timedelta(seconds=70)  # a worker that has not been heard of for so long is gone; it beats every twenty seconds
ACCEPTED = ".pdf,.tif,.tiff,.jpg,.jpeg,.png,.heic,.heif,.bmp,.webp,.doc,.docx,.xls,.xlsx,.rtf,.csv,.txt,.eml,.msg"
CHANNELS = (Channel.FAX, Channel.LETTER, Channel.ON_SITE, Channel.RETURN)
_JOINED = (Became.FOLLOW_UP, Became.DUPLICATE)

router = APIRouter(dependencies=[Guarded])


@dataclass(frozen=True, slots=True)
class Step:
    """Where a file stands: waiting, no_worker, reading, record, joined, no_complaint or set_aside."""

    upload: Upload
    arrival: Arrival
    state: str

    @property
    def ended(self) -> bool:
        return self.state not in ("waiting", "no_worker", "reading")


def step_of(upload: Upload, arrival: Arrival, worker: bool) -> Step:
    """`worker`: somebody reads at present."""
    if arrival.state is ArrivalState.SET_ASIDE:
        return Step(upload, arrival, "set_aside")
    if arrival.state is ArrivalState.DONE:
        state = "no_complaint" if arrival.record is None else "joined" if arrival.became in _JOINED else "record"
        return Step(upload, arrival, state)
    if not worker:
        return Step(upload, arrival, "no_worker")
    return Step(upload, arrival, "waiting" if upload.reading_at is None else "reading")


@router.get("/enter/uploads")
def uploads(request: Request, site: TheSite) -> Response:
    return _page(request, site)


@router.get("/enter/uploads/list")
def uploads_list(request: Request, site: TheSite) -> Response:
    """The part that is asked for again until all is read."""
    return site.pages.page(request, "uploads_list.html", **_list(request, site))


@router.post("/enter/uploads")
def upload(
    request: Request,
    site: TheSite,
    visitor: TheVisitor,
    files: Annotated[list[UploadFile] | None, File()] = None,
    channel: Annotated[str, Form()] = "",
    at: Annotated[str, Form()] = "",
) -> Response:
    """Each file by itself: what cannot be taken is said, the others are kept."""
    now, wording, limit = site.clock(), site.pages.wording(request), _limit(site)
    came = [file for file in files or () if file.filename]
    if not came:
        return _page(request, site, 422, fault=wording.t("uploads.none"))
    if len(came) > MOST_FILES:
        return _page(request, site, 422, fault=wording.t("uploads.too_many", n=MOST_FILES))
    zone = site.settings.company.zone
    if fault := moment_fault(at, now, zone) if at else "":
        return _page(request, site, 422, fault=wording.t(fault), at=at)
    received = _moment(at, now, zone)
    known = channel if channel in BY_HAND else ""
    just, refused, again = [], [], []
    for file in came:
        content = file.file.read(limit + 1)
        name = str(file.filename)
        if not content or len(content) > limit:
            key = "uploads.too_large" if content else "uploads.empty"
            refused.append(wording.t(key, name=name[:80], mb=wording.number(limit / 1_000_000)))
            continue
        given = give(site.storage, site.blobs, content, Upload("", visitor.user.email, now, name, known), received)
        just += [given.upload.arrival] if given.upload.arrival else []
        if given.again:
            again.append(wording.t("uploads.again", name=name[:80], when=wording.when(given.upload.at)))
    fresh = len(just) > len(again)
    to = "/enter/uploads" + (f"?just={','.join(dict.fromkeys(just))}" if just else "")
    kind = "bad" if refused or not fresh else "good"
    return site.pages.go(request, to, "uploads.kept" if fresh else "", kind, " ".join([*refused, *again]))


def _limit(site: Site) -> int:
    """Bytes of a file: what the readers take, and what a request may hold with its other fields."""
    return min(site.settings.limits.mail_bytes, LARGEST_UPLOAD - LARGEST_FORM)


def _moment(at: str, now: datetime, zone: Any) -> datetime:
    if not at:
        return now
    moment = datetime.fromisoformat(at)
    return min(moment if moment.tzinfo else moment.replace(tzinfo=zone), now)


def _page(request: Request, site: Site, status: int = 200, *, fault: str = "", at: str = "") -> Response:
    mega = _limit(site) / 1_000_000
    return site.pages.page(
        request, "uploads.html", status, fault=fault, at=at, accepted=ACCEPTED, channels=CHANNELS, mega=mega,
        most=MOST_FILES, **_list(request, site),
    )  # fmt: skip


def _list(request: Request, site: Site) -> dict[str, Any]:
    just = [one for one in request.query_params.get("just", "").split(",") if one][:MOST_FILES]
    with site.storage.reading() as work:
        names = {one.email.lower(): one.name for one in work.people.everybody()}
    first, steps, more = steps_of(site, page_key(request.query_params.get("after"), "mt"), just)
    return {
        "just": first,
        "steps": steps,
        "names": names,
        "waits": _waits([*first, *steps]),
        "query": request.url.query,
        "after": key_text(more) if more else "",
    }


def steps_of(
    site: Site, after: tuple[str, ...] | None, just: Sequence[str] = ()
) -> tuple[list[Step], list[Step], tuple[str, ...] | None]:
    """(where these files stand, where all others of a page do, the key of the next page)."""
    alive = site.clock() - ALIVE
    with site.storage.reading() as work:
        rows, more = work.uploads.page(after, PAGE)
        mine = work.uploads.with_arrivals([one for name in just if (one := work.uploads.get(name)) is not None])
        worker = any("work" in one.parts and one.stays and one.seen_at > alive for one in work.running.processes())
    steps = [step_of(*row, worker) for row in rows if row[0].arrival not in just]
    return [step_of(*row, worker) for row in mine], steps, more


def _waits(steps: Sequence[Step]) -> bool:
    return not all(step.ended for step in steps)
