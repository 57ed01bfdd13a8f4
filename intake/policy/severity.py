"""The severity class of a complaint, by a table of named rules (客诉信息处理流程 §4).

The class is the highest that any rule gives; the verdict names the rules of that class that fired, in the table's
order.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from intake.policy.model import Policy
from parsers.types import Claim, Kind, Reading, Request, Signal
from storage.records import Class, Verdict


@dataclass(frozen=True, slots=True)
class SeverityFacts:
    """What bears on the class.

    `claim` is what the customer states, `estimate` what our staff expect the loss to be. `repeats` counts this
    occurrence of the same class B problem within the policy's span: 1 is the first; the higher of our own count and
    the customer's.
    """

    kind: Kind
    signals: frozenset[Signal] = frozenset()
    claim: Claim | None = None
    estimate: Claim | None = None
    repeats: int = 1
    requests: frozenset[Request] = frozenset()


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    letter: Class
    description: str
    clause: str
    holds: Callable[[SeverityFacts, Policy], bool]


SOURCE = "客诉信息处理流程 §4"
OURS = "ours"


def _complains(facts: SeverityFacts) -> bool:
    """A complaint; or a mail of no known kind that asks something of us, which is treated as one."""
    return facts.kind is Kind.COMPLAINT or (facts.kind is Kind.OTHER and bool(facts.requests))


def _signalled(signal: Signal) -> Callable[[SeverityFacts, Policy], bool]:
    return lambda facts, policy: _complains(facts) and signal in facts.signals


def _is_kind(kind: Kind) -> Callable[[SeverityFacts, Policy], bool]:
    return lambda facts, policy: facts.kind is kind


def amount_in_limit_currency(claim: Claim, policy: Policy) -> Decimal | None:
    """The claim in the currency of the limit, unrounded; None where the policy has no rate for its currency."""
    rate = policy.rates.get(claim.currency)
    return None if rate is None else Decimal(str(claim.amount)) * rate


def _over_limit(claim: Claim | None, policy: Policy) -> bool:
    if claim is None:
        return False
    amount = amount_in_limit_currency(claim, policy)
    if amount is None:
        return policy.classes.unknown_currency == "counts"
    return amount >= policy.classes.claim_limit


def _claim_over_limit(facts: SeverityFacts, policy: Policy) -> bool:
    return _complains(facts) and (_over_limit(facts.claim, policy) or _over_limit(facts.estimate, policy))


def _repeated(facts: SeverityFacts, policy: Policy) -> bool:
    return _complains(facts) and facts.repeats >= policy.classes.repeats


RULES: tuple[Rule, ...] = (
    Rule("line_stop", Class.A, "it stopped the customer's line (停线)", SOURCE, _signalled(Signal.LINE_STOP)),
    Rule("batch_problem", Class.A, "a whole lot, or systematic (批量)", SOURCE, _signalled(Signal.BATCH_PROBLEM)),
    Rule("claim_over_limit", Class.A, "loss or claim from 5,000 CNY on", SOURCE, _claim_over_limit),
    Rule("hazardous_substance", Class.A, "RoHS, REACH, 有害物质", SOURCE, _signalled(Signal.HAZARDOUS_SUBSTANCE)),
    Rule("third_repeat", Class.A, "third or later occurrence of the same class B problem", SOURCE, _repeated),
    Rule("safety", Class.A, "a safety risk to people (人身安全)", OURS, _signalled(Signal.SAFETY)),
    Rule("asks_for_answer", Class.B, "any other complaint", SOURCE, lambda facts, policy: _complains(facts)),
    Rule("notice", Class.C, "plan, meeting, document, change, suggestion", SOURCE, _is_kind(Kind.NOTICE)),
    Rule("inquiry", Class.C, "a question or a request for a document", SOURCE, _is_kind(Kind.INQUIRY)),
    Rule("no_complaint", Class.C, "anything else", SOURCE, lambda facts, policy: True),
)

_ORDER = (Class.A, Class.B, Class.C)


def judge(facts: SeverityFacts, policy: Policy) -> Verdict:
    """The class, and the names of the rules that gave it."""
    fired = tuple(rule for rule in RULES if rule.holds(facts, policy))
    letter = next(letter for letter in _ORDER if any(rule.letter is letter for rule in fired))
    reasons = tuple(rule.name for rule in fired if rule.letter is letter)
    return Verdict(letter, reasons if letter is not Class.C else reasons[:1])


def class_of_extract(facts: SeverityFacts, policy: Policy) -> Verdict | None:
    """The `severity` of `intake extract`: None where a mail is neither a complaint nor a notice."""
    return judge(facts, policy) if facts.kind in (Kind.COMPLAINT, Kind.NOTICE) else None


def class_of_reading(reading: Reading, policy: Policy) -> Verdict | None:
    """The `severity` of `intake extract`, judged from what one mail alone says."""
    return class_of_extract(facts_of(reading), policy)


def judgement_warnings(facts: SeverityFacts, policy: Policy) -> tuple[str, ...]:
    """What a person should look at in the verdict: `unknown_currency: XYZ` for a claim that has no rate."""
    claims = (facts.claim, facts.estimate)
    unknown = (claim.currency for claim in claims if claim is not None and claim.currency not in policy.rates)
    return tuple(f"unknown_currency: {currency}" for currency in dict.fromkeys(unknown))


def facts_of(reading: Reading, earlier: int = 0, estimate: Claim | None = None) -> SeverityFacts:
    """The facts that a reading states; `earlier` counts our records of the same class B problem before it."""
    signals = frozenset(mark.name for mark in reading.signals)
    stated = reading.repeat_count or (2 if Signal.REPEAT in signals else 1)
    return SeverityFacts(
        kind=reading.kind,
        signals=signals,
        claim=reading.claim_amount.value if reading.claim_amount else None,
        estimate=estimate,
        repeats=max(stated, earlier + 1),
        requests=frozenset(mark.name for mark in reading.requests),
    )
