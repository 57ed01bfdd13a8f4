"""Records by the hundred thousand, as the service keeps them, for `bench.site`: two years of them, most of them closed.

Each has a mail, five letters, eight windows, four events and a reading as long as a short mail's. Every tenth is of one
customer and one model, as at a company that lives of one of them. Two more have a long thread: fifty, and five thousand
mails, letters and events.
"""

import hashlib
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage import Storage
from storage.blobs import Blobs
from storage.finding import Finding, words_of
from storage.inbox import FAR, OVER
from storage.life import Life
from storage.records import (
    Arrival,
    ArrivalState,
    Became,
    Class,
    CustomerOf,
    Event,
    ItemOf,
    Letter,
    LetterState,
    Person,
    Purpose,
    Record,
    RecordState,
    Role,
    ThreadMessage,
    Window,
    WindowName,
    WindowState,
)
from storage.rows import item_values, recipients_of, record_values, values_of
from storage.tables import (
    arrivals,
    events,
    items,
    letter_recipients,
    letter_states,
    letters,
    lives,
    messages,
    readings,
    records,
    windows,
)
from storage.tables_site import open_records
from tests.servers.complaints import mail

PRODUCTS = (
    "轴承座",
    "连接器",
    "密封圈",
    "齿轮箱",
    "电容器",
    "铝支架",
    "传感器",
    "油封",
    "bearing seat",
    "connector",
    "seal ring",
)
DEFECTS = (
    "表面划伤",
    "尺寸超差",
    "漏油",
    "接触不良",
    "开裂",
    "毛刺过大",
    "变形",
    "异响",
    "oil leakage",
    "cracked",
    "large burrs",
)
PLACES = ("宁波", "苏州", "常州", "深圳", "上海", "天津", "青岛", "武汉", "成都", "东莞")
TRADES = ("海川电器", "博远电机", "朗驰汽车部件", "金阳机械", "宏硕光电", "明达仪表", "顺兴五金", "恒力泵业")
OWNERS = ("wang@example.com", "chen@example.com", "yan@example.com", "")
DEPARTMENTS = ("质量部", "分厂", "技术部", "销售部")
NAMES = tuple(WindowName)[:8]
PURPOSES = (Purpose.ACKNOWLEDGEMENT, Purpose.DISPATCH, Purpose.PROGRESS, Purpose.FIRST_REPORT, Purpose.FULL_REPORT)
HAPPENED = ("opened", "confirmed", "assigned", "signed")
GROUP = 2_000
BUSY, LONG = 50, 5_000  # mails, letters and events of the two long threads
EVERY_GREAT = 10  # every tenth record is the great customer's
STAFF = 40  # our people


@dataclass(frozen=True, slots=True)
class Filled:
    """Numbers of records to look at."""

    usual: str
    great: str  # of the customer and model of every tenth record
    busy: str
    long: str
    batch: str


def numbers(count: int, now: datetime) -> Filled:
    """What `fill` makes, named again: the newest records of each sort."""
    newest = [(place, number_of(place, count, now)) for place in range(count - 2 * EVERY_GREAT, count)]
    usual = next(number for place, number in newest if place % EVERY_GREAT)
    great = next(number for place, number in newest if place % EVERY_GREAT == 0)
    return Filled(usual, great, f"KS-{now:%Y%m}-99050", f"KS-{now:%Y%m}-99500", f"B{now:%y%m}-0042")


def fill(storage: Storage, blobs: Blobs, count: int, open_: int, now: datetime) -> None:
    """The rows as the repositories write them, in large groups."""
    raw = mail(
        "轴承座漏油反馈",
        "您好，\n\n贵司送来的轴承座，装配时发现漏油，请尽快回复。\n",
        "q1@customer.example",
        "<one@customer.example>",
    )
    sha256 = blobs.put(raw)
    group: list[Record] = []
    for number, record in enumerate(complaints(count, open_, now), 1):
        group.append(record)
        if len(group) == GROUP or number == count:
            _keep(storage, group, now, sha256, 1)
            print(f"\r{number} records", end="", file=sys.stderr, flush=True)
            group = []
    known = numbers(count, now)
    pattern = next(complaints(1, 1, now))
    for number_, long in ((known.busy, BUSY), (known.long, LONG)):
        _keep(storage, [_named(pattern, number_, now)], now, sha256, long)
    with storage.unit() as work:
        for place in range(STAFF):
            work.people.upsert_person(
                Person(f"员工{place:02d}", f"staff{place}@example.com", DEPARTMENTS[place % 4], Role.DEPARTMENT)
            )
        work.commit()
    print(file=sys.stderr)
    with storage.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("VACUUM ANALYZE"))


