"""The record page: what came beside what was read, values put right in place, every act, and who else is at it."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from intake.acts.case import Actor, Case
from intake.acts.suppliers import task_of
from intake.acts.warned import overview
from intake.errors import IntakeError
from intake.review.entry import Guarded, TheSite, TheVisitor
from intake.review.pages import inner
from intake.review.record_acts import allowed, forms_of
from intake.review.record_mails import original_of
from intake.review.record_next import next_step
from intake.review.record_spot import FIELDS, spots_key
from intake.review.record_story import MOST_EVENTS, recent, strands_of, told_events
from intake.review.record_values import CHOICES, MANY, Clash, groups_of, merged, texts_of
from intake.review.refusals import Missing
from intake.review.sessions import Visitor
from intake.review.sight import seen_alike
from intake.review.site import Site
from intake.review.was import was_of
from intake.runners.acts import gather
from intake.runners.alike import similar, warning_suggested
from storage.errors import Conflict, StorageTrouble
from storage.records import WindowState

_RUNNING = (WindowState.OPEN, WindowState.OVERDUE)
_EVENTS_BESIDE = 6  # of a record that somebody else has changed, shown beside the question
_NOT_KEYS = frozenset({"token", "act", "version", "back"})

router = APIRouter(dependencies=[Guarded])


@router.get("/records/{number}")
def record(
    request: Request, site: TheSite, visitor: TheVisitor, number: str, original: str = "", thread: str = ""
) -> Response:
    """`thread=all` shows also what stands far back in a long thread."""
    with site.storage.reading() as work:
        found = work.complaints.get(number)
        if found is None:
            raise Missing
    return _page(request, site, visitor, number, opened=bool(original), arrival=original, whole=thread == "all")


def _page(
    request: Request,
    site: Site,
    visitor: Visitor,
    number: str,
    status: int = 200,
    *,
    fault: str = "",
    typed: Mapping[str, str] | None = None,
    spotted: Mapping[str, str] | None = None,
    opened: bool = False,
    arrival: str = "",
    whole: bool = False,
) -> Response:
    with site.storage.reading() as work:
        case = gather(work, number)
        corrections = work.complaints.corrections(number)
        events = work.complaints.events(number, MOST_EVENTS)
        people = work.people.everybody()
        alike = similar(work, case.record)
        warning = warning_suggested(work, case.record, site.office.policy.warning.occasions)
        reports = work.lives.reports(number)
        suppliers = work.people.suppliers()
    alike, warning = seen_alike(site, visitor, alike, warning)
    policy, now = site.office.policy, site.clock()
    groups = groups_of(case.record, corrections, float(policy.review.threshold))
    who = Actor.of(visitor.user.email, people)
    may = allowed(case, who)
    strands = strands_of(case)
    shown = strands if whole else recent(strands)
    return site.pages.page(
        request,
        "record.html",
        status,
        case=case,
        record=case.record,
        groups=groups,
        was=json.dumps(texts_of(groups), ensure_ascii=False),
        typed=typed or {},
        spotted=spotted or {},
        readable=FIELDS,
        fault=fault,
        choices=CHOICES,
        many=MANY,
        step=next_step(case, groups, may),
        first_window=min(
            (one for one in case.windows if one.state in _RUNNING), key=lambda one: one.due_at, default=None
        ),
        may_act=may,
        sorts=forms_of(case, who, people, policy, suppliers),
        events=told_events(events),
        strands=shown,
        far_back=len(strands) - len(shown),
        names={one.email.lower(): one.name for one in people},
        alike=alike,
        warned=overview(case.warned, case.letters),
        asked=[(claim, task_of(case, claim), case.letter(claim.written[-1])) for claim in case.claims],
        warning=warning,
        reports=reports,
        spans=_spans(case, now),
        original=original_of(request, site, number, arrival) if opened else None,
    )


def _spans(case: Case, now: Any) -> dict[str, tuple[int, int]]:
    """window → (minutes gone, minutes in all), for its bar."""
    out = {}
    for window in case.windows:
        whole = max(int((window.due_at - window.starts_at) / timedelta(minutes=1)), 1)
        until = window.met_at or now
        gone = int((until - window.starts_at) / timedelta(minutes=1))
        out[str(window.name)] = (min(max(gone, 0), whole), whole)
    return out


# -------------------------------------------------------------------- values put right


@router.post("/records/{number}/values")
async def record_values(request: Request, site: TheSite, visitor: TheVisitor, number: str) -> Response:
    """Puts right what differs from what the form was filled with; `then=confirm` confirms besides."""
    form: dict[str, str] = {}
    for key, value in (await request.form()).multi_items():
        if isinstance(value, str):  # several of one name are what was ticked
            form[key] = "; ".join(part for part in (form.get(key, ""), value) if part) if key in form else value
    return await run_in_threadpool(_save_values, request, site, visitor, number, form)


def _save_values(request: Request, site: Site, visitor: Visitor, number: str, form: Mapping[str, str]) -> Response:
    mine = {key[2:]: value for key, value in form.items() if key.startswith("f:")}
    spotted = {key[2:]: value for key, value in form.items() if key.startswith("s:") and value}
    was = was_of(form)
    version = int(form["version"]) if form.get("version", "").isdigit() else -1
    with site.storage.reading() as work:
        if work.complaints.get(number) is None:
            raise Missing
        case = gather(work, number)
        corrections = work.complaints.corrections(number)
    now = texts_of(groups_of(case.record, corrections, 0.0))
    changed, clashes = merged(was, mine, now)
    changed |= {path: mine[path] for path in spotted if path in mine and path in now and path not in changed}
    changed = {path: text for path, text in changed.items() if path not in {one.path for one in clashes}}
    if set(was) != set(now):  # somebody added or removed an item: positions are others now
        clashes += [Clash(path, was.get(path, ""), text, now.get(path, "")) for path, text in changed.items()]
        changed = {}
    if clashes:
        return site.pages.page(
            request, "record_merge.html", 409, record=case.record, clashes=clashes, changed=changed,
            gone=set(mine) - set(now), was=json.dumps(now, ensure_ascii=False),
            spotted={path: spot for path, spot in spotted.items() if path in changed},  # theirs stands elsewhere
            then=form.get("then", ""), events=told_events(_events(site, number)),
        )  # fmt: skip
    who, wording = visitor.user.email, site.pages.wording(request)
    letters: list[str] = []
    try:
        if changed:
            given = changed | spots_key(spotted, changed)
            case, ready = site.actions.do(number, "correct", given, who, case.record.version)
            letters += ready
        if form.get("then") == "confirm":
            case, ready = site.actions.do(number, "confirm", {}, who, case.record.version)
            letters += ready
    except Conflict:
        return _save_values(request, site, visitor, number, form)  # it changed between looking and saving
    except (IntakeError, StorageTrouble) as error:
        return _page(request, site, visitor, number, 422, fault=wording.sentence(error), typed=mine, spotted=spotted)
    site.give_letters(letters)
    said = "record.saved" if changed else "record.nothing_changed"
    if form.get("then") == "confirm":
        said = "record.confirmed"
    others = version not in (case.record.version, case.record.version - 1) and bool(changed)
    detail = wording.t("record.others_too") if others and form.get("then") != "confirm" else ""
    return site.pages.go(request, f"/records/{number}", said, detail=detail)


def _events(site: Site, number: str) -> Any:
    with site.storage.reading() as work:
        return work.complaints.events(number, _EVENTS_BESIDE)


# -------------------------------------------------------------------- every other act


@router.post("/records/{number}/act")
async def record_act(
    request: Request, site: TheSite, visitor: TheVisitor, number: str, act: Annotated[str, Form()] = ""
) -> Response:
    """Any act of `acts.table` with its keys as fields of the form. Empty fields are no keys."""
    form = await request.form()
    given = {
        key: value.strip()
        for key, value in form.items()
        if isinstance(value, str) and key not in _NOT_KEYS and value.strip()
    }
    sent = str(form.get("version", ""))
    version = int(sent) if sent.isdigit() else None
    back = inner(str(form.get("back") or f"/records/{number}"))
    return await run_in_threadpool(_do, request, site, visitor, number, act, given, version, back)


def _do(
    request: Request, site: Site, visitor: Visitor, number: str, act: str, given: Mapping[str, str],
    version: int | None, back: str,
) -> Response:  # fmt: skip
    with site.storage.reading() as work:
        found = work.complaints.get(number)
    if found is None:
        raise Missing
    wording = site.pages.wording(request)
    try:
        case, letters = site.actions.do(number, act, given, visitor.user.email, version)
    except Conflict:
        return site.pages.page(
            request, "record_again.html", 409, record=found, act=act, given=given, back=back,
            events=told_events(_events(site, number)),
        )  # fmt: skip
    except (IntakeError, StorageTrouble) as error:
        return site.pages.go(request, back, kind="bad", detail=wording.sentence(error))
    site.give_letters(letters)
    name = wording.t(f"acts.{act}") if wording.has(f"acts.{act}") else act
    onward = f"/records/{case.record.merged_into}" if act == "merge" and case.record.merged_into else back
    return site.pages.go(request, onward, detail=wording.t("record.did", act=name))
