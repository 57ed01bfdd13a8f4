"""What an import of master data would do, row by row, before it is done. Nothing is written."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from intake.importing import KINDS, Card, Outcome, Refused, judged, silent
from intake.spreadsheets import read_table
from storage import Storage
from storage.people import completed
from storage.records import CustomerCard, Person, ProductCard, ServicePoint, Shipment, SupplierCard

SHOWN = 200  # rows of one outcome that a preview lists; all are counted
_GROUP = 400  # rows looked up at once
_NAMED: Mapping[type[Any], tuple[str, ...]] = {
    CustomerCard: ("name",),
    ProductCard: ("model", "product"),
    Shipment: ("batch", "model", "customer"),
    SupplierCard: ("name",),
    ServicePoint: ("name", "region"),
    Person: ("name", "email", "role"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """A field that would be another: as it stands, and as the file has it."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class SeenRow:
    """`row` is the number in the file; `name` says which thing it is."""

    row: int
    outcome: Outcome
    name: str = ""
    changes: tuple[Change, ...] = ()
    why: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """`rows` are the first `SHOWN` of each outcome, what is the same left out; `counts` counts all."""

    kind: str
    counts: Mapping[Outcome, int]
    rows: tuple[SeenRow, ...]
    ignored: tuple[str, ...] = ()

    def number(self, outcome: Outcome) -> int:
        return self.counts.get(outcome, 0)

    def of(self, outcome: Outcome) -> list[SeenRow]:
        return [row for row in self.rows if row.outcome == outcome]


def _nobody(done: int, total: int) -> None:
    pass


def preview(kind: str, path: Path, storage: Storage, told: Callable[[int, int], None] = _nobody) -> Preview:
    """Reads a file as `import_file` does, and holds it against what stands. UsageError where it is no such file.
    `told` hears after each group of rows how many of all are done.
    """
    table = read_table(path, kind, KINDS[kind].required)
    counts: Counter[Outcome] = Counter()
    shown: list[SeenRow] = []
    before: set[str] = set()
    unsaid, rows = silent(kind, table), judged(KINDS[kind], table.lines)
    with storage.reading() as work:
        while group := list(islice(rows, _GROUP)):
            cards: list[Any] = [card for _, card in group if not isinstance(card, Refused)]
            known = work.people.standing(KINDS[kind].type, [KINDS[kind].key(card) for card in cards])
            for row, card in group:
                seen = _seen(kind, row, card, known, before, unsaid)
                counts[seen.outcome] += 1
                if seen.outcome != "same" and counts[seen.outcome] <= SHOWN:
                    shown.append(seen)
            told(sum(counts.values()), len(table.lines))
    return Preview(kind, counts, tuple(shown), table.ignored)


def _seen(
    kind: str, row: int, card: Card | Refused, known: Mapping[str, Any], before: set[str], silent: frozenset[str]
) -> SeenRow:
    """`before` holds the keys of the rows above, which an equal row says once more."""
    if isinstance(card, Refused):
        return SeenRow(row, "refused", why=str(card), remedy=card.remedy)
    key = KINDS[kind].key(card)
    name = " · ".join(text_of(getattr(card, field)) for field in _NAMED[type(card)])
    if key in before:
        return SeenRow(row, "same", name)
    before.add(key)
    old = known.get(key)
    if old is None:
        return SeenRow(row, "added", name)
    changes = changes_of(old, completed(card, old, silent))
    return SeenRow(row, "changed" if changes else "same", name, changes)


def changes_of(old: Any, new: Any) -> tuple[Change, ...]:
    """The fields that differ between two cards of a kind; their numbers do not count."""
    names = [name for name in new.__dataclass_fields__ if name != "id"]
    pairs = [(name, getattr(old, name), getattr(new, name)) for name in names]
    return tuple(Change(name, text_of(was), text_of(now)) for name, was, now in pairs if was != now)


def text_of(value: Any) -> str:
    """A value of a card as its cell in a file has it."""
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    if isinstance(value, Mapping):
        return "; ".join(f"{name}={span}" for name, span in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(str(one) for one in value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:g}"
    return str(value)
