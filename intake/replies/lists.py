"""Letters to our own people about many records: what waits for a signature, what fell due while the service was down,
the weekly and the monthly report. Each has templates of its own, and the purpose `digest` or `unsigned`.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from intake.replies import wording
from intake.replies.frame import Desk, Ids, Receivers, compose, customer_name, frame
from intake.replies.notices import Day, entry, sections_of
from intake.replies.summary import Summary, Tally
from storage.records import Class, Letter, Purpose, Record, WindowName
from templates import manners
from templates.data import CatchUp, Count, Entry, Kept, Report, UnsignedList
from templates.words import Words
from templates.words import words as words_of

MOST_ROWS = 15  # of a table of a report; the rest is summed up in one row


def unsigned_list(
    waiting: Sequence[tuple[Record, datetime]], to: Receivers, desk: Desk, ids: Ids, now: datetime
) -> Letter | None:
    """待签收清单 for one person: records with the moment of their dispatch or handover, the oldest first. None where
    nothing waits.
    """
    known = words_of(desk.language, desk.templates)
    if not waiting:
        return None
    data = UnsignedList(
        **frame(desk, known, now, known.phrase("colleagues")),
        entries=tuple(
            entry(record, known, _waits(sent, desk, known, now))
            for record, sent in sorted(waiting, key=lambda one: one[1])
        ),
        link=desk.site,
    )
    return compose(Purpose.UNSIGNED, data, None, to, (), desk, ids, now, template="unsigned_list")


def _waits(sent: datetime, desk: Desk, known: Words, now: datetime) -> str:
    at = manners.moment(sent, desk.zone, known.language)
    return known.filled("lists", "waits", at=at, span=manners.span(now - sent, known))


def catch_up(
    down_from: datetime, down_to: datetime, lists: Day, to: Receivers, desk: Desk, ids: Ids, now: datetime
) -> Letter | None:
    """停机期间到期事项汇总 for one person, in place of the single reminders that would all come at once. None where
    nothing fell due.
    """
    known = words_of(desk.language, desk.templates)
    sections = sections_of(lists, desk, known)
    if not sections:
        return None
    data = CatchUp(
        **frame(desk, known, now, known.phrase("colleagues")),
        down_from=manners.moment(down_from, desk.zone, known.language),
        down_to=manners.moment(down_to, desk.zone, known.language),
        sections=sections,
        link=desk.site,
    )
    return compose(Purpose.DIGEST, data, None, to, (), desk, ids, now, template="catch_up")


def report(
    span: Literal["weekly", "monthly"],
    summary: Summary,
    to: Receivers,
    cc: Receivers,
    desk: Desk,
    ids: Ids,
    now: datetime,
) -> Letter:
    """客诉周报, 客诉月报: counts by class, customer, product, cause; repeats; how the windows were kept; and the table
    for the assessment (考核) by department and person.
    """
    known = words_of(desk.language, desk.templates)
    data = Report(
        **frame(desk, known, now, known.phrase("colleagues")),
        title=known.of("lists", span),
        first=manners.day(summary.first, known.language),
        last=manners.day(summary.last, known.language),
        complaints=summary.complaints,
        closed=summary.closed,
        running=summary.running,
        broken=summary.broken,
        rate=_rate(summary.kept),
        by_class=tuple(
            Count(known.of("classes", letter.value), summary.by_class[letter])
            for letter in Class
            if summary.by_class[letter]
        ),
        by_customer=_counts(summary.by_customer, known.phrase("unknown_customer"), known),
        by_product=_counts(
            Counter({" ".join(filter(None, name)): number for name, number in summary.by_product.items()}),
            known.of("lists", "no_product"),
            known,
        ),
        by_cause=_counts(summary.by_cause, known.of("lists", "no_cause"), known),
        repeats=tuple(_repeat(one.record, one.occurrence, known) for one in summary.repeats[:MOST_ROWS]),
        windows=tuple(
            _kept(known.of("windows", name.value), summary.by_window[name])
            for name in WindowName
            if name in summary.by_window and summary.by_window[name].due
        ),
        people=_people(summary, known),
        link=desk.site,
    )
    return compose(Purpose.DIGEST, data, None, to, cc, desk, ids, now, template="report")


def _counts(counted: Counter[str], unnamed: str, known: Words) -> tuple[Count, ...]:
    """The most first; what has no name last, after one row for all that the table leaves out."""
    named = sorted(((name, n) for name, n in counted.items() if name), key=lambda one: (-one[1], one[0]))
    rows = [Count(wording.plain(name, 60), number) for name, number in named[:MOST_ROWS]]
    if rest := sum(number for _, number in named[MOST_ROWS:]):
        rows.append(Count(known.of("lists", "others"), rest))
    if counted.get("") and rows:
        rows.append(Count(unnamed, counted[""]))
    return tuple(rows)


def _people(summary: Summary, known: Words) -> tuple[Kept, ...]:
    rows = []
    for (department, owner), tally in sorted(summary.by_person.items(), key=lambda one: (-one[1].late_hours, one[0])):
        place = known.of("departments", department) if department else known.of("lists", "no_department")
        name = known.filled("lists", "person", department=place, owner=owner) if owner else place
        if tally.due:
            rows.append(_kept(wording.plain(name, 60), tally))
    return tuple(rows)


def _kept(name: str, tally: Tally) -> Kept:
    late = manners.number(round(tally.late_hours, 1)) if tally.late else ""
    return Kept(name, tally.due, tally.on_time, tally.late, tally.overdue, _rate(tally), late)


def _rate(tally: Tally) -> str:
    return "" if tally.rate is None else f"{manners.number(round(tally.rate * 100, 1))}%"


def _repeat(record: Record, occurrence: int, known: Words) -> Entry:
    return Entry(
        record.number,
        record.letter.value,
        customer_name(record, known),
        wording.about(record, known),
        known.filled("lists", "occurrence", n=occurrence),
    )
