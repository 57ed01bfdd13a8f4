"""A record, a desk and an 8D report that the tests of letters share."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from intake.replies.frame import Desk, Ids, Post
from storage.eight_d import D2, D3, D4, Action, Axis, Cause, Containment, EightD, Place
from storage.records import (
    Class,
    CustomerOf,
    ItemOf,
    Person,
    Record,
    RecordState,
    Role,
    ThreadMessage,
    Window,
    WindowName,
    WindowState,
)

ARRIVED = datetime(2026, 11, 20, 2, 4, tzinfo=UTC)
NOW = ARRIVED + timedelta(hours=20)
DESK = Desk(
    name="苏州示例精密有限公司",
    address="complaints@example.com",
    zone=ZoneInfo("Asia/Shanghai"),
    phone="+86 512 5555 0100",
    postal="江苏省苏州市示例路 18 号",
    site="https://intake.example.com",
)
IDS = Ids("letter-1", "<letter-1@example.com>")
OWNER = Person("王芳", "wangfang@example.com", "质量部", Role.QUALITY)
RECORD = Record(
    number="KS-202611-0001",
    state=RecordState.IN_PROGRESS,
    letter=Class.A,
    reasons=("line_stop",),
    kind="complaint",
    channel="email",
    language="zh-CN",
    received_at=ARRIVED,
    opened_at=ARRIVED,
    customer=CustomerOf(company="东莞样例自动化有限公司", contact="张经理", email="zhang@customer.example"),
    items=(ItemOf(product="伺服电机", model="HX-200B", batch=("A938",), defect="低速异响"),),
    subject="投诉：伺服电机异响 NCR-24-113",
    department="质量部",
    owner="wangfang@example.com",
)
MESSAGES = (
    ThreadMessage(RECORD.number, "in", "<first@customer.example>", RECORD.subject, ARRIVED, "complaints/INBOX"),
)
FULL_REPORT_WINDOW = Window(
    RECORD.number,
    WindowName.FULL_REPORT,
    ARRIVED,
    ARRIVED + timedelta(days=7),
    "信息交流和内部沟通程序流程 §5.1.1",
    "calendar_days",
    WindowState.OPEN,
)
REPORT = EightD(
    d2=D2(batches=("A938", "A939")),
    d3=D3(
        rows=(
            Containment(Place.CUSTOMER, action="已隔离", quantity_checked=200, quantity_found=12),
            Containment(Place.WIP, quantity_checked=1300, quantity_found=0),
        ),
        clean_date=date(2026, 11, 20),
        clean_batch="A942",
        mark="绿色标签",
    ),
    d4=D4(
        causes=(
            Cause(Axis.OCCURRENCE, text="定位销磨损 0.3 mm"),
            Cause(Axis.ESCAPE, text="低速段未检"),
        )
    ),
    d5=(
        Action(text="更换定位销", planned_on=date(2026, 11, 24), effective_batch="A945"),
        Action(text="低速噪音全检", done_on=date(2026, 11, 21), validation="连续三批 1,200 件无不良"),
    ),
)


def post(language="zh-CN", attachments=(), **changes):
    return Post(
        record=replace(RECORD, language=language, **changes),
        to=("zhang@customer.example",),
        owner=OWNER,
        desk=DESK,
        ids=IDS,
        now=NOW,
        messages=MESSAGES,
        attachments=attachments,
    )
