"""A customer's own form: labels found in any language, filled by its mapping, its formats and formulas left as they are."""

import io
import tomllib
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import docx
import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from intake.eightd.customer_form import DOCX, XLSX, check_mapping, fill, scan
from intake.errors import UsageError
from storage.eight_d import D1, D2, D3, D4, Action, Axis, Cause, Containment, EightD, Member, Place

REPORT = EightD(
    d2=D2(defect="=HYPERLINK(1)", batches=("B1", "B2"), quantity_defective=45),
    d3=D3(clean_batch="B2609-07", clean_date=date(2025, 11, 14)),
    d5=(Action("更换导轨", owner="李雷"), Action("增加光源", owner="何军")),
)


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "8D"
    sheet["A1"], sheet["A3"], sheet["D3"], sheet["A4"] = (
        "供应商纠正措施报告",
        "不良现象：",
        "Batch",
        "断点批号/Clean lot",
    )
    sheet.merge_cells("B3:C3")
    sheet["A6"], sheet["B6"] = "措施", "责任人"
    sheet["F1"] = "=1+1"
    sheet["B4"].number_format = "@"
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _document() -> bytes:
    document = docx.Document()
    table = document.add_table(3, 2)
    for row, label in zip(table.rows, ("不良現象", "切換批號", "Corrective action"), strict=True):
        row.cells[0].text = label
    table.rows[0].cells[1].paragraphs[0].add_run("").bold = True
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def test_labels_are_found_in_any_language_with_the_cell_beside_them() -> None:
    assert tomllib.loads(scan(_workbook(), XLSX))["cells"] == {
        "d2.defect": "8D!B3",
        "d2.batches": "8D!E3",
        "d3.clean_batch": "8D!B4",
    }
    assert tomllib.loads(scan(_document(), DOCX))["cells"] == {"d2.defect": "1.1.2", "d3.clean_batch": "1.2.2"}


def test_a_workbook_is_filled_and_keeps_what_it_had() -> None:
    mapping = scan(_workbook(), XLSX) + '[rows.d5]\nat = "8D!A7"\nmost = 3\ncolumns = { text = "A", owner = "B" }\n'
    sheet = openpyxl.load_workbook(io.BytesIO(fill(_workbook(), XLSX, mapping, REPORT, "zh-CN")))["8D"]
    assert (sheet["B3"].value, sheet["B3"].data_type) == ("=HYPERLINK(1)", "s"), "a customer's words are no formula"
    assert (sheet["E3"].value, sheet["B4"].value) == ("B1\nB2", "B2609-07")
    assert (sheet["F1"].value, sheet["F1"].data_type) == ("=1+1", "f")
    assert [(sheet[f"A{row}"].value, sheet[f"B{row}"].value) for row in (7, 8, 9)] == [
        ("更换导轨", "李雷"),
        ("增加光源", "何军"),
        (None, None),
    ]
    assert "B3:C3" in [str(area) for area in sheet.merged_cells.ranges]


