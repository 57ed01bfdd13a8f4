"""What the check changed and offers, as a record's event keeps it and `intake records --json` prints it."""

from typing import Any

from intake.goods.facts import Checked
from parsers.types import ITEM_FIELDS, Field, Reading


def told(before: Reading, checked: Checked) -> dict[str, Any]:
    """Empty where the master data knew nothing. Items count from 0."""
    pairs = zip(before.items, checked.reading.items, strict=True)
    changed = [
        _change(number, name, old, new)
        for number, (earlier, later) in enumerate(pairs)
        for name in ITEM_FIELDS
        if (old := getattr(earlier, name)) is not None and (new := getattr(later, name)) != old
    ]
    parts = {
        "changed": changed,
        "proposed": [
            {"item": each.item, "field": each.field, "values": list(each.values), "why": each.why}
            for each in checked.proposals
        ],
        "elsewhere": [{"batch": batch, "customer": customer} for batch, customer in checked.elsewhere],
        "warnings": [warning for warning in checked.reading.warnings if warning not in before.warnings],
    }
    return {name: part for name, part in parts.items() if part}


def _change(number: int, name: str, old: Field[Any], new: Field[Any]) -> dict[str, Any]:
    values = {"values": [old.value, new.value]} if old.value != new.value else {}
    return {"item": number, "field": name, "rule": new.rule, "confidence": [old.confidence, new.confidence], **values}
