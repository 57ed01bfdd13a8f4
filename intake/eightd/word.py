"""The 8D as a Word file: the template of its language, filled (docxtpl, in Jinja's sandbox, every value escaped)."""

import io
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from intake.eightd.cells import shown
from intake.eightd.photos import put_in
from storage.eight_d import EightD, Member, Report
from templates.eight_d import Labels, labels, template

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def word_report(
    report: Report, company: str, language: str, first: bool, own: Path | None = None, photos: Sequence[bytes] = ()
) -> bytes:
    """The report as a .docx: D0–D3 where it is the `first` one, else all. `own` is a company's own template; `photos`
    are JPEGs that stand at the end of D2.
    """
    from docxtpl import DocxTemplate  # loads slowly, and few processes write one

    known = labels(language)
    document = DocxTemplate(str(own or template(language)))
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    told = {"company": company, "revision": report.revision, "full": not first, **_sections(report.report, known)}
    document.render(told, jinja_env=environment, autoescape=True)
    put_in(document.docx, photos, "D3")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _sections(report: EightD, known: Labels) -> dict[str, dict[str, Any]]:
    plain = {
        name: _cells(name, getattr(report, name), known) for name in ("head", "d0", "d2", "d3", "d4", "d6", "d7", "d8")
    }
    plain["d1"] = {"people": _people(report, known)}
    plain["d3"]["rows"] = [_cells("d3", row, known) for row in report.d3.rows]
    plain["d4"]["causes"] = [_cells("d4", row, known) for row in report.d4.causes]
    actions = [{"position": str(n), **_cells("d5", row, known)} for n, row in enumerate(report.d5, 1)]
    plain["d5"] = {"rows": actions}
    plain["d6"]["rows"] = actions
    plain["d7"]["documents"] = [_cells("d7", row, known) for row in report.d7.documents]
    return plain


def _people(report: EightD, known: Labels) -> list[dict[str, str]]:
    d1 = report.d1
    people: list[tuple[str, Member]] = [("champion", d1.champion), ("leader", d1.leader)]
    people += [("member", member) for member in d1.members]
    return [{"kind": known["kinds"][kind], **_cells("d1", member, known)} for kind, member in people]


def _cells(section: str, part: Any, known: Labels) -> dict[str, Any]:
    return {
        each.name: shown(section, each.name, value, known)
        for each in fields(part)
        if not _is_rows(value := getattr(part, each.name))
    }


def _is_rows(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and not isinstance(value[0], str)
