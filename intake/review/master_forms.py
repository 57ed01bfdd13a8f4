"""The cards of master data as forms: their fields, a card as texts, and texts as a card with what is wrong beside each.

A value is judged exactly as a cell of an imported file is (`intake.importing`). Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from intake.import_preview import text_of
from intake.importing import KINDS, Refused
from storage.records import WindowName

CUSTOMERS, PRODUCTS, SHIPMENTS, PEOPLE = "customers", "products", "shipments", "people"
SUPPLIERS, POINTS = "suppliers", "points"
AGREED = "agreement."  # begins the fields of a customer's agreed windows, one a window

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Field:
    """`kind` is text, date, tick, or language; `long` takes the width of two."""

    name: str
    kind: str = "text"
    required: bool = False
    long: bool = False


FIELDS: Mapping[str, tuple[Field, ...]] = {
    CUSTOMERS: (
        Field("name", required=True, long=True),
        Field("aliases", long=True),
        Field("contact"),
        Field("phone"),
        Field("fax"),
        Field("email"),
        Field("domains"),
        Field("language", "language"),
        Field("province"),
        Field("remote", "tick"),
    ),
    PRODUCTS: (
        Field("model", required=True),
        Field("product", required=True),
        Field("part_no"),
        Field("customer_part_no"),
        Field("department"),
    ),
    SHIPMENTS: (
        Field("customer", required=True, long=True),
        Field("model", required=True),
        Field("batch", required=True),
        Field("quantity"),
        Field("ship_date", "date"),
        Field("order_no"),
    ),
    SUPPLIERS: (
        Field("name", required=True, long=True),
        Field("contact"),
        Field("phone"),
        Field("email"),
        Field("language", "language"),
    ),
    POINTS: (
        Field("name", required=True, long=True),
        Field("region"),
        Field("contact"),
        Field("phone"),
        Field("address", long=True),
    ),
}
LANGUAGES = ("", "zh-CN", "zh-TW", "en")
_PLAIN = {
    CUSTOMERS: {"name": "x"},
    PRODUCTS: {"product": "x", "model": "x"},
    SHIPMENTS: {"customer": "x", "model": "x", "batch": "x"},
    SUPPLIERS: {"name": "x"},
    POINTS: {"name": "x"},
}


@dataclass(frozen=True, slots=True)
class Read:
    """A card, or what is wrong with its fields: (why, remedy) by field."""

    card: Any
    faults: Mapping[str, tuple[str, str]]


def names_of(kind: str) -> tuple[str, ...]:
    agreed = tuple(f"{AGREED}{name}" for name in WindowName) if kind == CUSTOMERS else ()
    return (*(field.name for field in FIELDS[kind]), *agreed)


def texts_of(kind: str, card: Any) -> dict[str, str]:
    """What the form of a card is filled with; of no card, empty texts."""
    if card is None:
        return dict.fromkeys(names_of(kind), "")
    found = {field.name: text_of(getattr(card, field.name)) for field in FIELDS[kind]}
    if kind == CUSTOMERS:
        found |= {f"{AGREED}{name}": str(card.agreement.get(name, "")) for name in WindowName}
    return found


def typed(kind: str, form: Mapping[str, str]) -> dict[str, str]:
    """The fields of a form that was sent; what is no field is nothing, a tick that is not sent is none."""
    return {name: form.get(f"f:{name}", "").strip() for name in names_of(kind)}


def read(kind: str, texts: Texts, number: int | None) -> Read:
    """The card that these texts are; `number` is the standing one's."""
    faults: dict[str, tuple[str, str]] = {}
    for name, text in texts.items():
        try:
            KINDS[kind].card(_cells({**_PLAIN[kind], name: text}))
        except Refused as why:
            faults[name] = (str(why), why.remedy)
    if faults:
        return Read(None, faults)
    return Read(replace(KINDS[kind].card(_cells(texts)), id=number), {})


def _cells(texts: Texts) -> dict[str, str]:
    """As the row of a file: the agreed windows in one cell. An over-long text is refused as it would be there."""
    for name, text in texts.items():
        if len(text) > LONGEST:
            raise Refused(f"{name} is longer than {LONGEST} characters", "Shorten it.")
    agreed = [f"{name.removeprefix(AGREED)}={text}" for name, text in texts.items() if name.startswith(AGREED) and text]
    plain = {name: text for name, text in texts.items() if not name.startswith(AGREED)}
    return {**plain, "agreement": "; ".join(agreed)} if agreed else plain


LONGEST = 500  # characters of a value


def differing(was: Texts, now: Texts) -> dict[str, list[str]]:
    """field → [old, new], of the fields that differ; what the audit trail keeps."""
    return {name: [was.get(name, ""), text] for name, text in now.items() if was.get(name, "") != text}
