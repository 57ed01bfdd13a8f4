"""The lists as workbooks: right rows and figures, dates as dates, and nothing that a customer wrote becomes a formula."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from intake.errors import StorageError, UsageError
from intake.exporting import export, export_file
from intake.workbooks import HEADER_ROW
from storage import Storage, open_storage
from storage.records import (
    Arrival,
    Class,
    CustomerOf,
    Event,
    ItemOf,
    Record,
    RecordState,
    Window,
    WindowName,
    WindowState,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
COMPANY = "苏州示例精密有限公司"
RECEIVED = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)  # 9:30 in Shanghai
NOW = RECEIVED + timedelta(days=32)
ITEM = ItemOf(
    product="轴承座",
    model="ZC-204",
    batch=("B1", "B2"),
    production_date="2026-10-01",
    ship_date="2026-10",
    quantity_shipped=500,
    quantity_defective=12,
    defect_rate=0.024,
    defect="尺寸超差",
    disposition="return",
)
RECORD = Record(
    number="KS-202611-0001",
    state=RecordState.IN_PROGRESS,
    letter=Class.B,
    reasons=("asks_for_answer",),
    kind="complaint",
    channel="fax",
    language="zh-CN",
    received_at=RECEIVED,
    opened_at=RECEIVED,
    customer=CustomerOf(company="宁波海川电器有限公司", contact="李工"),
    items=(ITEM,),
    subject="轴承座投诉",
    missing=("order_no",),
    department="质量部",
    owner="wang@ours.example",
)


def _window(number: str, name: WindowName, state: WindowState, late: float = 0) -> Window:
    due = RECEIVED + timedelta(hours=48)
    met = due + timedelta(hours=late) if state in (WindowState.MET, WindowState.MET_LATE) else None
    return Window(number, name, RECEIVED, due, "§4", "round_the_clock", state, met)


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    opened = open_storage(f"sqlite:///{tmp_path / 'x.db'}")
    opened.migrate()
    yield opened
    opened.close()


def _keep(storage: Storage, *records: Record, windows: tuple[Window, ...] = (), events: tuple[Event, ...] = ()) -> None:
    with storage.unit() as work:
        for record in records:
            of_record = [window for window in windows if window.record == record.number]
            work.complaints.add(record, of_record, [event for event in events if event.record == record.number])
        work.commit()


def _export(storage: Storage, tmp_path: Path, what: str, start: date | None = None, end: date | None = None) -> Any:
    path = tmp_path / f"{what}.xlsx"
    export(what, storage, path, start, end, COMPANY, SHANGHAI, now=lambda: NOW)
    return load_workbook(path)


def _rows(page: Any) -> list[dict[str, Any]]:
    heads, *rows = page.iter_rows(min_row=HEADER_ROW, values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_a_record_is_a_row_with_its_dates_as_dates_in_local_time(storage: Storage, tmp_path: Path) -> None:
    windows = (
        _window(RECORD.number, WindowName.FIRST_REPORT, WindowState.MET),
        _window(RECORD.number, WindowName.DISPATCH, WindowState.OVERDUE),
    )
    _keep(storage, RECORD, windows=windows)
    [row] = _rows(_export(storage, tmp_path, "records").worksheets[0])
    assert row["编号"] == "KS-202611-0001"
    assert row["接收时间"] == datetime(2026, 11, 2, 9, 30)
    assert (row["客户名称"], row["联系人"], row["投诉方式"], row["状态"]) == (
        "宁波海川电器有限公司",
        "李工",
        "传真",
        "处理中",
    )
    assert (row["批号"], row["生产日期"], row["发货日期"]) == ("B1；B2", datetime(2026, 10, 1), "2026-10")
    assert (row["发货数量"], row["不良数量"], row["不良率"], row["不良品处理方式"]) == (500, 12, 0.024, "退货")
    assert row["初步报告时限"] == row["初步报告完成"] == datetime(2026, 11, 4, 9, 30)
    assert (row["完整报告时限"], row["逾期项目"], row["缺少资料"]) == (None, "传递责任部门", "订单号")


def test_records_of_all_states_stand_there_oldest_first_with_their_items_joined(
    storage: Storage, tmp_path: Path
) -> None:
    two = (ITEM, replace(ITEM, model="ZC-205", quantity_defective=3))
    _keep(
        storage,
        replace(RECORD, number="2", received_at=RECEIVED + timedelta(days=1), items=two),
        RECORD,
        replace(RECORD, number="3", received_at=RECEIVED + timedelta(days=2), state=RecordState.CANCELLED, items=()),
        replace(RECORD, number="4", received_at=RECEIVED + timedelta(days=3), merged_into="2"),
    )
    rows = _rows(_export(storage, tmp_path, "records").worksheets[0])
    assert [row["编号"] for row in rows] == ["KS-202611-0001", "2", "3", "4"]
    assert (rows[1]["型号"], rows[1]["不良数量"], rows[1]["产品名称"]) == ("ZC-204；ZC-205", "12；3", "轴承座")
    assert (rows[2]["状态"], rows[2]["型号"], rows[3]["并入"]) == ("已取消", None, "2")


def test_more_records_than_one_page_come_in_order(storage: Storage, tmp_path: Path) -> None:
    _keep(
        storage,
        *(
            replace(RECORD, number=f"{number:04d}", received_at=RECEIVED + timedelta(minutes=number))
            for number in range(1003)
        ),
    )
    rows = _rows(_export(storage, tmp_path, "register").worksheets[0])
    assert [row["编号"] for row in rows] == [f"{number:04d}" for number in range(1003)]
    assert [row["序号"] for row in rows] == list(range(1, 1004))


def test_the_head_names_the_company_and_the_header_row_is_frozen(storage: Storage, tmp_path: Path) -> None:
    page = _export(storage, tmp_path, "records", date(2026, 11, 1), date(2026, 11, 30)).worksheets[0]
    assert [page.cell(row, 1).value for row in (1, 2, 3)] == [
        COMPANY,
        "客户投诉一览表",
        "期间：2026-11-01 至 2026-11-30",
    ]
    assert page.freeze_panes == "A5"
    assert page.column_dimensions["C"].width == 26
    assert page.auto_filter.ref.startswith("A4:")
    assert _rows(page) == []


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (None, None, ["0", "1", "2"]),
        (date(2026, 11, 2), date(2026, 11, 2), ["1"]),
        (date(2026, 11, 2), None, ["1", "2"]),
        (None, date(2026, 11, 1), ["0"]),
    ],
)
def test_days_are_local_and_both_are_included(
    storage: Storage, tmp_path: Path, start: date | None, end: date | None, found: list[str]
) -> None:
    moments = (
        datetime(2026, 11, 1, 15, 59, tzinfo=UTC),
        datetime(2026, 11, 1, 16, tzinfo=UTC),
        datetime(2026, 11, 2, 16, tzinfo=UTC),
    )
    _keep(storage, *(replace(RECORD, number=str(number), received_at=moment) for number, moment in enumerate(moments)))
    assert [row["编号"] for row in _rows(_export(storage, tmp_path, "records", start, end).worksheets[0])] == found


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x.example","y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1+1"])
def test_what_looks_like_a_formula_stays_text(storage: Storage, tmp_path: Path, text: str) -> None:
    _keep(storage, replace(RECORD, customer=CustomerOf(company=text), items=(replace(ITEM, defect=text),)))
    page = _export(storage, tmp_path, "records").worksheets[0]
    cell = page.cell(HEADER_ROW + 1, 3)
    assert (cell.value, cell.data_type, cell.number_format, cell.quotePrefix) == (text, "s", "@", True)
    with ZipFile(tmp_path / "records.xlsx") as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_characters_that_a_workbook_cannot_hold_are_left_out(storage: Storage, tmp_path: Path) -> None:
    _keep(storage, replace(RECORD, subject="a\x0bb\x1f", items=(replace(ITEM, defect="长" * 40_000),)))
    [row] = _rows(_export(storage, tmp_path, "register").worksheets[0])
    assert row["反馈内容"].startswith("ab；长")
    assert len(row["反馈内容"]) == 32_000


def test_the_register_shows_who_signed_and_when(storage: Storage, tmp_path: Path) -> None:
    signed = Event(RECORD.number, RECEIVED + timedelta(hours=3), "zhou@ours.example", "signed")
    _keep(storage, RECORD, replace(RECORD, number="2", received_at=RECEIVED + timedelta(hours=1)), events=(signed,))
    book = _export(storage, tmp_path, "register")
    first, second = _rows(book.worksheets[0])
    assert book.sheetnames == ["信息反馈单接收记录表"]
    assert (first["接收人"], first["签收时间"]) == ("zhou@ours.example", datetime(2026, 11, 2, 12, 30))
    assert (first["反馈内容"], first["传递部门"]) == ("轴承座投诉；尺寸超差", "质量部")
    assert (second["接收人"], second["签收时间"]) == (None, None)


def test_the_monthly_figures_add_up(storage: Storage, tmp_path: Path) -> None:
    december = replace(RECORD, number="3", received_at=RECEIVED + timedelta(days=31), department="", owner="", items=())
    windows = (
        _window("1", WindowName.ACKNOWLEDGEMENT, WindowState.MET),
        _window("1", WindowName.FIRST_REPORT, WindowState.MET_LATE, late=5.5),
        replace(_window("1", WindowName.FULL_REPORT, WindowState.OPEN), due_at=NOW + timedelta(hours=1)),
        _window("2", WindowName.ACKNOWLEDGEMENT, WindowState.MET),
        _window("2", WindowName.FIRST_REPORT, WindowState.OVERDUE),
        _window("3", WindowName.ACKNOWLEDGEMENT, WindowState.WAIVED),
        _window("4", WindowName.ACKNOWLEDGEMENT, WindowState.MET),
        _window("5", WindowName.ACKNOWLEDGEMENT, WindowState.OVERDUE),
    )
    _keep(
        storage,
        replace(RECORD, number="1", items=(ITEM, ITEM)),
        replace(RECORD, number="2", letter=Class.A, state=RecordState.CLOSED),
        december,
        replace(RECORD, number="4", merged_into="1"),
        replace(RECORD, number="5", state=RecordState.CANCELLED),
        windows=windows,
    )
    with storage.unit() as work:
        work.arrivals.add([Arrival(str(key), "complaints", str(key), "", 1, RECEIVED, RECEIVED) for key in range(7)])
        work.commit()
    book = _export(storage, tmp_path, "monthly")
    months, by_window, people, products = (_rows(page) for page in book.worksheets)
    assert months[0] == {
        "月份": "2026-11",
        "收到邮件与文件": 7,
        "投诉件数": 2,
        "A类": 1,
        "B类": 1,
        "C类": 0,
        "未结案": 1,
        "已结案": 1,
        "已取消": 1,
        "应完成时限": 4,
        "按时完成": 2,
        "逾期完成": 1,
        "逾期未完成": 1,
        "按时率": 0.5,
    }
    assert (months[1]["月份"], months[1]["应完成时限"], months[1]["按时率"]) == ("2026-12", 0, None)
    assert [(row["时限"], row["应完成时限"]) for row in by_window if row["月份"] == "2026-11"] == [
        ("受理确认", 2),
        ("初步整改报告（8D D1–D3）", 2),
    ], "what still runs has no row"
    assert (people[0]["责任人"], people[0]["逾期小时"]) == ("wang@ours.example", 5.5 + 30 * 24)
    assert [row["责任人"] for row in people] == ["wang@ours.example"], "only who had anything to keep"
    assert [(row["型号"], row["投诉件数"], row["不良数量"]) for row in products] == [("ZC-204", 2, 36), (None, 1, None)]
    assert book.worksheets[0].cell(HEADER_ROW + 1, 14).number_format == "0.0%"


def test_the_terminal_hears_what_was_written(storage: Storage, tmp_path: Path) -> None:
    _keep(storage, RECORD)
    path = tmp_path / "list.xlsx"
    assert export_file("records", storage, path, "2026-11-01", None, COMPANY, SHANGHAI) == f"{path}: 1 rows"


@pytest.mark.parametrize(
    ("what", "name", "start", "end", "words"),
    [
        ("everything", "x.xlsx", None, None, "nothing to export"),
        ("records", "x.csv", None, None, "does not end with .xlsx"),
        ("records", "x.xlsx", "yesterday", None, "'yesterday' is no day"),
        ("records", "x.xlsx", "2026-11-02", "2026-11-01", "is before"),
    ],
)
def test_wrong_use_is_said_plainly(
    storage: Storage, tmp_path: Path, what: str, name: str, start: str | None, end: str | None, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        export_file(what, storage, tmp_path / name, start, end, COMPANY, SHANGHAI)


def test_a_place_that_cannot_be_written_is_named_and_nothing_is_left(storage: Storage, tmp_path: Path) -> None:
    (tmp_path / "list.xlsx").mkdir()
    with pytest.raises(StorageError, match="cannot be written"):
        export_file("records", storage, tmp_path / "list.xlsx", None, None, COMPANY, SHANGHAI)
    with pytest.raises(StorageError, match="cannot be written"):
        export_file("records", storage, tmp_path / "absent" / "list.xlsx", None, None, COMPANY, SHANGHAI)
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_trouble_with_the_database_comes_out_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="has not the tables"):
        _export(open_storage(f"sqlite:///{tmp_path / 'empty.db'}"), tmp_path, "records")
