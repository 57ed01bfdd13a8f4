"""What is printed on a PDF page is what the reader gives: words in their boxes, cells in their grid, lines in reading order."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from parsers.document import Document, Table
from parsers.files import ReadLimits, read_file
from parsers.files.meaning import means_something, share_of_garbage
from parsers.files.pdf_second import second_reading
from tests.documents.hostile import one_page, stream
from tests.documents.sheets_of_pdf import HEIGHT, WIDTH, pdf, picture, put, ruled

USUAL = ReadLimits()


def read(content: bytes, limits: ReadLimits = USUAL) -> Document:
    document = read_file("a.pdf", content, "application/pdf", limits)
    for word in document.words:
        shown = document.text[word.start : word.end]
        assert shown and shown == shown.strip()
        page = document.pages[word.page - 1]
        assert page.start <= word.start <= word.end <= page.end
    for table in document.tables:
        page = document.pages[table.page - 1]
        assert all(page.start <= cell.start <= cell.end <= page.end for cell in table.cells)
    return document


def texts(document: Document, table: Table) -> dict[tuple[int, int], str]:
    return {(each.row, each.column): document.text[each.start : each.end] for each in table.cells}


def form(canvas: Canvas) -> None:
    put(canvas, 200, 60, "客户投诉单", size=16)
    ruled(
        canvas,
        [60, 140, 280, 360, 520],
        [80, 100, 120, 160],
        {
            (0, 0): "产品名称", (0, 1): "端子", (0, 2): "批号", (0, 3): "B2406-01",
            (1, 0): "数量", (1, 1): "1,200 pcs", (1, 2): "不良数", (1, 3): "45",
            (2, 0): "不良描述", (2, 1): "表面划伤，镀层\n脱落",
        },
        {("right", 2, 1), ("right", 2, 2)},
    )  # fmt: skip
    put(canvas, 60, 200, "请于24小时内回复。")


def test_a_ruled_form_gives_its_cells_with_merged_ones_spanning() -> None:
    document = read(pdf(form))
    assert document.text == (
        "客户投诉单\n产品名称\t端子\t批号\tB2406-01\n数量\t1,200 pcs\t不良数\t45\n不良描述\t表面划伤，镀层\n脱落\n请于24小时内回复。"
    )
    assert texts(document, document.tables[0])[2, 1] == "表面划伤，镀层\n脱落"
    wide = next(each for each in document.tables[0].cells if (each.row, each.column) == (2, 1))
    assert (wide.rows, wide.columns) == (1, 3)


def test_a_cell_merged_downwards_spans_rows() -> None:
    def draw(canvas: Canvas) -> None:
        ruled(canvas, [60, 160, 260], [80, 100, 120], {(0, 0): "型号", (0, 1): "A-1", (1, 1): "A-2"}, {("below", 0, 0)})

    document = read(pdf(draw))
    assert [(each.row, each.column, each.rows) for each in document.tables[0].cells] == [
        (0, 0, 2),
        (0, 1, 1),
        (1, 1, 1),
    ]
    assert texts(document, document.tables[0]) == {(0, 0): "型号", (0, 1): "A-1", (1, 1): "A-2"}


def test_a_words_box_is_where_the_word_is_printed() -> None:
    document = read(pdf(form))
    start = document.text.index("B2406-01")
    box = document.box_of(start, start + 8)
    assert box is not None
    assert 360 <= box.x0 <= 368 and 80 <= box.top < box.bottom <= 101 and box.x1 < 430


def test_a_frame_around_the_page_is_no_table() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(20, 20, WIDTH - 40, HEIGHT - 40)
        put(canvas, 60, 60, "批号：L1")
        ruled(canvas, [60, 160, 260], [80, 100], {(0, 0): "数量", (0, 1): "3"})

    document = read(pdf(draw))
    assert document.text == "批号：L1\n数量\t3"
    assert [texts(document, each) for each in document.tables] == [{(0, 0): "数量", (0, 1): "3"}]


def test_a_table_drawn_as_filled_bars_or_open_at_its_sides_is_one() -> None:
    def draw(canvas: Canvas) -> None:
        for y in (80, 100, 120):
            canvas.rect(60, HEIGHT - y, 200, 0.8, stroke=0, fill=1)
        canvas.rect(160, HEIGHT - 120, 0.8, 40, stroke=0, fill=1)
        put(canvas, 64, 94, "批号")
        put(canvas, 164, 94, "L1")
        put(canvas, 64, 114, "数量")
        put(canvas, 164, 114, "3")

    document = read(pdf(draw))
    assert texts(document, document.tables[0]) == {(0, 0): "批号", (0, 1): "L1", (1, 0): "数量", (1, 1): "3"}


def test_labels_and_values_in_columns_without_rules_are_a_table() -> None:
    def draw(canvas: Canvas) -> None:
        put(canvas, 60, 40, "Complaint notice", "Helvetica")
        for number, (label, value) in enumerate([("Part No.", "KX-100"), ("Lot", "A24-118"), ("Quantity", "1,200")]):
            put(canvas, 60, 80 + 18 * number, label, "Helvetica")
            put(canvas, 220, 80 + 18 * number, value, "Helvetica")

    document = read(pdf(draw))
    assert document.text == "Complaint notice\nPart No.\tKX-100\nLot\tA24-118\nQuantity\t1,200"
    assert texts(document, document.tables[0])[1, 1] == "A24-118"


def test_a_list_without_rules_keeps_an_empty_cell_empty() -> None:
    def draw(canvas: Canvas) -> None:
        for row, cells in enumerate(
            [("型号", "批号", "数量"), ("KX-1", "L1", "30"), ("KX-2", "", "5"), ("KX-3", "L3", "7")]
        ):
            for column, text in enumerate(cells):
                put(canvas, 60 + 150 * column, 80 + 18 * row, text)

    document = read(pdf(draw))
    found = texts(document, document.tables[0])
    assert found[0, 2] == "数量" and found[2, 2] == "5" and (2, 1) not in found


def test_a_wrapped_cell_without_rules_is_one_cell() -> None:
    def draw(canvas: Canvas) -> None:
        for row, (label, value) in enumerate(
            [("Part", "KX-1"), ("Defect", "plating is peeling off on"), ("", "all samples"), ("Lot", "A24")]
        ):
            put(canvas, 60, 80 + 15 * row, label, "Helvetica")
            put(canvas, 180, 80 + 15 * row, value, "Helvetica")

    document = read(pdf(draw))
    assert texts(document, document.tables[0])[1, 1] == "plating is peeling off on\nall samples"
    assert texts(document, document.tables[0])[2, 1] == "A24"


def test_typed_spaces_within_a_label_do_not_part_columns() -> None:
    def draw(canvas: Canvas) -> None:
        put(canvas, 60, 80, "数　　量：30")
        put(canvas, 60, 110, "批    号：L1")

    assert read(pdf(draw)).text == "数 量：30\n批 号：L1"


def test_a_white_line_parts_nothing() -> None:
    def draw(canvas: Canvas) -> None:
        ruled(canvas, [60, 140, 300], [80, 100], {(0, 0): "批号", (0, 1): "L1"})
        canvas.setStrokeGray(1)
        canvas.line(220, HEIGHT - 100, 220, HEIGHT - 80)

    assert read(pdf(draw)).text == "批号\tL1"


def test_lines_in_a_drawn_form_within_the_page_count_where_they_are_drawn() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.beginForm("grid")
        ruled(canvas, [60, 140, 300], [80, 100], {(0, 0): "批号", (0, 1): "L1"})
        canvas.endForm()
        canvas.saveState()
        canvas.translate(40, -30)
        canvas.doForm("grid")
        canvas.restoreState()

    document = read(pdf(draw))
    assert texts(document, document.tables[0]) == {(0, 0): "批号", (0, 1): "L1"}


def test_two_columns_of_running_text_are_read_one_after_the_other() -> None:
    left = [f"left column line {n} goes on and on here" for n in range(9)]
    right = [f"right column line {n} goes on and on so" for n in range(9)]

    def draw(canvas: Canvas) -> None:
        put(canvas, 60, 40, "A letter in two columns, with a heading that crosses both of them", "Helvetica")
        for number in range(9):
            put(canvas, 60, 80 + 14 * number, left[number], "Helvetica")
            put(canvas, 320, 80 + 14 * number, right[number], "Helvetica")

    assert read(pdf(draw)).text.split("\n")[1:] == left + right


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_page_that_is_turned_reads_the_same(turned: int) -> None:
    def draw(canvas: Canvas) -> None:
        form(canvas)
        canvas.setPageRotation(turned)

    # reportlab lays the sheet on its side as well; a scanner's software sets /Rotate alone
    content = pdf(draw).replace(b"[ 0 0 841.8898 595.2756 ]", b"[ 0 0 595.2756 841.8898 ]")
    document = read(content)
    assert document.text == read(pdf(form)).text
    assert (document.pages[0].width > document.pages[0].height) == (turned != 180)
    start = document.text.index("客户")
    box = document.box_of(start, start + 2)
    assert box is not None  # the heading, 60 points under the upper edge, is shown at the side it was turned to
    assert {90: box.x0 > 500, 180: box.top > 700, 270: box.x1 < 100}[turned]


def test_text_printed_sideways_is_read_line_by_line() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(WIDTH, 0)
        canvas.rotate(90)
        canvas.setFont("STSong-Light", 11)
        canvas.drawString(100, 400, "批号：L1 数量：30")
        canvas.drawString(100, 380, "请换货")

    assert read(pdf(draw)).text == "批号：L1 数量：30\n请换货"


def test_a_note_up_the_margin_splits_no_line() -> None:
    def draw(canvas: Canvas) -> None:
        put(canvas, 60, 60, "批号：L1")
        put(canvas, 60, 80, "数量：30")
        canvas.translate(40, 600)
        canvas.rotate(90)
        canvas.drawString(0, 0, "Form-A1")

    assert read(pdf(draw)).text == "批号：L1\n数量：30\nForm-A1"


def test_what_is_filled_into_form_fields_stands_where_the_field_is() -> None:
    def draw(canvas: Canvas) -> None:
        put(canvas, 60, 80, "Lot No.", "Helvetica")
        canvas.acroForm.textfield(name="lot", value="A24-118", x=200, y=HEIGHT - 84, width=120, height=16)
        put(canvas, 60, 110, "Return", "Helvetica")
        canvas.acroForm.checkbox(name="return", checked=True, x=200, y=HEIGHT - 114, size=12)
        put(canvas, 60, 140, "Refund", "Helvetica")
        canvas.acroForm.checkbox(name="refund", checked=False, x=200, y=HEIGHT - 144, size=12)

    document = read(pdf(draw))
    assert document.text == "Lot No.\tA24-118\nReturn\t☑\nRefund\t☐"
    assert document.box_of(document.text.index("A24"), document.text.index("A24") + 7) is not None


def test_a_page_that_is_a_picture_waits_for_ocr_and_the_others_are_read() -> None:
    def scan(canvas: Canvas) -> None:
        picture(canvas, 0, 0, WIDTH, HEIGHT)
        put(canvas, 60, 20, "FAX 001", "Helvetica", 8)

    document = read(pdf(form, scan, form))
    assert [page.needs_ocr for page in document.pages] == [False, True, False]
    assert document.scanned
    assert "Page 2" in document.warnings[0]
    assert document.page_of(document.text.rindex("B2406-01")) == 3


def test_a_scanning_programs_line_does_not_pass_for_the_page() -> None:
    def signed(canvas: Canvas) -> None:
        picture(canvas, 0, 0, WIDTH, HEIGHT)
        put(
            canvas,
            60,
            830,
            "Scanned with an app for telephones - https://scanner.example/free/download",
            "Helvetica",
            8,
        )

    def letter(canvas: Canvas) -> None:
        picture(canvas, 0, 0, WIDTH, HEIGHT)  # the company's paper
        for line in range(10):
            put(canvas, 60, 100 + 20 * line, "Ten of the bearings of batch B2406-01 were noisy.", "Helvetica")

    document = read(pdf(signed, letter))
    assert [page.needs_ocr for page in document.pages] == [True, False]
    assert "Scanned with an app" in document.text, "it stays where nobody can look at the picture"


def test_a_letter_with_a_logo_is_no_scan() -> None:
    def draw(canvas: Canvas) -> None:
        picture(canvas, 60, 700, 100, 60)
        put(canvas, 60, 200, "OK L1", "Helvetica")

    document = read(pdf(draw))
    assert document.text == "OK L1"
    assert not document.scanned


def test_trap_23_letters_without_meaning_are_not_taken_for_text() -> None:
    font = b"/Font << /F1 << /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [.1 0 0 .1 0 0] /FirstChar 1 /LastChar 3 /Widths [9 9 9] /CharProcs << /a 5 0 R /b 5 0 R /c 5 0 R >> /Encoding << /Type /Encoding /Differences [1 /a /b /c] >> /Resources << >> /ToUnicode 6 0 R >> >>"
    unicode = stream(
        b"begincmap\n1 begincodespacerange <00> <FF> endcodespacerange\n1 beginbfrange <01> <03> <E001> endbfrange\nendcmap"
    )
    content = one_page(
        stream(b"BT /F1 12 Tf 60 700 Td <" + b"010203" * 20 + b"> Tj ET"),
        font,
        more={5: stream(b"9 0 d0 0 0 9 9 re f"), 6: unicode},
    )
    document = read(content)
    assert document.text == ""
    assert document.pages[0].needs_ocr
    assert document.scanned


@pytest.mark.parametrize(("text", "most"), [("(cid:12)(cid:7)批号", 1.0), ("批\ufffd号", 1.0), ("\ue001\ue002", 1.0)])
def test_trap_23_every_kind_of_garbage_counts(text: str, most: float) -> None:
    assert 0.05 < share_of_garbage(text) <= most
    assert share_of_garbage("批号 B2406-01, 25 ℃ ±5 % ①②③ ☑") == 0


ENGLISH = "At incoming inspection of batch B2406-01 we found burrs on 31 of 260 shafts; send your containment at once."
CHINESE = "贵司八月二十八日发来的密封盖，我司装配后试压发现漏油，已有三台整机返工，详见附页，请书面回复原因和改善措施，并更换不良品，谢谢配合。"
MOVED = {
    "numbers of glyphs": "".join(chr(ord(letter) - 29) for letter in ENGLISH if letter.islower()),
    "rare characters": "".join(chr(0x4E00 + ord(letter) * 7919 % 20000) for letter in CHINESE * 2),
    "strange scripts": "".join(chr(0x0900 + ord(letter) % 1500) for letter in CHINESE * 2),
}


@pytest.mark.parametrize("text", MOVED.values(), ids=MOVED)
def test_trap_23_letters_that_are_not_those_of_the_picture_are_none(text: str) -> None:
    assert not means_something(text)


@pytest.mark.parametrize(
    "text",
    [
        ENGLISH,
        CHINESE,
        "ZC-204 MR-FG32-1 PCS PN QTY BATCH NO LOT KG MM DWG REV OK NG QC IQC PQC " * 3,
        "Sehr geehrte Damen und Herren, die Prüfung der Lieferung ergab Risse an 12 Gehäusen, bitte um Stellungnahme.",
        "部品の寸法が図面と違っています。至急ご確認の上、対策書をご提出くださいますようお願いいたします。" * 2,
        "貴公司上週出貨的滑塊裝機後有異音，經拆解發現滾珠保持器破裂，請儘速提供矯正預防措施與八D報告，並安排換貨事宜。",
    ],
)
def test_what_people_write_means_something(text: str) -> None:
    assert means_something(text)


def test_a_page_whose_font_gives_wrong_letters_is_read_from_its_picture() -> None:
    codes = {letter: 33 + number for number, letter in enumerate(dict.fromkeys(ENGLISH))}
    lies = b"".join(b"<%02X> <%04X>\n" % (code, ord(letter) - 29) for letter, code in codes.items())
    font = b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >> >>"
    unicode = stream(
        b"begincmap\n1 begincodespacerange\n<00> <FF>\nendcodespacerange\n%d beginbfchar\n%sendbfchar\nendcmap"
        % (len(codes), lies)
    )
    shown = b"".join(b"%02X" % codes[letter] for letter in ENGLISH)
    document = read(one_page(stream(b"BT /F1 8 Tf 60 700 Td <" + shown + b"> Tj ET"), font, more={6: unicode}))
    assert document.text == ""
    assert document.pages[0].needs_ocr


def test_an_empty_page_needs_nothing() -> None:
    document = read(pdf(lambda canvas: None))
    assert document.text == "" and document.unread is None and not document.scanned


def test_a_file_with_a_password_asks_for_it_and_one_without_is_read() -> None:
    locked = read(pdf(form, encrypt=StandardEncryption("secret", "owner")))
    assert locked.unread is not None and "password" in locked.unread
    assert read(pdf(form, encrypt=StandardEncryption("", "owner"))).text == read(pdf(form)).text


def test_pages_over_the_limit_are_left_out_with_a_warning() -> None:
    document = read(pdf(form, form, form), ReadLimits(pages=2))
    assert len(document.pages) == 2
    assert document.warnings == ("It has 3 pages; the first 2 were read.",)


def test_text_over_the_limit_is_left_out_with_a_warning() -> None:
    document = read(pdf(form, form), ReadLimits(characters=40))
    assert len(document.text) <= 40
    assert "first 40 characters" in document.warnings[-1]


def test_letters_printed_twice_to_look_bold_are_read_once() -> None:
    def draw(canvas: Canvas) -> None:
        put(canvas, 60, 60, "LOT A1", "Helvetica")
        put(canvas, 60.3, 60, "LOT A1", "Helvetica")

    assert read(pdf(draw)).text.replace("LOT A1", "", 1).strip() in ("", "LOT A1")


def test_the_second_reader_gives_the_same_form() -> None:
    content = pdf(form)
    (marks,) = list(second_reading(content, 9, []))
    assert "".join(glyph[0] for glyph in marks.glyphs).replace(" ", "").startswith("客户投诉单")
    assert len(marks.rules) >= 20


def test_a_scan_saved_as_pdf_waits_for_ocr() -> None:
    buffer = io.BytesIO()
    Image.new("1", (1728, 2200), 1).save(buffer, "PDF", resolution=200)
    document = read(buffer.getvalue())
    assert document.pages[0].needs_ocr and document.scanned


LABELS = st.text(st.sampled_from("批号数量型不良AB12-/.%"), min_size=1, max_size=8)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(LABELS, LABELS), min_size=1, max_size=6))
def test_whatever_stands_in_a_ruled_form_is_found_in_its_cell(rows: list[tuple[str, str]]) -> None:
    def draw(canvas: Canvas) -> None:
        cells = {(r, c): text for r, row in enumerate(rows) for c, text in enumerate(row)}
        ruled(canvas, [60, 200, 400], [80 + 20 * r for r in range(len(rows) + 1)], cells)

    document = read(pdf(draw))
    assert texts(document, document.tables[0]) == {
        (r, c): text for r, row in enumerate(rows) for c, text in enumerate(row)
    }
