"""A filled 8D form back into data: what our people typed into Word, by the form's labels (zh-CN, zh-TW or en).

The form comes as the outline that `parsers.own_forms` read in its child: headings and tables of texts. Rows may have
been added or left out, and values typed in any usual form. What the form does not ask (a first report ends with D3) and
what cannot be read in it stays as it was before; the latter is named.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from intake.eightd.cells import Unreadable, filled, read, wordable
from parsers.results import OwnForm, Table
from storage.eight_d import (
    D1,
    Action,
    Axis,
    Cause,
    Change,
    Containment,
    Document,
    EightD,
    Member,
    Place,
)
from templates.eight_d import Labels, labels

LANGUAGES = ("zh-CN", "zh-TW", "en")
_SECTION = re.compile(r"^\s*D([0-8])\b")
_OF_D6 = ("done_on", "effective_batch", "validation", "validated_by")


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell that holds no value of its field."""

    field: str  # "d2.quantity_complained"; in a list by its row: "d3.2.quantity_checked"
    why: str


def eight_d_of(form: OwnForm, today: date, before: EightD | None = None) -> tuple[EightD, tuple[Unread, ...]] | None:
    """The report `before` with what a form says, and what could not be read in it; None where it is no 8D form of ours.

    The head is read too; who keeps the report takes the record's own instead.
    """
    language = max(LANGUAGES, key=lambda one: _known_labels(form, labels(one)))
    known = labels(language)
    if _known_labels(form, known) < 15:
        return None
    return _Reading(known, today, before or EightD()).of(form)


def _known_labels(form: OwnForm, known: Labels) -> int:
    ours = {label for name, table in known.items() if re.fullmatch(r"head|d\d", name) for label in table.values()}
    return sum(wordable(cell) in ours for table in form.tables for row in table.rows for cell in row)


class _Reading:
    def __init__(self, known: Labels, today: date, before: EightD) -> None:
        self._known = known
        self._today = today
        self._before = before
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
        before = self._before

        def part(section: str) -> Any:
            return self._part(getattr(before, section), section, scalars.get(section, {}), section)

        head, d0, d2, d3, d4 = (part(section) for section in ("head", "d0", "d2", "d3", "d4"))
        d6, d7, d8 = (part(section) for section in ("d6", "d7", "d8"))
        if "d3" in rows:
            d3 = replace(d3, rows=tuple(self._keyed("d3", "place", Place, rows["d3"])))
        if "d4" in rows:
            d4 = replace(d4, causes=tuple(self._causes(rows["d4"])))
        if "d7" in rows:
            d7 = replace(d7, documents=tuple(self._keyed("d7", "document", Document, rows["d7"])))
        return EightD(
            head=head,
            d0=d0,
            d1=self._team(rows["d1"]) if "d1" in rows else before.d1,
            d2=d2,
            d3=d3,
            d4=d4,
            d5=self._actions(rows.get("d5"), rows.get("d6")),
            d6=d6,
            d7=d7,
            d8=d8,
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

    def _actions(
        self, planned: Sequence[Mapping[str, str]] | None, done: Sequence[Mapping[str, str]] | None
    ) -> tuple[Action, ...]:
        """D5 and D6 row by row: by their number where they have one, else by their order. None is a table that the
        form has not.
        """
        if planned is None and done is None:
            return self._before.d5
        later = {wordable(cells.get("position", "")) or str(n): cells for n, cells in enumerate(done or (), 1)}
        made = []
        for position, (number, action) in enumerate(self._planned(planned), 1):
            if done is not None:
                action = self._part(action, "d6", later.pop(number, {}), f"d6.{position}")
            elif position <= len(self._before.d5):
                known = self._before.d5[position - 1]
                action = replace(action, **{name: getattr(known, name) for name in _OF_D6})
            if action != Action():
                made.append(action)
        self._unread += [
            Unread(f"d6.{number}", "no action of D5 has this number")
            for number, cells in later.items()
            if any(wordable(text) for name, text in cells.items() if name != "position")
        ]
        return tuple(made)

    def _planned(self, rows: Sequence[Mapping[str, str]] | None) -> Iterator[tuple[str, Action]]:
        """(its number, the action as far as D5 says it)."""
        if rows is None:
            yield from ((str(n), action) for n, action in enumerate(self._before.d5, 1))
        for position, cells in enumerate(rows or (), 1):
            number = wordable(cells.get("position", "")) or str(position)
            yield number, self._part(Action(), "d5", cells, f"d5.{position}")
