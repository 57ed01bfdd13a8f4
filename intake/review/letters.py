"""A letter of a record: as its reader sees it, what became of it, its words while it is held, what may be done."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from intake.acts.case import Actor
from intake.review.entry import Guarded, TheSite, TheVisitor
from intake.review.record_acts import allowed
from intake.review.record_files import download, framed
from intake.review.record_story import BUTTONS
from intake.review.refusals import Missing
from intake.review.site import Site
from intake.runners.acts import gather
from storage.errors import StorageTrouble
from storage.records import Letter, LetterState

router = APIRouter(dependencies=[Guarded])


@router.get("/records/{number}/letters/{letter}")
def record_letter(request: Request, site: TheSite, visitor: TheVisitor, number: str, letter: str) -> Response:
    with site.storage.reading() as work:
        if work.complaints.get(number) is None:
            raise Missing
        case = gather(work, number)
        people = work.people.everybody()
        history = work.letters.history(letter)
    found = next((one for one in case.letters if one.id == letter), None)
    if found is None:
        raise Missing
    may_act = allowed(case, Actor.of(visitor.user.email, people))
    return site.pages.page(
        request,
        "letters.html",
        record=case.record,
        case=case,
        letter=found,
        history=history,
        buttons=[act for act in BUTTONS.get(found.state, ()) if act in may_act],
        may_edit=found.state is LetterState.DRAFT and "edit_letter" in may_act,
    )


@router.get("/records/{number}/letters/{letter}/html")
def record_letter_html(site: TheSite, number: str, letter: str) -> Response:
    """The letter's HTML for a frame."""
    return framed(_letter(site, number, letter).html)


@router.get("/records/{number}/letters/{letter}/files/{position}")
def record_letter_file(site: TheSite, number: str, letter: str, position: str) -> Response:
    """One of its attachments, counted from 1."""
    files = _letter(site, number, letter).attachments
    if not position.isdigit() or not 1 <= int(position) <= len(files):
        raise Missing
    name, _, sha256 = files[int(position) - 1]
    try:
        return download(name, site.blobs.get(sha256))
    except StorageTrouble as trouble:
        raise Missing(trouble.cause) from trouble


def _letter(site: Site, number: str, letter: str) -> Letter:
    with site.storage.reading() as work:
        found = work.letters.get(letter)
    if found is None or found.record != number:
        raise Missing
    return found
