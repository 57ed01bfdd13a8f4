"""winmail.dat: what Outlook wraps a mail's text and files in (MS-OXTNEF), read from the bytes, bounded, never raising.

A damaged stream gives what stands before the damage, with a warning.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from compressed_rtf import decompress
from striprtf.striprtf import rtf_to_text

from parsers import charsets

SIGNATURE = 0x223E9F78
MAX_FILES = 1_000
MAX_PROPERTIES = 10_000
MAX_RTF = 20_000_000  # bytes when decompressed
MAX_DEPTH = 5  # of mails inside mails

_BODY, _ATTACH_TITLE, _ATTACH_DATA, _ATTACH_BEGIN, _MESSAGE_PROPERTIES, _ATTACH_PROPERTIES, _CODE_PAGE, _SUBJECT = (
    0x800C, 0x8010, 0x800F, 0x9002, 0x9003, 0x9005, 0x9007, 0x8004,
)  # fmt: skip
# MAPI property ids (MS-OXPROPS)
_PR_SUBJECT, _PR_BODY, _PR_HTML, _PR_RTF = 0x0037, 0x1000, 0x1013, 0x1009
_PR_DATA, _PR_SHORT_NAME, _PR_LONG_NAME, _PR_CONTENT_ID, _PR_CPID = 0x3701, 0x3704, 0x3707, 0x3712, 0x3FDE
_FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = frozenset({0xD, 0x1E, 0x1F, 0x102})
_UNICODE = 0x1F
_OBJECT = 0xD


@dataclass(frozen=True, slots=True)
class PackedFile:
    name: str
    content: bytes
    content_id: str | None = None
    mail: "Unpacked | None" = None


@dataclass(slots=True)
class Unpacked:
    """A mail taken out of its wrapping: header lines (may be empty), its text in one or both forms, its files."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    text: str = ""
    html: str = ""
    files: list[PackedFile] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _File:
    name: str = ""
    long_name: str = ""
    content: bytes = b""
    content_id: str | None = None
    mail: Unpacked | None = None


def unpack(content: bytes, depth: int = 0) -> Unpacked:
    """The text and files of a TNEF stream."""
    out = Unpacked()
    packed: list[_File] = []
    code_page = "cp1252"
    for number, data in _attributes(content, out.warnings):
        if number == _CODE_PAGE and len(data) >= 4:
            code_page = _codec(struct.unpack_from("<I", data)[0])
        elif number == _SUBJECT:
            out.headers.append(("subject", _string(data, code_page)))
        elif number == _BODY:
            out.text = out.text or _string(data, code_page)
        elif number == _MESSAGE_PROPERTIES:
            _message(out, data, code_page)
        elif number == _ATTACH_BEGIN and len(packed) < MAX_FILES:
            packed.append(_File())
        elif packed:
            _file(packed[-1], number, data, code_page, depth)
    out.files = [PackedFile(one.long_name or one.name, one.content, one.content_id, one.mail) for one in packed]
    return out


def rtf_text(rtf: bytes) -> str:
    """The text of an RTF document; "" where it cannot be read."""
    try:
        return str(rtf_to_text(rtf.decode("latin-1")[:MAX_RTF], errors="replace"))  # type: ignore[no-untyped-call]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):  # damaged RTF breaks it in many ways
        return ""


def _attributes(content: bytes, warnings: list[str]) -> Iterator[tuple[int, bytes]]:
    if len(content) < 6 or struct.unpack_from("<I", content)[0] != SIGNATURE:
        warnings.append("winmail.dat is damaged")
        return
    at = 6
    while at + 9 <= len(content):
        _, number, _, length = struct.unpack_from("<BHHI", content, at)
        data = content[at + 9 : at + 9 + length]
        if len(data) < length:
            warnings.append("winmail.dat is cut short")
            yield number, data
            return
        yield number, data
        at += 9 + length + 2


