"""Content controls of Word documents: what a reader sees in a cell, and what typing into a control does to the file."""

from collections.abc import Iterator
from typing import Any

from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.table import _Cell


def said(cell: _Cell) -> str:
    """The text of a cell as Word shows it: that of its controls too."""
    return "\n".join("".join(run.text for run in one.iter(qn("w:r"))) for one in cell._tc.iter(qn("w:p")))


def cells_of(document: Any) -> Iterator[_Cell]:
    """Every cell of a document's tables, a merged one once."""
    for table in document.tables:
        for row in table.rows:
            yield from dict.fromkeys(row.cells)


def control(cell: _Cell) -> Any:
    """The control of a cell."""
    found = cell._tc.find(f".//{qn('w:sdt')}")
    assert found is not None, said(cell)
    return found


def tag_of(cell: _Cell) -> str:
    """The tag of a cell's control; "" for a cell that has none."""
    found = cell._tc.find(f".//{qn('w:sdt')}/{qn('w:sdtPr')}/{qn('w:tag')}")
    return "" if found is None else str(found.get(qn("w:val")))


def tagged(document: Any, tag: str, turn: int = 0) -> _Cell:
    """The cell whose control has this tag; `turn` of several."""
    return [cell for cell in cells_of(document) if tag_of(cell) == tag][turn]


def type_into(cell: _Cell, *lines: str) -> None:
    """As a person types into the control of a cell. One that gets several paragraphs stands around them from then on."""
    found = control(cell)
    content = found.find(qn("w:sdtContent"))
    for old in list(content):
        content.remove(old)
    if len(lines) == 1:
        content.append(_run(lines[0]))
        return
    paragraph = found.getparent()
    paragraph.addprevious(found)
    paragraph.getparent().remove(paragraph)
    for line in lines:
        made = OxmlElement("w:p")
        made.append(_run(line))
        content.append(made)


def _run(text: str) -> Any:
    run = OxmlElement("w:r")
    run.text = text
    return run


def unwrapped(document: Any) -> None:
    """As a program leaves a document that knows no content controls: their contents without them."""
    for found in reversed(document.element.body.findall(f".//{qn('w:sdt')}")):
        for one in list(found.find(qn("w:sdtContent"))):
            found.addprevious(one)
        found.getparent().remove(found)


def put_control(cell: _Cell, tag: str) -> None:
    """As Word puts a control around what stands in a cell, with its tag."""
    made = parse_xml(f'<w:sdt {nsdecls("w")}><w:sdtPr><w:tag w:val="{tag}"/></w:sdtPr><w:sdtContent/></w:sdt>')
    paragraphs = cell._tc.findall(qn("w:p"))
    paragraphs[0].addprevious(made)
    made[1].extend(paragraphs)
