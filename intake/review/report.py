"""The 8D editor: D0–D8 as one form, what a customer would send it back for beside the fields, its file out and in."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from intake.acts.act import allow
from intake.acts.case import Actor, Case, World
from intake.acts.photos import in_report, offered, proposed
from intake.acts.report import draft_of, findings, with_report
from intake.acts.table import act_named
from intake.eightd.belongs import why_not_of
from intake.eightd.photos import MOST, STEPS
from intake.eightd.readback import Unread, eight_d_of
from intake.errors import IntakeError, RecordError
from intake.replies.frame import letter_language
from intake.review.entry import Guarded, TheSite, TheVisitor
from intake.review.record_acts import allowed
from intake.review.record_files import download
from intake.review.record_values import Clash, merged
from intake.review.refusals import Missing, TooLarge
from intake.review.report_form import cells_of, faults_of, filled, sections_of
from intake.review.report_history import history_of
from intake.review.report_preview import report_word
from intake.review.sessions import Visitor
from intake.review.site import Site
from intake.review.was import was_of
from intake.runners.acts import gather
from storage import UnitOfWork
from storage.eight_d import EightD, Report, ReportState
from storage.errors import StorageTrouble
from storage.life import TaskState
from storage.records import LetterState, Purpose, RecordState
from templates.data import LANGUAGES
from templates.eight_d import labels

LARGEST_FORM = 20_000_000  # bytes of a filled form
router = APIRouter(dependencies=[Guarded])


@router.get("/records/{number}/8d")
def report(request: Request, site: TheSite, visitor: TheVisitor, number: str, kind: str = "") -> Response:
    return _page(request, site, visitor, number, kind)


def gathered(site: Site, work: UnitOfWork, number: str) -> tuple[Case, World]:
    """A record and what its 8D needs to know besides. Missing where there is none."""
    if work.complaints.get(number) is None:
        raise Missing
    case = gather(work, number)
    return case, site.actions.world(work)


def _page(
    request: Request, site: Site, visitor: Visitor, number: str, kind: str = "", status: int = 200, *, fault: str = "",
    typed: Mapping[str, str] | None = None, faults: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    with site.storage.reading() as work:
        case, world = gathered(site, work, number)
        reports = work.lives.reports(number)
    full = kind == "full" if kind in ("first", "full") else _is_full(case)
    language = site.pages.wording(request).language
    draft = draft_of(case, world)
    found = findings(case, world, first=not full)
    known = labels(language)
    beside: dict[str, list[tuple[str, str, str]]] = {}
    for one in found:
        about = known["places"].get(one.about) or known["documents"].get(one.about) or one.about
        says, instead = replace(one, about=about).words(language)
        beside.setdefault(one.field, []).append((one.severity.value, says, instead))
    sections = sections_of(draft)
    may_act = allowed(case, Actor.of(visitor.user.email, world.people))
    return site.pages.page(
        request,
        "report.html",
        status,
        case=case,
        record=case.record,
        sections=sections,
        labels=known,
        beside=beside,
        stops=sum(one.severity == "stop" for one in found),
        warns=sum(one.severity == "warn" for one in found),
        full=full,
        history=history_of(reports),
        photos=sorted(in_report(case), key=lambda one: STEPS.index(one.step)),
        proposed=proposed(case),
        offered=[one for one in offered(case) if one.id not in {photo.id for _, photo in proposed(case)}],
        photo_steps=STEPS,
        names={one.email.lower(): one.name for one in world.people},
        most_photos=MOST,
        was=json.dumps({path: cell.text for path, cell in cells_of(draft).items()}, ensure_ascii=False),
        typed=typed or {},
        faults=faults or {},
        fault=fault,
        may_act=may_act,
        editable="report" in may_act,
        letter_languages=LANGUAGES,
        letter_language=letter_language(case.record.language, world.office.desk.language),
    )


def newest_of(case: Case, world: World) -> Report:
    """The newest revision, or a draft of what the record says."""
    return case.report or Report(case.number, 1, draft_of(case, world), ReportState.DRAFT, "", world.now)


def _is_full(case: Case) -> bool:
    """Whether the full report comes next: the first one has gone, or is not asked for any more."""
    gone = (LetterState.QUEUED, LetterState.SENDING, LetterState.SENT)
    sent = any(one.purpose is Purpose.FIRST_REPORT and one.state in gone for one in case.letters)
    return sent or case.record.state in (RecordState.REPORTED, RecordState.ACCEPTED, RecordState.CLOSED)


@router.post("/records/{number}/8d")
async def report_save(request: Request, site: TheSite, visitor: TheVisitor, number: str) -> Response:
    """Saves what was changed; rows that are ticked go. Two at once are merged field by field."""
    sent = await request.form(max_fields=4000)
    form = {key: value for key, value in sent.multi_items() if isinstance(value, str)}
    return await run_in_threadpool(_save, request, site, visitor, number, form)


def _save(request: Request, site: Site, visitor: Visitor, number: str, form: Mapping[str, str]) -> Response:
    mine = {key[2:]: value for key, value in form.items() if key.startswith("f:")}
    removed = [key[2:] for key in form if key.startswith("r:")]
    kind = form.get("kind", "")
    was = was_of(form)
    with site.storage.unit() as work:
        case, world = gathered(site, work, number)
        draft = draft_of(case, world)
        now = {path: cell.text for path, cell in cells_of(draft).items()}
        changed, clashes = merged(was, mine, now)
        if set(was) != set(now):  # rows have come or gone since
            moved = {
                path: text for path, text in changed.items() if path.startswith(("d1.members", "d4.causes", "d5."))
            }
            clashes += [Clash(path, was.get(path, ""), text, now.get(path, "")) for path, text in moved.items()]
            changed = {path: text for path, text in changed.items() if path not in moved}
            removed = []
        if clashes:
            return site.pages.page(
                request, "report_merge.html", 409, record=case.record, clashes=clashes, changed=changed,
                gone={clash.path for clash in clashes} - set(now), kind=kind, cells=cells_of(draft),
                was=json.dumps(now, ensure_ascii=False), labels=labels(site.pages.wording(request).language),
            )  # fmt: skip
        faults, fault = faults_of(changed, draft), ""
        if not faults:
            try:
                write_draft(site, work, case, world, visitor.user.email, filled(draft, changed, mine, removed))
            except (IntakeError, StorageTrouble) as error:
                fault = site.pages.wording(request).sentence(error)
    if faults or fault:
        return _page(request, site, visitor, number, kind, 422, typed=mine, faults=faults, fault=fault)
    place = f"?kind={kind}" if kind in ("first", "full") else ""
    return site.pages.go(request, f"/records/{number}/8d{place}", "report.saved")


def write_draft(site: Site, work: UnitOfWork, case: Case, world: World, who: str, written: EightD) -> None:
    """The next draft, by the rights of the act `report`; commits."""
    actor = Actor.acting(who, world.people)
    allow(act_named("report"), case, actor)
    site.actions.save(work, case, with_report(case, written, actor, world))
    work.commit()


# -------------------------------------------------------------------- its file, out and in


@router.get("/records/{number}/8d.docx")
def report_file(request: Request, site: TheSite, number: str, language: str = "", kind: str = "") -> Response:
    """The newest revision, or a draft of what the record says, in the Word form."""
    newest, _, content = report_word(site, number, kind, language)
    return download(f"8D_{number}_R{newest.revision}.docx", content)


@router.post("/records/{number}/8d/upload")
def report_upload(
    request: Request, site: TheSite, visitor: TheVisitor, number: str, file: Annotated[UploadFile | None, File()] = None
) -> Response:
    """A form of ours that was filled in Word becomes the next draft."""
    back = f"/records/{number}/8d"
    content = file.file.read(LARGEST_FORM + 1) if file is not None else b""
    if len(content) > LARGEST_FORM:
        raise TooLarge
    wording = site.pages.wording(request)
    with site.storage.unit() as work:
        case, world = gathered(site, work, number)
        name = (file.filename or "") if file else ""
        try:
            found = take_form(site, work, case, world, visitor.user.email, name or "8d.docx", content)
        except (IntakeError, StorageTrouble) as error:
            return site.pages.go(request, back, kind="bad", detail=wording.sentence(error))
    if found is None:
        return site.pages.go(request, back, "report.no_form", "bad")
    known = labels(wording.language)
    unread = [f"{_label(one.field, known)}: {one.why}" for one in found]
    if unread:
        return site.pages.go(request, back, "report.taken_in_part", "bad", "; ".join(unread))
    return site.pages.go(request, back, "report.taken_in")


def take_form(
    site: Site, work: UnitOfWork, case: Case, world: World, who: str, name: str, content: bytes
) -> tuple[Unread, ...] | None:
    """A form that was filled in Word as the next draft: what could not be read of it; None where it is none of ours.
    RecordError where it is another record's, or of an earlier revision.
    """
    form = site.originals.form(name, content) if content else None
    before = draft_of(case, world)
    today = world.now.astimezone(world.office.desk.zone).date()
    if form is None:
        return None
    refused = why_not_of(form, case.number, case.report.revision if case.report else 0, work.complaints.resolve)
    if refused is not None:
        raise RecordError(*refused)
    found = eight_d_of(form, today, before, world.office.desk.templates)
    if found is None:
        return None
    write_draft(site, work, case, world, who, replace(found[0], head=before.head))
    return found[1]


def _label(path: str, known: Mapping[str, Mapping[str, str]]) -> str:
    section, _, rest = path.partition(".")
    return f"{section.upper()} {known.get(section, {}).get(rest.rsplit('.', 1)[-1], rest)}"


@router.get("/records/{number}/slip")
def record_slip(request: Request, site: TheSite, number: str) -> Response:
    """The quality information slip (产品销售质量信息传递单), to be printed: customer, goods, tasks, signatures."""
    with site.storage.reading() as work:
        case, _ = gathered(site, work, number)
    still = [task for task in case.tasks if task.state is TaskState.OPEN]
    return site.pages.page(request, "record_slip.html", case=case, record=case.record, tasks=still)
