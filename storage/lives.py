"""The life of records: the repository of what `storage.life` and `storage.eight_d` describe, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage.arrivals import in_groups, insert
from storage.eight_d import Report
from storage.eight_d_json import eight_d_from, eight_d_json
from storage.errors import NotThere, only_once
from storage.life import (
    CustomerForm,
    Evidence,
    Grade,
    Life,
    Proposal,
    ProposalState,
    SupplierClaim,
    Survey,
    Task,
    TaskState,
    Warned,
)
from storage.rows import from_row, values_of
from storage.tables import (
    customer_forms,
    evidence,
    lives,
    proposals,
    reports,
    rounds,
    supplier_claims,
    surveys,
    tasks,
    warned,
)

T = TypeVar("T")

# What every mail asks for is put together once: building a statement costs more than running it.
_WARNED = sa.select(warned).where(warned.c.record == sa.bindparam("record")).order_by(warned.c.customer, warned.c.id)


@cache
def _saved(dialect: str) -> "sqlite.Insert | postgresql.Insert":
    made = sqlite.insert(lives) if dialect == "sqlite" else postgresql.insert(lives)
    change = {name: made.excluded[name] for name in lives.c.keys() if name != "record"}  # noqa: SIM118
    return made.on_conflict_do_update(index_elements=[lives.c.record], set_=change)


class Lives:
    """The repository of lives, tasks, evidence, reports, warnings, surveys and proposals."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    # ---------------------------------------------------------------- where a record stands

    def get(self, record: str) -> Life:
        """A record's life; an unwritten one for a record that has none yet."""
        row = self._connection.execute(sa.select(lives).where(lives.c.record == record)).first()
        return Life(record) if row is None else from_row(Life, row)

    def of(self, records: Sequence[str]) -> dict[str, Life]:
        found: dict[str, Life] = {}
        for group in in_groups(records):
            for row in self._connection.execute(sa.select(lives).where(lives.c.record.in_(group))):
                found[row.record] = from_row(Life, row)
        return found

    def save(self, life: Life) -> None:
        self._connection.execute(_saved(self._connection.dialect.name), values_of(life))

    def to_look_at(self, now: datetime, limit: int) -> list[Life]:
        """Lives for which the clock calls (a signature that is missing, a survey), the longest waiting first."""
        query = sa.select(lives).where(lives.c.look_at <= now).order_by(lives.c.look_at, lives.c.record).limit(limit)
        return [from_row(Life, row) for row in self._connection.execute(query)]

    def unsigned(self) -> list[Life]:
        """Lives whose dispatch or handover waits for a signature, the longest waiting first."""
        waits = sa.or_(
            sa.and_(lives.c.dispatched_at.is_not(None), lives.c.signed_at.is_(None)), lives.c.handover_to != ""
        )
        query = sa.select(lives).where(waits, lives.c.closed_at.is_(None))
        return [
            from_row(Life, row)
            for row in self._connection.execute(query.order_by(lives.c.dispatched_at, lives.c.record))
        ]

    # ---------------------------------------------------------------- what hangs on it

    def add(self, new: Sequence[Task | Evidence | Warned | SupplierClaim | Survey | Proposal]) -> None:
        """Keeps new things; AlreadyThere where an id is known."""
        for one in new:
            with only_once("This is kept already."):
                self._connection.execute(sa.insert(_TABLES[type(one)]), values_of(one))

    def update(self, one: Task | Evidence | Warned | SupplierClaim | Survey | Proposal) -> None:
        table = _TABLES[type(one)]
        done = self._connection.execute(sa.update(table).where(table.c.id == one.id).values(values_of(one)))
        if done.rowcount == 0:
            raise NotThere(f"There is no {type(one).__name__.lower()} {one.id}.")

    def tasks(self, record: str) -> list[Task]:
        return self._all(
            Task, sa.select(tasks).where(tasks.c.record == record).order_by(tasks.c.created_at, tasks.c.id)
        )

    def task(self, task: str) -> Task | None:
        return next(iter(self._all(Task, sa.select(tasks).where(tasks.c.id == task))), None)

    def open_tasks(self, owner: str | None = None) -> list[Task]:
        """Open tasks, of one person or of all, those due first at the front."""
        query = sa.select(tasks).where(tasks.c.state == TaskState.OPEN)
        if owner is not None:
            query = query.where(sa.func.lower(tasks.c.owner) == owner.lower())
        return self._all(Task, query.order_by(tasks.c.due_at.is_(None), tasks.c.due_at, tasks.c.id))

    def tasks_to_look_at(self, now: datetime, limit: int) -> list[Task]:
        return self._all(Task, sa.select(tasks).where(tasks.c.look_at <= now).order_by(tasks.c.look_at).limit(limit))

    def evidence(self, record: str) -> list[Evidence]:
        return self._all(
            Evidence, sa.select(evidence).where(evidence.c.record == record).order_by(evidence.c.at, evidence.c.id)
        )

    def evidence_of(self, arrival: str) -> list[Evidence]:
        """The files that came with a mail."""
        return self._all(Evidence, sa.select(evidence).where(evidence.c.arrival == arrival).order_by(evidence.c.id))

    def warned(self, record: str) -> list[Warned]:
        return self._all(Warned, _WARNED, {"record": record})

    def warned_by_letter(self, letter: str) -> Warned | None:
        return next(iter(self._all(Warned, sa.select(warned).where(warned.c.letter == letter))), None)

    def warned_to_look_at(self, now: datetime, limit: int) -> list[Warned]:
        """Warnings that a customer has not confirmed in time, the longest waiting first."""
        query = sa.select(warned).where(warned.c.look_at <= now)
        return self._all(Warned, query.order_by(warned.c.look_at, warned.c.record, warned.c.id).limit(limit))

    def warned_unconfirmed(self, confirmed_since: datetime, limit: int) -> list[str]:
        """Numbers of records that wait for a customer to confirm a warning, or where one has since that moment; those
        that wait longest first.
        """
        waits = sa.and_(warned.c.sent_at.is_not(None), warned.c.confirmed_at.is_(None))
        query = (
            sa.select(warned.c.record)
            .where(sa.or_(waits, warned.c.confirmed_at >= confirmed_since))
            .group_by(warned.c.record)
            .order_by(sa.func.min(warned.c.sent_at), warned.c.record)
        )
        return list(self._connection.execute(query.limit(limit)).scalars())

    def supplier_claims(self, record: str) -> list[SupplierClaim]:
        query = sa.select(supplier_claims).where(supplier_claims.c.record == record)
        return self._all(SupplierClaim, query.order_by(supplier_claims.c.asked_at, supplier_claims.c.id))

    def proposals(self, record: str, state: ProposalState | None = ProposalState.OPEN) -> list[Proposal]:
        query = sa.select(proposals).where(proposals.c.record == record)
        if state is not None:
            query = query.where(proposals.c.state == state)
        return self._all(Proposal, query.order_by(proposals.c.at, proposals.c.id))

    # ---------------------------------------------------------------- surveys

    def surveys(self, record: str) -> list[Survey]:
        return self._all(
            Survey, sa.select(surveys).where(surveys.c.record == record).order_by(surveys.c.asked_at, surveys.c.id)
        )

    def survey(self, survey: str) -> Survey | None:
        return next(iter(self._all(Survey, sa.select(surveys).where(surveys.c.id == survey))), None)

    def survey_by_letter(self, letter: str) -> Survey | None:
        return next(iter(self._all(Survey, sa.select(surveys).where(surveys.c.letter == letter))), None)

    def surveys_between(self, start: datetime, end: datetime) -> list[Survey]:
        """Surveys asked from `start` up to but not including `end`."""
        query = sa.select(surveys).where(surveys.c.asked_at >= start, surveys.c.asked_at < end)
        return self._all(Survey, query.order_by(surveys.c.asked_at, surveys.c.id))

    def surveys_graded(self, grades: Sequence[Grade], limit: int) -> list[Survey]:
        """Answered surveys of these grades that no record was opened for, the longest waiting first."""
        query = sa.select(surveys).where(surveys.c.grade.in_(grades), surveys.c.follow_up.is_(None))
        return self._all(Survey, query.order_by(surveys.c.answered_at, surveys.c.id).limit(limit))

    def closed_unasked(self, since: datetime, until: datetime, limit: int) -> list[str]:
        """Numbers of records that were closed after `since` and up to `until`, and have no survey; oldest first."""
        asked = sa.select(surveys.c.id).where(surveys.c.record == lives.c.record)
        query = sa.select(lives.c.record).where(lives.c.closed_at > since, lives.c.closed_at <= until, ~asked.exists())
        return list(self._connection.execute(query.order_by(lives.c.closed_at, lives.c.record).limit(limit)).scalars())

    # ---------------------------------------------------------------- the 8D

    def reports(self, record: str) -> list[Report]:
        """The revisions of a record's 8D, oldest first."""
        query = sa.select(reports).where(reports.c.record == record).order_by(reports.c.revision)
        return [
            replace(from_row(Report, row), report=eight_d_from(row.report)) for row in self._connection.execute(query)
        ]

    def report(self, record: str) -> Report | None:
        """The newest revision."""
        return next(reversed(self.reports(record)), None)

    def save_report(self, report: Report) -> None:
        """Keeps a revision: a new one, or the new state of a known one."""
        values = {**values_of(report), "report": eight_d_json(report.report)}
        change = {name: value for name, value in values.items() if name not in ("record", "revision")}
        self._connection.execute(
            insert(self._connection, reports)
            .values(values)
            .on_conflict_do_update(index_elements=[reports.c.record, reports.c.revision], set_=change)
        )

    def customer_form(self, customer_id: int) -> CustomerForm | None:
        row = self._connection.execute(
            sa.select(customer_forms).where(customer_forms.c.customer_id == customer_id)
        ).first()
        return None if row is None else from_row(CustomerForm, row)

    def save_customer_form(self, form: CustomerForm) -> None:
        values = values_of(form)
        change = {name: value for name, value in values.items() if name != "customer_id"}
        self._connection.execute(
            insert(self._connection, customer_forms)
            .values(values)
            .on_conflict_do_update(index_elements=[customer_forms.c.customer_id], set_=change)
        )

    # ---------------------------------------------------------------- each once

    def begin_round(self, name: str, period: str, at: datetime) -> bool:
        """Marks a periodical letter as made; False where it was made already."""
        made = insert(self._connection, rounds).values(name=name, period=period, at=at).on_conflict_do_nothing()
        return self._connection.execute(made.returning(rounds.c.name)).first() is not None

    def note_round(self, name: str, period: str, at: datetime) -> None:
        """Notes when something was done last; one row, however often."""
        made = insert(self._connection, rounds).values(name=name, period=period, at=at)
        self._connection.execute(
            made.on_conflict_do_update(index_elements=[rounds.c.name, rounds.c.period], set_={"at": at})
        )

    def round_made(self, name: str, period: str) -> datetime | None:
        """When a periodical letter was made for a period; None: not yet."""
        query = sa.select(rounds.c.at).where(rounds.c.name == name, rounds.c.period == period)
        found: datetime | None = self._connection.execute(query).scalar()
        return found

    def last_round(self, name: str, before: datetime | None = None) -> tuple[str, datetime] | None:
        """(period, when) of the last one made, or of the last one made before a moment."""
        query = sa.select(rounds.c.period, rounds.c.at).where(rounds.c.name == name).order_by(rounds.c.at.desc())
        if before is not None:
            query = query.where(rounds.c.at < before)
        row = self._connection.execute(query.limit(1)).first()
        return None if row is None else (row.period, row.at)

    def _all(self, kind: type[T], query: sa.Select[Any], asked: Mapping[str, Any] | None = None) -> list[T]:
        return [from_row(kind, row) for row in self._connection.execute(query, asked)]


_TABLES: dict[type, sa.Table] = {
    Task: tasks,
    Evidence: evidence,
    Warned: warned,
    SupplierClaim: supplier_claims,
    Survey: surveys,
    Proposal: proposals,
}
