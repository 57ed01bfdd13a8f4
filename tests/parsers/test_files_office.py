"""OpenDocument, slides, and old Office files by way of LibreOffice: what a person sees is what the reader gives."""

import io
import os
import socket
import threading
import time
from pathlib import Path

import pytest
from PIL import Image

from parsers.document import Document
from parsers.errors import Unreadable
from parsers.files import expand, pictures, read_file
from parsers.files.office import converted
from parsers.sandbox import Sandbox
from parsers.sniff import media_type
from tests.documents.ole import compound, word_97
from tests.documents.open_document import frame, odt, pptx, rtf_with_picture, shape, slide_table


def read(name: str, content: bytes) -> Document:
    return read_file(name, content, media_type(content, name))


def cells(document: Document) -> dict[tuple[int, int], str]:
    (table,) = document.tables
    return {(each.row, each.column): document.text[each.start : each.end] for each in table.cells}


def blank(side: int = 800) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (side, side), 255).save(buffer, "PNG", dpi=(200, 200))
    return buffer.getvalue()


def p(inside: str) -> str:
    return f"<text:p>{inside}</text:p>"


SHOWN = {
    "blanks and tabs": ("a<text:s text:c='2'/>b<text:tab/>c<text:line-break/>d", "a  b\tc\nd"),
    "a line broken in the file only": ("批号\n    L1", "批号 L1"),
    "parts in styles and links": ("<text:span>批号</text:span><text:a>L1</text:a>x", "批号L1x"),
    "a comment": ("正<office:annotation><text:p>看不见</text:p></office:annotation>文", "正文"),
    "hidden text": ("看得见<text:hidden-text>看不见</text:hidden-text>", "看得见"),
    "a prompt": ("x<text:placeholder>单击此处</text:placeholder>", "x"),
    "a prompt of a content control": ("x<loext:content-control loext:showing-place-holder='true'>单击</loext:content-control>", "x"),
    "a list to choose from": ("<text:drop-down><text:label text:value='A'/><text:label text:value='B'/>B</text:drop-down>", "B"),
    "the sound of a sign": ("<text:ruby><text:ruby-base>批</text:ruby-base><text:ruby-text>pi</text:ruby-text></text:ruby>", "批"),
    "a text box": ("主<draw:frame><draw:text-box><text:p>框</text:p></draw:text-box></draw:frame>", "主\n框"),
    "text in a shape": ("主<draw:custom-shape><text:p>形</text:p></draw:custom-shape>", "主\n形"),
}  # fmt: skip


@pytest.mark.parametrize("what", SHOWN)
def test_a_paragraph_of_open_document_reads_as_it_is_shown(what: str) -> None:
    inside, shown = SHOWN[what]
    assert read("a.odt", odt(p(inside))).text == shown


def test_tracked_changes_of_open_document_count_as_accepted() -> None:
    gone = "<text:tracked-changes><text:changed-region><text:deletion><text:p>旧</text:p></text:deletion></text:changed-region></text:tracked-changes>"
    assert read("a.odt", odt(gone + p("<text:change-start/>新<text:change-end/>"))).text == "新"


def test_a_table_of_open_document_keeps_its_cells_spans_and_heading() -> None:
    def cell(text: str, more: str = "") -> str:
        return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"

    wide = cell("合计", "table:number-columns-spanned='2'") + "<table:covered-table-cell/>"
    rows = [cell("批号") + cell("数量"), cell("L1") + cell("45只"), wide]
    head, *rest = [f"<table:table-row>{row}</table:table-row>" for row in rows]
    table = f"<table:table><table:table-header-rows>{head}</table:table-header-rows>{''.join(rest)}</table:table>"
    document = read("a.odt", odt(p("投诉单") + table + p("请回复"), header=p("某某公司"), footer=p("表单 A/1")))
    assert document.text == "某某公司\n投诉单\n批号\t数量\nL1\t45只\n合计\n请回复\n表单 A/1"
    assert cells(document) == {(0, 0): "批号", (0, 1): "数量", (1, 0): "L1", (1, 1): "45只", (2, 0): "合计"}
    assert [each.header for each in document.tables[0].cells] == [True, True, False, False, False]
    assert document.tables[0].cells[-1].columns == 2


def test_slides_of_open_document_are_read() -> None:
    box = "<draw:frame><draw:text-box><text:p>批号 L1</text:p></draw:text-box></draw:frame>"
    page = f"<draw:page>{box}<presentation:notes><text:p>内部</text:p></presentation:notes></draw:page>"
    assert read("a.odp", odt(page, kind="presentation")).text == "批号 L1"


def test_open_document_with_a_password_asks_for_it() -> None:
    locked = '<m:manifest xmlns:m="urn:x"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    for name in ("a.odt", "a.ods"):
        content = odt(p("x"), manifest=locked, kind="text" if name == "a.odt" else "spreadsheet")
        assert "without a password" in (read(name, content).unread or "")


def test_slides_are_pages_in_the_order_in_which_they_are_shown() -> None:
    deck = pptx(
        shape("投诉报告", "批号 L1"), slide_table(("数量", "45只"), ("型号", "HX-1")), shape("内部"), hidden=(2,)
    )
    document = read("a.pptx", deck)
    assert document.text == "投诉报告\n批号 L1\n数量\t45只\n型号\tHX-1"
    assert cells(document) == {(0, 0): "数量", (0, 1): "45只", (1, 0): "型号", (1, 1): "HX-1"}
    assert [document.page_of(document.text.index(word)) for word in ("批号", "45只")] == [1, 2]
    assert document.tables[0].page == 2 and "Slide 3 is hidden" in document.warnings[0]


