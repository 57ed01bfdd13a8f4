"""Sources and sender: what each fetch and count came to, what went wrong, and a try at the press of a button."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from intake.errors import IntakeError
from intake.review.admin.facts import SourceSeen, sources_of
from intake.review.admin.health import level_of
from intake.review.entry import Guarded, TheSite, TheVisitor
from intake.review.refusals import Missing
from intake.review.site import Site
from intake.review.wording import Wording
from intake.settings import SmtpSender
from intake.sources import open_source
from intake.tokens import Tokens
from storage.errors import StorageTrouble
from storage.records import Event

DAY = timedelta(days=1)
MOST_COUNTS = 200  # nightly counts that missed something, of all sources together: the last of each is among them
MOST_MISSING = 20  # Message-IDs that are shown of those that the nightly count misses

router = APIRouter(dependencies=[Guarded])


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """Sources and sender as they are now. `missing`: by source, the first Message-IDs that its last count missed;
    `queue`, `sent` as storage tells them; `put_off` is what the mail server said last; `stuck` counts letters that wait
    for a person, by state.
    """

    now: datetime
    sources: Sequence[SourceSeen]
    missing: Mapping[str, Sequence[str]]
    queue: tuple[int, datetime | None]
    sent: tuple[int, datetime | None]
    put_off: str
    stuck: Mapping[str, int]
    where: str


def mailboxes_of(site: Site) -> Mailboxes:
    now, sender = site.clock(), site.settings.sender
    with site.storage.reading() as work:
        sources = list(sources_of(work, site.settings))
        missed = [source.name for source in sources if source.fetches.missing]
        lost = work.complaints.events(None, MOST_COUNTS) if missed else []
        return Mailboxes(
            now,
            sources,
            {name: _missing(name, lost) for name in missed},
            work.letters.queue_health(),
            work.running.sent(now - DAY),
            work.running.put_off(),
            work.inbox.waiting_for_a_person(),
            f"{sender.host}:{sender.port}" if isinstance(sender, SmtpSender) else sender.path,
        )


@router.get("/admin/mailboxes")
def admin_mailboxes(request: Request, site: TheSite) -> Response:
    seen = mailboxes_of(site)
    return site.pages.page(
        request,
        "admin_mailboxes.html",
        sources=seen.sources,
        levels={source.name: level_of(source, seen.now) for source in seen.sources},
        missing=seen.missing,
        sender=site.settings.sender,
        where=seen.where,
        queue=seen.queue,
        sent=seen.sent,
        put_off=seen.put_off,
        stuck=seen.stuck,
        plainly=lambda text: plainly(text, site.pages.wording(request)),
    )


def plainly(text: str, wording: Wording) -> str:
    """What went wrong, and the remedy that stands behind it, in the user's language: each is a sentence of ours."""
    for at in range(len(text) - 1, 1, -1):
        if text[at - 2 : at] == ". " and (remedy := wording.said(text[at:])) != text[at:]:
            return f"{wording.said(text[: at - 1])} {remedy}"
    return wording.said(text)


def _missing(name: str, events: list[Event]) -> list[str]:
    """The Message-IDs that the last count of a source missed."""
    told = [event.new for event in reversed(events) if event.what == "not_taken_in" and isinstance(event.new, dict)]
    return next((list(one["missing"])[:MOST_MISSING] for one in told if one.get("source") == name), [])


@router.post("/admin/mailboxes/try")
def admin_mailbox_try(
    request: Request, site: TheSite, visitor: TheVisitor, source: Annotated[str, Form()] = ""
) -> Response:
    """Signs in to a source and looks whether it can be read, as `intake check` does; nothing is fetched."""
    try:
        line = try_source(site, source)
    except (IntakeError, StorageTrouble) as error:
        told = plainly(f"{error.cause} {error.remedy}".strip(), site.pages.wording(request))
        return site.pages.go(request, "/admin/mailboxes", kind="bad", detail=told)
    return site.pages.go(request, "/admin/mailboxes", "admin.tried", detail=f"{source}: {line}")


def try_source(site: Site, source: str) -> str:
    """What a look at a source came to. Missing where the settings name none; IntakeError where it cannot be read."""
    table = next((one for one in site.settings.sources if source.partition("/")[0] == one.name), None)
    if table is None:
        raise Missing
    opened = next((one for one in open_source(site.settings, table, Tokens(site.storage)) if one.name == source), None)
    if opened is None:
        raise Missing
    try:
        return opened.check()
    finally:
        opened.close()
