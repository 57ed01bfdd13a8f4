"""Faxes of every layout, language, fineness and degree of damage, read by the real recogniser."""

import io

import pytest
from PIL import Image

from bench.faxes import Tally, read
from parsers.document import Role
from parsers.files.seen import PageKey, PagePicture, SeenPage
from parsers.files.seen_text import SeenText, write
from parsers.ocr.engine import Engine
from parsers.ocr.look import look
from parsers.types import Box
from tests.documents.fax_machine import FINE, STANDARD, sent
from tests.documents.faxes import page

# every layout and language, each resolution and damage
PAGES = (
    ("letter", "zh-CN", FINE, "light"), ("large", "zh-TW", FINE, "heavy"), ("table", "en", FINE, "clean"), ("lines", "zh-CN", STANDARD, "clean"),
    ("columns", "zh-TW", STANDARD, "light"), ("bilingual", "en", STANDARD, "heavy"),
)  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def seen_of(fax: Image.Image, engine: Engine, size: tuple[float, float] = (610, 842)) -> SeenPage:
    buffer = io.BytesIO()
    fax.save(buffer, "PNG")
    return look(PagePicture(PageKey("fax", 1), buffer.getvalue(), Box(0, 0, *size)), engine)


def written(seen: SeenPage, height: float = 842) -> SeenText:
    out = SeenText(100_000)
    write(out, seen, 1, height)
    return out


@pytest.mark.parametrize(("layout", "language", "dots", "damage"), PAGES)
def test_a_fax_is_read(layout: str, language: str, dots: tuple[int, int], damage: str, engine: Engine) -> None:
    paper, said = page(layout, language)
    tally = Tally()
    tally.add(said, read(sent(paper.image, said.header, dots, damage), dots, engine))
    assert tally.error_rate <= (0.05 if damage == "heavy" else 0.03), tally
    assert tally.missed == []


@pytest.mark.parametrize("degrees", [180])
def test_a_sheet_that_went_in_the_wrong_way_is_read_and_its_header_too(degrees: int, engine: Engine) -> None:
    paper, said = page("lines", "zh-TW")
    upright = paper.image.crop((0, 0, 3456, 3456))
    sheet = Image.new("L", paper.image.size, 255)
    sheet.paste(upright.rotate(degrees), (0, 400))
    seen = seen_of(sent(sheet, said.header, FINE, "clean"), engine)
    out = written(seen)
    text = "".join(out.parts)
    assert all(code in text for code in said.codes)
    assert [passage.role for passage in out.passages] == [Role.FAX_HEADER]
    assert said.fax in text[out.passages[0].start : out.passages[0].end]
    header = next(word for word in out.words if word.start == out.passages[0].start)
    assert header.box.bottom < 30  # where the machine printed it


def test_every_word_stands_where_its_box_is(engine: Engine) -> None:
    """The ink of the model's letters lies in its box, and none of another word's."""
    paper, said = page("form", "en")
    fax = sent(paper.image, said.header, FINE, "light")
    out = written(seen_of(fax, engine))
    text = "".join(out.parts)
    for code in said.codes:
        start = text.index(code)
        boxes = [word.box for word in out.words if word.start < start + len(code) and word.end > start]
        assert boxes and all(word.confidence > 0.3 for word in out.words)
        left, right = min(box.x0 for box in boxes), max(box.x1 for box in boxes)
        top, bottom = min(box.top for box in boxes), max(box.bottom for box in boxes)
        part = fax.crop(
            (round(left * 204 / 72), round(top * 196 / 72), round(right * 204 / 72), round(bottom * 196 / 72))
        )
        assert read_alone(part, engine) in (code, f"|{code}")  # a wall of its cell may stand beside it


def read_alone(part: Image.Image, engine: Engine) -> str:
    framed = Image.new("L", (part.width + 80, part.height + 80), 255)
    framed.paste(part.convert("L"), (40, 40))
    seen = seen_of(framed, engine, (framed.width * 72 / 204, framed.height * 72 / 196))
    return "".join(line.text for line in seen.lines).replace(" ", "")


def test_a_ruled_form_becomes_a_table_cell_by_cell(engine: Engine) -> None:
    paper, said = page("form", "zh-CN")
    out = written(seen_of(sent(paper.image, said.header, FINE, "heavy"), engine))
    text = "".join(out.parts)
    cells = [text[cell.start : cell.end] for table in out.tables for cell in table.cells]
    item = said.items[0]
    for label, value in (
        ("型号", item.model),
        ("批号", item.batch),
        ("产品名称", item.product),
        ("发货日期", item.date),
    ):
        assert cells[cells.index(label) + 1].replace(" ", "") == value


def test_an_empty_sheet_has_no_text(engine: Engine) -> None:
    assert seen_of(Image.new("1", (1728, 2292), 1), engine).lines == ()
    assert seen_of(Image.new("L", (400, 300), 90), engine).lines == ()
