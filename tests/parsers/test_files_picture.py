"""A picture's pages are counted and measured, and wait for OCR."""

import io

import pytest
from PIL import Image

from parsers.document import Document
from parsers.files import ReadLimits, read_file
from parsers.sniff import media_type

USUAL = ReadLimits()


def read(content: bytes, limits: ReadLimits = USUAL) -> Document:
    return read_file("fax.tif", content, media_type(content), limits)


def fax(pages: int, size: tuple[int, int] = (1728, 2200), dpi: tuple[float, float] = (204, 196)) -> bytes:
    buffer = io.BytesIO()
    first, *others = [Image.new("1", size, 1) for _ in range(pages)]
    first.save(buffer, "TIFF", save_all=True, append_images=others, compression="group4", dpi=dpi)
    return buffer.getvalue()


def test_a_faxs_pages_have_their_size_on_paper() -> None:
    document = read(fax(3))
    assert [(round(page.width), round(page.height), page.needs_ocr) for page in document.pages] == [
        (610, 808, True)
    ] * 3
    assert document.scanned and document.text == "" and document.unread is None
    assert "must be recognised" in document.warnings[0]


def test_a_standard_resolution_fax_has_its_true_height() -> None:
    page = read(fax(1, (1728, 1100), (204, 98))).pages[0]
    assert round(page.height) == 808


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
def test_every_kind_of_picture_is_one_page(kind: str) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (800, 600)).save(buffer, kind)
    document = read(buffer.getvalue())
    assert len(document.pages) == 1 and document.pages[0].needs_ocr


def test_a_logo_needs_no_ocr() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (200, 60)).save(buffer, "PNG")
    document = read(buffer.getvalue())
    assert not document.pages[0].needs_ocr and document.warnings == ()


def test_pages_over_the_limit_are_left_out_with_a_warning() -> None:
    document = read(fax(3), ReadLimits(pages=2))
    assert len(document.pages) == 2
    assert "It has 3 pages" in document.warnings[-1]


def test_a_picture_of_too_many_pixels_is_refused_unopened() -> None:
    document = read(fax(1, (20_000, 20_000)))
    assert document.unread is not None and "pixels" in document.unread


def test_a_damaged_picture_says_what_to_do() -> None:
    for bad in (fax(1)[:20], b"II*\x00" + b"\xff" * 40, b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"):
        document = read(bad)
        assert document.unread is not None and "Open the original" in document.unread
