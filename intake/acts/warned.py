"""The overview of an early warning: who was warned, when, who confirmed, and who must still be called."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from storage.life import Warned
from storage.records import Letter, LetterState

Stage = Literal["to_call", "waits_for_approval", "on_its_way", "failed", "sent", "confirmed"]

_FAILED = (LetterState.REFUSED, LetterState.IN_DOUBT, LetterState.CANCELLED)


@dataclass(frozen=True, slots=True)
class WarnedLine:
    """One customer of the overview. `to_call`: it has no address; sales has the task. `asked_at`: when it was asked
    again, or None.
    """

    id: str
    customer: str
    email: str
    batches: tuple[str, ...]
    suspected: bool
    stage: Stage
    sent_at: datetime | None
    asked_at: datetime | None
    confirmed_at: datetime | None
    confirmed_by: str


def overview(warned: Sequence[Warned], letters: Sequence[Letter]) -> tuple[WarnedLine, ...]:
    """A line a warning: those that still need somebody first, then by customer."""
    by_id = {letter.id: letter for letter in letters}
    lines = [_line(one, by_id.get(one.letter or "")) for one in warned]
    order: tuple[Stage, ...] = ("failed", "to_call", "waits_for_approval", "on_its_way", "sent", "confirmed")
    return tuple(sorted(lines, key=lambda line: (order.index(line.stage), line.customer)))


def _line(one: Warned, letter: Letter | None) -> WarnedLine:
    batches = tuple(dict.fromkeys(batch for _, batch, _, _ in one.shipments))
    sent = letter.sent_at if letter is not None and letter.state is LetterState.SENT else None
    again = one.asked_at if one.asked_at != one.sent_at else None
    return WarnedLine(
        one.id,
        one.customer,
        one.email,
        batches,
        one.suspected,
        _stage(one, letter),
        sent,
        again,
        one.confirmed_at,
        one.confirmed_by,
    )


def _stage(one: Warned, letter: Letter | None) -> Stage:
    if one.confirmed_at is not None:
        return "confirmed"
    if letter is None:
        return "to_call"
    if letter.state is LetterState.SENT:
        return "sent"
    if letter.state is LetterState.DRAFT:
        return "waits_for_approval"
    return "failed" if letter.state in _FAILED else "on_its_way"
