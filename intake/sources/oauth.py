"""Access tokens for XOAUTH2: a refresh token is exchanged for them at the provider's token endpoint (RFC 6749 §6).

Providers may rotate the refresh token with any answer; the new one is saved before the access token is used, because
the old one may be worthless from then on. A refused refresh token is SignInRefused at once, at the first poll that
meets it.
"""

import hashlib
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx

from intake.errors import SettingsError, SignInRefused, Unreachable
from intake.settings import OAuth
from intake.sources.source import TokenStore

_EARLY = 60.0  # an access token is renewed this many seconds before its end
_LOOPBACK = ("127.0.0.1", "::1", "localhost")

_REFUSALS = {  # RFC 6749 §5.2 error code → what it means, what to do
    "invalid_grant": (
        "the refresh token has expired or was withdrawn",
        "Sign in at the provider again and put the new refresh token into the settings.",
    ),
    "invalid_client": ("the client id or client secret is wrong", "Correct client_id and client_secret."),
    "unauthorized_client": ("this client may not use refresh tokens", "Register the application for offline access."),
    "invalid_scope": ("the scope is not granted", "Correct scope, or have the provider's administrator grant it."),
}


class AccessTokens:
    """The access tokens of one account; shared by its mailboxes, and safe to use from several threads.

    `secret` turns the settings' env:, file: or literal form into the secret itself.
    """

    def __init__(
        self, oauth: OAuth, label: str, secret: Callable[[str], str], store: TokenStore, timeout: float = 20
    ) -> None:
        url = urlsplit(oauth.token_url)
        if url.scheme != "https" and url.hostname not in _LOOPBACK:
            raise SettingsError(f"{label}: token_url must begin with https://.", "Correct it: it carries secrets.")
        self._oauth, self._label, self._secret, self._store, self._timeout = oauth, label, secret, store, timeout
        self._lock = threading.Lock()
        self._token, self._good_until = "", 0.0

    def token(self) -> str:
        """An access token that still lives. Raises SignInRefused (for ever, until settings change) or Unreachable (for
        now)."""
        with self._lock:
            if time.monotonic() >= self._good_until:
                self._renew()
            return self._token

    def forget(self) -> None:
        """The server refused the token before its time: the next one is a fresh one."""
        with self._lock:
            self._good_until = 0.0

    def _renew(self) -> None:
        refresh = self._refresh_token()
        try:
            answer = self._exchange(refresh)
        except SignInRefused:
            # Another process may have rotated the token between our reading and our asking.
            again = self._refresh_token()
            if again == refresh:
                raise
            answer = self._exchange(again)
        self._keep(answer)

    def _keep(self, answer: dict[str, Any]) -> None:
        token, rotated, seconds = (answer.get(key) for key in ("access_token", "refresh_token", "expires_in"))
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
            cause = f"{self._label}: the token endpoint answered without a usable access token."
            raise Unreachable(cause, "Check token_url.")
        if isinstance(rotated, str) and rotated:
            self._store.put(self._place(), rotated)
        lifetime = float(seconds) if isinstance(seconds, int | float | str) and _is_number(seconds) else 300.0
        self._token, self._good_until = token, time.monotonic() + max(lifetime - _EARLY, lifetime / 2)

    def _refresh_token(self) -> str:
        return self._store.get(self._place()) or self._secret(self._oauth.refresh_token)

    def _place(self) -> str:
        """Named after the settings' token too, so that a new one there takes the place of what was rotated from the
        old."""
        given = hashlib.sha256(self._secret(self._oauth.refresh_token).encode()).hexdigest()[:16]
        return f"{self._label}:{given}"

    def _exchange(self, refresh: str) -> dict[str, Any]:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": refresh,
            "client_id": self._oauth.client_id,
            "client_secret": self._secret(self._oauth.client_secret),
            "scope": self._oauth.scope,
        }
        try:
            answer = httpx.post(
                self._oauth.token_url, data={key: value for key, value in form.items() if value}, timeout=self._timeout
            )
            body = answer.json()
        except httpx.HTTPError as error:
            raise self._unreachable(type(error).__name__) from error
        except ValueError as error:
            raise self._unreachable(f"HTTP {answer.status_code}, no JSON") from error
        if answer.is_success and isinstance(body, dict):
            return body
        raise self._refusal(answer.status_code, body)

    def _refusal(self, status: int, body: object) -> Unreachable:
        code = str(body.get("error", ""))[:60] if isinstance(body, dict) else ""
        if status >= 500 or status == 429 or not code:
            return self._unreachable(f"HTTP {status}")
        unheard_of = (f"error {code!r}", "Check the table [sources.oauth] with the provider's manual.")
        what, remedy = _REFUSALS.get(code, unheard_of)
        return SignInRefused(f"{self._label}: the token endpoint refuses us: {what}.", remedy)

    def _unreachable(self, what: str) -> Unreachable:
        return Unreachable(
            f"{self._label}: the token endpoint gives no answer that can be used ({what}).",
            "Check token_url and the network; it is tried again by itself.",
        )


def _is_number(value: float | str) -> bool:
    """Some providers send expires_in as a text."""
    return not isinstance(value, bool) and str(value).removesuffix(".0").isdecimal()
