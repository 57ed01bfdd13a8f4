"""What one mail says, as data: the vocabulary that the rest of the house speaks.

A `Reading` is made by `parsers.read_mail` and is a pure function of the bytes: same bytes, same Reading. Every value
is a `Field` that knows where it stands (`Source`), how sure we are (`confidence`) and which rule or model proposed it
(`rule`). The JSON of these types is in `parsers/export.py`.
"""

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Kind(StrEnum):
    """What a mail is."""

    COMPLAINT = "complaint"
    REPLY = "reply"  # follow-up to a complaint that is already known
    INQUIRY = "inquiry"
    NOTICE = "notice"  # plan, meeting, document or engineering change, suggestion, survey answer
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    SPAM = "spam"
    OTHER = "other"


class Channel(StrEnum):
    """How a complaint came (投诉形式). Mail and fax are read; the others are entered by staff."""

    EMAIL = "email"
    FAX = "fax"
    PHONE = "phone"
    ORAL = "oral"
    LETTER = "letter"
    RETURN = "return"
    ON_SITE = "on_site"
    SURVEY = "survey"


class Signal(StrEnum):
    """A circumstance that bears on the class of a complaint."""

    LINE_STOP = "line_stop"  # 停线
    BATCH_PROBLEM = "batch_problem"  # 批量不良
    HAZARDOUS_SUBSTANCE = "hazardous_substance"  # RoHS, REACH, 有害物质
    SAFETY = "safety"  # 人身安全
    REPEAT = "repeat"  # 重复发生


class Request(StrEnum):
    """What the customer asks of us."""

    EIGHT_D = "8d_report"
    REPLACEMENT = "replacement"  # 补货, 换货
    RETURN = "return"  # 退货
    REFUND = "refund"  # 退款, 扣款, 折让
    ONSITE = "onsite"  # 派人到现场
    SORTING = "sorting"  # 挑选
    SAMPLE_ANALYSIS = "sample_analysis"  # 样品分析


class Disposition(StrEnum):
    """What the customer says happens to the bad parts (不良品处理方式)."""

    RETURN = "return"  # 退货
    REPLACE = "replace"  # 换货
    REWORK = "rework"  # 返工
    SCRAP = "scrap"  # 报废
    SORT = "sort"  # 挑选
    CONCESSION = "concession"  # 让步接收, 特采
    HOLD = "hold"  # 封存, 隔离


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page in points (1/72 inch), origin at the top left."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value stands: `document.text[start:end]` of the part named `part` is the field's `text`.

    `part` is "body", "subject", "from" (the header's address), or the attachment's file name. `page` counts from 1.
    """

    part: str
    page: int
    start: int
    end: int
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another value that the same words or others could mean, less likely than the one that was taken."""

    value: object
    text: str
    confidence: float
    source: Source


@dataclass(frozen=True, slots=True)
class Field(Generic[T]):
    """A value in normal form, with the words it was read from.

    `confidence` is a calibrated probability, 0 to 1. `rule` names what proposed it. `others` are what else was
    proposed, the likeliest first. `unit` is set where a quantity is
    not
    in pieces (米, 桶, kg).
    """

    value: T
    text: str
    confidence: float
    source: Source
    rule: str
    unit: str | None = None
    others: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark(Generic[T]):
    """A signal or request that the text gives, with the words that give it."""

    name: T
    text: str
    source: Source
    rule: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Money that the customer claims: amount in major units, ISO 4217 currency."""

    amount: float
    currency: str


@dataclass(frozen=True, slots=True)
class Customer:
    """Who complains, as far as the document says it."""

    company: Field[str] | None = None
    contact: Field[str] | None = None
    email: Field[str] | None = None
    phone: Field[str] | None = None
    fax: Field[str] | None = None
    location: Field[str] | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One product or model that the customer complains of. Dates are ISO 8601, `YYYY-MM-DD` or `YYYY-MM`."""

    product: Field[str] | None = None
    model: Field[str] | None = None
    batch: Field[tuple[str, ...]] | None = None  # 批号, in the document's order
    order_no: Field[str] | None = None
    production_date: Field[str] | None = None
    ship_date: Field[str] | None = None
    quantity_shipped: Field[float] | None = None
    quantity_inspected: Field[float] | None = None
    quantity_defective: Field[float] | None = None
    defect_rate: Field[float] | None = None  # a fraction, 0 to 1
    defect: Field[str] | None = None
    disposition: Field[Disposition] | None = None


ITEM_FIELDS = tuple(Item.__dataclass_fields__)
CUSTOMER_FIELDS = tuple(Customer.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Ours:
    """Who we are, so that our own name, address and products are never taken for the customer's.

    `names` are company names as they may be printed, `addresses` our mail addresses, `domains` our mail domains.
    """

    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox of a header: display name (may be empty) and address (lower-cased domain; may be empty if
    malformed).
    """

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery report (RFC 3464), or a mail that is one in all but form."""

    recipients: tuple[str, ...]
    status: str | None  # enhanced status code, RFC 3463, such as 5.1.1
    permanent: bool
    message_ids: tuple[str, ...] = ()  # Message-IDs found in the returned mail or headers


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part of the mail that is a file, as `intake read` lists it."""

    name: str
    media_type: str  # by magic bytes, never the declared one
    size: int
    sha256: str
    inline: bool


@dataclass(frozen=True, slots=True)
class Envelope:
    """The headers that decisions need, decoded; a Message-ID stands with its angle brackets."""

    subject: str
    sender: Address | None  # From; None where it is missing or malformed
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    date: datetime | None  # the Date header, with its own offset
    message_id: str | None
    in_reply_to: str | None
    references: tuple[str, ...]
    automatic: bool  # RFC 3834 and its many variants
    bulk: bool  # a list, a newsletter
    envelope_from: str | None  # Return-Path; "" is the null sender
    authentication_failed: bool  # DMARC fail as our own mail server reports it
    fingerprint: str  # SHA-256 over what the sender wrote, whatever way it came


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one mail says."""

    kind: Kind
    language: str  # BCP 47: zh-CN, zh-TW, en, or another
    channel: Channel
    customer: Customer
    items: tuple[Item, ...] = ()
    claim_amount: Field[Claim] | None = None
    reply_due: Field[str] | None = None  # ISO 8601, YYYY-MM-DD or YYYY-MM-DDTHH:MM, in the customer's local time
    reply_due_for_full_report: bool = False
    signals: tuple[Mark[Signal], ...] = ()
    requests: tuple[Mark[Request], ...] = ()
    repeat_count: int | None = None  # 第三次 → 3, where the customer counts
    additions: Item | None = None  # what a follow-up adds
    on_site_province: str | None = None
    warnings: tuple[str, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()  # (part, remedy) of each part that could not be read
    texts: dict[str, str] = dataclass_field(default_factory=dict)  # part → its text, what every Source points into
    recognised: frozenset[tuple[str, int]] = frozenset()  # (part, page) of what was read off a picture (OCR)
