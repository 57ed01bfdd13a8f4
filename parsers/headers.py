"""Header lines to values: RFC 5322 fields, RFC 2047 words, RFC 2231 parameters, and what mail software makes of them.

Everything here is lenient and total: any bytes give some value, and nothing raises.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from parsers import charsets
from parsers.types import Address

MAX_HEADERS = 2_000
MAX_VALUE = 100_000  # bytes of one header that are looked at
MAX_ADDRESSES = 1_000
MAX_IDS = 500

_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")
_FOLD = re.compile(rb"\r?\n[ \t]*")
_LINE = re.compile(rb"[^\n]*(?:\n|\Z)")
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_ID = re.compile(r"<[^<>\s]{1,500}>")
_EMAIL = re.compile(r"[^\s@<>()\[\]\",;:\\]{1,200}@[^\s@<>()\",;:\\]{1,255}")
_ISO_DATE = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([+-]\d{4}|[+-]\d\d:\d\d|Z)?"
)
_PARAMETER = re.compile(r";\s*([^\s=;\"]{1,80})\s*=\s*(\"(?:[^\"\\]|\\.)*\"?|[^;]*)", re.DOTALL)
_ESCAPED = re.compile(r"\\([\"\\])")
_CONTINUED = re.compile(r"(.+?)(?:\*(\d{1,3}))?(\*)?\Z")
# A line that is no header but stands among them was folded without its blank; these names tell that headers still
# follow.
_STILL_HEADERS = re.compile(
    rb"(?:mime-version|content-[a-z-]+|x-[!-9;-~]+|date|to|cc|from|subject|message-id|references|in-reply-to|reply-to|received|"
    rb"return-path|sender|importance|thread-[a-z]+)[ \t]*:",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Headers:
    """The header block of a mail or part: raw values by lower-cased name, in order, topmost first."""

    fields: list[tuple[str, bytes]] = field(default_factory=list)
    hint: str | None = None  # charset for raw 8-bit bytes, from the body's label
    warnings: list[str] = field(default_factory=list)

    def raw(self, name: str) -> bytes | None:
        """The topmost value of a header, unfolded."""
        return next((value for key, value in self.fields if key == name), None)

    def all_raw(self, name: str) -> list[bytes]:
        return [value for key, value in self.fields if key == name]

    def plain(self, name: str) -> str:
        """The topmost value as text, its encoded words left as they are; "" where there is none."""
        value = self.raw(name)
        return "" if value is None else self._text(value)

    def text(self, name: str) -> str:
        """The topmost value as a reader sees it, on one line; "" where there is none."""
        return one_line(decode_words(self.plain(name)))

    def addresses(self, name: str) -> tuple[Address, ...]:
        """All mailboxes of all headers of that name, in order."""
        found = (address for value in self.all_raw(name) for address in addresses(self._text(value)))
        return tuple(address for _, address in zip(range(MAX_ADDRESSES), found, strict=False))

    def ids(self, name: str) -> tuple[str, ...]:
        """The Message-IDs of a header, each with its angle brackets."""
        return message_ids(self.plain(name))

    def _text(self, value: bytes) -> str:
        if value.isascii():
            return value.decode("ascii")
        if (written := _plain_utf8(value)) is not None:
            return written
        read = charsets.decode(value, self.hint if self.hint not in charsets.NO_LABEL else None)
        if read.warning and read.warning not in self.warnings:
            self.warnings.append(read.warning)
        return read.text


def _plain_utf8(value: bytes) -> str | None:
    """UTF-8 as RFC 6532 has it, whatever the body's charset; None where the bytes are none, or may be another's: two
    bytes a character are often GBK, three are not by chance.
    """
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if any(char >= "\u0800" for char in text) else None


def split(raw: bytes) -> tuple[Headers, int]:
    """The header block at the start of `raw`, and where the body begins. No header at all gives no fields."""
    headers = Headers()
    at = _skip_preamble(raw)
    lines: list[bytes] = []
    name = ""
    while at < len(raw):
        line = raw[at : _line_end(raw, at)]
        if not line.strip(b"\r\n \t\x00"):
            if line.strip(b"\r\n") == b"" or not _continues(raw, at + len(line)):
                at += len(line)
                break
            at += len(line)
            continue
        match = None if line[:1] in b" \t" else _FIELD.match(line)
        if match is None and not (name and (line[:1] in b" \t" or _unmarked_fold(raw, line, at))):
            break
        if match is not None:
            _add(headers, name, lines)
            name, lines = match[1].decode("ascii").lower(), [line[match.end() :]]
        else:
            lines.append(line)
        at += len(line)
    _add(headers, name, lines)
    return headers, at


def decode_words(value: str) -> str:
    """RFC 2047 words read, adjacent ones joined as bytes first, as a character may be cut between them."""
    if "=?" not in value:
        return value
    out: list[str] = []
    run: list[tuple[str, str, str]] = []
    end = 0
    for match in _WORD.finditer(value):
        between = value[end : match.start()]
        if between.strip() or not run:
            out += [_decode_run(run), between if not run or between.strip() else ""]
            run = []
        run.append((match[1].lower(), match[2].lower(), match[3]))
        end = match.end()
    return "".join([*out, _decode_run(run), value[end:]])


def one_line(text: str) -> str:
    """Text that is safe in a header or a list: no control characters, blanks run together."""
    return " ".join(charsets.clean(text).split())


def addresses(value: str) -> list[Address]:
    """The mailboxes of an address header; a malformed one keeps its words as the name and an empty address."""
    found = [_address(piece) for piece in _split_outside(value[:MAX_VALUE], ",;") if piece.strip(" \t:")]
    if found and not any(one.email for one in found) and "=?" in value:
        whole = decode_words(value)  # some software encodes name and address together
        found = [_address(piece) for piece in _split_outside(whole, ",;") if piece.strip()]
    return [one for one in found if one.email or one.name][:MAX_ADDRESSES]


def date(value: str) -> datetime | None:
    """A Date header with its own offset (UTC where it gives none); None where it is no date."""
    text = one_line(value)[:200]
    try:
        found: datetime | None = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        found = _iso_date(text)
    if found is None:
        return None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    possible = abs(found.utcoffset() or timedelta()) <= timedelta(hours=15) and 1970 <= found.year <= 9000
    return found if possible else None


def message_ids(value: str) -> tuple[str, ...]:
    """Every Message-ID in a header value; one without brackets gets them."""
    found = tuple(dict.fromkeys(_ID.findall(value[:MAX_VALUE])))[:MAX_IDS]
    bare = value.strip().strip("<>").strip()
    if not found and bare and len(bare) <= 500 and not re.search(r"[\s<>\x00-\x1f]", bare):
        return (f"<{bare}>",)
    return found


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """A structured header such as Content-Type: its value in lower case, and its parameters with RFC 2231 and
    2047 undone.
    """
    main, _, rest = value[:MAX_VALUE].partition(";")
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in _PARAMETER.finditer(";" + rest):
        parsed = _CONTINUED.match(match[1].lower())
        if parsed:
            number = int(parsed[2]) if parsed[2] else 0
            text = _unquote(match[2].strip())
            pieces.setdefault(parsed[1], {}).setdefault(number, (text, bool(parsed[3])))
    return main.strip().lower(), {name: _join_2231(parts) for name, parts in pieces.items()}


def _skip_preamble(raw: bytes) -> int:
    at = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    while raw[at : at + 1] in (b"\r", b"\n") and at < len(raw):
        at += 1
    return _line_end(raw, at) if raw[at : at + 5] in (b"From ", b">From") and b":" not in raw[at : at + 6] else at


def _line_end(raw: bytes, at: int) -> int:
    end = raw.find(b"\n", at)
    return len(raw) if end < 0 else end + 1


def _continues(raw: bytes, at: int) -> bool:
    """After a line of blanks only: whether headers go on (it was a fold) or the body begins."""
    return _STILL_HEADERS.match(raw, at) is not None or (
        raw[at : at + 1] in (b" ", b"\t") and b"=?" in raw[at : at + 40]
    )


def _unmarked_fold(raw: bytes, line: bytes, at: int) -> bool:
    return line.startswith(b"=?") or _STILL_HEADERS.match(raw, at + len(line)) is not None


def _add(headers: Headers, name: str, lines: list[bytes]) -> None:
    if name and len(headers.fields) < MAX_HEADERS:
        value = b"".join(lines)[:MAX_VALUE].replace(b"\x00", b"").strip()
        headers.fields.append(
            (name, _FOLD.sub(b" ", value).replace(b"\r", b" ") if b"\n" in value or b"\r" in value else value)
        )


def _decode_run(run: list[tuple[str, str, str]]) -> str:
    out: list[str] = []
    at = 0
    while at < len(run):
        end = at
        while end < len(run) and run[end][0] == run[at][0]:
            end += 1
        out.append(charsets.decode(_run_bytes(run[at:end]), run[at][0]).text)
        at = end
    return "".join(out)


def _run_bytes(run: list[tuple[str, str, str]]) -> bytes:
    """The bytes of adjacent words of one charset; base64 that was cut between two words is joined before it is
    undone.
    """
    out = b""
    pending = ""
    for _, encoding, text in run:
        if encoding == "q":
            out += _base64(pending) + _quoted(text)
            pending = ""
        else:
            pending += "".join(text.split())
            if len(pending) % 4 == 0 or pending.endswith("="):
                out, pending = out + _base64(pending), ""
    return out + _base64(pending)


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text.encode("ascii", "ignore") + b"=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return base64.b64decode(
            re.sub(r"[^A-Za-z0-9+/]", "", text)[: len(text) // 4 * 4] + "===" if len(text) > 4 else ""
        )


def _quoted(text: str) -> bytes:
    return binascii.a2b_qp(text.encode("utf-8", "replace"), header=True)


def _split_outside(value: str, separators: str) -> list[str]:
    """Pieces between separators that stand outside quotes, comments and angle brackets. An open quote ends at
    the value's end.
    """
    pieces: list[str] = []
    start = 0
    closing = ""
    skip = False
    for at, char in enumerate(value):
        if skip:
            skip = False
        elif char == "\\" and closing in ('"', ")"):
            skip = True
        elif closing:
            closing = "" if char == closing else closing
        elif char in '"(<':
            closing = {'"': '"', "(": ")", "<": ">"}[char]
            if value.find(closing, at + 1) < 0:
                closing = ""
        elif char in separators:
            pieces.append(value[start:at])
            start = at + 1
    return [*pieces, value[start:]]


def _address(piece: str) -> Address:
    text = piece.strip()
    if (
        ":" in text
        and "<" not in text.partition(":")[0]
        and "@" not in text.partition(":")[0]
        and '"' not in text.partition(":")[0]
    ):
        text = text.partition(":")[2].strip()  # a group's name stands before the colon
    inner = re.search(r"<([^<>]*)>?\s*[^<>]*\Z", text)
    email = _EMAIL.search(re.sub(r"\s", "", inner[1])) if inner else None
    if inner and email:
        return Address(_name(text[: inner.start()]), _lower_domain(email[0]))
    email = _EMAIL.search(decode_words(text))
    if email is None:
        return Address(_name(text), "")
    rest = decode_words(text).replace(email[0], " ")
    return Address(_name(re.sub(r"<\s*>|\[mailto:\s*\]", " ", rest)), _lower_domain(email[0]))


def _name(text: str) -> str:
    text = text.strip()
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    name = one_line(
        decode_words(_ESCAPED.sub(r"\1", text.replace('\\"', "\x01").replace('"', "").replace("\x01", '"')))
    )
    return name.strip("'\" ,;")[:500]


def _lower_domain(email: str) -> str:
    local, _, domain = email.strip("'.").rpartition("@")
    return f"{local}@{domain.lower().rstrip('.>')}"


def _iso_date(text: str) -> datetime | None:
    match = _ISO_DATE.search(text)
    if match is None:
        return None
    zone = (match[7] or "+00:00").replace("Z", "+00:00")
    year, month, day, hour, minute = (int(match[n]) for n in range(1, 6))
    try:
        stamp = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{int(match[6] or 0):02}{zone}"
        return datetime.fromisoformat(stamp)
    except ValueError:
        return None


def _unquote(text: str) -> str:
    if text.startswith('"'):
        return _ESCAPED.sub(r"\1", text[1:-1] if text.endswith('"') and len(text) > 1 else text[1:])
    return text


def _join_2231(parts: dict[int, tuple[str, bool]]) -> str:
    ordered = [parts[number] for number in sorted(parts)]
    if not any(extended for _, extended in ordered):
        return decode_words("".join(text for text, _ in ordered))
    charset = ""
    out = b""
    for place, (text, extended) in enumerate(ordered):
        if place == 0 and extended and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        encoded = text.encode("utf-8", "surrogatepass")
        out += unquote_to_bytes(encoded) if extended else encoded
    return charsets.decode(out, charset).text


def first(values: Iterable[str]) -> str:
    """The first that is not empty, or ""."""
    return next((value for value in values if value), "")
