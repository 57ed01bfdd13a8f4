"""A company's own Word templates of the 8D: checked when the service starts, and known when a filled form comes back.

They lie in the templates folder as `eight_d/zh-CN.docx` and so on, and are worded and laid out as the company likes. By
the tags of their content controls (`intake.eightd.tags`) a form comes back field by field; where a program dropped the
controls, by the labels that stand beside them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from intake.eightd.cells import wordable
from intake.eightd.specimen import specimen
from intake.eightd.tagged import is_printed, keyed
from intake.eightd.tags import LISTS, Address, address_of, seems_ours
from intake.eightd.word import word_report
from parsers.results import OwnForm, Table, Tagged
from storage.eight_d import EightD, Report, ReportState
from templates import TemplateTrouble
from templates.eight_d import LANGUAGES, OWN, own_template

_SAVE = "Save it anew as .docx, without a password."
_COMPARE = "Compare its {{ places }} and {% lines %} with the shipped template's."
LEAST_ALIKE = 0.6  # of a template's printed texts, where a form is taken for one of it
_PLACE = re.compile(r"\{\{-?\s*([\w.]+)[^}]*\}\}")
_JINJA = re.compile(r"\{[{%].*?[}%]\}", re.DOTALL)
_WORD_OF_ROW = re.compile(r"\.\{\{[^}]*\}\}\.")
_DRAWN = datetime(2026, 1, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ListTable:
    """A table whose rows repeat: the texts of the row above them, and the field of each column."""

    above: tuple[str, ...]
    section: str
    columns: Mapping[int, str]
    count: int


@dataclass(frozen=True, slots=True)
class OwnTemplate:
    """`static`: the texts that it prints whatever the report says. `labelled`: label → the fields beside it, in their
    order. `named`: the words and numbers of rows that have a place of their own; of a section whose row repeats, none.
    """

    static: frozenset[str]
    labelled: Mapping[str, tuple[Address, ...]] = field(default_factory=dict)
    lists: tuple[ListTable, ...] = ()
    named: Mapping[str, frozenset[str]] = field(default_factory=dict)


def known_template(form: OwnForm, folder: Path | None) -> OwnTemplate | None:
    """The company's own template that a form was printed from; None where it has none, or none is like it."""
    texts = {wordable(text) for table in form.tables for row in table.rows for text in row}
    found = [known for language in LANGUAGES if (known := _of(own_template(language, folder))) is not None]
    alike = [(len(known.static & texts) / max(len(known.static), 1), known) for known in found]
    best = max(alike, key=lambda one: one[0], default=None)
    return best[1] if best is not None and best[0] >= LEAST_ALIKE else None


def _of(path: Path | None) -> OwnTemplate | None:
    try:
        return None if path is None else _read(path, path.stat().st_mtime_ns)
    except (OSError, KeyError, ValueError):
        return None


@lru_cache(maxsize=6)
def _read(path: Path, _changed: int) -> OwnTemplate:
    from parsers.own_forms import outline  # loads python-docx, which the service's main process need not

    drawn = outline(path.read_bytes())
    static = frozenset(
        printed
        for table in drawn.tables
        for row, tagged in zip(table.rows, table.tagged, strict=True)
        for column, text in enumerate(row)
        if (printed := _printed(text)) and column not in {one.column for one in tagged}
    )
    labelled: dict[str, tuple[Address, ...]] = {}
    lists: list[ListTable] = []
    for table in drawn.tables:
        for position, tagged in enumerate(table.tagged):
            addresses = [(one.column, address) for one in tagged if (address := raw_address(one.tag)) is not None]
            repeated = {at: one.field for at, one in addresses if one.listed and not one.row}
            if repeated:
                section = next(one.section for _, one in addresses if one.listed)
                above = next((row for row in _before(table, position) if _is_text(row)), ())
                lists.append(ListTable(_plain(above), section, repeated, len(table.rows[position])))
            for at, one in addresses:
                label = _printed(table.rows[position][at - 1]) if at else ""
                if label in static and (one.row or not one.listed):
                    labelled[label] = (*labelled.get(label, ()), one)
    return OwnTemplate(static, labelled, tuple(lists), _named(drawn))


def _printed(text: str) -> str:
    """What a template's cell prints whatever the report says; "" where it holds a place."""
    return "" if "{{" in text else wordable(_JINJA.sub("", text))


def _named(drawn: OwnForm) -> dict[str, frozenset[str]]:
    words: dict[str, set[str]] = {}
    repeated: set[str] = set()
    for one in _tags(drawn):
        address = raw_address(one.tag)
        if address is None or not address.listed:
            continue
        if one.tag.startswith("d1.members.") and not address.row:
            words.setdefault("d1", set()).add("members")  # they repeat, and the leader may have a place of his own
        elif address.row:
            words.setdefault(address.section, set()).add(address.row)
        else:
            repeated.add(address.section)
    return {section: frozenset(found) for section, found in words.items() if section not in repeated}


def raw_address(tag: str) -> Address | None:
    """What a tag names in a template that is not filled, where a place may stand for a row's word."""
    plain = _WORD_OF_ROW.sub(".", tag)
    if plain != tag:
        section, _, name = plain.partition(".")
        return next(
            (found for each in LISTS if each.startswith(section) if (found := address_of(f"{each}.{name}"))), None
        )
    return address_of(tag)


