"""A connection to the mail server: reached, made safe, signed in.

With `starttls` nothing is said in the clear but the wish to encrypt; a server that offers no encryption is not used.
"""

import smtplib
import socket
import ssl
from collections.abc import Callable
from typing import Protocol

from intake.errors import SignInRefused, Unreachable
from intake.replies.answers import said
from intake.replies.wire import ascii_domain
from intake.settings import SmtpSender


class Bearer(Protocol):
    """Access tokens for XOAUTH2. `forget`: the server refused the last one before its time."""

    def token(self) -> str: ...

    def forget(self) -> None: ...


class _XOAuth2:
    """The first answer carries the token; a challenge after it is the server's complaint, answered by nothing."""

    def __init__(self, user: str, token: str) -> None:
        self._first = f"user={user}\x01auth=Bearer {token}\x01\x01"

    def __call__(self, challenge: bytes | None = None, /) -> str:
        return self._first if challenge is None else ""


class Connector:
    """Opens connections to the server of `[sender]`. `address` is ours; `secret` reads the password.

    Raises ssl.SSLError where `ca_file` holds no certificate.
    """

    def __init__(
        self, sender: SmtpSender, address: str, secret: Callable[[str], str], bearer: Bearer | None = None
    ) -> None:
        self._sender, self._address, self._secret, self._bearer = sender, address, secret, bearer
        self._tls = ssl.create_default_context(cafile=sender.ca_file or None)

    @property
    def place(self) -> str:
        return f"{self._sender.host}:{self._sender.port}"

    @property
    def described(self) -> str:
        who = f"signed in as {self._sender.user}" if self._sender.user else "without signing in"
        return f"{self.place}, {self._sender.security}, {who}"

    def open(self) -> smtplib.SMTP:
        """A connection that is ready for MAIL. Raises Unreachable, SignInRefused."""
        try:
            smtp = self._connected()
        except ssl.SSLCertVerificationError as error:
            raise Unreachable(
                f"{self.place}: its certificate is not trusted: {error.verify_message}.",
                "Correct the host's name, or name the authority's certificate in [sender] ca_file.",
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(
                f"{self.place} cannot be reached: {reason(error)}.", "Check host, port and security in [sender]."
            ) from error
        try:
            self._sign_in(smtp)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _connected(self) -> smtplib.SMTP:
        sender = self._sender
        name = ascii_domain(self._address).rpartition("@")[2]
        if sender.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                sender.host, sender.port, local_hostname=name, timeout=sender.timeout_seconds, context=self._tls
            )
        else:
            smtp = smtplib.SMTP(sender.host, sender.port, local_hostname=name, timeout=sender.timeout_seconds)
        try:
            if smtp.sock is not None:
                smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            smtp.ehlo_or_helo_if_needed()
            if sender.security == "starttls":
                smtp.starttls(context=self._tls)  # raises where the server offers none: never in the clear
                smtp.ehlo()
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _sign_in(self, smtp: smtplib.SMTP) -> None:
        if not self._sender.user:
            return
        try:
            self._authenticate(smtp)
        except smtplib.SMTPAuthenticationError as error:
            answer = said(error.smtp_code, error.smtp_error)
            if 400 <= error.smtp_code < 500:
                raise Unreachable(f"{self.place} lets nobody sign in now: {answer}.", "It is tried again.") from error
            raise SignInRefused(
                f"{self.place} refuses to let {self._sender.user} sign in: {answer}.",
                "Correct user and password (or the token) in [sender].",
            ) from error
        except smtplib.SMTPNotSupportedError as error:
            raise SignInRefused(
                f"{self.place} offers no way to sign in that we know.", "Check security and port in [sender]."
            ) from error
        except UnicodeError as error:
            raise SignInRefused(
                f"{self.place}: user or password has a character beyond ASCII.", "Choose a password in ASCII."
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(
                f"{self.place} broke off while we signed in: {reason(error)}.", "It is tried again."
            ) from error

    def _authenticate(self, smtp: smtplib.SMTP) -> None:
        if self._sender.auth == "password":
            smtp.login(self._sender.user, self._secret(self._sender.password))
            return
        if self._bearer is None:
            raise SignInRefused(f"{self.place}: there is no token to sign in with.", "Fill in [sender.oauth].")
        try:
            smtp.auth("XOAUTH2", _XOAuth2(self._sender.user, self._bearer.token()))
        except smtplib.SMTPAuthenticationError:
            self._bearer.forget()  # it may have been withdrawn before its time
            smtp.auth("XOAUTH2", _XOAuth2(self._sender.user, self._bearer.token()))


def reason(error: BaseException) -> str:
    """What broke, in a word or two, without anything that the letter holds."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, smtplib.SMTPResponseException):
        return said(error.smtp_code, error.smtp_error)
    text = getattr(error, "strerror", None) or str(error)
    return str(text)[:200].rstrip(".") or type(error).__name__
