"""A quality information slip (产品销售质量信息传递单) that our people filled in and mailed in, into the record.

Whoever may correct the record corrects it by it; of anybody else's slip the values are proposals for a reviewer.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from intake.acts.act import allow
from intake.acts.case import Actor, Case, World
from intake.acts.review import value_of_field
from intake.acts.table import ACTS, do
from intake.errors import IntakeError, UsageError
from parsers.normal.dates import parse_date
from parsers.results import OwnForm
from storage.life import Proposal
from storage.records import CustomerOf, ItemOf
from templates.data import LANGUAGES
from templates.words import Words, words

_ITEM = frozenset(ItemOf.__dataclass_fields__)
_CUSTOMER = frozenset(CustomerOf.__dataclass_fields__)


def read_slip(case: Case, form: OwnForm, who: Actor, world: World) -> Case:
    """The case with what the slip says otherwise than the record; what holds no value of its field is noted."""
    told: dict[str, str] = {}
    unread: list[str] = []
    for name, text in _fields(form):
        try:
            value = value_of_field(name.rsplit(".", maxsplit=1)[-1], text)
        except UsageError as error:
            unread.append(f"{name}: {error.cause}")
            continue
        if value not in (None, ()) and value != _known(case, name):
            told[name] = text
    if unread:
        case = case.noted(who, world, "slip_unread", new=unread)
    if not told:
        return case
    try:
        allow(ACTS["correct"], case, who)
    except IntakeError:
        return _proposed(case, told, who, world)
    return do("correct", case, told, who, world)


def _proposed(case: Case, told: dict[str, str], who: Actor, world: World) -> Case:
    rows = []
    for name, text in told.items():
        parts = name.split(".")
        item = int(parts[1]) - 1 if parts[0] == "items" else None
        rows.append(Proposal(world.fresh(), case.number, item, parts[-1], text, text, 1.0, None, world.now))
    case = replace(case, proposals=(*case.proposals, *rows))
    return case.noted(who, world, "proposed", new=sorted(told))


def _known(case: Case, name: str) -> object:
    parts = name.split(".")
    if parts[0] == "customer":
        return getattr(case.record.customer, parts[1])
    position = int(parts[1]) - 1
    return getattr(case.record.items[position], parts[2]) if position < len(case.record.items) else None


def _fields(form: OwnForm) -> Iterator[tuple[str, str]]:
    """(`customer.phone` or `items.2.batch`, text) of each line, in whichever language the slip is."""
    known = max((words(language) for language in LANGUAGES), key=lambda one: _labels_known(form, one))
    keys = {label: name for name, label in known.tables["fields"].items()}
    position = 0
    for table in form.tables:
        named = [(keys[row[0].strip()], row[1]) for row in table.rows if len(row) == 2 and row[0].strip() in keys]
        position += any(name in _ITEM for name, _ in named)
        for name, text in named:
            if name in _ITEM:
                yield f"items.{position}.{name}", _typed(name, text, known)
            elif name in _CUSTOMER:
                yield f"customer.{name}", text


def _typed(name: str, text: str, known: Words) -> str:
    """As the act `correct` takes it: a batch list by `;`, a disposition by its key, a count without separators."""
    if name == "batch":
        return text.replace("、", ";").replace("，", ";").replace(",", ";")
    if name == "disposition":
        return next((key for key, word in known.tables["dispositions"].items() if word == text.strip()), text)
    if name in ("production_date", "ship_date"):
        return _iso(text)
    return text


def _iso(text: str) -> str:
    """A day that is written with its year, as YYYY-MM-DD."""
    return parse_date(text, date(2000, 1, 1)) or text


def _labels_known(form: OwnForm, known: Words) -> int:
    ours = set(known.tables["fields"].values())
    return sum(row[0].strip() in ours for table in form.tables for row in table.rows if row)
