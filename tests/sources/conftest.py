"""One Dovecot for all tests of the sources; each test has accounts of its own."""

import json
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from intake.settings import ImapSource, OAuth
from intake.sources.connection import Account, Patience
from intake.sources.imap import ImapMailbox
from intake.sources.oauth import AccessTokens
from intake.sources.source import Incoming, Source, SourceMark
from tests.servers.dovecot import Dovecot

LIMIT = 1_000_000
HASTE = Patience(connect=1, read=1, renew=0.5, done=0.5)


class TokenServer:
    """A provider's token endpoint, and the place where Dovecot asks whose an access token is."""

    def __init__(self) -> None:
        self.refresh_token = "first-refresh"
        self.rotates = False
        self.refusal: tuple[int, str] | None = None
        self.tokens: dict[str, str] = {}  # access token → user
        self.user = ""
        self.forms: list[dict[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, form: dict[str, str]) -> tuple[int, str]:
        self.forms.append(form)
        if self.refusal:
            return self.refusal
        if form.get("refresh_token") != self.refresh_token:
            return 400, json.dumps({"error": "invalid_grant"})
        token = f"access-{len(self.forms)}"
        self.tokens[token] = self.user
        body: dict[str, object] = {"access_token": token, "expires_in": 3600, "token_type": "Bearer"}
        if self.rotates:
            self.refresh_token = f"refresh-{len(self.forms)}"
            body["refresh_token"] = self.refresh_token
        return 200, json.dumps(body)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                fields = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self._say(*outer.answer({name: values[0] for name, values in fields.items()}))

            def do_GET(self) -> None:
                token = parse_qs(urlsplit(self.path).query).get("access_token", [""])[0]
                user = outer.tokens.get(token)
                self._say(
                    *((200, json.dumps({"email": user})) if user else (401, json.dumps({"error": "invalid_token"})))
                )

            def _say(self, status: int, body: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, format: str, *args: object) -> None:
                """The tests look at what was asked, not at a log."""

        return Handler


class Tokens:
    """A TokenStore in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self.kept.get(name)

    def put(self, name: str, token: str) -> None:
        self.kept[name] = token


class Keeper:
    """What the poller and its database do: keep a group, then have it marked, and remember how far it came."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.mails: list[Incoming] = []
        self.mark = SourceMark()
        self.asked = 0

    def known(self, source: str, keys: Sequence[str]) -> set[str]:
        assert source == self.source.name
        self.asked += len(keys)
        return {mail.key for mail in self.mails} & set(keys)

    def poll(self) -> list[Incoming]:
        """One pass; returns what it brought."""
        before = len(self.mails)
        try:
            for group in self.source.new(self.known, self.mark):
                assert 1 <= len(group) <= 50
                assert not {mail.key for mail in group} & {mail.key for mail in self.mails}, "taken twice"
                self.mails += group
                self.source.mark_taken(group)
        finally:
            self.mark = self.source.mark
        return self.mails[before:]

    def subjects(self) -> list[str]:
        return [subject(mail) for mail in self.poll()]


def mail(text: str, body: str = "三台机壳划伤。", message_id: str = "") -> bytes:
    identity = f"Message-ID: <{message_id}>\r\n" if message_id else ""
    return f"From: a@example.net\r\nSubject: {text}\r\n{identity}\r\n{body}\r\n".encode()


def subject(incoming: Incoming) -> str:
    line = next(line for line in incoming.raw.splitlines() if line.lower().startswith(b"subject:"))
    return line[8:].decode().strip()


@pytest.fixture(scope="session")
def token_server() -> Iterator[TokenServer]:
    server = TokenServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def dovecot(token_server: TokenServer) -> Iterator[Dovecot]:
    with Dovecot.running(f"{token_server.url}/tokeninfo?access_token=") as server:
        yield server


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    return dovecot.user()


def settings_table(server: Dovecot, user: str, **changes: object) -> ImapSource:
    given = {
        "name": "complaints",
        "kind": "imap",
        "host": server.host,
        "port": server.port,
        "security": "none",
        "user": user,
        "password": server.password,
        **changes,
    }
    return ImapSource.model_validate(given)


def open_mailbox(
    server: Dovecot,
    user: str,
    mailbox: str = "INBOX",
    patience: Patience = HASTE,
    limit: int = LIMIT,
    tokens: Tokens | None = None,
    **changes: Any,
) -> ImapMailbox:
    """`changes` are keys of the settings table."""
    table = settings_table(server, user, mailbox=mailbox, **changes)
    access = None
    if isinstance(table.oauth, OAuth):
        access = AccessTokens(table.oauth, table.name, str, tokens or Tokens())
    ca_file = server.ca_file if table.ca_file else None
    return ImapMailbox(table, mailbox, Account(table, lambda: table.password, access, ca_file), limit, patience)
