"""What came, as the record page shows it beside the values: which mails a record has, and the chosen one opened."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from intake.errors import IntakeError
from intake.review.entry import Guarded, TheSite
from intake.review.record_original import shown_parts
from intake.review.record_values import groups_of
from intake.review.refusals import Missing
from intake.review.site import Site
from storage import UnitOfWork
from storage.records import Arrival, ThreadMessage

MOST_MAILS = 50

router = APIRouter(dependencies=[Guarded])


@router.get("/records/{number}/original")
def record_original(request: Request, site: TheSite, number: str, arrival: str = "") -> Response:
    """The part of the page that shows what came."""
    with site.storage.reading() as work:
        if work.complaints.get(number) is None:
            raise Missing
    return site.pages.page(request, "record_original.html", **original_of(request, site, number, arrival))


def mails_of(work: UnitOfWork, number: str, messages: Sequence[ThreadMessage], wanted: str = "") -> list[Arrival]:
    """What came for a record, the mail that opened it first; of very many that one, the wanted one and the newest."""
    came = [message.arrival for message in messages if message.arrival and message.direction == "in"]
    ids = list(dict.fromkeys((*came, *work.arrivals.ids_of_record(number))))
    shown = [one for at, one in enumerate(ids) if at == 0 or one == wanted or at >= len(ids) - MOST_MAILS]
    found = work.arrivals.several(shown)
    return [found[one] for one in shown if one in found]


def original_of(request: Request, site: Site, number: str, wanted: str) -> dict[str, Any]:
    """The mail that opened the record, or another of its mails; `trouble` where it cannot be opened."""
    with site.storage.reading() as work:
        record = work.complaints.get(number)
        if record is None:
            raise Missing
        arrivals = mails_of(work, number, work.complaints.messages(number), wanted)
        chosen = next((one for one in arrivals if one.id == wanted), arrivals[0] if arrivals else None)
        drawn = work.pages.of(chosen.sha256) if chosen is not None else []
        corrections = work.complaints.corrections(number)
    told: dict[str, Any] = {"record": record, "arrivals": arrivals, "chosen": chosen, "mail": None, "parts": ()}
    told["trouble"] = ""
    if chosen is None:
        return told
    groups = groups_of(record, corrections, float(site.office.policy.review.threshold))
    try:
        mail = site.originals.of(chosen)
    except IntakeError as error:
        return {**told, "trouble": site.pages.wording(request).sentence(error)}
    known = {chosen.id, ""} if chosen.id == arrivals[0].id else {chosen.id}
    return {**told, "mail": mail, "parts": shown_parts(mail, drawn, groups, frozenset(known))}
