"""Which record does a mail belong to? A table of named rules over the facts; the first that holds decides.

A number in a subject proves nothing: anybody can write one. It counts only from somebody the record knows. A
Message-ID in References is better proof, since only those who got our letter know it, but an old thread may carry a
new complaint.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from intake.addresses import is_colleague, is_ours
from parsers.ours import domain_of, free_mail_domains
from parsers.types import Envelope, Kind
from storage.records import Arrival, ItemOf, Letter, Record, RecordState, ThreadMessage

_OPEN = r"[\[［【〔(（]?"
_CLOSE = r"[\]］】〕)）]?"
_DASH = r"\s?[-－‐‑–—]\s?"
# Wide forms, other brackets or none: 【ＫＳ－２０２６１１－０００１】, Re: ks-202611-0001.
NUMBER = re.compile(
    rf"{_OPEN}(?<![A-Za-z0-9])(?P<prefix>[KkＫｋ][SsＳｓ]){_DASH}(?P<month>[0-9０-９]{{6}}){_DASH}(?P<serial>[0-9０-９]{{4,6}})"
    rf"(?![0-9０-９]){_CLOSE}"
)
_SUBJECT_LIMIT = 1000  # characters of a subject that are looked through

_ENDED = (RecordState.CLOSED, RecordState.CANCELLED)
_AUTOMATIC = (Kind.AUTO_REPLY, Kind.BOUNCE)


class What(StrEnum):
    """What a mail is to our records."""

    OWN = "own"  # a letter of ours that came back to our mailbox, or a note among ourselves
    DUPLICATE = "duplicate"  # the same mail by a second way
    AUTOMATIC = "automatic"  # an automatic answer; `record` where it is about one
    FOLLOW_UP = "follow_up"  # adds to `record`
    NEW_SUGGESTED = "new_suggested"  # a new complaint, written into the thread of `record`
    HELD_FOREIGN = "held_foreign"  # names `record`, but from somebody the record does not know
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Match:
    """`record` is the number of the record concerned. `warnings` are for the record that is opened or added to."""

    what: What
    record: str | None
    why: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MatchFacts:
    """All that bears on the match, gathered beforehand.

    `records_of_thread` are the records that References or In-Reply-To lead to, `record_of_number` the one whose
    number the subject gives (`number_named`); merged records are given as their targets. `participants` are the
    addresses and mail domains that those records know. `same_content` is what came before with the same fingerprint,
    `same_message_id` all other arrivals under this Message-ID, `our_letter` our own letter of this Message-ID.
    `ours`: our mail addresses.
    """

    envelope: Envelope
    kind: Kind
    items: tuple[ItemOf, ...] = ()
    records_of_thread: tuple[Record, ...] = ()
    record_of_number: Record | None = None
    number_named: str | None = None
    participants: frozenset[str] = frozenset()
    same_content: ThreadMessage | Arrival | None = None
    same_message_id: tuple[Arrival, ...] = ()
    our_letter: Letter | None = None
    ours: frozenset[str] = frozenset()
    by_our_people: bool = False  # the sender is one of them, and what he writes in a thread is no customer's complaint


def number_in(subject: str) -> str | None:
    """The record number that a subject gives, in its one written form: `KS-202611-0001`."""
    found = NUMBER.search(subject[:_SUBJECT_LIMIT])
    return None if found is None else number_of(found)


def number_of(found: re.Match[str]) -> str:
    """What `NUMBER` found, in its one written form."""
    plain = unicodedata.normalize("NFKC", f"{found['prefix']}-{found['month']}-{found['serial']}")
    return plain.upper()


def match(facts: MatchFacts) -> Match:
    """What the mail is to our records, and by which rule."""
    found = next(found for rule in RULES if (found := rule(facts)) is not None)
    return replace(found, warnings=(*found.warnings, *_warnings(facts)))


# ── the rules ──


def _own(facts: MatchFacts) -> Match | None:
    if facts.our_letter is not None:
        return Match(What.OWN, facts.our_letter.record, "one of our own letters")
    if _from_ours(facts) and facts.kind is not Kind.COMPLAINT and _thread_record(facts) is None:
        return Match(What.OWN, None, "sent by ourselves, and no complaint")
    return None


def _duplicate(facts: MatchFacts) -> Match | None:
    if facts.same_content is None:
        return None
    return Match(What.DUPLICATE, facts.same_content.record, "the same mail came before")


def _automatic(facts: MatchFacts) -> Match | None:
    if facts.kind not in _AUTOMATIC:
        return None
    record = _thread_record(facts) if _known_sender(facts) else None
    return Match(What.AUTOMATIC, record.number if record else None, f"read as {facts.kind}")


def _foreign(facts: MatchFacts) -> Match | None:
    record = facts.record_of_number
    if record is None or _known_sender(facts) or record in facts.records_of_thread:
        return None
    why = f"the subject names {record.number}, but the sender is unknown to that record"
    return Match(What.HELD_FOREIGN, record.number, why)


def _forged(facts: MatchFacts) -> Match | None:
    """A sender that our own mail server says is forged adds to no record."""
    record = _thread_record(facts)
    if record is None or not facts.envelope.authentication_failed:
        return None
    return Match(
        What.HELD_FOREIGN, record.number, f"belongs to {record.number}, but the sender's domain disowns the mail"
    )


def _new_in_thread(facts: MatchFacts) -> Match | None:
    record = _thread_record(facts)
    if record is None or facts.kind is not Kind.COMPLAINT or facts.by_our_people:
        return None
    if record.state in _ENDED:
        return Match(
            What.NEW_SUGGESTED, record.number, f"a complaint in the thread of {record.number}, which is {record.state}"
        )
    if new := _what_is_new(facts.items, record.items):
        return Match(What.NEW_SUGGESTED, record.number, f"in the thread of {record.number}, but {new}")
    return None


def _follow_up(facts: MatchFacts) -> Match | None:
    record = _thread_record(facts)
    if record is None:
        return None
    by_thread = record in facts.records_of_thread
    why = (
        "answers a mail of the record" if by_thread else "the subject names the record, and the record knows the sender"
    )
    warnings = () if _known_sender(facts) else ("sender_new_to_record",)
    return Match(What.FOLLOW_UP, record.number, why, warnings)


def _new(facts: MatchFacts) -> Match:
    return Match(What.NEW, None, "belongs to no record")


Rule = Callable[[MatchFacts], Match | None]
RULES: tuple[Rule, ...] = (_own, _duplicate, _automatic, _foreign, _forged, _new_in_thread, _follow_up, _new)


def _warnings(facts: MatchFacts) -> tuple[str, ...]:
    """`message_id_reused` (trap 28), `number_unknown`, `several_records`."""
    content = facts.envelope.fingerprint
    others = [arrival for arrival in facts.same_message_id if arrival.fingerprint not in (None, content)]
    found = {
        "message_id_reused": bool(others),
        f"number_unknown: {facts.number_named}": bool(facts.number_named) and facts.record_of_number is None,
        "several_records": len({record.number for record in facts.records_of_thread}) > 1,
    }
    return tuple(warning for warning, holds in found.items() if holds)


# ── inside ──


def _thread_record(facts: MatchFacts) -> Record | None:
    """The record of the mail: the one named, if thread or sender bears it out, else the thread's latest."""
    named = facts.record_of_number
    if named is not None and (named in facts.records_of_thread or _known_sender(facts)):
        return named
    return max(facts.records_of_thread, key=lambda record: record.received_at, default=None)


