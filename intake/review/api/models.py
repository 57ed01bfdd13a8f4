"""The shapes of records in the API: the JSON of `intake records --json`, and what the record page knows besides.

Moments are ISO 8601 in the company's time zone; texts are "" and other values null where nothing is known.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from storage.life import TaskState
from storage.records import ArrivalState, Became, Class, LetterState, RecordState, WindowName, WindowState

Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-20T17:00:00+08:00"])]
Day = Annotated[str, Field(json_schema_extra={"format": "date"}, examples=["2026-11-20"])]


class Shape(BaseModel):
    model_config = ConfigDict(populate_by_name=True, extra="ignore")


class Asked(BaseModel):
    """The body of a request: what it does not know is refused, so that a typing error is found."""

    model_config = ConfigDict(extra="forbid")


class Due(Shape):
    """A window that runs."""

    name: WindowName
    due_at: Moment
    state: WindowState


class RecordLine(Shape):
    """A record as the inbox shows it."""

    number: str = Field(examples=["KS-202611-0001"])
    state: RecordState
    letter: Class = Field(alias="class", description="severity")
    received_at: Moment = Field(description="when the complaint reached us: where all clocks start")
    customer: str | None = Field(description="the company")
    subject: str
    product: str | None = Field(description="of the first item")
    model: str | None
    defect: str | None
    items: int = Field(description="how many items it has")
    department: str
    owner: str = Field(description="an address")
    due: Due | None = Field(description="the next window that is not met")
    overdue: int = Field(description="how many windows are broken")
    missing: list[str] = Field(description="fields that the customer must still tell")
    merged_into: str | None


class RecordPage(Shape):
    """A page of a list."""

    records: list[RecordLine]
    next: str | None = Field(description="`after` of the next page; null: this was the last")


class Customer(Shape):
    company: str | None
    contact: str | None
    email: str | None
    phone: str | None
    fax: str | None
    location: str | None


class Item(Shape):
    product: str | None
    model: str | None
    batch: list[str] | None
    order_no: str | None
    production_date: str | None
    ship_date: str | None
    quantity_shipped: int | float | None
    quantity_inspected: int | float | None
    quantity_defective: int | float | None
    defect_rate: int | float | None = Field(description="a share: 0.12 is 12 %")
    defect: str | None
    disposition: str | None


class WindowShape(Shape):
    """A promise with an end."""

    name: WindowName
    due_at: Moment
    met_at: Moment | None
    state: WindowState
    clause: str = Field(description="the procedure, agreement or demand that it comes from")


class LetterLine(Shape):
    """A letter of ours, without its words."""

    id: str
    purpose: str = Field(examples=["acknowledgement"])
    to: list[str]
    cc: list[str]
    subject: str
    language: str
    message_id: str
    state: LetterState
    sent_at: Moment | None
    answer: str = Field(description="what the mail server said last")
    remedy: str = Field(description="what a person should do about it")


class Message(Shape):
    """A mail of the thread."""

    direction: Literal["in", "out"]
    message_id: str | None
    subject: str
    received_at: Moment | None
    source: str


class EventShape(Shape):
    """Something that happened, and where values changed the old and the new."""

    at: Moment
    who: str = Field(description='"system", or an address')
    what: str
    old: Any = None
    new: Any = None


class TaskShape(Shape):
    id: str
    kind: str
    owner: str
    due_at: Moment | None
    state: TaskState
    result: str


class ProposalShape(Shape):
    """A value that a later mail gives, to be taken or dropped by an act."""

    id: str
    item: int | None = Field(description="counted from 0; null: of the record")
    field: str
    value: Any
    text: str = Field(description="as it stands in the mail")


class Revision(Shape):
    revision: int
    state: str


class WarnedShape(Shape):
    """A customer that was warned of a batch."""

    id: str
    customer: str
    letter: str | None
    sent_at: Moment | None
    asked_at: Moment | None = Field(description="when the customer was asked last; later than `sent_at` if again")
    confirmed_at: Moment | None
    confirmed_by: str


class SupplierClaimShape(Shape):
    """A complaint of ours to a supplier about its material; its task is open until the supplier's report is here."""

    id: str
    supplier: str
    material: str
    batch: str
    asked_at: Moment
    letter: str
    task: str