def test_a_word_form_is_filled_in_the_formats_of_its_cells() -> None:
    filled = docx.Document(io.BytesIO(fill(_document(), DOCX, scan(_document(), DOCX), REPORT, "zh-TW")))
    cell = filled.tables[0].rows[0].cells[1]
    assert (cell.text, cell.paragraphs[0].runs[0].bold) == ("=HYPERLINK(1)", True)


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("[cells", "no valid TOML"),
        ('[cell]\na = "b"', "no table 'cell'"),
        ('[cells]\n"d9.colour" = "8D!B3"', "'d9.colour' is none of the 8D"),
        ('[cells]\n"d2.defect" = "9D!B3"', "no cell '9D!B3'"),
        ('[cells]\n"d2.defect" = "1.1.2"', "no cell '1.1.2'"),
        ('[rows.d2]\nat = "8D!A7"\ncolumns = { text = "A" }', "no list of the 8D"),
        ('[cells]\n"d2" = "8D!B3"', "'d2' is none of the 8D"),
        ('[cells]\n"d4.causes" = "8D!B3"', "'d4.causes' is none of the 8D"),
        ('[cells]\n"d3.moon.action" = "8D!B3"', "'d3.moon.action' is none of the 8D"),
        ('[cells]\n"d2.defect" = 7', "'d2.defect' has no place"),
        ('[cells]\n"d2.defect" = "8D!F1"', "'8D!F1' is a formula"),
        ("cells = 3", "cells is no table"),
        ("[rows]\nd5 = 3", "'d5' are not complete"),
        ('[rows.d5]\ncolumns = { text = "A" }', "'d5' are not complete"),
        ('[rows.d5]\nat = "8D!A7"\nmost = "many"\ncolumns = { text = "A" }', "'d5' are not complete"),
        ('[rows.d5]\nat = "8D!A7"\ncolumns = { colour = "A" }', "d5 has no column 'colour'"),
        ('[rows.d5]\nat = "8D!A7"\ncolumns = { text = "?" }', "no cell"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_named(mapping: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        check_mapping(_workbook(), XLSX, mapping)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF"])
@pytest.mark.parametrize("kind", [XLSX, DOCX, "text/plain"])
def test_what_is_no_form_is_refused_in_one_sentence(content: bytes, kind: str) -> None:
    with pytest.raises(UsageError):
        scan(content, kind)


def _filled(book: bytes, mapping: str, report: EightD = REPORT) -> Any:
    check_mapping(book, XLSX, mapping)
    return openpyxl.load_workbook(io.BytesIO(fill(book, XLSX, mapping, report, "zh-CN")), rich_text=True)["8D"]


def test_figures_and_days_are_such_so_that_the_forms_formulas_count_with_them() -> None:
    book = openpyxl.load_workbook(io.BytesIO(_workbook()))
    sheet = book["8D"]
    sheet["E10"].number_format, sheet["E11"].number_format = "0%", "yyyy/m/d"
    sheet["A12"] = CellRichText("投诉", TextBlock(InlineFont(b=True), "数量"))
    kept = io.BytesIO()
    book.save(kept)
    report = replace(REPORT, d3=replace(REPORT.d3, effect=95.0))
    sheet = _filled(
        kept.getvalue(),
        """[cells]
        "d2.quantity_defective" = "8D!E9"
        "d3.effect" = "8D!E10"
        "d3.clean_date" = "8D!E11"
        """,
        report,
    )
    assert (sheet["E9"].value, sheet["E10"].value, sheet["E10"].number_format) == (45, 0.95, "0%")
    assert (sheet["E11"].value, sheet["E11"].number_format) == (datetime(2025, 11, 14), "yyyy/m/d")
    assert isinstance(sheet["A12"].value, CellRichText), "a label keeps the formats within it"


def test_rows_that_have_their_own_places_are_named_by_place_axis_or_number() -> None:
    report = replace(
        REPORT,
        d1=D1(leader=Member("何军"), members=(Member("李雷"),)),
        d3=D3((Containment(Place.IN_TRANSIT, "召回", quantity_checked=300.0),)),
        d4=D4(
            (Cause(Axis.ESCAPE, text="光照低"), Cause(Axis.OCCURRENCE, text="磨损"), Cause(Axis.ESCAPE, text="无点检"))
        ),
    )
    sheet = _filled(
        _workbook(),
        """[cells]
        "d1.leader.name" = "8D!H1"
        "d1.members.1.name" = "8D!H2"
        "d3.in_transit.quantity_checked" = "8D!H3"
        "d3.customer.quantity_checked" = "8D!H4"
        "d4.escape.text" = "8D!H5"
        "d5.2.owner" = "8D!H6"
        "d5.9.owner" = "8D!H7"
        """,
        report,
    )
    assert [sheet[f"H{row}"].value for row in range(1, 8)] == [
        "何军",
        "李雷",
        300,
        None,
        "光照低\n无点检",
        "何军",
        None,
    ]


def test_rows_that_the_form_has_no_room_for_stand_in_its_last_one() -> None:
    report = replace(REPORT, d5=(*REPORT.d5, Action("改照度点检", owner="王强")))
    mapping = '[rows.d5]\nat = "8D!A7"\nmost = 2\ncolumns = { text = "A", owner = "B" }\n'
    sheet = _filled(_workbook(), mapping, report)
    assert (sheet["A7"].value, sheet["A8"].value, sheet["B8"].value) == (
        "更换导轨",
        "增加光源\n改照度点检",
        "何军\n王强",
    )


def test_labels_that_customers_use_are_found_beside_our_own() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    labels_of = {
        "Supplier": "head.supplier",
        "Part Name": "head.product",
        "LOT NO": "d2.batches",
        "发生原因": "d4.occurrence.text",
        "流出原因": "d4.escape.text",
        "组长": "d1.leader.name",
        "不良数": "d2.quantity_defective",
    }
    for row, label in enumerate(labels_of, 1):
        sheet.cell(row, 1, label)
    kept = io.BytesIO()
    book.save(kept)
    assert list(tomllib.loads(scan(kept.getvalue(), XLSX))["cells"]) == list(labels_of.values())


def test_an_empty_report_fills_nothing() -> None:
    sheet = openpyxl.load_workbook(
        io.BytesIO(fill(_workbook(), XLSX, scan(_workbook(), XLSX), replace(REPORT, d2=D2(), d3=D3()), "en"))
    )["8D"]
    assert sheet["B3"].value is None
