"""A customer's own form: labels found in any language, filled by its mapping, its formats and formulas left as they are."""

import io
import tomllib
from dataclasses import replace
from datetime import date

import docx
import openpyxl
import pytest

from intake.eightd.customer_form import DOCX, XLSX, check_mapping, fill, scan
from intake.errors import UsageError
from storage.eight_d import D2, D3, Action, EightD

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


def test_an_empty_report_fills_nothing() -> None:
    sheet = openpyxl.load_workbook(
        io.BytesIO(fill(_workbook(), XLSX, scan(_workbook(), XLSX), replace(REPORT, d2=D2(), d3=D3()), "en"))
    )["8D"]
    assert sheet["B3"].value is None
