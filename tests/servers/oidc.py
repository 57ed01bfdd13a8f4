"""A small OpenID Connect provider of our own on a loopback socket: discovery, authorization, token, keys.

It does what a right provider does, checks what it must check of us (PKCE, the redirect address, the client's secret,
one use of each code), and can be told to answer wrongly in one way at a time.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "complaints", "the client's secret: 5% ü"


class Provider:
    """`email` is who signs in there; `wrong` names one fault; `now` is the moment that its tokens are made at."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
        self.other = RSAKey.generate_key(2048, {"kid": "k1"})
        self.email = "reviewer@example.com"
        self.verified = True
        self.wrong = ""
        self.now = time.time
        self.codes: dict[str, dict[str, str]] = {}

    def authorize(self, query: dict[str, str]) -> str:
        """What a browser gets that was sent here, once its user has signed in: the address to go back to."""
        assert query["response_type"] == "code" and query["client_id"] == CLIENT
        assert query["code_challenge_method"] == "S256" and "openid" in query["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        state = "forged" if self.wrong == "state" else query["state"]
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': state})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        asked = self.codes.pop(form.get("code", ""), None)
        known = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).rstrip(
            b"="
        )
        right = (
            asked is not None
            and tuple(unquote_plus(part) for part in known.split(":")) == (CLIENT, SECRET)
            and form.get("redirect_uri") == asked["redirect_uri"]
            and challenge.decode() == asked["code_challenge"]
        )
        if not right or asked is None:
            return 400, {"error": "invalid_grant"}
        at = int(self.now())
        claims = {
            "iss": "https://elsewhere.example" if self.wrong == "issuer" else self.issuer,
            "aud": "another site" if self.wrong == "audience" else CLIENT,
            "sub": "42",
            "iat": at,
            "exp": at - 3600 if self.wrong == "expired" else at + 300,
            "nonce": "forged" if self.wrong == "nonce" else asked["nonce"],
            "email": self.email,
            "email_verified": self.verified,
        }
        key = self.other if self.wrong == "signature" else self.key
        token = jwt.encode({"alg": "RS256", "kid": "k1"}, claims, key)
        return 200, {"access_token": "x", "token_type": "Bearer", "expires_in": 300, "id_token": token}

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        path = urlsplit(self.path)
        if path.path == "/authorize":
            query = {name: values[0] for name, values in parse_qs(path.query).items()}
            self.send_response(302)
            self.send_header("Location", self.provider.authorize(query))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        pages = {
            "/.well-known/openid-configuration": self.provider.metadata(),
            "/keys": {"keys": [self.provider.key.as_dict(private=False)]},
        }
        self._answer(200 if path.path in pages else 404, pages.get(path.path, {}))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._answer(*self.provider.token(form, self.headers.get("Authorization", "")))

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def oidc_provider() -> Iterator[Provider]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    provider = Provider(server.server_address[1])
    server.RequestHandlerClass = type("Handler", (_Handler,), {"provider": provider})
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
