"""A filled 8D form back into data: what our people typed into Word, by the form's labels (zh-CN, zh-TW or en).

The form comes as the outline that `parsers.own_forms` read in its child: headings and tables of texts. Rows may have
been added or left out, and values typed in any usual form; what cannot be read is named and leaves its field empty.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from intake.eightd.cells import Unreadable, filled, read, wordable
from parsers.own_forms import OwnForm, Table
from storage.eight_d import (
    D0,
    D1,
    D2,
    D3,
    D4,
    D6,
    D7,
    D8,
    Action,
    Axis,
    Cause,
    Change,
    Containment,
    Document,
    EightD,
    Head,
    Member,
    Place,
)
from templates.eight_d import Labels, labels

LANGUAGES = ("zh-CN", "zh-TW", "en")
_SECTION = re.compile(r"^\s*D([0-8])\b")


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell that holds no value of its field."""

    field: str  # "d3.rows.2.quantity_checked"
    why: str


def eight_d_of(form: OwnForm, today: date) -> tuple[EightD, tuple[Unread, ...]] | None:
    """The report that a form holds, and what could not be read in it; None where it is no 8D form of ours."""
    language = max(LANGUAGES, key=lambda one: _known_labels(form, labels(one)))
    known = labels(language)
    if _known_labels(form, known) < 15:
        return None
    return _Reading(known, today).of(form)


def _known_labels(form: OwnForm, known: Labels) -> int:
    ours = {label for name, table in known.items() if re.fullmatch(r"head|d\d", name) for label in table.values()}
    return sum(wordable(cell) in ours for table in form.tables for row in table.rows for cell in row)


class _Reading:
    def __init__(self, known: Labels, today: date) -> None:
        self._known = known
        self._today = today
        self._unread: list[Unread] = []

    def of(self, form: OwnForm) -> tuple[EightD, tuple[Unread, ...]]:
        scalars: dict[str, dict[str, str]] = {}
        rows: dict[str, list[dict[str, str]]] = {}
        for table in form.tables:
            found = _SECTION.match(table.heading)
            section = f"d{found[1]}" if found else "head"
            columns = self._columns(section, table)
            if columns is not None:
                rows[section] = [dict(zip(columns, row, strict=False)) for row in table.rows[1:]]
            else:
                scalars.setdefault(section, {}).update(self._pairs(section, table))
        return self._report(scalars, rows), tuple(self._unread)

    def _columns(self, section: str, table: Table) -> list[str] | None:
        """The fields of a table whose first row is all labels; None for one of labels beside their values."""
        keys = {label: name for name, label in self._known.get(section, {}).items()}
        first = [keys.get(wordable(cell), "") for cell in table.rows[0]] if table.rows else []
        named = [name for name in first if name]
        return first if len(named) >= 3 and len(named) >= len(first) - 1 else None

    def _pairs(self, section: str, table: Table) -> dict[str, str]:
        keys = {label: name for name, label in self._known.get(section, {}).items()}
        found: dict[str, str] = {}
        for row in table.rows:
            position = 0
            while position < len(row) - 1:
                name = keys.get(wordable(row[position]))
                if name is not None and name not in found:
                    found[name] = row[position + 1]
                    position += 1
                position += 1
        return found

    def _report(self, scalars: Mapping[str, dict[str, str]], rows: Mapping[str, list[dict[str, str]]]) -> EightD:
        def part(section: str, empty: Any) -> Any:
            return self._part(empty, section, scalars.get(section, {}), section)

        return EightD(
            head=part("head", Head()),
            d0=part("d0", D0()),
            d1=self._team(rows.get("d1", ())),
            d2=part("d2", D2()),
            d3=replace(part("d3", D3()), rows=tuple(self._keyed("d3", "place", Place, rows.get("d3", ())))),
            d4=replace(part("d4", D4()), causes=tuple(self._causes(rows.get("d4", ())))),
            d5=self._actions(rows.get("d5", ()), rows.get("d6", ())),
            d6=part("d6", D6()),
            d7=replace(part("d7", D7()), documents=tuple(self._keyed("d7", "document", Document, rows.get("d7", ())))),
            d8=part("d8", D8()),
        )

    def _part(self, empty: Any, section: str, cells: Mapping[str, str], place: str) -> Any:
        made, troubles = filled(empty, section, cells, self._known, self._today)
        self._unread += [Unread(f"{place}.{name}", why) for name, why in troubles.items()]
        return made

    def _team(self, rows: Sequence[Mapping[str, str]]) -> D1:
        kinds = {word: kind for kind, word in self._known["kinds"].items()}
        team = D1()
        for position, cells in enumerate(rows, 1):
            member = self._part(Member(), "d1", cells, f"d1.{position}")
            kind = kinds.get(wordable(cells.get("kind", "")), "member")
            if kind == "champion":
                team = replace(team, champion=member)
            elif kind == "leader":
                team = replace(team, leader=member)
            elif member != Member():
                team = replace(team, members=(*team.members, member))
        return team

    def _keyed(self, section: str, key: str, kind: Any, rows: Sequence[Mapping[str, str]]) -> list[Any]:
        """Rows that are named by a place or a document; a row without its name is kept out and said."""
        made = []
        for position, cells in enumerate(rows, 1):
            if not any(wordable(text) for text in cells.values()):
                continue
            try:
                name = read(section, key, cells.get(key, ""), self._known, self._today)
            except Unreadable as error:
                name = None
                self._unread.append(Unread(f"{section}.{position}.{key}", f"{cells.get(key, '')!r} {error}"))
            if name is None:
                continue
            empty = Containment(name) if kind is Place else Change(name)
            made.append(self._part(empty, section, cells, f"{section}.{position}"))
        return made

    def _causes(self, rows: Sequence[Mapping[str, str]]) -> list[Cause]:
        typed = [cells for cells in rows if any(wordable(text) for text in cells.values())]
        return [self._part(Cause(Axis.OCCURRENCE), "d4", cells, f"d4.{n}") for n, cells in enumerate(typed, 1)]

    def _actions(self, planned: Sequence[Mapping[str, str]], done: Sequence[Mapping[str, str]]) -> tuple[Action, ...]:
        """D5 and D6 row by row: by their number where they have one, else by their order."""
        later = {wordable(cells.get("position", "")) or str(n): cells for n, cells in enumerate(done, 1)}
        made = []
        for position, cells in enumerate(planned, 1):
            number = wordable(cells.get("position", "")) or str(position)
            action = self._part(Action(), "d5", cells, f"d5.{position}")
            action = self._part(action, "d6", later.pop(number, {}), f"d6.{position}")
            if action != Action():
                made.append(action)
        return tuple(made)
