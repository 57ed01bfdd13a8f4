"""Bytes of a mail in, a `Message` out: any mail that anybody's software makes, and never an exception but
`NotAMail`.
"""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import olefile

from parsers import body, headers, msg, sniff, structure, tnef
from parsers.bounce import read_bounce
from parsers.document import Document, Role
from parsers.envelope import read_envelope
from parsers.errors import NotAMail
from parsers.files.html import has_data_table, read_html
from parsers.files.text import read_text
from parsers.headers import Headers
from parsers.segment import segment
from parsers.structure import Entity
from parsers.tnef import PackedFile, Unpacked
from parsers.types import Bounce, Envelope, Ours

MAX_DEPTH = 10  # mails inside mails that are opened; deeper ones stay files
MAX_NAME = 200
MAX_INNER = 300  # mails inside one mail that are opened
MAX_WARNINGS = 50

ENDINGS = {
    "application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "image/tiff": ".tif",
    "image/gif": ".gif", "image/bmp": ".bmp",
    "image/webp": ".webp", "image/heic": ".heic", "text/plain": ".txt", "text/html": ".html",
    "text/calendar": ".ics", "text/csv": ".csv",
    "message/rfc822": ".eml", sniff.MSG: ".msg", sniff.WORD: ".docx", sniff.EXCEL: ".xlsx",
    sniff.POWERPOINT: ".pptx", sniff.TNEF: ".dat",
    "application/msword": ".doc", "application/vnd.ms-excel": ".xls", "application/zip": ".zip",
    "application/rtf": ".rtf",
    "application/pkcs7-mime": ".p7m",
}  # fmt: skip
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>"|?*:]')
_MAILS = frozenset({"message/rfc822", "message/global", "message/news"})
_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
_OF_SIGNATURES = frozenset({sniff.UNKNOWN, "application/pkcs7-mime", "text/plain"})
_REPORTS = frozenset(
    {
        "message/disposition-notification", "message/global-disposition-notification",
        "message/delivery-status", "message/global-delivery-status",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """An attachment or inline file. `media_type` is by the file's own bytes; `message` is the mail that it
    holds, if it is one.
    """

    name: str
    media_type: str
    declared_type: str
    content: bytes
    inline: bool
    content_id: str | None
    message: "Message | None"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def is_signature(self) -> bool:
        """Whether it only proves who wrote the mail, and says nothing itself."""
        return self.declared_type in _SIGNATURES and self.media_type in _OF_SIGNATURES

    @property
    def is_report(self) -> bool:
        """Whether a machine tells another in it what became of a mail: delivered, delayed, shown (RFC 3464, 8098)."""
        return self.declared_type in _REPORTS


@dataclass(frozen=True, slots=True)
class Message:
    """A mail, read. `body` is the whole text with the role of every passage; every `Source` in part "body"
    points into it.
    """

    envelope: Envelope
    body: Document
    subject: Document
    attachments: tuple[Part, ...]
    bounce: Bounce | None
    warnings: tuple[str, ...]

    @property
    def is_receipt(self) -> bool:
        """Whether it only reports that a mail of ours was delivered or shown."""
        return self.envelope.automatic and self.bounce is None and any(part.is_report for part in self.attachments)

    @property
    def reply_text(self) -> str:
        """The body without quoted mails, signature and disclaimer; never empty where the body is not."""
        kept = [
            self.body.text[passage.start : passage.end] for passage in self.body.passages if passage.role is Role.BODY
        ]
        return "".join(kept).strip() or self.body.text.strip() or self.body.text


def parse(raw: bytes, ours: Ours = Ours(), depth: int = 0) -> Message:  # noqa: B008 - Ours is frozen
    """Reads a mail (RFC 5322, or a .msg). `depth` counts the mails around it. Raises NotAMail where there is no
    header at all.
    """
    if raw.startswith(olefile.MAGIC) and sniff.media_type(raw) == sniff.MSG:
        return _from_outlook(msg.unpack(raw), ours, depth)
    root = structure.take_apart(_with_line_ends(raw))
    if not root.headers.fields:
        raise NotAMail("The file has no mail header.")
    return _Reader(ours, depth).read(root, raw)


class _Reader:
    """Reads one mail; keeps count of the mails inside that it opened."""

    def __init__(self, ours: Ours, depth: int) -> None:
        self.ours = ours
        self.depth = depth
        self.warnings: list[str] = []
        self.opened = 0

    def read(self, root: Entity, raw: bytes) -> Message:
        contents = body.sort(root)
        cited = body.cited_ids(contents)
        document = body.read(contents, self.warnings)
        parts: list[Part] = []
        for entity in contents.files:
            document = self._add_file(entity, cited, document, parts)
        envelope, notes = read_envelope(root, document.text)
        report = read_bounce(root, envelope.sender, envelope.subject, document.text, raw)
        notes += [note for entity in _everything(root) for note in (*entity.warnings, *entity.headers.warnings)]
        return self._message(
            replace(envelope, automatic=envelope.automatic or report is not None), document, parts, report, notes
        )

    def read_unpacked(self, mail: Unpacked) -> Message:
        """A mail that came out of winmail.dat or a .msg: its headers are few, its text is decoded."""
        head = Headers(
            [(name.lower(), value.encode("utf-8", "replace").replace(b"\n", b" ")) for name, value in mail.headers]
        )
        root = Entity(head, mail.text.encode("utf-8", "replace"), parameters={"charset": "utf-8"})
        root.children = [
            _file_entity(mail.text.encode("utf-8", "replace")),
            *(_file_entity(one.content) for one in mail.files),
        ]
        document = _document_of(mail)
        parts = [self._packed_part(one) for one in mail.files]
        envelope, notes = read_envelope(root, document.text)
        return self._message(envelope, document, parts, None, [*mail.warnings, *notes])

    def _message(
        self, envelope: Envelope, document: Document, parts: list[Part], report: Bounce | None, notes: list[str]
    ) -> Message:
        warnings = tuple(dict.fromkeys([*self.warnings, *document.warnings, *notes]))[:MAX_WARNINGS]
        text = segment(document, envelope, self.ours)
        subject = Document("subject", envelope.subject)
        return Message(envelope, text, subject, tuple(_with_distinct_names(parts)), report, warnings)

    def _add_file(self, entity: Entity, cited: frozenset[str], document: Document, parts: list[Part]) -> Document:
        """Adds a file's part; a winmail.dat gives its files instead, and its text where the mail has none."""
        content = entity.content
        found = sniff.media_type(content, entity.name)
        if found == sniff.TNEF:
            unpacked = tnef.unpack(content)
            self.warnings += unpacked.warnings
            if unpacked.files or unpacked.text.strip() or unpacked.html.strip():
                parts += [self._packed_part(one) for one in unpacked.files]
                return document if document.text.strip() else _document_of(unpacked)
        closed = found == "application/pkcs7-mime" or entity.media_type.startswith("application/x-pkcs7-mime")
        if closed and entity.media_type not in _SIGNATURES:
            self.warnings.append("a signed or encrypted part was not opened")
        parts.append(self._part(entity, content, found, cited))
        return document

    def _part(self, entity: Entity, content: bytes, found: str, cited: frozenset[str]) -> Part:
        identity = entity.headers.text("content-id").strip("<> ") or None
        shown = identity in cited or headers.one_line(entity.headers.plain("content-location")) in cited
        inline = shown or (entity.disposition == "inline" and found.startswith("image/"))
        message = self._inner(content, found, entity.media_type)
        if message is not None and found != sniff.MSG:
            found = "message/rfc822"
        name = file_name(entity.name, found) or made_up_name(message, found, entity.media_type)
        return Part(name, found, entity.media_type, content, inline, identity, message)

    def _packed_part(self, one: PackedFile) -> Part:
        if one.mail is not None:
            message = _from_outlook(one.mail, self.ours, self.depth + 1)
            name = file_name(one.name, "message/rfc822") or made_up_name(message, "message/rfc822")
            return Part(name, sniff.TNEF, "", one.content, False, one.content_id, message)
        found = sniff.media_type(one.content, one.name)
        inner = self._inner(one.content, found, "")
        inline = one.content_id is not None and found.startswith("image/")
        return Part(
            file_name(one.name, found) or made_up_name(inner, found),
            found,
            "",
            one.content,
            inline,
            one.content_id,
            inner,
        )

    def _inner(self, content: bytes, found: str, declared: str) -> Message | None:
        """The mail that a file holds; None where it holds none, or lies too deep."""
        if found != sniff.MSG and found != "message/rfc822" and not (declared in _MAILS and found.startswith("text/")):
            return None
        self.opened += 1
        if self.depth + 1 > MAX_DEPTH or self.opened > MAX_INNER:
            self.warnings.append("a mail inside lies too deep, or there are too many; kept as a file")
            return None
        try:
            return parse(content, self.ours, self.depth + 1)
        except NotAMail:
            return None


def file_name(name: str, media_type: str) -> str:
    """A name that is safe to show and to keep: no path, no control characters, an ending by the bytes; "" where
    it has none.
    """
    text = headers.one_line(name.replace("\\", "/"))
    text = _FORBIDDEN.sub("_", PurePosixPath(text.rstrip("/ ")).name).strip(" .")
    if not text.strip("_"):
        return ""
    stem, dot, ending = text.rpartition(".")
    if len(text) > MAX_NAME:
        text = f"{stem[: MAX_NAME - 20]}{dot}{ending[:19]}" if dot else text[:MAX_NAME]
    return text if "." in text.strip(".") else text + ENDINGS.get(media_type, "")


def made_up_name(message: Message | None, media_type: str, declared: str = "") -> str:
    """The name of a file that came without one: the subject of a mail, else its kind."""
    if message is not None and message.envelope.subject:
        return file_name(message.envelope.subject.replace("/", "_").replace(".", "_")[:80], media_type) or "mail.eml"
    own = {
        "text/calendar": "calendar", "message/delivery-status": "delivery-status", "text/rfc822-headers": "headers",
        "message/disposition-notification": "receipt",
    }  # fmt: skip
    kind = {"image": "picture", "message": "mail", "text": "text"}.get(media_type.partition("/")[0], "attachment")
    return own.get(declared, own.get(media_type, kind)) + ENDINGS.get(media_type, "")


def _from_outlook(mail: Unpacked, ours: Ours, depth: int) -> Message:
    return _Reader(ours, depth).read_unpacked(mail)


def _document_of(mail: Unpacked) -> Document:
    html = read_html(mail.html, "body") if mail.html.strip() else None
    if html is not None and (has_data_table(html) or not mail.text.strip()):
        return html
    return read_text(mail.text, "body")


def _file_entity(content: bytes) -> Entity:
    return Entity(Headers(), content, media_type="application/octet-stream")


def _with_line_ends(raw: bytes) -> bytes:
    """The mail with line ends that can be found: old software wrote CR alone, some gateways CR CR LF."""
    if b"\n" not in raw[:20_000] and b"\r" in raw[:20_000]:
        return raw.replace(b"\r", b"\n")
    return raw.replace(b"\r\r\n", b"\r\n") if b"\r\r\n" in raw[:20_000] else raw


def _everything(entity: Entity) -> list[Entity]:
    found = [entity]
    for one in found:  # grows while it is walked: every level after the one above
        found += one.children
    return found


def _with_distinct_names(parts: list[Part]) -> list[Part]:
    """Equal names told apart by a number, as every value's source names its part."""
    seen: Counter[str] = Counter()
    out: list[Part] = []
    for part in parts:
        seen[part.name.casefold()] += 1
        count = seen[part.name.casefold()]
        out.append(part if count == 1 else replace(part, name=_numbered(part.name, count)))
    return out


def _numbered(name: str, count: int) -> str:
    stem, dot, ending = name.rpartition(".")
    return f"{stem} ({count}){dot}{ending}" if dot else f"{name} ({count})"
