"""A record's values as the page shows them: what each is, where it was read, why a person should look at it. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parsers.types import Channel, Disposition, Kind, Request, Signal
from storage.records import Correction, CustomerOf, ItemOf, Record, Spot

CUSTOMER = tuple(CustomerOf.__dataclass_fields__)
ITEM = tuple(ItemOf.__dataclass_fields__)
OF_RECORD = ("kind", "channel", "language", "signals", "requests", "claim_amount", "claim_currency", "reply_due")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "kind": tuple(Kind),
    "channel": tuple(Channel),
    "language": ("zh-CN", "zh-TW", "en"),
    "disposition": ("", *Disposition),
}
MANY: Mapping[str, tuple[str, ...]] = {"signals": tuple(Signal), "requests": tuple(Request)}
DATES = frozenset({"production_date", "ship_date"})
_LATER = "production_date|ship_date"  # in `missing`: one of the two is enough
_AS_SURE = 0.75  # ours: confidence of an alternative that is offered beside a sure value
_RATE_OFF = 0.2  # ours: a printed rate and the counted one differ by more than this part


@dataclass(frozen=True, slots=True)
class Other:
    """What a value could be as well: `text` as its input would hold it."""

    text: str
    confidence: float
    spot: Spot | None

    @property
    def spot_json(self) -> str:
        """As the page sends a place back with the value; "" where it has none."""
        if self.spot is None:
            return ""
        told = {name: getattr(self.spot, name) for name in Spot.__dataclass_fields__}
        return json.dumps(told, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a record. `path` is how `correct` names it; `text` is what its input holds.

    `confidence` is the reader's, and None once a person has set the value; `spot` is then where he read it.
    """

    path: str
    name: str
    text: str
    confidence: float | None = None
    spot: Spot | None = None
    doubtful: bool = False
    missing: bool = False
    odd: str = ""  # the rule that it breaks
    set_by: str = ""
    others: tuple[Other, ...] = ()

    @property
    def rank(self) -> int:
        """What a reviewer looks at first: doubtful and odd values, then missing ones, then the rest that is there."""
        if self.doubtful or self.odd:
            return 0
        return 1 if self.missing else 2 if self.text else 3

    @property
    def mark(self) -> str:
        """An id for the page."""
        return self.path.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Group:
    """Values that belong together; `item` counts from 1, None for the customer's and the record's."""

    name: str
    item: int | None
    values: tuple[Value, ...]


def groups_of(record: Record, corrections: Sequence[Correction], threshold: float) -> tuple[Group, ...]:
    """The items, the customer, the record, each with what needs a look first."""
    reading, origins = record.reading, _origins(record, corrections)
    read_items: Sequence[Any] = reading.get("items") or ()
    fixed = fixes_of(corrections)
    groups = []
    for at, item in enumerate(record.items or (ItemOf(),)):
        origin = origins[at] if at < len(origins) else None
        read = read_items[origin] if origin is not None and origin < len(read_items) else {}
        oddities = odd(item)
        values = [
            _value(
                f"items.{at + 1}.{name}", name, getattr(item, name), read.get(name), threshold,
                name in _missing(record), oddities.get(name, ""), fixed.get((at, name)),
            )
            for name in ITEM
        ]  # fmt: skip
        groups.append(Group("item", at + 1, _sorted(values)))
    read = reading.get("customer") or {}
    customer = [
        _value(
            f"customer.{name}", name, getattr(record.customer, name), read.get(name), threshold,
            name in record.missing, "", fixed.get((None, name)),
        )
        for name in CUSTOMER
    ]  # fmt: skip
    whole = [
        _value(
            name, name, getattr(record, name), _whole(reading, name), threshold, False, "", fixed.get((None, name))
        )
        for name in OF_RECORD
    ]  # fmt: skip
    return (*groups, Group("customer", None, _sorted(customer)), Group("record", None, tuple(whole)))


def _sorted(values: Sequence[Value]) -> tuple[Value, ...]:
    return tuple(sorted(values, key=lambda value: value.rank))


def _missing(record: Record) -> set[str]:
    return {name for field in record.missing for name in _names_of(field)}


def _names_of(field: str) -> tuple[str, ...]:
    return ("production_date", "ship_date") if field in (_LATER, "production_or_ship_date") else (field,)


def _whole(reading: Mapping[str, Any], name: str) -> Any:
    """The field of the reading that a value of the record comes from."""
    return reading.get({"claim_currency": "claim_amount"}.get(name, name))


def _value(
    path: str, name: str, now: Any, read: Any, threshold: float, missing: bool, oddity: str, fix: Correction | None
) -> Value:
    text = text_of(name, now)
    if fix is not None:
        return Value(path, name, text, None, fix.spot, missing=missing and not text, odd=oddity, set_by=fix.by)
    if not isinstance(read, Mapping):
        return Value(path, name, text, missing=missing and not text, odd=oddity)
    confidence = float(read.get("confidence") or 0.0)
    doubtful = bool(text) and confidence < threshold
    return Value(
        path, name, text, confidence, spot_of(read), doubtful, missing and not text, oddity,
        others=_others(name, text, read, doubtful),
    )  # fmt: skip


