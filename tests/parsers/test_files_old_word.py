"""Word 97 and rich text files still come, and are read."""

import pytest

from parsers.document import Document
from parsers.files import read_file
from parsers.sniff import media_type
from tests.documents.ole import compound, word_97


def read(name: str, content: bytes) -> Document:
    return read_file(name, content, media_type(content, name))


def cells(document: Document) -> list[tuple[int, int, str]]:
    return [
        (each.row, each.column, document.text[each.start : each.end])
        for table in document.tables
        for each in table.cells
    ]


def test_a_word_97_document_gives_its_paragraphs_and_table() -> None:
    document = read("a.doc", word_97("客户投诉单\r批号\x07B2406-01\x07\x07数量\x0745只\x07\x07请回复\r"))
    assert document.text == "客户投诉单\n批号\tB2406-01\n数量\t45只\n请回复"
    assert cells(document) == [(0, 0, "批号"), (0, 1, "B2406-01"), (1, 0, "数量"), (1, 1, "45只")]


def test_a_latin_document_is_stored_in_one_byte_letters() -> None:
    assert read("a.doc", word_97("Lot A24-118\rQty 30\r")).text == "Lot A24-118\nQty 30"


def test_fields_show_their_result() -> None:
    text = 'Lot \x13 HYPERLINK "x" \x14A24\x15 of \x13 PAGE \x13 IF \x15 \x142\x15\r'
    assert read("a.doc", word_97(text)).text == "Lot A24 of 2"


def test_an_encrypted_document_asks_for_its_password() -> None:
    document = read("a.doc", word_97("secret\r", flags=0x0100))
    assert document.unread is not None and "password" in document.unread


def test_an_encrypted_modern_file_asks_for_its_password() -> None:
    document = read("a.xlsx", compound({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}))
    assert document.unread is not None and "password" in document.unread


@pytest.mark.parametrize("cut", [600, 1600, 3000])
def test_a_damaged_document_says_what_to_do(cut: int) -> None:
    document = read_file("a.doc", word_97("客户投诉单\r")[:cut], "application/msword")
    assert document.unread is not None and ".docx" in document.unread


def test_rich_text_gives_its_lines_and_table() -> None:
    content = (
        rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 SimSun;}}\f0\u23458?\u25143?\par "
        rb"\trowd\cellx100\cellx200 \'c5\'fa\'ba\'c5\cell B2406-01\cell\row"
        rb"\trowd\cellx100\cellx200 \u25968?\cell 45\cell\row\pard End\par}"
    )
    document = read("a.rtf", content)
    assert document.text == "客户\n批号\tB2406-01\n数\t45\nEnd"
    assert cells(document) == [(0, 0, "批号"), (0, 1, "B2406-01"), (1, 0, "数"), (1, 1, "45")]
