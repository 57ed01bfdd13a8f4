"""A spreadsheet reads as it is printed: dates, percentages, leading zeros, merged cells, and only what is visible."""

import io
import zipfile
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from parsers.document import Document
from parsers.files import ReadLimits, read_file
from parsers.files.number_formats import printed
from parsers.sniff import EXCEL, media_type

USUAL = ReadLimits()


def saved(book: openpyxl.Workbook | None = None) -> bytes:
    book = book or openpyxl.Workbook()
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def sheet() -> tuple[openpyxl.Workbook, Worksheet]:
    book = openpyxl.Workbook()
    return book, book.active


def read(content: bytes, limits: ReadLimits = USUAL) -> Document:
    document = read_file("a.xlsx", content, EXCEL, limits)
    for table in document.tables:
        page = document.pages[table.page - 1]
        assert all(page.start <= cell.start <= cell.end <= page.end for cell in table.cells)
    return document


def texts(document: Document, table: int = 0) -> dict[tuple[int, int], str]:
    return {(each.row, each.column): document.text[each.start : each.end] for each in document.tables[table].cells}


def test_a_list_starts_where_it_starts_and_empty_rows_are_left_out() -> None:
    book, page = sheet()
    for place, value in {"C3": "批号", "D3": "数量", "C5": "B2406", "D5": 1200}.items():
        page[place] = value
    assert read(saved(book=book)).text == "批号\t数量\nB2406\t1200"


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (0.035, "0.0%", "3.5%"), (0.5, "0%", "50%"), (0.0667, "0.00%", "6.67%"), (123, "00000", "00123"), (1.5, "0.00", "1.50"),
        (1200, '#,##0"只"', "1200只"), (1200.0, "General", "1200"), (0.1 + 0.2, "General", "0.3"), (20240612001, "0", "20240612001"),
        (1e20, "General", "1e+20"), (date(2025, 6, 10), 'yyyy"年"m"月"d"日"', "2025-06-10"),
        (datetime(2025, 6, 10, 8, 30), "yyyy/m/d h:mm", "2025-06-10 08:30"), (time(8, 30), "h:mm", "08:30"), (True, "General", "TRUE"),
    ],
)  # fmt: skip
def test_a_value_reads_as_it_is_printed(value: object, number_format: str, shown: str) -> None:
    book, page = sheet()
    page["B2"] = value
    page["B2"].number_format = number_format
    assert read(saved(book=book)).text == shown


def test_merged_cells_span_and_do_not_repeat() -> None:
    book, page = sheet()
    page["A1"], page["A2"], page["B2"], page["B3"] = "标题", "左", "b", "c"
    page["C3"] = "d"
    page.merge_cells("A1:C1")
    page.merge_cells("A2:A3")
    document = read(saved(book=book))
    spans = {(each.row, each.column): (each.rows, each.columns) for each in document.tables[0].cells}
    assert spans[0, 0] == (1, 3) and spans[1, 0] == (2, 1) and (2, 0) not in spans
    assert texts(document)[2, 1] == "c"


def test_every_visible_sheet_is_a_page_and_hidden_ones_are_said() -> None:
    book, page = sheet()
    page.title, page["A1"] = "不良", "L1"
    book.create_sheet("空")
    second = book.create_sheet("明细")
    second["A1"] = "L2"
    hidden = book.create_sheet("列表")
    hidden["A1"], hidden.sheet_state = "x", "hidden"
    document = read(saved(book=book))
    assert document.text == "不良\nL1\n明细\nL2"
    assert [document.text[page.start : page.end] for page in document.pages] == ["不良\nL1", "明细\nL2"]
    assert [table.page for table in document.tables] == [1, 2]
    assert document.warnings == ("The sheet “列表” is hidden and was not read.",)


def test_more_cells_than_the_limit_are_left_out_with_a_warning() -> None:
    book, page = sheet()
    for row in range(1, 101):
        page.append([row, row])
    document = read(saved(book=book), ReadLimits(cells=20))
    assert document.text.count("\n") == 9
    assert "first cells" in document.warnings[0]


def test_an_open_document_sheet_is_read_too() -> None:
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<office:document-content xmlns:office="{office}office:1.0" xmlns:table="{office}table:1.0" xmlns:text="{office}text:1.0">'
        '<office:body><office:spreadsheet><table:table table:name="s"><table:table-row>'
        '<table:table-cell office:value-type="string"><text:p>批号</text:p></table:table-cell>'
        '<table:table-cell office:value-type="float" office:value="45"><text:p>45</text:p></table:table-cell>'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        archive.writestr("content.xml", content)
    document = read_file("a.ods", buffer.getvalue(), media_type(buffer.getvalue()))
    assert document.text == "批号\t45"


def test_a_damaged_file_says_what_to_do() -> None:
    content = saved()
    for bad in (content[:-200], content[:500], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600):
        document = read(bad)
        assert document.unread is not None and "Open the original" in document.unread


def test_a_span_of_time_is_printed() -> None:
    assert printed(timedelta(hours=30)) == "1 day, 6:00:00"


CELLS = st.one_of(
    st.none(),
    st.integers(-(10**12), 10**12),
    st.text(st.characters(categories=["L", "N"], max_codepoint=0xFFFF), max_size=8).map(lambda text: f"x{text}"),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=5))
def test_whatever_stands_in_the_cells_is_found_at_their_spans(rows: list[list[object]]) -> None:
    book, page = sheet()
    for row in rows:
        page.append(row)
    document = read(saved(book=book))
    filled = [[str(value) for value in row if value is not None] for row in rows]
    found = [text for table in range(len(document.tables)) for text in texts(document, table).values() if text]
    assert found == [text for row in filled for text in row]
