"""Media types by bytes, never by name."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.sniff import EXCEL, POWERPOINT, UNKNOWN, WORD, media_type


def zipped(*names: str, mimetype: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


FILES = {
    "application/pdf": b"\x00junk\n%PDF-1.7\n", "image/png": b"\x89PNG\r\n\x1a\n....", "image/jpeg": b"\xff\xd8\xff\xe0..JFIF", "image/gif": b"GIF89a..",
    "image/tiff": b"II*\x00....", "image/webp": b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/heic": b"\x00\x00\x00\x18ftypheic....", "application/rtf": b"{\\rtf1 x}",
    "image/bmp": b"BM" + b"\x00" * 12 + b"\x28\x00\x00\x00" + b"\x00" * 20, "application/vnd.ms-tnef": b"\x78\x9f\x3e\x22\x01\x00",
    WORD: zipped("[Content_Types].xml", "word/document.xml"), EXCEL: zipped("[Content_Types].xml", "xl/workbook.xml"),
    POWERPOINT: zipped("[Content_Types].xml", "ppt/presentation.xml"), "application/zip": zipped("a.txt"),
    "application/vnd.oasis.opendocument.spreadsheet": zipped("content.xml", mimetype=b"application/vnd.oasis.opendocument.spreadsheet"),
    "text/html": b"\xef\xbb\xbf <!DOCTYPE HTML><p>x", "text/plain": "批号 B7\n".encode("gb18030"),
    "message/rfc822": b"Received: from a by b\r\nFrom: a@b.example\r\nSubject: x\r\n\r\nFrom: nobody", UNKNOWN: b"\x01\x02\x00\x03",
}  # fmt: skip


@pytest.mark.parametrize("wanted", FILES)
def test_bytes_tell_the_type_whatever_the_name_says(wanted: str) -> None:
    assert media_type(FILES[wanted], "photo.jpg.exe") == wanted


def test_damaged_zip_is_still_known_by_its_local_headers() -> None:
    assert media_type(zipped("word/document.xml")[:60]) == WORD


def test_memo_that_begins_like_a_mail_is_text() -> None:
    assert media_type(b"From: quality department\nTo: supplier\n\nLot 7 is broken.\n") == "text/plain"


def test_name_only_parts_kinds_of_text() -> None:
    assert media_type(b"a,b\n1,2\n", "list.CSV") == "text/csv"
    assert media_type(b"\x89PNG\r\n\x1a\n", "list.csv") == "image/png"


@given(
    st.sampled_from([b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"RIFF", b"BM", b"\x00\x00\x00\x18ftyp", b""]),
    st.binary(max_size=600),
)
def test_any_bytes_have_a_type(start: bytes, rest: bytes) -> None:
    assert "/" in media_type(start + rest)
