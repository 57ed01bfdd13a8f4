"""The 8D report (8D报告, D0–D8) as frozen data without SQL: what is stored, checked, printed and exchanged.

Field names are those of the customers' own forms; their labels in three languages are in `templates/eight_d/labels`.
Texts are "" and figures None where nothing is known yet; percentages run from 0 to 100. A report belongs to one
record; each revision (版本) is kept whole.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AllowInfNan

Figure = Annotated[float, AllowInfNan(False)]  # JSON and PostgreSQL know no other


class Place(StrEnum):
    """Where suspect goods may be (D3): every place is answered, if only with "none there"."""

    CUSTOMER = "customer"  # 客户处: line and store
    IN_TRANSIT = "in_transit"  # 在途
    SALES_POINT = "sales_point"  # 销售点, 中转库, 第三方
    FINISHED_STOCK = "finished_stock"  # 成品库
    WIP = "wip"  # 在制品
    SUPPLIER = "supplier"  # 供应商, 原材料


class Axis(StrEnum):
    """The two questions of D4: why it arose, and why nobody noticed."""

    OCCURRENCE = "occurrence"  # 发生原因
    ESCAPE = "escape"  # 流出原因


class Level(StrEnum):
    TECHNICAL = "technical"  # 技术原因 (TRC)
    SYSTEMIC = "systemic"  # 系统原因, 管理原因 (MRC)


class FiveM(StrEnum):
    """人机料法环测 (5M1E)."""

    MAN = "man"
    MACHINE = "machine"
    MATERIAL = "material"
    METHOD = "method"
    ENVIRONMENT = "environment"
    MEASUREMENT = "measurement"


class Document(StrEnum):
    """What D7 asks after, one by one: changed to which revision, or why not."""

    DFMEA = "dfmea"
    PFMEA = "pfmea"
    CONTROL_PLAN = "control_plan"
    DRAWING = "drawing"
    WORK_INSTRUCTION = "work_instruction"
    INSPECTION_PLAN = "inspection_plan"
    TRAINING = "training"
    STANDARD = "standard"


class ReportState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    SENT = "sent"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class D0:
    symptom: str = ""  # 症状
    emergency_response: str = ""  # 紧急措施 (ERA)
    emergency_effect: Figure | None = None  # 有效性%
    safety_relevant: bool | None = None  # 安全/法规相关
    informed: str = ""  # 已通知方


@dataclass(frozen=True, slots=True)
class Member:
    name: str = ""
    department: str = ""
    role: str = ""  # 职责
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class D1:
    champion: Member = Member()  # 负责人(倡导者)
    leader: Member = Member()  # 组长; a customer's portal refuses a report without one
    members: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True)
class D2:
    customer_text: str = ""  # 客户描述: the customer's own words
    our_text: str = ""  # 我方描述
    defect: str = ""
    where_found: str = ""  # 发现地点: incoming, line, field
    found_on: date | None = None
    quantity_complained: Figure | None = None
    quantity_shipped: Figure | None = None
    quantity_checked: Figure | None = None
    quantity_defective: Figure | None = None
    quantity_returned: Figure | None = None
    batches: tuple[str, ...] = ()
    serials: tuple[str, ...] = ()
    production_date: str = ""
    ship_date: str = ""
    order_no: str = ""
    requirement: str = ""  # 规格要求
    measured: str = ""  # 实测值
    effect: str = ""  # 影响 (customer, OEM, field)
    is_text: str = ""  # 是 of the is / is-not analysis
    is_not_text: str = ""  # 非
    similar_products: str = ""
    risk: str = ""


@dataclass(frozen=True, slots=True)
class Containment:
    """One place's row of D3 (遏制措施)."""

    place: Place
    action: str = ""
    quantity_suspect: Figure | None = None
    quantity_checked: Figure | None = None
    quantity_found: Figure | None = None
    disposition: str = ""  # 处置
    owner: str = ""
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class D3:
    rows: tuple[Containment, ...] = ()
    method: str = ""  # 检查方法
    effect: Figure | None = None  # 有效性%
    proof: str = ""
    start: date | None = None
    clean_date: date | None = None  # 断点日期
    clean_batch: str = ""  # 断点批号: the first certified lot
    mark: str = ""  # 标识方法
    informed: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """One root cause with its chain of whys."""

    axis: Axis
    level: Level = Level.TECHNICAL
    text: str = ""
    whys: tuple[str, ...] = ()  # 5-Why, from the symptom down
    category: FiveM | None = None
    share: Figure | None = None  # 贡献度%
    proof: str = ""  # 验证方法与结果: how reproduced
    evidence: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class D4:
    causes: tuple[Cause, ...] = ()
    no_fault_found: bool = False  # 未发现故障 (NTF)
    tests: str = ""  # what was tested where nothing was found
    documents_checked: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """A corrective action: planned and verified in D5, implemented and validated in D6."""

    text: str = ""
    for_cause: str = ""  # 对应原因
    verified_quantity: Figure | None = None  # D5: 验证数量
    verified_effect: Figure | None = None  # D5: 验证有效性%
    side_effects: str = ""
    owner: str = ""
    planned_on: date | None = None
    done_on: date | None = None  # D6: 实际完成日
    effective_batch: str = ""  # D6: 生效批次
    validation: str = ""  # D6: 效果确认 with its figures
    validated_by: str = ""


@dataclass(frozen=True, slots=True)
class D6:
    containment_lifted_on: date | None = None  # 取消遏制日
    customer_approval_needed: bool | None = None  # PPAP, ECN
    customer_approved_on: date | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A document of D7: its new revision, or why it stays."""

    document: Document
    changed: bool | None = None
    number: str = ""
    revision: str = ""
    changed_on: date | None = None
    reason: str = ""  # where it stays as it is


@dataclass(frozen=True, slots=True)
class D7:
    documents: tuple[Change, ...] = ()
    read_across: str = ""  # 横向展开: similar products, lines, plants
    lessons: str = ""


@dataclass(frozen=True, slots=True)
class D8:
    review: str = ""
    accepted_by: str = ""  # 客户确认
    accepted_on: date | None = None
    costs: str = ""
    recognition: str = ""
    closed_on: date | None = None
    author: str = ""
    reviewer: str = ""
    approver: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above D0; filled from the record, never read back into it."""

    number: str = ""  # 8D编号
    complaint: str = ""  # the record's number
    customer_reference: str = ""  # 客户投诉单号
    customer: str = ""
    plant: str = ""
    contact: str = ""
    supplier: str = ""
    supplier_no: str = ""
    product: str = ""
    model: str = ""
    part_no: str = ""
    customer_part_no: str = ""
    drawing: str = ""
    vehicle: str = ""
    received: str = ""
    started: str = ""
    first_due: str = ""
    full_due: str = ""
    severity: str = ""
    repeat: str = ""


@dataclass(frozen=True, slots=True)
class EightD:
    head: Head = Head()
    d0: D0 = D0()
    d1: D1 = D1()
    d2: D2 = D2()
    d3: D3 = D3()
    d4: D4 = D4()
    d5: tuple[Action, ...] = ()  # corrective actions; their D6 figures stand with them
    d6: D6 = D6()
    d7: D7 = D7()
    d8: D8 = D8()


@dataclass(frozen=True, slots=True)
class Report:
    """A revision of a record's 8D. `revision` counts from 1; a rejection by the customer makes the next."""

    record: str
    revision: int
    report: EightD
    state: ReportState
    by: str
    at: datetime
    approved_by: str = ""
    approved_at: datetime | None = None
    warnings: tuple[str, ...] = field(default=())  # ids of the checks that failed when it was approved
