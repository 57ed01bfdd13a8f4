"""Letters by SMTP (RFC 5321), over connections that are kept between letters.

What can be said of a letter turns on one byte: before the final dot has gone out nothing was sent, whatever breaks;
after it only the server's answer tells.
"""

import smtplib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from intake.errors import IntakeError
from intake.replies.answers import is_sign_in, remedy_for, said
from intake.replies.outcome import Accepted, Deferred, InDoubt, Outcome, Refused, receivers_of, unsendable
from intake.replies.smtp_connection import Bearer, Connector, reason
from intake.replies.wire import ascii_domain, needs_utf8
from intake.settings import SmtpSender
from storage.records import Letter

_KEPT = 4  # idle connections at the most
_LETTERS = 100  # on one connection; many servers allow no more
_IDLE = 2.0  # seconds after which a connection is asked whether it lives
_PATIENCE = 10  # the final dot's answer may take so many timeouts: servers scan then (RFC 5321 §4.5.3.2.6: 10 minutes)


@dataclass(slots=True)
class _Session:
    smtp: smtplib.SMTP
    used_at: float  # monotonic seconds
    letters: int = 0


class _BrokenOffError(Exception):
    """The connection broke, or the server took its leave (421), before it was ready for the letter."""


class SmtpOutlet:
    """`address` is the envelope's sender; `secret` turns the settings' form of a password into the password."""

    def __init__(
        self, sender: SmtpSender, address: str, secret: Callable[[str], str], bearer: Bearer | None = None
    ) -> None:
        self._sender, self._address = sender, address
        self._connector = Connector(sender, address, secret, bearer)
        self._lock = threading.Lock()
        self._idle: list[_Session] = []

    def send(self, letter: Letter, wire: bytes) -> Outcome:
        if (refused := unsendable(letter)) is not None:
            return refused
        try:
            session = self._kept_session()
            if session is not None:
                try:
                    return self._hand_over(session, letter, wire)
                except _BrokenOffError:
                    self.close()  # its fellows are as old; nothing was sent, so a new connection may try
            return self._hand_over(self._opened(), letter, wire)
        except IntakeError as error:  # unreachable, refused to sign in, or no password to be had
            return Deferred(str(error), unreachable=True)
        except _BrokenOffError as error:
            return Deferred(f"The connection broke before the letter was sent: {error}.")

    def check(self) -> str:
        """Connects and signs in. Raises Unreachable, SignInRefused."""
        _quit(self._opened())
        return self._connector.described

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for session in idle:
            _quit(session)

    # ── connections ──

    def _opened(self) -> _Session:
        return _Session(self._connector.open(), time.monotonic())

    def _kept_session(self) -> _Session | None:
        """A connection that still lives; those that do not are put away."""
        while True:
            with self._lock:
                if not self._idle:
                    return None
                session = self._idle.pop()
            if session.letters < _LETTERS and (time.monotonic() - session.used_at < _IDLE or _lives(session.smtp)):
                return session
            _quit(session)

    def _keep(self, session: _Session) -> None:
        session.used_at = time.monotonic()
        session.letters += 1
        with self._lock:
            if len(self._idle) < _KEPT:
                self._idle.append(session)
                return
        _quit(session)

    # ── one letter ──

    def _hand_over(self, session: _Session, letter: Letter, wire: bytes) -> Outcome:
        """Sends a letter over a connection, which is kept where it is still good."""
        smtp = session.smtp
        try:
            outcome = self._envelope(smtp, letter, len(wire))
            if isinstance(outcome, str):
                outcome = self._data(smtp, wire, outcome)
            elif not _reset(smtp):
                smtp.close()
        except BaseException:
            smtp.close()
            raise
        if smtp.sock is None or isinstance(outcome, InDoubt):
            smtp.close()
        else:
            self._keep(session)
        return outcome

    def _envelope(self, smtp: smtplib.SMTP, letter: Letter, size: int) -> Outcome | str:
        """MAIL, RCPT and DATA. An outcome where the letter does not go, else a note on receivers not taken."""
        to, copies = receivers_of(letter)
        try:
            smtp.ehlo_or_helo_if_needed()
            options = self._options(smtp, (*to, *copies, self._address), size)
            if isinstance(options, Refused):
                return options
            if (answer := _command(smtp, f"MAIL FROM:<{ascii_domain(self._address)}>{''.join(options)}"))[0] != 250:
                return _turned_down(*answer, "MAIL")
            answers = [_command(smtp, f"RCPT TO:<{ascii_domain(address)}>") for address in to]
            if (outcome := _of_receivers(answers)) is not None:
                return outcome
            copied = [_command(smtp, f"RCPT TO:<{ascii_domain(address)}>") for address in copies]
            if (answer := _command(smtp, "DATA"))[0] != 354:
                return _turned_down(*answer, "DATA")
        except (OSError, smtplib.SMTPException) as error:
            raise _BrokenOffError(reason(error)) from error
        return _note([*answers, *copied])

    def _options(self, smtp: smtplib.SMTP, addresses: Sequence[str], size: int) -> list[str] | Refused:
        options = [f" SIZE={size}"] if smtp.has_extn("size") else []
        if not needs_utf8(addresses):
            return options
        if not smtp.has_extn("smtputf8"):
            return Refused(
                "The mail server cannot carry an address with characters beyond ASCII (SMTPUTF8).",
                "Ask the receiver for an address in ASCII.",
            )
        smtp.command_encoding = "utf-8"
        return [*options, " BODY=8BITMIME", " SMTPUTF8"]

    def _data(self, smtp: smtplib.SMTP, wire: bytes, note: str) -> Outcome:
        """The letter itself. Where sending breaks, the final dot has not gone out; after that only the answer tells."""
        try:
            smtp.send(_stuffed(wire))
        except (OSError, smtplib.SMTPException) as error:
            smtp.close()
            return Deferred(f"The connection broke while the letter was being sent: {reason(error)}.")
        try:
            if smtp.sock is not None:
                smtp.sock.settimeout(self._sender.timeout_seconds * _PATIENCE)
            code, text = smtp.getreply()
            if smtp.sock is not None:
                smtp.sock.settimeout(self._sender.timeout_seconds)
        except (OSError, smtplib.SMTPException) as error:
            return InDoubt(f"The connection broke before the server had answered to the whole letter: {reason(error)}.")
        if code == 421:
            smtp.close()
        return Accepted(said(code, text) + note) if code // 100 == 2 else _turned_down(code, text, "the letter")


