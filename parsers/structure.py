"""The tree of a mail's parts (RFC 2045–2049), taken apart from the bytes themselves.

A damaged mail gives what can be read of it: an end that is missing, a boundary that is not declared, base64 that is
cut. The
work is bounded: so many parts, so deep, each byte looked at once a level.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from parsers import headers
from parsers.headers import Headers

MAX_DEPTH = 40  # of multiparts inside multiparts; what lies deeper is kept whole as one file
MAX_PARTS = 10_000

BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_ANY_BOUNDARY = re.compile(rb"(?:^|\n)--([^\s-][^\r\n]{0,200}|-[^\r\n]{1,200})\r?\n(?=[A-Za-z-]{2,60}:)")
_UU_BEGIN = re.compile(rb"\s*begin [0-7]{3,4} [^\r\n]{1,255}\r?\n")


@dataclass
class Entity:
    """One part of a mail: its headers, its raw bytes, and the parts inside where it is a multipart."""

    headers: Headers
    raw: bytes  # the body as it stands, still transfer-encoded
    media_type: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    disposition: str = ""
    disposition_parameters: dict[str, str] = field(default_factory=dict)
    children: list["Entity"] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @cached_property
    def content(self) -> bytes:
        """The body with its transfer encoding undone."""
        encoding = self.headers.text("content-transfer-encoding").lower().strip(" ;\"'")
        content, warning = undo_transfer_encoding(self.raw, encoding)
        if warning:
            self.warnings.append(warning)
        return content

    @property
    def charset(self) -> str | None:
        return self.parameters.get("charset")

    @property
    def name(self) -> str:
        """The file name that the part is given, undecorated, as its sender wrote it; "" where it has none."""
        return self.disposition_parameters.get("filename") or self.parameters.get("name") or ""

    def leaves(self) -> Iterator["Entity"]:
        """Every part that holds no others, in the mail's order."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


def take_apart(raw: bytes) -> Entity:
    """The part tree of a whole mail. A mail without any header gives an entity without header fields."""
    return _entity(raw, 0, [MAX_PARTS], "text/plain")


def undo_transfer_encoding(raw: bytes, encoding: str) -> tuple[bytes, str | None]:
    """The bytes behind a transfer encoding, and a warning where it is damaged, unknown or not the one declared."""
    if encoding == "base64":
        return _from_base64(raw)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(raw), None
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return _from_uuencode(raw)
    if encoding in {"", "7bit", "8bit", "binary", "8-bit", "7-bit", "none"}:
        return raw, None
    return raw, f"unknown transfer encoding {encoding[:40]}"


def _entity(raw: bytes, depth: int, left: list[int], default_type: str) -> Entity:
    head, start = headers.split(raw)
    entity = Entity(head, raw[start:])
    declared, entity.parameters = headers.parameters(head.plain("content-type"))
    entity.media_type = declared if re.fullmatch(r"[!-.0-~]{1,100}/[!-.0-~]{1,100}", declared) else default_type
    entity.disposition, entity.disposition_parameters = headers.parameters(head.plain("content-disposition"))
    head.hint = entity.charset
    if not declared and depth == 0 and _undeclared_boundary(entity):
        entity.media_type = "multipart/mixed"
    if entity.media_type.startswith("multipart/"):
        _open_multipart(entity, depth, left)
    return entity


def _open_multipart(entity: Entity, depth: int, left: list[int]) -> None:
    """Fills in the children; a multipart that cannot be opened becomes a text (its boundary is unknown) or a
    file (too deep).
    """
    if depth >= MAX_DEPTH:
        entity.media_type = "application/octet-stream"
        entity.warnings.append(f"parts nested deeper than {MAX_DEPTH} are kept as one file")
        return
    boundary = entity.parameters.get("boundary", "").encode("utf-8", "replace").rstrip()
    pieces = _split_at(entity.raw, boundary) if boundary else []
    if not pieces:
        guessed = _undeclared_boundary(entity)
        pieces = _split_at(entity.raw, guessed) if guessed else []
        entity.warnings.append(
            "the boundary between the parts is missing or wrong" + ("; it was guessed" if pieces else "")
        )
    inner = "message/rfc822" if entity.media_type == "multipart/digest" else "text/plain"
    for piece in pieces:
        if left[0] <= 0:
            entity.warnings.append(f"more than {MAX_PARTS} parts; the rest is left out")
            break
        left[0] -= 1
        entity.children.append(_entity(piece, depth + 1, left, inner))
    if not entity.children:
        entity.media_type = "text/plain"


def _undeclared_boundary(entity: Entity) -> bytes:
    match = _ANY_BOUNDARY.search(entity.raw[:20_000])
    if match is None:
        return b""
    found = match[1].rstrip()
    return found if entity.raw.count(b"--" + found) > 1 else b""


def _split_at(raw: bytes, boundary: bytes) -> list[bytes]:
    """The parts between the boundary lines; what stands before the first and after the last line is left out."""
    mark = b"--" + boundary
    pieces: list[bytes] = []
    start = -1
    at = raw.find(mark)
    while at >= 0:
        end = at + len(mark)
        line = raw[end : _end_of_line(raw, end)].rstrip(b" \t\r")
        if line in (b"", b"--") and (at == 0 or raw[at - 1 : at] == b"\n"):
            if start >= 0:
                pieces.append(raw[start : _before_line(raw, at, start)])
            start = -1 if line else _after_line(raw, _end_of_line(raw, end))
        at = raw.find(mark, end)
    if start >= 0:
        pieces.append(raw[start:])
    return pieces


def _end_of_line(raw: bytes, at: int) -> int:
    end = raw.find(b"\n", at)
    return len(raw) if end < 0 else end


def _before_line(raw: bytes, at: int, least: int) -> int:
    """Where the line before the one at `at` ends: its line end belongs to the boundary."""
    end = at - 2 if raw[at - 2 : at] == b"\r\n" else at - 1
    return max(end, least)


def _after_line(raw: bytes, at: int) -> int:
    return min(at + 1, len(raw))


def _from_base64(raw: bytes) -> tuple[bytes, str | None]:
    data = raw.translate(None, b" \t\r\n")
    strange = data.translate(None, BASE64)
    if len(strange) > 4 and len(raw[:4000].translate(None, BASE64 + b"\r\n")) > len(raw[:4000]) // 50:
        return raw, "declared base64, but it is plain text"
    data = re.sub(rb"[^A-Za-z0-9+/=]", b"", data) if strange else data
    whole = data.rstrip(b"=")
    if b"=" in whole:  # several pieces encoded one by one
        pieces = [piece for piece in whole.split(b"=", MAX_PARTS) if piece]
        return b"".join(_one_base64(piece.replace(b"=", b""))[0] for piece in pieces), None
    out, cut = _one_base64(whole)
    return out, "base64 is cut short" if cut or (len(data) % 4 and not strange) else None


def _one_base64(data: bytes) -> tuple[bytes, bool]:
    cut = len(data) % 4 == 1
    data = data[:-1] if cut else data
    return binascii.a2b_base64(data + b"=" * (-len(data) % 4)), cut


def _from_uuencode(raw: bytes) -> tuple[bytes, str | None]:
    begin = _UU_BEGIN.match(raw)
    out: list[bytes] = []
    for line in raw[begin.end() if begin else 0 :].splitlines():
        if line.strip() == b"end":
            break
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            size = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
            try:
                out.append(binascii.a2b_uu(line[:size]))
            except binascii.Error:
                return b"".join(out), "uuencoded text is damaged"
    return b"".join(out), None
