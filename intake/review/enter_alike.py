"""Open records that a complaint which is being entered may be one with: of the same customer, of the same batch."""

from collections.abc import Sequence
from dataclasses import dataclass

from intake.review.enter_form import Typed
from storage import UnitOfWork
from storage.marks import mark
from storage.records import CustomerCard, Record, RecordState
from storage.views import RecordLine

_MOST = 50  # candidates that are compared
_SHOWN = 8
_OVER = (RecordState.CLOSED, RecordState.CANCELLED)
_RANKS = ("batch", "goods", "batch_elsewhere", "customer")


@dataclass(frozen=True, slots=True)
class Like:
    """`why` is a word of `_RANKS`: the same customer's same batch, its same model, another's same batch, or only the
    same customer.
    """

    line: RecordLine
    why: str

    @property
    def likely(self) -> bool:
        """Whether it is so near that one must say that it is another."""
        return self.why in ("batch", "goods")


def alike_open(work: UnitOfWork, card: CustomerCard | None, typed: Typed) -> list[Like]:
    """The nearest first."""
    values = typed.values
    email = values.get("email", "") or (card.email if card else "")
    his = work.alike.open_of_customer(card.id if card else None, email, values.get("company", ""), _MOST)
    theirs = [number for number in work.alike.of_batches(typed.batches, _MOST) if number not in his]
    known = work.complaints.several([*his, *theirs])
    ranked = [(_why(known[number], number in his, typed), number) for number in (*his, *theirs) if number in known]
    found = sorted((_RANKS.index(why), at, why, number) for at, (why, number) in enumerate(ranked) if why)[:_SHOWN]
    lines = {line.number: line for line in work.views.lines([number for _, _, _, number in found])}
    return [Like(lines[number], why) for _, _, why, number in found if number in lines]


def _why(record: Record, his: bool, typed: Typed) -> str:
    if record.state in _OVER or record.merged_into is not None:
        return ""
    if _shared(typed.batches, [batch for item in record.items for batch in item.batch]):
        return "batch" if his else "batch_elsewhere"
    if not his:
        return ""
    return "goods" if _shared(typed.models, [item.model or "" for item in record.items]) else "customer"


def _shared(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    return bool({mark(one) for one in mine if one} & {mark(one) for one in theirs if one})
