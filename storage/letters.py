"""Letters: the outbox. A letter is saved with the decision that asks for it, in one transaction, and sent later."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.errors import NotThere, only_once
from storage.records import Letter, LetterState, Purpose
from storage.rows import from_row, recipients_of, values_of
from storage.tables import letter_recipients, letter_states, letters

_NEVER_LEFT = (LetterState.DRAFT, LetterState.CANCELLED)
_TO_SEND = (LetterState.QUEUED, LetterState.DEFERRED)
_ON_THE_WAY = (LetterState.QUEUED, LetterState.DEFERRED, LetterState.SENDING)


def _state_row(letter: Letter, at: datetime | None) -> dict[str, Any]:
    return {
        "letter": letter.id,
        "state": letter.state,
        "at": at,
        "attempts": letter.attempts,
        "answer": letter.answer,
    }


# What every letter asks for is put together once: building a statement costs more than running it.
_BY_ID = sa.select(letters).where(letters.c.id == sa.bindparam("id"))
_BY_MESSAGE_ID = sa.select(letters).where(letters.c.message_id == sa.bindparam("message_id"))
_UPDATE = sa.update(letters).where(letters.c.id == sa.bindparam("key_"))
_ANSWERED = _UPDATE.where(letters.c.state == LetterState.SENDING, letters.c.claim == sa.bindparam("job"))
_CLAIM = (
    sa.update(letters)
    .where(letters.c.id == sa.bindparam("key_"), letters.c.state.in_(_TO_SEND))
    .values(state=LetterState.SENDING, claim=sa.bindparam("job"), attempts=letters.c.attempts + 1)
    .returning(*letters.c)
)
_SENT_SINCE = (
    sa.select(sa.func.count())
    .select_from(letters.join(letter_recipients, letter_recipients.c.letter == letters.c.id))
    .where(
        letter_recipients.c.address == sa.bindparam("address"),
        letters.c.purpose == sa.bindparam("purpose"),
        letters.c.created_at >= sa.bindparam("since"),
        letters.c.state.not_in(_NEVER_LEFT),
    )
)


class Letters:
    """The repository of letters, in one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, new: Sequence[Letter]) -> None:
        """Keeps letters; AlreadyThere where one has a known Message-ID or is a record's second acknowledgement."""
        if not new:
            return
        with only_once("This letter, or the record's acknowledgement, is written already."):
            self._connection.execute(sa.insert(letters), [values_of(letter) for letter in new])
        recipients = [row for letter in new for row in recipients_of(letter)]
        if recipients:
            self._connection.execute(sa.insert(letter_recipients), recipients)
        self._connection.execute(sa.insert(letter_states), [_state_row(letter, letter.created_at) for letter in new])

    def get(self, letter: str) -> Letter | None:
        return self._one(_BY_ID, {"id": letter})

    def by_message_id(self, message_id: str) -> Letter | None:
        return self._one(_BY_MESSAGE_ID, {"message_id": message_id})

    def due(self, now: datetime, limit: int) -> list[Letter]:
        """Letters to send: queued, or deferred until now or earlier; oldest first."""
        ready = sa.or_(
            letters.c.state == LetterState.QUEUED,
            sa.and_(
                letters.c.state == LetterState.DEFERRED,
                sa.or_(letters.c.next_try_at.is_(None), letters.c.next_try_at <= now),
            ),
        )
        return self._all(sa.select(letters).where(ready).limit(limit))

    def claim(self, letter: str, job: str) -> Letter | None:
        """Takes a letter that is to be sent: its state becomes `sending`, by `job`. None where another sender was
        first.
        """
        return self._one(_CLAIM, {"key_": letter, "job": job})

    def answered(self, letter: Letter, at: datetime) -> bool:
        """Saves what a try to send it came to; its words and receivers stay. False where it is no longer in the hands
        of the job that `letter` names, and nothing is saved then.
        """
        fate = ("state", "attempts", "next_try_at", "sent_at", "answer", "remedy")
        change = {name: getattr(letter, name) for name in fate}
        done = self._connection.execute(_ANSWERED, {**change, "key_": letter.id, "job": letter.claim})
        if done.rowcount == 0:
            return False
        self._connection.execute(sa.insert(letter_states), [_state_row(letter, at)])
        return True

    def update(self, letter: Letter, at: datetime | None = None) -> None:
        """Saves a letter; a change of state is kept in its history, with its moment where it is given."""
        known = sa.select(letters.c.state, letters.c.to, letters.c.cc).where(letters.c.id == letter.id)
        before = self._connection.execute(known).first()
        if before is None:
            raise NotThere(f"There is no letter {letter.id}.")
        with only_once("The record's acknowledgement is written already."):
            self._connection.execute(sa.update(letters).where(letters.c.id == letter.id).values(values_of(letter)))
        if (tuple(before.to), tuple(before.cc)) != (letter.to, letter.cc):
            self._connection.execute(sa.delete(letter_recipients).where(letter_recipients.c.letter == letter.id))
            if recipients := recipients_of(letter):
                self._connection.execute(sa.insert(letter_recipients), recipients)
        if before.state != letter.state:
            self._connection.execute(sa.insert(letter_states), [_state_row(letter, at or letter.sent_at)])

    def in_state(self, state: LetterState) -> list[Letter]:
        return self._all(sa.select(letters).where(letters.c.state == state))

    def of_record(self, number: str) -> list[Letter]:
        """A record's letters, in the order in which they were written."""
        first = sa.select(sa.func.min(letter_states.c.id)).where(letter_states.c.letter == letters.c.id)
        query = sa.select(letters).where(letters.c.record == number)
        return self._all(query.order_by(letters.c.created_at, first.scalar_subquery(), letters.c.id))

    def history(self, letter: str) -> list[tuple[LetterState, datetime | None, str]]:
        """(state, when, what the server said) in order."""
        query = sa.select(letter_states).where(letter_states.c.letter == letter).order_by(letter_states.c.id)
        return [(row.state, row.at, row.answer) for row in self._connection.execute(query)]

    def sent_since(self, address: str, since: datetime, purpose: Purpose) -> int:
        """How many letters of a purpose were written to an address since a moment; drafts and cancelled ones do not
        count.
        """
        asked = {"address": address.strip().lower(), "purpose": purpose, "since": since}
        return int(self._connection.execute(_SENT_SINCE, asked).scalar_one())

    def queue_health(self) -> tuple[int, datetime | None]:
        """How many letters have not left yet, and when the oldest of them was written."""
        oldest = sa.func.min(letters.c.created_at, type_=letters.c.created_at.type)
        row = self._connection.execute(sa.select(sa.func.count(), oldest).where(letters.c.state.in_(_ON_THE_WAY))).one()
        return row[0], row[1]

    def _one(self, query: sa.Executable, values: dict[str, Any]) -> Letter | None:
        row = self._connection.execute(query, values).first()
        return None if row is None else from_row(Letter, row)

    def _all(self, query: sa.Select[Any]) -> list[Letter]:
        """Oldest first."""
        ordered = query.order_by(letters.c.created_at, letters.c.id)
        return [from_row(Letter, row) for row in self._connection.execute(ordered)]
