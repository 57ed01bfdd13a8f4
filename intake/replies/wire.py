"""A letter as bytes for the wire: RFC 5322 headers, RFC 2047 and 2231 for what is not ASCII, MIME with text and HTML.

The same letter gives the same bytes. Every line ends with CRLF and is short enough for any server; the whole is
ASCII, except where an address itself is not (RFC 6531). Line breaks and control characters in values become spaces,
so that no value can add a header of its own.
"""

import base64
import binascii
import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from intake.settings import Company
from storage.records import Letter

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_HEADER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,60}")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,90}")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]{1,200}")
_OWN_HEADERS = frozenset(
    {"from", "to", "cc", "bcc", "subject", "date", "message-id", "in-reply-to", "references", "sender", "return-path"}
)

_LINE = 76  # characters of a line, without CRLF
_LONGEST_TOKEN = 900  # a line may have 998 (RFC 5322 §2.1.1); a word longer than this is encoded
_WORD_BYTES = 39  # of UTF-8 in an encoded word: with its frame 64 characters; a line may have 76 (RFC 2047 §2)
_SUBJECT = 900  # characters of a subject


def wire_format(letter: Letter, company: Company, attachments: Mapping[str, bytes]) -> bytes:
    """The letter as it goes out. `attachments`: SHA-256 → bytes; KeyError where the letter names one that is not there.

    Bcc does not exist here; a header of the letter that would double one of the standard ones is left out.
    """
    mark = hashlib.sha256(letter.message_id.encode()).hexdigest()[:32]
    body = _alternative(letter, f"=_a{mark}")
    if letter.attachments:
        files = [_attachment(name, kind, attachments[sha]) for name, kind, sha in letter.attachments]
        body = _multipart("mixed", f"=_m{mark}", [body, *files])
    return "\r\n".join([*_headers(letter, company), "MIME-Version: 1.0"]).encode("utf-8") + b"\r\n" + body


def needs_utf8(addresses: Iterable[str]) -> bool:
    """Whether some address can only be written in UTF-8 (RFC 6531), as where its local part is not ASCII."""
    return any(not ascii_domain(address).isascii() for address in addresses)


