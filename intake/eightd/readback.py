"""A filled 8D form back into data: what our people typed into Word, by the tags of its content controls, and by its
labels where it has lost them.

The form comes as the outline that `parsers.own_forms` read in its child: headings, tables of texts, controls. Rows may
have been added or left out, and values typed in any usual form. What the form does not ask (a first report ends with
D3) and what cannot be read in it stays as it was before; the latter is named.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from intake.eightd.cells import Unreadable, filled, read, wordable
from intake.eightd.own_template import by_labels, known_template
from intake.eightd.tagged import axis_of, kinds, said_in
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
from templates.eight_d import LANGUAGES, Labels, labels

LEAST_LABELS = 15  # of ours, in a form that is known by them
_SECTION = re.compile(r"^\s*D([0-8])\b")
_OF_D6 = ("done_on", "effective_batch", "validation", "validated_by")


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell that holds no value of its field."""

    field: str  # "d2.quantity_complained"; in a list by its row: "d3.2.quantity_checked"
    why: str


def eight_d_of(
    form: OwnForm, today: date, before: EightD | None = None, folder: Path | None = None
) -> tuple[EightD, tuple[Unread, ...]] | None:
    """The report `before` with what a form says, and what could not be read in it; None where it is no 8D form of ours.
    `folder` is that of the company's own templates.

    The head is read too; who keeps the report takes the record's own instead.
    """
    own = known_template(form, folder)
    said = said_in(form, own.static if own is not None else frozenset())
    known = labels(max(LANGUAGES, key=lambda one: _known_labels(form, labels(one))))
    labelled = _known_labels(form, known) >= LEAST_LABELS
    if not labelled and own is None and not said.scalars and not said.rows:
        return None
    reading = _Reading(known, today, before or EightD(), own.named if own is not None else {})
    scalars, rows = reading.by_shipped_labels(form) if labelled else ({}, {})
    for more_scalars, more_rows in (*([by_labels(form, own)] if own is not None else []), (said.scalars, said.rows)):
        for section, cells in more_scalars.items():
            scalars[section] = {**scalars.get(section, {}), **cells}
        rows |= more_rows
    return reading.of(scalars, rows)


def _known_labels(form: OwnForm, known: Labels) -> int:
    ours = {label for name, table in known.items() if re.fullmatch(r"head|d\d", name) for label in table.values()}
    return sum(wordable(cell) in ours for table in form.tables for row in table.rows for cell in row)


class _Reading:
    """`named`: the rows that have a place of their own on the form, by section; others the report keeps."""

    def __init__(self, known: Labels, today: date, before: EightD, named: Mapping[str, AbstractSet[str]]) -> None:
        self._known = known
        self._today = today
        self._before = before
        self._named = named
        self._unread: list[Unread] = []

    def by_shipped_labels(self, form: OwnForm) -> tuple[dict[str, dict[str, str]], dict[str, list[dict[str, str]]]]:
        """(section → field → text, section → rows) by the labels of the shipped templates."""
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
        return scalars, rows

    def of(
        self, scalars: Mapping[str, dict[str, str]], rows: Mapping[str, list[dict[str, str]]]
    ) -> tuple[EightD, tuple[Unread, ...]]:
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
            d3 = replace(d3, rows=tuple(self._keyed("d3", "place", Place, rows["d3"], before.d3.rows)))
        if "d4" in rows:
            d4 = replace(d4, causes=tuple(self._causes(rows["d4"])))
        if "d7" in rows:
            kept = before.d7.documents
            d7 = replace(d7, documents=tuple(self._keyed("d7", "document", Document, rows["d7"], kept)))
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
        before, named = self._before.d1, self._named.get("d1", set())
        team = before if named else D1()
        listed = [cells for cells in rows if _kind(cells) == "members"]
        members: list[Member] = []
        for position, cells in enumerate(rows, 1):
            kind = _kind(cells)
            if kind != "members":
                team = replace(team, **{kind: self._part(getattr(before, kind), "d1", cells, f"d1.{position}")})
                continue
            base = _like(before.members, "name", cells, len(members), len(listed), Member())
            member = self._part(base, "d1", cells, f"d1.{position}")
            if member != Member():
                members.append(member)
        still = before.members[len(listed) :] if named and "members" not in named else ()
        return replace(team, members=(*members, *still))

    def _keyed(
        self, section: str, key: str, kind: Any, rows: Sequence[Mapping[str, str]], before: Sequence[Any]
    ) -> list[Any]:
        """Rows that are named by a place or a document; a row without its name is kept out and said."""
        made: list[Any] = []
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
            told = {getattr(one, key) for one in made}
            empty = Containment(name) if kind is Place else Change(name)
            known = next((one for one in before if getattr(one, key) == name and name not in told), empty)
            made.append(self._part(known, section, cells, f"{section}.{position}"))
        if named := self._named.get(section):
            made += [one for one in before if str(getattr(one, key)) not in named]
        return made

    def _causes(self, rows: Sequence[Mapping[str, str]]) -> list[Cause]:
        before = self._before.d4.causes
        if named := self._named.get("d4"):
            return self._named_causes(rows, named)
        typed = [cells for cells in rows if any(wordable(text) for text in cells.values())]
        made = []
        for n, cells in enumerate(typed, 1):
            base = _like(before, "text", cells, n - 1, len(typed), Cause(Axis.OCCURRENCE))
            made.append(self._part(base, "d4", cells, f"d4.{n}"))
        return made

    def _named_causes(self, rows: Sequence[Mapping[str, str]], named: AbstractSet[str]) -> list[Cause]:
        """A form on which each axis has its place, or each number: the causes that it has no place for stay."""
        causes = list(self._before.d4.causes)
        for n, cells in enumerate(rows, 1):
            axis = axis_of(cells.get("axis", ""))
            at = min(n - 1, len(causes))
            if axis is not None and axis.value in named:
                at = next((at for at, cause in enumerate(causes) if cause.axis is axis), len(causes))
            if at < len(causes) or any(wordable(text) for name, text in cells.items() if name != "axis"):
                base = causes[at] if at < len(causes) else Cause(axis or Axis.OCCURRENCE)
                causes[at : at + 1] = [self._part(base, "d4", cells, f"d4.{n}")]
        return causes

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
        if numbered := self._named.get("d5"):
            made += self._before.d5[max(int(number) for number in numbered) :]
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
            base = self._before.d5[int(number) - 1] if self._is_kept(number, cells) else Action()
            yield number, self._part(base, "d5", cells, f"d5.{position}")

    def _is_kept(self, number: str, cells: Mapping[str, str]) -> bool:
        """Whether a row is the action that had its number: what the form does not ask of it stays."""
        kept = self._before.d5
        if not number.isdecimal() or not 0 < int(number) <= len(kept):
            return False
        return bool(self._named.get("d5")) or wordable(cells.get("text", "")) == kept[int(number) - 1].text


def _kind(cells: Mapping[str, str]) -> str:
    """champion, leader or members: what a row of D1 is."""
    kind = kinds().get(wordable(cells.get("kind", "")), "member")
    return "members" if kind == "member" else kind


def _like(before: Sequence[Any], name: str, cells: Mapping[str, str], at: int, count: int, empty: Any) -> Any:
    """The row that a typed one was before, so that columns which the form lacks stay: the one of the same name or
    text, else the one in its place where there are as many; `empty` for a new one.
    """
    text = wordable(cells.get(name, ""))
    same = [one for one in before if text and getattr(one, name) == text]
    if same:
        return same[0]
    return before[at] if count == len(before) else empty