def _others(name: str, text: str, read: Mapping[str, Any], doubtful: bool) -> tuple[Other, ...]:
    """What else it could be: all of it for a doubtful value, beside a sure one only what is about as sure."""
    told = read.get("alternatives") or ()
    found = [Other(text_of(name, one.get("value")), float(one.get("confidence") or 0.0), spot_of(one)) for one in told]
    return tuple(one for one in found if one.text not in ("", text) and (doubtful or one.confidence >= _AS_SURE))


def spot_of(read: Mapping[str, Any]) -> Spot | None:
    source = read.get("source")
    if not isinstance(source, Mapping):
        return None
    box = source.get("bbox")
    return Spot(
        str(source.get("part", "")),
        int(source.get("page") or 1),
        int(source.get("start") or 0),
        int(source.get("end") or 0),
        str(read.get("text", "")),
        (float(box[0]), float(box[1]), float(box[2]), float(box[3])) if box else None,
    )


def text_of(name: str, value: Any) -> str:
    """A value as it is typed: lists by "; " (what is ticked in the order of its boxes), a rate in percent."""
    if value is None:
        return ""
    if name in MANY:
        value = sorted(value, key=lambda one: MANY[name].index(one) if one in MANY[name] else len(MANY[name]))
    if isinstance(value, list | tuple):
        return "; ".join(str(one) for one in value)
    if name == "defect_rate":
        return f"{round(float(value) * 100, 6):g}%"
    if isinstance(value, float | int):
        return str(int(value)) if float(value).is_integer() else f"{value:g}"
    return str(value)


def texts_of(groups: Sequence[Group]) -> dict[str, str]:
    """path → text of every value: what a form was filled with."""
    return {value.path: value.text for group in groups for value in group.values}


def odd(item: ItemOf) -> dict[str, str]:
    """field → the rule that it breaks: what cannot be true together."""
    found: dict[str, str] = {}
    bad = item.quantity_defective
    if bad is not None and item.quantity_inspected is not None and bad > item.quantity_inspected:
        found["quantity_defective"] = found["quantity_inspected"] = "more_bad_than_inspected"
    if bad is not None and item.quantity_shipped is not None and bad > item.quantity_shipped:
        found["quantity_defective"] = found["quantity_shipped"] = "more_bad_than_shipped"
    if item.production_date and item.ship_date and item.production_date[:7] > item.ship_date[:7]:
        found["production_date"] = found["ship_date"] = "made_after_shipped"
    rate, inspected = item.defect_rate, item.quantity_inspected
    if rate and bad and inspected and abs(bad / inspected - rate) > _RATE_OFF * rate:
        found.setdefault("defect_rate", "rate_differs")
    return found


def _origins(record: Record, corrections: Sequence[Correction]) -> list[int | None]:
    """For each item its position in the reading; None for one that a person added."""
    origins: list[int | None] = list(range(len(record.reading.get("items") or ())))
    for one in corrections:
        if one.field == "item" and one.new is None and one.item is not None and one.item < len(origins):
            del origins[one.item]
    return origins


def fixes_of(corrections: Sequence[Correction]) -> dict[tuple[int | None, str], Correction]:
    """(item as it stands now, field) → the last correction of it: items move up where one before them was removed."""
    fixed: dict[tuple[int | None, str], Correction] = {}
    for one in corrections:
        if one.field == "item" and one.new is None and one.item is not None:
            fixed = {
                (at - 1 if at is not None and at > one.item else at, name): fix
                for (at, name), fix in fixed.items()
                if at != one.item
            }
        else:
            fixed[one.item, one.field] = one
    return fixed


@dataclass(frozen=True, slots=True)
class Clash:
    """A value that two people have typed at once: what it was, mine, and what it is now."""

    path: str
    was: str
    mine: str
    now: str


def merged(
    was: Mapping[str, str], mine: Mapping[str, str], now: Mapping[str, str]
) -> tuple[dict[str, str], list[Clash]]:
    """(what only I changed, what both of us changed to different ends)."""
    changed = {path: text for path, text in mine.items() if _plain(text) != _plain(was.get(path, ""))}
    clashes = [
        Clash(path, was.get(path, ""), text, now.get(path, ""))
        for path, text in changed.items()
        if _plain(now.get(path, "")) not in (_plain(was.get(path, "")), _plain(text))
    ]
    both = {clash.path for clash in clashes}
    fresh = {p: t for p, t in changed.items() if p not in both and _plain(now.get(p, "")) != _plain(t)}
    return fresh, clashes


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))


def spots(
    groups: Sequence[Group], part: str, arrivals: frozenset[str] = frozenset({""})
) -> Iterator[tuple[Value, Spot]]:
    """The values that stand in a part of the mail with one of these ids, in its order."""
    every = [(value, value.spot) for group in groups for value in group.values]
    found = [(v, s) for v, s in every if s is not None and s.part == part and s.arrival in arrivals]
    yield from sorted(found, key=lambda one: (one[1].page, one[1].start, one[1].end))
