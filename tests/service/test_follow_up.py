"""What a later mail of a thread changes: its record's class may rise, and promises come nearer; nothing falls back."""

from datetime import timedelta
from typing import Any

import pytest

from tests.service.world import START, STOPPED, World, answer_to, due, letters, mail, window

QUIET = (
    "补充：发货日期是2025年10月20日。\n\n王强\n",
    "目前未造成停线，请放心。\n\n王强\n",
    "谢谢，收到。\n\n王强\n",
)


def opened(world: World) -> dict[str, Any]:
    world.deliver(mail())
    world.run()
    return world.record()


def answer(world: World, body: str, **headers: str) -> None:
    world.deliver(answer_to(world.acknowledgements()[0], body, **headers))
    world.run()


def test_a_line_stop_told_in_a_follow_up_makes_the_record_class_a_from_then_on(world: World) -> None:
    before = opened(world)
    assert before["class"] == "B" and due(before, "first_report") == START + timedelta(hours=48)
    world.passes(hours=10)
    answer(world, STOPPED)
    record = world.record()
    assert (record["class"], record["reasons"], record["signals"]) == ("A", ["line_stop"], ["line_stop"])
    assert due(record, "first_report") == world.now + timedelta(hours=24), "what is promised anew starts with that mail"
    assert due(record, "management_report") == world.now + timedelta(hours=2)
    assert window(record, "management_report")["state"] == "met"
    (report,) = letters(record, "management_report")
    assert report["to"] == ["gm@example.com"] and report["state"] == "sent"
    assert [letter["state"] for letter in letters(record, "dispatch")] == ["sent", "sent"], "its department knows"
    (event,) = (each for each in record["events"] if each["what"] == "class_changed")
    assert (event["old"]["class"], event["new"]) == ("B", {"class": "A", "reasons": ["line_stop"]})
    assert len(world.acknowledgements()) == 1


def test_an_end_that_is_nearer_and_a_promise_that_was_kept_stay(world: World) -> None:
    opened(world)
    world.passes(hours=21)
    world.run()
    before = world.record()
    world.passes(hours=9)
    answer(world, STOPPED)
    record = world.record()
    assert record["class"] == "A"
    assert due(record, "first_report") == due(before, "first_report"), "18 hours are left, which is less than 24"
    for name in ("acknowledgement", "dispatch", "solution_or_progress"):
        assert window(record, name) == window(before, name) and window(before, name)["state"] == "met"


@pytest.mark.parametrize("words", QUIET, ids=["more", "denied", "thanks"])
def test_a_follow_up_that_tells_of_nothing_worse_changes_nothing(world: World, words: str) -> None:
    before = opened(world)
    sent = len(world.sent())
    world.passes(hours=1)
    answer(world, words)
    record = world.record()
    for name in ("class", "reasons", "kind", "windows", "letters", "signals", "requests", "warnings"):
        assert record[name] == before[name], name
    assert len(world.sent()) == sent


def test_a_line_stop_told_twice_is_reported_once(world: World) -> None:
    opened(world)
    for _ in range(2):
        world.passes(hours=1)
        answer(world, f"{STOPPED}\n{world.now:%H:%M}\n")
    assert world.became() == ["done follow_up", "done follow_up", "done record"]
    record = world.record()
    assert len(letters(record, "management_report")) == 1
    assert due(record, "first_report") == START + timedelta(hours=25), "the first of them counts"


def test_a_stranger_raises_nothing(world: World) -> None:
    number = opened(world)["number"]
    world.deliver(mail(f"Re: [{number}]", STOPPED, sender="x@stranger.example"))
    world.run()
    assert next(each for each in world.records() if each["number"] == number)["class"] == "B"
