"""产品销售质量信息传递单, the quality information slip of any record, as a Word file (客诉信息处理流程 §5.1)."""

import io
from typing import Any

import docx
from docx.shared import Cm, Pt

from intake.replies import wording
from storage.records import CustomerOf, ItemOf, Record
from templates.words import Words

TITLES = {"zh-CN": "产品销售质量信息传递单", "zh-TW": "客戶投訴貨物料情況說明", "en": "Quality information slip"}
SIGNED = {
    "zh-CN": ("填写", "审核", "签收"),
    "zh-TW": ("填寫", "審核", "簽收"),
    "en": ("Written", "Checked", "Signed for"),
}
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def slip(record: Record, known: Words, company: str, received: str) -> bytes:
    """The slip in the language of `known`: the record's number, who complains, each item's contents, what is missing,
    and room for three signatures.
    """
    document = docx.Document()
    document.sections[0].left_margin = document.sections[0].right_margin = Cm(1.8)
    document.core_properties.identifier = "intake-slip/1"
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.styles["Normal"].font.size = Pt(10)
    document.add_paragraph(company)
    document.add_heading(TITLES[known.language], level=1)
    _table(document, [(record.number, received), *_customer(record, known)])
    for position, item in enumerate(record.items or (ItemOf(),), 1):
        if len(record.items) > 1:
            document.add_paragraph(f"{position}.")
        _table(document, _item(item, known))
    missing = wording.missing_names(record, known)
    if missing:
        document.add_paragraph("? " + known.phrase("and").join(missing))
    _table(document, [(name, "") for name in SIGNED[known.language]])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _customer(record: Record, known: Words) -> list[tuple[str, str]]:
    names = CustomerOf.__dataclass_fields__
    return [(known.of("fields", name), str(getattr(record.customer, name) or "")) for name in names]


def _item(item: ItemOf, known: Words) -> list[tuple[str, str]]:
    """Every field with its label, the unknown ones empty: they are to be filled in."""
    return [
        (known.of("fields", name), _shown(name, getattr(item, name), known)) for name in ItemOf.__dataclass_fields__
    ]


def _shown(name: str, value: Any, known: Words) -> str:
    if value in (None, ()):
        return ""
    if name == "batch":
        return "; ".join(value)
    if name == "disposition":
        return known.of("dispositions", value)
    if name == "defect_rate":
        return f"{100 * value:g}%"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _table(document: Any, rows: list[tuple[str, str]]) -> None:
    table = document.add_table(len(rows), 2)
    table.style = "Table Grid"
    table.columns[0].width, table.columns[1].width = Cm(5), Cm(12.4)
    for row, (label, value) in zip(table.rows, rows, strict=True):
        row.cells[0].width, row.cells[1].width = Cm(5), Cm(12.4)
        row.cells[0].text, row.cells[1].text = label, value
    document.add_paragraph()
