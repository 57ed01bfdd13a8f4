"""Administrators learn by letter what keeps customers from being answered (traps 10, 11, 36): once, while it lasts."""

import pytest

from storage.records import Person, Role
from tests.servers.dovecot import free_port
from tests.service.world import World, imap, mail, smtp


@pytest.fixture
def watched(world: World) -> World:
    """A site with an administrator."""
    world.change(lambda work: work.people.upsert_person(Person("Shen", "shen@example.com", "", Role.ADMINISTRATOR)))
    return world


def told(world: World) -> list[str]:
    return [str(letter["To"]) for letter in world.sent() if str(letter["Message-ID"]).startswith("<trouble.")]


def test_trap_11_a_refused_sign_in_is_told_within_one_poll_and_once(watched: World) -> None:
    watched.sources = imap(watched.dovecot, watched.account).replace(watched.dovecot.password, "wrong")

    for _ in range(3):
        watched.run()
        watched.passes(minutes=10)

    assert told(watched) == ["shen@example.com"]


def test_trap_10_a_mailbox_that_is_away_is_told_after_five_minutes_and_once(watched: World) -> None:
    watched.sources = imap(watched.dovecot, watched.account, port=free_port())
    watched.run()
    assert told(watched) == []

    for _ in range(3):
        watched.passes(minutes=6)
        watched.run()

    assert told(watched) == ["shen@example.com"]


def test_a_mailbox_that_is_away_a_second_time_is_told_a_second_time(watched: World) -> None:
    for _ in range(2):
        watched.sources = imap(watched.dovecot, watched.account, port=free_port())
        watched.run()
        watched.passes(minutes=6)
        watched.run()
        watched.sources = imap(watched.dovecot, watched.account)
        watched.run()
        watched.passes(minutes=1)

    assert told(watched) == ["shen@example.com"] * 2


def test_trap_36_letters_that_wait_for_their_server_are_told_before_the_reply_window_ends(watched: World) -> None:
    watched.deliver(mail())
    watched.sender = smtp(free_port())
    watched.run()
    watched.passes(minutes=20)
    watched.run()
    watched.sender = smtp(watched.sink.port)
    watched.passes(minutes=31)
    watched.run()

    assert told(watched) == ["shen@example.com"]
    (record,) = watched.records()
    (acknowledgement,) = [each for each in record["windows"] if each["name"] == "acknowledgement"]
    assert acknowledgement["state"] == "met"
