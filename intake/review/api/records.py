"""Records: the inbox's list and search, one record whole, a new one, what is like it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field, StringConstraints
from starlette.datastructures import QueryParams

from intake.acts.enter import BY_HAND
from intake.errors import IntakeError
from intake.review.api.entry import ApiGuarded
from intake.review.api.models import Asked, RecordLine, RecordPage, RecordWhole, Shape, SimilarShape
from intake.review.api.problems import ROOT, Invalid, answers
from intake.review.api.whole import known, moment, tag, whole
from intake.review.asking import asked, key_text
from intake.review.balance import Balance, balance_of
from intake.review.entry import TheSite, TheVisitor
from intake.review.inbox import BALANCE, MOST_AT_ONCE, PAGE
from intake.review.sight import seen_alike, sight_of
from intake.runners.alike import similar, warning_suggested
from storage.errors import StorageTrouble
from storage.records import Class, LetterState, RecordState
from storage.views import RecordLine as Line

router = APIRouter(prefix=ROOT, dependencies=[ApiGuarded], tags=["records"])

Number = Annotated[str, StringConstraints(max_length=60)]
Word = Annotated[str, Query(max_length=200)]
_CHANNELS = tuple(str(channel) for channel in BY_HAND)


class Counts(Shape):
    """What is open, what waits for a person, and what became of the mails of the last days."""

    open: int
    states: dict[str, int] = Field(description="of the open records")
    classes: dict[str, int]
    overdue: int
    mine: int = Field(description="owned by this user")
    unowned: int
    waiting: dict[str, int] = Field(description="mails set aside, letters refused, in doubt and held")
    days: int = Field(description="of which `mails` tells")
    mails: dict[str, int] = Field(description="`arrived` is the sum of the others")


class Entered(Asked):
    """A complaint that came by no mail."""

    channel: str = Field(description="how it came", json_schema_extra={"enum": list(_CHANNELS)}, max_length=40)
    at: str = Field("", description="when it was said, YYYY-MM-DDTHH:MM; by default now", max_length=40)
    subject: str = Field("", description="what it is about, in a few words", max_length=300)
    fields: dict[str, Annotated[str, StringConstraints(max_length=4000)]] = Field(
        {},
        description="what was said, by the names of `customer` and `items` and of the record",
        examples=[
            {"company": "宁波海川电器有限公司", "model": "ZC-204", "batch": "B2611-03", "defect": "内孔尺寸超差"}
        ],
        max_length=60,
    )


class Assigned(Asked):
    """Records given to somebody in one step: an owner, a department, or both."""

    numbers: list[Number] = Field(min_length=1, max_length=MOST_AT_ONCE)
    owner: str = Field("", description="an address of our people", max_length=200)
    department: str = Field("", max_length=200)


class Refused(Shape):
    number: str
    detail: str


class AssignedAnswer(Shape):
    done: list[str]
    refused: list[Refused] = Field(description="those that it was not done to, each with why")


class Alike(Shape):
    """Earlier records like one, and whether its batches call for an early warning."""

    similar: list[SimilarShape]
    warning: dict[str, list[str]] | None = Field(description="reasons, batches and records that speak for a warning")


@router.get("/records", name="api_records", responses=answers("invalid"))
def records(
    request: Request,
    site: TheSite,
    visitor: TheVisitor,
    q: Annotated[str, Query(max_length=200, description="searched in everything: number, customer, batch, text")] = "",
    state: Annotated[list[RecordState] | None, Query(description="by default all that are open")] = None,
    letter: Annotated[list[Class] | None, Query(alias="class")] = None,
    customer: Word = "",
    product: Word = "",
    department: Word = "",
    owner: Annotated[str, Query(max_length=200, description='an address, "me" or "nobody"')] = "",
    since: Annotated[date | None, Query(alias="from", ge=date(2000, 1, 1), le=date(9000, 12, 31))] = None,
    until: Annotated[date | None, Query(alias="to", ge=date(2000, 1, 1), le=date(9000, 12, 31))] = None,
    overdue: Annotated[bool, Query(description="only records with a broken window")] = False,
    after: Annotated[str, Query(max_length=400, description="`next` of the page before")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = PAGE,
) -> RecordPage:
    """Open records by urgency: overdue first, then the shortest time left, then the class. Where closed ones are asked
    for, all newest first; a search newest first.
    """
    pairs = [pair for pair in request.query_params.multi_items() if pair[0] != "overdue"]
    pairs += [("overdue", "1")] if overdue else []
    question = asked(QueryParams(urlencode(pairs)), site.settings.company.zone, visitor.user.email, site.clock())
    if after and question.after is None:
        raise Invalid("query.after is no `next` of such a list.")
    wanted = replace(question.filter, sight=sight_of(site, visitor))
    with site.storage.reading() as work:
        page = work.inbox.page(wanted, question.after, limit)
        lines = work.views.lines(page.numbers)
    zone = site.settings.company.zone
    return RecordPage(records=[line_of(line, zone) for line in lines], next=key_text(page.after) or None)


def line_of(line: Line, zone: Any) -> RecordLine:
    """A record as a list tells it."""
    due = line.due
    plain = {name: getattr(line, name) for name in type(line).__dataclass_fields__}
    return RecordLine(
        **{
            **plain,
            "received_at": moment(line.received_at, zone),
            "customer": line.company,
            "missing": list(line.missing),
            "due": {"name": due.name, "due_at": moment(due.due_at, zone), "state": due.state} if due else None,
        }
    )


@router.get("/counts", name="api_counts", responses=answers())
def counts(site: TheSite, visitor: TheVisitor) -> Counts:
    """The numbers above the inbox."""
    now, sight = site.clock(), sight_of(site, visitor)
    with site.storage.reading() as work:
        found = work.inbox.counts(now, visitor.user.email, sight)
        waiting = work.inbox.waiting_for_a_person()
        balance: Balance = balance_of(work.inbox.arrived_since(now - BALANCE))
    kinds = ("set_aside", LetterState.REFUSED, LetterState.IN_DOUBT, LetterState.DRAFT)
    return Counts(
        open=found.all,
        states={str(state): found.states.get(state, 0) for state in RecordState if state in found.states},
        classes={str(letter): found.classes.get(letter, 0) for letter in Class},
        overdue=found.overdue,
        mine=found.mine,
        unowned=found.unowned,
        waiting={str(kind): waiting.get(str(kind), 0) for kind in kinds},
        days=BALANCE.days,
        mails={name: getattr(balance, name) for name in Balance.__dataclass_fields__},
    )


@router.post("/records", name="api_enter", status_code=201, responses=answers("conflict", "invalid"))
def enter(site: TheSite, visitor: TheVisitor, response: Response, body: Entered) -> RecordWhole:
    """Enters a complaint that came by telephone, letter, visit or return, with class, windows and first letters."""
    own = {"channel": body.channel, "at": body.at, "subject": body.subject}
    given: Mapping[str, str] = {**body.fields, **{key: text for key, text in own.items() if text}}
    case = site.actions.enter(given, visitor.user.email)
    site.give_letters([letter.id for letter in case.letters if letter.state is LetterState.QUEUED])
    response.headers["location"] = f"{ROOT}/records/{case.number}"
    with site.storage.reading() as work:
        found = whole(site, work, case.number, visitor)
    tag(response, found["version"])
    return RecordWhole.model_validate(found)


@router.post("/records/assign", name="api_assign", responses=answers("invalid"))
def assign(site: TheSite, visitor: TheVisitor, body: Assigned) -> AssignedAnswer:
    """Gives several records to somebody, each by the act `assign` with its rules."""
    given = {key: value for key, value in (("owner", body.owner), ("department", body.department)) if value}
    done: list[str] = []
    refused: list[Refused] = []
    for number in dict.fromkeys(body.numbers):
        try:
            _, letters = site.actions.do(number, "assign", given, visitor.user.email)
        except (IntakeError, StorageTrouble) as error:
            refused.append(Refused(number=number, detail=str(error)))
            continue
        site.give_letters(letters)
        done.append(number)
    return AssignedAnswer(done=done, refused=refused)


@router.get("/records/{number}", name="api_record", responses=answers("not-found"))
def record(site: TheSite, visitor: TheVisitor, response: Response, number: str) -> RecordWhole:
    """A record whole: values with places and confidence, windows, letters, thread, tasks, events."""
    with site.storage.reading() as work:
        found = whole(site, work, number, visitor)
    tag(response, found["version"])
    return RecordWhole.model_validate(found)


@router.get("/records/{number}/similar", name="api_similar", responses=answers("not-found"))
def alike(site: TheSite, visitor: TheVisitor, number: str) -> Alike:
    """Earlier records like it, the likest first."""
    with site.storage.reading() as work:
        one = known(work, number)
        found = similar(work, one)
        warning = warning_suggested(work, one, site.office.policy.warning.occasions)
    found, warning = seen_alike(site, visitor, found, warning)
    told = [SimilarShape(**{name: getattr(each, name) for name in type(each).__dataclass_fields__}) for each in found]
    parts = ("reasons", "batches", "records")
    speaks = {part: [str(word) for word in getattr(warning, part)] for part in parts} if warning else None
    return Alike(similar=told, warning=speaks)
