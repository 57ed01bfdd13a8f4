"""How fast the review site answers over many records: inbox, search, lists and live look, by the server's own time.

    python -m bench.site [--records 200000] [--open 3000] [--postgresql | --database URL] [--keep FOLDER]

Fills a fresh database with records as the service keeps them (five letters, eight windows and four events each), most
of them closed, then asks each page of the real application again and again, one request at a time, in this process.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from fastapi.testclient import TestClient

from intake import clock
from intake.log import configure
from intake.review.app import app
from intake.review.passwords import hashed
from intake.settings import Settings
from intake.wiring import office_of
from storage import Storage, open_storage
from storage.blobs import open_blobs
from storage.finding import Finding, words_of
from storage.inbox import FAR, OVER
from storage.records import (
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
    Window,
    WindowName,
    WindowState,
)  # fmt: skip
from storage.rows import item_values, recipients_of, record_values, values_of
from storage.site import SiteRole, User
from storage.tables import events, items, letter_recipients, letters, readings, records, windows
from storage.tables_site import open_records
from tests.servers.postgres import running as postgres_running

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
PASSWORD = "a long enough word"
GROUP = 2_000

PAGES = {
    "inbox": "/inbox",
    "inbox, its live part": "/inbox/list",
    "inbox of one owner": "/inbox?owner=wang@example.com",
    "class A": "/inbox?class=A",
    "closed, newest first": "/inbox?state=closed&state=in_progress",
    "closed of a department": "/inbox?state=closed&department=质量部",
    "search: number": "/inbox?q=KS-202511-0777",
    "search: two Chinese letters": "/inbox?q=漏油",
    "search: one Chinese letter": "/inbox?q=漏",
    "search: model": "/inbox?q=ZC-417B",
    "search: batch": "/inbox?q=B2511-0042",
    "search: customer and defect": "/inbox?q=宁波海川 划伤",
    "search: nothing such": "/inbox?q=鳳凰零件xyz",
    "customer, product, date": "/inbox?customer=海川&product=轴承座&from=2025-01-01",
    "letters refused": "/waiting/letters?state=refused",
    "mails set aside": "/waiting/mails",
}


def complaints(count: int, open_: int, now: datetime, seed: int = 7) -> Iterator[Record]:
    """`count` records over two years, the newest `open_` of them open."""
    chance = random.Random(seed)
    step = timedelta(days=730) / count
    for place in range(count):
        received = now - timedelta(days=730) + step * place
        running = place >= count - open_
        states = (
            (RecordState.TO_REVIEW, RecordState.IN_PROGRESS, RecordState.REPORTED) if running else (RecordState.CLOSED,)
        )
        product, defect = chance.choice(PRODUCTS), chance.choice(DEFECTS)
        company = f"{chance.choice(PLACES)}{chance.choice(TRADES)}{chance.randrange(60)}有限公司"
        item = ItemOf(
            product=product, model=f"{chance.choice(('ZC', 'HX', 'MR', 'DG'))}-{chance.randrange(100, 999)}{chance.choice('ABC')}",
            batch=(f"B{received:%y%m}-{chance.randrange(200):04d}",), quantity_defective=float(chance.randrange(1, 90)), defect=defect,
        )  # fmt: skip
        said = f"贵司送来的{product}，装配时发现{defect}，请尽快回复原因和整改措施{place}"
        yield Record(
            number=f"KS-{received:%Y%m}-{place % 10000:04d}-{place // 10000}" if count > 10000 else f"KS-{received:%Y%m}-{place:04d}",
            state=chance.choice(states), letter=chance.choice((Class.A, Class.B, Class.B, Class.B, Class.C)), reasons=("quality",),
            kind="complaint", channel="email", language="zh-CN", received_at=received, opened_at=received,
            customer=CustomerOf(company=company, contact="李强", email=f"q{chance.randrange(500)}@customer.example"), items=(item,),
            subject=f"{product}{defect}反馈", department=chance.choice(DEPARTMENTS), owner=chance.choice(OWNERS),
            reading={"items": [{"defect": {"value": defect, "text": said}}]},
        )  # fmt: skip


def fill(storage: Storage, count: int, open_: int, now: datetime) -> None:
    """The rows as the repositories write them, in large groups."""
    group: list[Record] = []
    for number, record in enumerate(complaints(count, open_, now), 1):
        group.append(record)
        if len(group) == GROUP or number == count:
            _keep(storage, group, now, number)
            print(f"\r{number} records", end="", file=sys.stderr, flush=True)
            group = []
    print(file=sys.stderr)
    with storage.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("ANALYZE"))


def _keep(storage: Storage, group: list[Record], now: datetime, offset: int) -> None:
    with storage.unit() as work:
        connection = work._own
        assert connection is not None
        connection.execute(sa.insert(records), [record_values(one) for one in group])
        connection.execute(sa.insert(readings), [{"record": one.number, "reading": one.reading} for one in group])
        connection.execute(sa.insert(items), [item_values(one.number, 0, one.items[0]) for one in group])
        connection.execute(sa.insert(windows), [values_of(each) for one in group for each in _windows(one, now)])
        written = [letter for one in group for letter in _letters(one, now)]
        connection.execute(sa.insert(letters), [values_of(letter) for letter in written])
        connection.execute(sa.insert(letter_recipients), [row for letter in written for row in recipients_of(letter)])
        happened = [
            Event(one.number, one.received_at, "system", what)
            for one in group
            for what in ("opened", "confirmed", "assigned", "signed")
        ]
        connection.execute(sa.insert(events), [values_of(event) for event in happened])
        finding = Finding(connection)
        for one in group:
            finding.add(one.number, words_of(one))
        running = [one for one in group if one.state not in OVER]
        if running:
            connection.execute(sa.insert(open_records), [_open_row(one, now) for one in running])
        work.commit()


def _windows(record: Record, now: datetime) -> Iterator[Window]:
    for place, name in enumerate(NAMES):
        due = record.received_at + timedelta(hours=2 + 40 * place)
        over = record.state in OVER or place < 3
        state = WindowState.MET if over else WindowState.OVERDUE if due < now else WindowState.OPEN
        yield Window(
            record.number, name, record.received_at, due, "§4.1.2.4", "round_the_clock", state, due if over else None
        )


def _letters(record: Record, now: datetime) -> Iterator[Letter]:
    for purpose in PURPOSES:
        name = f"{record.number}.{purpose}"
        yield Letter(
            id=name, record=record.number, purpose=purpose, language="zh-CN", to=(record.customer.email or "",), cc=(), subject=record.subject,
            text="您好，" + "贵司的投诉已收到。" * 20, html="<p>" + "贵司的投诉已收到。" * 20 + "</p>", message_id=f"<{name}@ours.example>",
            created_at=record.received_at, state=LetterState.SENT, sent_at=record.received_at,
        )  # fmt: skip


def _open_row(record: Record, now: datetime) -> dict[str, object]:
    running = [w.due_at for w in _windows(record, now) if w.state in (WindowState.OPEN, WindowState.OVERDUE)]
    row = {name: getattr(record, name) for name in ("letter", "state", "department", "owner", "received_at")}
    return {"record": record.number, "due_at": min(running, default=FAR), **row}


def measure(storage: Storage, folder: Path, url: str, rounds: int) -> dict[str, tuple[float, float]]:
    """Of each page (median, 95th percentile) in milliseconds."""
    config = {
        "company": {"name": "苏州示例精密有限公司", "address": "complaints@example.com"}, "database": {"url": url},
        "sender": {"kind": "maildir", "path": str(folder / "out")}, "review": {"requests_per_minute": 1_000_000}, "folder": folder,
    }  # fmt: skip
    settings = Settings.model_validate(config)
    with storage.unit() as work:
        if work.users.get("wang@example.com") is None:
            work.users.add(
                User("wang@example.com", "Wang", "zh-CN", SiteRole.ADMINISTRATOR, clock.now(), hashed(PASSWORD))
            )
        work.people.upsert_person(Person("Wang", "wang@example.com", "质量部", Role.QUALITY))
        work.commit()
    made = app(settings, storage, open_blobs(str(folder / "files")), office_of(settings), clock.now)
    client = TestClient(made, base_url="http://testserver", follow_redirects=False)
    client.post(
        "/sign-in", data={"email": "wang@example.com", "password": PASSWORD}, headers={"origin": "http://testserver"}
    )
    found: dict[str, tuple[float, float]] = {}
    with storage.reading() as work:
        some = work.complaints.listing(limit=1)[0].number
    pages = {**PAGES, "one record's number": f"/inbox?q={some[:14]}"}
    for name, path in pages.items():
        times = []
        for _ in range(rounds):
            began = time.perf_counter()
            answer = client.get(path)
            times.append((time.perf_counter() - began) * 1000)
            assert answer.status_code in (200, 303), (path, answer.status_code)
        ordered = sorted(times)
        found[name] = statistics.median(ordered), ordered[int(len(ordered) * 0.95) - 1]
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        with storage.reading() as work:
            work.inbox.version()
        times.append((time.perf_counter() - began) * 1000)
    found["live look"] = statistics.median(times), sorted(times)[int(len(times) * 0.95) - 1]
    return found


def main() -> None:
    words = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    words.add_argument("--records", type=int, default=200_000)
    words.add_argument("--open", type=int, default=3_000)
    words.add_argument("--database", default="")
    words.add_argument("--postgresql", action="store_true", help="a server of its own, for this run")
    words.add_argument("--keep", type=Path, default=None)
    words.add_argument("--rounds", type=int, default=20)
    asked = words.parse_args()
    configure("WARNING")
    with ExitStack() as stack:
        fresh = stack.enter_context(tempfile.TemporaryDirectory())
        if asked.postgresql:
            asked.database = stack.enter_context(postgres_running()).new_database()
        folder = asked.keep or Path(fresh)
        folder.mkdir(parents=True, exist_ok=True)
        url = asked.database or f"sqlite:///{folder / 'site.db'}"
        storage = open_storage(url)
        storage.migrate()
        with storage.reading() as work:
            empty = not work.complaints.listing(limit=1)
        if empty:
            fill(storage, asked.records, asked.open, datetime.now(UTC).replace(microsecond=0))
        found = measure(storage, folder, url, asked.rounds)
        storage.close()
    print(f"{'page':32} {'median ms':>10} {'p95 ms':>8}")
    for name, (median, late) in found.items():
        print(f"{name:32} {median:10.1f} {late:8.1f}")
    print(json.dumps({name: round(late, 1) for name, (_, late) in found.items()}, ensure_ascii=False))


if __name__ == "__main__":
    main()
