"""Letters to our own people that the clock calls for: reminders, escalation, the daily digest, trouble with the
system.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from intake.replies import confirmations, wording
from intake.replies.frame import Desk, Ids, Receivers, addresses, compose, customer_name, frame, notice
from storage.life import Task, Warned
from storage.records import Letter, Person, Purpose, Record, Window
from templates import manners
from templates.data import (
    Asked,
    Deadline,
    Digest,
    DueSoon,
    Entry,
    Escalation,
    Overdue,
    Section,
    SystemTrouble,
    Unsigned,
)
from templates.words import Words
from templates.words import words as words_of


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with the system. `kind` is a word of `[troubles]`, such as source_failing; the rest may be
    empty.
    """

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
    warnings: Sequence[tuple[Record, Sequence[Warned]]] = ()  # batch warnings that somebody has not confirmed


def unsigned(
    record: Record,
    sent_at: datetime,
    receivers: Receivers,
    to: Receivers,
    cc: Receivers,
    owner: Person | None,
    desk: Desk,
    ids: Ids,
    now: datetime,
) -> Letter:
    """待签收: dispatched at `sent_at`, and `receivers` have not signed yet."""
    known = words_of(desk.language, desk.templates)
    data = Unsigned(
        **notice(record, owner, desk, known, now),
        sent=manners.moment(sent_at, desk.zone, known.language),
        waiting=manners.span(now - sent_at, known),
        receivers=addresses(receivers),
    )
    return compose(Purpose.UNSIGNED, data, record, to, cc, desk, ids, now)


def due_soon(
    record: Record,
    window: Window,
    percent: int,
    to: Receivers,
    cc: Receivers,
    owner: Person | None,
    desk: Desk,
    ids: Ids,
    now: datetime,
) -> Letter:
    """即将到期: `percent` of the window has passed, so much is left, and this satisfies it."""
    known = words_of(desk.language, desk.templates)
    data = DueSoon(
        **notice(record, owner, desk, known, now),
        deadline=wording.deadline(window, known, desk.zone),
        percent=percent,
        left=manners.span(window.due_at - now, known),
        met_by=known.of("met_by", window.name.value),
    )
    return compose(Purpose.DUE_SOON, data, record, to, cc, desk, ids, now)


def overdue(
    record: Record,
    window: Window,
    to: Receivers,
    cc: Receivers,
    owner: Person | None,
    desk: Desk,
    ids: Ids,
    now: datetime,
) -> Letter:
    """已超期: the window is broken."""
    known = words_of(desk.language, desk.templates)
    data = Overdue(
        **notice(record, owner, desk, known, now),
        deadline=wording.deadline(window, known, desk.zone),
        late=manners.span(now - window.due_at, known),
        met_by=known.of("met_by", window.name.value),
    )
    return compose(Purpose.OVERDUE, data, record, to, cc, desk, ids, now)


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
    """升级 to the management representative and the general manager. `earlier` are the reminders sent: who was
    asked, and when.
    """
    known = words_of(desk.language, desk.templates)
    asked = tuple(
        Asked(
            manners.moment(one.sent_at or one.created_at, desk.zone, known.language),
            known.of("purposes", one.purpose.value),
            ", ".join(one.to),
        )
        for one in sorted(earlier, key=lambda one: one.created_at)
    )
    data = Escalation(
        **notice(record, owner, desk, known, now),
        deadline=wording.deadline(window, known, desk.zone),
        late=manners.span(now - window.due_at, known),
        met_by=known.of("met_by", window.name.value),
        asked=asked,
    )
    return compose(Purpose.ESCALATION, data, record, to, cc, desk, ids, now)


