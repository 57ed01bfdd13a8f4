"""Signing in: TLS that is verified, passwords, tokens, and words that say what to do. (Trap 11.)"""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from intake.errors import IntakeError, SettingsError, SignInRefused, Unreachable
from intake.settings import OAuth, Settings
from intake.sources import open_sources
from intake.sources.oauth import AccessTokens
from tests.faults.imap_proxy import ImapProxy, refuses
from tests.servers.dovecot import Dovecot, free_port
from tests.sources.conftest import Keeper, Tokens, TokenServer, mail, open_mailbox, settings_table


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_our_own_authority_is_believed(dovecot: Dovecot, user: str, security: str) -> None:
    dovecot.append(user, mail("in secret"))
    port = dovecot.tls_port if security == "tls" else dovecot.port
    keeper = Keeper(open_mailbox(dovecot, user, port=port, security=security, ca_file="ca.pem", host="localhost"))
    assert keeper.subjects() == ["in secret"]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_an_unknown_authority_is_not(dovecot: Dovecot, user: str, security: str) -> None:
    port = dovecot.tls_port if security == "tls" else dovecot.port
    with pytest.raises(Unreachable, match="certificate cannot be verified") as caught:
        open_mailbox(dovecot, user, port=port, security=security).check()
    assert "ca_file" in caught.value.remedy


def test_without_starttls_nothing_is_said_in_the_clear(dovecot: Dovecot, user: str) -> None:
    with ImapProxy.before(dovecot.port, hidden=("STARTTLS",)) as proxy:
        with pytest.raises(Unreachable, match="offers no STARTTLS"):
            open_mailbox(dovecot, user, port=proxy.port, security="starttls").check()
        assert proxy.sent("LOGIN") == proxy.sent("AUTHENTICATE") == 0


@pytest.mark.parametrize(
    ("changes", "kind", "words"),
    [
        ({"password": "wrong"}, SignInRefused, "refuses the sign-in"),
        ({"password": "错误的密码"}, SignInRefused, "refuses the sign-in"),
        ({"host": "no-such-host.invalid"}, Unreachable, "name is not known"),
        ({"security": "tls"}, Unreachable, "TLS cannot be agreed on"),
    ],
    ids=["password", "password-beyond-ascii", "host", "port-without-tls"],
)
def test_what_is_wrong_is_named(
    dovecot: Dovecot, user: str, changes: dict[str, Any], kind: type[IntakeError], words: str
) -> None:
    with pytest.raises(IntakeError, match=words) as caught:
        open_mailbox(dovecot, user, **changes).check()
    assert type(caught.value) is kind
    assert caught.value.remedy
    assert user not in str(caught.value), "no addresses in logs"


def test_a_closed_port_is_named(dovecot: Dovecot, user: str) -> None:
    with pytest.raises(Unreachable, match="nothing listens there"):
        open_mailbox(dovecot, user, port=free_port()).check()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [("NO [AUTHENTICATIONFAILED] no", SignInRefused), ("NO [UNAVAILABLE] later", Unreachable), ("", Unreachable)],
    ids=["refused", "for-now", "cut"],
)
def test_only_a_real_refusal_of_the_sign_in_is_called_one(
    dovecot: Dovecot, user: str, answer: str, kind: type[IntakeError]
) -> None:
    cut = refuses("LOGIN", answer) if answer else lambda line: b"" if b"LOGIN" in line else None
    with ImapProxy.before(dovecot.port, cut) as proxy:
        with pytest.raises(Unreachable) as caught:
            open_mailbox(dovecot, user, port=proxy.port).check()
        assert type(caught.value) is kind


def test_addresses_in_the_servers_words_are_left_out(dovecot: Dovecot, user: str) -> None:
    refusal = refuses("LOGIN", "NO li.ming@example.net is not known here")
    with (
        ImapProxy.before(dovecot.port, refusal) as proxy,
        pytest.raises(SignInRefused, match="<address> is not") as caught,
    ):
        open_mailbox(dovecot, user, port=proxy.port).check()
    assert "li.ming" not in str(caught.value)


def test_a_mailbox_that_is_not_there_is_named(dovecot: Dovecot, user: str) -> None:
    with pytest.raises(Unreachable, match="'投诉' cannot be opened"):
        open_mailbox(dovecot, user, "投诉").check()


