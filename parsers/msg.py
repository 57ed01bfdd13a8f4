"""Outlook's .msg (MS-OXMSG): a mail as a compound file, as people drag it from Outlook into a new mail."""

import struct

import oxmsg

from parsers import charsets
from parsers.tnef import PackedFile, Unpacked, rtf_text

MAX_FILES = 1_000
# what oxmsg and olefile raise on damaged files
_BROKEN = (
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    struct.error,
    AssertionError,
    RecursionError,
    EOFError,
    ArithmeticError,
    MemoryError,
)


def unpack(content: bytes) -> Unpacked:
    """The headers, text and files of a .msg; what cannot be read is left out with a warning."""
    out = Unpacked()
    try:
        message = oxmsg.Message.load(content)
        _headers(out, message)
        out.text = charsets.clean(message.body or "")
        out.html = message.html_body or ""
    except _BROKEN:
        out.warnings.append("the Outlook file is damaged")
        return out
    if not out.text.strip() and not out.html.strip():
        out.text = _rtf(message, out.warnings)
    try:
        for one in message.attachments[:MAX_FILES]:
            out.files.append(PackedFile(one.file_name or "", one.file_bytes or b""))
    except _BROKEN:
        out.warnings.append("files in the Outlook file are damaged")
    return out


def _headers(out: Unpacked, message: oxmsg.Message) -> None:
    """The transport's own headers where the mail was received; else what Outlook noted of them."""
    known = {name.lower(): value for name, value in message.message_headers.items()}
    known.setdefault("subject", message.subject)
    if message.sender:
        known.setdefault("from", message.sender)
    if message.sent_date:
        known.setdefault("date", message.sent_date.strftime("%a, %d %b %Y %H:%M:%S %z"))
    to = [f"{one.name} <{one.email_address}>" for one in message.recipients]
    if to:
        known.setdefault("to", ", ".join(to))
    out.headers = [(name, value) for name, value in known.items() if not name.startswith("content-")]


def _rtf(message: oxmsg.Message, warnings: list[str]) -> str:
    from compressed_rtf import decompress  # only for mails that hold nothing else

    try:
        packed = message.properties.binary_prop_value(0x1009)
        return charsets.clean(rtf_text(decompress(packed))) if packed else ""
    except _BROKEN:
        warnings.append("the RTF text in the Outlook file is damaged")
        return ""
