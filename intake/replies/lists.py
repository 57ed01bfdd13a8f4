"""Letters to our own people about many records: what waits for a signature, what fell due while the service was down,
the weekly and the monthly report. Each has templates of its own, and the purpose `unsigned` or `digest`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from intake import reporting
from intake.replies import confirmations, wording
from intake.replies.frame import Desk, Ids, Receivers, compose, frame
from intake.replies.notices import entry, task_words
from storage.life import Task, Warned
from storage.records import Letter, Purpose, Record, Window
from templates import manners
from templates.data import CatchUp, Count, Kept, Report, UnsignedList
from templates.words import Words
from templates.words import words as words_of


@dataclass(frozen=True, slots=True)
class Missed:
    """A step that was to be taken while the service was down: of a window, of a task, a missing signature, or a batch
    warning that the customers `warned` have not confirmed.

    `step` is 50, 80, 100 or escalated (a window's or a task's; a warning's is the last alone), dispatch or handover (a
    signature's, missing since `at`).
    """

    record: Record
    step: str
    at: datetime
    window: Window | None = None
    task: Task | None = None
    warned: Sequence[Warned] = ()


def unsigned_list(
    waiting: Sequence[tuple[Record, datetime]], to: Receivers, desk: Desk, ids: Ids, now: datetime
) -> Letter:
    """待签收清单 for one person: records with the moment since which the signature is missing, the oldest first."""
    known = words_of(desk.language, desk.templates)
    data = UnsignedList(
        **frame(desk, known, now, known.phrase("colleagues")),
        entries=tuple(
            entry(record, known, _waits(since, desk, known, now))
            for record, since in sorted(waiting, key=lambda one: one[1])
        ),
        link=desk.site,
    )
    return compose(Purpose.UNSIGNED, data, None, to, (), desk, ids, now, template="unsigned_list")


def _waits(since: datetime, desk: Desk, known: Words, now: datetime) -> str:
    at = manners.moment(since, desk.zone, known.language)
    return known.filled("lists", "waits", at=at, span=manners.span(now - since, known))


def catch_up(
    missed: Sequence[Missed],
    to: Receivers,
    desk: Desk,
    ids: Ids,
    now: datetime,
    down_to: datetime | None = None,
    down_from: datetime | None = None,
) -> Letter:
    """停机期间到期事项汇总 for one person, in the given order, in place of single reminders all at once.

    The service was down until `down_to` (by default now), since `down_from` where that is known.
    """
    known = words_of(desk.language, desk.templates)
    data = CatchUp(
        **frame(desk, known, now, known.phrase("colleagues")),
        down_from=manners.moment(down_from, desk.zone, known.language) if down_from else "",
        down_to=manners.moment(down_to or now, desk.zone, known.language),
        entries=tuple(entry(one.record, known, _missed(one, desk, known, now)) for one in missed),
        link=desk.site,
    )
    return compose(Purpose.DIGEST, data, None, to, (), desk, ids, now, template="catch_up")


def _missed(one: Missed, desk: Desk, known: Words, now: datetime) -> str:
    """What is due, until when, and how that stands now."""
    what, due_at = "", one.at
    if one.warned:
        return _unconfirmed(one, desk, known)
    if one.window is not None:
        what, due_at = known.of("windows", one.window.name.value), one.window.due_at
    elif one.task is not None:
        what, due_at = task_words(one.task, known), one.task.due_at or one.at
    if not what:
        return _waits(one.at, desk, known, now)
    key = "late" if due_at <= now else "left"
    at = manners.moment(due_at, desk.zone, known.language)
    said = known.filled("lists", key, what=what, at=at, span=manners.span(now - due_at, known))
    return said + known.of("lists", "told_above") if one.step == "escalated" else said


def _unconfirmed(one: Missed, desk: Desk, known: Words) -> str:
    names = known.phrase("and").join(confirmations.named(one.warned, desk, known))
    head = known.filled("matters", "unconfirmed") + known.phrase("colon")
    return head + names + (known.of("lists", "told_above") if one.step == "escalated" else "")


def report(
    span: Literal["weekly", "monthly"],
    summary: reporting.Summary,
    to: Receivers,
    cc: Receivers,
    desk: Desk,
    ids: Ids,
    now: datetime,
) -> Letter:
    """客诉周报, 客诉月报: counts by class, customer, product, cause and defect; repeats; how the windows were kept; and
    the table for the assessment (考核) by department and person, facts only.
    """
    known = words_of(desk.language, desk.templates)
    data = Report(
        **frame(desk, known, now, known.phrase("colleagues")),
        title=known.of("lists", span),
        first=manners.day(summary.first, known.language),
        last=manners.day(summary.last, known.language),
        complaints=summary.complaints,
        notices=summary.notices,
        closed=summary.closed,
        still_open=summary.still_open,
        broken=summary.broken,
        rate="" if summary.rate is None else _percent(summary.rate),
        repeats=tuple(entry(record, known) for record in summary.repeats),
        claims=tuple(f"{manners.number(amount)} {wording.plain(unit, 3)}".strip() for unit, amount in summary.claims),
        by_class=tuple(Count(known.of("classes", one.name), one.number) for one in summary.classes if one.number),
        by_customer=_counts(summary.customers, known.phrase("unknown_customer")),
        by_product=_counts(summary.products, known.of("lists", "no_product")),
        by_cause=_counts(summary.causes, known.of("lists", "no_cause")),
        by_defect=_counts([_defect(one, known) for one in summary.defects], known.phrase("quality_problem")),
        windows=tuple(_window(one, known) for one in summary.windows),
        people=tuple(_person(one, known) for one in summary.people),
        link=desk.site,
    )
    return compose(Purpose.DIGEST, data, None, to, cc, desk, ids, now, template="report")


def _counts(counted: Sequence[reporting.Count], unnamed: str) -> tuple[Count, ...]:
    """As counted; nothing where all that is known is that nothing is."""
    rows = tuple(Count(wording.plain(one.name, 60) or unnamed, one.number) for one in counted)
    return rows if any(one.name for one in counted) else ()


def _defect(one: reporting.Count, known: Words) -> reporting.Count:
    """A kind of defect by its word."""
    named = known.of("defect_kinds", one.name) if known.has("defect_kinds", one.name) else one.name
    return reporting.Count(named, one.number)


def _window(one: reporting.KeptBy, known: Words) -> Kept:
    return _kept(known.of("windows", one.window.value) if one.window else known.of("lists", "tasks"), one)


def _person(one: reporting.KeptBy, known: Words) -> Kept:
    place = known.of("departments", one.department) if one.department else known.of("lists", "no_department")
    name = known.filled("lists", "person", department=place, owner=one.person) if one.person else place
    return _kept(wording.plain(name, 80), one)


def _kept(name: str, one: reporting.KeptBy) -> Kept:
    kept = one.kept
    late = kept.late + kept.overdue
    hours = manners.number(round(kept.late_hours, 1)) if late else ""
    return Kept(name, kept.number, kept.on_time, late, _percent(kept.rate or 0.0), hours)


def _percent(share: float) -> str:
    return f"{manners.number(round(share * 100, 1))}%"