def test_check_says_how_many_mails_lie_there(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, mail("one"))
    assert (
        open_mailbox(dovecot, user).check()
        == f"complaints (127.0.0.1:{dovecot.port}) INBOX: 1 mails, news at once (IDLE)"
    )
    with ImapProxy.before(dovecot.port, hidden=("IDLE",)) as proxy:
        assert open_mailbox(dovecot, user, port=proxy.port).check().endswith("looked at every 60 s")


def test_who_we_are_is_said_before_a_mailbox_is_opened(dovecot: Dovecot, user: str) -> None:
    """NetEase opens no mailbox otherwise; and a server that refuses to hear it is used all the same."""
    with ImapProxy.before(dovecot.port) as proxy:
        open_mailbox(dovecot, user, port=proxy.port).check()
        words = [line.split()[1] for line in proxy.lines]
        assert words.index(b"ID") < words.index(b"EXAMINE")
        proxy.fault = refuses("ID")
        open_mailbox(dovecot, user, port=proxy.port).check()


def test_no_log_holds_a_password_a_user_or_a_subject(
    dovecot: Dovecot, user: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    dovecot.append(user, mail("a subject for no log"))
    caplog.clear()
    source = open_mailbox(dovecot, user)
    assert len(Keeper(source).poll()) == 1
    source.close()
    assert all(word not in caplog.text for word in (user, dovecot.password, "a subject"))


def oauth(server: TokenServer, **changes: str) -> dict[str, str]:
    return {
        "token_url": f"{server.url}/token",
        "client_id": "us",
        "client_secret": "sure",
        "refresh_token": "first-refresh",
        **changes,
    }


@pytest.fixture
def provider(token_server: TokenServer, user: str) -> TokenServer:
    token_server.refresh_token, token_server.rotates, token_server.refusal = "first-refresh", False, None
    token_server.user = user
    token_server.forms.clear()
    token_server.tokens.clear()
    return token_server


def test_xoauth2_opens_the_mailbox(dovecot: Dovecot, user: str, provider: TokenServer) -> None:
    dovecot.append(user, mail("by token"))
    keeper = Keeper(open_mailbox(dovecot, user, auth="oauth2", oauth=oauth(provider, scope="imap offline_access")))
    assert keeper.subjects() == ["by token"]
    assert provider.forms == [
        {
            "grant_type": "refresh_token",
            "refresh_token": "first-refresh",
            "client_id": "us",
            "client_secret": "sure",
            "scope": "imap offline_access",
        }
    ]


def test_an_access_token_is_used_until_the_server_refuses_it(
    dovecot: Dovecot, user: str, provider: TokenServer
) -> None:
    source = open_mailbox(dovecot, user, auth="oauth2", oauth=oauth(provider))
    source.check()
    source.close()
    source.check()
    assert len(provider.forms) == 1
    source.close()
    provider.tokens.clear()  # withdrawn before its time
    source.check()
    assert len(provider.forms) == 2


def test_trap_11_a_refused_refresh_token_is_an_alarm_at_the_first_poll(
    dovecot: Dovecot, user: str, provider: TokenServer
) -> None:
    provider.refresh_token = "another"
    with pytest.raises(SignInRefused, match="expired or was withdrawn") as caught:
        Keeper(open_mailbox(dovecot, user, auth="oauth2", oauth=oauth(provider))).poll()
    assert "new refresh token" in caught.value.remedy


def test_trap_11_a_rotated_refresh_token_is_kept_and_used(dovecot: Dovecot, user: str, provider: TokenServer) -> None:
    provider.rotates = True
    tokens = Tokens()
    for _ in range(3):  # three starts of the service
        source = open_mailbox(dovecot, user, auth="oauth2", oauth=oauth(provider), tokens=tokens)
        source.check()
        source.close()
    assert [form["refresh_token"] for form in provider.forms] == ["first-refresh", "refresh-1", "refresh-2"]
    assert list(tokens.kept.values()) == ["refresh-3"]


def test_trap_11_a_new_token_in_the_settings_replaces_the_rotated_one(
    dovecot: Dovecot, user: str, provider: TokenServer
) -> None:
    provider.rotates = True
    tokens = Tokens()
    open_mailbox(dovecot, user, auth="oauth2", oauth=oauth(provider), tokens=tokens).check()
    provider.refresh_token = "signed-in-again"  # the old chain is dead
    again = oauth(provider, refresh_token="signed-in-again")
    open_mailbox(dovecot, user, auth="oauth2", oauth=again, tokens=tokens).check()
    assert provider.forms[-1]["refresh_token"] == "signed-in-again"


def test_a_token_that_another_process_rotated_meanwhile_is_read_again(provider: TokenServer) -> None:
    """Between our reading of the store and our asking, the other process asked."""

    class Racing(Tokens):
        def __init__(self) -> None:
            super().__init__()
            self.reads = 0

        def get(self, name: str) -> str | None:
            self.reads += 1
            if self.reads == 2:
                self.kept[name] = "of-the-other"
            return super().get(name)

    provider.refresh_token = "of-the-other"
    table = OAuth.model_validate(oauth(provider))
    assert AccessTokens(table, "complaints", str, Racing()).token() == "access-2"


@pytest.mark.parametrize(
    ("refusal", "kind", "words"),
    [
        ((400, json.dumps({"error": "invalid_client"})), SignInRefused, "client secret"),
        ((401, json.dumps({"error": "unheard_of"})), SignInRefused, "unheard_of"),
        ((503, "busy"), Unreachable, "HTTP 503"),
        ((429, json.dumps({"error": "slow_down"})), Unreachable, "HTTP 429"),
        ((200, "<html>a proxy's page</html>"), Unreachable, "no JSON"),
        ((200, json.dumps({"token_type": "Bearer"})), Unreachable, "without a usable access token"),
        ((200, json.dumps({"access_token": "a\u0001auth=evil"})), Unreachable, "without a usable access token"),
    ],
)
def test_what_the_token_endpoint_says_is_told_apart(
    provider: TokenServer, refusal: tuple[int, str], kind: type[IntakeError], words: str
) -> None:
    provider.refusal = refusal
    with pytest.raises(Unreachable, match=words) as caught:
        AccessTokens(OAuth.model_validate(oauth(provider)), "complaints", str, Tokens()).token()
    assert type(caught.value) is kind
    assert "first-refresh" not in str(caught.value)


def test_a_token_endpoint_that_is_down_is_no_refusal(provider: TokenServer) -> None:
    table = OAuth.model_validate(oauth(provider, token_url=f"http://127.0.0.1:{free_port()}/token"))
    with pytest.raises(Unreachable, match="ConnectError") as caught:
        AccessTokens(table, "complaints", str, Tokens()).token()
    assert type(caught.value) is Unreachable


def test_secrets_do_not_go_to_a_token_endpoint_without_tls(provider: TokenServer) -> None:
    table = OAuth.model_validate(oauth(provider, token_url="http://login.example.com/token"))
    with pytest.raises(SettingsError, match="https"):
        AccessTokens(table, "complaints", str, Tokens())


def test_open_sources_makes_one_source_per_mailbox_and_finds_missing_secrets(dovecot: Dovecot, tmp_path: Path) -> None:
    table = settings_table(dovecot, "u", mailbox=["INBOX", "投诉/2026"]).model_dump()
    base = {
        "company": {"name": "n", "address": "a@example.com"},
        "sender": {"kind": "maildir", "path": "out"},
        "folder": tmp_path,
    }
    settings = Settings.model_validate(
        {
            **base,
            "sources": [
                table,
                {"name": "local", "kind": "maildir", "path": "mail"},
                {"name": "fax", "kind": "folder", "path": "fax"},
            ],
        }
    )
    assert [source.name for source in open_sources(settings, Tokens())] == [
        "complaints/INBOX",
        "complaints/投诉/2026",
        "local",
        "fax",
    ]
    (tmp_path / "password").write_text("secret\n")
    open_sources(Settings.model_validate({**base, "sources": [{**table, "password": "file:password"}]}), Tokens())
    with pytest.raises(SettingsError, match="cannot be read"):
        open_sources(Settings.model_validate({**base, "sources": [{**table, "password": "file:none"}]}), Tokens())
