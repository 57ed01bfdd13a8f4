"""Signatures by Standard Webhooks (standardwebhooks.com, version 1): HMAC-SHA256 over id, moment and body."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

from intake.errors import SettingsError

PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64  # bytes of a key


def key_of(webhook: str, secret: str) -> bytes:
    """The key that a secret stands for: `whsec_` and 24 to 64 bytes in Base64. SettingsError for anything else."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True) if secret.startswith(PREFIX) else b""
    except binascii.Error:
        key = b""
    if not _SHORTEST <= len(key) <= _LONGEST:
        raise SettingsError(
            f"The secret of the webhook {webhook!r} is none.",
            f'Write {PREFIX} and {_SHORTEST} to {_LONGEST} bytes in Base64: echo "{PREFIX}$(openssl rand -base64 32)".',
        )
    return key


def signed(key: bytes, message: str, at: int, body: bytes) -> Mapping[str, str]:
    """The three headers of a message; `at` is the moment of this very try, in seconds."""
    digest = hmac.new(key, b".".join((message.encode(), str(at).encode(), body)), hashlib.sha256).digest()
    return {
        "webhook-id": message,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
