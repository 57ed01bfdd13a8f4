"""A mail server on a loopback port that keeps what it is given: aiosmtpd, in this process, in a thread of its own.

    with SmtpSink.running() as sink: … sink.sender() is the [sender] table for it, sink.received what came

A fault is any aiosmtpd handler (tests/faults/smtp_*.py); it stands before the keeping. TLS and STARTTLS use a certificate by an
authority made for the occasion (`sink.ca_file`).
"""

import contextlib
import datetime
import ipaddress
import ssl
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from intake.settings import SmtpSender
from tests.servers.dovecot import free_port

USER, PASSWORD, TOKEN = "intake", "secret", "ya29.good"
Security = Literal["tls", "starttls", "none"]


@dataclass(frozen=True, slots=True)
class Received:
    """A mail as the server took it: its envelope, the options of MAIL, and its bytes."""

    sender: str
    receivers: tuple[str, ...]
    options: tuple[str, ...]
    content: bytes


class Keeper:
    """The handler that keeps. A fault is a subclass that answers something else first."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.connections = 0

    async def handle_EHLO(  # noqa: N802  # aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return self.keep(envelope)

    def keep(self, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes) and envelope.mail_from is not None
        self.received.append(
            Received(envelope.mail_from, tuple(envelope.rcpt_tos), tuple(envelope.mail_options), content)
        )
        return f"250 2.0.0 queued as {len(self.received)}"

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        """One step, as the big providers do it; a wrong token gets a complaint in base64 first."""
        given = b64decode(args[1]).decode() if len(args) > 1 else ""
        if given == f"user={USER}\x01auth=Bearer {TOKEN}\x01\x01":
            return AuthResult(success=True, auth_data=USER)
        await server.challenge_auth('{"status":"401"}')
        return AuthResult(success=False, handled=False)


class SmtpSink:
    def __init__(self, keeper: Keeper, security: Security, controller: Controller, ca_file: str, auth: bool) -> None:
        self.keeper, self.security, self.ca_file, self._auth = keeper, security, ca_file, auth
        self.controller = controller
        self.port: int = controller.port

    @property
    def received(self) -> list[Received]:
        return self.keeper.received

    @property
    def messages(self) -> list[EmailMessage]:
        """What was received, parsed."""
        return [message_from_bytes(each.content, policy=default) for each in self.received]

    def sender(self, **more: Any) -> SmtpSender:
        """The table [sender] for this server."""
        table = {
            "kind": "smtp",
            "host": "127.0.0.1",
            "port": self.port,
            "security": self.security,
            "ca_file": self.ca_file,
            "timeout_seconds": 5,
        }
        if self._auth:
            table |= {"user": USER, "password": PASSWORD}
        return SmtpSender.model_validate(table | more)

    def stop(self) -> None:
        self.controller.stop(no_assert=True)

    @classmethod
    @contextlib.contextmanager
    def running(
        cls,
        keeper: Keeper | None = None,
        security: Security = "none",
        folder: Path | None = None,
        auth: bool = False,
        **options: Any,
    ) -> Iterator["SmtpSink"]:
        """`folder` takes the certificates where `security` is not "none". `options` are aiosmtpd's own."""
        kept = keeper or Keeper()
        options.setdefault("enable_SMTPUTF8", False)
        ca_file = ""
        if security != "none":
            assert folder is not None
            context = make_certificates(folder)
            ca_file = str(folder / "ca.pem")
            options |= (
                {"ssl_context": context} if security == "tls" else {"tls_context": context, "require_starttls": True}
            )
        if auth:
            options |= {"authenticator": _authenticate, "auth_required": True, "auth_require_tls": False}
        controller = Controller(kept, hostname="127.0.0.1", port=free_port(), **options)
        controller.start()
        sink = cls(kept, security, controller, ca_file, auth)
        try:
            yield sink
        finally:
            sink.stop()


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = getattr(data, "login", b"") == USER.encode() and getattr(data, "password", b"") == PASSWORD.encode()
    return AuthResult(success=right, handled=right)


def make_certificates(folder: Path) -> ssl.SSLContext:
    """An authority (ca.pem) and a certificate by it for 127.0.0.1, both for a day; the server's context."""
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())

    def certificate(subject: x509.Name, public: ec.EllipticCurvePublicKey, is_ca: bool) -> x509.Certificate:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(name).public_key(public)
        builder = builder.serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(
            now + datetime.timedelta(days=1)
        )
        builder = builder.add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        return (builder if is_ca else builder.add_extension(names, critical=False)).sign(ca_key, hashes.SHA256())

    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(certificate(name, ca_key.public_key(), True).public_bytes(pem))
    (folder / "server.pem").write_bytes(certificate(own, key.public_key(), False).public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.key").write_bytes(private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    return context
