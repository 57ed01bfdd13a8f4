"""From an arrival to a record and its first letters. Gather all the facts at once, decide, save in one transaction.

Reading happens outside the transaction (it may take seconds); gathering and saving inside it (so that two workers
cannot both open a record for one mail).
"""

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from intake import desk
from intake.clock import Clock
from intake.desk import Decision, Mail, Office
from intake.goods import Checked
from intake.log import log
from intake.match import number_in
from intake.runners.acts import Actions
from intake.runners.alike import suggest
from intake.runners.answers import by_customer, by_our_people
from intake.runners.decide import Decider, one_of_us, replied_to
from intake.runners.enclosed import hang
from intake.runners.read import Reader, in_trouble
from intake.runners.suppliers import by_supplier, claim_answered
from intake.runners.upload import begun, with_giver
from parsers.export_reading import kept_json
from parsers.job import Job, Outcome, unread
from storage import AlreadyThere, Storage, StorageTrouble, UnitOfWork
from storage.blobs import Blobs
from storage.life import Life
from storage.records import (
    Arrival,
    ArrivalState,
    Became,
    Event,
    LetterState,
    ThreadMessage,
)
from storage.uploads import SOURCE

_OF_THE_MAIL = frozenset({"body", "subject", "from"})  # parts that are no documents
OUR_FAULT = "This is a fault of the service: report it. `intake retry` takes the mail through again once it is mended."
LONGEST_THREAD = 5  # mails of one thread that may all be waiting, after the service was down

Read = tuple[str, Outcome]  # an arrival's id, and what was read in it


class Handler:
    """`prefix` begins record numbers (KS); `domain` is the right side of our Message-IDs."""

    def __init__(
        self,
        storage: Storage,
        blobs: Blobs,
        reader: Reader,
        office: Office,
        clock: Clock,
        domain: str,
        prefix: str = "KS",
    ) -> None:
        self._storage = storage
        self._blobs = blobs
        self._reader = reader
        self._office = office
        self._clock = clock
        self._decider = Decider(office, clock, domain, prefix)
        self._actions = Actions(storage, blobs, office, clock, domain)

    def read(self, arrival_ids: Sequence[str]) -> list[Read]:
        """Reads the arrivals' bytes in a child, those that are handled already not at all.

        A mail that waits as well, and that one of these answers, comes before its answer: after an outage a follow-up
        must not open a record of its own.
        """
        found: dict[str, Read] = {}
        for arrival_id in arrival_ids:
            thread: list[Read] = []
            awaited = [arrival_id]
            while awaited and len(thread) < LONGEST_THREAD:
                one = self._read_one(awaited.pop(), found)
                if one is not None:
                    thread.insert(0, one)
                    found[one[0]] = one
                    awaited += self._answered(one[1])
            for each in thread:  # the dictionary keeps the order: parents first
                found[each[0]] = found.pop(each[0])
        return list(found.values())

    def _read_one(self, arrival_id: str, found: Mapping[str, Read]) -> Read | None:
        if arrival_id in found:
            return None
        with self._storage.reading() as work:
            arrival = work.arrivals.get(arrival_id)
        if arrival is None or arrival.state is not ArrivalState.WAITING:
            return None
        if arrival.source == SOURCE:
            begun(self._storage, arrival.id, self._clock())
        try:
            raw = self._blobs.get(arrival.sha256)
        except StorageTrouble as trouble:  # lost by the disk: shown by itself, and no reason to keep the others waiting
            return arrival_id, in_trouble(
                Job(b"", arrival.received_at, arrival.file_name), trouble.cause, trouble.remedy
            )
        return arrival_id, self._reader.read(Job(raw, arrival.received_at, arrival.file_name, arrival.headers_only))

    def save(self, work: UnitOfWork, read: Sequence[Read]) -> list[str]:
        """Gathers, decides and saves within `work`; ids of the letters to send. Nothing for what is handled already.

        A fault of ours leaves a record without what was read, and the arrival set aside with the fault's name: no mail
        may keep the others from being handled, come back for ever, or go unanswered.
        """
        letters: list[str] = []
        for arrival_id, outcome in read:
            arrival = work.arrivals.get(arrival_id, lock=True)
            if arrival is None or arrival.state is not ArrivalState.WAITING:
                continue
            letters += self._save_whatever_happens(work, arrival, outcome)
        work.commit()
        return letters

    def _save_whatever_happens(self, work: UnitOfWork, arrival: Arrival, outcome: Outcome) -> list[str]:
        for last_try in (False, True):
            try:
                with work.savepoint():
                    return self._save_one(work, arrival, outcome)
            except AlreadyThere:  # another worker opened a record for the same mail while we decided: look again
                fault = "AlreadyThere"
            except (SQLAlchemyError, StorageTrouble):
                raise
            except Exception as error:  # noqa: BLE001  the one loop where a bug must not stop the mail behind it
                fault = f"{type(error).__name__} in {_where(error)}"
                log().error("handling_failed", arrival=arrival.id, fault=fault)
                outcome = Outcome(outcome.envelope, unread(fault), trouble=(fault, OUR_FAULT))
            if last_try:
                _set_aside(work, arrival, fault)
        return []

    def _save_one(self, work: UnitOfWork, arrival: Arrival, outcome: Outcome) -> list[str]:
        checked = self._decider.checked(work, outcome)
        decision = self._decider.decide(
            work, Mail(arrival, outcome.envelope, checked.reading, outcome.bounce), _with(outcome, checked)
        )
        decision = desk.compared(decision, outcome.reading, checked, self._office, self._clock())
        if arrival.source == SOURCE and arrival.record is None:
            decision = with_giver(work, decision, self._clock())
        _save(work, decision)
        more = self._besides(work, decision, outcome)
        log().info(
            "handled",
            arrival=arrival.id,
            became=decision.arrival.became,
            record=decision.arrival.record,
            letters=len(decision.letters),
        )
        return [letter.id for letter in decision.letters if letter.state is LetterState.QUEUED] + more

    def _besides(self, work: UnitOfWork, decision: Decision, outcome: Outcome) -> list[str]:
        """What the mail leads to once it has its record; ids of letters. A fault in it must not keep the mail from its
        record: the mail stays, and what was not done is logged.
        """
        arrival = decision.arrival
        if arrival.record is None:
            return []
        if _has_documents(outcome, arrival):
            work.pages.wait(arrival.sha256, arrival.id)
        try:
            with work.savepoint():
                record = decision.record or decision.changed
                if record is not None:
                    suggest(work, record, self._clock(), self._office.policy.warning.occasions)
                hang(work, arrival.record, arrival.id, outcome, self._clock())
                return self._answered_in_thread(work, decision, outcome)
        except (SQLAlchemyError, StorageTrouble):
            raise
        except Exception as error:  # noqa: BLE001  as above: a bug here must not lose the mail
            log().error("not_done", arrival=arrival.id, fault=f"{type(error).__name__} in {_where(error)}")
        return []

    def _answered_in_thread(self, work: UnitOfWork, decision: Decision, outcome: Outcome) -> list[str]:
        """What the answer in a record's thread orders (our own people) or gives (the customer); ids of letters."""
        number, arrival = decision.arrival.record, decision.arrival
        if any(one.party is not None for one in decision.messages):
            return self._by_supplier(work, arrival, outcome)
        if arrival.became is not Became.FOLLOW_UP or number is None or outcome.trouble is not None:
            return []
        who = one_of_us(work, outcome.envelope)
        if who is not None:
            return by_our_people(work, self._actions, number, who, outcome)
        return by_customer(work, self._actions, number, decision.arrival.id, outcome)

    def _by_supplier(self, work: UnitOfWork, arrival: Arrival, outcome: Outcome) -> list[str]:
        envelope = outcome.envelope
        found = claim_answered(work, envelope, replied_to(envelope), number_in(envelope.subject))
        if found is None:
            return []
        has_report = outcome.trouble is None and _has_documents(outcome, arrival)
        return by_supplier(work, self._actions, found[0], arrival, outcome, has_report)

    def _answered(self, outcome: Outcome) -> list[str]:
        """Arrivals that wait still, of mails that this one answers."""
        ids = sorted(set(replied_to(outcome.envelope)))
        if not ids:
            return []
        with self._storage.reading() as work:
            found = [arrival for message_id in ids for arrival in work.arrivals.with_message_id(message_id)]
        return [arrival.id for arrival in found if arrival.state is ArrivalState.WAITING]


