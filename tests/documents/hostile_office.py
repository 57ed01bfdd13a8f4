"""Office files that were made to harm a reader, and files of every kind that were cut short."""

import io
from collections.abc import Callable

from PIL import Image

from tests.documents.hostile import huge_page, word_with
from tests.documents.hostile_more import zip_of
from tests.documents.ole import compound, word_97
from tests.documents.open_document import odt, pptx, rtf_with_picture, shape

_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def _part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The file with one of its parts changed."""
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    return zip_of({**parts, name: change(parts[name])})


def text_of_laughs() -> bytes:
    head = f'<!DOCTYPE d [<!ENTITY l0 "lol">{_LAUGHS}]>'.encode()
    return _part(odt("<text:p>LOT A1 LAUGH</text:p>"), "content.xml", lambda xml: head + xml.replace(b"LAUGH", b"&l9;"))


def text_that_asks_for_a_file() -> bytes:
    head = b'<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    return _part(odt("<text:p>LOT A1 FILE</text:p>"), "content.xml", lambda xml: head + xml.replace(b"FILE", b"&a;"))


def text_of_repeated_cells() -> bytes:
    """A cell said to stand a thousand million times, in ten thousand rows."""
    cell = '<table:table-cell table:number-columns-repeated="999999999"><text:p>LOT A1</text:p></table:table-cell>'
    return odt("<table:table>" + f"<table:table-row>{cell}</table:table-row>" * 10_000 + "</table:table>")


def text_of_blanks() -> bytes:
    return odt("<text:p>LOT A1" + '<text:s text:c="99999999"/>' * 10_000 + "</text:p>")


def deep_text() -> bytes:
    return odt("<text:section>" * 50_000 + "</text:section>" * 50_000)


def text_with_a_password() -> bytes:
    return odt("x", manifest='<m:manifest xmlns:m="urn:x"><m:encryption-data/></m:manifest>')


def slides_of_laughs() -> bytes:
    head = f'<!DOCTYPE d [<!ENTITY l0 "lol">{_LAUGHS}]>'.encode()
    return _part(pptx(shape("LAUGH")), "ppt/slides/slide1.xml", lambda xml: head + xml.replace(b"LAUGH", b"&l9;"))


def many_slides() -> bytes:
    return pptx(*[shape(f"LOT A{n}") for n in range(1_500)])


def deep_slide() -> bytes:
    return pptx("<p:grpSp>" * 50_000 + "</p:grpSp>" * 50_000)


def office_with_a_password() -> bytes:
    return compound({"EncryptedPackage": b"x" * 5_000, "EncryptionInfo": b"x" * 500})


def word_97_of_far_pieces() -> bytes:
    """A Word 97 file whose text is said to have two thousand million characters."""
    content = bytearray(word_97("LOT A1\r" * 50))
    at = content.find(b"\xec\xa5")
    content[at + 0x4C : at + 0x50] = (2_000_000_000).to_bytes(4, "little")
    return bytes(content)


def rich_text_of_a_huge_picture() -> bytes:
    """A picture said to have 3,600 million pixels, which only LibreOffice takes out."""
    from tests.documents.hostile_more import png_header

    return rtf_with_picture("LOT A1", png_header())


def rich_text_of_many_pictures() -> bytes:
    one = rtf_with_picture("", _png()).removesuffix(b"}").partition(b"\\par ")[2]
    return b"{\\rtf1 " + one * 600 + b"}"


def slide_of_a_huge_picture() -> bytes:
    from tests.documents.hostile_more import png_header

    return pptx(shape("LOT A1"), picture=png_header())


def _png(side: int = 64, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((side, side), 50).save(buffer, kind)
    return buffer.getvalue()


def cut(name: str) -> bytes:
    """Two thirds of a good file of this name's kind."""
    content = WHOLE[name.rpartition(".")[2]]()
    return content[: len(content) * 2 // 3]


WHOLE: dict[str, Callable[[], bytes]] = {
    "pdf": huge_page,
    "docx": lambda: word_with(b"<w:document/>"),
    "odt": lambda: odt("<text:p>LOT A1</text:p>"),
    "pptx": lambda: pptx(shape("LOT A1")),
    "doc": lambda: word_97("LOT A1"),
    "rtf": lambda: b"{\\rtf1\\ansi LOT A1 {\\b B2 {\\i C3}}}",
    "png": lambda: _png(400),
    "jpg": lambda: _png(400, "JPEG"),
    "tif": lambda: _png(400, "TIFF"),
    "gif": lambda: _png(400, "GIF"),
    "zip": lambda: zip_of({"a.txt": b"LOT A1" * 100}),
}
