"""Letters, one pure function a purpose: a record and its windows in, a `Letter` out, ready to be sent.

Nothing here asks the time, makes ids, or knows who may be written to: the caller gives them. Customers are written to in the
record's language, our own people in the company's. Dates are promised; blame, admission and remedy never
(顾客服务 A83, A110).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from intake.replies import threads, wording
from intake.replies.threads import Thread
from intake.settings import Settings
from parsers.types import Envelope, Kind
from storage.records import Class, Letter, Person, Purpose, Record, ThreadMessage, Window, WindowName
from templates import manners, render
from templates.data import (
    LANGUAGES,
    Acknowledgement,
    Asked,
    Company,
    Contact,
    Digest,
    Dispatch,
    DueSoon,
    Entry,
    Escalation,
    LetterData,
    ManagementReport,
    MissingInformation,
    Overdue,
    Progress,
    RecordNotice,
    Section,
    SystemTrouble,
    Unsigned,
)
from templates.words import Words
from templates.words import words as words_of

Receivers = str | Sequence[str]  # one address, or several


@dataclass(frozen=True, slots=True)
class Desk:
    """Who writes: the company as its letters show it. `site` is the review site's address, without a slash at its end."""

    name: str
    address: str  # the mail address that customers write to
    zone: ZoneInfo
    language: str = "zh-CN"
    phone: str = ""
    fax: str = ""
    postal: str = ""
    templates: Path | None = None
    site: str = ""

    @classmethod
    def of(cls, settings: Settings, site: str = "", postal: str = "") -> "Desk":
        company = settings.company
        folder = settings.path(settings.templates) if settings.templates else None
        return cls(company.name, company.address, company.zone, company.language, company.phone, company.fax, postal, folder, site)


@dataclass(frozen=True, slots=True)
class Ids:
    """Fresh ids of a letter: its key in our database, and its Message-ID with angle brackets."""

    letter_id: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with the system. `kind` is a word of `[troubles]`, such as source_failing; the rest may be empty."""

    kind: str
    place: str
    since: datetime | None = None
    last_ok: datetime | None = None
    waiting: int = 0
    detail: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """The records that a daily digest lists; a window stands with its record."""

    new: Sequence[Record] = ()
    to_review: Sequence[Record] = ()
    due_today: Sequence[tuple[Record, Window]] = ()
    overdue: Sequence[tuple[Record, Window]] = ()
    unsigned: Sequence[tuple[Record, datetime]] = ()  # with the moment of the dispatch


# -------------------------------------------------------------------- to the customer


def acknowledgement(
    record: Record,
    windows: Sequence[Window],
    answered: Envelope | None,
    to: Receivers,
    owner: Person | None,
    desk: Desk,
    ids: Ids,
    now: datetime,
    cc: Receivers = (),
) -> Letter:
    """受理确认: what we understood, what we ask, who is responsible, until when. An inquiry or notice gets a short one without dates.

    `answered` is the mail that it answers; None for a complaint that came some other way.
    """
    known = _customer_words(record, desk)
    complaint = wording.is_complaint(record)
    listed, more = wording.items(record, known)
    data = Acknowledgement(
        **_to_customer(record, owner, desk, known, now),
        kind="complaint" if complaint else "inquiry" if record.kind == Kind.INQUIRY else "notice",
        items=listed if complaint else (),
        more_items=more if complaint else 0,
        being_read=complaint and wording.being_read(record),
        unread=wording.unread(record),
        doubts=wording.doubts(record, known) if complaint else (),
        questions=wording.questions(record, known),
        promises=wording.promises(windows, known, desk.zone, now) if complaint else (),
    )
    return _letter(Purpose.ACKNOWLEDGEMENT, data, record, to, cc, desk, ids, now, threads.of_envelope(answered))


def missing_information(
    record: Record,
    windows: Sequence[Window],
    messages: Sequence[ThreadMessage],
    to: Receivers,
    owner: Person | None,
    desk: Desk,
    ids: Ids,
    now: datetime,
    reply_by: datetime | None = None,
    cc: Receivers = (),
) -> Letter:
    """资料补充: exactly what is missing, why each matters, and that our dates hold. `messages` are the record's mails so far."""
    known = _customer_words(record, desk)
    data = MissingInformation(
        **_to_customer(record, owner, desk, known, now),
        unread=wording.unread(record),
        doubts=wording.doubts(record, known),
        questions=wording.questions(record, known),
        reply_by=manners.moment(reply_by, desk.zone, known.language) if reply_by else "",
        promises=wording.promises(windows, known, desk.zone, now),
    )
    return _letter(Purpose.MISSING_INFORMATION, data, record, to, cc, desk, ids, now, threads.of_messages(messages))


