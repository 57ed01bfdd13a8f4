"""The clock over ten thousand open records: a look with nothing due, with fifty windows due, and after a week's silence.

Each look is timed on SQLite and on PostgreSQL, with its statements and the rows that it wrote: only what is due is
touched, however many records are open.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from intake.log import configure
from intake.policy import WindowFacts, next_look, windows_for
from intake.policy.rounds import DIGEST, MONTHLY, UNSIGNED, WEEKLY
from intake.runners.clock.catching_up import LAST, LOOKED
from intake.runners.watch import Watcher
from intake.settings import load
from intake.wiring import office_of, storage_of
from parsers.types import Channel, Kind
from storage import Storage
from storage.life import Life, Task, TaskKind
from storage.records import Class, CustomerOf, ItemOf, Person, Record, RecordState, Role, Window
from storage.rows import item_values, record_values, values_of
from storage.tables import items, lives, people, readings, records, tasks, windows
from tests.servers.postgres import PostgresServer

RECORDS = 10_000
DUE = 50
MISSED = 500  # records whose windows all ran out while the service was down
NOW = datetime.fromisoformat("2026-11-18T10:00:00+08:00")  # a Wednesday
STAFF = (
    Person("何军", "hejun@example.com", "质量部", Role.QUALITY),
    Person("严国强", "yan@example.com", "质量部", Role.QUALITY_MANAGER),
    Person("方振华", "gm@example.com", "总经办", Role.GENERAL_MANAGER),
)
SETTINGS = """[company]
name = "苏州示例精密有限公司"
address = "complaints@example.com"

[database]
url = "{url}"

[sender]
kind = "maildir"
path = "out"
"""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look cost. `written` counts rows inserted or changed, of all tables."""

    database: str
    what: str
    seconds: float
    steps: int
    statements: int
    written: int
    letters: int


def looks(server: PostgresServer) -> Iterator[Look]:
    """The looks on both databases, one after the other."""
    for name, url in (("SQLite", "sqlite:///clock.db"), ("PostgreSQL", server.new_database())):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "intake.toml"
            path.write_text(SETTINGS.format(url=url), encoding="utf-8")
            yield from _looks(name, path)


def _looks(name: str, path: Path) -> Iterator[Look]:
    configure("ERROR")
    settings = load(path)
    storage, office = storage_of(settings), office_of(settings)
    now = [NOW]
    watcher = Watcher(storage, office, lambda: now[0], "example.com")
    try:
        _fill(storage, office)
        _looked(storage, NOW - timedelta(minutes=1))
        yield _timed(name, f"{RECORDS:,} open, nothing due", storage, watcher)
        _make_due(storage, DUE)
        now[0] += timedelta(minutes=1)
        yield _timed(name, f"{RECORDS:,} open, {DUE} due", storage, watcher)
        _keep_only(storage, MISSED)
        now[0] += timedelta(days=7)
        yield _timed(name, f"after a week's silence, {MISSED} records with all that they promised", storage, watcher)
    finally:
        storage.close()


def _fill(storage: Storage, office: Any) -> None:
    """Records received within the last hour, with their windows, tasks and signatures, none of which is due yet."""
    rows: dict[sa.Table, list[dict[str, Any]]] = {
        table: [] for table in (records, readings, items, windows, lives, tasks)
    }
    for n in range(RECORDS):
        record = _record(n)
        facts = WindowFacts(record.number, record.letter, Kind.COMPLAINT, Channel.EMAIL, record.received_at)
        rows[records].append(record_values(record))
        rows[readings].append({"record": record.number, "reading": {}})
        rows[items] += [item_values(record, 0, item) for item in record.items]
        for window in windows_for(facts, office.policy, office.calendar):
            rows[windows].append(
                values_of(replace(window, look_at=next_look(window, NOW, office.policy, office.calendar)))
            )
        rows[lives].append(
            values_of(Life(record.number, dispatched_at=record.received_at, look_at=NOW + timedelta(hours=12)))
        )
        task = Task(f"T{n}", record.number, TaskKind.STOCK_CHECK, "hejun@example.com", NOW, "yan@example.com", "质量部")
        rows[tasks].append(values_of(replace(task, due_at=NOW + timedelta(days=1), look_at=NOW + timedelta(hours=4))))
    with storage.engine.begin() as connection:
        for person in STAFF:
            values = {key: value for key, value in values_of(person).items() if key != "id"}
            connection.execute(sa.insert(people), {**values, "key": person.email})
        for table, values_of_table in rows.items():
            connection.execute(sa.insert(table), values_of_table)


def _record(n: int) -> Record:
    received = NOW - timedelta(seconds=n % 3600 / 2)
    return Record(
        number=f"KS-202611-{n:05d}",
        state=RecordState.IN_PROGRESS,
        letter=Class.B,
        reasons=("complaint",),
        kind="complaint",
        channel="email",
        language="zh-CN",
        received_at=received,
        opened_at=received,
        customer=CustomerOf(company=f"客户{n % 300}", contact="王强", email=f"wang{n}@customer.example"),
        items=(ItemOf(product="轴承座", model=f"HX-{n % 40}", batch=(f"B{n}",), defect="表面划伤"),),
        subject="质量问题",
        department="质量部",
        owner="hejun@example.com",
    )


def _looked(storage: Storage, moment: datetime) -> None:
    """That the clock looked then, and that the digests and reports of today and of the week to come are made."""
    with storage.unit() as work:
        work.lives.note_round(LOOKED, LAST, moment)
        for name in (DIGEST, UNSIGNED, WEEKLY, MONTHLY):
            for period in ("2026-11-18", "2026-11-25", "2026-W46", "2026-W47", "2026-10"):
                work.lives.note_round(name, period, moment)
        work.commit()


def _make_due(storage: Storage, count: int) -> None:
    """Moves the report's window of so many records, so that half of it has gone."""
    with storage.unit() as work:
        for n in range(count):
            (window,) = [one for one in work.complaints.windows(_record(n).number) if one.name == "first_report"]
            work.complaints.set_window(_halved(window))
        work.commit()


def _halved(window: Window) -> Window:
    return replace(window, starts_at=NOW - timedelta(hours=24), due_at=NOW + timedelta(hours=24), look_at=NOW)


def _keep_only(storage: Storage, count: int) -> None:
    """Nothing of the other records is looked at any more."""
    with storage.engine.begin() as connection:
        for table in (windows, lives, tasks):
            others = table.c.record >= _record(count).number
            connection.execute(sa.update(table).where(others).values(look_at=None))


def _timed(database: str, what: str, storage: Storage, watcher: Watcher) -> Look:
    with storage.reading() as work:
        before, _ = work.letters.queue_health()
    with _counted(storage.engine) as count:
        started = time.perf_counter()
        steps = watcher.look()
        seconds = time.perf_counter() - started
    with storage.reading() as work:
        after, _ = work.letters.queue_health()
    return Look(database, what, seconds, steps, count["statements"], count["written"], after - before)


@contextmanager
def _counted(engine: sa.Engine) -> Iterator[dict[str, int]]:
    """Counts statements, and the rows that they inserted or changed."""
    count = {"statements": 0, "written": 0}

    def after(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        count["statements"] += 1
        if not statement.lstrip().upper().startswith("SELECT"):
            count["written"] += max(cursor.rowcount, 0)

    sa.event.listen(engine, "after_cursor_execute", after)
    try:
        yield count
    finally:
        sa.event.remove(engine, "after_cursor_execute", after)