def ascii_domain(address: str) -> str:
    """An address with its domain in ASCII (例子.公司 → xn--fsqu00a.xn--55qx5d), where it can be."""
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{domain if domain.isascii() else domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return address


# ── headers ──


def _headers(letter: Letter, company: Company) -> Iterator[str]:
    yield _folded("From", _address_line([company.address], company.name))
    yield _folded("To", _address_line(letter.to))
    if letter.cc:
        yield _folded("Cc", _address_line(letter.cc))
    yield _folded("Subject", _text(_flat(letter.subject)[:_SUBJECT]))
    yield _folded("Date", _date(letter.created_at, company.zone))
    yield _folded("Message-ID", _flat(letter.message_id))
    if letter.in_reply_to:
        yield _folded("In-Reply-To", _flat(letter.in_reply_to))
    if letter.references:
        yield _folded("References", _flat(" ".join(letter.references)))
    if letter.language:
        yield _folded("Content-Language", _text(_flat(letter.language)))
    for name, value in letter.headers.items():
        if _HEADER_NAME.fullmatch(name) and name.lower() not in _OWN_HEADERS and not _is_mime(name):
            yield _folded(name, _text(_flat(value)))


def _is_mime(name: str) -> bool:
    return name.lower().startswith("content-") or name.lower() == "mime-version"


def _date(moment: datetime, zone: ZoneInfo) -> str:
    return format_datetime(moment.astimezone(zone))


def _flat(value: str) -> str:
    """A value on one line: line breaks and control characters are spaces, what is no Unicode text a question mark."""
    return _CONTROL.sub(" ", value).strip().encode("utf-8", "replace").decode("utf-8")


def _text(value: str) -> str:
    """Unstructured text: as it stands where it is ASCII and cannot be taken for encoded, else in encoded words."""
    plain = value.isascii() and "=?" not in value and all(len(word) <= _LONGEST_TOKEN for word in value.split(" "))
    return value if plain else " ".join(_encoded_words(value))


def _encoded_words(value: str) -> Iterator[str]:
    """Whole characters in each word; the blanks between words do not count when they are read (RFC 2047 §6.2)."""
    chunk = b""
    for character in value:
        encoded = character.encode("utf-8")
        if len(chunk) + len(encoded) > _WORD_BYTES:
            yield f"=?utf-8?B?{b64encode(chunk).decode('ascii')}?="
            chunk = b""
        chunk += encoded
    if chunk:
        yield f"=?utf-8?B?{b64encode(chunk).decode('ascii')}?="


def _address_line(addresses: Iterable[str], name: str = "") -> str:
    shown = _display_name(_flat(name)[:200])
    bare = [re.sub(r"[\s<>,;]", "", _flat(ascii_domain(address))) for address in addresses]
    return ", ".join(f"{shown} <{address}>" if shown else address for address in bare)


def _display_name(name: str) -> str:
    if not name.isascii() or "=?" in name:
        return " ".join(_encoded_words(name))
    if not name or _PLAIN_NAME.fullmatch(name):
        return name
    return '"' + name.replace("\\", r"\\").replace('"', r"\"") + '"'


def _folded(name: str, value: str) -> str:
    """A header over several lines, broken at spaces; a word longer than a line stands alone on its own."""
    lines = [f"{name}:"]
    for word in value.split(" "):
        if len(lines[-1]) + 1 + len(word) > _LINE and lines[-1].strip(" ") not in ("", f"{name}:"):
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(line for line in lines if line.strip())


# ── body ──


def _alternative(letter: Letter, boundary: str) -> bytes:
    text = _text_part(letter.text, "plain")
    return _multipart("alternative", boundary, [text, _text_part(letter.html, "html")]) if letter.html else text


def _multipart(subtype: str, boundary: str, parts: Iterable[bytes]) -> bytes:
    """`boundary` begins with =_, which neither base64 nor quoted-printable can hold (RFC 2045 §6.7)."""
    fence = f"--{boundary}".encode()
    head = f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"\r\n\r\n'.encode()
    return head + b"".join(fence + b"\r\n" + part + b"\r\n" for part in parts) + fence + b"--\r\n"


_PLAIN_BYTES = bytes(range(127))


def _text_part(text: str, subtype: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    data = "\r\n".join(lines).rstrip("\r\n").encode("utf-8", "replace") + b"\r\n"
    foreign = len(data.translate(None, _PLAIN_BYTES))
    encoding = "base64" if foreign * 6 > len(data) else "quoted-printable"
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode()
    return head + (_base64(data) if encoding == "base64" else binascii.b2a_qp(data, istext=True))


def _base64(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")  # lines of 76


def _attachment(name: str, media_type: str, data: bytes) -> bytes:
    """Content-Disposition carries the name by RFC 2231, Content-Type by an encoded word for older programs."""
    shown = _flat(name).replace("/", "_").replace("\\", "_")[:150] or "attachment"
    kind = media_type.lower() if _MEDIA_TYPE.fullmatch(media_type.lower()) else "application/octet-stream"
    old_style = " ".join(_encoded_words(shown)) if not shown.isascii() else shown.replace('"', "'")
    head = [
        _folded("Content-Type", f'{kind}; name="{old_style}"'),
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment;\r\n " + ";\r\n ".join(_file_name(shown)),
    ]
    return "\r\n".join(head).encode("ascii") + b"\r\n\r\n" + _base64(data)


def _file_name(name: str) -> list[str]:
    """The parameter `filename`, in pieces where it is long (RFC 2231 §3); a piece never splits a character's code."""
    if name.isascii() and len(name) <= 60:
        return ['filename="' + name.replace('"', "'") + '"']
    pieces = [""]
    for character in name:
        encoded = quote(character, safe="")
        if len(pieces[-1]) + len(encoded) > 50:
            pieces.append("")
        pieces[-1] += encoded
    pieces[0] = "utf-8''" + pieces[0]
    if len(pieces) == 1:
        return [f"filename*={pieces[0]}"]
    return [f"filename*{number}*={piece}" for number, piece in enumerate(pieces)]
