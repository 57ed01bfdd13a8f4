"""A record's class and windows once more is known of it: a later mail adds to it, or its own is read at last.

A later mail never makes a record less. Its class may rise; windows may be added or end sooner, and what is promised
anew starts when that mail arrived. Who denies or only threatens has said nothing: that is settled while reading.
"""

from collections.abc import Sequence
from dataclasses import replace

from intake.policy.model import Policy
from intake.policy.severity import SeverityFacts, amount_in_limit_currency, facts_of, judge
from parsers.types import Claim, Kind, Reading, Request, Signal
from storage.records import Class, Record, Verdict, Window, WindowState

_ORDER = (Class.A, Class.B, Class.C)
_RUNNING = (WindowState.OPEN, WindowState.OVERDUE)


def is_higher(one: Class, other: Class) -> bool:
    return _ORDER.index(one) < _ORDER.index(other)


def with_later(record: Record, later: Reading, policy: Policy) -> Record:
    """The record with what a later mail of its thread says besides, and the class that it has then.

    Short words ("the line is down now") are a complaint where they add to one.
    """
    complains = record.kind == Kind.COMPLAINT or (record.kind == Kind.OTHER and record.letter is not Class.C)
    if not complains and later.kind is not Kind.COMPLAINT:
        return record
    facts = replace(facts_of(later), kind=Kind.COMPLAINT)
    due = later.reply_due.value if later.reply_due else record.reply_due
    return replace(
        _joined(record, facts, judge(facts, policy), policy),
        kind=record.kind if complains else str(later.kind),
        reply_due=due,
    )


def with_earlier(read: Record, before: Record, policy: Policy) -> Record:
    """The record as it was `read` at last, with what later mails have said meanwhile: `before` was opened without a
    word of its own mail, so all that it tells is theirs.
    """
    facts = facts_of_record(before)
    tells = bool(facts.signals) or facts.claim is not None
    verdict = judge(facts, policy) if tells else Verdict(read.letter, read.reasons)
    joined = _joined(read, facts, verdict, policy)
    return replace(
        joined,
        kind=str(Kind.COMPLAINT) if is_higher(joined.letter, read.letter) else read.kind,
        reply_due=read.reply_due or before.reply_due,
    )


def facts_of_record(record: Record) -> SeverityFacts:
    """What a record's mails have said so far, of a complaint."""
    claim = None
    if record.claim_amount is not None and record.claim_currency is not None:
        claim = Claim(record.claim_amount, record.claim_currency)
    return SeverityFacts(
        kind=Kind.COMPLAINT,
        signals=frozenset(signal for signal in Signal if signal in record.signals),
        claim=claim,
        requests=frozenset(request for request in Request if request in record.requests),
    )


def tightened(old: Sequence[Window], fresh: Sequence[Window]) -> tuple[Window, ...]:
    """Those windows of a record that change where a later mail promises `fresh`: the added ones, and the running ones
    that end sooner now. What is met or waived does not begin again, and no end moves away.
    """
    known = {window.name: window for window in old}
    changed = []
    for window in fresh:
        before = known.get(window.name)
        if before is None:
            changed.append(window)
        elif before.state in _RUNNING and window.due_at < before.due_at:
            changed.append(replace(window, reminded=before.reminded))
    return tuple(changed)


def not_loosened(old: Sequence[Window], new: Sequence[Window]) -> tuple[Window, ...]:
    """Those of a record's `new` windows that differ from the old; an end that a later mail has brought nearer stays."""
    known = {window.name: window for window in old}
    return tuple(
        window
        for window in new
        if (before := known.get(window.name)) != window
        and not (
            before is not None
            and before.state in _RUNNING
            and window.state in _RUNNING
            and before.due_at < window.due_at
        )
    )


def _joined(record: Record, facts: SeverityFacts, verdict: Verdict, policy: Policy) -> Record:
    letter = verdict.letter if is_higher(verdict.letter, record.letter) else record.letter
    reasons = [reason for one in (record, verdict) if one.letter is letter for reason in one.reasons]
    stated = facts_of_record(record).claim
    claim = max(
        (one for one in (stated, facts.claim) if one is not None),
        key=lambda one: amount_in_limit_currency(one, policy) or 0,
        default=None,
    )
    return replace(
        record,
        letter=letter,
        reasons=tuple(dict.fromkeys(reasons)),
        signals=tuple(dict.fromkeys([*record.signals, *sorted(map(str, facts.signals))])),
        requests=tuple(dict.fromkeys([*record.requests, *sorted(map(str, facts.requests))])),
        claim_amount=claim.amount if claim else record.claim_amount,
        claim_currency=claim.currency if claim else record.claim_currency,
    )
