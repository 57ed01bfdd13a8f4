"""Letters: those of a record with their words, those that wait for a person, and letters that are not written yet."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from intake.preview import preview
from intake.review import letters as pages
from intake.review.api.acts import Done, IfMatch, Keys, done
from intake.review.api.entry import ApiGuarded
from intake.review.api.files import FILE, HTML
from intake.review.api.models import LetterLine, Moment, Shape
from intake.review.api.problems import ROOT, Invalid, answers
from intake.review.api.whole import known, maybe, moment
from intake.review.asking import key_from, key_text
from intake.review.entry import TheSite, TheVisitor
from intake.review.record_story import BUTTONS
from intake.review.refusals import Missing
from intake.review.waiting import LETTER_STATES, PAGE
from storage.records import LetterState
from templates import PURPOSES

router = APIRouter(prefix=ROOT, dependencies=[ApiGuarded], tags=["letters"])
LETTER_ACTS = ("send", "hold", "edit_letter", "cancel_letter", "came")


class Attachment(Shape):
    """One of a letter's files: `/records/{number}/letters/{letter}/files/{position}`."""

    position: int = Field(description="from 1")
    name: str
    media_type: str


class Step(Shape):
    state: LetterState
    at: Moment | None
    answer: str


class LetterWhole(LetterLine):
    """A letter with its words and what became of it."""

    record: str
    created_at: Moment
    text: str
    html: str = Field(description="as its reader sees it")
    attempts: int
    next_try_at: Moment | None
    attachments: list[Attachment]
    history: list[Step]
    acts: list[str] = Field(description="what may be done to it in its state")


class WaitingLetter(Shape):
    id: str
    record: str | None
    purpose: str
    to: list[str]
    subject: str
    state: LetterState
    created_at: Moment
    answer: str
    remedy: str


class LetterPage(Shape):
    letters: list[WaitingLetter]
    next: str | None = Field(description="`after` of the next page; null: this was the last")


class Words(Shape):
    """A letter in words."""

    subject: str
    text: str
    html: str


@router.get("/letters", name="api_letters", responses=answers("invalid"))
def letters(
    site: TheSite,
    state: Annotated[
        LetterState,
        Query(
            description="refused, in_doubt, draft or deferred",
            json_schema_extra={"enum": [str(s) for s in LETTER_STATES]},
        ),
    ] = LetterState.REFUSED,
    after: Annotated[str, Query(max_length=400, description="`next` of the page before")] = "",
) -> LetterPage:
    """Letters that wait for a person, newest first, each with its remedy."""
    if state not in LETTER_STATES:
        raise Invalid(f"query.state: {state} is no state in which a letter waits for a person.")
    key = key_from(after, 2)
    if after and key is None:
        raise Invalid("query.after is no `next` of such a list.")
    zone = site.settings.company.zone
    with site.storage.reading() as work:
        found = work.inbox.letters_in(state, key, PAGE + 1)
    more = found[PAGE - 1] if len(found) > PAGE else None
    told = [
        WaitingLetter(**{**row._mapping, "to": list(row.to), "created_at": moment(row.created_at, zone)})
        for row in found[:PAGE]
    ]
    return LetterPage(letters=told, next=key_text((more.created_at.isoformat(), more.id)) if more else None)


@router.get("/records/{number}/letters/{letter}", name="api_letter", responses=answers("not-found"))
def one_letter(site: TheSite, number: str, letter: str) -> LetterWhole:
    """A letter of a record, whole."""
    zone = site.settings.company.zone
    with site.storage.reading() as work:
        found = work.letters.get(letter)
        if found is None or found.record != number:
            raise Missing
        history = work.letters.history(letter)
    names = (
        "id",
        "record",
        "purpose",
        "subject",
        "language",
        "message_id",
        "state",
        "answer",
        "remedy",
        "text",
        "html",
    )
    plain: dict[str, Any] = {name: getattr(found, name) for name in (*names, "attempts")}
    files = [
        Attachment(position=at, name=name, media_type=kind) for at, (name, kind, _) in enumerate(found.attachments, 1)
    ]
    return LetterWhole(
        **plain,
        to=list(found.to),
        cc=list(found.cc),
        sent_at=maybe(found.sent_at, zone),
        created_at=moment(found.created_at, zone),
        next_try_at=maybe(found.next_try_at, zone),
        attachments=files,
        history=[Step(state=state, at=maybe(at, zone), answer=answer) for state, at, answer in history],
        acts=[*BUTTONS.get(found.state, ()), *(("edit_letter",) if found.state is LetterState.DRAFT else ())],
    )


@router.post(
    "/records/{number}/letters/{letter}/acts/{act}",
    name="api_letter_act",
    responses=answers("not-found", "conflict", "changed", "invalid"),
)
def act(
    site: TheSite,
    visitor: TheVisitor,
    response: Response,
    number: str,
    letter: str,
    act: Annotated[str, Path(max_length=60, json_schema_extra={"enum": list(LETTER_ACTS)})],
    body: Keys,
    if_match: IfMatch = None,
) -> Done:
    """`send` (again), `hold`, `edit_letter` (`subject`, `text`), `cancel_letter`, or `came`, on one letter."""
    if act not in LETTER_ACTS:
        raise Invalid(f"path.act: it is one of {', '.join(LETTER_ACTS)}.")
    with site.storage.reading() as work:
        known(work, number)
        found = work.letters.get(letter)
    if found is None or found.record != number:
        raise Missing
    return done(site, visitor, response, number, act, {**body.keys, "letter": letter}, body.version, if_match)


@router.get(
    "/records/{number}/letters/{letter}/html", name="api_letter_html", response_class=Response,
    responses={**answers("not-found"), **HTML},
)  # fmt: skip
def html(site: TheSite, number: str, letter: str) -> Response:
    """The letter's HTML, in a sandbox of its own."""
    return pages.record_letter_html(site, number, letter)


@router.get(
    "/records/{number}/letters/{letter}/files/{position}", name="api_letter_file", response_class=Response,
    responses={**answers("not-found"), **FILE},
)  # fmt: skip
def file(site: TheSite, number: str, letter: str, position: str) -> Response:
    """One of the letter's attachments, counted from 1."""
    return pages.record_letter_file(site, number, letter, position)


@router.get(
    "/records/{number}/preview/{purpose}",
    name="api_letter_preview",
    responses=answers("not-found", "conflict", "invalid"),
)
def not_written_yet(
    site: TheSite,
    number: str,
    purpose: Annotated[str, Path(max_length=60, json_schema_extra={"enum": list(PURPOSES)})],
    language: Annotated[str, Query(max_length=10, description="zh-CN, zh-TW or en; default: the customer's")] = "",
) -> Words:
    """A letter to the customer as it would be written now. Nothing is kept."""
    with site.storage.reading() as work:
        known(work, number)
    found = preview(site.settings, purpose, language, site.actions, number)
    return Words(subject=found.subject, text=found.text, html=found.html)
