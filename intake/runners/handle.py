"""From an arrival to a record and its first letters. Gather all the facts at once, decide, save in one transaction.

Reading happens outside the transaction (it may take seconds); gathering and saving inside it (so that two workers
cannot both open a record for one mail).
"""

import secrets
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from intake import desk
from intake.acts.case import Actor
from intake.clock import Clock
from intake.desk import Decision, Later, Mail, Office, Opening
from intake.goods import Checked, check
from intake.log import log
from intake.match import Match, MatchFacts, What, match, number_in
from intake.replies.guard import reply_address
from intake.replies.letters import Ids
from intake.runners.acts import Actions
from intake.runners.alike import suggest
from intake.runners.answers import by_customer, by_our_people
from intake.runners.enclosed import hang
from intake.runners.goods import goods_facts
from intake.runners.poll import new_id
from intake.runners.read import Reader, in_trouble
from intake.runners.repeats import earlier_occurrences
from intake.runners.suppliers import by_supplier, claim_answered
from intake.runners.surveys import survey_answered
from intake.runners.upload import begun, with_giver
from parsers.export_reading import kept_json
from parsers.job import Job, Outcome, unread
from parsers.thread import is_forward
from parsers.types import Envelope, Kind, Reading
from storage import AlreadyThere, Storage, StorageTrouble, UnitOfWork
from storage.blobs import Blobs
from storage.life import Life, SupplierClaim, Survey
from storage.records import (
    Arrival,
    ArrivalState,
    Became,
    CustomerCard,
    Event,
    Letter,
    LetterState,
    Purpose,
    Record,
    ThreadMessage,
)
from storage.uploads import SOURCE

