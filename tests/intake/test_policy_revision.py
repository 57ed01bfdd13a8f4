"""What a later mail changes of a record's class, and of its windows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from intake.policy import load_policy
from intake.policy.revision import not_loosened, tightened, with_earlier, with_later
from parsers.types import Channel, Claim, Customer, Field, Kind, Mark, Reading, Request, Signal, Source
from storage.records import Class, CustomerOf, Record, RecordState, Window, WindowName, WindowState

POLICY = load_policy(None)
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
SOMEWHERE = Source("body", 1, 0, 0)
B = Record(
    "KS-202611-0001",
    RecordState.TO_REVIEW,
    Class.B,
    ("asks_for_answer",),
    "complaint",
    "email",
    "zh-CN",
    NOON,
    NOON,
    CustomerOf(),
    (),
    "投诉",
)
C = replace(B, letter=Class.C, reasons=("inquiry",), kind="inquiry")
A = replace(B, letter=Class.A, reasons=("batch_problem",), signals=("batch_problem",))
"""Records of each class."""


def said(
    kind: Kind = Kind.OTHER, *signals: Signal, claim: float | None = None, requests: tuple[Request, ...] = ()
) -> Reading:
    return Reading(
        kind,
        "zh-CN",
        Channel.EMAIL,
        Customer(),
        signals=tuple(Mark(signal, "", SOMEWHERE, "") for signal in signals),
        requests=tuple(Mark(request, "", SOMEWHERE, "") for request in requests),
        claim_amount=None if claim is None else Field(Claim(claim, "CNY"), "", 1.0, SOMEWHERE, ""),
    )


@pytest.mark.parametrize(
    ("record", "later", "letter", "reasons"),
    [
        (B, said(Kind.OTHER, Signal.LINE_STOP), Class.A, ("line_stop",)),
        (B, said(claim=5000), Class.A, ("claim_over_limit",)),
        (B, said(claim=4999), Class.B, ("asks_for_answer",)),
        (B, said(), Class.B, ("asks_for_answer",)),
        (A, said(Kind.COMPLAINT), Class.A, ("batch_problem",)),
        (A, said(Kind.OTHER, Signal.LINE_STOP), Class.A, ("batch_problem", "line_stop")),
        (C, said(requests=(Request.REPLACEMENT,)), Class.C, ("inquiry",)),
        (C, said(Kind.COMPLAINT), Class.B, ("asks_for_answer",)),
    ],
)
def test_the_class_rises_and_never_falls(
    record: Record, later: Reading, letter: Class, reasons: tuple[str, ...]
) -> None:
    found = with_later(record, later, POLICY)
    assert (found.letter, found.reasons) == (letter, reasons)


def test_the_larger_claim_and_every_request_are_kept() -> None:
    record = replace(B, claim_amount=3000.0, claim_currency="CNY", requests=("8d_report",))
    found = with_later(record, said(claim=800, requests=(Request.ONSITE,)), POLICY)
    assert (found.claim_amount, found.requests) == (3000.0, ("8d_report", "onsite"))
    assert with_later(record, said(claim=4000), POLICY).claim_amount == 4000.0


def test_what_is_read_at_last_keeps_what_was_told_meanwhile() -> None:
    told = with_later(B, said(Kind.OTHER, Signal.LINE_STOP), POLICY)
    read = replace(C, kind="notice", reasons=("notice",))
    found = with_earlier(read, told, POLICY)
    assert (found.letter, found.reasons, found.kind) == (Class.A, ("line_stop",), "complaint")
    assert with_earlier(read, B, POLICY) == read


def window(name: WindowName, hours: float, state: WindowState = WindowState.OPEN) -> Window:
    return Window(B.number, name, NOON, NOON + timedelta(hours=hours), "", "round_the_clock", state=state)


FIRST, HANDLED, ACK = WindowName.FIRST_REPORT, WindowName.HANDLED, WindowName.ACKNOWLEDGEMENT


def test_ends_come_nearer_and_promises_are_added_and_nothing_else() -> None:
    old = (window(FIRST, 48), window(HANDLED, 10), window(ACK, 20, WindowState.MET))
    fresh = (window(FIRST, 34), window(HANDLED, 30), window(ACK, 12), window(WindowName.MANAGEMENT_REPORT, 12))
    assert [(one.name, one.due_at) for one in tightened(old, fresh)] == [
        (FIRST, fresh[0].due_at),
        (WindowName.MANAGEMENT_REPORT, fresh[3].due_at),
    ]


def test_an_end_that_a_later_mail_brought_nearer_is_not_moved_away() -> None:
    old = (window(FIRST, 25), window(HANDLED, 72), window(ACK, 2, WindowState.MET))
    new = (window(FIRST, 48), replace(old[1], state=WindowState.WAIVED), old[2])
    assert not_loosened(old, new) == (new[1],)
