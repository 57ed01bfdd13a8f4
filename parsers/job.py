"""What a reading child is asked for, and what it gives back: one mail or file in, its headers and its Reading out.

`open_job` runs in the child (`parsers.sandbox`), so that spaCy and the readers of files are loaded there and nowhere
else.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from parsers.files.seen import SeenPage, Wanted
from parsers.limits import ReadLimits
from parsers.mime import Part
from parsers.results import DrawnPage, Enclosed, MadePhoto, OwnForm
from parsers.thread import own_words
from parsers.types import Bounce, Channel, Customer, Envelope, Kind, Ours, Reading

MOST_FORMS = 5
MOST_UNCOMPRESSED = 50_000_000  # bytes; a filled form with its photos is far smaller
LONGEST_REPLY = 50_000  # characters; what is written to be acted on is short
HEADERS_ONLY = "The mail is over the size limit; only its headers were taken."


@dataclass(frozen=True, slots=True)
class Job:
    """`file_name` is set for a dropped file that is no mail; `headers_only` where `raw` is the header block alone.

    `seen` is what was recognised on its pictures; None where nobody has looked yet.
    """

    raw: bytes
    received_at: datetime
    file_name: str | None = None
    headers_only: bool = False
    seen: tuple[SeenPage, ...] | None = None
    draw: bool = False  # its pages are asked for as pictures, and nothing else
    photos: bool = False  # its photos are asked for, made anew, and nothing else


@dataclass(frozen=True, slots=True)
class Drawing:
    """The pages of a mail's documents as pictures, or its photos as plain JPEGs."""

    pages: tuple[DrawnPage, ...]
    photos: tuple[MadePhoto, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """`reading_json` is the Reading as it is kept. `trouble` is (why, remedy) where the whole could not be
    read. `reply_text` is what the mail says anew: without quoted mails and signature; of a mail that is handed on, what
    was handed on. `own_words` is what its sender wrote himself, and nothing else. `forms` are forms of ours that came
    back filled in; `enclosed` are its files by what each is.
    """

    envelope: Envelope
    reading: Reading
    reading_json: Mapping[str, Any] = field(default_factory=dict)
    bounce: Bounce | None = None
    trouble: tuple[str, str] | None = None
    reply_text: str = ""
    own_words: str = ""
    forms: tuple[OwnForm, ...] = ()
    enclosed: tuple[Enclosed, ...] = ()


Read = Callable[[Job, Callable[[str], None], Mapping[str, str]], Outcome | Wanted | Drawing]


def open_job(ours: Ours, limits: ReadLimits, model: str = "") -> Read:
    """Loads all that reading needs, once a child, and returns the reading itself. `model` is a folder of one of our
    own making (`intake train`); empty: the shipped one.
    """
    from parsers.drawing import draw_file, draw_parts
    from parsers.enclosed import enclosed, photos
    from parsers.export_reading import kept_json
    from parsers.mime import parse
    from parsers.nlp.pipeline import MODEL, from_disk
    from parsers.own_forms import own_form
    from parsers.reader import reading_of_file, reading_of_message, warm
    from parsers.sight import Sight

    extractor = from_disk(Path(model) if model else MODEL)
    warm(extractor)

    def read(job: Job, report: Callable[[str], None], skip: Mapping[str, str]) -> Outcome | Wanted | Drawing:
        if job.draw:
            if job.file_name is not None:
                return Drawing(draw_file(job.file_name, job.raw, limits))
            return Drawing(draw_parts(parse(job.raw, ours).attachments, limits))
        if job.photos:
            return Drawing((), tuple(photos(parse(job.raw, ours).attachments[: limits.parts])))
        sight = Sight(job.seen, limits.pages)
        if job.file_name is not None:
            reading = reading_of_file(
                job.file_name, job.raw, ours, job.received_at, limits, report, skip, sight, extractor
            )
            if isinstance(reading, Wanted):
                return reading
            trouble = _unreadable(reading)
            if trouble is not None and reading.kind is Kind.OTHER:
                reading = replace(reading, kind=Kind.COMPLAINT)  # until a person says otherwise: its windows must run
            return Outcome(envelope_of_file(job), reading, kept_json(reading), trouble=trouble)
        message = parse(job.raw, ours)
        if job.headers_only:
            return Outcome(
                message.envelope,
                unread(HEADERS_ONLY),
                trouble=(HEADERS_ONLY, "Read it in its mailbox; limits.mail_bytes sets the limit for later mails."),
            )
        reading = reading_of_message(message, ours, job.received_at, limits, report, skip, sight, extractor)
        if isinstance(reading, Wanted):
            return reading
        said, own = message.reply_text[:LONGEST_REPLY], own_words(message.body.text[:LONGEST_REPLY])
        forms = tuple(_own_forms(message.attachments, limits, skip, own_form))
        files = enclosed(message.attachments[: limits.parts], reading.texts, frozenset(form.part for form in forms))
        return Outcome(message.envelope, reading, kept_json(reading), message.bounce, None, said, own, forms, files)

    return read


def _own_forms(
    attachments: tuple[Part, ...],
    limits: ReadLimits,
    skip: Mapping[str, str],
    read: Callable[[str, bytes, int], OwnForm | None],
) -> Iterator[OwnForm]:
    """Our own forms among the attachments; what ended a reader before is left alone."""
    files = [
        part for part in attachments[: limits.parts] if part.name.lower().endswith(".docx") and part.name not in skip
    ]
    for part in files[:MOST_FORMS]:
        form = read(part.name, part.content, MOST_UNCOMPRESSED)
        if form is not None:
            yield form


def _unreadable(reading: Reading) -> tuple[str, str] | None:
    """A file of which nothing could be read; a mail has its own words at least."""
    if not reading.unread or any(text.strip() for text in reading.texts.values()):
        return None
    return "The file cannot be read.", reading.unread[0][1]


def unread(why: str) -> Reading:
    """A mail that nobody has understood yet is a complaint until a person says otherwise: its windows must run."""
    return Reading(Kind.COMPLAINT, "", Channel.EMAIL, Customer(), warnings=(why,))


def envelope_of_file(job: Job) -> Envelope:
    """A dropped file has no headers: its name stands for the subject, its bytes for its identity."""
    return Envelope(
        subject=" ".join((job.file_name or "").split()),
        sender=None,
        to=(),
        cc=(),
        reply_to=(),
        date=None,
        message_id=None,
        in_reply_to=None,
        references=(),
        automatic=False,
        bulk=False,
        envelope_from=None,
        authentication_failed=False,
        fingerprint=hashlib.sha256(job.raw).hexdigest(),
    )
