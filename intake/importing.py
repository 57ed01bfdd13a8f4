"""Master data from CSV or XLSX files: customers, products, shipments, people (service.md, "Files to import"),
suppliers and service points.

Every row is judged by itself: a bad one is refused with its reason and the others are taken. A second import of the
same file changes nothing; to that end a row that speaks of the same thing as an earlier row, but says otherwise, is
refused.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Literal, NamedTuple

from intake.addresses import is_address
from intake.errors import StorageError, UsageError
from intake.policy.windows import read_agreement
from intake.spreadsheets import Line, Table, column_words, read_table
from parsers.ours import free_mail_domains
from storage import Storage, StorageTrouble
from storage.records import CustomerCard, Person, ProductCard, Role, ServicePoint, Shipment, SupplierCard
from storage.rows import customer_key, person_values, point_values, product_values, shipment_values, supplier_values

Outcome = Literal["added", "changed", "same", "refused"]
Cells = Mapping[str, str]
Card = CustomerCard | ProductCard | Shipment | SupplierCard | ServicePoint | Person

_GROUP = 200  # rows in one transaction, so that a long import never keeps the mail waiting
_LONGEST = 500  # characters of one value
_ONE_OF_TWO = "Keep one of the two rows."
_DOMAIN = re.compile(r"(?:[a-z0-9\u0080-\uffff][a-z0-9\u0080-\uffff-]{0,62}\.){1,8}[a-z0-9\u0080-\uffff-]{2,63}")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00)?)?")
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_NEEDS_DEPARTMENT = (Role.DEPARTMENT, Role.DEPARTMENT_HEAD)


class Refused(ValueError):
    """Why a row, or a value, cannot be taken; `remedy` says what to do where the reason does not say it itself."""

    def __init__(self, why: str, remedy: str = "") -> None:
        super().__init__(why)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of a row; `row` is its number in the file, the header's included."""

    row: int
    outcome: Outcome
    why: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class ImportReport:
    kind: str
    rows: tuple[RowResult, ...]
    ignored: tuple[str, ...] = ()  # columns that mean nothing to us

    def number(self, outcome: Outcome) -> int:
        return Counter(row.outcome for row in self.rows)[outcome]

    @property
    def refused(self) -> int:
        return self.number("refused")

    @property
    def summary(self) -> str:
        """One line for the terminal."""
        words: tuple[Outcome, ...] = ("added", "changed", "same", "refused")
        line = f"{self.kind}: " + ", ".join(f"{self.number(word)} {word}" for word in words)
        return line + (f"; columns not used: {', '.join(self.ignored)}" if self.ignored else "")


class _Kind(NamedTuple):
    """How a row of one kind of file is read and recognised."""

    required: tuple[str, ...]  # columns without which the file is no such file
    card: Callable[[Cells], Any]  # Refused says why a row is none
    key: Callable[[Any], str]
    type: type[Any]


def import_file(kind: str, path: Path, storage: Storage) -> ImportReport:
    """Takes a file of one of `KINDS`; UsageError where it is no such file."""
    if kind not in KINDS:
        raise UsageError(f"{kind!r} is nothing to import.", f"Write one of {', '.join(KINDS)}.")
    table = read_table(path, kind, KINDS[kind].required)
    cards = judged(KINDS[kind], table.lines)
    results: list[RowResult] = []
    try:
        while group := list(islice(cards, _GROUP)):
            results += _saved(group, storage, silent(kind, table))
    except StorageTrouble as trouble:
        raise StorageError(trouble.cause, trouble.remedy) from trouble
    return ImportReport(kind, tuple(results), table.ignored)


def silent(kind: str, table: Table) -> frozenset[str]:
    """Fields of which a file says nothing, since it has no such column: what is known of them stays."""
    return frozenset(column_words()[kind]) - table.columns


def _saved(group: Sequence[tuple[int, Card | Refused]], storage: Storage, silent: frozenset[str]) -> list[RowResult]:
    """One transaction; a row that was refused is a reason instead of a card."""
    cards: list[Any] = [card for _, card in group if not isinstance(card, Refused)]
    with storage.unit() as work:
        outcomes = iter(work.people.upsert_all(cards, silent))
        work.commit()
    return [
        RowResult(row, "refused", str(card), card.remedy)
        if isinstance(card, Refused)
        else RowResult(row, next(outcomes))
        for row, card in group
    ]


def judged(kind: _Kind, lines: Sequence[Line]) -> Iterator[tuple[int, Card | Refused]]:
    """(row, card), or (row, why it is refused)."""
    seen: dict[str, tuple[int, Card]] = {}
    for line in lines:
        try:
            card = kind.card(_short(line.cells))
        except Refused as why:
            yield line.row, why
            continue
        first, earlier = seen.setdefault(kind.key(card), (line.row, card))
        yield line.row, card if earlier == card else Refused(f"row {first} says otherwise of the same", _ONE_OF_TWO)


def _short(cells: Cells) -> Cells:
    for name, text in cells.items():
        if len(text) > _LONGEST:
            raise Refused(f"{name} is longer than {_LONGEST} characters", "Shorten it.")
    return cells


# ── the kinds of rows ──


