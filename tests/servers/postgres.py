"""A private PostgreSQL for the tests: made by initdb in a fresh folder, on a Unix socket and a free loopback port.

PostgreSQL refuses to run as root, so it is run as the user `postgres` then. It is fast rather than safe (no fsync): what these tests
show is the schema and the SQL, not the disk.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from storage import open_storage

_HOMES = ("/usr/lib/postgresql", "/usr/pgsql", "/usr/local/pgsql", "/opt/homebrew/opt/postgresql")


@dataclass
class PostgresServer:
    """A server of our own; each call of `new_database` names a fresh, empty database."""

    programs: Path
    folder: Path
    port: int
    databases: int = 0
    pattern: str = ""  # the URL of the database that ready ones are copied from

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres:secret@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        return self._created("")

    def ready_database(self) -> str:
        """One that holds the newest schema, copied from one that was migrated once."""
        if not self.pattern:
            self.pattern = self.new_database()
            storage = open_storage(self.pattern)
            storage.migrate()
            storage.close()
        return self._created(f"TEMPLATE {self.pattern.rpartition('/')[2]}")

    def _created(self, how: str) -> str:
        self.databases += 1
        name = f"test_{self.databases}"
        with psycopg.connect(self._admin(), autocommit=True) as connection:
            # From 15 on the server would write all that it copies to its log first, which takes many times as long.
            copied = "STRATEGY FILE_COPY" if how and connection.info.server_version >= 150000 else ""
            connection.execute(f"CREATE DATABASE {name} {how} {copied}".encode())
        return self.url(name)

    def drop(self, url: str) -> None:
        """Takes a database away, whoever is still connected: its files need not reach the disk."""
        with psycopg.connect(self._admin(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)".encode())

    def make(self) -> None:
        password = self.folder / "password"
        password.write_text("secret")
        _hand_over(self.folder)
        self._run(
            "initdb",
            "-D",
            str(self.data),
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--no-locale",
            "-A",
            "scram-sha-256",
            f"--pwfile={password}",
            "--no-sync",
        )

    def start(self) -> None:
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} "
            "-c fsync=off -c shared_buffers=32MB -c max_connections=60"
        )
        log = str(self.folder / "log")
        self._run("pg_ctl", "start", "-w", "-D", str(self.data), "-o", options, "-l", log)

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(self.data))

    def _admin(self) -> str:
        return self.url("postgres").replace("+psycopg", "")

    def _run(self, program: str, *arguments: str) -> None:
        command = [*_as_postgres(), str(self.programs / program), *arguments]
        done = subprocess.run(command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        assert done.returncode == 0, done.stderr.decode()


def _programs() -> Path:
    found = sorted(path.parent for home in _HOMES for path in Path(home).glob("*/bin/initdb"))
    if found:
        return found[-1]
    known = shutil.which("initdb")
    assert known, "PostgreSQL is needed for these tests: apt-get install postgresql"
    return Path(known).parent


def _as_postgres() -> list[str]:
    if os.getuid() != 0:
        return []
    user = pwd.getpwnam("postgres")
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _hand_over(folder: Path) -> None:
    if os.getuid() == 0:
        user = pwd.getpwnam("postgres")
        for path in (folder, *folder.iterdir()):
            os.chown(path, user.pw_uid, user.pw_gid)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until_something_waits_for_a_lock(url: str) -> None:
    """Returns once a statement in this database waits for what another transaction holds."""
    until = time.monotonic() + 40
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as watcher:
        while time.monotonic() < until:
            row = watcher.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            ).fetchone()
            if row is not None and row[0]:
                return
            time.sleep(0.05)
    raise AssertionError("nothing came to wait for a lock")


@contextmanager
def running() -> Iterator[PostgresServer]:
    """A running server; ask it for a `new_database()`."""
    with tempfile.TemporaryDirectory(prefix="intake-pg-", ignore_cleanup_errors=True) as name:
        server = PostgresServer(_programs(), Path(name), _free_port())
        server.make()
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with running() as server:
        yield server


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """A server that a test may stop and start again."""
    with tempfile.TemporaryDirectory(prefix="intake-pg-", ignore_cleanup_errors=True) as name:
        server = PostgresServer(_programs(), Path(name), _free_port())
        server.make()
        server.start()
        yield server
        if (server.data / "postmaster.pid").exists():
            server.stop()
