"""The 8D as a Word file: the template of its language, filled (docxtpl, in Jinja's sandbox, every value escaped)."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from intake.eightd.cells import shown
from intake.eightd.controls import settle
from intake.eightd.photos import Photos, put_in
from storage.eight_d import Action, Axis, Cause, Change, Containment, Document, EightD, Member, Place, Report
from templates.eight_d import Labels, labels, template

MARK = "intake-8d/1"  # the document property by which the form is known when it comes back
MOST_NUMBERED = 20  # rows that a template can name by their number
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def word_report(
    report: Report, company: str, language: str, first: bool, folder: Path | None = None, photos: Photos | None = None
) -> bytes:
    """The report as a .docx: D0–D3 where it is the `first` one, else all. `folder` is that of a company's own
    templates; `photos` are JPEGs that stand at the end of their steps.
    """
    from docxtpl import DocxTemplate  # loads slowly, and few processes write one

    from parsers.form_properties import set_properties

    known = labels(language)
    document = DocxTemplate(str(template(language, folder)))
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    told = {"company": company, "revision": report.revision, "full": not first, **_sections(report.report, known)}
    document.render(told, jinja_env=environment, autoescape=True)
    settle(document.docx)
    put_in(document.docx, photos or {}, first)
    document.docx.core_properties.identifier = MARK
    set_properties(document.docx, report.record, report.revision)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _sections(report: EightD, known: Labels) -> dict[str, dict[Any, Any]]:
    """What a template's places name: each section with its fields, its list, and rows of that by word or number."""
    told: dict[str, dict[Any, Any]] = {
        name: _cells(name, getattr(report, name), known) for name in ("head", "d0", "d2", "d3", "d4", "d6", "d7", "d8")
    }
    people = _people(report, known)
    told["d1"] = {"people": people, "champion": people[0], "leader": people[1]}
    told["d1"]["members"] = _numbered(people[2:], _person(Member(), "members", known))
    told["d3"]["rows"] = [_row("d3", row, row.place, known) for row in report.d3.rows]
    told["d3"] |= _by_key(told["d3"]["rows"], {place: _row("d3", Containment(place), place, known) for place in Place})
    told["d4"]["causes"] = [_row("d4", row, row.axis, known) for row in report.d4.causes]
    axes = {axis: _row("d4", Cause(axis), axis, known) for axis in Axis}
    told["d4"] |= _by_key(told["d4"]["causes"], axes) | _numbered(told["d4"]["causes"], axes[Axis.OCCURRENCE])
    actions = [{"position": str(n), **_cells("d5", row, known)} for n, row in enumerate(report.d5, 1)]
    numbered = _numbered(actions, {"position": "", **_cells("d5", Action(), known)})
    told["d5"] = {"rows": actions, **numbered}
    told["d6"] |= {"rows": actions, **numbered}
    told["d7"]["documents"] = [_row("d7", row, row.document, known) for row in report.d7.documents]
    papers = {paper: _row("d7", Change(paper), paper, known) for paper in Document}
    told["d7"] |= _by_key(told["d7"]["documents"], papers)
    return told


def _people(report: EightD, known: Labels) -> list[dict[str, str]]:
    d1 = report.d1
    people: list[tuple[str, Member]] = [("champion", d1.champion), ("leader", d1.leader)]
    people += [("members", member) for member in d1.members]
    return [_person(member, kind, known) for kind, member in people]


def _person(member: Member, kind: str, known: Labels) -> dict[str, str]:
    return {"key": kind, "kind": known["kinds"][kind.removesuffix("s")], **_cells("d1", member, known)}


def _row(section: str, row: Any, key: str, known: Labels) -> dict[str, Any]:
    """`key` is the word by which a tag names the row."""
    return {"key": str(key), **_cells(section, row, known)}


def _by_key(rows: Sequence[dict[str, Any]], empty: Mapping[Any, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The first row of each key; an empty one where there is none."""
    return {str(key): next((row for row in rows if row["key"] == key), blank) for key, blank in empty.items()}


def _numbered(rows: Sequence[dict[str, Any]], empty: dict[str, Any]) -> dict[Any, dict[str, Any]]:
    """Rows by their number, from 1; empty ones after the last."""
    more = [empty] * max(MOST_NUMBERED - len(rows), 0)
    return dict(enumerate([*rows, *more], 1))


def _cells(section: str, part: Any, known: Labels) -> dict[str, Any]:
    return {
        each.name: shown(section, each.name, value, known)
        for each in fields(part)
        if not _is_rows(value := getattr(part, each.name))
    }


def _is_rows(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and not isinstance(value[0], str)
