"""Our own forms (8D, 产品销售质量信息传递单) that come back filled in: recognised, and read as an outline of tables.

What labels and tags mean is not known here: `intake.eightd.readback` and `intake.runners.slips` know. Tracked changes
are taken as accepted, content controls as what stands in them. Runs in the reading child, under its limits.
"""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.table import Table as DocxTable
from docx.text.paragraph import Paragraph

from parsers.errors import ReadingError
from parsers.files.archive import open_zip
from parsers.files.docx import TROUBLE
from parsers.form_properties import properties_of
from parsers.results import OwnForm, Table, Tagged

MOST_TABLES, MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 60, 400, 20, 20_000
MOST_LOOSE = 400  # controls that stand in no table
MARKS = {"intake-8d/1": "8d", "intake-slip/1": "slip"}  # the document property by which a form is known
LEAST_STEPS = 4  # a first report has D0 to D3
LEAST_TAGS = 8  # fewer may be the controls of any form
_STEP = re.compile(r"^\s*D[0-8]\b")
_TAG = re.compile(r"(?:head|d[0-8])\.[a-z0-9_.]+")
_TAKEN_OUT = (qn("w:del"), qn("w:moveFrom"))
_WRAPPERS = (qn("w:ins"), qn("w:moveTo"), qn("w:smartTag"), qn("w:customXml"))
_Controls = dict[Any, list[tuple[str, str]]]  # of a cell; of none where the key is None


def own_form(part: str, content: bytes, uncompressed_bytes: int) -> OwnForm | None:
    """The form in a .docx; None where it is none of ours, or damaged: its text is read like any other then."""
    try:
        open_zip(content, uncompressed_bytes).close()
        document = docx.Document(io.BytesIO(content))
        kind = MARKS.get(document.core_properties.identifier or "")
        record, revision = properties_of(document)
        controls = _settle(document.element.body)
        tables = tuple(_tables(document, controls))
    except (ReadingError, *TROUBLE):
        return None
    loose = tuple(Tagged(0, tag, text) for tag, text in controls.get(None, ())[:MOST_LOOSE])
    if kind is None and _is_eight_d(tables, loose):
        kind = "8d"  # saved by a program that drops the property
    return OwnForm(part, kind, tables, loose, record, revision) if kind is not None else None


def outline(content: bytes) -> OwnForm:
    """Any .docx as such an outline, whether it is a form or not; what `TROUBLE` names where it is damaged. For a
    company's own template, which is not a stranger's file.
    """
    document = docx.Document(io.BytesIO(content))
    controls = _settle(document.element.body)
    tables = tuple(_tables(document, controls))
    return OwnForm("", "8d", tables, tuple(Tagged(0, tag, text) for tag, text in controls.get(None, ())))


def _is_eight_d(tables: tuple[Table, ...], loose: tuple[Tagged, ...]) -> bool:
    tags = {one.tag for table in tables for row in table.tagged for one in row} | {one.tag for one in loose}
    if sum(_TAG.fullmatch(tag) is not None for tag in tags) >= LEAST_TAGS:
        return True
    return len({table.heading for table in tables if _STEP.match(table.heading)}) >= LEAST_STEPS


def _settle(body: Any) -> _Controls:
    """Accepts tracked changes and takes away whatever wraps a text, which python-docx would not look into; the
    controls that were taken away, by the cell in which each stood.
    """
    for row in body.findall(f".//{qn('w:tr')}"):
        if row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None:
            row.getparent().remove(row)
    for tag in _TAKEN_OUT:
        for element in body.findall(f".//{tag}"):
            element.getparent().remove(element)
    for tag in _WRAPPERS:
        for element in body.findall(f".//{tag}"):
            _replace(element, tuple(element))
    _say_once(body)
    controls: _Controls = {}
    for control in reversed(body.findall(f".//{qn('w:sdt')}")):  # those within others first
        prompt = control.find(f"{qn('w:sdtPr')}/{qn('w:showingPlcHdr')}")
        content = control.find(qn("w:sdtContent"))
        _note(control, content, prompt is not None, controls)
        if prompt is None:
            _replace(control, () if content is None else tuple(content))
        else:
            _replace(control, _emptied(content))
    return {cell: found[::-1] for cell, found in controls.items()}


