"""Archives are opened within bounds of number, depth, ratio and size, and names are right even from Chinese Windows."""

import io
import zipfile

import pytest

from parsers.errors import Encrypted, TooLarge, Unreadable
from parsers.files import ReadLimits, expand, read_file
from tests.documents import hostile

ZIP = "application/zip"

USUAL = ReadLimits()


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def opened(content: bytes, limits: ReadLimits = USUAL) -> tuple[tuple[str, bytes], ...]:
    return expand("a.zip", content, ZIP, limits)


def test_the_files_come_out_with_their_names() -> None:
    assert opened(zipped({"投诉/a.txt": b"1", "b.pdf": b"2", "投诉/": b"", "__MACOSX/._a": b"x"})) == (
        ("投诉/a.txt", b"1"), ("b.pdf", b"2"),
    )  # fmt: skip


def test_names_in_gbk_without_a_mark_are_read() -> None:
    gbk = "不良.txt".encode("gbk")
    content = zipped({"x" * len(gbk): b"1"}).replace(b"x" * len(gbk), gbk)
    assert opened(content) == (("不良.txt", b"1"),)


def test_an_archive_in_an_archive_is_opened_and_one_deeper_is_not() -> None:
    inner = zipped({"c.txt": b"3"})
    middle = zipped({"b.txt": b"2", "inner.zip": inner})
    assert opened(zipped({"middle.zip": middle})) == (("middle.zip/b.txt", b"2"), ("middle.zip/inner.zip", inner))


def test_a_word_file_in_an_archive_is_a_file_not_an_archive() -> None:
    word = hostile.word_with(b"<x/>")
    assert opened(zipped({"a.docx": word})) == (("a.docx", word),)


def test_bombs_are_refused_before_they_are_opened() -> None:
    for content, limits in (
        (hostile.zip_bomb(), ReadLimits()),
        (hostile.zip_bomb(30_000_000), ReadLimits()),
        (zipped({str(n): b"" for n in range(2_001)}), ReadLimits()),
        (zipped({"a": b"x" * 2_000}), ReadLimits(part_bytes=1_000)),
        (
            zipped({"a.zip": zipped({"b": b"x" * 900_000}), "c": b"y" * 900_000}),
            ReadLimits(uncompressed_bytes=1_000_000),
        ),
    ):
        with pytest.raises(TooLarge) as caught:
            opened(content, limits)
        assert "raise the limit" in caught.value.remedy


def test_a_member_that_lies_about_its_size_is_not_unpacked() -> None:
    with pytest.raises(Unreadable, match="damaged"):
        opened(hostile.zip_that_lies())


def test_a_file_with_a_password_asks_for_it() -> None:
    content = bytearray(zipped({"a.txt": b"1"}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Encrypted, match="password"):
        opened(bytes(content))


def test_a_damaged_archive_says_so() -> None:
    for bad in (zipped({"a.txt": b"1"})[:-30], b"PK\x03\x04", b"no archive"):
        with pytest.raises(Unreadable):
            opened(bad)


def test_what_is_no_archive_has_no_files_in_it() -> None:
    assert expand("a.pdf", b"%PDF", "application/pdf") == ()


def test_a_file_of_a_kind_that_is_not_read_says_so() -> None:
    for content, kind in (
        (b"x", "image/vnd.dwg"),
        (b"x", "application/octet-stream"),
        (b"", "application/pdf"),
        (b"x" * 11, "text/plain"),
    ):
        document = read_file("a", content, kind, ReadLimits(part_bytes=10))
        assert document.unread is not None and document.text == "" and document.part == "a"


def test_text_and_html_go_to_their_readers() -> None:
    assert read_file("a.csv", "批号,数量\nL1,3\n".encode("gb18030"), "text/csv").text.startswith("批号")
    assert "批号" in read_file("a.html", "<p>批号 L1</p>".encode(), "text/html").text
