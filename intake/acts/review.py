"""What a reviewer does to what was read: confirms it, puts it right, sets the class, settles what is missing.

先审阅、确认后再传递 (客诉信息处理流程 §5.2). Every corrected value is kept as a `Correction`: the extractor learns
from it.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

from intake.acts.act import RUNNING, Act, Key, Values, figure
from intake.acts.case import Actor, Case, World
from intake.acts.judging import judged, set_class
from intake.acts.photos import PHOTO, hung, photo_of
from intake.acts.spots import spots_of
from intake.errors import RecordError, UsageError
from parsers.types import Channel, Disposition, Kind, Request, Signal
from storage.life import Proposal, ProposalState
from storage.records import Class, Correction, CustomerOf, ItemOf, RecordState, Spot, WindowName

ACCEPTANCE = "acceptance"  # the field of a proposal that is the customer's verdict on a report

_CUSTOMER = frozenset(CustomerOf.__dataclass_fields__)
_ITEM = frozenset(ItemOf.__dataclass_fields__)
_QUANTITIES = frozenset({"quantity_shipped", "quantity_inspected", "quantity_defective"})
_DATES = frozenset({"production_date", "ship_date", "reply_due"})
_RECORD = frozenset(
    {"kind", "channel", "language", "claim_amount", "claim_currency", "reply_due", "signals", "requests"}
)
_CHOICES: dict[str, tuple[str, ...]] = {
    "kind": tuple(Kind),
    "channel": tuple(Channel),
    "language": ("zh-CN", "zh-TW", "en"),
    "disposition": tuple(Disposition),
    "signals": tuple(Signal),
    "requests": tuple(Request),
}


def confirm(case: Case, values: Values, who: Actor, world: World) -> Case:
    """The record says what the customer said: it is in work from now on (签字、确认)."""
    life = replace(case.life, confirmed_at=world.now, confirmed_by=who.email)
    record = case.record
    state = RecordState.IN_PROGRESS if record.state is RecordState.TO_REVIEW else record.state
    case = replace(case, life=life, record=replace(record, state=state)).noted(who, world, "confirmed")
    if not record.missing and record.items:
        case = case.met(WindowName.WRITTEN_RECORD, world.now)
    return case.saying(f"{case.number} is confirmed.")


def correct(case: Case, values: Values, who: Actor, world: World) -> Case:
    """Puts fields right. An item's fields are those of `item` (from 1); the customer's and the record's need none.
    `spots` tells where they were read: a value with one is a person's also where it is the one that stood there.
    """
    position = int(values.get("item", 1)) - 1
    named = {name: value for name, value in values.items() if name not in ("item", "spots")}
    spots = spots_of(str(values.get("spots", "")))
    if not named:
        raise UsageError("correct needs a field.", "Write FIELD=VALUE, such as batch=B2406-01.")
    before = case
    for name, text in named.items():
        case = _corrected(case, name, str(text), position, who, world, spots.get(name))
    if case == before:
        return case.saying("Nothing differs.")
    return judged(before, case, who, world)


def _corrected(
    case: Case, name: str, text: str, position: int, who: Actor, world: World, spot: Spot | None = None
) -> Case:
    """With one field changed; `name` may also say the item: `items.2.batch`."""
    parts = name.split(".")
    if len(parts) == 3 and parts[0] == "items" and parts[1].isdigit():
        position, name = int(parts[1]) - 1, parts[2]
    elif len(parts) == 2 and parts[0] == "customer":
        name = parts[1]
    value = value_of_field(name, text)
    record = case.record
    if name in _ITEM:
        if not 0 <= position < max(len(record.items), 1):
            raise UsageError(f"{case.number} has no item {position + 1}.", f"It has {len(record.items)}.")
        items = record.items or (ItemOf(),)
        old = getattr(items[position], name)
        changed = (*items[:position], replace(items[position], **{name: value}), *items[position + 1 :])
        after, where = replace(record, items=changed), position
    elif name in _CUSTOMER:
        old, where = getattr(record.customer, name), None
        after = replace(record, customer=replace(record.customer, **{name: value}))
    else:
        old, where = getattr(record, name), None
        after = replace(record, **{name: value})
    same = old == value and (record.items or name not in _ITEM)
    if same and spot is None:
        return case
    correction = Correction(case.number, where, name, _plain(old), _plain(value), who.email, world.now, spot)
    if same:
        return replace(case, corrections=(*case.corrections, correction)).saying(f"{name} is as it was.")
    case = replace(case, record=after, corrections=(*case.corrections, correction))
    place = f"item {position + 1} {name}" if where is not None else name
    return case.noted(who, world, "corrected", old={place: _plain(old)}, new={place: _plain(value)}).saying(
        f"{place}: {_plain(old)!r} → {_plain(value)!r}."
    )


def value_of_field(name: str, text: str) -> Any:
    """The value that a person typed for a field; "" empties it. UsageError for an unknown field or no such value."""
    text = text.strip()
    if name not in _ITEM | _CUSTOMER | _RECORD:
        known = ", ".join(sorted(_ITEM | _CUSTOMER | _RECORD))
        raise UsageError(f"There is no field {name!r}.", f"Fields are {known}.")
    try:
        if name in ("batch", "signals", "requests"):
            parts = tuple(part.strip() for part in text.replace("；", ";").split(";") if part.strip())
            return tuple(_chosen(name, part) for part in parts) if name in _CHOICES else parts
        if not text:
            return None
        if name in _CHOICES:
            return _chosen(name, text)
        if name in _QUANTITIES or name == "claim_amount":
            return figure(text)
        if name == "defect_rate":
            return figure(text.rstrip("%％")) / 100 if text[-1] in "%％" else figure(text)
        if name in _DATES:
            return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise UsageError(f"{name}={text!r} is no value of this field.", _form_of(name)) from error
    return text


def _chosen(name: str, text: str) -> str:
    if text not in _CHOICES[name]:
        raise ValueError(text)
    return text


def _form_of(name: str) -> str:
    if name in _CHOICES:
        return f"It is one of {', '.join(_CHOICES[name])}."
    return "Dates are YYYY-MM-DD." if name in _DATES else "It is a number."


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def add_item(case: Case, values: Values, who: Actor, world: World) -> Case:
    """One more item: a copy of item `like` (to split one in two), or an empty one."""
    items = case.record.items
    like = values.get("like")
    if like is not None and not 1 <= int(like) <= len(items):
        raise UsageError(f"{case.number} has no item {int(like)}.", f"It has {len(items)}.")
    fresh = items[int(like) - 1] if like is not None else ItemOf()
    after = replace(case, record=replace(case.record, items=(*items, fresh)))
    after = after.noted(who, world, "item_added", new=len(items) + 1).saying(f"Item {len(items) + 1} is added.")
    return judged(case, after, who, world)


def remove_item(case: Case, values: Values, who: Actor, world: World) -> Case:
    """One item less: what is no item, or what another says too (to merge two, correct one)."""
    items, position = case.record.items, int(values["item"]) - 1
    if not 0 <= position < len(items):
        raise UsageError(f"{case.number} has no item {position + 1}.", f"It has {len(items)}.")
    old = {name: _plain(getattr(items[position], name)) for name in ItemOf.__dataclass_fields__}
    rest = (*items[:position], *items[position + 1 :])
    correction = Correction(case.number, position, "item", old, None, who.email, world.now)
    after = replace(case, record=replace(case.record, items=rest), corrections=(*case.corrections, correction)).noted(
        who, world, "item_removed", old=old
    )
    return judged(case, after, who, world).saying(f"Item {position + 1} is removed.")


def classify(case: Case, values: Values, who: Actor, world: World) -> Case:
    """Another class, with a reason; or the loss that we expect, by which the class is judged again."""
    wanted, estimate = values.get("class"), values.get("estimate")
    if wanted is None and estimate is None:
        raise UsageError("classify needs class=A|B|C with a reason, or estimate=AMOUNT.", "Give one of them.")
    if estimate is not None:
        if estimate < 0:
            raise UsageError("An expected loss is not below 0.", "Give the amount without a sign.")
        after = replace(case, life=replace(case.life, estimate=estimate))
        case = judged(case, after.noted(who, world, "loss_estimated", old=case.life.estimate, new=estimate), who, world)
    if wanted is not None:
        reason = values.get("reason")
        if not reason:
            raise UsageError("Another class needs a reason.", "Write reason=… after it.")
        case = case.noted(who, world, "class_set", old=str(case.record.letter), new={"class": wanted, "reason": reason})
        case = set_class(case, Class(wanted), who, world)
    return case


def waive(case: Case, values: Values, who: Actor, world: World) -> Case:
    """A missing field, or a window, that need not be: settled with a reason, which stays in the history."""
    field, window, reason = values.get("field"), values.get("window"), values["reason"]
    if (field is None) == (window is None):
        raise UsageError("waive needs either field=… or window=….", "Name what is waived.")
    if window is not None:
        name = WindowName(window)
        if case.window(name) is None:
            raise RecordError(f"{case.number} has no window {window}.", "`intake records NUMBER` shows its windows.")
        life = replace(case.life, waived_windows=tuple(dict.fromkeys((*case.life.waived_windows, window))))
        after = replace(case, life=life).waived(name)
        return after.noted(who, world, "window_waived", new={"window": window, "reason": reason}).saying(
            f"{window} is waived."
        )
    if field not in case.record.missing:
        missing = ", ".join(case.record.missing) or "nothing"
        raise RecordError(f"{field} is not missing in {case.number}.", f"Missing: {missing}.")
    life = replace(case.life, waived_fields=tuple(dict.fromkeys((*case.life.waived_fields, str(field)))))
    after = replace(case, life=life).noted(who, world, "field_waived", new={"field": field, "reason": reason})
    return judged(case, after, who, world).saying(f"{field} is waived.")


def take(case: Case, values: Values, who: Actor, world: World) -> Case:
    """Values that a later mail gave, taken into the record: one proposal by its id, or `all`."""
    before = case
    for proposal in _proposals(case, values["proposal"]):
        photo = photo_of(case, proposal) if proposal.field == PHOTO else None
        if photo is not None:
            case = hung(case, photo, str(proposal.value), who, world)
            continue
        case = settled(case, proposal, ProposalState.TAKEN)
        text = ";".join(proposal.value) if isinstance(proposal.value, list | tuple) else str(proposal.value)
        case = _corrected(case, proposal.field, text, proposal.item or 0, who, world)
    return judged(before, case, who, world)


def drop(case: Case, values: Values, who: Actor, world: World) -> Case:
    """A later mail's values, not taken."""
    for proposal in _proposals(case, values["proposal"], {ACCEPTANCE}):
        case = settled(case, proposal, ProposalState.DROPPED).noted(
            who,
            world,
            "proposal_dropped",
            new={"field": proposal.field, "value": proposal.text if proposal.field == PHOTO else proposal.value},
        )
    return case.saying("Dropped.")


