"""A full disk under the database of the jobs: it cannot take note that a job begins, or that it has ended."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage import StorageTrouble
from tests.servers.dovecot import Dovecot
from tests.servers.site import Site
from tests.servers.smtp import SmtpSink
from tests.service.world import World, mail

BEGINS, ENDS = ("PENDING",), ("SUCCESS", "ERROR")


@contextmanager
def full(folder: Path, unnoted: tuple[str, ...]) -> Iterator[None]:
    """The database of the jobs refuses every change of a job's status to one of these."""
    states = ", ".join(f"'{state}'" for state in unnoted)
    with sqlite3.connect(folder / "intake.db.jobs") as jobs:
        jobs.execute(
            f"CREATE TRIGGER full BEFORE UPDATE OF status ON workflow_status WHEN NEW.status IN ({states}) "
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
    try:
        yield
    finally:
        with sqlite3.connect(folder / "intake.db.jobs") as jobs:
            jobs.execute("DROP TRIGGER full")


@pytest.mark.parametrize("unnoted", [BEGINS, ENDS], ids=["begins", "ends"])
def test_a_run_ends_with_what_to_do_and_the_next_one_goes_on(
    site: Site, dovecot: Dovecot, account: str, sink: SmtpSink, unnoted: tuple[str, ...]
) -> None:
    assert site.run("run", "--once").status == 0
    dovecot.append(account, mail())
    with full(site.folder, unnoted):
        ended = site.run("run", "--once")
    assert ended.status == 1
    assert ended.error.startswith("error: The database of the jobs takes no changes. Its disk is full"), ended.error
    assert len(ended.error.splitlines()) == 1
    assert site.run("run", "--once").status == 0
    (record,) = site.lines("records")
    assert {letter["state"] for letter in record["letters"]} == {"sent"}
    assert len([letter for letter in sink.messages if letter["Auto-Submitted"] == "auto-replied"]) == 1


def test_a_service_that_stays_takes_up_what_a_job_without_an_end_had_in_hand(world: World) -> None:
    make = (
        "CREATE TRIGGER full BEFORE INSERT ON records BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
        "DROP TRIGGER full",
    )
    with world.service() as service:
        world.deliver(mail())
        with sqlite3.connect(world.folder / "intake.db") as kept:
            kept.execute(make[0])
        with full(world.folder, ENDS), pytest.raises(StorageTrouble, match="jobs"):
            service.once()
        with sqlite3.connect(world.folder / "intake.db") as kept:
            kept.execute(make[1])
        assert world.became() == ["waiting None"]
        for _ in range(2):
            service.engine.tick()
        service.engine.drain()
    assert world.became() == ["done record"]
    assert len(world.acknowledgements()) == 1
