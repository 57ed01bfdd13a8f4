"""The 8D as its reader will have it: the pages of the Word file as pictures, by LibreOffice where it is installed."""

import hashlib
from threading import Lock

from fastapi import APIRouter, Request
from fastapi.responses import Response

from intake.acts.report import draft_of
from intake.eightd.pdf import as_pdf, office
from intake.eightd.photos import photos_of
from intake.eightd.word import word_report
from intake.replies.frame import letter_language
from intake.review.entry import Guarded, TheSite, TheVisitor
from intake.review.record_files import shown_file
from intake.review.refusals import Missing
from intake.review.site import Site
from intake.runners.acts import gather
from storage.eight_d import Report, ReportState
from templates.data import LANGUAGES

_ONE_AT_A_TIME = Lock()  # LibreOffice takes a processor for some seconds
router = APIRouter(dependencies=[Guarded])


def report_word(site: Site, number: str, kind: str, language: str) -> tuple[Report, str, bytes]:
    """(the newest revision, or a draft of what the record says; its language; it in the Word form)."""
    with site.storage.reading() as work:
        if work.complaints.get(number) is None:
            raise Missing
        case = gather(work, number)
        world = site.actions.world(work)
    wanted = language if language in LANGUAGES else letter_language(case.record.language, world.office.desk.language)
    newest = case.report or Report(number, 1, draft_of(case, world), ReportState.DRAFT, "", world.now)
    photos = photos_of(case.evidence, world.kept)
    desk = world.office.desk
    return newest, wanted, word_report(newest, desk.name, wanted, kind == "first", desk.templates, photos)


@router.get("/records/{number}/8d/preview")
def report_preview(
    request: Request, site: TheSite, visitor: TheVisitor, number: str, kind: str = "", language: str = ""
) -> Response:
    """The pages, drawn now; a word on how to see them where no LibreOffice is installed."""
    newest, wanted, content = report_word(site, number, kind, language)
    pdf = report_pdf(content)
    pages = drawn(site, pdf) if pdf is not None else []
    return site.pages.page(
        request, "report_preview.html", number=number, kind=kind, report=newest, chosen=wanted,
        letter_languages=LANGUAGES, sheets=pages, installed=office() is not None,
    )  # fmt: skip


def report_pdf(content: bytes) -> bytes | None:
    """A Word file of ours as PDF, one at a time; None where no LibreOffice is installed, or it does not get done."""
    with _ONE_AT_A_TIME:
        return as_pdf(content) if office() is not None else None


def drawn(site: Site, pdf: bytes) -> list[tuple[str, int, int]]:
    """(name, pixels across, pixels down) of each page; its picture is kept at hand for a while."""
    pages = []
    for one in site.originals.pages(pdf):
        site.originals.hold(name := hashlib.sha256(one.webp).hexdigest(), one.webp)
        pages.append((name, one.across, one.down))
    return pages


@router.get("/records/{number}/8d/preview/{page}")
def report_preview_page(site: TheSite, number: str, page: str) -> Response:
    """One page of a preview that was drawn a moment ago."""
    content = site.originals.held(page)
    if content is None:
        raise Missing
    return shown_file(site, content, "image/webp")
