"""`intake retry`: what could not be read is read again, and nothing else is."""

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
