"""Our own forms (8D, 产品销售质量信息传递单) that come back filled in: recognised, and read as an outline of tables.

What the labels mean is not known here: `intake.eightd.readback` and `intake.runners.slips` know. Tracked changes are
taken as accepted, content controls as what stands in them. Runs in the reading child, under its limits.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.table import Table as DocxTable
from docx.text.paragraph import Paragraph

from parsers.errors import ReadingError
from parsers.files.archive import open_zip
from parsers.files.docx import TROUBLE
from parsers.results import OwnForm, Table

MOST_TABLES, MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 60, 400, 20, 20_000
MARKS = {"intake-8d/1": "8d", "intake-slip/1": "slip"}  # the document property by which a form is known
LEAST_STEPS = 4  # a first report has D0 to D3
_STEP = re.compile(r"^\s*D[0-8]\b")
_TAKEN_OUT = (qn("w:del"), qn("w:moveFrom"))
_WRAPPERS = (qn("w:ins"), qn("w:moveTo"), qn("w:smartTag"), qn("w:customXml"))


def own_form(part: str, content: bytes, uncompressed_bytes: int) -> OwnForm | None:
    """The form in a .docx; None where it is none of ours, or damaged: its text is read like any other then."""
    try:
        open_zip(content, uncompressed_bytes).close()
        document = docx.Document(io.BytesIO(content))
        kind = MARKS.get(document.core_properties.identifier or "")
        _settle(document.element.body)
        tables = tuple(_tables(document))
    except (ReadingError, *TROUBLE):
        return None
    if kind is None and len({table.heading for table in tables if _STEP.match(table.heading)}) >= LEAST_STEPS:
        kind = "8d"  # saved by a program that drops the property
    return OwnForm(part, kind, tables) if kind is not None else None


def _settle(body: Any) -> None:
    """Accepts tracked changes and takes away whatever wraps a text, which python-docx would not look into."""
    for row in body.findall(f".//{qn('w:tr')}"):
        if row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None:
            row.getparent().remove(row)
    for tag in _TAKEN_OUT:
        for element in body.findall(f".//{tag}"):
            element.getparent().remove(element)
    for control in body.findall(f".//{qn('w:sdt')}"):
        prompt = control.find(f"{qn('w:sdtPr')}/{qn('w:showingPlcHdr')}")
        content = control.find(qn("w:sdtContent"))
        _replace(control, () if prompt is not None or content is None else tuple(content))
    for tag in _WRAPPERS:
        for element in body.findall(f".//{tag}"):
            _replace(element, tuple(element))


def _replace(element: Any, by: tuple[Any, ...]) -> None:
    for one in by:
        element.addprevious(one)
    element.getparent().remove(element)


def _tables(document: Any) -> Iterator[Table]:
    heading, count = "", 0
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            if _STEP.match(block.text):
                heading = block.text.strip()
        elif isinstance(block, DocxTable) and count < MOST_TABLES:
            count += 1
            yield Table(heading, tuple(_cells(row) for row in block.rows[:MOST_ROWS]))


def _cells(row: Any) -> tuple[str, ...]:
    """The texts of a row; a merged cell once."""
    seen: list[Any] = []
    texts: list[str] = []
    for cell in row.cells:
        if any(cell._tc is one for one in seen) or len(texts) >= MOST_COLUMNS:
            continue
        seen.append(cell._tc)
        texts.append(cell.text[:LONGEST_CELL])
    return tuple(texts)