FIRST_LETTERS = (Purpose.ACKNOWLEDGEMENT, Purpose.DISPATCH, Purpose.MANAGEMENT_REPORT)
MOST_REFERENCES = 50
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
        self._domain = domain
        self._prefix = prefix
        self._actions = Actions(storage, blobs, office, clock, domain)

    def read(self, arrival_ids: Sequence[str]) -> list[Read]:
        """Reads the arrivals' bytes in a child, those that are handled already not at all.

        A mail that waits as well, and that one of these answers, comes before its answer: after an outage a follow-up
        must
        not open a record of its own.
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
        checked = self._checked(work, outcome)
        decision = self._decide(
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
        who = self._one_of_us(work, outcome.envelope)
        if who is not None:
            return by_our_people(work, self._actions, number, who, outcome)
        return by_customer(work, self._actions, number, decision.arrival.id, outcome)

    def _by_supplier(self, work: UnitOfWork, arrival: Arrival, outcome: Outcome) -> list[str]:
        envelope = outcome.envelope
        replied_to = [envelope.in_reply_to, *reversed(envelope.references[-MOST_REFERENCES:])]
        found = claim_answered(work, envelope, [one for one in replied_to if one], number_in(envelope.subject))
        if found is None:
            return []
        has_report = outcome.trouble is None and _has_documents(outcome, arrival)
        return by_supplier(work, self._actions, found[0], arrival, outcome, has_report)

    def _one_of_us(self, work: UnitOfWork, envelope: Envelope) -> Actor | None:
        """Whom of our people the mail is of, in his own words. Nobody where he hands on what a customer wrote, or where
        our own mail server says that the sender is forged.
        """
        if envelope.sender is None or envelope.authentication_failed or is_forward(envelope.subject):
            return None
        return Actor.of(envelope.sender.email, work.people.everybody())

    def _answered(self, outcome: Outcome) -> list[str]:
        """Arrivals that wait still, of mails that this one answers."""
        envelope = outcome.envelope
        if envelope.in_reply_to is None and not envelope.references:
            return []
        with self._storage.reading() as work:
            ids = {*envelope.references[-MOST_REFERENCES:], *([envelope.in_reply_to] if envelope.in_reply_to else [])}
            found = [arrival for message_id in sorted(ids) for arrival in work.arrivals.with_message_id(message_id)]
        return [arrival.id for arrival in found if arrival.state is ArrivalState.WAITING]

    # ---------------------------------------------------------------- gather and decide

    def _checked(self, work: UnitOfWork, outcome: Outcome) -> Checked:
        """What was read, held against our own products and shipments."""
        reading = outcome.reading
        if not reading.items:
            return Checked(reading)
        recipient = reply_address(outcome.envelope, reading, self._office.addresses)
        return check(reading, goods_facts(work.people, reading, lambda: _card(work, reading, recipient)))

    def _decide(self, work: UnitOfWork, mail: Mail, outcome: Outcome) -> Decision:
        now = self._clock()
        if mail.arrival.record is not None:  # taken through again
            known = work.complaints.get(mail.arrival.record)
            if known is not None:
                if _of_a_supplier(work, mail.arrival, known):
                    return desk.supplier_answer_read_again(mail, known, now)
                if outcome.trouble is not None:
                    return desk.still_unread(mail, outcome.trouble)
                later = self._later(work, mail, known)
                if mail.arrival.became is Became.FOLLOW_UP:
                    return desk.follow_up_read_again(mail, known, later, self._office)
                return desk.read_again(mail, known, outcome.reading_json, later, self._office)
        if mail.bounce is not None and mail.reading.kind is Kind.BOUNCE:
            return desk.bounced(mail, _bounced_letter(work, mail), now)
        asked = self._answering_supplier(work, mail)
        if asked is not None:
            of_claim = work.complaints.resolve(asked[0].record)
            if of_claim is not None:
                return desk.supplier_answer(mail, of_claim, asked[1], outcome.trouble)
        survey = self._answered_survey(work, mail, outcome)
        if survey is not None:
            return desk.survey_answer(mail, survey)
        found = match(self._match_facts(work, mail))
        log().debug("matched", arrival=mail.arrival.id, what=found.what, why=found.why)
        match found.what:
            case What.DUPLICATE:
                return desk.duplicate(mail, found, now)
            case What.OWN:
                return desk.without_record(mail, Became.OWN, found.why)
            case What.AUTOMATIC:
                return desk.without_record(mail, Became.AUTOMATIC, found.why)
            case What.FOLLOW_UP if found.record is not None:
                record = work.complaints.resolve(found.record)
                if record is not None:
                    later = self._later(work, mail, record)
                    if self._one_of_us(work, mail.envelope) is not None:
                        return desk.answer_of_ours(mail, record, found, later, outcome.trouble)
                    return desk.follow_up(mail, record, found, later, self._office, outcome.trouble)
        if mail.reading.kind in desk.NO_RECORD:
            return desk.without_record(mail, desk.NO_RECORD[mail.reading.kind], f"read as {mail.reading.kind}")
        return desk.open_record(mail, self._opening(work, mail, outcome), self._office, found, _aside(found, outcome))

    def _answering_supplier(self, work: UnitOfWork, mail: Mail) -> tuple[SupplierClaim, str] | None:
        """The complaint of ours that a supplier answers with this mail, and why it is one. A duplicate, an automatic
        answer, one of our own people and a forged sender are matched as ever.
        """
        envelope = mail.envelope
        if envelope.authentication_failed or mail.reading.kind in (Kind.AUTO_REPLY, Kind.BOUNCE):
            return None
        ours = envelope.sender is not None and envelope.sender.email.lower() in self._office.addresses
        if ours or self._one_of_us(work, envelope) is not None:
            return None
        if work.complaints.by_fingerprint(envelope.fingerprint) is not None:
            return None
        replied_to = [envelope.in_reply_to, *reversed(envelope.references[-MOST_REFERENCES:])]
        return claim_answered(work, envelope, [one for one in replied_to if one], number_in(envelope.subject))

    def _answered_survey(self, work: UnitOfWork, mail: Mail, outcome: Outcome) -> Survey | None:
        """The half-yearly survey that the mail answers, with its answer."""
        envelope = mail.envelope
        replied_to = (envelope.in_reply_to, *reversed(envelope.references[-MOST_REFERENCES:]))
        if envelope.authentication_failed or mail.reading.kind in desk.NO_RECORD:
            return None
        return survey_answered(work, [one for one in replied_to if one], outcome.reply_text, self._clock())

    def _match_facts(self, work: UnitOfWork, mail: Mail) -> MatchFacts:
        envelope = mail.envelope
        thread = [*envelope.references[-MOST_REFERENCES:], *([envelope.in_reply_to] if envelope.in_reply_to else [])]
        by_thread = work.complaints.by_message_ids(thread) if thread else []
        number = number_in(envelope.subject)
        by_number = work.complaints.resolve(number) if number else None
        earlier = [
            a
            for a in (work.arrivals.with_message_id(envelope.message_id) if envelope.message_id else [])
            if a.id != mail.arrival.id
        ]
        return MatchFacts(
            envelope=envelope,
            kind=mail.reading.kind,
            items=tuple(desk.item_of(item) for item in mail.reading.items),
            records_of_thread=tuple(by_thread),
            record_of_number=by_number,
            number_named=number,
            participants=_participants(work, [*by_thread, *([by_number] if by_number else [])]),
            same_content=work.complaints.by_fingerprint(envelope.fingerprint)
            or _handled(work, envelope.fingerprint, mail.arrival),
            same_message_id=tuple(earlier),
            our_letter=work.letters.by_message_id(envelope.message_id) if envelope.message_id else None,
            ours=self._office.addresses,
            by_our_people=bool(by_thread or by_number) and self._one_of_us(work, envelope) is not None,
        )

    def _opening(self, work: UnitOfWork, mail: Mail, outcome: Outcome) -> Opening:
        now = self._clock()
        recipient = reply_address(mail.envelope, mail.reading, self._office.addresses)
        month = now.astimezone(self._office.desk.zone).strftime("%Y%m")
        # First the number, whose counter other workers wait for: what they have written is then seen by what follows.
        number = work.complaints.next_number(self._prefix, month)
        sent = {
            hours: work.letters.sent_since(recipient, now - timedelta(hours=hours), Purpose.ACKNOWLEDGEMENT)
            if recipient
            else 0
            for hours in (1, 24)
        }
        return Opening(
            number=number,
            now=now,
            people=work.people.everybody(),
            card=_card(work, mail.reading, recipient),
            earlier=earlier_occurrences(work, _problems(mail.reading), mail.arrival.received_at, self._office.policy),
            acknowledged_last_hour=sent[1],
            acknowledged_last_day=sent[24],
            ids={purpose: self._fresh(purpose) for purpose in FIRST_LETTERS},
            reading_json=outcome.reading_json,
        )

    def _later(self, work: UnitOfWork, mail: Mail, record: Record) -> Later:
        """Of a record that stands. Its windows are locked: the clock and the mail server's answers must not change
        them between this look and the save.
        """
        windows = work.complaints.windows(record.number, lock=True)
        recipient = reply_address(mail.envelope, mail.reading, self._office.addresses)
        card = work.people.customer(record.customer_id) if record.customer_id is not None else None
        return Later(
            now=self._clock(),
            people=work.people.everybody(),
            card=card or _card(work, mail.reading, recipient),
            earlier=earlier_occurrences(
                work, _problems(mail.reading), record.received_at, self._office.policy, record.number
            ),
            windows=windows,
            ids={purpose: self._fresh(purpose) for purpose in FIRST_LETTERS},
        )

    def _fresh(self, purpose: Purpose) -> Ids:
        """A letter's id and Message-ID (RFC 5322 §3.6.4), fixed before anything is sent."""
        name = new_id(int(self._clock().timestamp() * 1000))
        return Ids(letter_id=name, message_id=f"<{name}.{purpose}.{secrets.token_hex(4)}@{self._domain}>")


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


