"""What hangs on a record as files: the mails as they came, their attachments, page pictures, evidence.

Everything here is somebody else's: it is served for download, or in a sandbox without script, style from outside,
pictures or an origin of its own.
"""

import re
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from intake.review.entry import Guarded, TheSite
from intake.review.refusals import Missing
from intake.review.site import Site
from storage.errors import StorageTrouble
from storage.records import Arrival

SANDBOX = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "base-uri 'none'; form-action 'none'"
)
_CLOSED = "sandbox; default-src 'none'; frame-ancestors 'none'"
_PLAIN = re.compile(r"[^\w.\-() ]+", re.ASCII)
_FRAME = (
    '<!doctype html><html><head><meta charset="utf-8"><title>.</title><style>'
    "body{{font:14px/1.5 system-ui,sans-serif;margin:12px;color:#1b2430;background:#fff;overflow-wrap:anywhere}}"
    "table{{border-collapse:collapse}}td,th{{border:1px solid #ccc;padding:2px 6px;vertical-align:top}}"
    "</style></head><body>{}</body></html>"
)

router = APIRouter(dependencies=[Guarded])


def framed(content: str) -> Response:
    """HTML for a frame of ours: nothing in it runs, loads or leads anywhere."""
    headers = {"content-security-policy": SANDBOX, "x-frame-options": "SAMEORIGIN"}
    return Response(content, media_type="text/html; charset=utf-8", headers=headers)


def download(name: str, content: bytes, media_type: str = "application/octet-stream") -> Response:
    """A file to keep, under its name; a browser never shows it."""
    last = name.rsplit("/", 1)[-1][:200] or "file"
    plain, coded = _PLAIN.sub("_", last)[:120], quote(last, safe="")
    headers = {
        "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{coded}",
        "content-security-policy": _CLOSED,
    }
    return Response(content, media_type=media_type, headers=headers)


def arrival_of(site: Site, number: str, arrival: str) -> Arrival:
    """A mail that belongs to this record. Missing where it does not."""
    with site.storage.reading() as work:
        found = work.arrivals.get(arrival)
        if found is None:
            raise Missing
        theirs = found.record == number or any(m.arrival == arrival for m in work.complaints.messages(number))
    if not theirs:
        raise Missing
    return found


@router.get("/records/{number}/mails/{arrival}/html")
def mail_html(site: TheSite, number: str, arrival: str) -> Response:
    """The mail as its sender laid it out, without anything active, and without pictures."""
    return framed(_FRAME.format(site.originals.of(arrival_of(site, number, arrival)).html))


@router.get("/records/{number}/mails/{arrival}/raw")
def mail_raw(site: TheSite, number: str, arrival: str) -> Response:
    found = arrival_of(site, number, arrival)
    return download(found.file_name or f"{number}.eml", site.originals.raw(found))


@router.get("/records/{number}/mails/{arrival}/file")
def mail_file(site: TheSite, number: str, arrival: str, name: str = "") -> Response:
    found = arrival_of(site, number, arrival)
    if not name:
        raise Missing
    opened = site.originals.file(found, name)
    if opened.content is None:
        raise Missing
    return download(name, opened.content)


@router.get("/records/{number}/mails/{arrival}/page")
def mail_page(site: TheSite, number: str, arrival: str, part: str = "", page: int = 1) -> Response:
    """The picture of a page, as it was drawn by us."""
    found = arrival_of(site, number, arrival)
    with site.storage.reading() as work:
        drawn = next((one for one in work.pages.of(found.sha256) if (one.part, one.page) == (part, page)), None)
    if drawn is None:
        raise Missing
    return _blob(site, drawn.sha256, "image/webp", {"cache-control": "private, max-age=3600"})


@router.get("/records/{number}/evidence/{evidence}")
def evidence_file(site: TheSite, number: str, evidence: str) -> Response:
    with site.storage.reading() as work:
        found = next((one for one in work.lives.evidence(number) if one.id == evidence), None)
    if found is None:
        raise Missing
    if found.arrival:  # the file as it came, within its mail
        opened = site.originals.file(arrival_of(site, number, found.arrival), found.part)
        if opened.content is None:
            raise Missing
        return download(found.name, opened.content)
    try:
        return download(found.name, site.blobs.get(found.sha256))
    except StorageTrouble as trouble:
        raise Missing(trouble.cause) from trouble


def shown_file(site: Site, content: str | bytes, media_type: str) -> Response:
    """A picture that we wrote ourselves, by its bytes or by the name under which they are kept."""
    headers = {"cache-control": "private, max-age=3600"}
    if isinstance(content, str):
        return _blob(site, content, media_type, headers)
    return Response(content, media_type=media_type, headers={**headers, "content-security-policy": _CLOSED})


def _blob(site: Site, sha256: str, media_type: str, headers: dict[str, str]) -> Response:
    try:
        content = site.blobs.get(sha256)
    except StorageTrouble as trouble:
        raise Missing(trouble.cause) from trouble
    return Response(content, media_type=media_type, headers={**headers, "content-security-policy": _CLOSED})
