"""What has happened to a record, newest first: its events, and its mails and letters as one thread. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from intake.acts.case import Case
from storage.records import Event, Letter, LetterState, ThreadMessage

MOST_EVENTS = 200
MOST_STRANDS = 100
_LONGEST = 240  # characters of a value
# What may be done to a letter in each state, by the acts of `intake.acts.letters`.
BUTTONS = {
    LetterState.DRAFT: ("send", "cancel_letter"),
    LetterState.QUEUED: ("hold", "cancel_letter"),
    LetterState.DEFERRED: ("send", "hold", "cancel_letter"),
    LetterState.REFUSED: ("send", "cancel_letter"),
    LetterState.IN_DOUBT: ("came", "send", "cancel_letter"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """An event; `intake.review.event_words` says what it holds."""

    at: datetime
    who: str
    what: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Strand:
    """A mail of the thread: one that came, or a letter of ours."""

    at: datetime
    message: ThreadMessage | None
    letter: Letter | None
    buttons: tuple[str, ...] = ()


def told_events(events: Sequence[Event]) -> list[Told]:
    return [Told(event.at, event.who, event.what, event.old, event.new) for event in reversed(events)]


def short(value: Any) -> str:
    """A value of an event in a line."""
    if value is None or value == "":
        return ""
    if isinstance(value, dict):
        text = "; ".join(f"{key}: {short(one)}" for key, one in value.items())
    elif isinstance(value, list | tuple):
        text = ", ".join(short(one) for one in value)
    else:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def strands_of(case: Case) -> list[Strand]:
    """Newest first. A letter of ours stands once: as the letter, not as the mail that it became."""
    letters = {letter.message_id for letter in case.letters}
    came = [Strand(one.at, one, None) for one in case.messages if one.message_id not in letters or not one.message_id]
    ours = [Strand(one.sent_at or one.created_at, None, one, BUTTONS.get(one.state, ())) for one in case.letters]
    return sorted((*came, *ours), key=lambda strand: strand.at, reverse=True)


def recent(strands: Sequence[Strand]) -> list[Strand]:
    """The newest, and of those before them the letters that wait for somebody."""
    return [*strands[:MOST_STRANDS], *(strand for strand in strands[MOST_STRANDS:] if strand.buttons)]