def progress(
    record: Record,
    windows: Sequence[Window],
    messages: Sequence[ThreadMessage],
    to: Receivers,
    owner: Person | None,
    desk: Desk,
    ids: Ids,
    now: datetime,
    found: str = "",
    cc: Receivers = (),
) -> Letter:
    """进展回复: what has been done, what is known (`found`, in a person's words), what comes next. Its acceptance meets the 24 h window."""
    known = _customer_words(record, desk)
    ahead = [window for window in windows if window.name is not WindowName.SOLUTION_OR_PROGRESS]
    data = Progress(
        **_to_customer(record, owner, desk, known, now),
        steps=wording.steps(windows, known, desk.zone),
        found=wording.plain(found, 2000),
        questions=wording.questions(record, known),
        promises=wording.promises(ahead, known, desk.zone, now),
    )
    return _letter(Purpose.PROGRESS, data, record, to, cc, desk, ids, now, threads.of_messages(messages))


def _customer_words(record: Record, desk: Desk) -> Words:
    return words_of(letter_language(record.language, desk.language), desk.templates)


def letter_language(language: str, ours: str) -> str:
    """The language to write in: the customer's, if we have it; a Chinese one by its script; a foreign one gets English."""
    if language in LANGUAGES:
        return language
    tag = language.lower()
    if tag.startswith("zh"):
        return "zh-TW" if any(part in tag for part in ("hant", "-tw", "-hk", "-mo")) else "zh-CN"
    if tag.startswith("en"):
        return "en"
    return ours if tag in ("", "und", "other") else "en"


def _to_customer(record: Record, owner: Person | None, desk: Desk, known: Words, now: datetime) -> dict[str, Any]:
    department = owner.department if owner and owner.department else record.department
    return {
        **_frame(desk, known, now, manners.salutation(record.customer.contact, known.language)),
        "number": record.number,
        "about": wording.about(record, known),
        "reference": threads.customer_reference(record.subject),
        "received": manners.moment(record.received_at, desk.zone, known.language),
        "contact": Contact(owner.name if owner else "", known.of("departments", department) if department else "", desk.phone, desk.address),
    }


# -------------------------------------------------------------------- to our own people


def dispatch(
    record: Record,
    windows: Sequence[Window],
    to: Receivers,
    cc: Receivers,
    owner: Person | None,
    desk: Desk,
    ids: Ids,
    now: datetime,
    sign_by: datetime | None = None,
) -> Letter:
    """客诉传递: the quality information slip, the class and its reasons, what is to be done until when, and the receiver's signature."""
    known = words_of(desk.language, desk.templates)
    listed, more = wording.items(record, known)
    data = Dispatch(
        **_notice(record, owner, desk, known, now),
        customer_facts=wording.customer_facts(record, known),
        items=listed,
        more_items=more,
        missing=wording.missing_names(record, known),
        requests=_requests(record, known),
        deadlines=wording.deadlines(windows, known, desk.zone),
        tasks=_tasks(record, known),
        sign_by=manners.moment(sign_by, desk.zone, known.language) if sign_by else "",
    )
    return _letter(Purpose.DISPATCH, data, record, to, cc, desk, ids, now)


def management_report(
    record: Record,
    windows: Sequence[Window],
    to: Receivers,
    cc: Receivers,
    owner: Person | None,
    desk: Desk,
    ids: Ids,
    now: datetime,
) -> Letter:
    """重大客诉报告 to the general manager's office: the facts on one screen."""
    known = words_of(desk.language, desk.templates)
    listed, more = wording.items(record, known)
    data = ManagementReport(
        **_notice(record, owner, desk, known, now),
        customer_facts=wording.customer_facts(record, known),
        items=listed,
        more_items=more,
        claim=wording.claim(record),
        requests=_requests(record, known),
        deadlines=wording.deadlines(windows, known, desk.zone),
    )
    return _letter(Purpose.MANAGEMENT_REPORT, data, record, to, cc, desk, ids, now)


