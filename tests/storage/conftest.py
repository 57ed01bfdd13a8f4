"""Every test that takes `storage` runs on both databases, each on a fresh one that holds the newest schema."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Storage, open_storage
from tests.servers.databases import ready_sqlite
from tests.servers.postgres import PostgresServer, own_postgres, postgres

__all__ = ["own_postgres", "postgres"]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield ready_sqlite(tmp_path / "intake.db")
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    new = server.ready_database()
    yield new
    server.drop(new)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'intake.db'}"
    new: str = request.getfixturevalue("postgres").new_database()
    return new


@pytest.fixture
def storage(url: str) -> Iterator[Storage]:
    opened = open_storage(url)
    yield opened
    opened.close()
