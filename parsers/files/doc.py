"""Word 97–2003 (.doc): the text by the piece table of [MS-DOC] 2.4.1, with its tables as far as text tells them; after
the main story its text boxes, and each line of headers and footers once.

The row ends of a table look like empty cells in the text, so a row whose last cells are empty may come out shorter
than printed.
"""

import io
import re
import struct
from collections.abc import Iterator

import olefile

from parsers.document import Document
from parsers.errors import Encrypted, Unreadable
from parsers.files.docx_pictures import FEW
from parsers.files.grid import Draft, GridCell

_WORD_97 = b"\xec\xa5"
_PICTURES = ("\x01", "\x08")  # the signs that stand where a picture or a drawing does
_SAVE_IT = "Open it in Word or LibreOffice and save it as .docx."
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200  # flags of the file information block, at 0x0A
_FLAGS, _LENGTHS, _PIECES = 0x0A, 0x4C, 0x01A2
_COMPRESSED = 0x40000000
_FIELD = re.compile("\x13[^\x13\x14\x15]*(?:\x14([^\x13\x14\x15]*))?\x15")
_FIELD_DEPTH = 4
_SIGNS = {
    "\x0b": "\n",
    "\x0c": "\r",
    "\x0e": "\r",
    "\x1e": "-",
    "\x1f": "",
    "\xa0": " ",
    "\x01": "",
    "\x08": "",
    "\x02": "",
}
_TROUBLE = (
    OSError,
    ValueError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    struct.error,
    UnicodeError,
    RecursionError,
)


def read_doc(content: bytes, part: str, characters: int) -> tuple[Document, str]:
    """The document's text, and what of it was not read. Raises Unreadable, Encrypted."""
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as ole:
            main = ole.openstream("WordDocument").read()
            if main[:2] != _WORD_97:
                raise Unreadable("It is older than Word 97.", _SAVE_IT)
            flags = struct.unpack_from("<H", main, _FLAGS)[0]
            if flags & _ENCRYPTED:
                raise Encrypted("The Word file asks for a password.")
            table = ole.openstream("1Table" if flags & _TABLE_1 else "0Table").read()
        text, *margins = _stories(main, table)
    except _TROUBLE as error:
        raise Unreadable(
            "The Word 97 file is damaged, or older than Word 97.",
            _SAVE_IT,
        ) from error
    draft = Draft(characters)
    _write(draft, _clean(text))
    for line in dict.fromkeys(
        line.strip() for story in margins for line in re.split("[\r\x07\x03\x04]", _clean(story))
    ):
        draft.line(line)
    document = draft.finish(part)
    pictured = any(sign in text for sign in _PICTURES) and len(document.text.strip()) < FEW
    return document, "Its pictures were not read." if pictured else ""


def _stories(main: bytes, table: bytes) -> tuple[str, str, str]:
    """The main story, the text boxes, and the headers with the footers: they stand one after the other."""
    body, notes, margins, macros, remarks, ends, boxes, _ = struct.unpack_from("<8i", main, _LENGTHS)
    if min(body, notes, margins, macros, remarks, ends, boxes) < 0:
        raise ValueError("a length below nothing")
    head = body + notes
    box = head + margins + macros + remarks + ends
    text = _text(main, table, box + boxes)
    return text[:body], text[box : box + boxes], text[head : head + margins]


def _text(main: bytes, table: bytes, length: int) -> str:
    """So many characters, put together from the pieces; Latin pieces take one byte a character, others two."""
    at, size = struct.unpack_from("<II", main, _PIECES)
    pieces: list[str] = []
    for start, end, place in _pieces(table[at : at + size]):
        count = min(end, length) - start
        if count <= 0:
            break
        if place & _COMPRESSED:
            first = (place & ~_COMPRESSED) // 2
            pieces.append(main[first : first + count].decode("cp1252", "replace"))
        else:
            pieces.append(main[place : place + 2 * count].decode("utf-16-le", "replace"))
    return "".join(pieces)


def _pieces(clx: bytes) -> Iterator[tuple[int, int, int]]:
    """(first character, end, place in the stream) of each piece."""
    at = 0
    while clx[at] == 1:  # property runs come before the table
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    size = struct.unpack_from("<I", clx, at + 1)[0]
    count = (size - 4) // 12
    base = at + 5
    for number in range(count):
        start, end = struct.unpack_from("<ii", clx, base + 4 * number)
        place = struct.unpack_from("<I", clx, base + 4 * (count + 1) + 8 * number + 2)[0]
        yield start, end, place


def _clean(text: str) -> str:
    for _ in range(_FIELD_DEPTH):  # fields within fields, from the inside out
        text = _FIELD.sub(lambda field: field.group(1) or "", text)
    text = re.sub("[\x13\x14\x15]", "", text)
    return "".join(_SIGNS.get(letter, letter) for letter in text)


def _write(draft: Draft, text: str) -> None:
    """Paragraphs end with CR, cells with BEL, and a row with one BEL more."""
    for block in re.split(r"((?:[^\x07]*\x07)+)", text):
        if "\x07" not in block:
            for paragraph in block.split("\r"):
                draft.line(paragraph)
            continue
        first, _, rest = block.rpartition("\x07")
        *before, cell = first.partition("\x07")[0].split("\r")
        for paragraph in before:
            draft.line(paragraph)
        inside = "\x07".join([cell, *first.split("\x07")[1:], ""])
        draft.grid(list(_rows(inside)))
        draft.line(rest)


def _rows(block: str) -> Iterator[GridCell]:
    row, column = 0, 0
    for cell in block.split("\x07")[:-1]:
        if column and not cell.strip():
            row, column = row + 1, 0
        else:
            yield GridCell(row, column, "\n".join(line.strip() for line in cell.split("\r") if line.strip()))
            column += 1
