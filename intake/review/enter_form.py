"""The form of a complaint that came by telephone, visit or paper: what was typed, and what is wrong with it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from intake.acts.enter import BY_HAND
from intake.acts.review import value_of_field
from intake.addresses import is_address
from intake.errors import UsageError
from parsers.types import Channel, Disposition, Request, Signal

CHANNELS = (
    Channel.PHONE, Channel.ORAL, Channel.ON_SITE, Channel.LETTER, Channel.RETURN, Channel.FAX,
)  # fmt: skip
SIGNALS, REQUESTS, DISPOSITIONS = tuple(Signal), tuple(Request), tuple(Disposition)
CUSTOMER = ("company", "contact", "phone", "fax", "email", "location")
ITEM = (
    "model", "batch", "product", "order_no", "quantity_shipped", "quantity_inspected", "quantity_defective",
    "ship_date", "disposition", "defect",
)  # fmt: skip
OTHER = ("claim_amount", "claim_currency", "reply_due")
MOST_ITEMS = 30
_NUMBERS = frozenset({"quantity_shipped", "quantity_inspected", "quantity_defective", "claim_amount"})
_DATES = frozenset({"ship_date", "reply_due"})
_LONGEST = {"note": 5000, "defect": 2000}  # characters; of all other fields `_LONGEST_LINE`
_LONGEST_LINE = 300
_OLDEST = timedelta(days=366)  # ours: what is said to be older is a typing error
_ITEM_NAME = re.compile(r"items\.(\d{1,2})\.(\w+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Typed:
    """What the form holds. `items` are the rows as typed, at least one; `faults` are keys of words by field."""

    values: Mapping[str, str]
    signals: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    items: tuple[Mapping[str, str], ...] = ({},)
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def batches(self) -> list[str]:
        texts = (item.get("batch", "").replace("；", ";").split(";") for item in self.items)
        return [batch.strip() for parts in texts for batch in parts if batch.strip()]

    @property
    def models(self) -> list[str]:
        return [item["model"] for item in self.items if item.get("model")]

    @property
    def given(self) -> dict[str, str]:
        """The keys of `intake.acts.enter`."""
        found = {name: text for name, text in self.values.items() if text and name not in ("customer_id", "despite")}
        for name, many in (("signals", self.signals), ("requests", self.requests)):
            if many:
                found[name] = ";".join(many)
        for at, item in enumerate(self.items, 1):
            found |= {f"items.{at}.{name}": text for name, text in item.items() if text}
        return found


def empty(now: datetime, zone: ZoneInfo) -> Typed:
    """The form as it opens: said just now."""
    return Typed({"at": _minute(now, zone), "channel": Channel.PHONE.value})


def read(pairs: Sequence[tuple[str, str]], now: datetime, zone: ZoneInfo) -> Typed:
    """What was sent, with what is wrong in it. Unknown fields are nothing."""
    known = ("channel", "at", "subject", "note", "customer_id", "despite", *CUSTOMER, *OTHER)
    values = {name: text.strip() for name, text in pairs if name in known}
    rows: dict[int, dict[str, str]] = {}
    for name, text in pairs:
        place = _ITEM_NAME.fullmatch(name)
        if place is not None and place[2] in ITEM and 1 <= int(place[1]) <= MOST_ITEMS:
            rows.setdefault(int(place[1]), {})[place[2]] = text.strip()
    typed = Typed(
        values,
        tuple(text for name, text in pairs if name == "signals" and text in SIGNALS),
        tuple(text for name, text in pairs if name == "requests" and text in REQUESTS),
        tuple(rows[at] for at in sorted(rows)) or ({},),
    )
    return replace(typed, faults=_faults(typed, now, zone))


def with_one_more(typed: Typed) -> Typed:
    """Another row for an item."""
    items = typed.items if len(typed.items) >= MOST_ITEMS else (*typed.items, {})
    return replace(typed, items=items, faults={})


def _faults(typed: Typed, now: datetime, zone: ZoneInfo) -> dict[str, str]:
    found: dict[str, str] = {}
    values = typed.values
    if values.get("channel") not in BY_HAND:
        found["channel"] = "enter.bad_channel"
    if fault := moment_fault(values.get("at", ""), now, zone):
        found["at"] = fault
    if not any(values.get(name) for name in ("company", "contact", "phone", "fax", "email")):
        found["company"] = "enter.bad_who"
    if values.get("email") and not is_address(values["email"]):
        found["email"] = "enter.bad_email"
    if not any(any(item.values()) for item in typed.items) and not values.get("subject") and not values.get("note"):
        found["items.1.defect"] = "enter.bad_what"
    for name, text in values.items():
        found |= _fault(name, name, text)
    for at, item in enumerate(typed.items, 1):
        for name, text in item.items():
            found |= _fault(f"items.{at}.{name}", name, text)
    if values.get("claim_amount") and not values.get("claim_currency"):
        found.setdefault("claim_currency", "enter.bad_currency")
    return found


def _fault(path: str, name: str, text: str) -> dict[str, str]:
    if len(text) > _LONGEST.get(name, _LONGEST_LINE):
        return {path: "enter.too_long"}
    if name == "claim_currency" and text and not re.fullmatch(r"[A-Z]{3}", text):
        return {path: "enter.bad_currency"}
    if not text or name not in _NUMBERS | _DATES | {"disposition"}:
        return {}
    try:
        value_of_field(name, text)
    except UsageError:
        kind = "number" if name in _NUMBERS else "date" if name in _DATES else "choice"
        return {path: f"enter.bad_{kind}"}
    return {path: "enter.bad_number"} if name in _NUMBERS and text.startswith("-") else {}


def moment_fault(text: str, now: datetime, zone: ZoneInfo) -> str:
    """What is wrong with when it came; nothing where it is right. A moment without zone is ours."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return "enter.bad_moment"
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    if moment > now:
        return "enter.bad_future"
    return "enter.bad_past" if now - moment > _OLDEST else ""


def _minute(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
