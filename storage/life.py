"""What a record goes through from receipt to closure, as frozen data without SQL.

One `Life` a record holds where it stands: who has it, who has signed, what was found. What hangs on it many times over
(tasks, evidence, 8D revisions, warnings, surveys, proposals) has a type of its own. All moments are aware, in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Responsibility(StrEnum):
    """Whose fault it is, once that is known (责任判定): it chooses the letter to the customer."""

    OURS = "ours"  # 本公司
    CARRIER = "carrier"  # 承运商
    CUSTOMER = "customer"  # 客户
    SUPPLIER = "supplier"  # 供应商
    NO_FAULT_FOUND = "no_fault_found"  # 未发现故障 (NTF)


class TaskKind(StrEnum):
    """Work that somebody is given. The visit tasks meet the windows of the same name."""

    ON_SITE_CONFIRMATION = "on_site_confirmation"  # 当天到现场确认
    ON_SITE = "on_site"  # 到客户现场
    STOCK_CHECK = "stock_check"  # 调查库存品、在制品、检验记录同类问题
    SAMPLE = "sample"  # 收到样品
    RETURN_INSPECTION = "return_inspection"  # 退货隔离、抽查或全检
    REPLACEMENT = "replacement"  # 补货, 换货
    RETAINED_SAMPLE = "retained_sample"  # 留样复查
    VERIFICATION = "verification"  # 在客户处验证整改效果
    COORDINATION = "coordination"  # 管理者代表协调
    ACTION = "action"  # any other action with an owner and a date
    RECALL = "recall"  # 召回
    SUPPLIER_REPORT = "supplier_report"  # 供应商整改报告


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class EvidenceKind(StrEnum):
    PHOTO = "photo"
    SAMPLE = "sample"
    REPORT = "report"  # test or inspection report
    SUPPLIER_REPORT = "supplier_report"  # 供应商整改报告
    FORM = "form"  # a filled form of ours or of the customer's
    STAMPED_COPY = "stamped_copy"  # a fax with the record's number on it
    OTHER = "other"


class Grade(StrEnum):
    """四级满意度."""

    VERY_SATISFIED = "very_satisfied"  # 非常满意
    SATISFIED = "satisfied"  # 满意
    FAIR = "fair"  # 一般
    POOR = "poor"  # 较差


class ProposalState(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Life:
    """Where a record stands. `handover_to` is a new owner who has not signed yet: until then the old one owns it
    (24小时回复制: one owner at any time). `refusals` counts dispatches sent back; three go to the manager.
    """

    record: str
    confirmed_at: datetime | None = None
    confirmed_by: str = ""
    dispatched_at: datetime | None = None  # the dispatch that waits for a signature, or was signed
    signed_at: datetime | None = None
    signed_by: str = ""
    refusals: int = 0
    handover_to: str = ""
    handover_at: datetime | None = None
    cause: str = ""  # a key of the policy's [causes]
    responsibility: Responsibility | None = None
    same_fault: bool | None = None  # the own-stock check found the same fault
    estimate: float | None = None  # our expected loss, in the policy's claim currency
    class_set_by: str = ""  # a person set the class: it is not judged again
    waived_fields: tuple[str, ...] = ()  # missing, and settled with a reason in the events
    waived_windows: tuple[str, ...] = ()  # by a person, with a reason in the events
    promised_on: date | None = None  # what the department has promised last
    rejections: int = 0  # by the customer; each makes a revision
    reported_at: datetime | None = None
    accepted_at: datetime | None = None
    closed_at: datetime | None = None
    survey_at: datetime | None = None  # when the satisfaction survey is to go
    reminded: tuple[str, ...] = ()  # "unsigned:<dispatched_at>" and such: each once
    look_at: datetime | None = None  # when the clock must look at it next; None: never again


@dataclass(frozen=True, slots=True)
class Task:
    id: str
    record: str
    kind: TaskKind
    owner: str  # an address
    created_at: datetime
    created_by: str
    department: str = ""
    due_at: datetime | None = None
    note: str = ""
    state: TaskState = TaskState.OPEN
    done_at: datetime | None = None
    done_by: str = ""
    result: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)  # quantities and such, by kind
    reminded: tuple[str, ...] = ()
    look_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that hangs on a record: given in by itself, or come with one of its mails.

    `step`: the step of the 8D whose photos it is of ("d4"); "" for what stands in no report. Of a mail's file `arrival`
    and `part` say where it is, `origin` is the SHA-256 of its bytes as they came; `sha256` is that of the picture that
    we made of it, "" as long as there is none.
    """

    id: str
    record: str
    kind: EvidenceKind
    name: str
    media_type: str
    sha256: str
    by: str
    at: datetime
    note: str = ""
    step: str = ""
    arrival: str = ""
    part: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Warned:
    """One customer's warning about a batch (质量预警): its own shipments only."""

    id: str
    record: str
    customer: str
    customer_id: int | None
    email: str
    language: str
    shipments: tuple[tuple[str, str, float | None, str], ...]  # (model, batch, quantity, ship date)
    letter: str | None = None  # once it is written
    suspected: bool = False  # a neighbouring batch, or a customer whose shipments are not known
    confirmed_at: datetime | None = None
    confirmed_by: str = ""
    again: tuple[str, ...] = ()  # letters that asked once more
    sent_at: datetime | None = None  # when the mail server took the first letter
    asked_at: datetime | None = None  # … the last one: the customer's time to confirm runs from it
    reminded: tuple[str, ...] = ()  # which of our people were told that nobody confirms: each once
    look_at: datetime | None = None  # when the clock must look at it next; None: never again

    @property
    def written(self) -> tuple[str, ...]:
        """Its letters, the first one first."""
        return (*((self.letter,) if self.letter else ()), *self.again)