def number_of(place: int, count: int, now: datetime) -> str:
    received = received_of(place, count, now)
    return f"KS-{received:%Y%m}-{place:04d}"


def received_of(place: int, count: int, now: datetime) -> datetime:
    return now - timedelta(days=730) + timedelta(days=730) / count * place


def complaints(count: int, open_: int, now: datetime, seed: int = 7) -> Iterator[Record]:
    """`count` records over two years, the newest `open_` of them open."""
    chance = random.Random(seed)
    for place in range(count):
        received = received_of(place, count, now)
        running = place >= count - open_
        states = (
            (RecordState.TO_REVIEW, RecordState.IN_PROGRESS, RecordState.REPORTED) if running else (RecordState.CLOSED,)
        )
        product, defect = chance.choice(PRODUCTS), chance.choice(DEFECTS)
        company = f"{chance.choice(PLACES)}{chance.choice(TRADES)}{chance.randrange(60)}有限公司"
        model = f"{chance.choice(('ZC', 'HX', 'MR', 'DG'))}-{chance.randrange(100, 999)}{chance.choice('ABC')}"
        batch = f"B{received:%y%m}-{chance.randrange(200):04d}"
        email = f"q{chance.randrange(500)}@customer.example"
        if place % EVERY_GREAT == 0:
            product, model, company, email = "轴承座", "HX-200B", "大海集团有限公司", "quality@great.example"
        said = f"贵司送来的{product}，装配时发现{defect}，请尽快回复原因和整改措施{place}"
        item = ItemOf(
            product=product,
            model=model,
            batch=(batch,),
            quantity_defective=float(chance.randrange(1, 90)),
            defect=defect,
        )
        customer = CustomerOf(company=company, contact="李强", email=email)
        yield Record(
            number=number_of(place, count, now), state=chance.choice(states), letter=chance.choice((Class.A, Class.B, Class.B, Class.B, Class.C)),
            reasons=("quality",), kind="complaint", channel="email", language="zh-CN", received_at=received, opened_at=received,
            customer=customer, items=(item,), subject=f"{product}{defect}反馈", department=chance.choice(DEPARTMENTS),
            owner=chance.choice(OWNERS), reading=_reading(customer, item, said),
        )  # fmt: skip


def _reading(customer: CustomerOf, item: ItemOf, said: str) -> dict[str, Any]:
    """As `reading_json` writes it."""

    def field(value: Any, text: str, part: str = "body") -> dict[str, Any]:
        source = {"part": part, "page": 1, "start": 12, "end": 12 + len(text), "bbox": None}
        return {"value": value, "text": text, "confidence": 0.95, "source": source}

    return {
        "kind": "complaint", "language": "zh-CN", "channel": "email",
        "customer": {
            "company": field(customer.company, str(customer.company)), "contact": field(customer.contact, "李强"),
            "email": field(customer.email, str(customer.email), "from"), "phone": None, "fax": None, "location": None,
        },
        "items": [{
            "product": field(item.product, str(item.product)), "model": field(item.model, str(item.model)),
            "batch": field(list(item.batch), item.batch[0]), "order_no": None, "production_date": None, "ship_date": None,
            "quantity_shipped": field(8237, "8237只"), "quantity_inspected": None, "quantity_defective": field(item.quantity_defective, "85只"),
            "defect_rate": None, "defect": field(item.defect, said), "disposition": field("replace", "换货"),
        }],
        "claim_amount": None, "reply_due": field("2026-09-13", "3天内"), "signals": [], "requests": ["8d_report"],
    }  # fmt: skip


def _named(record: Record, number: str, now: datetime) -> Record:
    values = {name: getattr(record, name) for name in Record.__dataclass_fields__}
    changed = {"number": number, "received_at": now, "opened_at": now, "state": RecordState.IN_PROGRESS}
    return Record(**{**values, **changed})


