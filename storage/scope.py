"""What the figures count: a span of time cut into periods, and which complaints of it; as SQL.

A complaint counts where it was neither cancelled nor merged into another, and in the period in which it was received.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.records import Class, RecordState
from storage.rows import searchable
from storage.tables import items, records

_MOST_WORDS = 8  # of a customer or product that is asked for; more are not looked for


@dataclass(frozen=True, slots=True)
class Scope:
    """`since` ≤ moment < `until`; at each of `cuts` a further period begins. Empty means all; of `customer` and
    `product` all words must occur.
    """

    since: datetime
    until: datetime
    cuts: tuple[datetime, ...] = ()
    letters: tuple[Class, ...] = ()
    department: str | None = None
    customer: str = ""
    product: str = ""

    def only(self, *letters: Class) -> "Scope":
        """Of these classes alone, unless classes were chosen."""
        return self if self.letters else replace(self, letters=letters)

    @property
    def narrowed(self) -> bool:
        """Whether it asks for anything about the complaint besides its time and customer."""
        return bool(self.letters or self.department is not None or self.product)


def period_of(moment: sa.ColumnElement[datetime], scope: Scope) -> sa.ColumnElement[int]:
    """The place of a moment's period, from 0. Local months differ in length and zone: they are cut in Python."""
    if not scope.cuts:
        return sa.literal(0, sa.Integer)
    before = ((moment < sa.literal(cut, moment.type), n) for n, cut in enumerate(scope.cuts))
    return sa.case(*before, else_=len(scope.cuts))


def within(moment: sa.ColumnElement[datetime], scope: Scope) -> sa.ColumnElement[bool]:
    return sa.and_(moment >= sa.literal(scope.since, moment.type), moment < sa.literal(scope.until, moment.type))


def complaint(scope: Scope) -> list[sa.ColumnElement[bool]]:
    """The conditions on `records` besides the time: what counts."""
    return [records.c.state != RecordState.CANCELLED, *record_of(scope)]


def record_of(scope: Scope) -> list[sa.ColumnElement[bool]]:
    """The same with what was cancelled."""
    found: list[sa.ColumnElement[bool]] = [
        records.c.merged_into.is_(None),
        *customer_named(scope, records.c.customer_company, records.c.customer_email),
    ]
    if scope.letters:
        found.append(records.c.letter.in_(scope.letters))
    if scope.department is not None:
        found.append(records.c.department == scope.department)
    for word in _words(scope.product):
        one = items.alias()  # also where the items are counted
        named = sa.or_(*(_has(column, word) for column in (one.c.product, one.c.model)))
        found.append(sa.exists().where(one.c.record == records.c.number, named))
    return found


def customer_named(scope: Scope, *columns: sa.ColumnElement[Any]) -> list[sa.ColumnElement[bool]]:
    return [sa.or_(*(_has(column, word) for column in columns)) for word in _words(scope.customer)]


def company_of() -> sa.ColumnElement[str]:
    """By what a complaint's customer is named: company, else address, else nothing."""
    return sa.func.coalesce(
        sa.func.nullif(records.c.customer_company, ""), sa.func.nullif(records.c.customer_email, ""), ""
    )


def _has(column: sa.ColumnElement[Any], word: str) -> sa.ColumnElement[bool]:
    return sa.func.lower(column).contains(word, autoescape=True)


def _words(text: str) -> list[str]:
    return searchable(text).split()[:_MOST_WORDS]
