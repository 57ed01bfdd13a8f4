"""A whole site on real servers: Dovecot, an SMTP server, SQLite or PostgreSQL, and the service in this process or by its command."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from intake import engine
from intake.runners.read import Reader
from parsers.limits import ReadLimits
from parsers.types import Ours
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import postgres
from tests.servers.site import Site
from tests.servers.smtp import SmtpSink
from tests.service.world import World, imap, smtp

__all__ = ["postgres"]

OURS = Ours(("苏州示例精密有限公司",), ("complaints@example.com", "quality@example.com"), ("example.com",))


@pytest.fixture(scope="session", autouse=True)
def prompt_queues() -> Iterator[None]:
    """Jobs are taken up ten times as soon as in a service that stays for months."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(engine, "QUEUES", {name: (at_once, 0.02) for name, (at_once, _) in engine.QUEUES.items()})
        yield


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot.running() as server:
        yield server


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink.running() as server:
        yield server


@pytest.fixture
def account(dovecot: Dovecot) -> str:
    return dovecot.user()


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """One for all tests: its child takes a second or two to start."""
    shared = Reader(OURS, ReadLimits(), 1)
    yield shared
    shared.close()


@pytest.fixture
def world(tmp_path: Path, dovecot: Dovecot, account: str, sink: SmtpSink, reader: Reader) -> World:
    return World(tmp_path / "site", dovecot, account, sink, reader)


@pytest.fixture
def site(tmp_path: Path, dovecot: Dovecot, account: str, sink: SmtpSink) -> Site:
    """The same, run from outside by the `intake` command."""
    made = Site(tmp_path / "site", imap(dovecot, account), smtp(sink.port))
    made.write()
    return made
