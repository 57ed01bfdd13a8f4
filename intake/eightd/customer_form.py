"""A customer's own report form (.xlsx or .docx), filled from the 8D by its mapping (`intake.eightd.mapping`).

`scan` proposes the mapping: cells whose text is a label of ours, in whichever language, with the empty cell beside or
below. Formats, merged cells and formulas of the form stay.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from intake.eightd.cells import shown, wordable
from intake.eightd.form_cells import DOCX as DOCX
from intake.eightd.form_cells import XLSX as XLSX
from intake.eightd.form_cells import Form, Value, open_form
from intake.eightd.mapping import PARTS, FormMapping, is_percent, list_of, read_mapping, values_of
from intake.errors import UsageError
from parsers.nlp.labels import exact
from storage.eight_d import EightD
from templates.eight_d import Labels, labels

LANGUAGES = ("zh-CN", "zh-TW", "en")
READ_AS = {  # what the reader of complaints takes a label for → the field of the 8D
    "product": "head.product", "model": "head.model", "part_no": "head.part_no", "drawing": "head.drawing",
    "company": "head.customer", "contact": "head.contact", "supplier": "head.supplier",
    "customer_ref": "head.customer_reference", "batch": "d2.batches", "order_no": "d2.order_no",
    "production_date": "d2.production_date", "ship_date": "d2.ship_date", "defect": "d2.defect",
    "quantity_shipped": "d2.quantity_shipped", "quantity_inspected": "d2.quantity_checked",
    "quantity_defective": "d2.quantity_defective",
}  # fmt: skip


def scan(content: bytes, media_type: str) -> str:
    """The proposed mapping as TOML, for an administrator to complete."""
    form = open_form(content, media_type)
    lines = ["[cells]"]
    taken: set[str] = set()
    for text, beside, below in form.texts():
        named = [name for name in _fields_named(text) if name not in taken]
        target = next((place for place in (beside, below) if place and form.text(place) == ""), None)
        if named and target is not None and target not in taken:
            taken |= {target, named[0]}
            lines.append(f'"{named[0]}" = "{_quoted(target)}"')
    return "\n".join(lines) + "\n"


def _quoted(place: str) -> str:
    return place.replace("\\", "\\\\").replace('"', '\\"')


def _fields_named(text: str) -> list[str]:
    """Fields that a label may mean, the likeliest first."""
    plain = re.sub(r"[\s:：*]+$", "", wordable(text)).casefold()
    parts = {part.strip() for part in re.split(r"[/\n（(]", plain)} | {plain}
    found: list[str] = []
    for section, kind in PARTS.items():
        for language in LANGUAGES:
            for name, label in labels(language)[section].items():
                if name in kind.__dataclass_fields__ and label.casefold() in parts:  # else it is a list's column
                    found.append(f"{section}.{name}")
    for language in LANGUAGES:
        known = labels(language)
        found += [f"d4.{axis}.text" for axis, word in known["axes"].items() if word.casefold() in parts]
        found += [f"d1.{one}.name" for one in ("leader", "champion") if known["kinds"][one].casefold() in parts]
    found += [READ_AS[meant] for meant in exact(text.strip()) if meant in READ_AS]
    return list(dict.fromkeys(found))


def check_mapping(content: bytes, media_type: str, mapping: str) -> None:
    """UsageError that names what the mapping has wrong: its TOML, a field, a place that is not there or is counted."""
    form, wanted = open_form(content, media_type), read_mapping(mapping)
    for _, place in wanted.cells:
        _check_place(form, place)
    for rows in wanted.rows:
        for position in range(rows.most):
            for _, column in rows.columns:
                _check_place(form, form.moved(rows.at, position, column))


def _check_place(form: Form, place: str) -> None:
    there = form.text(place)
    if there is None:
        raise UsageError(f"The form has no cell {place!r}.", "Name it as `scan` does.")
    if there.startswith("="):
        raise UsageError(f"The form's cell {place!r} is a formula.", "Map the cells that it counts with.")


def fill(content: bytes, media_type: str, mapping: str, report: EightD, language: str) -> bytes:
    """The form with the report's values. Empty fields leave their cells as they are."""
    form = open_form(content, media_type)
    _fill(form, read_mapping(mapping), report, labels(language))
    return form.saved()


def _fill(form: Form, mapping: FormMapping, report: EightD, known: Labels) -> None:
    for name, place in mapping.cells:
        section, field, values = values_of(report, name)
        _put(form, place, section, field, values, known)
    for rows in mapping.rows:
        listed = list_of(report, rows.name)
        for position in range(min(rows.most, len(listed))):
            # nothing is left out: the form's last row takes the rest
            these = listed[position:] if position == rows.most - 1 else listed[position : position + 1]
            for field, column in rows.columns:
                place = form.moved(rows.at, position, column)
                _put(form, place, rows.name[:2], field, [getattr(row, field) for row in these], known)


def _put(form: Form, place: str, section: str, field: str, values: Sequence[Any], known: Labels) -> None:
    _check_place(form, place)
    texts = [text for value in values if (text := shown(section, field, value, known))]
    if not texts:
        return
    form.put(place, _counted(values), "\n".join(texts), is_percent(section, field))


def _counted(values: Sequence[Any]) -> Value:
    """A single figure or day as such; "" for what is only text."""
    only = values[0] if len(values) == 1 else None
    if isinstance(only, bool) or not isinstance(only, int | float | date):
        return ""
    return only if isinstance(only, date) else float(only)
