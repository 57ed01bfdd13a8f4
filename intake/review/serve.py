"""The site on its socket: a thread beside the service, or the whole of `intake review`."""

import socket
import threading
from types import TracebackType
from typing import Self

import httpx
import uvicorn
from fastapi import FastAPI

from intake.errors import Unreachable
from intake.settings import Review

HEALTHY = "ok\n"  # what `/health` says
_GRACE = 2  # seconds that open requests have when the site stops
_MOST_AT_ONCE = 600  # connections
_WAITING = 128  # connections that wait to be taken


class Web:
    """A listening site. Use as a context: leaving it stops listening. Unreachable where the address is taken."""

    def __init__(self, made: FastAPI, review: Review) -> None:
        host, _, port = review.listen.rpartition(":")
        self._socket = _bound(host.strip("[]"), int(port), review.listen)
        config = uvicorn.Config(
            made,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(review.proxies),
            forwarded_allow_ips=list(review.proxies),
            timeout_graceful_shutdown=_GRACE,
            limit_concurrency=_MOST_AT_ONCE,
            h11_max_incomplete_event_size=65_536,
            ws="none",
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="review", daemon=True)

    @property
    def port(self) -> int:
        found: int = self._socket.getsockname()[1]
        return found

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=_GRACE + 3)
        self._socket.close()


def may_listen(review: Review) -> None:
    """Unreachable where the address cannot be had, unless it is our own site that listens there."""
    host, _, port = review.listen.rpartition(":")
    try:
        _bound(host.strip("[]"), int(port), review.listen).close()
    except Unreachable:
        if not _is_ours(f"http://{review.listen}/health"):
            raise


def _is_ours(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).text == HEALTHY
    except httpx.HTTPError:
        return False


def _bound(host: str, port: int, listen: str) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        made = socket.socket(family, kind, protocol)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(_WAITING)  # at once: who comes before the server has started waits, and is not refused
    except OSError as error:
        raise Unreachable(
            f"The review site cannot listen on {listen}: {error.strerror}.", "Set another address at review.listen."
        ) from error
    return made
