"""A complaint that comes by no mail: taken by telephone, orally, by letter, on a visit, with a return, from a survey.

Anyone of ours may take one (任何人接到投诉都记录, 顾客沟通控制程序 §5.4.2). What is taken by telephone is completed in
writing within 12 h (客诉信息处理流程 §5.2): the window `written_record` is met by the record being complete.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from intake.acts.act import EVERYBODY, STATES, Act, Key, Values
from intake.acts.case import Actor, Case, World
from intake.acts.judging import judged
from intake.acts.review import value_of_field
from intake.addresses import is_address
from intake.desk import owner_of, to_our_people
from intake.errors import UsageError
from intake.policy.routing import department_for
from intake.replies import letters
from parsers.types import Channel, Kind
from storage.life import Life
from storage.records import Class, CustomerCard, CustomerOf, ItemOf, Purpose, Record, RecordState, WindowName

BY_HAND = tuple(channel for channel in Channel if channel is not Channel.EMAIL)
_CUSTOMER = frozenset(CustomerOf.__dataclass_fields__)
_ITEM = frozenset(ItemOf.__dataclass_fields__)


def enter(number: str, values: Values, who: Actor, world: World, card: CustomerCard | None = None) -> Case:
    """A new record of what a customer said, with its class, windows and first letters, as if it had come by mail.

    Its clocks start when it was said (`at`, by default now); the customer's card is there before class and windows are
    judged, since its agreement bears on them. UsageError for an unknown field or no such value.
    """
    at: datetime = values.get("at") or world.now
    if at > world.now:
        raise UsageError("What was said was said before now.", "Give at=… as a moment that has passed.")
    fields = {name: text for name, text in values.items() if name not in _OWN_KEYS}
    items = items_of(fields)
    plain = {name.removeprefix("customer."): text for name, text in fields.items() if item_field(name) is None}
    known = {name: value_of_field(name, str(text)) for name, text in plain.items()}
    customer = CustomerOf(**{name: value for name, value in known.items() if name in _CUSTOMER})
    more = {name: value for name, value in known.items() if name not in _CUSTOMER}
    owner = owner_of(world.people)
    subject = str(values.get("subject", "")) or next((item.defect for item in items if item.defect), "")[:100]
    record = Record(
        **{
            "number": number,
            "state": RecordState.TO_REVIEW,
            "letter": Class.C,
            "reasons": (),
            "kind": str(Kind.COMPLAINT),
            "channel": str(values["channel"]),
            "language": (card.language if card else "") or world.office.language,
            "received_at": at,
            "opened_at": world.now,
            "customer": customer,
            "items": items,
            "subject": subject,
            "department": department_for(None, world.office.policy),
            "owner": owner.email if owner else who.email,
            "customer_id": card.id if card else None,
            **more,
        }
    )
    empty = Case(record=record, life=Life(number), card=card)
    case = judged(empty, empty, who, world)
    case = replace(case, events=())  # it opens in this class: nothing has changed
    case = case.noted(who, world, "entered", new={"class": str(case.record.letter)})
    if note := str(values.get("note", "")).strip():
        case = case.noted(who, world, "note", new=note)
    return _with_first_letters(case, world)


def item_field(name: str) -> tuple[int, str] | None:
    """(position from 0, field) of `model`, which is the first item's, or of `items.2.model`; None where a name is no
    item's. UsageError for a position that is none.
    """
    if name in _ITEM:
        return 0, name
    parts = name.split(".")
    if len(parts) != 3 or parts[0] != "items":
        return None
    if not re.fullmatch(r"[1-9]\d?", parts[1], re.ASCII) or parts[2] not in _ITEM:
        raise UsageError(f"There is no field {name!r}.", "Write items.1.model=…, items.2.model=… and so on.")
    return int(parts[1]) - 1, parts[2]


def items_of(fields: Mapping[str, Any]) -> tuple[ItemOf, ...]:
    """The items that these values name, in order; what says nothing is no item."""
    found: dict[int, dict[str, Any]] = {}
    for name, text in fields.items():
        if (place := item_field(name)) is not None:
            found.setdefault(place[0], {})[place[1]] = value_of_field(place[1], str(text))
    made = (ItemOf(**found[position]) for position in sorted(found))
    return tuple(item for item in made if item != ItemOf())


def _with_first_letters(case: Case, world: World) -> Case:
    record = case.record
    written = {letter.purpose for letter in case.letters}
    ids = {purpose: world.ids(purpose) for purpose in (Purpose.DISPATCH, Purpose.MANAGEMENT_REPORT)}
    told, notes = to_our_people(record, case.windows, world.people, ids, world.now, world.office)
    for letter in told:
        if letter.purpose not in written:
            case = case.written(letter)
    case = replace(case, events=(*case.events, *notes))
    if any(letter.purpose is Purpose.DISPATCH for letter in case.letters):
        until = world.now + world.office.policy.reminders.sign_within
        case = replace(case, life=replace(case.life, dispatched_at=world.now, look_at=until))
    to = record.customer.email
    if not to or not is_address(to):
        return case.waived(WindowName.ACKNOWLEDGEMENT)  # said on the spot; there is nobody to write to
    acknowledgement = letters.acknowledgement(
        record,
        case.windows,
        None,
        (to,),
        owner_of(world.people),
        world.office.desk,
        world.ids(Purpose.ACKNOWLEDGEMENT),
        world.now,
    )
    return case.written(acknowledgement)


_OWN_KEYS = frozenset({"channel", "at", "subject", "note"})

ENTER = Act(
    "enter",
    "enter a complaint that came by no mail",
    lambda case, values, who, world: case,
    (
        Key("channel", "how it came", "choice", True, tuple(BY_HAND)),
        Key("at", "when it was said; by default now", "moment"),
        Key("subject", "what it is about, in a few words"),
        Key("note", "what else was said, in full"),
    ),
    who=EVERYBODY,
    states=STATES,
    open_keys="FIELD=VALUE, such as company=…, phone=…, product=…, defect=…, quantity_defective=…, items.2.model=…",
)