def _message(out: Unpacked, data: bytes, code_page: str) -> None:
    values = _properties(data)
    if _PR_CPID in values:
        code_page = _codec(struct.unpack("<I", values[_PR_CPID][1][:4].ljust(4, b"\0"))[0])
    if _PR_BODY in values:
        out.text = _typed(values[_PR_BODY], code_page)
    if _PR_HTML in values:
        out.html = _typed(values[_PR_HTML], code_page)
    if _PR_SUBJECT in values and not out.headers:
        out.headers.append(("subject", _typed(values[_PR_SUBJECT], code_page)))
    if _PR_RTF in values and not (out.text.strip() or out.html.strip()):
        out.text = _compressed_rtf(values[_PR_RTF][1], out.warnings)


def _file(one: _File, number: int, data: bytes, code_page: str, depth: int) -> None:
    if number == _ATTACH_TITLE:
        one.name = _string(data, code_page)
    elif number == _ATTACH_DATA:
        one.content = data
    elif number == _ATTACH_PROPERTIES:
        values = _properties(data)
        if _PR_LONG_NAME in values:
            one.long_name = _typed(values[_PR_LONG_NAME], code_page)
        if _PR_SHORT_NAME in values and not one.name:
            one.name = _typed(values[_PR_SHORT_NAME], code_page)
        if _PR_CONTENT_ID in values:
            one.content_id = _typed(values[_PR_CONTENT_ID], code_page) or None
        if _PR_DATA in values and not one.content:
            _embedded(one, values[_PR_DATA], depth)


def _embedded(one: _File, value: tuple[int, bytes], depth: int) -> None:
    """A file kept as a property; as an object it has an interface id of 16 bytes before it, and may be a mail."""
    kind, data = value
    one.content = data[16:] if kind == _OBJECT else data
    if one.content[:4] == struct.pack("<I", SIGNATURE) and depth < MAX_DEPTH:
        one.mail = unpack(one.content, depth + 1)


def _properties(data: bytes) -> dict[int, tuple[int, bytes]]:
    """MAPI properties by id: type and bytes; of several values the first."""
    out: dict[int, tuple[int, bytes]] = {}
    try:
        count = min(struct.unpack_from("<I", data)[0], MAX_PROPERTIES)
        at = 4
        for _ in range(count):
            at = _property(data, at, out)
    except struct.error:  # cut short: what was read stands
        return out
    return out


def _property(data: bytes, at: int, out: dict[int, tuple[int, bytes]]) -> int:
    kind, number = struct.unpack_from("<HH", data, at)
    at += 4
    if number >= 0x8000:
        named = struct.unpack_from("<I", data, at + 16)[0]
        length = struct.unpack_from("<I", data, at + 20)[0]
        at += 24 if named == 0 else 24 + _padded(length)
    many, kind = bool(kind & 0x1000), kind & 0x0FFF
    count = 1
    if many or kind in _VARIABLE:
        count = struct.unpack_from("<I", data, at)[0]
        at += 4
    if count > MAX_PROPERTIES:
        raise struct.error("a property counts more values than fit")
    for _ in range(count):
        size = _FIXED.get(kind, 0)
        if kind in _VARIABLE:
            size = struct.unpack_from("<I", data, at)[0]
            at += 4
        elif not size:
            raise struct.error("unknown property type")
        out.setdefault(number, (kind, data[at : at + size]))
        at += _padded(size)
    return at


def _padded(size: int) -> int:
    return (size + 3) & ~3


def _typed(value: tuple[int, bytes], code_page: str) -> str:
    kind, data = value
    return (
        charsets.clean(data.decode("utf-16-le", "replace")).rstrip("\0")
        if kind == _UNICODE
        else _string(data, code_page)
    )


def _string(data: bytes, code_page: str) -> str:
    return charsets.clean(charsets.decode(data.rstrip(b"\0"), code_page).text)


def _codec(code_page: int) -> str:
    return {65001: "utf-8", 936: "gb18030", 54936: "gb18030", 950: "big5", 20936: "gb18030"}.get(
        code_page, f"cp{code_page}"
    )


def _compressed_rtf(data: bytes, warnings: list[str]) -> str:
    if len(data) < 16 or struct.unpack_from("<I", data, 4)[0] > MAX_RTF:
        warnings.append("the RTF text in winmail.dat is damaged or too large")
        return ""
    try:
        return charsets.clean(rtf_text(decompress(data)))
    except (ValueError, IndexError, struct.error, TypeError):
        warnings.append("the RTF text in winmail.dat is damaged")
        return ""