def _tags(drawn: OwnForm) -> Iterator[Tagged]:
    for table in drawn.tables:
        for row in table.tagged:
            yield from row
    yield from drawn.loose


def _before(table: Table, position: int) -> Iterator[tuple[str, ...]]:
    return reversed(table.rows[:position])


def _is_text(row: Sequence[str]) -> bool:
    return any(wordable(text) for text in row) and not any(_JINJA.search(text) for text in row)


def _plain(row: Sequence[str]) -> tuple[str, ...]:
    return tuple(wordable(text) for text in row)


# -------------------------------------------------------------------- a form whose controls are gone


def by_labels(form: OwnForm, known: OwnTemplate) -> tuple[dict[str, dict[str, str]], dict[str, list[dict[str, str]]]]:
    """(section → field → text, section → rows) of a form by the labels of its template. The same label again means
    the field that it stands beside there again.
    """
    scalars: dict[str, dict[str, str]] = {}
    rows: dict[str, list[dict[str, str]]] = {}
    named: dict[tuple[str, str], dict[str, str]] = {}
    met: dict[str, int] = {}
    heads = {one.above: one for one in known.lists if one.above}
    for table in form.tables:
        under: ListTable | None = None
        for row in table.rows:
            plain = _plain(row)
            if plain in heads:
                under = heads[plain]
                rows.setdefault(under.section, [])
                continue
            if under is not None and len(row) == under.count and not is_printed(row, known.static):
                rows[under.section].append({name: row[at] for at, name in under.columns.items()})
                continue
            under = None
            for at, label in enumerate(plain[:-1]):
                fields = known.labelled.get(label, ())
                turn = met.get(label, 0)
                if turn < len(fields):
                    met[label] = turn + 1
                    address = fields[turn]
                    if not address.listed:
                        scalars.setdefault(address.section, {}).setdefault(address.field, row[at + 1])
                    else:
                        named.setdefault((address.section, address.row), {})[address.field] = row[at + 1]
    return scalars, _with_named(rows, named)


def _with_named(
    rows: dict[str, list[dict[str, str]]], named: Mapping[tuple[str, str], dict[str, str]]
) -> dict[str, list[dict[str, str]]]:
    for (section, row), cells in named.items():
        rows.setdefault(section, []).append(keyed(section, row, cells))
    return rows


# -------------------------------------------------------------------- the check at the start


def check(folder: Path) -> None:
    """Fills each of a company's own Word templates, and looks at their tags; TemplateTrouble names the first that is
    broken.
    """
    place = folder / OWN
    if not place.is_dir():
        return
    for path in sorted(place.iterdir()):
        if path.name.startswith((".", "~$")):  # what Word lays beside a file that is open
            continue
        if path.suffix != ".docx" or path.stem not in LANGUAGES:
            wanted = ", ".join(f"{language}.docx" for language in LANGUAGES)
            raise TemplateTrouble(path, 0, f"{path.name!r} is no template of the 8D", f"Name it one of {wanted}.")
        check_one(path, path.stem, folder)


def check_one(path: Path, language: str, folder: Path) -> None:
    """The same for one template."""
    from parsers.files.docx import TROUBLE
    from parsers.own_forms import outline

    try:
        drawn = outline(path.read_bytes())
    except TROUBLE as error:
        raise TemplateTrouble(path, 0, "The file is no Word document that can be opened", _SAVE) from error
    for one in _tags(drawn):
        trouble = _trouble_of(one)
        if trouble is not None:
            raise TemplateTrouble(path, 0, *trouble)
    full = specimen(language)
    for report, first in ((full, False), (EightD(), False), (full, True)):
        kept = Report("KS-202601-0001", 1, report, ReportState.DRAFT, "", _DRAWN)
        try:
            word_report(kept, "–", language, first, folder)
        except Exception as error:  # what Jinja, lxml and Python say of it: docxtpl passes all of it on
            said = " ".join(str(error).split())[:200] or type(error).__name__
            raise TemplateTrouble(path, 0, f"The template cannot be filled: {said}", _COMPARE) from error


def _trouble_of(one: Tagged) -> tuple[str, str] | None:
    """(what is wrong with a control, what to do); None for a right one, and for one that is another program's."""
    address = raw_address(one.tag)
    if address is None:
        if not seems_ours(one.tag):
            return None
        return f"The tag {one.tag!r} names no field of the 8D", "docs/eightd.md lists the tags."
    places = _PLACE.findall(one.text)
    if [name.rpartition(".")[2] for name in places] != [address.field]:
        holds = ", ".join(f"{{{{ {name} }}}}" for name in places) or "no place"
        return (
            f"The control {one.tag!r} holds {holds}",
            f"Let it hold the place of its field, such as {{{{ {one.tag} }}}}.",
        )
    if beside := wordable(_JINJA.sub(" ", one.text)):
        return (
            f"Beside the control {one.tag!r} its cell says {beside[:40]!r}",
            "It would be read as typed: give it a cell of its own.",
        )
    return None
