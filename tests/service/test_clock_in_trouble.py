"""The clock where somebody else is at its windows, or one of them cannot be stepped."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from intake.wiring import Parts
from storage import Storage
from storage.records import WindowName
from tests.servers.dovecot import free_port
from tests.servers.postgres import PostgresServer, until_something_waits_for_a_lock
from tests.service.world import World, letters, mail, smtp, window


@contextmanager
def meanwhile(step: threading.Thread) -> Iterator[None]:
    step.start()
    yield
    step.join(timeout=60)
    assert not step.is_alive()


def test_a_promise_kept_while_the_clock_looks_at_it_stays_kept(world: World, postgres: PostgresServer) -> None:
    url = postgres.new_database()
    other = World(world.folder / "pg", world.dovecot, world.account, world.sink, world.reader, database=url)
    other.sender = smtp(free_port())  # the acknowledgement has not gone
    other.deliver(mail())
    other.run()
    other.passes(hours=3)
    number = other.record()["number"]
    with other.service(Parts(watch=True)) as service:
        assert service.watcher is not None
        clock = threading.Thread(target=service.watcher.look)
        storage: Storage = service.storage
        with storage.unit() as work:
            work.complaints.meet(number, WindowName.ACKNOWLEDGEMENT, other.now)  # the mail server has just accepted it
            with meanwhile(clock):
                until_something_waits_for_a_lock(url)
                work.commit()
    assert window(other.record(), "acknowledgement")["state"] == "met_late"
    told = [event["what"] for event in other.record()["events"] if event["new"] == "acknowledgement"]
    assert told == [], "nobody is told that it is overdue"


def test_a_window_that_cannot_be_stepped_stops_no_other_and_is_looked_at_again(world: World) -> None:
    world.deliver(mail(batch="B1"))
    world.run()
    world.passes(minutes=1)
    world.deliver(mail(batch="B2", sender="li@other.example"))
    world.run()
    bad, good = (record["number"] for record in world.records())
    (spoilt,) = (
        each for each in world.ask(lambda work: work.complaints.windows(bad)) if each.name == "solution_or_progress"
    )
    beyond = replace(spoilt, due_at=datetime(9999, 12, 31, 12, tzinfo=UTC), look_at=world.now)  # no day after it
    world.change(lambda work: work.complaints.set_window(beyond))
    world.passes(hours=20, minutes=1)
    assert world.run() == []
    by_number = {record["number"]: record for record in world.records()}
    assert letters(by_number[bad], "progress") == []
    assert [letter["state"] for letter in letters(by_number[good], "progress")] == ["sent"]
    world.change(lambda work: work.complaints.set_window(replace(spoilt, look_at=world.now + timedelta(minutes=10))))
    world.passes(minutes=10)
    world.run()
    assert len(letters(next(each for each in world.records() if each["number"] == bad), "progress")) == 1
