"""Severity classes: one test a rule, and the borders."""

from pathlib import Path

import pytest

from intake.policy import (
    RULES,
    SeverityFacts,
    class_of_extract,
    class_of_reading,
    facts_of,
    judge,
    judgement_warnings,
    load_policy,
)
from parsers.types import Channel, Claim, Customer, Field, Kind, Mark, Reading, Request, Signal, Source
from storage.records import Class, Verdict

POLICY = load_policy(None)
COMPLAINT = Kind.COMPLAINT
A, B, C = Class.A, Class.B, Class.C
HERE = Source("body", 1, 0, 1)


def facts(kind: Kind = COMPLAINT, *signals: Signal, **more: object) -> SeverityFacts:
    return SeverityFacts(kind, frozenset(signals), **more)  # type: ignore[arg-type]


CASES = {
    "line_stop": (facts(COMPLAINT, Signal.LINE_STOP), A),
    "batch_problem": (facts(COMPLAINT, Signal.BATCH_PROBLEM), A),
    "claim_over_limit": (facts(claim=Claim(5000, "CNY")), A),
    "hazardous_substance": (facts(COMPLAINT, Signal.HAZARDOUS_SUBSTANCE), A),
    "third_repeat": (facts(repeats=3), A),
    "safety": (facts(COMPLAINT, Signal.SAFETY), A),
    "asks_for_answer": (facts(), B),
    "notice": (facts(Kind.NOTICE), C),
    "inquiry": (facts(Kind.INQUIRY), C),
    "no_complaint": (facts(Kind.OTHER), C),
}


def test_every_rule_has_its_case() -> None:
    assert [rule.name for rule in RULES] == list(CASES)


@pytest.mark.parametrize("name", CASES)
def test_rule_alone_gives_its_class_and_its_name(name: str) -> None:
    said, letter = CASES[name]
    assert judge(said, POLICY) == Verdict(letter, (name,))


@pytest.mark.parametrize(
    ("amount", "currency", "letter"),
    [
        (4999.99, "CNY", B),
        (5000, "CNY", A),
        (5000.0, "CNY", A),
        (0, "CNY", B),
        (1920, "USD", A),
        (704.22, "USD", B),  # 4,999.962
        (704.23, "USD", A),  # 5,000.033
        (9600, "HKD", A),
        (3200, "TWD", B),
        (100_000, "JPY", B),
    ],
)
def test_claim_from_5000_cny_on_is_class_a(amount: float, currency: str, letter: Class) -> None:
    assert judge(facts(claim=Claim(amount, currency)), POLICY).letter is letter


def test_staff_estimate_counts_beside_the_claim() -> None:
    claim, estimate = Claim(800, "CNY"), Claim(12_000, "CNY")
    assert judge(facts(claim=claim, estimate=estimate), POLICY) == Verdict(A, ("claim_over_limit",))
    assert judge(facts(claim=estimate, estimate=claim), POLICY) == Verdict(A, ("claim_over_limit",))


@pytest.mark.parametrize(("repeats", "letter"), [(1, B), (2, B), (3, A), (4, A)])
def test_third_and_later_repeats_are_class_a(repeats: int, letter: Class) -> None:
    assert judge(facts(repeats=repeats), POLICY).letter is letter


def test_a_stated_repeat_alone_stays_class_b() -> None:
    assert judge(facts(COMPLAINT, Signal.REPEAT), POLICY) == Verdict(B, ("asks_for_answer",))


def test_all_rules_of_the_class_are_named_in_order() -> None:
    said = facts(COMPLAINT, Signal.SAFETY, Signal.LINE_STOP, claim=Claim(9000, "CNY"), repeats=5)
    assert judge(said, POLICY).reasons == ("line_stop", "claim_over_limit", "third_repeat", "safety")


@pytest.mark.parametrize("kind", [Kind.NOTICE, Kind.INQUIRY, Kind.SPAM, Kind.BOUNCE, Kind.AUTO_REPLY, Kind.REPLY])
def test_what_is_no_complaint_is_class_c_whatever_it_mentions(kind: Kind) -> None:
    assert judge(facts(kind, *Signal, claim=Claim(1e6, "CNY")), POLICY).letter is C


def test_a_mail_of_unknown_kind_that_asks_something_of_us_is_treated_as_a_complaint() -> None:
    asks = frozenset({Request.REPLACEMENT})
    assert judge(SeverityFacts(Kind.OTHER, requests=asks), POLICY).letter is B
    assert judge(SeverityFacts(Kind.OTHER, frozenset({Signal.LINE_STOP}), requests=asks), POLICY).letter is A


def test_claim_in_a_currency_without_rate_counts_and_is_warned_of() -> None:
    said = facts(claim=Claim(10, "XAU"), estimate=Claim(10, "XAU"))
    assert judge(said, POLICY) == Verdict(A, ("claim_over_limit",))
    assert judgement_warnings(said, POLICY) == ("unknown_currency: XAU",)
    assert judgement_warnings(facts(claim=Claim(10, "USD")), POLICY) == ()


def test_claim_in_a_currency_without_rate_can_be_ignored_by_policy(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text('[classes]\nunknown_currency = "ignored"\n', encoding="utf-8")
    assert judge(facts(claim=Claim(1e9, "XAU")), load_policy(path)).letter is B


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in (Kind.COMPLAINT, Kind.NOTICE)])
def test_extract_prints_no_severity_of_what_is_no_complaint(kind: Kind) -> None:
    assert class_of_extract(facts(kind), POLICY) is None


def test_extract_prints_c_for_a_notice_and_the_class_of_a_complaint() -> None:
    assert class_of_extract(facts(Kind.NOTICE), POLICY) == Verdict(C, ("notice",))
    assert class_of_extract(facts(), POLICY) == Verdict(B, ("asks_for_answer",))


def reading(signals: tuple[Signal, ...] = (), repeat_count: int | None = None) -> Reading:
    return Reading(
        COMPLAINT,
        "zh-CN",
        Channel.EMAIL,
        Customer(),
        claim_amount=Field(Claim(56_400, "CNY"), "5.64万元", 0.9, HERE, "test"),
        signals=tuple(Mark(signal, "…", HERE, "test") for signal in signals),
        requests=(Mark(Request.EIGHT_D, "8D", HERE, "test"),),
        repeat_count=repeat_count,
    )


@pytest.mark.parametrize(
    ("signals", "stated", "earlier", "repeats"),
    [((), None, 0, 1), ((), None, 2, 3), ((Signal.REPEAT,), None, 0, 2), ((Signal.REPEAT,), 3, 0, 3), ((), 2, 4, 5)],
)
def test_repeats_are_the_higher_of_the_customers_count_and_ours(
    signals: tuple[Signal, ...], stated: int | None, earlier: int, repeats: int
) -> None:
    found = facts_of(reading(signals, stated), earlier)
    assert found.repeats == repeats
    assert found.claim == Claim(56_400, "CNY") and found.requests == {Request.EIGHT_D}


def test_extract_judges_from_the_mail_alone() -> None:
    assert class_of_reading(reading((Signal.LINE_STOP,)), POLICY) == Verdict(A, ("line_stop", "claim_over_limit"))