def _customer(cells: Cells) -> CustomerCard:
    return CustomerCard(
        name=_given(cells, "name"),
        aliases=_list(cells.get("aliases", ""), r"[;；、|\n]"),
        domains=tuple(_domain(text) for text in _list(cells.get("domains", ""), r"[;；、|,，\s]")),
        contact=cells.get("contact", ""),
        email=_address(cells.get("email", "")),
        phone=cells.get("phone", ""),
        fax=cells.get("fax", ""),
        language=_word("language", cells.get("language", "")),
        province=cells.get("province", ""),
        remote=_word("remote", cells.get("remote", "")) == "true",
        agreement=_agreement(cells.get("agreement", "")),
    )


def _product(cells: Cells) -> ProductCard:
    return ProductCard(
        product=_given(cells, "product"),
        model=_given(cells, "model"),
        part_no=cells.get("part_no", ""),
        customer_part_no=cells.get("customer_part_no", ""),
        department=cells.get("department", ""),
    )


def _shipment(cells: Cells) -> Shipment:
    return Shipment(
        customer=_given(cells, "customer"),
        model=_given(cells, "model"),
        batch=_given(cells, "batch"),
        quantity=_quantity(cells.get("quantity", "")),
        ship_date=_date(cells.get("ship_date", "")),
        order_no=cells.get("order_no", ""),
    )


def _supplier(cells: Cells) -> SupplierCard:
    return SupplierCard(
        name=_given(cells, "name"),
        contact=cells.get("contact", ""),
        email=_address(cells.get("email", "")),
        phone=cells.get("phone", ""),
        language=_word("language", cells.get("language", "")),
    )


def _point(cells: Cells) -> ServicePoint:
    return ServicePoint(
        name=_given(cells, "name"),
        region=cells.get("region", ""),
        contact=cells.get("contact", ""),
        phone=cells.get("phone", ""),
        address=cells.get("address", ""),
    )


def _person(cells: Cells) -> Person:
    role = _role(_given(cells, "role"))
    department = cells.get("department", "")
    if role in _NEEDS_DEPARTMENT and not department:
        raise Refused(f"the role {role} needs a department", "Fill in the department.")
    return Person(_given(cells, "name"), _address(_given(cells, "email")), department, role)


KINDS: dict[str, _Kind] = {
    "customers": _Kind(("name",), _customer, customer_key, CustomerCard),
    "products": _Kind(("product", "model"), _product, lambda card: str(product_values(card)["key"]), ProductCard),
    "shipments": _Kind(
        ("customer", "model", "batch"),
        _shipment,
        lambda card: str(shipment_values(card)["key"]),
        Shipment,
    ),
    "suppliers": _Kind(("name",), _supplier, lambda card: str(supplier_values(card)["key"]), SupplierCard),
    "points": _Kind(("name",), _point, lambda card: str(point_values(card)["key"]), ServicePoint),
    "people": _Kind(("name", "email", "role"), _person, lambda card: str(person_values(card)["key"]), Person),
}


# ── the values of a cell: each returns it in our form, or says why it cannot be taken ──


def _given(cells: Cells, name: str) -> str:
    if not cells.get(name):
        raise Refused(f"no {name.replace('_', ' ')}", "Fill it in.")
    return cells[name]


def _list(text: str, separators: str) -> tuple[str, ...]:
    parts = (part.strip() for part in re.split(separators, text))
    return tuple(dict.fromkeys(part for part in parts if part))


def _address(text: str) -> str:
    address = text.removeprefix("mailto:")
    if address and not is_address(address):
        raise Refused(f"{text!r} is no mail address", "Correct it, such as name@example.com.")
    return address


def _domain(text: str) -> str:
    domain = text.lower().removeprefix("@")
    if not _DOMAIN.fullmatch(domain):
        raise Refused(f"{text!r} is no mail domain, such as example.com", "Correct it, or leave it out.")
    if domain in free_mail_domains():
        raise Refused(f"{domain} is everybody's mail domain, and tells no customer from another", "Leave it out.")
    return domain


def _word(name: str, text: str) -> str:
    """The word of ours that a text stands for, such as zh-TW for 繁体; an empty text may stand for itself."""
    known = column_words()["words"][name]
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    for word, spellings in known.items():
        if plain in spellings:
            return str(word)
    if not plain:
        return ""
    raise Refused(f"{text!r} is no {name}: write one of {', '.join(known)}")


def _agreement(text: str) -> Mapping[str, str]:
    try:
        return read_agreement(unicodedata.normalize("NFKC", text))
    except ValueError as error:
        raise Refused(f"agreement: {error}") from error


def _role(text: str) -> Role:
    try:
        return Role(text.lower().replace(" ", "_"))
    except ValueError as error:
        raise Refused(f"{text!r} is no role: write one of {', '.join(Role)}") from error


def _quantity(text: str) -> float | None:
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    if not plain:
        return None
    if not _NUMBER.fullmatch(plain):
        raise Refused(f"the quantity {text!r} is no number", "Write figures alone.")
    return float(plain.replace(",", ""))


def _date(text: str) -> date | None:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return None
    found = _DAY.fullmatch(plain)
    try:
        if found is None:
            raise ValueError("another form")
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as error:
        raise Refused(f"{text!r} is no date: write YYYY-MM-DD") from error
