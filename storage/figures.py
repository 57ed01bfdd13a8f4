"""The figures: complaints, promises and satisfaction, counted by the database; no record is loaded for them.

A complaint counts in the period in which it was received, a promise (a window or a task) in the one in which it fell
due: only then can it be judged. What was waived or cancelled is no promise. A promise is late by the time until it was
met, or until now. What a statement costs grows with the rows of its span, which it finds by an index, and what comes
back grows with the names only.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from storage.life import Grade, TaskState
from storage.records import Class, WindowName, WindowState
from storage.scope import Scope, company_of, complaint, customer_named, period_of, within
from storage.tables import items, lives, records, surveys, tasks, windows
from storage.tables_site import open_records

_PROMISED = tuple(state for state in WindowState if state is not WindowState.WAIVED)
_BETWEEN = "\x1f"  # two texts that are joined to one


class _Hours(FunctionElement[float]):
    """From the second moment to the first, in hours."""

    inherit_cache = True
    type = sa.Double()


@compiles(_Hours, "sqlite")
def _hours_in_sqlite(element: _Hours, compiler: Any, **how: Any) -> str:
    later, earlier = (compiler.process(part, **how) for part in element.clauses)
    return f"((julianday({later}) - julianday({earlier})) * 24.0)"


@compiles(_Hours, "postgresql")
def _hours_in_postgresql(element: _Hours, compiler: Any, **how: Any) -> str:
    later, earlier = (compiler.process(part, **how) for part in element.clauses)
    return f"(EXTRACT(EPOCH FROM ({later} - {earlier})) / 3600.0)"


@dataclass(frozen=True, slots=True)
class Came:
    """How many complaints of a class were received in a period, and how many of them are closed by now."""

    period: int
    letter: Class
    number: int
    closed: int


@dataclass(frozen=True, slots=True)
class Promised:
    """How the promises of a period were kept that one window (None: tasks), department and owner have in common.
    `overdue`: not met yet; they are late by the hours until now.
    """

    period: int
    window: WindowName | None
    department: str
    owner: str
    on_time: int
    late: int
    overdue: int
    late_hours: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """The names that occur most often, with how often; `named` and `names` count all of them, also those left out, and
    `unnamed` the complaints that name nothing.
    """

    rows: tuple[tuple[str, int], ...]
    named: int
    names: int
    unnamed: int


@dataclass(frozen=True, slots=True)
class Described:
    """What defects complaints describe together, each in the customer's words, and how many describe just these: the
    most frequent first. `naming` counts all complaints that describe any, `unnamed` the others.
    """

    rows: tuple[tuple[tuple[str, ...], int], ...]
    naming: int
    unnamed: int


@dataclass(frozen=True, slots=True)
class Asked:
    """How many surveys of a period, or of a customer, have this grade; None: no answer."""

    period: int
    customer: str
    grade: Grade | None
    number: int


class Figures:
    """The repository of figures, in one transaction; nothing here writes."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    # ---------------------------------------------------------------- complaints

    def came(self, scope: Scope) -> list[Came]:
        period = period_of(records.c.received_at, scope)
        closed = sa.func.count(lives.c.closed_at)
        query = sa.select(period, records.c.letter, sa.func.count(), closed).select_from(
            records.outerjoin(lives, lives.c.record == records.c.number)
        )
        query = query.where(*_received(scope)).group_by(period, records.c.letter)
        return [Came(*row) for row in self._connection.execute(query)]

    def closed(self, scope: Scope) -> int:
        """How many were closed in the span, whenever they came."""
        query = sa.select(sa.func.count()).select_from(lives.join(records, records.c.number == lives.c.record))
        return int(
            self._connection.execute(query.where(within(lives.c.closed_at, scope), *complaint(scope))).scalar_one()
        )

    def still_open(self, scope: Scope) -> int:
        """How many are open now, whenever they came."""
        query = sa.select(sa.func.count()).select_from(
            open_records.join(records, records.c.number == open_records.c.record)
        )
        return int(self._connection.execute(query.where(*complaint(scope))).scalar_one())

    def departments(self, scope: Scope) -> list[str]:
        """Those that complaints of the span were given to."""
        query = sa.select(records.c.department).where(*_received(scope)).distinct()
        return sorted(name for name in self._connection.execute(query).scalars() if name)

    # ---------------------------------------------------------------- promises

    def promised(self, scope: Scope, now: datetime) -> list[Promised]:
        """Of what fell due in the span and by now."""
        return [_promised(row) for row in (*self._windows(scope, now), *self._tasks(scope, now))]

    def _windows(self, scope: Scope, now: datetime) -> Sequence[sa.Row[Any]]:
        due = windows.c.due_at
        key = (period_of(due, scope), windows.c.name, records.c.department, records.c.owner)
        query = sa.select(*key, *_kept(due, windows.c.met_at, now)).select_from(
            windows.join(records, records.c.number == windows.c.record)
        )
        # The states stand there for the index, which begins with them.
        query = query.where(windows.c.state.in_(_PROMISED), within(due, scope), due < now, *complaint(scope))
        return self._connection.execute(query.group_by(*key)).all()

    def _tasks(self, scope: Scope, now: datetime) -> Sequence[sa.Row[Any]]:
        """A task is its own department's and owner's, whoever has the record."""
        due = tasks.c.due_at
        no_window = sa.null().label("window")
        key = (period_of(due, scope), tasks.c.department, tasks.c.owner)
        query = sa.select(key[0], no_window, *key[1:], *_kept(due, tasks.c.done_at, now)).select_from(
            tasks.join(records, records.c.number == tasks.c.record)
        )
        query = query.where(tasks.c.state != TaskState.CANCELLED, within(due, scope), due < now)
        by_department = [] if scope.department is None else [tasks.c.department == scope.department]
        query = query.where(*by_department, *complaint(_of_any_department(scope)))
        return self._connection.execute(query.group_by(*key)).all()

    # ---------------------------------------------------------------- what most have in common

    def customers(self, scope: Scope, most: int) -> Ranked:
        return self._ranked(sa.select(company_of().label("name")).where(*_received(scope)), most)

    def causes(self, scope: Scope, most: int) -> Ranked:
        """By the cause's key in the policy."""
        query = sa.select(sa.func.coalesce(lives.c.cause, "").label("name")).select_from(
            records.outerjoin(lives, lives.c.record == records.c.number)
        )
        return self._ranked(query.where(*_received(scope)), most)

    def products(self, scope: Scope, most: int) -> Ranked:
        """Product and model; a complaint counts once for each that it is about."""
        words = (sa.func.coalesce(column, "") for column in (items.c.product, items.c.model))
        name = sa.func.trim(sa.func.trim(next(words)) + " " + sa.func.trim(next(words)))
        query = sa.select(records.c.number, name.label("name")).select_from(
            records.outerjoin(items, items.c.record == records.c.number)
        )
        return self._ranked(query.where(*_received(scope)).distinct(), most)

    def defects(self, scope: Scope, most: int) -> Described:
        text = sa.func.trim(items.c.defect).label("text")
        named = sa.select(items.c.record, text).select_from(items.join(records, records.c.number == items.c.record))
        each = named.where(*_received(scope), text != "").distinct().subquery()
        whole = sa.select(sa.func.aggregate_strings(each.c.text, _BETWEEN).label("texts"))
        whole_of = whole.group_by(each.c.record).subquery()
        number = sa.func.count().label("number")
        query = sa.select(whole_of.c.texts, number, sa.func.sum(number).over()).group_by(whole_of.c.texts)
        rows = self._connection.execute(query.order_by(number.desc(), whole_of.c.texts).limit(most)).all()
        naming = int(rows[0][2]) if rows else 0
        found = tuple((tuple(texts.split(_BETWEEN)), of_these) for texts, of_these, _ in rows)
        return Described(found, naming, self.number(scope) - naming)

    def number(self, scope: Scope) -> int:
        """How many complaints were received in the span."""
        query = sa.select(sa.func.count()).select_from(records).where(*_received(scope))
        return int(self._connection.execute(query).scalar_one())

    def _ranked(self, names: sa.Select[Any], most: int) -> Ranked:
        each = names.subquery()
        groups = sa.select(each.c.name, sa.func.count().label("number")).group_by(each.c.name).subquery()
        named = sa.case((groups.c.name != "", groups.c.number), else_=0)
        totals = (sa.func.sum(named), sa.func.sum(groups.c.number), sa.func.count(sa.func.nullif(groups.c.name, "")))
        query = sa.select(groups.c.name, groups.c.number, *(total.over() for total in totals))
        last = sa.case((groups.c.name == "", 1), else_=0)
        rows = self._connection.execute(query.order_by(last, groups.c.number.desc(), groups.c.name).limit(most)).all()
        if not rows:
            return Ranked((), 0, 0, 0)
        of_names, of_all, names_at_all = (int(total) for total in rows[0][2:])
        return Ranked(tuple((row[0], row[1]) for row in rows if row[0]), of_names, names_at_all, of_all - of_names)

    # ---------------------------------------------------------------- satisfaction

    def grades(self, scope: Scope) -> list[Asked]:
        """By period, of the surveys that were asked in the span."""
        period = period_of(surveys.c.asked_at, scope)
        query = _surveys(sa.select(period, sa.literal(""), surveys.c.grade, sa.func.count()), scope)
        return [Asked(*row) for row in self._connection.execute(query.group_by(period, surveys.c.grade))]

    def grades_of_customers(self, scope: Scope, most: int) -> list[Asked]:
        """By customer, of those that were asked most often."""
        number = sa.func.count().label("number")
        often = _surveys(sa.select(surveys.c.customer, number), scope).group_by(surveys.c.customer)
        often = often.order_by(number.desc(), surveys.c.customer).limit(most)
        names = sa.select(often.subquery().c.customer)
        query = _surveys(sa.select(sa.literal(0), surveys.c.customer, surveys.c.grade, sa.func.count()), scope)
        query = query.where(surveys.c.customer.in_(names)).group_by(surveys.c.customer, surveys.c.grade)
        return [Asked(*row) for row in self._connection.execute(query)]


