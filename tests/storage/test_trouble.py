"""What goes wrong comes out as one clear line with its remedy: each with its real cause."""

import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from storage import StorageTrouble, open_storage
from tests.servers.postgres import PostgresServer
from tests.storage.samples import arrival

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("intake.db", "no database URL"),
        ("mysql://x/y", "begins with 'mysql'"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:////no/such/folder/intake.db", "does not exist"),
        ("postgresql+nosuchdriver://x/y", "begins with"),
    ],
)
def test_a_wrong_url_names_the_setting_and_what_to_write(url: str, words: str) -> None:
    with pytest.raises(StorageTrouble, match=words) as caught:
        open_storage(url)
    assert caught.value.remedy


def test_a_file_that_is_no_database_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "notes.db"
    file.write_bytes(b"Dear diary, " * 400)
    with pytest.raises(StorageTrouble, match="no SQLite database"):
        open_storage(f"sqlite:///{file}").migrate()
    assert file.read_bytes() == b"Dear diary, " * 400


def test_a_folder_in_place_of_the_file_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(StorageTrouble, match="cannot be opened"):
        open_storage(f"sqlite:///{tmp_path}").migrate()


def test_a_database_without_tables_asks_for_them(tmp_path: Path) -> None:
    with (
        pytest.raises(StorageTrouble, match="has not the tables"),
        open_storage(f"sqlite:///{tmp_path / 'x.db'}").unit() as work,
    ):
        work.arrivals.counts()


def test_a_locked_database_says_so(tmp_path: Path) -> None:
    opened = open_storage(f"sqlite:///{tmp_path / 'x.db'}", busy_seconds=0.2)
    opened.migrate()
    other = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageTrouble, match="locked by another process"):
        opened.unit().__enter__()
    other.close()
    with opened.unit() as work:
        assert work.arrivals.add([arrival()])
    opened.close()


FILL = """
import sys
from storage import StorageTrouble, open_storage
from tests.storage.samples import arrival
storage = open_storage(sys.argv[1])
try:
    for number in range(10_000):
        with storage.unit() as work:
            work.arrivals.add([arrival(str(number), subject="x" * 2000)])
            work.commit()
        print(number)
except StorageTrouble as trouble:
    print(trouble.cause, "|", trouble.remedy)
"""


def test_a_full_disk_says_so_and_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    """A limit on the size of a file stands in for a full disk: SQLite's write-ahead log cannot grow."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    opened = open_storage(url)
    opened.migrate()
    opened.close()
    done = subprocess.run(
        [sys.executable, "-c", FILL, url],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000)),
    )
    *committed, last = done.stdout.splitlines()
    assert "disk" in last
    assert "space" in last
    with open_storage(url).reading() as work:
        assert sum(work.arrivals.counts().values()) == len(committed) > 0


def test_a_stopped_server_says_so_and_is_found_again(own_postgres: PostgresServer) -> None:
    opened = open_storage(own_postgres.new_database())
    opened.migrate()
    own_postgres.stop()
    with pytest.raises(StorageTrouble, match="does not answer") as caught:
        opened.unit().__enter__()
    assert "Start it" in caught.value.remedy
    own_postgres.start()
    with opened.unit() as work:
        assert work.arrivals.add([arrival()])
        work.commit()
    opened.close()


def test_a_server_that_dies_within_a_transaction_keeps_nothing_of_it(own_postgres: PostgresServer) -> None:
    opened = open_storage(own_postgres.new_database())
    opened.migrate()
    with pytest.raises(StorageTrouble, match="does not answer"), opened.unit() as work:
        work.arrivals.add([arrival()])
        own_postgres.stop()
        work.commit()
    own_postgres.start()
    with opened.reading() as work:
        assert work.arrivals.counts() == {}
    opened.close()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("test_", "no_such_"), "no such database"),
        (("postgres:secret", "postgres:wrong"), "refused the user or the password"),
    ],
)
def test_a_wrong_database_or_password_says_which(postgres: PostgresServer, change: tuple[str, str], words: str) -> None:
    with pytest.raises(StorageTrouble, match=words) as caught:
        open_storage(postgres.new_database().replace(*change)).migrate()
    assert "secret" not in str(caught.value)
    assert "wrong" not in str(caught.value)


def test_no_value_of_a_statement_gets_into_the_trouble(tmp_path: Path) -> None:
    opened = open_storage(f"sqlite:///{tmp_path / 'x.db'}")
    with pytest.raises(StorageTrouble) as caught, opened.unit() as work:
        work.arrivals.with_message_id("<private@customer.example>")
    assert "private" not in str(caught.value)