class PlaceShape(Shape):
    """Where a value stands: characters `start` to `end` of a part's text, or a box on its page in points."""

    part: str = Field(description='"body", "subject" or the name of a file, as the mail\'s parts have it')
    page: int = Field(description="from 1")
    start: int
    end: int
    text: str = Field(description="the words that it was read from")
    box: tuple[float, float, float, float] | None = Field(description="left, top, right, bottom")


class ValueShape(Shape):
    """One value of a record, as a reviewer looks at it."""

    path: str = Field(description="how corrections name it", examples=["items.1.batch"])
    name: str
    item: int | None = Field(description="counted from 1; null: of the customer or the record")
    text: str = Field(description="as it is typed")
    confidence: float | None = Field(description="of the reader, from 0 to 1; null once a person has set it")
    doubtful: bool = Field(description="below the policy's threshold: a person should look at it")
    missing: bool
    odd: str = Field(description="the rule that it breaks beside other values")
    set_by: str = Field(description="who has set it")
    place: PlaceShape | None


class EvidenceShape(Shape):
    """A file that hangs on the record, given in by itself or come with a mail: `/records/{number}/evidence/{id}`."""

    id: str
    kind: str = Field(description="photo, sample, report, supplier_report, form, stamped_copy or other")
    name: str
    media_type: str
    by: str
    at: Moment
    note: str
    step: str = Field(description="the step of the 8D in which a photo stands; empty: in none", examples=["d4"])
    arrival: str = Field(description="the mail that it came with; empty: with none")


class RecordWhole(Shape):
    """A record with all that hangs on it."""

    number: str = Field(examples=["KS-202611-0001"])
    version: int = Field(description="changes whenever the record does; also the ETag")
    state: RecordState
    letter: Class = Field(alias="class", description="severity")
    reasons: list[str] = Field(description="the rules that gave the class")
    kind: str
    channel: str
    language: str
    received_at: Moment
    subject: str
    customer: Customer
    items: list[Item]
    missing: list[str]
    signals: list[str]
    requests: list[str]
    reply_due: str | None = Field(description="the date that the customer demands an answer for")
    department: str
    owner: str
    warnings: list[str] = Field(description="what could not be read")
    to_check: list[Any] = Field(description="what speaks against our own products and shipments")
    proposed: list[Any] = Field(description="what our products and shipments know besides")
    windows: list[WindowShape]
    letters: list[LetterLine]
    messages: list[Message]
    events: list[EventShape]
    signed_by: str
    signed_at: Moment | None
    handover_to: str
    cause: str
    responsibility: str | None
    same_fault: bool | None
    promised_on: Day | None
    tasks: list[TaskShape]
    proposals: list[ProposalShape]
    eight_d: Revision | None
    warned: list[WarnedShape]
    suppliers: list[SupplierClaimShape]
    merged_into: str | None
    values: list[ValueShape] = Field(description="every value with confidence and place; what needs a look first")
    evidence: list[EvidenceShape]
    may: list[str] = Field(description="the acts that this user may do to it now")


class ArrivalShape(Shape):
    """A mail or file that was taken in, and what became of it."""

    id: str
    source: str
    message_id: str | None
    subject: str
    received_at: Moment
    state: ArrivalState
    became: Became | None
    record: str | None
    why: str
    remedy: str


class SimilarShape(Shape):
    """An earlier record like this one."""

    number: str
    why: str = Field(examples=["same_model_like_defect"])
    likeness: float = Field(description="of the defects, from 0 to 1")
    company: str | None
    model: str | None
    defect: str | None
    causes: list[str] = Field(description="what its 8D found")
    actions: list[str] = Field(description="what its 8D did")
