"""What a person sees in a Word document is what the reader gives, in the same order, with every cell in its place."""

import io
import zipfile

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.document import Document, Table
from parsers.files import READERS, ReadLimits, read_file
from parsers.sniff import WORD
from tests.documents.word import cell, field, of_body, paragraph, run, saved, table, text_box, tick_box

MARK = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
FIELD_IN_A_FIELD = MARK.format("begin") + field("9", "PAGE") + MARK.format("separate") + run("3") + MARK.format("end")

USUAL = ReadLimits()


def read(content: bytes, limits: ReadLimits = USUAL) -> Document:
    return read_file("a.docx", content, WORD, limits)


def texts(document: Document, found: Table) -> dict[tuple[int, int], str]:
    return {(each.row, each.column): document.text[each.start : each.end] for each in found.cells}


def test_paragraphs_and_tables_stand_in_the_documents_order() -> None:
    word = docx.Document()
    word.add_paragraph("客户投诉单")
    grid = word.add_table(rows=1, cols=2)
    grid.cell(0, 0).text, grid.cell(0, 1).text = "批号", "B2406-01"
    word.add_paragraph("请回复")
    assert read(saved(word)).text == "客户投诉单\n批号\tB2406-01\n请回复"


def test_merged_cells_keep_their_place_and_span() -> None:
    word = docx.Document()
    grid = word.add_table(rows=3, cols=3)
    grid.cell(0, 0).merge(grid.cell(0, 2)).text = "标题"
    grid.cell(1, 0).merge(grid.cell(2, 0)).text = "左"
    grid.cell(1, 1).text, grid.cell(1, 2).text, grid.cell(2, 1).text, grid.cell(2, 2).text = "a", "b", "c", "d"
    document = read(saved(word))
    spans = {(each.row, each.column): (each.rows, each.columns) for each in document.tables[0].cells}
    assert spans == {(0, 0): (1, 3), (1, 0): (2, 1), (1, 1): (1, 1), (1, 2): (1, 1), (2, 1): (1, 1), (2, 2): (1, 1)}
    assert texts(document, document.tables[0]) == {
        (0, 0): "标题", (1, 0): "左", (1, 1): "a", (1, 2): "b", (2, 1): "c", (2, 2): "d",
    }  # fmt: skip


def test_a_table_in_a_cell_is_a_table_and_its_text_is_in_the_cell() -> None:
    inner = table(cell("批号") + cell("L1"))
    document = read(of_body(table(cell("外") + f"<w:tc><w:tcPr/>{inner}<w:p/></w:tc>")))
    assert document.text == "外\t批号\tL1"
    assert [texts(document, each) for each in document.tables] == [
        {(0, 0): "批号", (0, 1): "L1"},
        {(0, 0): "外", (0, 1): "批号\tL1"},
    ]


def test_a_rows_repeated_heading_is_marked_as_header() -> None:
    heading = "<w:trPr><w:tblHeader/></w:trPr>" + cell("批号") + cell("数量")
    document = read(of_body(table(heading, cell("L1") + cell("3"))))
    assert [each.header for each in document.tables[0].cells] == [True, True, False, False]


def test_cells_that_start_late_keep_their_column() -> None:
    document = read(of_body(table(cell("a") + cell("b"), '<w:trPr><w:gridBefore w:val="1"/></w:trPr>' + cell("c"))))
    assert texts(document, document.tables[0])[1, 1] == "c"


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        ("<w:ins>" + run("新") + "</w:ins><w:del><w:r><w:delText>旧</w:delText></w:r></w:del>", "新"),
        ("<w:moveFrom>" + run("旧") + "</w:moveFrom><w:moveTo>" + run("新") + "</w:moveTo>", "新"),
        (run("看得见") + run("看不见", "<w:vanish/>"), "看得见"),
        ("<w:hyperlink>" + run("LOT1") + "</w:hyperlink>", "LOT1"),
        (run("日期 ") + field("2025-06-10"), "日期 2025-06-10"),
        (run("页 ") + FIELD_IN_A_FIELD, "页 3"),
        ("<w:fldSimple>" + run("7") + "</w:fldSimple>", "7"),
        (tick_box(True) + run("退货 ") + tick_box(False) + run("换货"), "☑退货 ☐换货"),
        (field("", "FORMCHECKBOX", '<w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData>') + run("8D"), "☑8D"),
        (field("", "FORMCHECKBOX", '<w:ffData><w:checkBox><w:default w:val="0"/></w:checkBox></w:ffData>') + run("8D"), "☐8D"),
        (field("", "FORMDROPDOWN", '<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="A"/><w:listEntry w:val="B"/></w:ddList></w:ffData>'), "B"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>' + run("是"), "☑是"),
        ('<w:r><w:sym w:font="Wingdings 2" w:char="F0A3"/></w:r>' + run("否"), "☐否"),
        (run("R", '<w:rFonts w:ascii="Wingdings 2"/>') + run("是"), "☑是"),
        (run("a") + "<w:r><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t></w:r>", "a\tb\nc-d"),
        ("<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>" + run("单击此处输入") + "</w:sdtContent></w:sdt>" + run("x"), "x"),
        ("<w:sdt><w:sdtPr/><w:sdtContent>" + run("B2406") + "</w:sdtContent></w:sdt>", "B2406"),
        ("<w:r><w:ruby><w:rt>" + run("pi") + "</w:rt><w:rubyBase>" + run("批") + "</w:rubyBase></w:ruby></w:r>", "批"),
        (run("主") + text_box("框"), "主\n框"),
        ('<w:r><w:commentReference w:id="1"/></w:r>' + run("正文"), "正文"),
    ],
)  # fmt: skip
def test_a_paragraph_reads_as_it_is_shown(inside: str, shown: str) -> None:
    assert read(of_body(paragraph(inside))).text == shown


