"""The overview of an early warning: what each customer's warning waits for."""

from dataclasses import replace

import pytest

from intake.acts.warned import overview
from storage.life import Warned
from storage.records import LetterState, Purpose
from tests.storage.samples import NOON, at, letter

ROW = Warned(
    "w", "1", "甲", None, "a@x.example", "zh-CN", (("HX", "B1", 5.0, "2026-10-01"), ("HX", "B1", None, "")), "l1"
)
LETTER = letter("l1", purpose=Purpose.BATCH_WARNING)


@pytest.mark.parametrize(
    ("state", "stage"),
    [
        (LetterState.DRAFT, "waits_for_approval"),
        (LetterState.QUEUED, "on_its_way"),
        (LetterState.SENDING, "on_its_way"),
        (LetterState.DEFERRED, "on_its_way"),
        (LetterState.SENT, "sent"),
        (LetterState.REFUSED, "failed"),
        (LetterState.IN_DOUBT, "failed"),
        (LetterState.CANCELLED, "failed"),
    ],
)
def test_a_warning_is_where_its_letter_is(state: LetterState, stage: str) -> None:
    [line] = overview([ROW], [replace(LETTER, state=state, sent_at=at(1))])
    assert (line.stage, line.batches) == (stage, ("B1",))
    assert line.sent_at == (at(1) if state is LetterState.SENT else None)


def test_who_has_no_address_is_to_be_called_and_who_confirmed_comes_last() -> None:
    called = replace(ROW, id="c", customer="乙", letter=None, email="")
    confirmed = replace(ROW, id="d", confirmed_at=NOON, confirmed_by="a@x.example")
    lines = overview([confirmed, ROW, called], [LETTER])
    assert [(line.id, line.stage) for line in lines] == [("c", "to_call"), ("w", "on_its_way"), ("d", "confirmed")]
    assert lines[-1].confirmed_by == "a@x.example"
