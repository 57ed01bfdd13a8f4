"""`intake retry`: what could not be read is read again, and nothing else is."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from intake.errors import UsageError
from intake.runners.read import Reader
from intake.wiring import Parts
from parsers.limits import ReadLimits
from tests.service.conftest import OURS
from tests.service.world import START, STOPPED, World, answer_to, due, letters, mail, window

LINE_STOP = "您好，\n\n贵司的轴承座HX-200B（批号B2609-01）表面划伤，已造成我司停线，请尽快回复。\n\n王强\n"
NOTICE = "各位供应商：\n\n我司定于12月5日在苏州召开供应商大会，请准时参加。\n\n王强\n"


@pytest.fixture
def blind() -> Iterator[Reader]:
    """Reads nothing at all."""
    made = Reader(OURS, ReadLimits(mail_seconds=0.001), 1)
    yield made
    made.close()


def read_later(world: World, blind: Reader, body: str) -> None:
    """A mail that nobody could read when it came, and that is read an hour later."""
    world.deliver(mail(body=body))
    world.run(reader=blind)
    assert world.became() == ["set_aside unreadable"] and world.record()["class"] == "B"
    world.passes(hours=1)
    world.retry()
    world.run()
    assert world.became() == ["done record"]


def test_what_is_read_at_last_is_judged_and_its_promises_start_when_it_came(world: World, blind: Reader) -> None:
    read_later(world, blind, LINE_STOP)
    record = world.record()
    assert (record["class"], record["reasons"], record["signals"]) == ("A", ["line_stop"], ["line_stop"])
    assert due(record, "first_report") == START + timedelta(hours=24)
    assert due(record, "management_report") == START + timedelta(hours=2)
    assert window(record, "management_report")["state"] == "met"
    assert [letter["to"] for letter in letters(record, "management_report")] == [["gm@example.com"]]
    assert len(world.acknowledgements()) == 1


def test_what_is_read_at_last_and_is_no_complaint_keeps_nobody_busy(world: World, blind: Reader) -> None:
    read_later(world, blind, NOTICE)
    record = world.record()
    assert record["class"] == "C" and record["kind"] != "complaint"
    states = {each["name"]: each["state"] for each in record["windows"]}
    assert (states.pop("acknowledgement"), states.pop("dispatch")) == ("met", "met"), "what was done stays done"
    assert set(states.values()) == {"waived"}


def test_what_was_waived_because_nobody_may_be_answered_is_not_called_for_again(world: World, blind: Reader) -> None:
    world.deliver(mail(auto_submitted="auto-generated", sender="no-reply@customer.example"))
    world.run(reader=blind)
    world.retry()
    world.run()
    assert window(world.record(), "acknowledgement")["state"] == "waived"


def test_what_a_follow_up_told_meanwhile_stands_when_the_first_mail_is_read(world: World, blind: Reader) -> None:
    world.deliver(mail())
    world.run(reader=blind)
    world.passes(hours=1)
    world.deliver(answer_to(world.acknowledgements()[0], STOPPED))
    world.run()
    raised = world.record()
    assert raised["class"] == "A" and raised["items"] == []
    world.passes(hours=1)
    world.retry()
    world.run()
    record = world.record()
    assert record["items"][0]["model"] == "HX-200B"
    assert (record["class"], record["reasons"]) == ("A", ["line_stop"])
    assert due(record, "first_report") == START + timedelta(hours=24), "as if its own mail had been read when it came"
    assert len(letters(record, "management_report")) == 1


def test_a_follow_up_that_is_read_at_last_raises_the_class(world: World, blind: Reader) -> None:
    world.deliver(mail())
    world.run()
    world.deliver(answer_to(world.acknowledgements()[0], STOPPED))
    world.run(reader=blind)
    assert world.record()["class"] == "B"
    world.passes(hours=1)
    world.retry()
    world.run()
    record = world.record()
    assert record["class"] == "A"
    assert due(record, "management_report") == START + timedelta(hours=2), "it runs from when that mail came"


def test_what_was_handled_or_waits_is_not_taken_again(world: World) -> None:
    world.deliver(mail())
    world.run(Parts(poll=True))
    (arrival,) = world.arrivals()
    with pytest.raises(UsageError, match="waits to be read already"):
        world.retry(arrival["id"])
    world.run()
    before = world.records(), world.arrivals()
    with pytest.raises(UsageError, match="was read"):
        world.retry(arrival["id"])
    assert world.retry().startswith("0 ")
    world.run()
    assert (world.records(), world.arrivals()) == before


def test_what_waits_for_a_persons_judgement_is_no_matter_of_reading_it_again(world: World) -> None:
    world.deliver(mail())
    world.run()
    number = world.record()["number"]
    world.deliver(mail(f"Re: [{number}] 轴承座", "这个单子现在什么情况？", sender="x@stranger.example"))
    world.run()
    (held,) = (each for each in world.arrivals() if each["state"] == "set_aside")
    with pytest.raises(UsageError, match="judgement"):
        world.retry(held["id"])
    assert world.retry().startswith("0 ")
    assert held in world.arrivals()


def own_letter(folder: Path, text: str) -> None:
    """An acknowledgement in the company's own words, which it may change at any time."""
    folder = folder / "letters" / "acknowledgement" / "zh-CN"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("subject.txt", "body.txt", "body.html"):
        (folder / name).write_text(text, encoding="utf-8")


def test_a_fault_of_ours_in_what_was_read_leaves_a_record_and_an_answer(world: World) -> None:
    """A template that fails with this complaint's items only, which no check could see beforehand."""
    world.company = 'templates = "letters"\n' + world.company
    own_letter(
        world.folder,
        "{{ number }}{% for item in items %}{% if '999' in item.facts|string %}{{ 1 // 0 }}{% endif %}{% endfor %}",
    )
    world.deliver(mail(batch="B1"), mail(batch="B2999"), mail(batch="B3"))
    assert world.run() == []
    assert world.became() == ["done record", "done record", "set_aside unreadable"]
    assert len(world.records()) == len(world.acknowledgements()) == 3
    (aside,) = (each for each in world.arrivals() if each["state"] == "set_aside")
    assert "ZeroDivision" in aside["why"] or "Template" in aside["why"]
    own_letter(world.folder, "{{ number }}")
    world.retry(aside["id"])
    world.run()
    assert world.became() == ["done record"] * 3
    assert sorted(record["items"][0]["batch"] for record in world.records()) == [["B1"], ["B2999"], ["B3"]]
    assert len(world.acknowledgements()) == 3, "answered once"