def _promised(row: Any) -> Promised:
    period, window, department, owner, on_time, late, overdue, hours = row
    return Promised(period, window, department, owner, on_time, late, overdue, float(hours))


def _received(scope: Scope) -> list[sa.ColumnElement[bool]]:
    return [within(records.c.received_at, scope), *complaint(scope)]


def _of_any_department(scope: Scope) -> Scope:
    return replace(scope, department=None)


def _kept(due: sa.ColumnElement[Any], met: sa.ColumnElement[Any], now: datetime) -> tuple[sa.ColumnElement[Any], ...]:
    """(on time, met late, not met, hours late) of a group."""
    ended = sa.func.coalesce(met, sa.literal(now, due.type))
    hours = sa.case((ended > due, _Hours(ended, due)), else_=0.0)
    return (
        sa.func.count(sa.case((met <= due, 1))),
        sa.func.count(sa.case((met > due, 1))),
        sa.func.count(sa.case((met.is_(None), 1))),
        sa.func.sum(hours),
    )


def _surveys(query: sa.Select[Any], scope: Scope) -> sa.Select[Any]:
    """A half-yearly survey is about no complaint: where one asks for classes and such, it does not count."""
    query = query.where(within(surveys.c.asked_at, scope), *customer_named(scope, surveys.c.customer))
    if scope.narrowed:
        about = sa.select(records.c.number).where(*complaint(scope))
        query = query.where(surveys.c.record.in_(about))
    return query
