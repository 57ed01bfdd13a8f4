"""A few complaints that were counted by hand, and what a page or a workbook of figures says of them."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from openpyxl import load_workbook
from selectolax.lexbor import LexborHTMLParser

from intake.workbooks import HEADER_ROW
from storage.life import Grade, Life, Survey, Task, TaskKind, TaskState
from storage.records import Became, Class, CustomerOf, ItemOf, RecordState, WindowName, WindowState
from tests.review.conftest import NOW, Browser, Place
from tests.storage.samples import arrival, record, window

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HAICHUAN, NORTHGATE = "宁波海川电器有限公司", "Northgate Ltd."
BEFORE = datetime(2026, 10, 31, 15, 59, tzinfo=UTC)  # the last minute of October in Shanghai
AFTER = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)  # the first one of November
SCRATCHED = ItemOf(product="轴承座", model="ZC-204", batch=("B1",), quantity_defective=12, defect="表面划伤")
LEAKING = ItemOf(product="油泵", model="P-9", defect="漏油")


def fill(place: Place) -> None:
    """Seven complaints: two of October, three of November (one a notice), one cancelled, one merged."""
    haichuan, northgate = CustomerOf(company=HAICHUAN), CustomerOf(company=NORTHGATE)
    records = [
        record("1", received_at=BEFORE, letter=Class.A, customer=haichuan, items=(SCRATCHED,), department="质量部", owner="reviewer@example.com"),
        record("2", received_at=BEFORE - DAY, customer=northgate, items=(LEAKING,), department="分厂", owner="department@example.com",
               state=RecordState.CLOSED, language="en"),
        record("3", received_at=AFTER, customer=haichuan, items=(replace(SCRATCHED, defect="外观刮痕"), LEAKING), department="质量部",
               owner="Reviewer@example.com"),
        record("4", received_at=NOW - DAY, customer=CustomerOf(email="a@b.example"), items=(), department="", owner="", channel="fax"),
        record("5", received_at=NOW - DAY, letter=Class.C, customer=haichuan),
        record("6", received_at=NOW - DAY, letter=Class.A, state=RecordState.CANCELLED),
        record("7", received_at=NOW - DAY, letter=Class.A, merged_into="1"),
    ]  # fmt: skip
    met, late, first = WindowState.MET, WindowState.MET_LATE, WindowName.FIRST_REPORT
    windows = [
        window("1", due_at=BEFORE + HOUR, state=met, met_at=BEFORE + HOUR),  # at its end: in time; due in November
        window("1", name=first, due_at=BEFORE + DAY, state=late, met_at=BEFORE + DAY + 3 * HOUR),
        window("2", due_at=BEFORE - HOUR, state=met, met_at=BEFORE - 2 * HOUR),
        window("2", name=first, due_at=BEFORE - HOUR, state=WindowState.WAIVED),
        window("3", due_at=AFTER + HOUR, state=WindowState.OVERDUE),
        window("4", due_at=NOW + HOUR),  # still runs
        window("4", name=first, due_at=NOW - 2 * HOUR),  # over, and the clock has not looked yet
        window("6", due_at=NOW - 2 * HOUR, state=WindowState.OVERDUE),
        window("7", due_at=NOW - 2 * HOUR, state=WindowState.OVERDUE),
    ]
    lives = [
        Life("1", confirmed_at=NOW, cause="manufacture"),
        Life("2", confirmed_at=NOW, cause="transport", closed_at=NOW - 2 * DAY),
        Life("3", confirmed_at=NOW, cause="manufacture"),
    ]
    task = Task("t", "1", TaskKind.STOCK_CHECK, "department@example.com", BEFORE, "x", "分厂", NOW - 5 * HOUR,
                state=TaskState.DONE, done_at=NOW - HOUR)  # fmt: skip
    surveys = [
        Survey(str(n), None, company, None, "x@y.example", "en", NOW - DAY, grade=grade)
        for n, (company, grade) in enumerate(
            [("甲", Grade.POOR), ("甲", Grade.SATISFIED), ("乙", Grade.VERY_SATISFIED), ("乙", None)]
        )
    ]
    with place.storage.unit() as work:
        for one in records:
            work.complaints.add(one, [each for each in windows if each.record == one.number], [])
        for life in lives:
            work.lives.save(life)
        work.lives.add([task, replace(task, id="t2", state=TaskState.CANCELLED), *surveys])
        work.arrivals.add([arrival(str(n), became=Became.RECORD, record=str(n)) for n in (1, 2, 4)])
        work.commit()


def table(browser: Browser, path: str, name: str) -> list[list[str]]:
    """The cells of a figure's table on its page, without its head."""
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    found = LexborHTMLParser(answer.text).css_first(f"section[aria-labelledby={name}] table")
    if found is None:
        return []
    return [[cell.text().strip() for cell in row.css("th, td")] for row in found.css("tbody tr, tfoot tr")]


def tiles(browser: Browser, path: str) -> dict[str, str]:
    page = LexborHTMLParser(browser.get(path).text)
    names, values = ([one.text() for one in page.css(f".numbers {what}")] for what in ("dt", "dd"))
    return dict(zip(names, values, strict=True))


def book(browser: Browser, path: str) -> list[list[Any]]:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    page = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    return [list(row) for row in page.iter_rows(min_row=HEADER_ROW, values_only=True)]


EVERY = [
    ("overview", ["trend", "by_period"]),
    ("promises", ["by_period", "by_window", "by_department"]),
    ("people", ["by_person"]),
    ("pareto", ["defects", "products", "customers", "causes"]),
    ("reading", ["read_by_field", "read_by_period", "read_by_language", "read_by_channel"]),
    ("satisfaction", ["grades", "grades_of_customers"]),
]
