"""What became of the mails that arrived: five numbers that add up to all of them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from storage.records import ArrivalState, Became

_FOLLOW_UPS = (Became.FOLLOW_UP, Became.DUPLICATE)


@dataclass(frozen=True, slots=True)
class Balance:
    """`arrived` is the sum of the others. A mail that was set aside counts as that until a person settled it, though it
    may have a record.
    """

    arrived: int
    records: int
    follow_ups: int  # also the same mail by another way
    no_complaints: int
    set_aside: int
    waiting: int


def balance_of(counts: Mapping[tuple[ArrivalState, Became | None], int]) -> Balance:
    sums = dict.fromkeys(Balance.__dataclass_fields__, 0)
    for (state, became), number in counts.items():
        sums["arrived"] += number
        sums[_place(state, became)] += number
    return Balance(**sums)


def _place(state: ArrivalState, became: Became | None) -> str:
    if state is not ArrivalState.DONE:
        return state.value
    if became is Became.RECORD:
        return "records"
    return "follow_ups" if became in _FOLLOW_UPS else "no_complaints"
