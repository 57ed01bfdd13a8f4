"""What we keep, as frozen data without SQL. Rows and repositories turn these into tables and back.

All moments are aware datetimes in UTC. Enumerations are the words of the service's JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class ArrivalState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    SET_ASIDE = "set_aside"  # needs a person; `why` and `remedy` say what for


class Became(StrEnum):
    """What became of a mail or file that arrived. The counts of these always add up to what arrived."""

    RECORD = "record"
    FOLLOW_UP = "follow_up"
    DUPLICATE = "duplicate"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    SPAM = "spam"
    OWN = "own"  # a mail that we sent
    UNREADABLE = "unreadable"


class RecordState(StrEnum):
    TO_REVIEW = "to_review"
    IN_PROGRESS = "in_progress"
    REPORTED = "reported"
    ACCEPTED = "accepted"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Class(StrEnum):
    """Severity class (客诉信息处理流程 §4)."""

    A = "A"
    B = "B"
    C = "C"


class WindowName(StrEnum):
    ACKNOWLEDGEMENT = "acknowledgement"
    MANAGEMENT_REPORT = "management_report"
    DISPATCH = "dispatch"
    ON_SITE_CONFIRMATION = "on_site_confirmation"
    SOLUTION_OR_PROGRESS = "solution_or_progress"
    FIRST_REPORT = "first_report"
    ON_SITE = "on_site"
    REPLACEMENT = "replacement"
    HAZARD_NOTICE = "hazard_notice"
    WRITTEN_RECORD = "written_record"
    HANDLED = "handled"
    FULL_REPORT = "full_report"


class WindowState(StrEnum):
    OPEN = "open"
    MET = "met"
    MET_LATE = "met_late"
    OVERDUE = "overdue"
    WAIVED = "waived"


class Purpose(StrEnum):
    """Why a letter is written. The first group goes to the customer, the last to our own people."""

    ACKNOWLEDGEMENT = "acknowledgement"
    MISSING_INFORMATION = "missing_information"
    PROGRESS = "progress"
    FIRST_REPORT = "first_report"
    SOLUTION = "solution"
    FULL_REPORT = "full_report"
    NOT_OUR_FAULT = "not_our_fault"
    REVISION = "revision"
    CLOSURE = "closure"
    SURVEY = "survey"
    BATCH_WARNING = "batch_warning"
    RETURN_ARRANGEMENT = "return_arrangement"
    DELAY = "delay"

    SUPPLIER_COMPLAINT = "supplier_complaint"  # to a supplier of ours

    DISPATCH = "dispatch"
    MANAGEMENT_REPORT = "management_report"
    UNSIGNED = "unsigned"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    ESCALATION = "escalation"
    DIGEST = "digest"
    SYSTEM_TROUBLE = "system_trouble"


class LetterState(StrEnum):
    DRAFT = "draft"  # waits for a person's approval
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"  # the server said "later" (4xx), or could not be reached
    REFUSED = "refused"  # the server said "never" (5xx)
    IN_DOUBT = "in_doubt"  # the connection broke after DATA: sent or not, nobody knows
    CANCELLED = "cancelled"


class Role(StrEnum):
    """A person's role; department names are settings, roles are fixed."""

    INTAKE = "intake"
    QUALITY = "quality"
    QUALITY_MANAGER = "quality_manager"
    DEPARTMENT = "department"
    DEPARTMENT_HEAD = "department_head"
    BUSINESS_UNIT_MANAGER = "business_unit_manager"
    MANAGEMENT_REPRESENTATIVE = "management_representative"
    GENERAL_MANAGER = "general_manager"
    SALES = "sales"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail or file taken in. `key` is the source's own mark of it (UIDVALIDITY:UID, Maildir name, path); unique with
    `source`.
    """

    id: str
    source: str  # "complaints/INBOX"
    key: str
    sha256: str  # of the raw bytes, their name in the blob store
    size: int
    received_at: datetime  # the server's INTERNALDATE, or the file's arrival: where all clocks start
    taken_at: datetime
    file_name: str | None = None  # of a dropped file that is no mail
    headers_only: bool = False  # over the size limit: the blob holds the headers alone
    message_id: str | None = None
    fingerprint: str | None = None
    subject: str = ""
    sender: str = ""
    state: ArrivalState = ArrivalState.WAITING
    became: Became | None = None
    record: str | None = None
    why: str = ""
    remedy: str = ""
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class CustomerOf:
    """The customer as a record names it: plain values; the sources are in the Reading."""

    company: str | None = None
    contact: str | None = None
    email: str | None = None
    phone: str | None = None
    fax: str | None = None
    location: str | None = None


@dataclass(frozen=True, slots=True)
class ItemOf:
    """One item of a record: plain values of `parsers.types.Item`."""

    product: str | None = None
    model: str | None = None
    batch: tuple[str, ...] = ()
    order_no: str | None = None
    production_date: str | None = None
    ship_date: str | None = None
    quantity_shipped: float | None = None
    quantity_inspected: float | None = None
    quantity_defective: float | None = None
    defect_rate: float | None = None
    defect: str | None = None
    disposition: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The class, and the names of the rules that gave it."""

    letter: Class
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """A promise with an end. `clause` cites the procedure, the agreement, or the customer's own demand."""

    record: str
    name: WindowName
    starts_at: datetime
    due_at: datetime
    clause: str
    clock: str  # round_the_clock, working_time, calendar_days, local_day
    state: WindowState = WindowState.OPEN
    met_at: datetime | None = None
    reminded: tuple[str, ...] = ()  # steps already taken: "50", "80", "100", "escalated"
    look_at: datetime | None = None  # when the clock watch must look at it next; None: never again


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to send. Its Message-ID is fixed when it is written; `satisfies` is the window that its acceptance
    meets.
    """

    id: str
    record: str | None
    purpose: Purpose
    language: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    text: str
    html: str
    message_id: str
    created_at: datetime
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)  # Auto-Submitted and such
    attachments: tuple[tuple[str, str, str], ...] = ()  # (name, media type, sha256)
    satisfies: WindowName | None = None
    state: LetterState = LetterState.QUEUED
    claim: str = ""  # the job that is sending it, or was when it was cut off
    attempts: int = 0
    next_try_at: datetime | None = None
    sent_at: datetime | None = None
    answer: str = ""  # what the server said last
    remedy: str = ""


SUPPLIER = "supplier"


@dataclass(frozen=True, slots=True)
class ThreadMessage:
    """A mail that belongs to a record, in or out."""

    record: str
    direction: str  # "in" | "out"
    message_id: str | None
    subject: str
    at: datetime
    source: str
    fingerprint: str | None = None
    arrival: str | None = None
    recipients: tuple[str, ...] = ()
    sha256: str | None = None
    party: str | None = None  # SUPPLIER: between us and a supplier, and no part of the customer's thread


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a record: who, when, what, and where values changed the old and the new."""

    record: str | None
    at: datetime
    who: str  # "system", or a person's address
    what: str
    old: Any = None
    new: Any = None