# ── the dialogue ──

_Answer = tuple[int, bytes]


def _command(smtp: smtplib.SMTP, line: str) -> _Answer:
    code, text = smtp.docmd(line)
    if code == 421:
        raise _BrokenOffError(said(code, text))
    return code, text


def _turned_down(code: int, text: bytes, at: str) -> Outcome:
    """What a 4xx or 5xx answer means for the letter."""
    answer = f"{said(code, text)} (to {at})"
    if is_sign_in(code):
        return Deferred(answer, unreachable=True)
    return Refused(answer, remedy_for(code, text)) if code // 100 == 5 else Deferred(answer)


def _of_receivers(answers: Sequence[_Answer]) -> Outcome | None:
    """None where the letter may go: somebody takes it, and nobody asks to be tried later."""
    later = [answer for answer in answers if answer[0] // 100 not in (2, 5)]
    if later:
        return _turned_down(*later[0], "RCPT")
    return None if any(code // 100 == 2 for code, _ in answers) else _turned_down(*answers[0], "RCPT")


def _note(answers: Sequence[_Answer]) -> str:
    """What to add to the server's answer where some receivers were not taken."""
    lost = [said(code, text) for code, text in answers if code // 100 != 2]
    return f"; {len(lost)} of {len(answers)} receivers not taken: {lost[0]}" if lost else ""


def _stuffed(wire: bytes) -> bytes:
    """RFC 5321 §4.5.2: a dot at the start of a line is doubled; then the final dot."""
    body = wire if wire.endswith(b"\r\n") else wire + b"\r\n"
    body = body.replace(b"\r\n.", b"\r\n..")
    return (b"." + body if body.startswith(b".") else body) + b".\r\n"


def _lives(smtp: smtplib.SMTP) -> bool:
    try:
        return smtp.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _reset(smtp: smtplib.SMTP) -> bool:
    try:
        return smtp.rset()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _quit(session: _Session) -> None:
    try:
        session.smtp.quit()
    except (OSError, smtplib.SMTPException):
        session.smtp.close()
