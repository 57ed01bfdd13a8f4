"""Reading one arrival in a killable child: bytes in, headers and Reading out, whatever the bytes do."""

import hashlib
import re
from dataclasses import replace
from email.parser import BytesHeaderParser
from email.utils import parseaddr

from parsers.errors import ReadingError
from parsers.job import Job, Outcome, envelope_of_file, unread
from parsers.limits import ReadLimits
from parsers.results import DrawnPage, MadePhoto
from parsers.room import ReadingRoom
from parsers.sandbox import SandboxError
from parsers.types import Address, Channel, Envelope, Ours

LONGEST_SUBJECT = 500
MOST_HEADER_BYTES = 200_000
MOST_IDS = 500
_ID = re.compile(r"<[^<>\s]{1,500}>")


class Stopped(Exception):
    """The service ends: the job goes no further, and its arrivals wait for the next start."""


class Reader:
    """Reads arrivals in `size` children; safe to call from several threads."""

    def __init__(self, ours: Ours, limits: ReadLimits, size: int, model: str = "") -> None:
        self._room = ReadingRoom(ours, limits, size, model)
        self._closing = False

    def warm(self) -> None:
        """Starts the children, without waiting for them."""
        self._room.warm()

    def close(self) -> None:
        """Ends the children. What is being read then is not read, and not held against the mail either."""
        self._closing = True
        self._room.close()

    def read(self, job: Job) -> Outcome:
        """Never raises for what a customer sent: a mail that cannot be read comes back with its trouble and its
        headers.
        """
        try:
            return self._room.run(job)
        except (ReadingError, SandboxError) as error:
            if self._closing:
                raise Stopped("The service was stopped while it read.") from error
            headers = self._headers(job)
            if isinstance(error, SandboxError):  # our own fault, and no reason to leave a customer without an answer
                return in_trouble(
                    job, str(error), "Run `intake check`, mend what it names, then `intake retry`.", headers
                )
            return in_trouble(job, error.cause, error.remedy, headers)

    def draw(self, job: Job) -> tuple[DrawnPage, ...]:
        """The pages of its documents as pictures; none of what cannot be drawn within its limits."""
        try:
            return self._room.draw(job)
        except (ReadingError, SandboxError) as error:
            if self._closing:
                raise Stopped("The service was stopped while it drew.") from error
            return ()

    def photos(self, job: Job) -> tuple[MadePhoto, ...]:
        """Its photos made anew as plain JPEGs; none where that is not possible within its limits."""
        try:
            return self._room.photos(job)
        except (ReadingError, SandboxError) as error:
            if self._closing:
                raise Stopped("The service was stopped while it drew.") from error
            return ()

    def _headers(self, job: Job) -> Envelope | None:
        """All headers of a mail whose rest ends its readers, read in a child by themselves: whose thread it belongs to,
        and whether it may be answered, must not depend on what follows them. None where they cannot be read either.
        """
        if job.file_name is not None:
            return None
        try:
            envelope = self._room.run(replace(job, raw=_head(job.raw), headers_only=True)).envelope
        except (ReadingError, SandboxError):
            return None
        return replace(envelope, fingerprint=hashlib.sha256(job.raw).hexdigest())  # of the whole: heads may be alike


def in_trouble(job: Job, cause: str, remedy: str, headers: Envelope | None = None) -> Outcome:
    """What is known of a mail or file that could not be read. `headers` are a mail's own, where they could be."""
    envelope = headers or (envelope_of_file(job) if job.file_name is not None else _envelope_of_headers(job))
    reading = unread(cause)
    if job.file_name is not None:
        reading = replace(reading, channel=Channel.FAX)
    return Outcome(envelope, reading, trouble=(cause, remedy))


def _envelope_of_headers(job: Job) -> Envelope:
    """The few headers that the record's thread and an acknowledgement need, read here and without our own reader."""
    headers = BytesHeaderParser().parsebytes(_head(job.raw))
    email = parseaddr(str(headers.get("From", "")))[1]
    message_id = headers.get("Message-ID")
    answered = _ids(headers.get_all("In-Reply-To"))
    return replace(
        envelope_of_file(job),
        subject=" ".join(str(headers.get("Subject", "")).split())[:LONGEST_SUBJECT],
        sender=Address("", email) if email.count("@") == 1 else None,
        message_id=str(message_id).strip() if message_id else None,
        in_reply_to=answered[0] if answered else None,
        references=_ids(headers.get_all("References")),
        automatic=str(headers.get("Auto-Submitted", "no")).strip().lower() != "no",
        fingerprint=hashlib.sha256(job.raw).hexdigest(),
    )


def _head(raw: bytes) -> bytes:
    """The header block, with the empty line that ends it."""
    head = raw[:MOST_HEADER_BYTES].replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b"\n")
    return head.split(b"\n\n", 1)[0] + b"\n\n"


def _ids(values: list[str] | None) -> tuple[str, ...]:
    found = _ID.findall(" ".join(str(value) for value in values or ())[:MOST_HEADER_BYTES])
    return tuple(dict.fromkeys(found))[:MOST_IDS]
