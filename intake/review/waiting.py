"""What waits for a person: mails that were set aside, and letters that did not leave, each with its remedy."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from intake.errors import IntakeError
from intake.retry import UNREAD, take_back
from intake.review.asking import key_from, key_text
from intake.review.entry import Guarded, TheSite, TheVisitor
from intake.review.refusals import Missing, Refusal
from storage.errors import StorageTrouble
from storage.records import LetterState

PAGE = 50
LETTER_STATES = (LetterState.REFUSED, LetterState.IN_DOUBT, LetterState.DRAFT, LetterState.DEFERRED)
# What may be done to a letter in each state, as acts of `intake.acts.letters`.
BUTTONS = {
    LetterState.REFUSED: ("send", "cancel_letter"),
    LetterState.IN_DOUBT: ("came", "send", "cancel_letter"),
    LetterState.DRAFT: ("send", "cancel_letter"),
    LetterState.DEFERRED: ("send", "hold"),
}
LETTER_ACTS = frozenset(act for acts in BUTTONS.values() for act in acts)

router = APIRouter(dependencies=[Guarded])


@router.get("/waiting/mails")
def set_aside(request: Request, site: TheSite, after: str = "") -> Response:
    with site.storage.reading() as work:
        found = work.inbox.set_aside(key_from(after, 2), PAGE + 1)
        waits = work.inbox.waiting_for_a_person()
    more = found[PAGE - 1] if len(found) > PAGE else None
    return site.pages.page(
        request,
        "waiting_mails.html",
        arrivals=found[:PAGE],
        waits=waits,
        unread=UNREAD,
        after=key_text((more.taken_at.isoformat(), more.id)) if more else "",
    )


@router.post("/waiting/mails/retry")
def retry(request: Request, site: TheSite, visitor: TheVisitor, arrival: Annotated[str, Form()] = "") -> Response:
    """One arrival, or all that could not be read, goes through the service again."""
    try:
        take_back(site.storage, arrival or None)
        with site.storage.unit() as work:
            work.audit.add(visitor.user.email, site.clock(), "mail_retried", arrival)
            work.commit()
    except IntakeError as error:
        says = site.pages.wording(request).sentence(error)
        return site.pages.go(request, "/waiting/mails", kind="bad", detail=says)
    return site.pages.go(request, "/waiting/mails", "waiting.taken_back")


@router.get("/waiting/letters")
def letters(request: Request, site: TheSite, state: str = "", after: str = "") -> Response:
    with site.storage.reading() as work:
        waits = work.inbox.waiting_for_a_person()
        chosen = next((each for each in LETTER_STATES if each.value == state), None)
        chosen = chosen or next((each for each in LETTER_STATES if waits.get(each.value)), LETTER_STATES[0])
        found = work.inbox.letters_in(chosen, key_from(after, 2), PAGE + 1)
    more = found[PAGE - 1] if len(found) > PAGE else None
    return site.pages.page(
        request,
        "waiting_letters.html",
        letters=found[:PAGE],
        waits=waits,
        chosen=chosen,
        states=LETTER_STATES,
        buttons=BUTTONS[chosen],
        after=key_text((more.created_at.isoformat(), more.id)) if more else "",
    )


@router.post("/waiting/letters/{letter}")
def letter_act(
    request: Request, site: TheSite, visitor: TheVisitor, letter: str, act: Annotated[str, Form()] = ""
) -> Response:
    if act not in LETTER_ACTS:
        raise Refusal
    with site.storage.reading() as work:
        found = work.letters.get(letter)
    if found is None or found.record is None:
        raise Missing
    back = f"/waiting/letters?state={found.state.value}"
    try:
        case, ready = site.actions.do(found.record, act, {"letter": letter}, visitor.user.email)
    except (IntakeError, StorageTrouble) as error:
        return site.pages.go(request, back, kind="bad", detail=site.pages.wording(request).sentence(error))
    site.give_letters(ready)
    return site.pages.go(request, back, f"waiting.did_{act}", detail=case.number)
