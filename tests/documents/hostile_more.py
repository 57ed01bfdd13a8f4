"""More files that were made to harm a reader: archives, Office files, pictures, mails, names. Each is small."""

import io
import struct
import zipfile
import zlib
from email.message import EmailMessage

import openpyxl
from PIL import Image
from reportlab.lib import pdfencrypt
from reportlab.pdfgen.canvas import Canvas

from tests.documents.hostile import one_page, pdf_of, stream, word_with

_W = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def zip_of(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def nested_zips(deep: int = 30) -> bytes:
    content = zip_of({"a.txt": b"LOT A1"})
    for _ in range(deep):
        content = zip_of({"inner.zip": content})
    return content


def doubling_zips() -> bytes:
    """Eight archives of eight archives, each of a megabyte of nothing, eight times."""
    leaf = zip_of({f"{n}.txt": b"\0" * 19_000_000 for n in range(8)})
    return zip_of({f"{n}.zip": leaf for n in range(8)})


def many_members() -> bytes:
    return zip_of({f"{n}.txt": b"" for n in range(5_000)})


def overlapping_zip() -> bytes:
    """Two hundred names that all point at the same megabytes."""
    data = zlib.compress(b"\0" * 10_000_000, 9)[2:-4]
    check = zlib.crc32(b"\0" * 10_000_000)
    head = (20, 0, 8, 0, 33, check, len(data), 10_000_000, 5, 0)
    body = b"PK\3\4" + struct.pack("<HHHHHIIIHH", *head) + b"a.txt" + data
    entry = b"PK\1\2" + struct.pack("<HHHHHHIIIHHHHHII", 20, *head, 0, 0, 0, 0, 0) + b"a.txt"
    return body + entry * 200 + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 200, 200, len(entry) * 200, len(body), 0)


def locked_zip() -> bytes:
    content = bytearray(zip_of({"a.txt": b"LOT A1"}))
    content[6] |= 1
    content[content.find(b"PK\1\2") + 8] |= 1
    return bytes(content)


def climbing_zip() -> bytes:
    """Names that lead out of the folder, hold control characters, or have 10,000 letters."""
    return zip_of({"../../etc/a.txt": b"LOT A1", "C:\\b\x07.txt": b"LOT A2", "x" * 10_000 + ".txt": b"LOT A3"})


def word_of_one_long_entity() -> bytes:
    """Quadratic: one entity of 100 kB, put in 20,000 times."""
    return word_with(
        b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "' + b"A" * 100_000 + b'">]><w:document ' + _W
        + b"><w:body><w:p><w:r><w:t>" + b"&a;" * 20_000 + b"</w:t></w:r></w:p></w:body></w:document>"
    )  # fmt: skip


def word_that_asks_for_a_file() -> bytes:
    return word_with(
        b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document ' + _W
        + b"><w:body><w:p><w:r><w:t>LOT A1 &a;</w:t></w:r></w:p></w:body></w:document>"
    )  # fmt: skip


def word_with_a_remote_template(address: str) -> bytes:
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
        f'Target="{address}" TargetMode="External"/></Relationships>'
    )
    buffer = io.BytesIO(
        word_with(b"<w:document " + _W + b"><w:body><w:p><w:r><w:t>LOT A1</w:t></w:r></w:p></w:body></w:document>")
    )
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("word/_rels/document.xml.rels", rels)
    return buffer.getvalue()


def _book(changes: dict[str, bytes]) -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"] = "LOT A1"
    book.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        return zip_of({name: archive.read(name) for name in archive.namelist()} | changes)


def million_rows() -> bytes:
    row = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 1_048_577))
    sheet = f'<worksheet xmlns="{_MAIN}"><dimension ref="A1:XFD1048576"/><sheetData>{row}</sheetData></worksheet>'
    return _book({"xl/worksheets/sheet1.xml": sheet.encode()})


def shared_strings() -> bytes:
    """A table of strings of 180 MB in 200 kB, of which no cell uses one."""
    inside = b"<si><t>" + b"A" * 1_000_000 + b"</t></si>"
    return _book({"xl/sharedStrings.xml": b'<sst xmlns="' + _MAIN.encode() + b'">' + inside * 180 + b"</sst>"})


def sheet_of_laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "lol">{entities}]><sst xmlns="{_MAIN}">'
    return _book({"xl/sharedStrings.xml": f"{head}<si><t>&l9;</t></si></sst>".encode()})


def locked_pdf() -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=pdfencrypt.StandardEncryption("user", "owner", strength=128))
    canvas.drawString(100, 700, "LOT A1")
    canvas.save()
    return buffer.getvalue()


def ten_thousand_pages() -> bytes:
    kids = b" ".join([b"3 0 R"] * 10_000)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>"
    pages = b"<< /Type /Pages /Count 10000 /Kids [" + kids + b"] >>"
    return pdf_of({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: pages, 3: page, 4: stream(b"0 0 m")})


def endless_content() -> bytes:
    return one_page(stream(zlib.compress(b"q 1 0 0 1 1 1 cm BT (A) Tj ET Q " * 3_000_000, 9), b"/Filter /FlateDecode"))


def gigantic_xref() -> bytes:
    return (
        one_page(stream(b"0 0 m")).replace(b"xref\n0 5", b"xref\n0 999999999").replace(b"/Size 5", b"/Size 999999999")
    )


def png_header(side: int = 60_000) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def jpeg_header(side: int = 60_000) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (16, 16)).save(buffer, "JPEG")
    content = bytearray(buffer.getvalue())
    at = content.find(b"\xff\xc0")
    content[at + 5 : at + 9] = struct.pack(">HH", side, side)
    return bytes(content)


def tiff_header(side: int = 60_000) -> bytes:
    tags = [(256, side), (257, side), (258, 1), (259, 1), (262, 1), (273, 8), (277, 1), (278, side), (279, 10)]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(tags)) + entries + struct.pack("<I", 0)


def looping_tiff() -> bytes:
    """A page whose next page is itself."""
    content = tiff_header(200)
    return content[:-4] + struct.pack("<I", 8)


def deep_rtf() -> bytes:
    return b"{\\rtf1 " + b"{\\b " * 300_000 + b"LOT A1" + b"}" * 300_000 + b"}"


def deep_html(deep: int = 100_000) -> bytes:
    return b"<html><body>" + b"<table><tr><td>" * deep + b"LOT A1"


def ten_megabytes_of_tables() -> bytes:
    return b"<html><body>" + b"<table><tr><td>LOT</td><td>A1</td></tr></table>" * 210_000


def svg_with_a_script() -> bytes:
    return b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>fetch("//x")</script></svg>'


def broken_tnef() -> bytes:
    return b"\x78\x9f\x3e\x22\x01\x00" + b"\x02\x10\x90\x06\x00\xff\xff\xff\x7f" + b"A" * 1_000


def program() -> bytes:
    return b"MZ" + bytes(1_000)


def mail_of_files(count: int = 1_000) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Message-ID"] = "li@customer.example", "LOT", "<many@customer.example>"
    mail.set_content("LOT A1")
    for number in range(count):
        mail.add_attachment(b"x", maintype="application", subtype="octet-stream", filename=f"{number}.bin")
    return mail.as_bytes()


def mail_in_mails(deep: int = 50) -> bytes:
    content = b"From: a@b.example\nMessage-ID: <0@b.example>\nSubject: x\n\nLOT A1\n"
    for number in range(1, deep):
        head = b"From: a@b.example\nMessage-ID: <%d@b.example>\nSubject: x\nMIME-Version: 1.0\n" % number
        content = head + b"Content-Type: message/rfc822\n\n" + content
    return content
