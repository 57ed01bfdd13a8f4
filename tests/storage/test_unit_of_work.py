"""Nothing is kept without commit(); a joined transaction is its owner's; readers do not wait for a writer."""

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import Storage, StorageTrouble, open_storage
from tests.storage.samples import arrival


def _count(storage: Storage) -> int:
    with storage.reading() as work:
        return sum(work.arrivals.counts().values())


def test_leaving_without_commit_keeps_nothing(storage: Storage) -> None:
    with storage.unit() as work:
        work.arrivals.add([arrival()])
    assert _count(storage) == 0


def test_an_error_after_the_insert_keeps_nothing(storage: Storage) -> None:
    with pytest.raises(ZeroDivisionError), storage.unit() as work:
        work.arrivals.add([arrival()])
        work.arrivals.add([arrival(str(1 / 0))])
    assert _count(storage) == 0


def test_commit_keeps_it(storage: Storage) -> None:
    with storage.unit() as work:
        work.arrivals.add([arrival()])
        work.commit()
    assert _count(storage) == 1


def test_a_unit_commits_once(storage: Storage) -> None:
    with storage.unit() as work:
        work.commit()
        with pytest.raises(RuntimeError, match="over"):
            work.commit()


def test_a_joined_transaction_is_kept_or_dropped_by_its_owner(storage: Storage) -> None:
    for key, keep in (("1", False), ("2", True)):
        with Session(storage.engine) as session:
            with storage.unit_on(session) as work:
                work.arrivals.add([arrival(key)])
                work.commit()
            if keep:
                session.commit()
    with storage.reading() as work:
        assert [kept.key for kept in work.arrivals.listing()] == ["2"]


def test_a_reading_unit_cannot_write(storage: Storage) -> None:
    with pytest.raises(StorageTrouble, match="may not be written"), storage.reading() as work:
        work.arrivals.add([arrival()])
    with storage.unit() as work:
        work.arrivals.add([arrival()])
        work.commit()
    assert _count(storage) == 1


def test_a_reader_goes_on_while_a_writer_is_at_work(storage: Storage) -> None:
    with storage.unit() as work:
        work.arrivals.add([arrival()])
        assert _count(storage) == 0
        work.commit()
    assert _count(storage) == 1


WRITER = """
import sys
from storage import open_storage
from storage.records import Arrival
from tests.storage.samples import arrival
storage = open_storage(sys.argv[1])
for number in range(20):
    with storage.unit() as work:
        work.complaints.next_number("KS", "202611")
        work.arrivals.counts()
        work.arrivals.add([arrival(f"{sys.argv[2]}:{number}")])
        work.commit()
"""


def test_processes_that_read_and_write_at_once_do_not_deadlock(storage: Storage, url: str) -> None:
    root = Path(__file__).parents[2]
    children = [subprocess.Popen([sys.executable, "-c", WRITER, url, str(child)], cwd=root) for child in range(3)]
    assert [child.wait(60) for child in children] == [0, 0, 0]
    assert _count(storage) == 60
    with storage.unit() as work:
        assert work.complaints.next_number("KS", "202611") == "KS-202611-0061"


def test_sqlite_is_opened_durable_and_strict(tmp_path: Path) -> None:
    opened = open_storage(f"sqlite:///{tmp_path / 'x.db'}")
    with opened.engine.connect() as connection:
        pragmas = {
            name: connection.execute(sa.text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    opened.close()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}