@dataclass(frozen=True, slots=True)
class SupplierClaim:
    """A complaint of ours to a supplier, about material in the goods that a customer complains of (供应商整改要求).

    Its task is open until the supplier's report is here, and ends when that is due. No field names a customer.
    """

    id: str
    record: str
    supplier: str
    supplier_id: int | None
    email: str
    language: str
    contact: str
    material: str
    batch: str
    quantity: str
    text: str  # what is wrong with it, as the supplier is told
    asked_at: datetime
    by: str
    task: str
    letter: str
    again: tuple[str, ...] = ()  # letters that asked once more

    @property
    def written(self) -> tuple[str, ...]:
        """Its letters, the first one first."""
        return (self.letter, *self.again)


@dataclass(frozen=True, slots=True)
class Survey:
    """A satisfaction survey (满意度调查), after a closure or half-yearly (`record` is None then)."""

    id: str
    record: str | None
    customer: str
    customer_id: int | None
    email: str
    language: str
    asked_at: datetime
    letter: str | None = None
    answered_at: datetime | None = None
    grade: Grade | None = None
    comment: str = ""
    follow_up: str | None = None  # the record that a poor grade opened


@dataclass(frozen=True, slots=True)
class Proposal:
    """A value that a later mail gives, for the reviewer to take or drop. `item` counts from 0; None: of the record.

    `field` is a field of ItemOf or CustomerOf, or `acceptance` ("accepted" or "rejected") for the customer's verdict
    on a report.
    """

    id: str
    record: str
    item: int | None
    field: str
    value: Any
    text: str  # as it stands in the mail
    confidence: float
    arrival: str | None
    at: datetime
    state: ProposalState = ProposalState.OPEN


@dataclass(frozen=True, slots=True)
class CustomerForm:
    """A customer's own report form, and the mapping that fills it (TOML)."""

    customer_id: int
    name: str
    media_type: str
    sha256: str
    mapping: str
    by: str
    at: datetime