def task_reminder(
    record: Record,
    task: Task,
    percent: int,
    to: Receivers,
    cc: Receivers,
    owner: Person | None,
    desk: Desk,
    ids: Ids,
    now: datetime,
) -> Letter:
    """即将到期 or 已超期 of a task with an end: `percent` of its time has passed; from its end on it is overdue.

    ValueError for a task without an end.
    """
    if task.due_at is None:
        raise ValueError(f"task {task.id} has no end")
    known = words_of(desk.language, desk.templates)
    shared = {
        **notice(record, owner, desk, known, now),
        "deadline": Deadline(task_words(task, known), manners.moment(task.due_at, desk.zone, known.language), ""),
        "met_by": known.filled("lists", "task_done", id=task.id),
    }
    span = manners.span(task.due_at - now, known)
    if now < task.due_at:
        soon = DueSoon(**shared, percent=percent, left=span)
        return compose(Purpose.DUE_SOON, soon, record, to, cc, desk, ids, now)
    return compose(Purpose.OVERDUE, Overdue(**shared, late=span), record, to, cc, desk, ids, now)


def task_words(task: Task, known: Words) -> str:
    """What a task is, with its note."""
    kind, note = known.of("task_kinds", task.kind.value), wording.plain(task.note, 80)
    return f"{kind}{known.phrase('colon')}{note}" if note else kind


def digest(
    day: date,
    lists: Day,
    to: Receivers,
    cc: Receivers,
    desk: Desk,
    ids: Ids,
    now: datetime,
    tasks: Sequence[tuple[Record, Task]] = (),
) -> Letter | None:
    """客诉日报 of a day; None where there is nothing to tell, so that nobody learns to overlook it.

    `tasks` are the reader's own open ones: the letter asks how they stand (日事日清).
    """
    known = words_of(desk.language, desk.templates)
    own = tuple(entry(record, known, _task_note(task, desk, known)) for record, task in tasks)
    sections = sections_of(lists, desk, known)
    if own:
        sections += (Section(known.of("sections", "tasks"), own),)
    if not sections:
        return None
    data = Digest(
        **frame(desk, known, now, known.phrase("colleagues")),
        day=manners.day(day, known.language),
        sections=sections,
        ask=known.of("lists", "ask_progress") if own else "",
        link=desk.site,
    )
    return compose(Purpose.DIGEST, data, None, to, cc, desk, ids, now)


def system_trouble(trouble: Trouble, to: Receivers, desk: Desk, ids: Ids, now: datetime) -> Letter:
    """系统告警 to the administrators: what fails, since when, what waits, what to do."""
    known = words_of(desk.language, desk.templates)
    data = SystemTrouble(
        **frame(desk, known, now, known.phrase("colleagues")),
        what=known.of("troubles", trouble.kind),
        place=wording.plain(trouble.place, 120),
        since=manners.moment(trouble.since, desk.zone, known.language) if trouble.since else "",
        last_ok=manners.moment(trouble.last_ok, desk.zone, known.language) if trouble.last_ok else "",
        queued=trouble.waiting,
        detail=wording.plain(trouble.detail, 600),
        remedy=wording.plain(trouble.remedy, 600),
    )
    return compose(Purpose.SYSTEM_TROUBLE, data, None, to, (), desk, ids, now)


def _task_note(task: Task, desk: Desk, known: Words) -> str:
    until = f" {manners.moment(task.due_at, desk.zone, known.language)}" if task.due_at else ""
    return f"{task_words(task, known)}{until} [{task.id}]"


def entry(record: Record, known: Words, note: str = "") -> Entry:
    """A record's line in a list."""
    return Entry(record.number, record.letter.value, customer_name(record, known), wording.about(record, known), note)


def sections_of(lists: Day, desk: Desk, known: Words) -> tuple[Section, ...]:
    """The lists that have entries, each under its heading."""

    def due(pair: tuple[Record, Window]) -> Entry:
        ends = wording.deadline(pair[1], known, desk.zone)
        return entry(pair[0], known, f"{ends.what} {ends.by}")

    rows = {
        "new": [entry(record, known) for record in lists.new],
        "to_review": [entry(record, known) for record in lists.to_review],
        "due_today": [due(pair) for pair in lists.due_today],
        "overdue": [due(pair) for pair in lists.overdue],
        "unsigned": [
            entry(record, known, manners.moment(sent, desk.zone, known.language)) for record, sent in lists.unsigned
        ],
        "warnings": [
            entry(record, known, confirmations.standing(rows, desk, known)) for record, rows in lists.warnings
        ],
    }
    return tuple(Section(known.of("sections", name), tuple(found)) for name, found in rows.items() if found)
