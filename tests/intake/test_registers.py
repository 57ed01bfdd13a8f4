"""The further lists: the yearly log, who kept the promises, quarters, customers and how content they are; in three languages."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from intake.exporting import EXPORTS, export
from intake.registers import terms
from intake.registers.terms import LANGUAGES, Terms
from intake.workbooks import HEADER_ROW
from storage import Storage, open_storage
from storage.eight_d import D4, Action, Axis, Cause, EightD, Report, ReportState
from storage.life import Grade, Life, Responsibility, Survey, Task, TaskKind, TaskState
from storage.records import Class, CustomerOf, ItemOf, Record, RecordState, WindowName, WindowState
from tests.storage.samples import NOON, record, window

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 12, 1, tzinfo=UTC)
ITEM = ItemOf(product="轴承座", model="ZC-204", batch=("B1", "B2"), quantity_defective=12, defect="尺寸超差")
HAICHUAN = CustomerOf(company="宁波海川电器有限公司", contact="李工")
FIRST = record("1", customer=HAICHUAN, items=(ITEM,), department="质量部", owner="wang@ours.example")
HEADS = {
    language: tomllib.loads((Path(terms.__file__).parent / f"{language}.toml").read_text("utf-8"))
    for language in LANGUAGES
}


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    opened = open_storage(f"sqlite:///{tmp_path / 'x.db'}")
    opened.migrate()
    yield opened
    opened.close()


def _keep(storage: Storage, *records: Record, **more: Any) -> None:
    with storage.unit() as work:
        for one in records:
            of_record = [w for w in more.get("windows", ()) if w.record == one.number]
            work.complaints.add(one, of_record, ())
        for life in more.get("lives", ()):
            work.lives.save(life)
        for report in more.get("reports", ()):
            work.lives.save_report(report)
        work.lives.add(more.get("hanging", ()))
        work.commit()


def _book(storage: Storage, tmp_path: Path, what: str, language: str = "zh-CN") -> Any:
    path = tmp_path / f"{what}.xlsx"
    export(what, storage, path, None, None, "苏州示例精密有限公司", SHANGHAI, language, lambda: NOW)
    return load_workbook(path)


def _rows(page: Any) -> list[dict[str, Any]]:
    heads, *rows = page.iter_rows(min_row=HEADER_ROW, values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_the_log_tells_causes_actions_and_how_a_complaint_ended(storage: Storage, tmp_path: Path) -> None:
    life = Life(
        "1", cause="manufacture", responsibility=Responsibility.OURS, closed_at=NOON + timedelta(days=5), rejections=1
    )
    eight_d = EightD(
        d4=D4(causes=(Cause(Axis.OCCURRENCE, text="刀具磨损"), Cause(Axis.ESCAPE, text="未设首检"))),
        d5=(Action(text="增加首检"),),
    )
    survey = Survey("s", "1", "宁波海川", None, "li@x.example", "zh-CN", NOON, grade=Grade.FAIR)
    _keep(
        storage,
        replace(FIRST, state=RecordState.CLOSED),
        replace(FIRST, number="2", received_at=NOON + timedelta(days=1), merged_into="1"),
        lives=[life],
        reports=[Report("1", 1, eight_d, ReportState.SENT, "q@ours.example", NOON)],
        hanging=[survey],
    )
    [row] = _rows(_book(storage, tmp_path, "complaints_log").worksheets[0])
    assert (row["编号"], row["型号"], row["批号"], row["原因类别"], row["责任判定"]) == (
        "1",
        "ZC-204",
        "B1；B2",
        "制造",
        "本公司",
    )
    assert (row["根本原因"], row["纠正措施"]) == ("刀具磨损；未设首检", "增加首检")
    assert (row["结案时间"], row["退回次数"], row["满意度"], row["状态"]) == (
        datetime(2026, 11, 25, 20),
        1,
        "一般",
        "已结案",
    )


def test_promises_are_counted_by_department_and_person_with_the_hours_late(storage: Storage, tmp_path: Path) -> None:
    due = NOON + timedelta(hours=2)
    windows = (
        window("1", state=WindowState.MET, met_at=due),
        window(
            "1", name=WindowName.FIRST_REPORT, due_at=due, state=WindowState.MET_LATE, met_at=due + timedelta(hours=5.5)
        ),
        window("1", name=WindowName.FULL_REPORT, due_at=NOW - timedelta(hours=3), state=WindowState.OVERDUE),
        window("1", name=WindowName.HANDLED, due_at=NOW + timedelta(hours=3)),
        window("1", name=WindowName.DISPATCH, due_at=due, state=WindowState.WAIVED),
        window("2", state=WindowState.OVERDUE, due_at=due),
    )
    task = Task(
        "t", "1", TaskKind.STOCK_CHECK, "li@ours.example", NOON, "q@ours.example", "分厂", due, state=TaskState.DONE, done_at=due + timedelta(hours=1)
    )  # fmt: skip
    cancelled = replace(FIRST, number="2", state=RecordState.CANCELLED)
    _keep(storage, FIRST, cancelled, windows=windows, hanging=[task])
    people, late = (_rows(page) for page in _book(storage, tmp_path, "on_time").worksheets)
    told = [
        (r["责任部门"], r["责任人"], r["应完成时限"], r["按时完成"], r["逾期完成"], r["逾期未完成"], r["逾期小时"])
        for r in people
    ]
    assert told == [
        ("分厂", "li@ours.example", 1, 0, 1, 0, 1.0),
        ("质量部", "wang@ours.example", 3, 1, 1, 1, 8.5),
    ]
    assert people[1]["按时率"] == pytest.approx(1 / 3)
    assert [(row["时限"], row["实际完成时间"], row["逾期小时"]) for row in late] == [
        ("自查库存、在制品和检验记录", datetime(2026, 11, 20, 23), 1.0),
        ("初步整改报告（8D D1–D3）", datetime(2026, 11, 21, 3, 30), 5.5),
        ("完整8D报告", None, 3.0),
    ]


def test_quarters_are_those_of_local_time(storage: Storage, tmp_path: Path) -> None:
    moments = (datetime(2026, 9, 30, 15, 59, tzinfo=UTC), datetime(2026, 9, 30, 16, tzinfo=UTC), NOON)
    _keep(storage, *(replace(FIRST, number=str(n), received_at=moment) for n, moment in enumerate(moments)))
    rows = _rows(_book(storage, tmp_path, "quarterly").worksheets[0])
    assert [(row["季度"], row["投诉件数"]) for row in rows] == [("2026-Q3", 1), ("2026-Q4", 2)]


def test_customers_have_their_month_their_complaints_and_their_satisfaction(storage: Storage, tmp_path: Path) -> None:
    other = replace(FIRST, number="3", customer=CustomerOf(email="a@b.example"), letter=Class.A)
    surveys = [
        Survey(str(n), None, company, None, "x@y.example", "zh-CN", NOON, grade=grade, comment=comment)
        for n, (company, grade, comment) in enumerate(
            [
                ("甲", Grade.POOR, "太慢"),
                ("甲", Grade.SATISFIED, ""),
                ("乙", Grade.VERY_SATISFIED, ""),
                ("丙", None, ""),
            ]
        )
    ]
    _keep(storage, FIRST, replace(FIRST, number="2", state=RecordState.CLOSED), other, hanging=surveys)
    months, records, content = (_rows(page) for page in _book(storage, tmp_path, "customers").worksheets)
    assert [(r["客户名称"], r["投诉件数"], r["A类"], r["已结案"], r["不良数量"]) for r in months] == [
        ("宁波海川电器有限公司", 2, 0, 1, 24),
        ("a@b.example", 1, 1, 0, 12),
    ]
    assert [row["编号"] for row in records] == ["3", "1", "2"]
    assert [(r["客户名称"], r["发出调查"], r["收到答复"], r["较差"], r["满意率"]) for r in content] == [
        ("甲", 2, 2, 1, 0.5),
        ("乙", 1, 1, 0, 1),
        ("丙", 1, 0, 0, None),
    ]
    assert content[0]["客户意见"] == "太慢"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", EXPORTS)
def test_each_list_is_laid_out_for_print_in_each_language(
    storage: Storage, tmp_path: Path, what: str, language: str
) -> None:
    _keep(
        storage,
        replace(FIRST, customer=replace(HAICHUAN, company="=1+1")),
        windows=(window("1", state=WindowState.OVERDUE),),
    )
    book = _book(storage, tmp_path, what, language)
    for page in book.worksheets:
        assert page.cell(2, 1).value in HEADS[language]["titles"].values()
        assert (page.page_setup.orientation, page.page_setup.paperSize, page.freeze_panes) == ("landscape", 9, "A5")
        assert (page.print_title_rows, page.page_setup.fitToHeight) == ("$1:$4", 0)
        assert "&P" in page.oddFooter.center.text
        assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n", "d"}
        heads = {cell.value for cell in page[HEADER_ROW]}
        general, own = HEADS[language]["heads"], HEADS[language]["list_heads"]
        assert heads <= {*general.values(), *(head for table in own.values() for head in table.values())}


def test_the_languages_have_the_same_words() -> None:
    def names(table: Any) -> Any:
        return {name: names(inner) for name, inner in table.items()} if isinstance(table, dict) else None

    assert names(HEADS["zh-CN"]) == names(HEADS["zh-TW"]) == names(HEADS["en"])


def test_a_language_that_we_have_not_is_written_in_english() -> None:
    assert Terms.of("de").phrase("unassigned") == "(not assigned)"