def _proposals(case: Case, wanted: str, besides: Collection[str] = ()) -> tuple[Proposal, ...]:
    """Open proposals of values; the customer's verdict on a report is taken by `accept` or `reject`."""
    still = tuple(
        one
        for one in case.proposals
        if one.state is ProposalState.OPEN and (one.field != ACCEPTANCE or one.field in besides)
    )
    found = still if wanted == "all" else tuple(one for one in still if one.id.startswith(wanted))
    if not found or (wanted != "all" and len(found) > 1):
        ids = ", ".join(one.id for one in still) or "none"
        raise RecordError(f"{case.number} has no open proposal {wanted!r}.", f"Open: {ids}.")
    return found


def settled(case: Case, proposal: Proposal, state: ProposalState) -> Case:
    settled = replace(proposal, state=state)
    return replace(case, proposals=tuple(settled if one.id == proposal.id else one for one in case.proposals))


_REASON = Key("reason", "why, in a sentence", required=True)

REVIEW_ACTS = (
    Act("confirm", "confirm the record as it stands", confirm),
    Act(
        "correct",
        "put fields right",
        correct,
        (
            Key("item", "the item's position, from 1", "number"),
            Key("spots", "where fields were read: JSON of field → part, page, box"),
        ),
        open_keys="FIELD=VALUE, such as batch=B2406-01;B2406-02, customer.phone=… or items.2.model=…",
    ),
    Act("add_item", "add an item", add_item, (Key("like", "the item to copy, from 1", "number"),)),
    Act("remove_item", "take an item out", remove_item, (Key("item", "the item's position, from 1", "number", True),)),
    Act(
        "classify",
        "set the class, or the loss expected",
        classify,
        (
            Key("class", "A, B or C", "choice", choices=tuple(Class)),
            Key("reason", "why, in a sentence"),
            Key("estimate", "our expected loss, in the policy's claim currency", "number"),
        ),
    ),
    Act(
        "waive",
        "settle a missing field or a window with a reason",
        waive,
        (
            Key("field", "a missing field"),
            Key("window", "a window's name", "choice", choices=tuple(WindowName)),
            _REASON,
        ),
        states=RUNNING,
    ),
    Act("take", "take values that a later mail gave", take, (Key("proposal", "its id, or all", required=True),)),
    Act("drop", "drop values that a later mail gave", drop, (Key("proposal", "its id, or all", required=True),)),
)
