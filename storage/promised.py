"""How promises were kept, counted by the database: windows and tasks, each in the period in which it fell due.

Only what has fallen due can be judged. What was waived or cancelled is no promise, nor is what a cancelled or merged
record had. A promise is late by the time until it was met, or until now.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from storage.life import TaskKind, TaskState
from storage.records import WindowName, WindowState
from storage.scope import Scope, company_of, complaint, period_of, within
from storage.tables import records, tasks, windows

_PROMISED = tuple(state for state in WindowState if state is not WindowState.WAIVED)


@dataclass(frozen=True, slots=True)
class Promised:
    """How the promises were kept that have all of this in common. `window` is None for tasks; what was not asked for
    is empty. `late` were met late; `overdue` are not met yet, and late by the hours until now.
    """

    period: int
    window: WindowName | None
    department: str
    owner: str
    company: str
    on_time: int
    late: int
    overdue: int
    late_hours: float


@dataclass(frozen=True, slots=True)
class Late:
    """A promise that was not kept in time: of a window or a task (the other is None). `met_at` is None while it is not
    kept.
    """

    record: str
    window: WindowName | None
    task: TaskKind | None
    department: str
    owner: str
    due_at: datetime
    met_at: datetime | None


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


def promised(connection: sa.Connection, scope: Scope, now: datetime) -> list[Promised]:
    """By period, window, department and owner. A task is its own department's and owner's, whoever has the record."""
    due, due_task = windows.c.due_at, tasks.c.due_at
    key = (period_of(due, scope), windows.c.name, records.c.department, records.c.owner)
    task_key = (period_of(due_task, scope), tasks.c.department, tasks.c.owner)
    return [
        *(_promised(row[0], row[1], row[2], row[3], "", row[4:]) for row in _windows(connection, scope, now, key)),
        *(_promised(row[0], None, row[1], row[2], "", row[3:]) for row in _tasks(connection, scope, now, task_key)),
    ]


def promised_in_all(connection: sa.Connection, scope: Scope, now: datetime) -> list[Promised]:
    """By period alone: half as dear."""
    key, task_key = ((period_of(due, scope),) for due in (windows.c.due_at, tasks.c.due_at))
    rows = (*_windows(connection, scope, now, key), *_tasks(connection, scope, now, task_key))
    return [_promised(row[0], None, "", "", "", row[1:]) for row in rows]


def promised_to_customers(connection: sa.Connection, scope: Scope, now: datetime) -> list[Promised]:
    """By period and customer."""
    company = company_of()
    key, task_key = ((period_of(due, scope), company) for due in (windows.c.due_at, tasks.c.due_at))
    rows = (*_windows(connection, scope, now, key), *_tasks(connection, scope, now, task_key))
    return [_promised(row[0], None, "", "", row[1], row[2:]) for row in rows]


def late(connection: sa.Connection, scope: Scope, now: datetime) -> list[Late]:
    """One by one, in the order in which they fell due."""
    return sorted(
        [
            *(Late(r, name, None, *rest) for r, name, *rest in connection.execute(_late_windows(scope, now))),
            *(Late(r, None, kind, *rest) for r, kind, *rest in connection.execute(_late_tasks(scope, now))),
        ],
        key=lambda one: (one.due_at, one.record),
    )


def _late_windows(scope: Scope, now: datetime) -> sa.Select[Any]:
    row, of = windows.c, records.c
    query = sa.select(row.record, row.name, of.department, of.owner, row.due_at, row.met_at)
    return _of_windows(query, scope, now).where(
        sa.func.coalesce(row.met_at, sa.literal(now, row.due_at.type)) > row.due_at
    )


def _late_tasks(scope: Scope, now: datetime) -> sa.Select[Any]:
    row = tasks.c
    query = sa.select(row.record, row.kind, row.department, row.owner, row.due_at, row.done_at)
    return _of_tasks(query, scope, now).where(
        sa.func.coalesce(row.done_at, sa.literal(now, row.due_at.type)) > row.due_at
    )


def _windows(
    connection: sa.Connection, scope: Scope, now: datetime, key: Sequence[sa.ColumnElement[Any]]
) -> Sequence[Any]:
    query = sa.select(*key, *_kept(windows.c.due_at, windows.c.met_at, now))
    return connection.execute(_of_windows(query, scope, now).group_by(*key)).all()


def _tasks(
    connection: sa.Connection, scope: Scope, now: datetime, key: Sequence[sa.ColumnElement[Any]]
) -> Sequence[Any]:
    query = sa.select(*key, *_kept(tasks.c.due_at, tasks.c.done_at, now))
    return connection.execute(_of_tasks(query, scope, now).group_by(*key)).all()


def _of_windows(query: sa.Select[Any], scope: Scope, now: datetime) -> sa.Select[Any]:
    """Of what fell due in the span and by now. The states are named for the index, which begins with them."""
    due = windows.c.due_at
    query = query.select_from(windows.join(records, records.c.number == windows.c.record))
    return query.where(windows.c.state.in_(_PROMISED), within(due, scope), due < now, *complaint(scope))


def _of_tasks(query: sa.Select[Any], scope: Scope, now: datetime) -> sa.Select[Any]:
    """The same of tasks."""
    due = tasks.c.due_at
    query = query.select_from(tasks.join(records, records.c.number == tasks.c.record))
    query = query.where(tasks.c.state != TaskState.CANCELLED, within(due, scope), due < now)
    if scope.department is not None:
        query = query.where(tasks.c.department == scope.department)
    return query.where(*complaint(replace(scope, department=None)))


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


def _promised(
    period: int, window: WindowName | None, department: str, owner: str, company: str, counted: Sequence[Any]
) -> Promised:
    on_time, late, overdue, hours = counted
    return Promised(period, window, department, owner, company, on_time, late, overdue, float(hours))