def _say_once(body: Any) -> None:
    """Takes away what LibreOffice (7.4) repeats: of a control around paragraphs it writes one with all the words, and
    behind it, for each change between Chinese and Latin, another that ends with all of them again.
    """
    for control in body.findall(f".//{qn('w:p')}/{qn('w:sdt')}"):
        title, words = _title(control), _words(control)
        following = control.getnext()
        while title and words and following is not None and following.tag == qn("w:sdt"):
            again = following
            following = again.getnext()
            if _title(again) != title or not _words(again).endswith(words):
                break
            again.getparent().remove(again)


def _words(control: Any) -> str:
    return "".join(run.text for run in control.iter(qn("w:r")))


def _title(control: Any) -> str:
    """A control's title; "" for one that has a tag, which LibreOffice drops."""
    told = control.find(f"{qn('w:sdtPr')}/{qn('w:alias')}")
    tagged = control.find(f"{qn('w:sdtPr')}/{qn('w:tag')}") is not None
    return "" if told is None or tagged else str(told.get(qn("w:val"), ""))


def _note(control: Any, content: Any, empty: bool, controls: _Controls) -> None:
    """Keeps a control's tag and text with its cell: the one that it stands in, or that stands in it."""
    named = control.find(f"{qn('w:sdtPr')}/{qn('w:tag')}")
    tag = named.get(qn("w:val"), "").strip() if named is not None else ""
    if not tag or content is None:
        return
    cells = content.findall(qn("w:tc"))
    if not cells and content.find(f".//{qn('w:tc')}") is not None:
        return  # around rows or tables: it names no field
    within = cells[0] if cells else next(control.iterancestors(qn("w:tc")), None)
    controls.setdefault(within, []).append((tag, "" if empty else _text(content)[:LONGEST_CELL]))


def _text(content: Any) -> str:
    paragraphs = list(content.iter(qn("w:p")))
    if not paragraphs:  # within one
        return "".join(run.text for run in content.iter(qn("w:r")))
    return "\n".join(Paragraph(one, None).text for one in paragraphs)  # type: ignore[arg-type]


def _emptied(content: Any) -> tuple[Any, ...]:
    """What holds a prompt without the prompt: the cells or paragraphs alone."""
    if content is None:
        return ()
    for run in list(content.iter(qn("w:r"))):
        run.getparent().remove(run)
    return tuple(content)


def _replace(element: Any, by: tuple[Any, ...]) -> None:
    for one in by:
        element.addprevious(one)
    element.getparent().remove(element)


def _tables(document: Any, controls: Mapping[Any, list[tuple[str, str]]]) -> Iterator[Table]:
    heading, count = "", 0
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            if _STEP.match(block.text):
                heading = block.text.strip()
        elif isinstance(block, DocxTable) and count < MOST_TABLES:
            count += 1
            yield _table(heading, block, controls)


def _table(heading: str, block: DocxTable, controls: Mapping[Any, list[tuple[str, str]]]) -> Table:
    rows, tagged, headings, told = [], [], 0, set()
    for position, row in enumerate(block.rows[:MOST_ROWS]):
        cells = _cells(row)
        rows.append(tuple(cell.text[:LONGEST_CELL] for cell in cells))
        here: list[Tagged] = []
        for column, cell in enumerate(cells):
            if cell._tc not in told:  # a cell over several rows is told in the first
                told.add(cell._tc)
                here += _tagged(column, rows[-1][column], controls.get(cell._tc, ()))
        tagged.append(tuple(here))
        if headings == position and row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None:
            headings += 1
    return Table(heading, tuple(rows), tuple(tagged), headings)


def _tagged(column: int, text: str, found: "list[tuple[str, str]] | tuple[()]") -> Iterator[Tagged]:
    """The controls of a cell. One alone stands for the whole cell: what was typed beside it is meant too."""
    for tag, own in found:
        yield Tagged(column, tag, text if len(found) == 1 else own)


def _cells(row: Any) -> list[Any]:
    """The cells of a row; a merged one once."""
    seen: dict[Any, Any] = {}
    for cell in row.cells:
        if cell._tc not in seen and len(seen) < MOST_COLUMNS:
            seen[cell._tc] = cell
    return list(seen.values())
