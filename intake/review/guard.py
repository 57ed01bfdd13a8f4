"""Around every request: limits before it, safe headers behind it, one line of log, and a page for a fault of our own.

Nothing here reads what a page says: the log has a route's name, never an address with its query or a word of a mail.
"""

import secrets
import time
import traceback
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from intake.log import log

Fault = Callable[[Scope, int, str], Awaitable[tuple[str, bytes]]]  # (media type, body)

LARGEST_FORM = 1_000_000  # bytes; routes that take files have their own limit
LARGEST_UPLOAD = 60_000_000
_CLIENTS = 10_000  # whose requests are counted at once

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}


class TooLarge(HTTPException):
    """A body over its limit. The framework lets this kind of error through while it reads a form."""

    def __init__(self) -> None:
        super().__init__(413)


class Guard:
    """The outermost of the application's own layers. `fault` writes the page of a status, with the request's id."""

    def __init__(self, app: ASGIApp, fault: Fault, per_minute: int, secure: bool) -> None:
        self._app = app
        self._fault = fault
        self._rate = Rate(per_minute)
        self._headers = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
        if secure:
            self._headers.append((b"strict-transport-security", b"max-age=31536000"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        name, began, status = secrets.token_hex(4), time.perf_counter(), 0
        scope.setdefault("state", {})  # what routes note of the request, such as who sends it, is there for a fault too

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": self._safe(message.get("headers", []), scope)}
            await send(message)

        try:
            if not scope["path"].startswith("/static/") and not self._rate.allows(_client(scope), began):
                await self._end(scope, sending, 429, name)
            else:
                await self._app(scope, _limited(scope, receive), sending)
        except TooLarge:
            if not status:
                await self._end(scope, sending, 413, name)
        except Exception as error:  # noqa: BLE001 - whatever it is, the user gets a page, and the operator its id
            log().error("page_failed", id=name, kind=type(error).__name__, place=_place(error))
            if not status:
                await self._end(scope, sending, 500, name)
        finally:
            route = getattr(scope.get("route"), "name", "static" if scope["path"].startswith("/static/") else "none")
            spent = int((time.perf_counter() - began) * 1000)
            if route not in ("static", "live", "health"):
                log().info("page", id=name, method=scope["method"], route=route, status=status, ms=spent)

    def _safe(self, headers: Any, scope: Scope) -> list[tuple[bytes, bytes]]:
        """What the page set for itself stands; the rest is ours."""
        own = list(headers)
        known = {name.lower() for name, _ in own}
        return own + [(name, value) for name, value in self._headers if name not in known]

    async def _end(self, scope: Scope, send: Send, status: int, name: str) -> None:
        media_type, body = await self._fault(scope, status, name)
        headers = [(b"content-type", media_type.encode()), (b"content-length", str(len(body)).encode())]
        if status == 429:
            headers.append((b"retry-after", b"1"))  # seconds: the bucket fills evenly
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


class Rate:
    """Requests of one network address, each process for itself: a bucket that fills evenly."""

    def __init__(self, per_minute: int) -> None:
        self._most = float(per_minute)
        self._each = per_minute / 60
        self._known: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, client: str, at: float) -> bool:
        left, before = self._known.pop(client, (self._most, at))
        left = min(self._most, left + (at - before) * self._each)
        self._known[client] = (max(left - 1, 0.0), at)
        if len(self._known) > _CLIENTS:
            self._known.popitem(last=False)
        return left >= 1


def _client(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else "?"


def _limited(scope: Scope, receive: Receive) -> Receive:
    """The request's body, which ends with TooLarge where it goes over its limit."""
    headers: MutableMapping[bytes, bytes] = dict(scope.get("headers", []))
    upload = headers.get(b"content-type", b"").startswith(b"multipart/form-data")
    limit = LARGEST_UPLOAD if upload else LARGEST_FORM
    length = headers.get(b"content-length", b"0")
    taken = 0

    async def receiving() -> Message:
        nonlocal taken
        if length.isdigit() and int(length) > limit:
            raise TooLarge
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise TooLarge
        return message

    return receiving


def _place(error: BaseException) -> str:
    """Where the fault is: file, line and function, without a value of the request."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return ""
    last = frames[-1]
    return f"{last.filename.rsplit('/', 1)[-1]}:{last.lineno} {last.name}"
