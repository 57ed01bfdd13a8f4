"""The Message-ID of a header block, for lists of mails that are not taken. (Of mails that are, the parser says it.)"""

import re

_FIELD = re.compile(rb"^message-id:[ \t]*(?:\r?\n[ \t]+)?([^\r\n]{1,998})", re.IGNORECASE | re.MULTILINE)


def message_id(header: bytes) -> str | None:
    """Without its angle brackets; None where there is none."""
    found = _FIELD.search(header)
    return found[1].decode("utf-8", "replace").strip().removeprefix("<").removesuffix(">") or None if found else None
