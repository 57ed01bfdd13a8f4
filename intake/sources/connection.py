"""A signed-in connection to an IMAP server: TLS verified, every wait bounded, a dead peer noticed by the kernel as
well."""

import imaplib
import logging
import re
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import LoginError

from intake.errors import IntakeError, SettingsError, SignInRefused, Unreachable
from intake.settings import ImapSource, Settings
from intake.sources.oauth import AccessTokens
from intake.sources.source import TokenStore

# Below this level the library logs user names and every line of the protocol, customers' subjects among them.
logging.getLogger("imapclient").setLevel(logging.WARNING)

BROKEN = (OSError, imaplib.IMAP4.abort)
"""The link is of no use any more. (`abort` is an `IMAP4.error` too: catch these first.)"""
REFUSED = (imaplib.IMAP4.error, ValueError)
"""The server said NO or BAD, or something that cannot be understood; the link still stands."""

_CAUSES: tuple[tuple[type[Exception], str, str], ...] = (  # the first that fits
    (ssl.SSLCertVerificationError, "its certificate cannot be verified", "Correct host, or give its ca_file."),
    (ssl.SSLError, "TLS cannot be agreed on", "Check port and security: 993 is tls, 143 is starttls."),
    (socket.gaierror, "its name is not known", "Correct host, or check the name service."),
    (ConnectionRefusedError, "nothing listens there", "Check host and port, and that the server runs."),
    (TimeoutError, "it does not answer in time", "Check the network and firewalls; it is tried again by itself."),
    (OSError, "the connection broke", "Check the network; it is tried again by itself."),
    (imaplib.IMAP4.error, "it broke off the conversation", "Look into the server's log; it is tried again by itself."),
    (ValueError, "its answer cannot be understood", "Check that host and port belong to an IMAP server."),
)
_FOR_NOW = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]")  # RFC 5530: refused now, not for ever
_ADDRESS = re.compile(r"[^\s@<>\"']{1,80}@[^\s@<>\"']{1,120}")


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that each kind of waiting may last. A dead link is found within `renew` + `done` while idling."""

    connect: float = 15
    read: float = 60
    renew: float = 60  # IDLE is renewed after this long; RFC 2177 wants less than 29 minutes
    done: float = 15  # for the answer to DONE
    full_look: float = 6 * 3600  # between looks at the whole mailbox, should a server break its word about UIDs


def unreachable(where: str, error: Exception) -> Unreachable:
    """`where` begins the sentence: the source's name and its server."""
    for kind, what, remedy in _CAUSES:
        if isinstance(error, kind):
            return Unreachable(f"{where}: {what}{said(error)}.", remedy)
    raise error


def said(error: Exception) -> str:
    """What the server said, for a person: short, printable, without addresses. Empty for what is not the server's
    word."""
    if isinstance(error, OSError) or not error.args:
        return ""
    text = _ADDRESS.sub("<address>", str(error.args[0])[:300])
    return f" ({''.join(c if c.isprintable() else ' ' for c in text)[:200].rstrip(' .')})"


