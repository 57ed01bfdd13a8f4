"""Letters, one pure function a purpose: a record and its windows in, a `Letter` out, ready to be sent.

Nothing here asks the time, makes ids, or knows who may be written to: the caller gives them. Customers are written
to in the record's language, our own people in the company's. Dates are promised; blame, admission and remedy never
(客户投诉及意见反馈 二(七)). What the clock calls for is in `notices`.
"""

from collections.abc import Sequence
from datetime import datetime

from intake.replies import threads, wording
from intake.replies.frame import Desk, Ids, Receivers, compose, letter_language, notice, to_customer
from intake.replies.notices import Day, Trouble, digest, due_soon, escalation, overdue, system_trouble, unsigned
from parsers.types import Envelope, Kind
from storage.records import Class, Letter, Person, Purpose, Record, ThreadMessage, Window, WindowName
from templates import manners
from templates.data import Acknowledgement, Dispatch, ManagementReport, MissingInformation, Progress
from templates.words import Words
from templates.words import words as words_of

__all__ = [
    "Day",
    "Desk",
    "Ids",
    "Trouble",
    "acknowledgement",
    "digest",
    "dispatch",
    "due_soon",
    "escalation",
    "letter_language",
    "management_report",
    "missing_information",
    "overdue",
    "progress",
    "system_trouble",
    "unsigned",
]

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
    """受理确认: what we understood, what we ask, who is responsible, until when. An inquiry or notice gets a short
    one without dates.

    `answered` is the mail that it answers; None for a complaint that came some other way.
    """
    known = _customer_words(record, desk)
    complaint = wording.is_complaint(record)
    listed, more = wording.items(record, known)
    data = Acknowledgement(
        **to_customer(record, owner, desk, known, now),
        kind="complaint" if complaint else "inquiry" if record.kind == Kind.INQUIRY else "notice",
        items=listed if complaint else (),
        more_items=more if complaint else 0,
        being_read=complaint and wording.being_read(record),
        unread=wording.unread(record),
        doubts=wording.doubts(record, known) if complaint else (),
        questions=wording.questions(record, known),
        promises=wording.promises(windows, known, desk.zone, now) if complaint else (),
    )
    return compose(Purpose.ACKNOWLEDGEMENT, data, record, to, cc, desk, ids, now, threads.of_envelope(answered))


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
    """资料补充: exactly what is missing, why each matters, and that our dates hold. `messages` are the record's
    mails so far.
    """
    known = _customer_words(record, desk)
    data = MissingInformation(
        **to_customer(record, owner, desk, known, now),
        unread=wording.unread(record),
        doubts=wording.doubts(record, known),
        questions=wording.questions(record, known),
        reply_by=manners.moment(reply_by, desk.zone, known.language) if reply_by else "",
        promises=wording.promises(windows, known, desk.zone, now),
    )
    return compose(Purpose.MISSING_INFORMATION, data, record, to, cc, desk, ids, now, threads.of_messages(messages))


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
    """进展回复: what has been done, what is known (`found`, in a person's words), what comes next. Its acceptance
    meets the 24 h window.
    """
    known = _customer_words(record, desk)
    ahead = [window for window in windows if window.name is not WindowName.SOLUTION_OR_PROGRESS]
    data = Progress(
        **to_customer(record, owner, desk, known, now),
        steps=wording.steps(windows, known, desk.zone),
        found=wording.plain(found, 2000),
        questions=wording.questions(record, known),
        promises=wording.promises(ahead, known, desk.zone, now),
    )
    return compose(Purpose.PROGRESS, data, record, to, cc, desk, ids, now, threads.of_messages(messages))


def _customer_words(record: Record, desk: Desk) -> Words:
    return words_of(letter_language(record.language, desk.language), desk.templates)


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
    """客诉传递: the quality information slip, the class and its reasons, what is to be done until when, and the
    receiver's signature.
    """
    known = words_of(desk.language, desk.templates)
    listed, more = wording.items(record, known)
    data = Dispatch(
        **notice(record, owner, desk, known, now),
        customer_facts=wording.customer_facts(record, known),
        items=listed,
        more_items=more,
        missing=wording.missing_names(record, known),
        requests=_requests(record, known),
        deadlines=wording.deadlines(windows, known, desk.zone),
        tasks=_tasks(record, known),
        sign_by=manners.moment(sign_by, desk.zone, known.language) if sign_by else "",
    )
    return compose(Purpose.DISPATCH, data, record, to, cc, desk, ids, now)


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
        **notice(record, owner, desk, known, now),
        customer_facts=wording.customer_facts(record, known),
        items=listed,
        more_items=more,
        claim=wording.claim(record),
        requests=_requests(record, known),
        deadlines=wording.deadlines(windows, known, desk.zone),
    )
    return compose(Purpose.MANAGEMENT_REPORT, data, record, to, cc, desk, ids, now)


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