def _keep(storage: Storage, group: Sequence[Record], now: datetime, sha256: str, long: int) -> None:
    """`long` times as many mails, letters and events hang on each."""
    with storage.unit() as work:
        connection = work._own
        assert connection is not None

        def put(table: sa.Table, rows: list[dict[str, Any]]) -> None:
            connection.execute(sa.insert(table), rows)

        put(records, [record_values(one) for one in group])
        put(readings, [{"record": one.number, "reading": one.reading} for one in group])
        put(items, [item_values(one, 0, one.items[0]) for one in group])
        put(windows, [values_of(each) for one in group for each in _windows(one, now)])
        put(lives, [values_of(_life(one)) for one in group])
        written = [letter for one in group for letter in _letters(one, long)]
        put(letters, [values_of(letter) for letter in written])
        put(letter_recipients, [row for letter in written for row in recipients_of(letter)])
        put(letter_states, [_state(one) for one in written])
        arrived = [arrival for one in group for arrival in _arrivals(one, sha256, long)]
        put(arrivals, [values_of(one) for one in arrived])
        put(messages, [values_of(_message(one)) for one in arrived])
        happened = [
            Event(one.number, one.received_at, "system", what)
            for one in group
            for what in HAPPENED * max(1, long // len(HAPPENED))
        ]
        put(events, [values_of(event) for event in happened])
        finding = Finding(connection)
        for one in group:
            finding.add(one.number, words_of(one))
        running = [one for one in group if one.state not in OVER]
        if running:
            put(open_records, [_open_row(one, now) for one in running])
        work.commit()


def _life(record: Record) -> Life:
    at = record.received_at
    closed = at + timedelta(days=20) if record.state in OVER else None
    return Life(
        record.number,
        confirmed_at=at,
        confirmed_by="wang@example.com",
        dispatched_at=at,
        signed_at=at,
        closed_at=closed,
    )


def _windows(record: Record, now: datetime) -> Iterator[Window]:
    for place, name in enumerate(NAMES):
        due = record.received_at + timedelta(hours=2 + 40 * place)
        over = record.state in OVER or place < 3
        state = WindowState.MET if over else WindowState.OVERDUE if due < now else WindowState.OPEN
        yield Window(
            record.number, name, record.received_at, due, "§4.1.2.4", "round_the_clock", state, due if over else None
        )


def _letters(record: Record, long: int) -> Iterator[Letter]:
    purposes = PURPOSES if long == 1 else (PURPOSES[0], *(Purpose.PROGRESS for _ in range(long - 1)))
    for place, purpose in enumerate(purposes):
        name = f"{record.number}.{place}"
        yield Letter(
            id=name, record=record.number, purpose=purpose, language="zh-CN", to=(record.customer.email or "",), cc=(), subject=record.subject,
            text="您好，" + "贵司的投诉已收到。" * 20, html="<p>" + "贵司的投诉已收到。" * 20 + "</p>", message_id=f"<{name}@ours.example>",
            created_at=record.received_at, state=LetterState.SENT, sent_at=record.received_at,
        )  # fmt: skip


def _state(letter: Letter) -> dict[str, Any]:
    return {"letter": letter.id, "state": letter.state, "at": letter.sent_at, "attempts": 1, "answer": "250 2.0.0 Ok"}


def _arrivals(record: Record, sha256: str, long: int) -> Iterator[Arrival]:
    for place in range(long):
        name = hashlib.sha256(f"{record.number}.{place}".encode()).hexdigest()[:26]
        yield Arrival(
            id=name, source="complaints/INBOX", key=f"1:{record.number}.{place}", sha256=sha256, size=600, received_at=record.received_at,
            taken_at=record.received_at, message_id=f"<{name}@customer.example>", fingerprint=name, subject=record.subject,
            sender=record.customer.email or "", state=ArrivalState.DONE, became=Became.RECORD if place == 0 else Became.FOLLOW_UP,
            record=record.number,
        )  # fmt: skip


def _message(arrival: Arrival) -> ThreadMessage:
    return ThreadMessage(
        record=str(arrival.record), direction="in", message_id=arrival.message_id, subject=arrival.subject, at=arrival.received_at,
        source=arrival.source, fingerprint=arrival.fingerprint, arrival=arrival.id, recipients=("complaints@example.com",), sha256=arrival.sha256,
    )  # fmt: skip


def _open_row(record: Record, now: datetime) -> dict[str, object]:
    running = [w.due_at for w in _windows(record, now) if w.state in (WindowState.OPEN, WindowState.OVERDUE)]
    row = {name: getattr(record, name) for name in ("letter", "state", "department", "owner", "received_at")}
    return {"record": record.number, "due_at": min(running, default=FAR), **row}
