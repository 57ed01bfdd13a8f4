"""HTML to text and tables: what is seen stays, what is hidden goes, every cell is a span of the text."""

import pytest

from parsers.document import Document
from parsers.files.html import has_data_table, read_html
from parsers.files.text import read_text


def grid(document: Document, table: int = 0) -> list[tuple[int, int, str]]:
    return [(cell.row, cell.column, document.text[cell.start : cell.end]) for cell in document.tables[table].cells]


TEXTS = {
    "line_breaks": ("a<br>b<div>c</div><div>d</div>", "a\nb\nc\nd"),
    "blank_line_of_mail_software": ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
    "word_paragraphs_stand_close": (
        '<p class="MsoNormal">a</p><p class="MsoNormal">&nbsp;</p><p class="MsoNormal">b</p>',
        "a\n\nb",
    ),
    "list": ("<ul><li>a</li><li>b</li></ul>c", "a\nb\nc"),
    "entities": ("a &lt;b&gt; &amp; &#25209;&#x53F7; 5&nbsp;pcs", "a <b> & 批号 5 pcs"),
    "chinese_line_is_not_broken_by_the_source": ("<p>请于本\r\n  周五回复 by\n noon</p>", "请于本周五回复 by noon"),
    "script_style_head": ("<head><title>t</title><style>p{}</style></head><script>alert(1)</script><p>a</p>", "a"),
    "hidden": ('a<div style="display: none">b<p>c</p></div><span hidden>d</span><i style="mso-hide:all">e</i>f', "af"),
    "comments": ("a<!-- b --><!--[if gte mso 9]><xml>c</xml><![endif]-->d", "ad"),
    "preformatted": ("<pre>a  1\n  b</pre>c", "a  1\n  b\nc"),
    "zero_width_characters": ("LJ\u200b12\u00ad-3", "LJ12-3"),
    "foreign_meta_charset": ('<meta http-equiv="Content-Type" content="text/html; charset=gb2312"><p>批号</p>', "批号"),
    "not_closed": ("<div><b>a<table><tr><td>b", "a\nb"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_text_is_what_a_reader_sees(name: str) -> None:
    html, wanted = TEXTS[name]
    assert read_html(html, "body").text == wanted


def test_cells_are_spans_with_their_place_in_the_grid() -> None:
    document = read_html(
        "<p>x</p><table><tr><th>型号<th>批号<th>数量</tr><tr><td rowspan=2> A1 <td><p>B1</p><p>B2</p><td>5</tr><tr><td>B3<td></tr></table>y",
        "body",
    )
    assert grid(document) == [
        (0, 0, "型号"),
        (0, 1, "批号"),
        (0, 2, "数量"),
        (1, 0, "A1"),
        (1, 1, "B1\nB2"),
        (1, 2, "5"),
        (2, 1, "B3"),
        (2, 2, ""),
    ]
    assert document.tables[0].cells[0].header
    assert document.text.endswith("B3\t\ny")
    assert has_data_table(document)


def test_columns_that_a_cell_covers_are_counted() -> None:
    document = read_html("<table><tr><td colspan=2>a<td>b<tr><td>c<td>d<td>e</table>", "body")
    assert grid(document) == [(0, 0, "a"), (0, 2, "b"), (1, 0, "c"), (1, 1, "d"), (1, 2, "e")]


def test_layout_around_a_table_is_no_table() -> None:
    document = read_html(
        "<table><tr><td>menu</td><td><table><tr><td>型号</td><td>X1</td></tr><tr><td>数量</td><td>5</td></tr></table></td></tr></table>",
        "body",
    )
    assert [grid(document, n) for n in range(len(document.tables))] == [
        [(0, 0, "型号"), (0, 1, "X1"), (1, 0, "数量"), (1, 1, "5")]
    ]


def test_single_row_or_column_is_no_data() -> None:
    assert not has_data_table(read_html("<table><tr><td>a<td>b</table>", "body"))
    assert not has_data_table(read_html("<table><tr><td>a<tr><td>b</table>", "body"))


PLAIN = {
    "tabs": ("品名\t型号\n弹簧\tX1\n", [(0, 0, "品名"), (0, 1, "型号"), (1, 0, "弹簧"), (1, 1, "X1")]),
    "pipes": ("| a | b |\n|---|---|\n| 1 |  |\n", [(0, 0, "a"), (0, 1, "b"), (1, 0, "1"), (1, 1, "")]),
    "columns": (
        "品名   型号   批号\n弹簧  X1  B 1\n",
        [(0, 0, "品名"), (0, 1, "型号"), (0, 2, "批号"), (1, 0, "弹簧"), (1, 1, "X1"), (1, 2, "B 1")],
    ),
    "wide_blanks": (
        "品名　型号　批号\n弹簧　X1　B1",
        [(0, 0, "品名"), (0, 1, "型号"), (0, 2, "批号"), (1, 0, "弹簧"), (1, 1, "X1"), (1, 2, "B1")],
    ),
}


@pytest.mark.parametrize("name", PLAIN)
def test_tables_of_plain_text(name: str) -> None:
    text, wanted = PLAIN[name]
    assert grid(read_text(text, "body")) == wanted


@pytest.mark.parametrize(
    "text", ["你好，\n\n请处理。\n", "a | b is a choice\nc\n", "Dear Sirs,  we have\na problem  today\n"]
)
def test_prose_is_no_table(text: str) -> None:
    assert read_text(text, "body").tables == ()


def test_text_file_in_gbk_is_read_with_a_warning() -> None:
    document = read_text("批号 B7 破损".encode("gb18030"), "list.txt")
    assert document.text == "批号 B7 破损"
    assert document.warnings == ("no charset is given; read as gb18030",)
