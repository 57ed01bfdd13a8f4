"""A receiver of webhooks on this machine: keeps what it is sent, and answers as a test wants it to."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Receiver:
    """`got` are (headers in lower case, body) in the order of arrival; `answer` may be set at any time."""

    port: int = 0
    scheme: str = "http"
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answer: Answer = field(default=lambda handler: status(204)(handler))

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/hook"


def status(code: int, body: bytes = b"", **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def silent(seconds: float) -> Answer:
    """Takes the message, and says nothing for so long."""
    return lambda handler: time.sleep(seconds)


def dripping(handler: BaseHTTPRequestHandler) -> None:
    """An answer that never ends: each byte comes in time, the whole does not."""
    for _ in range(100):
        try:
            handler.wfile.write(b"H")
            handler.wfile.flush()
        except OSError:
            return
        time.sleep(0.05)


def hanging_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def endless(handler: BaseHTTPRequestHandler) -> None:
    """200, with more than anybody wants to read."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(2000):
        try:
            handler.wfile.write(b"x" * 64_000)
        except OSError:
            return


@contextmanager
def receiver(certificates: Path | None = None) -> Iterator[Receiver]:
    """Listening on a port of its own; with a folder of `server.pem` and `server.key` by TLS."""
    made = Receiver(scheme="https" if certificates else "http")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            made.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            made.answer(self)

        def do_OPTIONS(self) -> None:
            status(405)(self)

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    if certificates is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates / "server.pem", certificates / "server.key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=60)
