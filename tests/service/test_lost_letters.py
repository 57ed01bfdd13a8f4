"""Letters whose job ended in an error: the database failed between the mail server's answer and our commit."""

from contextlib import suppress

import pytest
import sqlalchemy as sa

from storage import Storage, StorageTrouble
from tests.service.world import World, letters, mail, window

FULL = "CREATE TRIGGER full BEFORE UPDATE ON letters WHEN NEW.state = 'sent' BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"


def make(world: World, statement: str) -> None:
    def within(storage: Storage) -> None:
        with storage.engine.begin() as connection:
            connection.execute(sa.text(statement))

    world.stored(within)


def test_a_letter_that_was_sent_while_the_database_failed_is_settled_and_not_sent_again(world: World) -> None:
    world.deliver(mail())
    make(world, FULL)  # what the server answers cannot be kept
    with suppress(StorageTrouble):
        world.run()
    assert {letter["state"] for letter in world.record()["letters"]} == {"sending"}
    assert len(world.sent()) == 2
    make(world, "DROP TRIGGER full")
    world.passes(minutes=1)
    assert world.run() == []
    assert {letter["state"] for letter in world.record()["letters"]} == {"sent"}
    assert window(world.record(), "acknowledgement")["state"] == "met"
    assert len(world.sent()) == 2, "the journal knows what the server answered"


@pytest.mark.parametrize("lost", ["cut short", "gone"])
def test_where_the_journal_does_not_know_an_acknowledgement_goes_again_under_its_message_id(
    world: World, lost: str
) -> None:
    world.deliver(mail())
    make(world, FULL)
    with suppress(StorageTrouble):
        world.run()
    for journal in (world.folder / ".workers" / "sending").iterdir():
        lines = journal.read_bytes().splitlines(keepends=True)
        journal.write_bytes(b"".join(lines[:-1]) + lines[-1][:20]) if lost == "cut short" else journal.unlink()
    make(world, "DROP TRIGGER full")
    world.passes(minutes=1)
    assert world.run() == []
    (ack,) = letters(world.record(), "acknowledgement")
    assert ack["state"] == "sent" and {str(each["Message-ID"]) for each in world.acknowledgements()} == {
        ack["message_id"]
    }
    assert {letter["state"] for letter in world.record()["letters"]} == {"sent"}