def test_controls_around_paragraphs_rows_and_cells_are_looked_into() -> None:
    wrapped = f"<w:sdt><w:sdtPr/><w:sdtContent>{cell('值')}</w:sdtContent></w:sdt>"
    row = f"<w:sdt><w:sdtPr/><w:sdtContent><w:tr>{cell('标签')}{wrapped}</w:tr></w:sdtContent></w:sdt>"
    body = f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph(run('段'))}</w:sdtContent></w:sdt><w:tbl><w:tblPr/><w:tblGrid/>{row}</w:tbl>"
    assert read(of_body(body)).text == "段\n标签\t值"


def test_a_deleted_row_is_gone() -> None:
    gone = "<w:trPr><w:del/></w:trPr>" + cell("旧") + cell("1")
    document = read(of_body(table(cell("批号") + cell("L1"), gone)))
    assert document.text == "批号\tL1"


def test_header_stands_first_and_footer_last() -> None:
    word = docx.Document()
    word.add_paragraph("正文")
    word.sections[0].header.paragraphs[0].text = "常州公司"
    word.sections[0].footer.paragraphs[0].text = "表单 A/1"
    assert read(saved(word)).text == "常州公司\n正文\n表单 A/1"


def test_a_macro_document_is_read_as_well() -> None:
    content = of_body(paragraph(run("批号 L1")))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            kind = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
            new.writestr(name, old.read(name).replace(kind, b"application/vnd.ms-word.document.macroEnabled.main+xml"))
    assert read(out.getvalue()).text == "批号 L1"


def test_text_over_the_limit_is_cut_with_a_warning_and_spans_stay_inside() -> None:
    document = read(of_body(table(cell("批号" * 20) + cell("L1"))), ReadLimits(characters=30))
    assert len(document.text) == 30
    assert "first 30 characters" in document.warnings[0]
    assert all(each.end <= 30 for each in document.tables[0].cells)


def test_a_damaged_file_says_what_to_do() -> None:
    content = of_body(paragraph(run("x")))
    for bad in (content[:-300], b"PK\x03\x04" + content[100:], b"PK\x03\x04"):
        document = read(bad)
        assert document.text == ""
        assert document.unread is not None and "Open the original" in document.unread


def test_an_encrypted_office_file_asks_for_the_password() -> None:
    document = read_file("a.docx", b"\xd0\xcf\x11\xe0", "application/x-ole-encrypted")
    assert document.unread is not None and "password" in document.unread
    assert "application/x-ole-encrypted" in READERS


WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"], max_codepoint=0xFFFF), max_size=12)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=4), min_size=1, max_size=4), WORDS)
def test_whatever_stands_in_the_cells_is_found_at_their_spans(rows: list[list[str]], before: str) -> None:
    word = docx.Document()
    word.add_paragraph(before)
    width = max(len(row) for row in rows)
    grid = word.add_table(rows=len(rows), cols=width)
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            grid.cell(r, c).text = text
    document = read(saved(word))
    found = texts(document, document.tables[0])
    assert {place: text for place, text in found.items() if text} == {
        (r, c): text.strip() for r, row in enumerate(rows) for c, text in enumerate(row) if text.strip()
    }
