"""Sign-in by the company's identity provider: OpenID Connect's code flow with PKCE (RFC 7636) and a nonce.

What must be remembered between the two requests is one random cookie; state, nonce and PKCE's verifier are each made of
it, so that an answer that was begun in another browser fits nothing.
"""

import base64
import hashlib
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from intake.errors import SignInRefused, Unreachable
from intake.review.sessions import token_of
from intake.settings import Oidc

SECONDS = 10.0  # for each answer of the provider
_LEEWAY = 120  # seconds that the two clocks may differ
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the provider vouches for."""

    email: str


class Provider:
    """The provider of the settings. Unreachable or SignInRefused where it does not answer as it must."""

    def __init__(self, oidc: Oidc, secret: str, back: str) -> None:
        """`back` is our address that it sends browsers back to."""
        self._oidc = oidc
        self._secret = secret
        self._back = back
        self._known: dict[str, Any] = {}
        self._turn = threading.Lock()

    @property
    def name(self) -> str:
        return self._oidc.name or urlsplit(self._oidc.issuer).netloc

    def begin(self) -> tuple[str, str]:
        """(the provider's address to send the browser to, the cookie to remember)."""
        cookie = secrets.token_urlsafe(32)
        verifier = hashlib.sha256(token_of(cookie, "verifier").encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self._oidc.client_id,
            "redirect_uri": self._back,
            "scope": "openid email profile",
            "state": token_of(cookie, "state"),
            "nonce": token_of(cookie, "nonce"),
            "code_challenge": base64.urlsafe_b64encode(verifier).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        there = str(self._metadata()["authorization_endpoint"])
        return f"{there}{'&' if '?' in there else '?'}{urlencode(asked)}", cookie

    def identity(self, cookie: str, state: str, code: str, now: datetime) -> Identity:
        """Who came back with this state and code."""
        if not cookie or not secrets.compare_digest(state, token_of(cookie, "state")):
            raise SignInRefused("This sign-in was not begun in this browser.", "Begin it again.")
        id_token = self._exchanged(code, token_of(cookie, "verifier"))
        return self._checked(id_token, token_of(cookie, "nonce"), now)

    def _exchanged(self, code: str, verifier: str) -> str:
        """The code for the ID token (RFC 6749 §4.1.3; the client's name and secret as §2.3.1 has them)."""
        oidc, form = self._oidc, {"grant_type": "authorization_code", "code": code, "redirect_uri": self._back}
        form |= {"code_verifier": verifier, "client_id": oidc.client_id}
        known = httpx.BasicAuth(quote_plus(oidc.client_id), quote_plus(self._secret)) if self._secret else None
        try:
            answer = httpx.post(self._metadata()["token_endpoint"], data=form, auth=known, timeout=SECONDS)
            read = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise Unreachable("The identity provider does not answer as it must.", "Try again later.") from error
        if answer.status_code != 200 or not isinstance(read, dict):
            raise SignInRefused("The identity provider refused the sign-in.", "Begin it again.")
        return str(read.get("id_token", ""))

    def _checked(self, id_token: str, nonce: str, now: datetime) -> Identity:
        """OpenID Connect Core §3.1.3.7: signature, issuer, audience, times, nonce; then the verified address."""
        try:
            claims = self._claims(id_token)
        except (JoseError, ValueError) as error:
            raise SignInRefused("The identity provider's token is not signed by it.", "Begin again.") from error
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        at = now.timestamp()
        right = (
            claims.get("iss") == self._metadata()["issuer"]
            and self._oidc.client_id in audiences
            and (len(audiences) == 1 or claims.get("azp") == self._oidc.client_id)
            and float(claims.get("exp", 0)) + _LEEWAY > at
            and float(claims.get("iat", 0)) - _LEEWAY < at
            and secrets.compare_digest(str(claims.get("nonce", "")), nonce)
        )
        if not right:
            raise SignInRefused("The identity provider's token is not meant for this sign-in.", "Begin again.")
        email = claims.get("email")
        if not isinstance(email, str) or claims.get("email_verified") is not True:
            raise SignInRefused("The identity provider has verified no mail address.", "Ask its administrator.")
        return Identity(email.strip().lower())

    def _claims(self, id_token: str) -> dict[str, Any]:
        try:
            return dict(jwt.decode(id_token, self._keys(), algorithms=_ALGORITHMS).claims)
        except (JoseError, ValueError):
            with self._turn:
                self._known.pop("keys", None)  # it may have changed its keys since
            return dict(jwt.decode(id_token, self._keys(), algorithms=_ALGORITHMS).claims)

    def _keys(self) -> KeySet:
        keys = self._known.get("keys")
        if keys is None:
            keys = KeySet.import_key_set({"keys": self._get(self._metadata()["jwks_uri"]).get("keys", [])})
            self._known["keys"] = keys
        found: KeySet = keys
        return found

    def _metadata(self) -> dict[str, Any]:
        metadata = self._known.get("metadata")
        if metadata is None:
            metadata = self._get(f"{self._oidc.issuer}/.well-known/openid-configuration")
            if str(metadata.get("issuer", "")).rstrip("/") != self._oidc.issuer:
                raise SignInRefused("The identity provider calls itself otherwise than review.oidc.issuer says.")
            self._known["metadata"] = metadata
        found: dict[str, Any] = metadata
        return found

    def _get(self, url: str) -> dict[str, Any]:
        try:
            answer = httpx.get(url, timeout=SECONDS)
            answer.raise_for_status()
            read = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise Unreachable("The identity provider does not answer as it must.", "Try again later.") from error
        if not isinstance(read, dict):
            raise Unreachable("The identity provider does not answer as it must.", "Try again later.")
        return read
