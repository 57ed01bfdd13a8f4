"""The content controls of a filled Word form, made so that every program shows and keeps what stands in them.

LibreOffice (7.4) says a value several times where its control stands around a paragraph, draws a line break before the
words of a plain-text control, and makes a field of one without a title. So a control is put into its paragraph, takes
any text, and has its tag as title where it has none. Word does not mind.
"""

from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH, _CELL, _PROPERTIES = f"{_W}p", f"{_W}tc", f"{_W}pPr"


def settle(document: Any) -> None:
    """Makes the controls of a document so."""
    for control in document.element.body.findall(f".//{_W}sdt"):
        told, content = control.find(f"{_W}sdtPr"), control.find(f"{_W}sdtContent")
        tag = told.find(f"{_W}tag") if told is not None else None
        if tag is None or content is None:
            continue
        if told.find(f"{_W}alias") is None:
            tag.addprevious(tag.makeelement(f"{_W}alias", {f"{_W}val": tag.get(f"{_W}val", "")}))
        for plain in told.findall(f"{_W}text"):
            told.remove(plain)
        _put_in(control, content)


def _put_in(control: Any, content: Any) -> None:
    """Moves a control that holds one cell or one paragraph into that paragraph."""
    inner = list(content)
    cell = inner[0] if len(inner) == 1 and inner[0].tag == _CELL else None
    paragraphs = inner if cell is None else cell.findall(_PARAGRAPH)
    if len(paragraphs) != 1 or paragraphs[0].tag != _PARAGRAPH:
        return
    paragraph = paragraphs[0]
    for one in inner:
        control.addprevious(one)
    control.getparent().remove(control)
    words = [one for one in paragraph if one.tag != _PROPERTIES]
    content.extend(words)
    paragraph.append(control)
