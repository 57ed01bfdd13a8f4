"""The inbox: what is open, the most urgent first; search over everything; giving several records to somebody."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response, StreamingResponse
from starlette.datastructures import QueryParams

from intake.errors import IntakeError
from intake.review.asking import Asked, asked, key_text
from intake.review.balance import Balance, balance_of
from intake.review.entry import Guarded, TheSite, TheVisitor
from intake.review.pages import inner
from intake.review.refusals import Changed, TooMany
from intake.review.sessions import Visitor
from intake.review.sight import sight_of
from intake.review.site import Site
from storage.errors import AlreadyThere, StorageTrouble
from storage.records import Class, Person, RecordState
from storage.site import SavedView, SiteRole

PAGE = 50  # records on a page
MOST_AT_ONCE = 100  # records given to somebody in one step
BALANCE = timedelta(days=7)  # of which the inbox shows what became of the mails
MOST_VIEWS = 30

router = APIRouter(dependencies=[Guarded])


@router.get("/")
def home(request: Request, site: TheSite) -> Response:
    return site.pages.go(request, "/inbox")


@router.get("/inbox")
def inbox(request: Request, site: TheSite, visitor: TheVisitor) -> Response:
    question = asked(request.query_params, site.settings.company.zone, visitor.user.email, site.clock())
    number, sight = question.value("q").upper(), sight_of(site, visitor)
    with site.storage.reading() as work:
        if number.count("-") == 2 and work.complaints.get(number) is not None and work.seeing.only(sight, [number]):
            return site.pages.go(request, f"/records/{number}")
        people = work.people.everybody()
        departments = work.inbox.departments()
        views = work.users.views(visitor.user.id or 0)
    if not request.query_params and visitor.user.role is SiteRole.DEPARTMENT:
        own = _departments_of(visitor, people)
        question = question if not own else asked_for(site, visitor, own[0])
    return site.pages.page(
        request,
        "inbox.html",
        departments=sorted({*departments, *(one.department for one in people if one.department)}),
        views=views,
        states=list(RecordState),
        classes=list(Class),
        **_list(site, question, visitor),
    )


def asked_for(site: Site, visitor: Visitor, department: str) -> Asked:
    """The question of somebody who asks for nothing, and belongs to a department: what is his department's."""
    query = QueryParams(urlencode({"department": department}))
    return asked(query, site.settings.company.zone, visitor.user.email, site.clock())


def _departments_of(visitor: Visitor, people: list[Person]) -> list[str]:
    return [one.department for one in people if one.email.lower() == visitor.user.email and one.department]


def _once(people: list[Person]) -> list[Person]:
    """Each of our people once, whatever roles he has."""
    return list({one.email.lower(): one for one in people}.values())


@router.get("/inbox/list")
def inbox_list(request: Request, site: TheSite, visitor: TheVisitor) -> Response:
    """The part of the inbox that is asked for again whenever something has changed."""
    question = asked(request.query_params, site.settings.company.zone, visitor.user.email, site.clock())
    return site.pages.page(request, "inbox_list.html", **_list(site, question, visitor))


def _list(site: Site, question: Asked, visitor: Visitor) -> dict[str, Any]:
    now, sight = site.clock(), sight_of(site, visitor)
    with site.storage.reading() as work:
        page = work.inbox.page(replace(question.filter, sight=sight), question.after, PAGE)
        lines = work.views.lines(page.numbers)
        counts = work.inbox.counts(now, visitor.user.email, sight)
        waits = work.inbox.waiting_for_a_person()
        balance: Balance = balance_of(work.inbox.arrived_since(now - BALANCE))
        people = work.people.everybody()
    return {
        "asked": question,
        "people": _once(people),
        "names": {one.email.lower(): one.name for one in people},
        "lines": lines,
        "counts": counts,
        "waits": waits,
        "balance": balance,
        "days": BALANCE.days,
        "query": urlencode(question.pairs),
        "here_query": urlencode([*question.pairs, *_after(key_text(question.after))]),
        "next_query": urlencode([*question.pairs, *_after(key_text(page.after))]) if page.after else "",
    }


def _after(key: str) -> list[tuple[str, str]]:
    return [("after", key)] if key else []


@router.get("/live")
def live(request: Request, site: TheSite) -> Response:
    """Server-sent events: each says that something has changed."""
    if site.pulse.full:
        raise TooMany
    stream = site.pulse.stream(request.headers.get("last-event-id", ""))
    return StreamingResponse(stream, media_type="text/event-stream", headers={"x-accel-buffering": "no"})


# -------------------------------------------------------------------- giving records to somebody


@router.post("/inbox/assign")
def assign_many(
    request: Request,
    site: TheSite,
    visitor: TheVisitor,
    number: Annotated[list[str] | None, Form()] = None,
    owner: Annotated[str, Form()] = "",
    department: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "/inbox",
) -> Response:
    """Each record by the act `assign`, with its rules; what was refused is told, the others stand."""
    numbers = list(dict.fromkeys(number or ()))[:MOST_AT_ONCE]
    given = {key: value for key, value in (("owner", owner), ("department", department)) if value}
    onward = inner(back)
    if not numbers or not given:
        return site.pages.go(request, onward, "inbox.nothing_chosen", "bad")
    done, refused = 0, []
    for one in numbers:
        try:
            _, letters = site.actions.do(one, "assign", given, visitor.user.email)
        except (IntakeError, StorageTrouble) as error:
            refused.append(f"{one}: {site.pages.wording(request).sentence(error)}")
            continue
        site.give_letters(letters)
        done += 1
    said = site.pages.wording(request).t("inbox.assigned", n=done) if done else ""
    return site.pages.go(request, onward, kind="bad" if refused else "good", detail=" ".join([said, *refused]).strip())


# -------------------------------------------------------------------- views under a name


@router.post("/views")
def save_view(
    request: Request,
    site: TheSite,
    visitor: TheVisitor,
    name: Annotated[str, Form()] = "",
    query: Annotated[str, Form()] = "",
) -> Response:
    """The filter at hand, under a name; only what is a filter is kept of the query."""
    clean = urlencode(asked(QueryParams(query[:2000]), site.settings.company.zone, "", site.clock()).pairs)
    if not name.strip() or not clean:
        return site.pages.go(request, f"/inbox?{clean}", "inbox.view_needs", "bad")
    keep_view(site, visitor, name, clean)
    return site.pages.go(request, f"/inbox?{clean}", "inbox.view_saved")


def keep_view(site: Site, visitor: Visitor, name: str, query: str) -> SavedView:
    """Keeps a user's filter under a name; one of the same name is replaced. Changed where he has too many."""
    user, name = visitor.user.id or 0, name.strip()[:60]
    with site.storage.unit() as work:
        known = [one.name for one in work.users.views(user)]
        if len(known) >= MOST_VIEWS and name not in known:
            raise Changed
        try:
            work.users.save_view(SavedView(user, name, query))
        except AlreadyThere as error:
            raise Changed from error
        kept = next(one for one in work.users.views(user) if one.name == name)
        work.commit()
    return kept


@router.post("/views/remove")
def remove_view(request: Request, site: TheSite, visitor: TheVisitor, view: Annotated[int, Form()] = 0) -> Response:
    with site.storage.unit() as work:
        work.users.remove_view(visitor.user.id or 0, view)
        work.commit()
    return site.pages.go(request, "/inbox", "inbox.view_removed")
