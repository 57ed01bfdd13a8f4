"""One mail or file, read from end to end: its parts, their text, what they say, as a `Reading`.

`warm` loads all that reading needs; a child process calls it once and then reads one mail after another.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from parsers.assemble import TRUST, Assembled, assemble
from parsers.customer import customer_of
from parsers.customer.heads import writer_of
from parsers.document import Document
from parsers.errors import ReadingError
from parsers.files import ReadLimits as FileLimits
from parsers.files import expand, read_file
from parsers.files.seen import Wanted
from parsers.limits import ReadLimits
from parsers.mime import Message, Part, parse
from parsers.nlp.pipeline import Extractor
from parsers.nlp.understanding import understand
from parsers.ours import known_by
from parsers.sight import Sight
from parsers.sniff import media_type as sniff
from parsers.types import Bounce, Envelope, Item, Kind, Ours, Reading

Report = Callable[[str], None]
_MAX_DEPTH = 3  # of mails within mails


@dataclass(slots=True)
class _Parts:
    """The documents of a mail that could be read, why the others could not, and what the mail is by its parts."""

    documents: list[Document] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    mails: list[Envelope] = field(default_factory=list)  # the heads of those that came as files
    receipt: bool = False

    def add(self, document: Document) -> None:
        if document.unread is not None:
            self.unread.append((document.part, document.unread))
        if document.text.strip() or document.unread is None:
            self.documents.append(document)
        self.warnings.extend(f"{document.part}: {warning}" for warning in document.warnings)


def warm(extractor: Extractor) -> None:
    """Loads the tables of words, so that the first mail is read as fast as the others."""
    sample = Document(
        "body", "贵司供应的电机 AB-1200 批号 A1，抽检100只发现3只漏油。Your motor AB-1200 leaks, 3 out of 100."
    )
    extractor.candidates_of([(sample, 0.0)], datetime(2024, 1, 1).date())


def reading_of_file(
    name: str,
    content: bytes,
    ours: Ours,
    received_at: datetime,
    limits: ReadLimits,
    report: Report,
    skip: Mapping[str, str],
    sight: Sight,
    extractor: Extractor,
) -> Reading | Wanted:
    """A bare document; a file that is a mail is read as one. `Wanted` where its pictures must be looked at first."""
    media_type = sniff(content, name)
    if media_type == "message/rfc822":
        return reading_of_message(parse(content, ours), ours, received_at, limits, report, skip, sight, extractor)
    parts = _Parts()
    for document in _documents_of_file(name, content, media_type, limits, report, skip, sight):
        parts.add(document)
    if sight.wanted is not None:
        return sight.wanted
    report(_longest(parts))
    return _reading(parts, None, None, Document("subject", ""), ours, received_at, extractor)


def reading_of_message(
    message: Message,
    ours: Ours,
    received_at: datetime,
    limits: ReadLimits,
    report: Report,
    skip: Mapping[str, str],
    sight: Sight,
    extractor: Extractor,
) -> Reading | Wanted:
    """All that a parsed mail says, attachments and the mails within it included. `Wanted` where its pictures must be
    looked at first.
    """
    parts = _Parts(warnings=[*message.warnings, *_left_out(len(message.attachments), limits.parts)])
    report("body")
    parts.add(message.body)
    for document in _documents_of_parts(message.attachments, limits, report, skip, sight, 0):
        parts.add(document)
    if sight.wanted is not None:
        return sight.wanted
    report(_longest(parts))
    parts.mails.extend(_mails_in(message.attachments, 0))
    parts.receipt = message.is_receipt
    sent_at = message.envelope.date or received_at
    return _reading(parts, message.envelope, message.bounce, message.subject, ours, sent_at, extractor)


def _mails_in(attachments: tuple[Part, ...], depth: int) -> Iterator[Envelope]:
    """The heads of the mails that came as files, the outer ones before those within them."""
    inside = [part.message for part in attachments if part.message is not None]
    yield from (message.envelope for message in inside)
    if depth + 1 < _MAX_DEPTH:
        for message in inside:
            yield from _mails_in(message.attachments, depth + 1)


def _documents_of_parts(
    attachments: tuple[Part, ...],
    limits: ReadLimits,
    report: Report,
    skip: Mapping[str, str],
    sight: Sight,
    depth: int,
) -> Iterator[Document]:
    for part in attachments[: limits.parts]:
        if part.message is not None and depth < _MAX_DEPTH:
            report(part.name)
            yield _renamed(part.message.body, part.name)
            inner = tuple(_within(part.name, attachment) for attachment in part.message.attachments)
            yield from _documents_of_parts(inner, limits, report, skip, sight, depth + 1)
        elif not (part.is_signature or part.is_report or (part.inline and part.media_type.startswith("image/"))):
            yield from _documents_of_file(part.name, part.content, part.media_type, limits, report, skip, sight)


def _left_out(count: int, most: int) -> tuple[str, ...]:
    return (f"It has {count} files; the first {most} were read. Look at the others in the original.",) * (count > most)


def _within(outer: str, part: Part) -> Part:
    return replace(part, name=f"{outer}/{part.name}")


def _renamed(document: Document, name: str) -> Document:
    return replace(document, part=name)


def _documents_of_file(
    name: str,
    content: bytes,
    media_type: str,
    limits: ReadLimits,
    report: Report,
    skip: Mapping[str, str],
    sight: Sight,
) -> Iterator[Document]:
    report(name)
    if name in skip:
        yield Document(name, "", unread=skip[name])
        return
    bounds = FileLimits(part_bytes=limits.part_bytes, pages=limits.pages, characters=limits.characters)
    try:
        inner = expand(name, content, media_type, bounds)
    except ReadingError as error:
        yield Document(name, "", unread=f"{error.cause} {error.remedy}")
        return
    if not inner:
        yield _read(name, content, media_type, bounds, sight)
        return
    for warning in _left_out(len(inner), limits.parts):
        yield Document(name, "", warnings=(warning,))
    for inner_name, inner_content in inner[: limits.parts]:
        full = f"{name}/{inner_name}"
        report(full)
        if full in skip:
            yield Document(full, "", unread=skip[full])
        else:
            yield _read(full, inner_content, sniff(inner_content, inner_name), bounds, sight)


def _read(name: str, content: bytes, media_type: str, bounds: FileLimits, sight: Sight) -> Document:
    document = read_file(name, content, media_type, bounds, sight.of(content))
    sight.ask_for(document, content, media_type)
    return document


def _longest(parts: _Parts) -> str:
    """Whose text takes the most time to understand: it is left out where that ends the reader, not the last file."""
    return max(parts.documents, key=lambda document: len(document.text), default=Document("body", "")).part


def _reading(
    parts: _Parts,
    envelope: Envelope | None,
    bounce: Bounce | None,
    subject: Document,
    ours: Ours,
    sent_at: datetime,
    extractor: Extractor,
) -> Reading:
    read = [(document, TRUST["body"] if document.part == "body" else TRUST["form"]) for document in parts.documents]
    found, views = extractor.candidates_of([*read, (subject, TRUST["subject"])], sent_at.date())
    documents = [*parts.documents, subject]
    ours = known_by(ours, envelope)
    understood = understand(documents, envelope, bounce, ours, sent_at, found, extractor.gist, parts.receipt)
    whole = assemble(found, views)
    items, additions = _placed(understood.kind, whole)
    return Reading(
        kind=understood.kind,
        language=understood.language,
        channel=understood.channel,
        customer=customer_of(views, writer_of(envelope, parts.mails, ours), ours),
        items=items,
        claim_amount=understood.claim_amount,
        reply_due=understood.reply_due,
        reply_due_for_full_report=understood.reply_due_for_full_report,
        signals=understood.signals,
        requests=understood.requests,
        repeat_count=understood.repeat_count,
        additions=additions,
        warnings=tuple(dict.fromkeys([*parts.warnings, *whole.warnings])),
        unread=tuple(parts.unread),
        texts={document.part: document.text for document in documents},
        recognised=frozenset((each.part, page) for each in documents for page in each.recognised_pages()),
    )


def _placed(kind: Kind, whole: Assembled) -> tuple[tuple[Item, ...], Item | None]:
    """Items are a complaint's; what a follow-up says is an addition to the complaint that it follows."""
    if kind is Kind.COMPLAINT:
        return whole.items, None
    if kind is Kind.REPLY and whole.items:
        return (), whole.items[0]
    return (), None