def unsigned(
    record: Record, sent_at: datetime, receivers: Receivers, to: Receivers, cc: Receivers, owner: Person | None, desk: Desk, ids: Ids, now: datetime
) -> Letter:
    """待签收: dispatched at `sent_at`, and `receivers` have not signed yet."""
    known = words_of(desk.language, desk.templates)
    data = Unsigned(
        **_notice(record, owner, desk, known, now),
        sent=manners.moment(sent_at, desk.zone, known.language),
        waiting=manners.span(now - sent_at, known),
        receivers=_addresses(receivers),
    )
    return _letter(Purpose.UNSIGNED, data, record, to, cc, desk, ids, now)


def due_soon(
    record: Record, window: Window, percent: int, to: Receivers, cc: Receivers, owner: Person | None, desk: Desk, ids: Ids, now: datetime
) -> Letter:
    """即将到期: `percent` of the window has passed, so much is left, and this satisfies it."""
    known = words_of(desk.language, desk.templates)
    data = DueSoon(
        **_notice(record, owner, desk, known, now),
        deadline=wording.deadline(window, known, desk.zone),
        percent=percent,
        left=manners.span(window.due_at - now, known),
        met_by=known.of("met_by", window.name.value),
    )
    return _letter(Purpose.DUE_SOON, data, record, to, cc, desk, ids, now)


def overdue(
    record: Record, window: Window, to: Receivers, cc: Receivers, owner: Person | None, desk: Desk, ids: Ids, now: datetime
) -> Letter:
    """已超期: the window is broken."""
    known = words_of(desk.language, desk.templates)
    data = Overdue(
        **_notice(record, owner, desk, known, now),
        deadline=wording.deadline(window, known, desk.zone),
        late=manners.span(now - window.due_at, known),
        met_by=known.of("met_by", window.name.value),
    )
    return _letter(Purpose.OVERDUE, data, record, to, cc, desk, ids, now)


def escalation(
    record: Record,
    window: Window,
    earlier: Sequence[Letter],
    to: Receivers,
    cc: Receivers,
    owner: Person | None,
    desk: Desk,
    ids: Ids,
    now: datetime,
) -> Letter:
    """升级 to the management representative and the general manager. `earlier` are the reminders sent: who was asked, and when."""
    known = words_of(desk.language, desk.templates)
    asked = tuple(
        Asked(manners.moment(one.sent_at or one.created_at, desk.zone, known.language), known.of("purposes", one.purpose.value), ", ".join(one.to))
        for one in sorted(earlier, key=lambda one: one.created_at)
    )
    data = Escalation(
        **_notice(record, owner, desk, known, now),
        deadline=wording.deadline(window, known, desk.zone),
        late=manners.span(now - window.due_at, known),
        met_by=known.of("met_by", window.name.value),
        asked=asked,
    )
    return _letter(Purpose.ESCALATION, data, record, to, cc, desk, ids, now)


def digest(day: date, lists: Day, to: Receivers, cc: Receivers, desk: Desk, ids: Ids, now: datetime) -> Letter | None:
    """客诉日报 of a day; None where there is nothing to tell, so that nobody learns to overlook it."""
    known = words_of(desk.language, desk.templates)
    sections = tuple(section for section in _sections(lists, desk, known) if section.entries)
    if not sections:
        return None
    data = Digest(
        **_frame(desk, known, now, known.phrase("colleagues")), day=manners.day(day, known.language), sections=sections, link=desk.site
    )
    return _letter(Purpose.DIGEST, data, None, to, cc, desk, ids, now)


def system_trouble(trouble: Trouble, to: Receivers, desk: Desk, ids: Ids, now: datetime) -> Letter:
    """系统告警 to the administrators: what fails, since when, what waits, what to do."""
    known = words_of(desk.language, desk.templates)
    data = SystemTrouble(
        **_frame(desk, known, now, known.phrase("colleagues")),
        what=known.of("troubles", trouble.kind),
        place=wording.plain(trouble.place, 120),
        since=manners.moment(trouble.since, desk.zone, known.language) if trouble.since else "",
        last_ok=manners.moment(trouble.last_ok, desk.zone, known.language) if trouble.last_ok else "",
        queued=trouble.waiting,
        detail=wording.plain(trouble.detail, 600),
        remedy=wording.plain(trouble.remedy, 600),
    )
    return _letter(Purpose.SYSTEM_TROUBLE, data, None, to, (), desk, ids, now)


