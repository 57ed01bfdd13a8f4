"""The weekly and the monthly report: counted by `intake.reporting`, to the policy's `recipients.report`."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Literal

from intake.policy.rounds import WEEKLY, Round
from intake.policy.routing import recipients
from intake.replies import lists
from intake.reporting import Facts, KeptBy, Summary, summary
from intake.runners.clock.look import Look
from intake.runners.repeats import earlier_occurrences
from storage import RecordFilter, UnitOfWork
from storage.records import Class, Letter, Record
from storage.scope import Scope

_MOST = 100_000  # records of one month


def reports(work: UnitOfWork, one: Round, look: Look) -> list[Letter]:
    """One letter to all receivers; none where nothing came and nothing was due."""
    to, cc = recipients("report", (), look.people, look.office.policy)
    told = summary_of(work, one, look)
    if not to or told.empty:
        return []
    ids = look.ids(f"{one.name}.{one.period}", one.name, one.period)
    span: Literal["weekly", "monthly"] = "weekly" if one.name == WEEKLY else "monthly"
    return [lists.report(span, told, to, cc, look.office.desk, ids, look.now)]


def summary_of(work: UnitOfWork, one: Round, look: Look) -> Summary:
    """The figures of a span of local days."""
    calendar, policy = look.office.calendar, look.office.policy
    start = calendar.moment(one.first, time(0))
    end = calendar.moment(one.last + timedelta(days=1), time(0))
    scope = Scope(start, end)
    wanted = RecordFilter(since=start, until=end, merged=False)
    records = work.complaints.listing(wanted, limit=_MOST)
    lives = work.lives.of([record.number for record in records])
    label = {key: cause.label for key, cause in policy.causes.items()}
    facts = Facts(
        records=records,
        causes={number: label.get(life.cause, life.cause) for number, life in lives.items() if life.cause},
        repeated=frozenset(record.number for record in records if _repeats(work, record, look)),
        promised=work.figures.promised(scope, look.now),
        closed=work.figures.closed(scope),
        still_open=work.complaints.open_number(),
    )
    counted = summary(one.first, one.last, facts, policy.digest.top)
    return replace(counted, people=tuple(_named(kept, look) for kept in counted.people))


def _named(kept: KeptBy, look: Look) -> KeptBy:
    """With the person's name in place of the address."""
    person = look.person(kept.person)
    return replace(kept, person=person.name if person and person.name else kept.person)


def _repeats(work: UnitOfWork, record: Record, look: Look) -> bool:
    """Whether the same problem came before, within the policy's span."""
    problems = [(item.model, item.defect) for item in record.items if item.model and item.defect]
    if record.letter is Class.C or not problems:
        return False
    return earlier_occurrences(work, problems, record.received_at, look.office.policy, record.number) > 0
