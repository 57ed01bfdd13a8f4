"""Files whose text is a picture, read as the service reads them: in children, within limits, with nobody looking on."""

import io
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import docx
import pytest
from docx.shared import Cm
from PIL import Image, ImageOps
from reportlab.lib.utils import ImageReader

from parsers.files.seen import PageKey, PagePicture
from parsers.files.shrink import drawn_word
from parsers.job import Job
from parsers.limits import ReadLimits
from parsers.ocr.pool import Eyes
from parsers.room import ReadingRoom
from parsers.types import Box, Channel, Ours, Reading
from tests.documents.fax_machine import FINE, STANDARD, pdf, sent, tiff
from tests.documents.faxes import Said, page
from tests.documents.open_document import frame, odt, pptx, rtf_with_picture, shape
from tests.documents.sheets_of_pdf import HEIGHT, WIDTH, put
from tests.documents.sheets_of_pdf import pdf as digital

OURS = Ours(("苏州明锐精密部件有限公司", "Suzhou Mingrui Precision Parts Co., Ltd."), ("complaints@mingrui.example",), ("mingrui.example",))  # fmt: skip
AT = datetime(2025, 12, 20, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def room() -> Iterator[ReadingRoom]:
    opened = ReadingRoom(OURS, ReadLimits(), 2)
    yield opened
    opened.close()


def fax(layout: str, language: str, dots: tuple[int, int] = FINE, damage: str = "light") -> tuple[Image.Image, Said]:
    paper, said = page(layout, language)
    return sent(paper.image, said.header, dots, damage), said


def read(room: ReadingRoom, name: str, content: bytes) -> Reading:
    return room.run(Job(content, AT, name)).reading


def values(reading: Reading) -> set[tuple[str | None, tuple[str, ...]]]:
    """(model, batches) of each item."""
    return {
        (item.model.value if item.model else None, item.batch.value if item.batch else ()) for item in reading.items
    }


def expected(said: Said) -> set[tuple[str | None, tuple[str, ...]]]:
    return {(item.model, (item.batch,)) for item in said.items}


def test_a_fax_of_two_pages_gives_its_fields_with_page_and_box(room: ReadingRoom) -> None:
    first, _ = fax("large", "zh-CN")
    second, said = fax("form", "zh-CN")
    reading = read(room, "fax.tif", tiff([first, second], FINE))
    assert reading.channel is Channel.FAX
    assert reading.unread == ()
    assert expected(said) <= values(reading)
    model = next(item.model for item in reading.items if item.model and item.model.value == said.items[0].model)
    assert model.source.page == 2 and model.source.box is not None
    assert reading.texts["fax.tif"][model.source.start : model.source.end] == said.items[0].model
    assert 100 < model.source.box.top < 400
    assert reading.customer.fax is not None and reading.customer.fax.rule == "fax_header"


def test_a_coarse_fax_as_a_pdf_in_a_mail_is_read_from_its_own_pixels(room: ReadingRoom) -> None:
    picture, said = fax("bilingual", "en", STANDARD)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "fax@gateway.example", "complaints@mingrui.example", "Complaint"
    mail["Date"], mail["Message-ID"] = "Sat, 20 Dec 2025 08:00:00 +0000", "<1@gateway.example>"
    mail.set_content("Please find our complaint attached.")
    mail.add_attachment(pdf([picture], STANDARD), maintype="application", subtype="pdf", filename="complaint.pdf")
    reading = room.run(Job(mail.as_bytes(), AT)).reading
    assert values(reading) == expected(said)
    assert reading.customer.fax is not None and reading.customer.fax.value == said.fax


def test_a_photo_lies_as_its_exif_says(room: ReadingRoom, tmp_path: Path) -> None:
    paper, said = page("large", "en")
    photo = ImageOps.expand(paper.image.resize((1200, 1592)).crop((0, 0, 1200, 600)), 40, fill=200).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise by a quarter to see it upright
    photo.rotate(90, expand=True).save(tmp_path / "label.jpg", quality=80, exif=exif)
    reading = read(room, "label.jpg", (tmp_path / "label.jpg").read_bytes())
    assert said.items[0].batch in reading.texts["label.jpg"]
    assert reading.texts["label.jpg"].index("Lot") > reading.texts["label.jpg"].index("Bearing cover")


def test_a_picture_of_a_screen_is_read(room: ReadingRoom) -> None:
    paper, said = page("large", "zh-TW")
    buffer = io.BytesIO()
    paper.image.resize((1200, 1592)).crop((0, 0, 1200, 800)).save(buffer, "PNG")
    text = read(room, "label.png", buffer.getvalue()).texts["label.png"]
    assert said.items[0].model in text and said.items[0].batch in text


def test_a_telephones_own_format_is_read(room: ReadingRoom) -> None:
    """`label.heic` was made with an encoder that is not free enough to be among our libraries."""
    pytest.importorskip("pi_heif")
    content = (Path(__file__).parents[1] / "documents" / "label.heic").read_bytes()
    assert "HX-200B" in read(room, "label.heic", content).texts["label.heic"]


def test_a_page_with_text_of_its_own_is_left_as_it_is(room: ReadingRoom) -> None:
    """In a mixed PDF the digital page is read as ever, the scanned one looked at."""
    scan, said = fax("lines", "zh-CN", damage="clean")
    content = digital(
        lambda canvas: put(canvas, 60, 80, "这一页是打印的文字，说明见下一页的传真，请查收并尽快回复我们。"),
        lambda canvas: canvas.drawImage(ImageReader(scan), 0, 0, WIDTH, HEIGHT),
    )
    reading = read(room, "mixed.pdf", content)
    assert "这一页是打印的文字" in reading.texts["mixed.pdf"]
    assert expected(said) <= values(reading)


def look_at(limits: ReadLimits) -> str:
    eyes = Eyes(limits, 1)
    try:
        (seen,) = eyes.look([PagePicture(PageKey("x", 1), drawn_word("PF50A"), Box(0, 0, 200, 60))])
    finally:
        eyes.close()
    return seen.trouble or "".join(line.text for line in seen.lines)


def test_a_page_that_takes_too_long_or_too_much_is_left_to_a_person() -> None:
    assert "longer" in look_at(replace(ReadLimits(), ocr_page_seconds=0.02))
    assert "Read the page by eye" in look_at(replace(ReadLimits(), ocr_memory_bytes=300_000_000))


def test_a_mail_is_read_without_its_picture_where_nothing_can_be_recognised() -> None:
    """The record opens all the same, with a warning."""
    blind = ReadingRoom(OURS, replace(ReadLimits(), ocr_memory_bytes=200_000_000), 1)
    try:
        picture, _ = fax("large", "zh-CN")
        reading = read(blind, "fax.tif", tiff([picture], FINE))
    finally:
        blind.close()
    assert any("by eye" in warning for warning in reading.warnings)
    assert all(item.model is None and item.batch is None for item in reading.items)


def test_the_children_end_when_there_is_no_work() -> None:
    eyes = Eyes(replace(ReadLimits(), ocr_idle_seconds=0.2), 1)
    picture = PagePicture(PageKey("x", 1), drawn_word("PF50A"), Box(0, 0, 200, 60))
    try:
        assert eyes.look([picture])[0].lines and eyes.loaded
        until = time.monotonic() + 10
        while eyes.loaded and time.monotonic() < until:
            time.sleep(0.05)
        assert not eyes.loaded
    finally:
        eyes.close()


GREETING = "您好，投诉单如下，请查收。"


def word_of(png: bytes) -> bytes:
    word, file = docx.Document(), io.BytesIO()
    word.add_paragraph(GREETING)
    word.add_picture(io.BytesIO(png), width=Cm(16))
    word.save(file)
    return file.getvalue()


PASTED: dict[str, Callable[[bytes], bytes]] = {
    "投诉单.docx": word_of,
    "投诉单.odt": lambda png: odt(
        f"<text:p>{GREETING}{frame('Pictures/a.png')}</text:p>", files={"Pictures/a.png": png}
    ),
    "投诉单.pptx": lambda png: pptx(shape(GREETING), picture=png),
    "投诉单.rtf": lambda png: rtf_with_picture(GREETING, png),
}


@pytest.mark.parametrize("name", PASTED)
def test_a_scanned_form_pasted_into_an_office_file_is_read_like_the_scan(room: ReadingRoom, name: str) -> None:
    sheet, said = fax("form", "zh-CN")
    scan = io.BytesIO()
    sheet.convert("L").save(scan, "PNG", dpi=FINE)
    reading = read(room, name, PASTED[name](scan.getvalue()))
    assert values(reading) == expected(said)
    (item,) = reading.items
    assert item.batch is not None and item.batch.source.page == 1 and item.batch.source.box is not None
    assert reading.texts[name].startswith("您好") and not reading.warnings
