"""What all letters share: who writes, in which language, the frame of a letter's data, and the `Letter` that comes
of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from intake.replies import threads, wording
from intake.replies.threads import Thread
from intake.settings import Settings
from storage.records import Letter, Person, Purpose, Record, ThreadMessage, WindowName
from templates import manners, render
from templates.data import LANGUAGES, Company, Contact, LetterData, RecordNotice
from templates.words import Words
from templates.words import words as words_of

Receivers = str | Sequence[str]  # one address, or several


@dataclass(frozen=True, slots=True)
class Desk:
    """Who writes: the company as its letters show it. `site` is the review site's address, without a slash at its
    end.
    """

    name: str
    address: str  # the mail address that customers write to
    zone: ZoneInfo
    language: str = "zh-CN"
    phone: str = ""
    fax: str = ""
    postal: str = ""
    templates: Path | None = None
    site: str = ""

    @classmethod
    def of(cls, settings: Settings, site: str = "", postal: str = "") -> "Desk":
        company = settings.company
        folder = settings.path(settings.templates) if settings.templates else None
        return cls(
            company.name,
            company.address,
            company.zone,
            company.language,
            company.phone,
            company.fax,
            postal,
            folder,
            site,
        )


@dataclass(frozen=True, slots=True)
class Ids:
    """Fresh ids of a letter: its key in our database, and its Message-ID with angle brackets."""

    letter_id: str
    message_id: str


def letter_language(language: str, ours: str) -> str:
    """The language to write in: the customer's, if we have it; a Chinese one by its script; a foreign one gets
    English.
    """
    if language in LANGUAGES:
        return language
    tag = language.lower()
    if tag.startswith("zh"):
        return "zh-TW" if any(part in tag for part in ("hant", "-tw", "-hk", "-mo")) else "zh-CN"
    if tag.startswith("en"):
        return "en"
    return ours if tag in ("", "und", "other") else "en"


@dataclass(frozen=True, slots=True)
class Post:
    """A letter to a customer before its words: about which record, to whom, by whom, when, in which thread."""

    record: Record
    to: tuple[str, ...]
    owner: Person | None
    desk: Desk
    ids: Ids
    now: datetime
    cc: tuple[str, ...] = ()
    messages: tuple[ThreadMessage, ...] = ()  # the record's mails so far
    attachments: tuple[tuple[str, str, str], ...] = ()  # (name, media type, sha256)

    @property
    def words(self) -> Words:
        return words_of(letter_language(self.record.language, self.desk.language), self.desk.templates)

    @property
    def attachment(self) -> str:
        """The first attachment's name, as the letter says it; or empty."""
        return self.attachments[0][0] if self.attachments else ""

    def frame(self) -> dict[str, Any]:
        return to_customer(self.record, self.owner, self.desk, self.words, self.now)

    def letter(self, purpose: Purpose, data: LetterData) -> Letter:
        thread = threads.of_messages(self.messages)
        return compose(
            purpose, data, self.record, self.to, self.cc, self.desk, self.ids, self.now, thread, self.attachments
        )


def to_customer(record: Record, owner: Person | None, desk: Desk, known: Words, now: datetime) -> dict[str, Any]:
    """What every letter to a customer says."""
    department = owner.department if owner and owner.department else record.department
    return {
        **frame(desk, known, now, manners.salutation(record.customer.contact, known.language)),
        "number": record.number,
        "about": wording.about(record, known),
        "reference": threads.customer_reference(record.subject),
        "received": manners.moment(record.received_at, desk.zone, known.language),
        "contact": contact_of(owner, department, desk, known),
    }


def contact_of(owner: Person | None, department: str, desk: Desk, known: Words) -> Contact:
    """Who is responsible here, and how he is reached: by our common telephone and address."""
    place = department or (owner.department if owner else "")
    return Contact(
        owner.name if owner else "", known.of("departments", place) if place else "", desk.phone, desk.address
    )


def notice(record: Record, owner: Person | None, desk: Desk, known: Words, now: datetime) -> dict[str, Any]:
    return {
        **frame(desk, known, now, known.phrase("colleagues")),
        "number": record.number,
        "severity": record.letter.value,
        "severity_name": known.of("classes", record.letter.value),
        "reasons": tuple(known.of("reasons", reason) for reason in record.reasons),
        "customer": customer_name(record, known),
        "about": wording.about(record, known),
        "department": known.of("departments", record.department) if record.department else "",
        "owner": owner.name if owner else record.owner,
        "received": manners.moment(record.received_at, desk.zone, known.language),
        "link": f"{desk.site}/records/{record.number}" if desk.site else "",
    }


def customer_name(record: Record, known: Words) -> str:
    return wording.plain(record.customer.company or record.customer.email or "", 60) or known.phrase("unknown_customer")


_SATISFIES = {
    Purpose.ACKNOWLEDGEMENT: WindowName.ACKNOWLEDGEMENT,
    Purpose.PROGRESS: WindowName.SOLUTION_OR_PROGRESS,
    Purpose.SOLUTION: WindowName.SOLUTION_OR_PROGRESS,
    Purpose.FIRST_REPORT: WindowName.FIRST_REPORT,
    Purpose.FULL_REPORT: WindowName.FULL_REPORT,
    Purpose.DISPATCH: WindowName.DISPATCH,
    Purpose.MANAGEMENT_REPORT: WindowName.MANAGEMENT_REPORT,
}


def frame(desk: Desk, known: Words, now: datetime, greeting: str) -> dict[str, Any]:
    return {
        "language": known.language,
        "company": Company(desk.name, desk.address, desk.phone, desk.fax, desk.postal),
        "salutation": greeting,
        "today": manners.day(now.astimezone(desk.zone), known.language),
        "zone": manners.zone_name(desk.zone, now, known),
    }


def compose(
    purpose: Purpose,
    data: LetterData | RecordNotice,
    record: Record | None,
    to: Receivers,
    cc: Receivers,
    desk: Desk,
    ids: Ids,
    now: datetime,
    thread: Thread | None = None,
    attachments: Sequence[tuple[str, str, str]] = (),
    template: str = "",
) -> Letter:
    """A letter in its words. `template` is the one of `templates.data` where it is not named as the purpose is."""
    rendered = render(template or purpose.value, data.language, data, desk.templates)
    hangs = thread or Thread()
    return Letter(
        id=ids.letter_id,
        record=record.number if record else None,
        purpose=purpose,
        language=data.language,
        to=addresses(to),
        cc=addresses(cc),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id=ids.message_id,
        created_at=now,
        in_reply_to=hangs.in_reply_to,
        references=hangs.references,
        headers=threads.headers(purpose),
        attachments=tuple(attachments),
        satisfies=_SATISFIES.get(purpose),
    )


def addresses(receivers: Receivers) -> tuple[str, ...]:
    return (receivers,) if isinstance(receivers, str) else tuple(receivers)
