"""What becomes of a mail: all the facts are gathered at once, within the transaction that saves; the desk decides."""

import secrets
from datetime import timedelta

from intake import desk
from intake.acts.case import Actor
from intake.clock import Clock
from intake.desk import Decision, Later, Mail, Office, Opening
from intake.goods import Checked, check
from intake.log import log
from intake.match import Match, MatchFacts, What, match, number_in
from intake.replies.guard import reply_address
from intake.replies.letters import Ids
from intake.runners.goods import goods_facts
from intake.runners.poll import new_id
from intake.runners.repeats import earlier_occurrences
from intake.runners.suppliers import claim_answered
from intake.runners.surveys import survey_answered
from parsers.job import Outcome
from parsers.thread import is_forward
from parsers.types import Envelope, Kind, Reading
from storage import UnitOfWork
from storage.life import SupplierClaim, Survey
from storage.records import Arrival, Became, CustomerCard, Letter, Purpose, Record

FIRST_LETTERS = (Purpose.ACKNOWLEDGEMENT, Purpose.DISPATCH, Purpose.MANAGEMENT_REPORT)
MOST_REFERENCES = 50


class Decider:
    """`prefix` begins record numbers (KS); `domain` is the right side of our Message-IDs."""

    def __init__(self, office: Office, clock: Clock, domain: str, prefix: str) -> None:
        self._office = office
        self._clock = clock
        self._domain = domain
        self._prefix = prefix

    def checked(self, work: UnitOfWork, outcome: Outcome) -> Checked:
        """What was read, held against our own products and shipments."""
        reading = outcome.reading
        if not reading.items:
            return Checked(reading)
        recipient = reply_address(outcome.envelope, reading, self._office.addresses)
        return check(reading, goods_facts(work.people, reading, lambda: _card(work, reading, recipient)))

    def decide(self, work: UnitOfWork, mail: Mail, outcome: Outcome) -> Decision:
        """What the desk says of a mail, with whatever must be known for it."""
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
                    if one_of_us(work, mail.envelope) is not None:
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
        if ours or one_of_us(work, envelope) is not None:
            return None
        if work.complaints.by_fingerprint(envelope.fingerprint) is not None:
            return None
        return claim_answered(work, envelope, replied_to(envelope), number_in(envelope.subject))

    def _answered_survey(self, work: UnitOfWork, mail: Mail, outcome: Outcome) -> Survey | None:
        """The half-yearly survey that the mail answers, with its answer."""
        envelope = mail.envelope
        if envelope.authentication_failed or mail.reading.kind in desk.NO_RECORD:
            return None
        return survey_answered(work, replied_to(envelope), outcome.reply_text, self._clock())

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
            by_our_people=bool(by_thread or by_number) and one_of_us(work, envelope) is not None,
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


def one_of_us(work: UnitOfWork, envelope: Envelope) -> Actor | None:
    """Whom of our people the mail is of, in his own words. Nobody where he hands on what a customer wrote, or where
    our own mail server says that the sender is forged.
    """
    if envelope.sender is None or envelope.authentication_failed or is_forward(envelope.subject):
        return None
    return Actor.of(envelope.sender.email, work.people.everybody())


def replied_to(envelope: Envelope) -> list[str]:
    """The Message-IDs of the mails that it answers, the nearest first; of a long thread the latest."""
    return [one for one in (envelope.in_reply_to, *reversed(envelope.references[-MOST_REFERENCES:])) if one]


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
