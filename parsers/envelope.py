"""The headers that decisions need, and the fingerprint that tells two mails apart whatever way they came."""

import hashlib
import re
from datetime import timedelta

from parsers import bounce, headers
from parsers.headers import Headers
from parsers.structure import Entity
from parsers.types import Address, Envelope

_DMARC = re.compile(r"\bdmarc\s*=\s*([a-z]+)", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]{0,500}\)")
_CLOCK_SLACK = timedelta(days=1)


def read_envelope(root: Entity, text: str) -> tuple[Envelope, list[str]]:
    """The envelope of a mail with its warnings. `text` is the body, for automatic replies that carry no header
    of it.
    """
    head = root.headers
    subject = head.text("subject")
    sender, warnings = _sender(head)
    sent = headers.date(head.plain("date"))
    warnings += _date_warnings(head, sent is None)
    ids = head.ids("message-id")
    answered = head.ids("in-reply-to")
    return_path = head.raw("return-path")
    envelope = Envelope(
        subject=subject,
        sender=sender,
        to=head.addresses("to"),
        cc=head.addresses("cc"),
        reply_to=head.addresses("reply-to"),
        date=sent,
        message_id=ids[0] if ids else None,
        in_reply_to=answered[0] if answered else None,
        references=head.ids("references"),
        automatic=bounce.is_automatic(head, subject, sender, text),
        bulk=bounce.is_bulk(head),
        envelope_from=None if return_path is None else head.text("return-path").strip("<> "),
        authentication_failed=_authentication_failed(head),
        fingerprint=fingerprint(root),
    )
    return envelope, warnings


def fingerprint(root: Entity) -> str:
    """SHA-256 over From, Date, Subject and the decoded parts: the same for one mail by any way and any transfer
    encoding.
    """
    digest = hashlib.sha256()
    head = root.headers
    for value in (head.text("from"), head.text("date"), head.text("subject")):
        _add(digest, value.encode("utf-8", "replace"))
    for leaf in root.leaves():
        content = leaf.content
        _add(
            digest,
            b"".join(content.split(b"\r")).rstrip(b"\n ")
            if leaf.media_type.startswith(("text/", "message/"))
            else content,
        )
    return digest.hexdigest()


def _add(digest: "hashlib._Hash", value: bytes) -> None:
    digest.update(len(value).to_bytes(8, "big") + value)


def _sender(head: Headers) -> tuple[Address | None, list[str]]:
    found = [one for one in head.addresses("from") if one.email]
    if not found:
        return None, ["the sender is missing" if head.raw("from") is None else "the sender's address is malformed"]
    if len({one.email.lower() for one in found}) > 1:
        return found[0], ["several senders; the first is taken"]
    return found[0], []


def _date_warnings(head: Headers, unreadable: bool) -> list[str]:
    if unreadable:
        return ["the date is missing" if not head.plain("date").strip() else "the date is malformed"]
    sent = headers.date(head.plain("date"))
    received = headers.date(head.plain("received").rpartition(";")[2]) if head.raw("received") else None
    late = sent is not None and received is not None and sent - received > _CLOCK_SLACK
    return ["the date lies after the mail was received"] if late else []


def _authentication_failed(head: Headers) -> bool:
    """DMARC as the topmost Authentication-Results says: our own server's, as every server puts its own on top."""
    value = head.plain("authentication-results")
    verdict = _DMARC.search(_COMMENT.sub(" ", value)) if value else None
    return verdict is not None and verdict[1].lower() == "fail"
