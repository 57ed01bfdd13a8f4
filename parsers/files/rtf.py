"""Rich text (.rtf): the text as striprtf gives it; rows of tables, which it prints as `a|b|`, become tables again."""

import struct

from striprtf.striprtf import rtf_to_text

from parsers.document import Document
from parsers.errors import Unreadable
from parsers.files.docx_pictures import FEW
from parsers.files.grid import Draft, GridCell


def read_rtf(content: bytes, part: str, characters: int) -> tuple[Document, str]:
    """The document with its tables, and what of it was not read. Raises Unreadable."""
    try:
        text: str = rtf_to_text(content.decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call]
    except (
        ValueError,
        IndexError,
        KeyError,
        TypeError,
        OverflowError,
        RecursionError,
        struct.error,
        LookupError,
    ) as error:
        raise Unreadable("The rich text file is damaged.") from error
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")  # pairs come as two characters
    draft = Draft(characters)
    rows: list[list[str]] = []
    for line in whole.replace("\x00", "").split("\n"):
        if line.rstrip().endswith("|"):
            rows.append([cell.strip() for cell in line.rstrip()[:-1].split("|")])
            continue
        _write(draft, rows)
        draft.line(line.rstrip())
    _write(draft, rows)
    document = draft.finish(part)
    return document, _lacks(content, document)


def _lacks(content: bytes, document: Document) -> str:
    if b"\\pict" in content and len(document.text.strip()) < FEW:
        return "Its pictures were not read."
    if b"\\shptxt" in content:
        return "Its text boxes were not read."
    return "Words that were deleted in it stand in the text." if b"\\deleted" in content else ""


def _write(draft: Draft, rows: list[list[str]]) -> None:
    cells = [GridCell(r, c, text) for r, row in enumerate(rows) for c, text in enumerate(row)]
    if cells:
        draft.grid(cells)
    rows.clear()