class Account:
    """One user at one server. Makes connections; keeps none."""

    def __init__(
        self, table: ImapSource, password: Callable[[], str], tokens: AccessTokens | None, ca_file: Path | None
    ) -> None:
        self._table, self._password, self._tokens, self._ca_file = table, password, tokens, ca_file
        self.where = f"{table.name} ({table.host}:{table.port})"

    @classmethod
    def of(cls, table: ImapSource, settings: Settings, store: TokenStore) -> "Account":
        """Raises SettingsError when a password or token cannot be had. A changed password file is noticed at the next
        sign-in."""
        tokens = None
        if table.auth == "oauth2" and table.oauth is not None:
            tokens = AccessTokens(table.oauth, table.name, settings.secret, store)
            settings.secret(table.oauth.refresh_token)
        else:
            settings.secret(table.password)
        ca_file = settings.path(table.ca_file) if table.ca_file else None
        return cls(table, lambda: settings.secret(table.password), tokens, ca_file)

    def connect(self, patience: Patience) -> IMAPClient:
        """Connected and signed in. Raises Unreachable or SignInRefused."""
        client: IMAPClient | None = None
        try:
            context = self._tls() if self._table.security != "none" else None
            client = self._open(context, patience)
            self._secure(client, context)
            self._sign_in(client)
            _introduce(client)
        except (*BROKEN, *REFUSED) as error:
            hang_up(client)
            raise unreachable(self.where, error) from error
        except IntakeError:
            hang_up(client)
            raise
        return client

    def _open(self, context: ssl.SSLContext | None, patience: Patience) -> IMAPClient:
        client = IMAPClient(
            self._table.host,
            self._table.port,
            ssl=self._table.security == "tls",
            ssl_context=context,
            timeout=SocketTimeout(patience.connect, patience.read),
        )
        client.normalise_times = False  # INTERNALDATE with its zone
        _keep_alive(client.socket())
        return client

    def _secure(self, client: IMAPClient, context: ssl.SSLContext | None) -> None:
        if self._table.security == "starttls":
            if not client.has_capability("STARTTLS"):  # and never go on in the clear
                raise Unreachable(f"{self.where}: the server offers no STARTTLS.", 'Use security = "tls" and its port.')
            client.starttls(context)

    def _tls(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=str(self._ca_file) if self._ca_file else None)
        except (OSError, ssl.SSLError) as error:
            cause = f"{self.where}: ca_file {self._ca_file} cannot be used."
            raise SettingsError(cause, "It must be a PEM file that this service may read.") from error

    def _sign_in(self, client: IMAPClient) -> None:
        try:
            if self._tokens is None:
                _with_password(client, self._table.user, self._password())
            else:
                _with_token(client, self._table.user, self._tokens)
        except LoginError as error:
            raise self._refusal(error) from error

    def _refusal(self, error: LoginError) -> Unreachable:
        # The library names a link that broke during sign-in a LoginError as well.
        if isinstance(error.__context__, imaplib.IMAP4.abort) or any(word in str(error) for word in _FOR_NOW):
            cause = f"{self.where}: sign-in is not possible now{said(error)}."
            return Unreachable(cause, "It is tried again by itself.")
        how = "user, and password or the provider's app password" if self._tokens is None else "user and scope"
        return SignInRefused(f"{self.where}: the server refuses the sign-in{said(error)}.", f"Check {how}.")


def _with_password(client: IMAPClient, user: str, password: str) -> None:
    if user.isascii() and password.isascii():
        client.login(user, password)
    else:
        client.plain_login(user, password)  # LOGIN knows no letters beyond ASCII; SASL PLAIN is UTF-8 (RFC 4616)


def _with_token(client: IMAPClient, user: str, tokens: AccessTokens) -> None:
    """A token may be withdrawn before its time: then once more, with a fresh one."""
    try:
        client.oauth2_login(user, tokens.token())
    except LoginError as error:
        if isinstance(error.__context__, imaplib.IMAP4.abort):
            raise
        tokens.forget()
        client.oauth2_login(user, tokens.token())


def _introduce(client: IMAPClient) -> None:
    """RFC 2971. NetEase (163, 126, yeah.net) opens no mailbox for clients that have not said who they are."""
    if client.has_capability("ID"):
        try:
            client.id_({"name": "complaint-intake", "version": "1"})
        except imaplib.IMAP4.abort:
            raise
        except REFUSED:
            return  # whoever advertises ID and refuses it does not need it


def _keep_alive(link: socket.socket) -> None:
    """The kernel asks a silent peer after 60 s, and gives up on one that does not confirm what was sent for 60 s."""
    options = (
        ("SO_KEEPALIVE", socket.SOL_SOCKET, 1),
        ("TCP_KEEPIDLE", socket.IPPROTO_TCP, 60),
        ("TCP_KEEPINTVL", socket.IPPROTO_TCP, 15),
        ("TCP_KEEPCNT", socket.IPPROTO_TCP, 4),
        ("TCP_USER_TIMEOUT", socket.IPPROTO_TCP, 60_000),
    )
    for name, level, value in options:
        if hasattr(socket, name):  # not every system has them all
            link.setsockopt(level, getattr(socket, name), value)


def hang_up(client: IMAPClient | None) -> None:
    """Closes the socket without a word: a LOGOUT on a dead link would wait for its answer."""
    if client is not None:
        try:
            client.shutdown()
        except (*BROKEN, *REFUSED):
            return  # it is closed already
