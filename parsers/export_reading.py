"""A `Reading` as the JSON of `intake extract`: field by field, key by key as the specification prints it.

`file` and `severity` are added by who knows them: the name by the caller, the class by the policy.
"""

from collections.abc import Mapping
from typing import Any

from parsers.types import CUSTOMER_FIELDS, ITEM_FIELDS, Alternative, Claim, Field, Item, Reading, Source


def kept_json(reading: Reading) -> dict[str, Any]:
    """The reading as it is kept with a record: beside what is printed, what else each value of an item could be."""
    out = reading_json(reading)
    for item, plain in zip(reading.items, out["items"], strict=True):
        for name in ITEM_FIELDS:
            found = getattr(item, name)
            if found is not None and found.others:
                plain[name]["alternatives"] = [_other_json(one) for one in found.others]
    return out


def printed_json(kept: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept, as it is printed."""
    items = [{name: _without_others(field) for name, field in item.items()} for item in kept.get("items", ())]
    return {**kept, "items": items} if "items" in kept else dict(kept)


def _without_others(field: Any) -> Any:
    return (
        {key: value for key, value in field.items() if key != "alternatives"} if isinstance(field, Mapping) else field
    )


def _other_json(other: Alternative) -> dict[str, Any]:
    return {
        "value": _plain(other.value), "text": other.text, "confidence": round(other.confidence, 3),
        "source": source_json(other.source),
    }  # fmt: skip


def reading_json(reading: Reading) -> dict[str, Any]:
    """The reading as plain dicts, lists and numbers, in the specification's order of keys."""
    out: dict[str, Any] = {
        "kind": str(reading.kind),
        "language": reading.language,
        "channel": str(reading.channel),
        "customer": {name: field_json(getattr(reading.customer, name)) for name in CUSTOMER_FIELDS},
        "items": [item_json(item) for item in reading.items],
        "claim_amount": field_json(reading.claim_amount),
        "reply_due": field_json(reading.reply_due),
        "signals": _names(reading.signals),
        "requests": _names(reading.requests),
    }
    if reading.additions is not None:
        out["additions"] = item_json(reading.additions)
    if reading.warnings:
        out["warnings"] = list(reading.warnings)
    if reading.unread:
        out["unread"] = [{"part": part, "remedy": remedy} for part, remedy in reading.unread]
    return out


def item_json(item: Item) -> dict[str, Any]:
    return {name: field_json(getattr(item, name)) for name in ITEM_FIELDS}


def field_json(field: Field[Any] | None) -> dict[str, Any] | None:
    """A field with its place, or null where the document does not say it."""
    if field is None:
        return None
    out: dict[str, Any] = {
        "value": _plain(field.value),
        "text": field.text,
        "confidence": round(field.confidence, 3),
        "source": source_json(field.source),
    }
    if field.unit is not None:
        out["unit"] = field.unit
    return out


def source_json(source: Source) -> dict[str, Any]:
    box = source.box
    return {
        "part": source.part,
        "page": source.page,
        "start": source.start,
        "end": source.end,
        "bbox": None if box is None else [round(edge, 2) for edge in (box.x0, box.top, box.x1, box.bottom)],
    }


def _plain(value: object) -> object:
    if isinstance(value, Claim):
        return {"amount": _number(value.amount), "currency": value.currency}
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, float):
        return _number(value)
    return str(value) if isinstance(value, str) else value


def _number(value: float) -> float | int:
    return int(value) if float(value).is_integer() else value


def _names(marks: tuple[Any, ...]) -> list[str]:
    return list(dict.fromkeys(str(mark.name) for mark in marks))