def _known_sender(facts: MatchFacts) -> bool:
    """Whether the records know the sender: by address, by mail domain, or as a colleague. A forged one is nobody."""
    sender = facts.envelope.sender
    if sender is None or facts.envelope.authentication_failed:
        return False
    address = sender.email.lower()
    domain = domain_of(address)
    by_domain = domain and domain not in free_mail_domains() and {domain, f"@{domain}"} & facts.participants
    return address in facts.participants or bool(by_domain) or is_colleague(address, facts.ours)


def _from_ours(facts: MatchFacts) -> bool:
    sender = facts.envelope.sender
    return sender is not None and not facts.envelope.authentication_failed and is_ours(sender.email, facts.ours)


def _what_is_new(items: Sequence[ItemOf], known: Sequence[ItemOf]) -> str:
    """What the mail complains of that the record does not: a batch or a model; empty where it only adds to it."""
    batches = {_key(batch) for item in known for batch in item.batch}
    models = {_key(item.model) for item in known if item.model}
    for item in items:
        fresh = [batch for batch in item.batch if _key(batch) not in batches]
        if fresh and batches:
            return f"with the new batch {fresh[0][:60]}"
        if item.model and models and _key(item.model) not in models:
            return f"with the new model {item.model[:60]}"
    return ""


def _key(text: str) -> str:
    """What two ways of writing one batch or model have in common."""
    return re.sub(r"[\s\-_./]", "", unicodedata.normalize("NFKC", text)).casefold()
