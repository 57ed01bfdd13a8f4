"""Files that were made to crash, hang or fill a reader, each small. Named for what they do."""

import io
import random
import zipfile
import zlib


def pdf_of(objects: dict[int, bytes], root: int = 1) -> bytes:
    """A PDF of the given objects, with a right cross-reference table."""
    out = bytearray(b"%PDF-1.7\n")
    places: dict[int, int] = {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    size = max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 00000 f \n"
    out += b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, root, start)
    return bytes(out)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def one_page(
    content: bytes, resources: bytes = b"", box: bytes = b"0 0 595 842", more: dict[int, bytes] | None = None
) -> bytes:
    return pdf_of(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources << %s >> >>" % (box, resources),
            4: content,
            **(more or {}),
        }
    )


_FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /F %d 0 R >> >>"


def form_that_draws_itself() -> bytes:
    return one_page(stream(b"/F Do"), b"/XObject << /F 5 0 R >>", more={5: stream(b"/F Do", _FORM % 5)})


def forms_that_double() -> bytes:
    """Twenty-five forms, each drawing the next twice: 33 million drawings from 4 kB."""
    forms = {5 + n: stream(b"/F Do /F Do", _FORM % (6 + n)) for n in range(25)}
    forms[30] = stream(b"0 0 m 10 10 l S", b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]")
    return one_page(stream(b"/F Do"), b"/XObject << /F 5 0 R >>", more=forms)


def double_flate_bomb() -> bytes:
    """500 MB of page content from about a kilobyte."""
    inner = zlib.compressobj(9)
    once = b"".join([*(inner.compress(b" " * 1_000_000) for _ in range(500)), inner.flush()])
    return one_page(stream(zlib.compress(once, 9), b"/Filter [/FlateDecode /FlateDecode]"))


def deep_array() -> bytes:
    return one_page(stream(b"[" * 200_000 + b"]" * 200_000 + b" 0 d"))


def deep_object() -> bytes:
    return one_page(stream(b"0 0 m"), more={5: b"[" * 200_000 + b"]" * 200_000})


def kids_loop() -> bytes:
    return pdf_of({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"})


def huge_page() -> bytes:
    return one_page(
        stream(b"BT /F1 12 Tf 100 100 Td (LOT A1) Tj ET"),
        b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>",
        b"0 0 1000000 1000000",
    )


def many_lines() -> bytes:
    lines = b"".join(b"%d %d m %d %d l S\n" % (n % 500, n % 800, (n * 7) % 500, (n * 3) % 800) for n in range(40_000))
    return one_page(stream(lines))


def noise(seed: int = 7) -> bytes:
    return b"%PDF-1.4\n" + random.Random(seed).randbytes(20_000)


def zip_bomb(size: int = 1_000_000_000) -> bytes:
    """An archive of about a megabyte that unpacks to a gigabyte."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.txt", "w", force_zip64=True) as out,
    ):
        for _ in range(size // 1_000_000):
            out.write(b"\0" * 1_000_000)
    return buffer.getvalue()


def zip_that_lies(size: int = 50_000_000) -> bytes:
    """A member that says it has ten bytes and holds fifty million."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"\0" * size)
    content = bytearray(buffer.getvalue())
    true = size.to_bytes(4, "little")
    at = content.find(true)
    while at >= 0:
        content[at : at + 4] = (10).to_bytes(4, "little")
        at = content.find(true)
    return bytes(content)


def word_with(document: bytes) -> bytes:
    """A Word file of the given main part."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/word/document.xml" ContentType='
            '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        archive.writestr("word/document.xml", document)
    return buffer.getvalue()


def word_of_laughs() -> bytes:
    """Entities that stand for ten of the next: three billion letters, were they put in."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return word_with(
        f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "lol">{entities}]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:body><w:p><w:r><w:t>&l9;</w:t></w:r></w:p></w:body></w:document>".encode()
    )


def deep_word() -> bytes:
    return word_with(
        b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        + b"<w:sdt><w:sdtContent>" * 50_000
        + b"</w:sdtContent></w:sdt>" * 50_000
        + b"</w:body></w:document>"
    )


def far_cell() -> bytes:
    """A sheet whose one cell stands in the last row and column: 17 thousand million cells, were they all made."""
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>LOT</t></is></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    buffer = io.BytesIO()
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    pack = "http://schemas.openxmlformats.org/package/2006/relationships"
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{pack}"><Relationship Id="r1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{pack}"><Relationship Id="r1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        )
    return buffer.getvalue()
