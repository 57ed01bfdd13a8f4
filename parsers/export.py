"""What was read, as the JSON of the service's outside: `intake read`."""

from typing import Any

from parsers.mime import Message, Part
from parsers.types import Address, Bounce


def message_json(file: str, message: Message) -> dict[str, Any]:
    """One line of `intake read`; `text` is the very text that every source in part "body" points into."""
    envelope = message.envelope
    return {
        "file": file,
        "subject": envelope.subject,
        "from": None if envelope.sender is None else _address(envelope.sender),
        "to": [_address(one) for one in envelope.to],
        "cc": [_address(one) for one in envelope.cc],
        "reply_to": [_address(one) for one in envelope.reply_to],
        "date": None if envelope.date is None else envelope.date.isoformat(),
        "message_id": envelope.message_id,
        "in_reply_to": envelope.in_reply_to,
        "references": list(envelope.references),
        "text": message.body.text,
        "reply_text": message.reply_text,
        "attachments": [_attachment(part) for part in message.attachments],
        "automatic": envelope.automatic,
        "bounce": None if message.bounce is None else _bounce(message.bounce),
        "warnings": list(message.warnings),
    }


def _address(address: Address) -> dict[str, str]:
    return {"name": address.name, "email": address.email}


def _attachment(part: Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "media_type": part.media_type,
        "size": len(part.content),
        "sha256": part.sha256,
        "inline": part.inline,
    }


def _bounce(bounce: Bounce) -> dict[str, Any]:
    return {"recipients": list(bounce.recipients), "status": bounce.status, "permanent": bounce.permanent}