WITH_A_SCAN = {
    "a.odt": odt(p("您好") + p(frame("Pictures/1.png")) + p(frame("https://example.com/x.png")), files={"Pictures/1.png": blank()}),
    "a.pptx": pptx(shape("您好"), picture=blank()),
    "a.rtf": rtf_with_picture("您好", blank()),
}  # fmt: skip


@pytest.mark.parametrize("name", WITH_A_SCAN)
def test_a_scan_pasted_into_a_document_of_little_text_is_a_page_to_be_recognised(name: str) -> None:
    content = WITH_A_SCAN[name]
    document = read(name, content)
    assert document.text == "您好" and [page.needs_ocr for page in document.pages] == [True]
    ((number, png, _),) = pictures(content, media_type(content, name), (1,))
    assert number == 1 and Image.open(io.BytesIO(png)).width >= 400


def test_headers_and_text_boxes_of_word_97_stand_after_its_text() -> None:
    content = word_97("客户投诉单\r", margins="某某公司\r\r某某公司\r", boxes="批号 L1\r")
    assert read("a.doc", content).text == "客户投诉单\n批号 L1\n某某公司"


# ---------------------------------------------------------------- LibreOffice


def test_what_was_deleted_in_rich_text_is_gone() -> None:
    content = rb"{\rtf1\ansi {\*\revtbl{Li;}}LOT A1 {\deleted\revauthdel0 A9}B2\par}"
    assert read("a.rtf", content).text == "LOT A1 B2"


def test_without_libreoffice_the_rest_is_read_and_the_package_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    converted.cache_clear()
    document = read("a.rtf", WITH_A_SCAN["a.rtf"])
    assert document.text == "您好" and document.unread is None
    assert "pictures were not read" in document.warnings[0] and "libreoffice-writer-nogui" in document.warnings[0]
    for name, stream, package in (("a.ppt", "PowerPoint Document", "impress"), ("a.wps", "MatOST", "writer")):
        unread = read(name, compound({stream: b"x"})).unread or ""
        assert "not installed" in unread and f"libreoffice-{package}-nogui" in unread and "Open the original" in unread


def test_what_libreoffice_cannot_open_says_so() -> None:
    for name, content in (("a.wps", compound({"MatOST": b"x"})), ("a.doc", word_97("x")[:2_000])):
        unread = read(name, content).unread or ""
        assert "LibreOffice could not open it" in unread and "Open the original" in unread


def test_nothing_that_a_document_names_is_fetched() -> None:
    """A picture of somebody's server would tell that server when we read the complaint."""
    asked: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x.png"

        def listen() -> None:
            while True:
                try:
                    asked.append(server.accept())
                except OSError:
                    return

        threading.Thread(target=listen, daemon=True).start()
        page = f'<html><head><link rel="stylesheet" href="{address}"></head><body>x<img src="{address}"></body></html>'
        with pytest.raises(Unreadable):  # LibreOffice goes by content: unguarded, it asks for the style three times
            converted(page.encode(), "application/rtf")
        far = odt(p("您好" + frame(address)))
        assert read("a.odt", far).text == "您好"
    assert not asked


def running(folder: Path) -> list[str]:
    """The processes that were started with something in the folder."""
    found = []
    for each in Path("/proc").iterdir():
        try:
            if each.name.isdecimal() and os.fsencode(folder) in (each / "cmdline").read_bytes():
                found.append(each.name)
        except OSError:
            continue
    return found


def test_a_conversion_ends_with_the_child_that_asked_for_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    box = Sandbox(
        "tests.faults.reader:make_file_reader", 1, memory_bytes=2_147_483_648, part_seconds=0.5, mail_seconds=30
    )
    try:
        done = box.run([("a.rtf", WITH_A_SCAN["a.rtf"]), ("b.txt", "批号 L1".encode())])
        assert isinstance(done, dict) and "longer" in done["a.rtf"].unread and done["b.txt"].text == "批号 L1"
    finally:
        box.close()
    assert list(tmp_path.glob("intake-office-*")), "it had begun"
    until = time.monotonic() + 5
    while running(tmp_path) and time.monotonic() < until:
        time.sleep(0.05)
    assert not running(tmp_path)


def test_a_folder_that_was_left_behind_is_cleared_away_later(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    old, new = tmp_path / "intake-office-old", tmp_path / "intake-office-new"
    old.mkdir()
    new.mkdir()
    os.utime(old, (1, 1))
    converted.cache_clear()
    assert read("a.rtf", WITH_A_SCAN["a.rtf"]).pages[0].needs_ocr
    assert [each.name for each in tmp_path.iterdir()] == ["intake-office-new"]


def test_without_a_folder_to_work_in_the_rest_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    converted.cache_clear()
    document = read("a.rtf", WITH_A_SCAN["a.rtf"])
    assert document.text == "您好" and "no folder to work in" in document.warnings[0]


@pytest.mark.parametrize("head", [b"Rar!\x1a\x07\x01\x00", b"7z\xbc\xaf\x27\x1c\x00\x04", b"\x1f\x8b\x08\x00"])
def test_an_archive_of_another_kind_names_the_kind_that_is_opened(head: bytes) -> None:
    unread = read("a.rar", head + bytes(100)).unread or ""
    assert "not opened" in unread and ".zip or PDF" in unread


def refused(name: str, content: bytes) -> str:
    """What is said of a file: by the way that a mail's files go."""
    try:
        assert expand(name, content, media_type(content, name)) == ()
    except Unreadable as error:
        return f"{error.cause} {error.remedy}"
    return read(name, content).unread or ""


@pytest.mark.parametrize("name", ["a.odt", "a.pptx"])
def test_a_file_cut_short_says_what_to_do(name: str) -> None:
    content = WITH_A_SCAN[name]
    for end in (30, 200, len(content) // 2, len(content) - 20):
        assert "Open the original" in refused(name, content[:end])
