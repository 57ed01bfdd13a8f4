"""Master data from files: in any encoding and with any of its headers; a bad row is refused with its reason, alone."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from intake.errors import StorageError, UsageError
from intake.importing import ImportReport, import_file
from storage import Storage, open_storage
from storage.records import CustomerCard, Role

CUSTOMERS = """客户名称,别名,域名,联系人,邮箱,电话,传真,语言,省份,偏远,协议时限
宁波海川电器有限公司,海川电器;Haichuan Electric Co., Ltd.,haichuan.example,李工,li@haichuan.example,0574-1,0574-2,zh-CN,浙江省,否,first_report=12h; full_report=5d
"""
PEOPLE = "姓名,邮箱,部门,角色\n王强,wang@ours.example,质量部,quality\n赵总,zhao@ours.example,总经办,general_manager\n"


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    opened = open_storage(f"sqlite:///{tmp_path / 'x.db'}")
    opened.migrate()
    yield opened
    opened.close()


def _import(storage: Storage, tmp_path: Path, kind: str, content: str | bytes) -> ImportReport:
    path = tmp_path / f"{kind}.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return import_file(kind, path, storage)


def _outcomes(report: ImportReport) -> list[tuple[int, str]]:
    return [(row.row, row.outcome) for row in report.rows]


def _why(storage: Storage, tmp_path: Path, kind: str, content: str) -> str:
    report = _import(storage, tmp_path, kind, content)
    assert [row.outcome for row in report.rows] == ["refused"]
    return report.rows[0].why


def test_a_customer_comes_in_with_all_that_the_card_says(storage: Storage, tmp_path: Path) -> None:
    quoted = CUSTOMERS.replace("海川电器;Haichuan Electric Co., Ltd.", '"海川电器;Haichuan Electric Co., Ltd."')
    report = _import(storage, tmp_path, "customers", quoted)
    assert _outcomes(report) == [(2, "added")]
    with storage.reading() as work:
        card = work.people.customers()[0]
    assert card == CustomerCard(
        name="宁波海川电器有限公司",
        aliases=("海川电器", "Haichuan Electric Co., Ltd."),
        domains=("haichuan.example",),
        contact="李工",
        email="li@haichuan.example",
        phone="0574-1",
        fax="0574-2",
        language="zh-CN",
        province="浙江省",
        remote=False,
        agreement={"first_report": "12h", "full_report": "5d"},
        id=card.id,
    )


def test_a_second_import_of_the_same_file_changes_nothing(storage: Storage, tmp_path: Path) -> None:
    assert _import(storage, tmp_path, "people", PEOPLE).summary == "people: 2 added, 0 changed, 0 same, 0 refused"
    assert _import(storage, tmp_path, "people", PEOPLE).summary == "people: 0 added, 0 changed, 2 same, 0 refused"


def test_a_changed_row_changes_what_is_there(storage: Storage, tmp_path: Path) -> None:
    _import(storage, tmp_path, "people", PEOPLE)
    report = _import(storage, tmp_path, "people", PEOPLE.replace("质量部", "质保部"))
    assert _outcomes(report) == [(2, "changed"), (3, "same")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_is_found_out(storage: Storage, tmp_path: Path, encoding: str) -> None:
    assert _import(storage, tmp_path, "people", PEOPLE.encode(encoding)).number("added") == 2
    with storage.reading() as work:
        assert work.people.persons(Role.QUALITY)[0].name == "王强"


def test_a_big5_file_is_read_as_such(storage: Storage, tmp_path: Path) -> None:
    content = "姓名,電子郵件,部門,角色\n陳品質,chen@ours.example,品質部,quality\n".encode("big5")
    assert _import(storage, tmp_path, "people", content).number("added") == 1
    with storage.reading() as work:
        assert work.people.everybody()[0].department == "品質部"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_found_out(storage: Storage, tmp_path: Path, separator: str) -> None:
    assert _import(storage, tmp_path, "people", PEOPLE.replace(",", separator)).number("added") == 2


@pytest.mark.parametrize(
    "header",
    [
        "name,email,department,role",
        " Name , E-mail,Department,ROLE",
        "姓名,电子邮箱,部门,角色",
        "姓 名,邮箱＊,部门,角色",
    ],
)
def test_headers_may_be_chinese_or_english(storage: Storage, tmp_path: Path, header: str) -> None:
    assert (
        _import(storage, tmp_path, "people", f"{header}\n王强,wang@ours.example,质量部,quality\n").number("added") == 1
    )


def test_titles_above_the_header_and_empty_rows_are_passed_over(storage: Storage, tmp_path: Path) -> None:
    content = f"人员一览表,,,\n,,,\n{PEOPLE.splitlines()[0]}\n,,,\n王强,wang@ours.example,质量部,quality\n"
    assert _outcomes(_import(storage, tmp_path, "people", content)) == [(5, "added")]


def test_columns_in_another_order_and_columns_of_no_use_do_no_harm(storage: Storage, tmp_path: Path) -> None:
    report = _import(storage, tmp_path, "people", "工号,角色,邮箱,姓名\n7,quality,wang@ours.example,王强\n")
    assert report.summary == "people: 1 added, 0 changed, 0 same, 0 refused; columns not used: 工号"


def test_a_workbook_is_read_with_its_dates_and_numbers(storage: Storage, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["客户", "型号", "批号", "数量", "发货日期", "订单号"])
    sheet.append(["海川电器", "ZC-204", 20261101, 1200, date(2026, 11, 2), "PO7"])
    sheet.append(["海川电器", "ZC-204", "B2", "1,200.5", "2026年11月3日", None])
    book.save(tmp_path / "shipments.xlsx")
    report = import_file("shipments", tmp_path / "shipments.xlsx", storage)
    assert _outcomes(report) == [(2, "added"), (3, "added")]
    with storage.reading() as work:
        first, second = work.people.shipments_of("20261101")[0], work.people.shipments_of("B2")[0]
    assert (first.quantity, first.ship_date, first.order_no) == (1200, date(2026, 11, 2), "PO7")
    assert (second.quantity, second.ship_date) == (1200.5, date(2026, 11, 3))


def test_products_come_in(storage: Storage, tmp_path: Path) -> None:
    content = "产品名称,型号,料号,客户料号,责任部门\n轴承座,ZC-204,P1,C1,一分厂\n"
    assert _import(storage, tmp_path, "products", content).number("added") == 1
    with storage.reading() as work:
        found = work.people.product_by_model("ZC-204")
    assert found is not None
    assert (found.product, found.department) == ("轴承座", "一分厂")


PERSON_HEAD = "姓名,邮箱,部门,角色\n"
SHIPMENT_HEAD = "客户,型号,批号,数量,发货日期\n"
REFUSED = (
    ("people", PERSON_HEAD + ",wang@ours.example,质量部,quality", "no name"),
    ("people", PERSON_HEAD + "王强,,质量部,quality", "no email"),
    ("people", PERSON_HEAD + "王强,wang at ours.example,质量部,quality", "no mail address"),
    ("people", PERSON_HEAD + '王强,"a@ours.example, b@ours.example",质量部,quality', "no mail address"),
    ("people", PERSON_HEAD + "王强,wang@ours.example,质量部,wizard", "'wizard' is no role"),
    ("people", PERSON_HEAD + "王强,wang@ours.example,质量部,", "no role"),
    ("people", PERSON_HEAD + "王强,wang@ours.example,,department_head", "needs a department"),
    ("people", PERSON_HEAD + f"{'王' * 501},wang@ours.example,质量部,quality", "longer than 500"),
    ("customers", "客户名称,邮箱\n,li@haichuan.example", "no name"),
    ("customers", "客户名称,邮箱\n海川,li@@haichuan", "no mail address"),
    ("customers", "客户名称,域名\n海川,haichuan", "no mail domain"),
    ("customers", "客户名称,域名\n海川,haichuan.example;qq.com", "everybody's mail domain"),
    ("customers", "客户名称,语言\n海川,Klingon", "no language"),
    ("customers", "客户名称,偏远\n海川,maybe", "no remote"),
    ("customers", "客户名称,协议时限\n海川,first_report=soon", "agreement"),
    ("customers", "客户名称,协议时限\n海川,first_answer=12h", "'first_answer' is no window"),
    ("customers", "客户名称,协议时限\n海川,full_report=0d", "agreement"),
    ("products", "产品名称,型号\n轴承座,", "no model"),
    ("products", "产品名称,型号\n,ZC-204", "no product"),
    ("shipments", SHIPMENT_HEAD + "海川,ZC-204,,5,2026-11-02", "no batch"),
    ("shipments", SHIPMENT_HEAD + "海川,ZC-204,B1,about 5,2026-11-02", "no number"),
    ("shipments", SHIPMENT_HEAD + "海川,ZC-204,B1,-5,2026-11-02", "no number"),
    ("shipments", SHIPMENT_HEAD + "海川,ZC-204,B1,5,2026-02-30", "no date"),
    ("shipments", SHIPMENT_HEAD + "海川,ZC-204,B1,5,11/2", "no date"),
)


@pytest.mark.parametrize(("kind", "content", "reason"), REFUSED)
def test_a_bad_row_is_refused_with_its_reason(
    storage: Storage, tmp_path: Path, kind: str, content: str, reason: str
) -> None:
    assert reason in _why(storage, tmp_path, kind, content)


@pytest.mark.parametrize(
    "stated", ["first_report=12h", "full_report = 5d；handled=2wd", "ｆｉｒｓｔ_report＝４８h", ""]
)
def test_agreements_are_understood(storage: Storage, tmp_path: Path, stated: str) -> None:
    assert _import(storage, tmp_path, "customers", f"客户名称,协议时限\n海川,{stated}\n").number("added") == 1


def test_a_bad_row_does_not_hinder_the_others(storage: Storage, tmp_path: Path) -> None:
    report = _import(
        storage, tmp_path, "people", PEOPLE.replace("wang@", "wang at ") + "李,li@ours.example,销售部,sales\n"
    )
    assert _outcomes(report) == [(2, "refused"), (3, "added"), (4, "added")]
    assert report.refused == 1


def test_two_rows_of_the_same_that_differ_do_not_take_turns(storage: Storage, tmp_path: Path) -> None:
    """Else each import would change the row to and fro."""
    content = PEOPLE + "王强,wang@ours.example,质保部,quality\n" + PEOPLE.splitlines()[1] + "\n"
    for expected in ("added", "same"):
        report = _import(storage, tmp_path, "people", content)
        assert _outcomes(report)[0] == (2, expected)
        assert report.rows[2].why == "row 2 says otherwise of the same"
        assert report.rows[3].outcome == "same"


def test_a_long_file_comes_in_whole(storage: Storage, tmp_path: Path) -> None:
    rows = "".join(f"员工{number},p{number}@ours.example,质量部,quality\n" for number in range(450))
    assert _import(storage, tmp_path, "people", PERSON_HEAD + rows).number("added") == 450
    with storage.reading() as work:
        assert {person.email for person in work.people.everybody()} == {
            f"p{number}@ours.example" for number in range(450)
        }


@pytest.mark.parametrize(
    ("kind", "content", "words"),
    [
        ("dogs", PEOPLE, "'dogs' is nothing to import"),
        ("people", "a,b\n1,2\n", r"姓名 \(name\), 邮箱 \(email\), 角色 \(role\)"),
        ("people", "", "no header row"),
        ("people", "姓名,name,邮箱,角色\n", "stands there twice"),
        ("people", b"PK\x03\x04 this is no workbook", "cannot be opened as a workbook"),
        ("people", b"\xd0\xcf\x11\xe0 neither is this", "cannot be opened as a workbook"),
        ("people", b"\x80\x81\xff\xff\xff", "no header row"),
    ],
)
def test_a_file_of_another_sort_is_refused_whole(
    storage: Storage, tmp_path: Path, kind: str, content: str | bytes, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        _import(storage, tmp_path, kind, content)


def test_a_missing_file_is_said_to_be_missing(storage: Storage, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        import_file("people", tmp_path / "absent.csv", storage)


def test_trouble_with_the_database_comes_out_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="has not the tables"):
        _import(open_storage(f"sqlite:///{tmp_path / 'empty.db'}"), tmp_path, "people", PEOPLE)


def test_a_column_that_the_file_does_not_have_leaves_what_is_known(storage: Storage, tmp_path: Path) -> None:
    _import(storage, tmp_path, "customers", "name,email,phone\n海川,a@x.example,123\n")
    assert _import(storage, tmp_path, "customers", "name,phone\n海川,456\n").summary.startswith(
        "customers: 0 added, 1 changed"
    )
    with storage.unit() as work:
        (card,) = work.people.customers()
    assert (card.email, card.phone) == ("a@x.example", "456")
    assert _import(storage, tmp_path, "customers", "name,phone\n海川,456\n").number("same") == 1
    _import(storage, tmp_path, "customers", "name,email,phone\n海川,,456\n")
    with storage.unit() as work:
        (card,) = work.people.customers()
    assert card.email == "", "an empty cell of a column that is there says that there is none"
