"""`intake retry`: what could not be read is read again, and nothing else is."""

from pathlib import Path

import pytest

from intake.errors import UsageError
from intake.wiring import Parts
from tests.service.world import World, mail


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
