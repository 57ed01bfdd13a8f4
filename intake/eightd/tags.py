"""What the tag of a content control in the 8D's Word form names: the same words as the place that it stands around.

d3.clean_batch           a field of a step
d1.leader.name           the leader, the champion; d1.members.2.name a member by his number
d3.wip.quantity_checked  the row of a place; d7.pfmea.changed of a document; d4.escape.text the first cause of an axis
d5.2.owner               a row by its number (d4, d5, d6)
d5.rows.owner            a column of a table whose rows repeat: d1.people, d3.rows, d4.causes, d5.rows, d6.rows,
                         d7.documents
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from intake.eightd.mapping import is_field
from storage.eight_d import Action, Cause, Change, Containment, Member

LISTS: Mapping[str, frozenset[str]] = {
    "d1.people": frozenset({"kind", *Member.__dataclass_fields__}),
    "d1.members": frozenset({"kind", *Member.__dataclass_fields__}),
    "d3.rows": frozenset(Containment.__dataclass_fields__),
    "d4.causes": frozenset(Cause.__dataclass_fields__),
    "d5.rows": frozenset({"position", *Action.__dataclass_fields__}),
    "d6.rows": frozenset({"position", "done_on", "effective_batch", "validation", "validated_by"}),
    "d7.documents": frozenset(Change.__dataclass_fields__),
}
_PEOPLE = ("champion", "leader")
_OURS = re.compile(r"\s*(?:head|d\s?\d+)\s*[._: -]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """`row`: by which word or number the tag names its row; "" where the row is the one that it stands in. `listed`:
    the field is one of a row.
    """

    section: str
    field: str
    row: str = ""
    listed: bool = False


def address_of(tag: str) -> Address | None:
    """What a tag names; None for what is no tag of ours."""
    name, _, field = tag.rpartition(".")
    if name in LISTS:
        return Address(name.partition(".")[0], field, listed=True) if field in LISTS[name] else None
    section, _, row = name.partition(".")
    row = row.removeprefix("members.")
    if section == "d6" and row.isdecimal():
        return Address(section, field, row, True) if field in LISTS["d6.rows"] else None
    if section == "d1" and row in _PEOPLE and field == "kind":
        return Address(section, field, row, True)
    if row and (section, field) in _KEYS_OF_ROWS and is_field(f"{name}.{_KEYS_OF_ROWS[section, field]}"):
        return Address(section, field, row, True)
    return Address(section, field, row, bool(row)) if is_field(tag) else None


# A row that its tags name may say its own word or number too.
_KEYS_OF_ROWS = {("d5", "position"): "text"}


def seems_ours(tag: str) -> bool:
    """Whether whoever wrote the tag meant one of ours; other programs put their own into a file."""
    return _OURS.match(tag) is not None