def _sections(lists: Day, desk: Desk, known: Words) -> tuple[Section, ...]:
    def entry(record: Record, note: str = "") -> Entry:
        return Entry(record.number, record.letter.value, _customer_name(record, known), wording.about(record, known), note)

    def due(pair: tuple[Record, Window]) -> Entry:
        ends = wording.deadline(pair[1], known, desk.zone)
        return entry(pair[0], f"{ends.what} {ends.by}")

    return (
        Section(known.of("sections", "new"), tuple(entry(record) for record in lists.new)),
        Section(known.of("sections", "to_review"), tuple(entry(record) for record in lists.to_review)),
        Section(known.of("sections", "due_today"), tuple(due(pair) for pair in lists.due_today)),
        Section(known.of("sections", "overdue"), tuple(due(pair) for pair in lists.overdue)),
        Section(
            known.of("sections", "unsigned"),
            tuple(entry(record, manners.moment(sent, desk.zone, known.language)) for record, sent in lists.unsigned),
        ),
    )


def _notice(record: Record, owner: Person | None, desk: Desk, known: Words, now: datetime) -> dict[str, Any]:
    return {
        **_frame(desk, known, now, known.phrase("colleagues")),
        "number": record.number,
        "severity": record.letter.value,
        "severity_name": known.of("classes", record.letter.value),
        "reasons": tuple(known.of("reasons", reason) for reason in record.reasons),
        "customer": _customer_name(record, known),
        "about": wording.about(record, known),
        "department": known.of("departments", record.department) if record.department else "",
        "owner": owner.name if owner else record.owner,
        "received": manners.moment(record.received_at, desk.zone, known.language),
        "link": f"{desk.site}/records/{record.number}" if desk.site else "",
    }


def _customer_name(record: Record, known: Words) -> str:
    return wording.plain(record.customer.company or record.customer.email or "", 60) or known.phrase("unknown_customer")


def _requests(record: Record, known: Words) -> tuple[str, ...]:
    return tuple(known.of("requests", request) for request in record.requests)


# Who comes to the place and what is checked (客诉信息处理流程 §4, §5.3); class C is only taken note of.
_TASKS = {
    Class.A: ("A_on_site", "gate_check", "records_check", "containment", "measures"),
    Class.B: ("B_on_site", "gate_check", "records_check", "containment", "measures"),
    Class.C: ("answer",),
}


def _tasks(record: Record, known: Words) -> tuple[str, ...]:
    names = _TASKS[record.letter] + (("confirm_missing",) if record.missing else ())
    return tuple(known.of("tasks", name) for name in names)


# -------------------------------------------------------------------- the letter itself

_SATISFIES = {
    Purpose.ACKNOWLEDGEMENT: WindowName.ACKNOWLEDGEMENT,
    Purpose.PROGRESS: WindowName.SOLUTION_OR_PROGRESS,
    Purpose.DISPATCH: WindowName.DISPATCH,
    Purpose.MANAGEMENT_REPORT: WindowName.MANAGEMENT_REPORT,
}


def _frame(desk: Desk, known: Words, now: datetime, greeting: str) -> dict[str, Any]:
    return {
        "language": known.language,
        "company": Company(desk.name, desk.address, desk.phone, desk.fax, desk.postal),
        "salutation": greeting,
        "today": manners.day(now.astimezone(desk.zone), known.language),
        "zone": manners.zone_name(desk.zone, now, known),
    }


def _letter(
    purpose: Purpose,
    data: LetterData | RecordNotice,
    record: Record | None,
    to: Receivers,
    cc: Receivers,
    desk: Desk,
    ids: Ids,
    now: datetime,
    thread: Thread | None = None,
) -> Letter:
    rendered = render(purpose.value, data.language, data, desk.templates)
    hangs = thread or Thread()
    return Letter(
        id=ids.letter_id,
        record=record.number if record else None,
        purpose=purpose,
        language=data.language,
        to=_addresses(to),
        cc=_addresses(cc),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id=ids.message_id,
        created_at=now,
        in_reply_to=hangs.in_reply_to,
        references=hangs.references,
        headers=threads.headers(purpose),
        satisfies=_SATISFIES.get(purpose),
    )


def _addresses(receivers: Receivers) -> tuple[str, ...]:
    return (receivers,) if isinstance(receivers, str) else tuple(receivers)
