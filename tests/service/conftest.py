"""A whole site on real servers: Dovecot, an SMTP server, SQLite or PostgreSQL, and the `intake` command."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers.dovecot import Dovecot
from tests.servers.site import Site
from tests.servers.smtp import SmtpSink


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot.running() as server:
        yield server


@pytest.fixture
def smtp() -> Iterator[SmtpSink]:
    with SmtpSink.running() as sink:
        yield sink


@pytest.fixture
def account(dovecot: Dovecot) -> str:
    return dovecot.user()


@pytest.fixture
def site(tmp_path: Path, dovecot: Dovecot, account: str, smtp: SmtpSink) -> Site:
    """A site with one mailbox and one mail server, people entered, nothing waiting."""
    return make_site(tmp_path / "site", dovecot, account, smtp)


def make_site(folder: Path, dovecot: Dovecot, account: str, smtp: SmtpSink, **more: Any) -> Site:
    made = Site(folder, imap_source(dovecot, account), smtp_sender(smtp), **more)
    made.write()
    return made


def imap_source(dovecot: Dovecot, account: str) -> str:
    return (
        f'[[sources]]\nname = "complaints"\nkind = "imap"\nhost = "{dovecot.host}"\nport = {dovecot.port}\n'
        f'security = "none"\nuser = "{account}"\npassword = "{dovecot.password}"\n'
    )


def smtp_sender(smtp: SmtpSink) -> str:
    return f'[sender]\nkind = "smtp"\nhost = "127.0.0.1"\nport = {smtp.port}\nsecurity = "none"\ntimeout_seconds = 5\n'


Lines = Callable[..., list[dict[str, Any]]]


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]