def _with(outcome: Outcome, checked: Checked) -> Outcome:
    """The outcome with the reading as it was checked, which is what the record keeps."""
    if checked.reading == outcome.reading:
        return outcome
    return replace(outcome, reading=checked.reading, reading_json=kept_json(checked.reading))


def _has_documents(outcome: Outcome, arrival: Arrival) -> bool:
    """Whether anything came whose pages people may want to see: a dropped file, or a mail's attachment."""
    parts = {*outcome.reading.texts, *(part for part, _ in outcome.reading.unread)}
    came = bool(parts - _OF_THE_MAIL) or bool(outcome.enclosed)
    return arrival.file_name is not None or came or outcome.trouble is not None


def _set_aside(work: UnitOfWork, arrival: Arrival, cause: str) -> None:
    """The last resort: kept and shown, with what is known of the cause."""
    aside = replace(
        arrival,
        state=ArrivalState.SET_ASIDE,
        became=Became.UNREADABLE,
        why=cause,
        remedy=OUR_FAULT,
        attempts=arrival.attempts + 1,
    )
    work.arrivals.update(aside)


def _where(error: BaseException) -> str:
    """The place in our code that raised it, without values."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"


# -------------------------------------------------------------------- save


def _save(work: UnitOfWork, decision: Decision) -> None:
    if decision.record is not None:
        work.complaints.add(decision.record, decision.windows, decision.events, decision.messages[0])
        work.lives.save(decision.life or Life(decision.record.number))
    else:
        _add_to_record(work, decision.messages, decision.events)
    if decision.changed is not None:
        work.complaints.update(decision.changed)
    for window in decision.changed_windows:
        work.complaints.set_window(window)
    work.letters.add(decision.letters)
    for letter in decision.changed_letters:
        work.letters.update(letter)
    if decision.survey is not None:
        work.lives.update(decision.survey)
    work.arrivals.update(decision.arrival)


def _add_to_record(work: UnitOfWork, messages: tuple[ThreadMessage, ...], events: tuple[Event, ...]) -> None:
    for message in messages:
        work.complaints.add_message(message)
    for event in events:
        work.complaints.add_event(event)
