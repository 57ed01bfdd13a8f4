"""A message to its receiver: one POST, bounded in time and in what is read of the answer.

Redirects are not followed, no proxy of the environment is used. The receiver's name is resolved here, and each address
is looked at before it is connected to: what the settings do not allow is never reached, whatever a name server says.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpcore

from intake.errors import SettingsError, Unreachable
from intake.settings import LOOPBACK, Webhook
from intake.webhooks.signing import signed

LARGEST_ANSWER = 64_000  # bytes that are read of an answer, and thrown away
_GONE = 410
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Answer:
    """`taken`: answered with 2xx. `gone`: the receiver wants no more. `line` says what it was, without its words."""

    taken: bool
    line: str
    gone: bool = False


class Refused(Exception):
    """An address that the settings do not allow."""


_TROUBLES = (Refused, httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)


class Receiver:
    """One receiver, used by one thread at a time. Its connection is kept for the next message."""

    def __init__(self, webhook: Webhook, key: bytes, ca_file: str | None = None) -> None:
        """SettingsError where the file of authorities cannot be read."""
        self._webhook = webhook
        self._key = key
        private = webhook.private or (urlsplit(webhook.url).hostname or "") in LOOPBACK
        self._net = _Net(private)
        try:
            context = ssl.create_default_context(cafile=ca_file)
        except (OSError, ssl.SSLError) as error:
            raise SettingsError(
                f"The file {ca_file} of the webhook {webhook.name!r} holds no certificates.", "Name a PEM file."
            ) from error
        self._pool = httpcore.ConnectionPool(
            ssl_context=context, max_connections=1, keepalive_expiry=30, retries=0, network_backend=self._net
        )

    @property
    def name(self) -> str:
        return self._webhook.name

    def post(self, message: str, body: bytes, at: int) -> Answer:
        """Sends a message; `at` is now, in seconds. Whatever goes wrong is an answer."""
        self._net.until = time.monotonic() + self._webhook.timeout_seconds
        headers = {
            "content-type": "application/json",
            "user-agent": "complaint-intake",
            **signed(self._key, message, at, body),
        }
        pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
        try:
            with self._pool.stream("POST", self._webhook.url, headers=pairs, content=body) as answer:
                self._read(answer.iter_stream())
                status = answer.status
        except _TROUBLES as error:
            return Answer(False, self._said(error))
        return Answer(200 <= status < 300, f"HTTP {status}", status == _GONE)

    def _read(self, parts: Iterable[bytes]) -> None:
        """A short answer is read to its end, so that the connection can be used again; a long one is left."""
        size = 0
        for part in parts:
            size += len(part)
            if size > LARGEST_ANSWER:
                return

    def check(self) -> str:
        """Whether its host can be connected to, with TLS where that is asked for. Unreachable where it cannot."""
        self._net.until = time.monotonic() + self._webhook.timeout_seconds
        try:
            with self._pool.stream("OPTIONS", self._webhook.url) as answer:
                return f"{self._webhook.url} answers ({answer.status})"
        except _TROUBLES as error:
            raise Unreachable(
                f"The receiver of the webhook {self.name!r} cannot be reached: {self._said(error)}.",
                "Check its address, and that this machine may reach it.",
            ) from error

    def _said(self, error: Exception) -> str:
        if isinstance(error, Refused):
            return str(error)
        if isinstance(error, httpcore.TimeoutException):
            return f"no answer within {self._webhook.timeout_seconds:g} s"
        if isinstance(error, httpcore.ConnectError):
            return f"no connection ({_why(error)})"
        return f"the connection broke ({type(error).__name__})"

    def close(self) -> None:
        self._pool.close()


def _why(error: Exception) -> str:
    """In our words: a driver's message may hold anything."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            return "TLS failed"
        if isinstance(cause, socket.gaierror):
            return "its name is not known"
        if isinstance(cause, ConnectionRefusedError):
            return "refused"
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__


def allowed(address: _Address, private: bool) -> bool:
    """Public addresses always; private and loopback ones where the operator says so; what is none of a host never."""
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped if mapped is not None else address
    if address.is_multicast or address.is_unspecified or address.is_link_local:
        return False
    return address.is_global or (private and (address.is_private or address.is_loopback))


class _Net(httpcore.NetworkBackend):
    """Resolves, looks, connects; every wait on the line ends at `until`."""

    def __init__(self, private: bool) -> None:
        self.until = 0.0
        self._private = private
        self._below = httpcore.SyncBackend()

    def left(self) -> float:
        """Seconds that are left; a timeout is raised where none are."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            raise httpcore.ConnectError from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        may = [one for one in addresses if allowed(ipaddress.ip_address(one.partition("%")[0]), self._private)]
        if not may:
            raise Refused("its address is of a private network: set `private = true` where that is meant")
        for last, address in enumerate(may, 1):
            try:
                return _Stream(self, self._below.connect_tcp(address, port, self.left(), local_address, socket_options))
            except httpcore.ConnectError:
                if last == len(may):
                    raise
        raise httpcore.ConnectError


class _Stream(httpcore.NetworkStream):
    """A connection whose every step has only what is left of the message's time."""

    def __init__(self, net: _Net, below: httpcore.NetworkStream) -> None:
        self._net = net
        self._below = below

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._below.read(max_bytes, self._net.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._below.write(buffer, self._net.left())

    def close(self) -> None:
        self._below.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._net, self._below.start_tls(ssl_context, server_hostname, self._net.left()))

    def get_extra_info(self, info: str) -> Any:
        return self._below.get_extra_info(info)
