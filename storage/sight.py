"""Which records somebody of a department may see, where the settings keep him to his own: as SQL.

His are the records of his department, those that he owns, those that he has a task in, and those that we have written
to him about: whoever got a letter with a link can follow it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from storage.arrivals import in_groups
from storage.tables import letter_recipients, letters, records, tasks


@dataclass(frozen=True, slots=True)
class Sight:
    """Who looks: his address in each spelling that records may have of it, lower case among them, and the names of his
    departments, whatever they are called.
    """

    addresses: tuple[str, ...]
    departments: tuple[str, ...] = ()


def seen_by(
    sight: Sight, number: "sa.Column[str]", department: "sa.Column[str]", owner: "sa.Column[str]"
) -> sa.ColumnElement[bool]:
    """The condition on a table that has a record's number, department and owner."""
    written = (
        sa.select(letters.c.record)
        .join(letter_recipients, letter_recipients.c.letter == letters.c.id)
        .where(letter_recipients.c.address.in_(sight.addresses), letters.c.record.is_not(None))
    )
    given = sa.select(tasks.c.record).where(tasks.c.owner.in_(sight.addresses))
    return sa.or_(department.in_(sight.departments), owner.in_(sight.addresses), number.in_(written), number.in_(given))


class Seeing:
    """The question for single records, in one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def only(self, sight: Sight | None, numbers: Sequence[str]) -> list[str]:
        """Those of the records that he may see, in their order; all of them without a `sight`."""
        if sight is None:
            return list(numbers)
        row = records.c
        may: set[str] = set()
        for group in in_groups(numbers):
            query = sa.select(row.number).where(
                row.number.in_(group), seen_by(sight, row.number, row.department, row.owner)
            )
            may.update(self._connection.execute(query).scalars())
        return [number for number in numbers if number in may]
