"""The figures: how many complaints came, of what, and how content customers are; counted by the database, so that no
record is loaded for them.

A complaint counts in the period in which it was received. What a statement costs grows with the rows of its span, which
it finds by an index; what comes back grows with the names only. How promises were kept is in `storage.promised`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.life import Grade
from storage.promised import Late, Promised, late, promised, promised_in_all, promised_to_customers
from storage.records import Class, RecordState
from storage.scope import Scope, company_of, complaint, customer_named, period_of, record_of, within
from storage.tables import arrivals, items, lives, records, surveys
from storage.tables_site import open_records

_BETWEEN = "\x1f"  # two texts that are joined to one


@dataclass(frozen=True, slots=True)
class Came:
    """How many records of a class were received in a period, and how they stand now; cancelled ones are among them.
    `company` is empty where customers were not asked for, or the record names none.
    """

    period: int
    company: str
    letter: Class
    state: RecordState
    number: int


@dataclass(frozen=True, slots=True)
class About:
    """How many complaints of a customer and period are about a product, and how many bad pieces they name."""

    period: int
    company: str
    product: str
    model: str
    number: int
    pieces: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """The names that occur most often, with how often. `named` counts all, also those left out, and `unnamed` the
    complaints that name nothing.
    """

    rows: tuple[tuple[str, int], ...]
    named: int
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

    def extent(self) -> tuple[datetime, datetime] | None:
        """When the first and the last record, mail or file was received; None: nothing was."""
        ends = [
            self._connection.execute(sa.select(sa.func.min(column), sa.func.max(column))).one()
            for column in (records.c.received_at, arrivals.c.received_at)
        ]
        moments = [moment for pair in ends for moment in pair if moment is not None]
        return (min(moments), max(moments)) if moments else None

    def arrived(self, scope: Scope) -> dict[int, int]:
        """How many mails and files were received in each period."""
        period = period_of(arrivals.c.received_at, scope)
        query = sa.select(period, sa.func.count()).where(within(arrivals.c.received_at, scope)).group_by(period)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def came(self, scope: Scope) -> list[Came]:
        return self._came(scope, sa.literal(""))

    def came_of_customers(self, scope: Scope) -> list[Came]:
        return self._came(scope, company_of())

    def _came(self, scope: Scope, company: sa.ColumnElement[str]) -> list[Came]:
        key = (period_of(records.c.received_at, scope), company, records.c.letter, records.c.state)
        query = sa.select(*key, sa.func.count()).where(within(records.c.received_at, scope), *record_of(scope))
        return [Came(*row) for row in self._connection.execute(query.group_by(*key))]

    def about(self, scope: Scope) -> list[About]:
        """By period, customer and product; a complaint counts once for each product that it is about, and one that
        names none for the customer alone.
        """
        product, model = (sa.func.coalesce(column, "") for column in (items.c.product, items.c.model))
        key = (period_of(records.c.received_at, scope), company_of(), product, model)
        number = sa.func.count(records.c.number.distinct())
        pieces = sa.func.coalesce(sa.func.sum(items.c.quantity_defective), 0.0)
        query = sa.select(*key, number, pieces).select_from(
            records.outerjoin(items, items.c.record == records.c.number)
        )
        return [About(*row) for row in self._connection.execute(query.where(*_received(scope)).group_by(*key))]

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

    # ---------------------------------------------------------------- promises

    def promised(self, scope: Scope, now: datetime) -> list[Promised]:
        return promised(self._connection, scope, now)

    def promised_in_all(self, scope: Scope, now: datetime) -> list[Promised]:
        return promised_in_all(self._connection, scope, now)

    def promised_to_customers(self, scope: Scope, now: datetime) -> list[Promised]:
        return promised_to_customers(self._connection, scope, now)

    def late(self, scope: Scope, now: datetime) -> list[Late]:
        return late(self._connection, scope, now)

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
        totals = (sa.func.sum(named), sa.func.sum(groups.c.number))
        query = sa.select(groups.c.name, groups.c.number, *(total.over() for total in totals))
        last = sa.case((groups.c.name == "", 1), else_=0)
        rows = self._connection.execute(query.order_by(last, groups.c.number.desc(), groups.c.name).limit(most)).all()
        if not rows:
            return Ranked((), 0, 0)
        of_names, of_all = (int(total) for total in rows[0][2:])
        return Ranked(tuple((row[0], row[1]) for row in rows if row[0]), of_names, of_all - of_names)

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


def _received(scope: Scope) -> list[sa.ColumnElement[bool]]:
    return [within(records.c.received_at, scope), *complaint(scope)]


def _surveys(query: sa.Select[Any], scope: Scope) -> sa.Select[Any]:
    """A half-yearly survey is about no complaint: where one asks for classes and such, it does not count."""
    query = query.where(within(surveys.c.asked_at, scope), *customer_named(scope, surveys.c.customer))
    if scope.narrowed:
        about = sa.select(records.c.number).where(*complaint(scope))
        query = query.where(surveys.c.record.in_(about))
    return query