def _aside(found: Match, outcome: Outcome) -> tuple[Became, str, str] | None:
    if outcome.trouble is not None:
        return (Became.UNREADABLE, *outcome.trouble)
    if found.what is What.HELD_FOREIGN:
        return (Became.RECORD, found.why, "Compare the senders; join the two records if they are one case.")
    return None


def _bounced_letter(work: UnitOfWork, mail: Mail) -> Letter | None:
    assert mail.bounce is not None
    for message_id in (*mail.bounce.message_ids, *mail.envelope.references, mail.envelope.in_reply_to or ""):
        letter = work.letters.by_message_id(message_id) if message_id else None
        if letter is not None:
            return letter
    return None


def _of_a_supplier(work: UnitOfWork, arrival: Arrival, record: Record) -> bool:
    """Whether a mail that is taken through again is a supplier's answer."""
    return any(one.arrival == arrival.id and one.party is not None for one in work.complaints.messages(record.number))


def _handled(work: UnitOfWork, fingerprint: str, arrival: Arrival) -> Arrival | None:
    found = work.arrivals.handled_with_fingerprint(fingerprint)
    return found if found is not None and found.id != arrival.id else None


def _participants(work: UnitOfWork, records: list[Record]) -> frozenset[str]:
    """Addresses and mail domains that belong to these records: who may add to them."""
    addresses = {address for record in records for address in work.complaints.participants(record.number)}
    return frozenset(addresses | {address.rpartition("@")[2] for address in addresses})


def _problems(reading: Reading) -> list[tuple[str, str]]:
    """(model, defect) of each item that names both."""
    return [
        (item.model.value, item.defect.value)
        for item in reading.items
        if item.model is not None and item.defect is not None
    ]


def _card(work: UnitOfWork, reading: Reading, recipient: str | None) -> CustomerCard | None:
    customer = reading.customer
    return work.people.find_customer(
        recipient or "",
        customer.fax.value if customer.fax else "",
        customer.company.value if customer.company else "",
    )


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
