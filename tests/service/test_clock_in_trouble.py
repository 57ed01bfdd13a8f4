"""The clock where somebody else is at its windows, or one of them cannot be stepped."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from intake.wiring import Parts
from storage import Storage
from storage.records import WindowName
from tests.servers.dovecot import free_port
from tests.servers.postgres import PostgresServer, until_something_waits_for_a_lock
from tests.service.world import World, mail, smtp, window


@contextmanager
def meanwhile(step: threading.Thread) -> Iterator[None]:
    step.start()
    yield
    step.join(timeout=30)
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
