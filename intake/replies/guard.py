"""May we answer this mail by ourselves? A table of named rules; the first that holds says why not (RFC 3834 §2).

What is refused here still has its record: a person may answer it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from intake.addresses import is_address, is_colleague, is_no_reply, is_ours
from intake.settings import Brake
from parsers.types import Channel, Envelope, Kind, Reading

AUTOMATIC_PER_DAY = 1  # acknowledgements to a sender whose mails machines write


@dataclass(frozen=True, slots=True)
class GuardFacts:
    """What bears on whether an acknowledgement may go.

    `recipient` is `reply_address`'s answer. `sent_last_hour` and `sent_last_day` count the acknowledgements to it;
    `ours` are our mail addresses in lower case.
    """

    envelope: Envelope
    kind: Kind
    recipient: str | None
    ours: frozenset[str]
    sent_last_hour: int
    sent_last_day: int
    brake: Brake
    already_acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    description: str
    holds: Callable[[GuardFacts], bool]


def _is_automatic(facts: GuardFacts) -> bool:
    """Written by a machine and no complaint. A portal's real complaint is answered: see `auto_responder_24h`."""
    return facts.kind is Kind.AUTO_REPLY or (facts.envelope.automatic and facts.kind is not Kind.COMPLAINT)


def _sender_is_ours(facts: GuardFacts) -> bool:
    if facts.recipient is not None:
        return is_ours(facts.recipient, facts.ours)
    return facts.envelope.sender is not None and is_ours(facts.envelope.sender.email, facts.ours)


def _machine_was_answered(facts: GuardFacts) -> bool:
    return facts.envelope.automatic and facts.sent_last_day >= AUTOMATIC_PER_DAY


def _nobody_reads_it(facts: GuardFacts) -> bool:
    sender = facts.envelope.sender
    address = facts.recipient or (sender.email if sender else "")
    return bool(address) and is_no_reply(address)


RULES: tuple[Rule, ...] = (
    Rule("bounce", "a delivery report", lambda facts: facts.kind is Kind.BOUNCE),
    Rule("spam", "unsolicited advertising", lambda facts: facts.kind is Kind.SPAM),
    Rule(
        "null_sender",
        "the Return-Path is empty: it asks for no answer",
        lambda facts: facts.envelope.envelope_from == "",
    ),
    Rule("automatic", "written by a machine, and no complaint", _is_automatic),
    Rule("bulk_or_list", "a mailing list or a newsletter", lambda facts: facts.envelope.bulk),
    Rule(
        "authentication_failed",
        "the sender's domain disowns the mail (DMARC)",
        lambda facts: facts.envelope.authentication_failed,
    ),
    Rule(
        "no_sender",
        "nobody to answer",
        lambda facts: facts.recipient is None and (facts.envelope.sender is None or not facts.envelope.sender.email),
    ),
    Rule("ourselves", "we do not write to ourselves", _sender_is_ours),
    Rule("no_reply_address", "nobody reads that mailbox", _nobody_reads_it),
    Rule(
        "malformed_sender", "no valid address", lambda facts: facts.recipient is None or not is_address(facts.recipient)
    ),
    Rule("already_acknowledged", "one acknowledgement a record", lambda facts: facts.already_acknowledged),
    Rule("auto_responder_24h", "a machine that was answered within the last 24 hours", _machine_was_answered),
    Rule(
        "brake_hour", "too many to one address in an hour", lambda facts: facts.sent_last_hour >= facts.brake.per_hour
    ),
    Rule("brake_day", "too many to one address in a day", lambda facts: facts.sent_last_day >= facts.brake.per_day),
)


def why_not_reply(facts: GuardFacts) -> str | None:
    """The name of the first rule that forbids an automatic answer; None where it may go."""
    return next((rule.name for rule in RULES if rule.holds(facts)), None)


def reply_address(envelope: Envelope, reading: Reading, ours: frozenset[str]) -> str | None:
    """Where an answer goes; None where no valid address is known.

    Reply-To where it is one valid address and not ours, else From. Where one of our own mailboxes passed the mail on,
    or a machine that nobody reads (a fax gateway, a web form, a portal), only an address of the customer's: the one
    that the complaint gives, or the one that the machine gives as Reply-To. A colleague who passes a complaint on gets
    the answer himself where it gives none.
    """
    reply_to = envelope.reply_to[0].email if len(envelope.reply_to) == 1 else ""
    sender = envelope.sender.email if envelope.sender else ""
    stated = reading.customer.email.value if reading.customer.email else ""
    theirs = "" if is_colleague(reply_to, ours) else reply_to
    if is_ours(sender, ours) or (reading.channel is Channel.FAX and is_no_reply(sender)):
        candidates: tuple[str, ...] = (stated, theirs)
    elif is_colleague(sender, ours):
        candidates = (stated, theirs, sender)
    elif is_no_reply(sender):
        candidates = (*(one for one in (reply_to, stated) if not is_no_reply(one)), sender)
    else:
        candidates = (reply_to, sender)
    return next((one for one in candidates if is_address(one) and not is_ours(one, ours)), None)
