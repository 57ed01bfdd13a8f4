"""The words within a rectangle on a page: of a PDF's own text, and recognised in a piece of a fax, whichever way up."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from parsers.files import ReadLimits as FileLimits
from parsers.files import read_file
from parsers.limits import ReadLimits
from parsers.ocr.pool import Eyes
from parsers.original import Opening, open_original
from parsers.spot import Area, Spotting, cut_out, letters_within, look_up, words_within
from parsers.types import Box
from tests.documents.fax_machine import FINE, sent, tiff
from tests.documents.paper import DOTS, Paper

WHOLE = Box(0, 0, 600, 800)
CODE = Box(94, 92, 170, 112)  # where the fax says its batch
PDF = "application/pdf"


def pdf() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(400, 300), invariant=True)
    canvas.setFont("Helvetica", 12)
    for line, text in enumerate(("Lot No.: B2611-03", "Lot No.: B2611-04", "Bad: 31 pcs")):
        canvas.drawString(50, 250 - 20 * line, text)
    canvas.showPage()
    canvas.drawString(50, 250, "second page")
    canvas.save()
    return out.getvalue()


def fax() -> Image.Image:
    paper = Paper("noto-sans", 12)
    paper.write(60, 60, "质量问题反馈单", 14)
    paper.write(60, 95, "批号：B2611-03")
    paper.write(60, 125, "不良数量：31 只")
    paper.write(60, 155, "端面有裂纹")
    return sent(paper.image, "2026-11-20 FROM: 0574", FINE, "light", 3)


@pytest.fixture(scope="module")
def eyes() -> Iterator[Eyes]:
    made = Eyes(ReadLimits(), 1)
    yield made
    made.close()


def test_a_pdf_gives_its_own_words_with_their_place_in_the_text() -> None:
    document = read_file("a.pdf", pdf(), PDF)
    found = words_within(document, 1, Box(95, 35, 200, 55))
    assert found is not None
    assert found.text == "B2611-03"
    assert document.text[found.start : found.end] == "B2611-03"
    assert found.box is not None
    assert found.sure is None


def test_words_of_several_lines_are_parted_and_those_of_other_pages_left_out() -> None:
    document = read_file("a.pdf", pdf(), PDF)
    found = words_within(document, 1, Box(95, 35, 200, 78))
    assert found is not None
    assert found.text.split() == ["B2611-03", "B2611-04"]
    assert words_within(document, 2, Box(95, 60, 200, 78)) is None


def test_a_word_is_cut_where_the_rectangle_cuts_it() -> None:
    document = read_file("a.pdf", pdf(), PDF)
    word = words_within(document, 1, Box(95, 35, 200, 55))
    assert word is not None and word.box is not None
    middle = (word.box.x0 + word.box.x1) / 2
    half = words_within(document, 1, Box(90, 35, middle, 55))
    assert half is not None
    assert "B2611-03".startswith(half.text)
    assert 3 <= len(half.text) <= 5


def test_a_part_that_is_not_there_gives_nothing() -> None:
    opened = open_original(ReadLimits())
    job = Opening(pdf(), "a.pdf", area=Area("b.pdf", 1, WHOLE))
    assert opened(job, lambda part: None, {}) == Spotting()
    found = opened(Opening(pdf(), "a.pdf", area=Area("a.pdf", 9, WHOLE)), lambda part: None, {})
    assert found == Spotting()


def test_a_piece_outside_the_page_is_none() -> None:
    out = io.BytesIO()
    Image.new("L", (100, 100), 255).save(out, "PNG")
    assert cut_out(out.getvalue(), Box(0, 0, 100, 100), Area("a", 1, Box(200, 200, 220, 220))) is None


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("says", [True, False], ids=["told", "not told"])
def test_a_fax_is_read_whichever_way_up_it_lies(eyes: Eyes, turns: int, says: bool) -> None:
    """`turns`: the sheet went in so; the reviewer has turned it upright, or has not."""
    picture, box = fax(), CODE
    wide, high = picture.width * 72 / FINE[0], picture.height * 72 / FINE[1]
    sheet = picture.resize((round(wide * DOTS / 72), round(high * DOTS / 72)))
    for _ in range(turns):  # each a quarter against the clock
        sheet = sheet.transpose(Image.Transpose.ROTATE_90)
        wide, high = high, wide
        box = Box(box.top, high - box.x1, box.bottom, high - box.x0)
    out = io.BytesIO()
    sheet.convert("L").save(out, "PNG", dpi=(DOTS, DOTS))
    found = look_up(out.getvalue(), "image/png", Area("fax.png", 1, box, turns if says else 0), FileLimits())
    assert found.piece is not None
    seen = letters_within(eyes.look_at(found.piece), box)
    assert seen is not None
    assert seen.text == "B2611-03"
    assert seen.box is not None
    assert box.x0 <= (seen.box.x0 + seen.box.x1) / 2 <= box.x1


def test_rows_are_lines_and_nothing_is_seen_on_white(eyes: Eyes) -> None:
    found = look_up(tiff([fax()], FINE), "image/tiff", Area("f", 1, Box(50, 88, 300, 145)), FileLimits())
    assert found.piece is not None
    seen = letters_within(eyes.look_at(found.piece), Box(50, 88, 300, 145))
    assert seen is not None
    assert [line.replace(" ", "") for line in seen.text.splitlines()] == ["批号：B2611-03", "不良数量：31只"]
    white = look_up(tiff([fax()], FINE), "image/tiff", Area("f", 1, Box(300, 400, 500, 420)), FileLimits())
    assert white.piece is not None
    assert letters_within(eyes.look_at(white.piece), Box(300, 400, 500, 420)) is None