@dataclass(frozen=True, slots=True)
class Record:
    """A complaint, tracked. `reading` is the JSON of the Reading that opened it, with every source; `items` its plain
    values.
    """

    number: str
    state: RecordState
    letter: Class
    reasons: tuple[str, ...]
    kind: str
    channel: str
    language: str
    received_at: datetime
    opened_at: datetime
    customer: CustomerOf
    items: tuple[ItemOf, ...]
    subject: str
    missing: tuple[str, ...] = ()
    department: str = ""
    owner: str = ""
    signals: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    claim_amount: float | None = None
    claim_currency: str | None = None
    reply_due: str | None = None
    customer_id: int | None = None
    merged_into: str | None = None
    warnings: tuple[str, ...] = ()
    reading: Mapping[str, Any] = field(default_factory=dict)
    version: int = 1


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """Master data of a customer (顾客资料卡). `agreement` maps window names to durations such as 12h or 5d."""

    name: str
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    contact: str = ""
    email: str = ""
    phone: str = ""
    fax: str = ""
    language: str = ""
    province: str = ""
    remote: bool = False
    agreement: Mapping[str, str] = field(default_factory=dict)
    id: int | None = None


@dataclass(frozen=True, slots=True)
class ProductCard:
    product: str
    model: str
    part_no: str = ""
    customer_part_no: str = ""
    department: str = ""
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Shipment:
    customer: str
    model: str
    batch: str
    quantity: float | None
    ship_date: date | None
    order_no: str = ""
    id: int | None = None


@dataclass(frozen=True, slots=True)
class SupplierCard:
    """Master data of a supplier of ours (供应商): whom a complaint about its material is written to."""

    name: str
    contact: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""
    id: int | None = None


@dataclass(frozen=True, slots=True)
class ServicePoint:
    """A service point of ours (顾客服务网点), for a region or province; an empty region is every other one."""

    name: str
    region: str = ""
    contact: str = ""
    phone: str = ""
    address: str = ""
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """One of our own people."""

    name: str
    email: str
    department: str
    role: Role
    id: int | None = None


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source is doing: where the poller stands, and what went wrong last."""

    source: str
    uid_validity: int | None = None
    last_uid: int | None = None
    last_ok_at: datetime | None = None
    failing_since: datetime | None = None
    error: str = ""
    seen: int = 0  # mails counted in the source at the last reconciliation


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value stands in what came: `start:end` of the part's text, or a box on its page, in points. `arrival` is
    the mail's id, "" for the one that opened the record.
    """

    part: str
    page: int
    start: int
    end: int
    text: str
    box: tuple[float, float, float, float] | None
    arrival: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's fix of one field, kept as training data. `item` counts from 0; None: of the record or the customer.
    `spot` is where he read it, as far as he showed it.
    """

    record: str
    item: int | None
    field: str
    old: Any
    new: Any
    by: str
    at: datetime
    spot: Spot | None = None
