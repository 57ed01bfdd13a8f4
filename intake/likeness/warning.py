"""Whether an early warning (质量预警) is called for: a hazard, or one batch complained of again and again."""

import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from storage.marks import name_mark
from storage.records import Record

HAZARDS = frozenset({"hazardous_substance", "safety"})


class Reason(StrEnum):
    HAZARD = "hazard"
    SEVERAL_CUSTOMERS = "several_customers"
    SEVERAL_RECORDS = "several_records"

    def words(self, language: str) -> str:
        """In zh-CN, zh-TW or en."""
        words: str = _words()[language][self.value]
        return words


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Why every receiver of these batches should be warned, and which other records speak for it."""

    reasons: tuple[Reason, ...]
    batches: tuple[str, ...]
    records: tuple[str, ...]


def suggested(
    record: Record, of_batch: Iterable[Record], occasions: int, hazards: Collection[str] = HAZARDS
) -> Suggestion | None:
    """The suggestion for a record, given the others that name one of its batches; None where nothing calls for it.

    `occasions` complaints of one batch call for it, whoever they are from (the policy's `[warning]`). Two customers of
    one batch are enough: what left the factory is at fault, not what one of them did with it.
    """
    batches = tuple(dict.fromkeys(batch for item in record.items for batch in item.batch))
    others = [one for one in of_batch if one.number != record.number]
    reasons = []
    if set(record.signals) & set(hazards):
        reasons.append(Reason.HAZARD)
    if batches and others:
        customers = {name for one in (record, *others) if (name := _customer(one))}
        if len(customers) > 1:
            reasons.append(Reason.SEVERAL_CUSTOMERS)
        if len(others) + 1 >= occasions:
            reasons.append(Reason.SEVERAL_RECORDS)
    return Suggestion(tuple(reasons), batches, tuple(one.number for one in others)) if reasons else None


def _customer(record: Record) -> str:
    """Whose complaint it is, as far as that is known: two unknown ones are not taken for two customers."""
    if record.customer_id is not None:
        return f"card {record.customer_id}"
    return name_mark(record.customer.company or "") or (record.customer.email or "").rpartition("@")[2].lower()


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
