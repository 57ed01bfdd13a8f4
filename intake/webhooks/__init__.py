"""Webhooks: what receivers are told of records, signed and sent. What is due when is kept by `storage.outbox`.

`intake.webhooks.sending` is imported by who sends: its HTTP library takes a tenth of a second.
"""

from intake.webhooks.message import Kind, Told, message_of, told_of, type_of
from intake.webhooks.retries import next_try
from intake.webhooks.signing import key_of, signed

__all__ = [
    "Kind",
    "Told",
    "key_of",
    "message_of",
    "next_try",
    "signed",
    "told_of",
    "type_of",
]
