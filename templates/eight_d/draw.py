"""Draws the Word templates of the 8D form, one a language, from the labels: `python -m templates.eight_d.draw`.

The values are Jinja places that docxtpl fills (`intake.eightd.word`); rows of tables repeat by `{%tr for … %}`. Around
each stands a content control whose tag is the field's name: by it the form is read when it comes back
(`intake.eightd.tags`). The three files are committed: a company may change theirs in Word, and lays them into its own
templates folder.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from templates.eight_d import HERE, LANGUAGES, Labels, labels

LATIN = "Arial"
EAST_ASIAN = {"zh-CN": "Microsoft YaHei", "zh-TW": "Microsoft JhengHei", "en": "Microsoft YaHei"}
LABEL = {"zh-CN": 2.8, "zh-TW": 2.8, "en": 3.6}  # cm of a label beside its value
BLUE, PALE = RGBColor(0x1D, 0x5B, 0x86), "EEF3F7"
WIDTH = 18.0  # cm between the margins of A4

# Scalar fields of each section, two a line; a name alone has the whole line.
SCALARS: dict[str, Sequence[tuple[str, ...]]] = {
    "head": (
        ("number", "complaint"), ("customer", "customer_reference"), ("plant", "contact"), ("supplier", "supplier_no"),
        ("product", "model"), ("part_no", "customer_part_no"), ("drawing", "vehicle"), ("received", "started"),
        ("first_due", "full_due"), ("severity", "repeat"),
    ),
    "d0": (("symptom",), ("emergency_response",), ("emergency_effect", "safety_relevant"), ("informed",)),
    "d2": (
        ("customer_text",), ("our_text",), ("defect",), ("where_found", "found_on"),
        ("quantity_complained", "quantity_shipped"), ("quantity_checked", "quantity_defective"),
        ("quantity_returned", "batches"), ("serials", "order_no"), ("production_date", "ship_date"),
        ("requirement", "measured"), ("effect",), ("is_text",), ("is_not_text",), ("similar_products",), ("risk",),
    ),
    "d3": (
        ("method", "effect"), ("proof",), ("start", "clean_date"), ("clean_batch", "mark"), ("informed",),
    ),
    "d4": (("no_fault_found", "documents_checked"), ("tests",)),
    "d6": (("containment_lifted_on",), ("customer_approval_needed", "customer_approved_on")),
    "d7": (("read_across",), ("lessons",)),
    "d8": (
        ("review",), ("accepted_by", "accepted_on"), ("costs",), ("recognition",), ("closed_on", "author"),
        ("reviewer", "approver"),
    ),
}  # fmt: skip
SIGNED = {"author", "reviewer", "approver"}  # by hand, on paper: their lines are higher

# Tables whose rows repeat: the name of the list in the data, and its columns with their widths in cm.
ROWS: dict[str, tuple[str, Sequence[tuple[str, float]]]] = {
    "d1": ("people", (("kind", 2.4), ("name", 2.6), ("department", 3), ("role", 3.4), ("phone", 3), ("email", 3.6))),
    "d3": (
        "rows",
        (("place", 2), ("action", 4.0), ("quantity_suspect", 1.8), ("quantity_checked", 1.6), ("quantity_found", 1.6),
         ("disposition", 2.6), ("owner", 2), ("done_on", 2.4)),
    ),
    "d4": (
        "causes",
        (("axis", 2.2), ("level", 1.8), ("text", 2.9), ("whys", 2.9), ("category", 2.1), ("share", 1.2), ("proof", 1.9),
         ("evidence", 1.5), ("department", 1.5)),
    ),
    "d5": (
        "rows",
        (("position", 1), ("text", 3.8), ("for_cause", 2.6), ("verified_quantity", 1.8), ("verified_effect", 1.8),
         ("side_effects", 2.6), ("owner", 2), ("planned_on", 2.4)),
    ),
    "d6": (
        "rows",
        (("position", 1.2), ("done_on", 3), ("effective_batch", 4), ("validation", 6.8), ("validated_by", 3)),
    ),
    "d7": (
        "documents",
        (("document", 3), ("changed", 1.8), ("number", 3.4), ("revision", 2), ("changed_on", 2.8), ("reason", 5)),
    ),
}  # fmt: skip
NAMED = ("d1", "d3", "d7")  # their rows are known by a word: the leader, a place, a document


def draw(language: str, to: Path) -> None:
    """Writes the template of a language."""
    known = labels(language)
    document = _page(language)
    _heading(document, "{{ company }}", 11)
    _heading(document, known["words"]["title"], 17)
    kind = f"{{% if full %}}{known['words']['full']}{{% else %}}{known['words']['first']}{{% endif %}}"
    _heading(document, f"{kind}    {known['words']['revision']} {{{{ revision }}}}", 11)
    _scalars(document, "head", known, language)
    for number in range(9):
        section = f"d{number}"
        if number == 4:
            document.add_paragraph("{%p if full %}")
        _heading(document, f"D{number}  {known['sections'][section]}", 13, section=True)
        if section in ROWS:
            _rows(document, section, known)
        if section in SCALARS:
            _scalars(document, section, known, language)
    document.add_paragraph("{%p else %}")
    due = f"{known['head']['full_due']}: {{{{ head.full_due }}}}"
    document.add_paragraph(f"{known['words']['follows']}{{% if head.full_due %}}  {due}{{% endif %}}")
    document.add_paragraph("{%p endif %}")
    document.save(str(to))


def _page(language: str) -> Any:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.5)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(1.8)
    section.header_distance = section.footer_distance = Cm(0.9)
    style = document.styles["Normal"]
    style.font.size = Pt(9)
    style.font.name = LATIN
    style.element.rPr.rFonts.set(qn("w:eastAsia"), EAST_ASIAN[language])
    style.paragraph_format.space_after = Pt(2)
    header = section.header.paragraphs[0]
    header.paragraph_format.tab_stops.clear_all()
    header.paragraph_format.tab_stops.add_tab_stop(Cm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    header.style = style
    header.add_run("{{ company }}\t{{ head.number or head.complaint }}  R{{ revision }}").font.size = Pt(8)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(footer, "PAGE")
    footer.add_run(" / ")
    _field(footer, "NUMPAGES")
    document.core_properties.identifier = "intake-8d/1"
    document.core_properties.language = language
    document.core_properties.title = labels(language)["words"]["title"]
    document.core_properties.author = ""
    document.core_properties.comments = ""
    return document


def _field(paragraph: Any, instruction: str) -> None:
    for kind, text in (("begin", None), (None, instruction), ("end", None)):
        if kind is not None:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.text = text
        paragraph.add_run()._r.append(part)


def _heading(document: Any, text: str, size: float, section: bool = False) -> None:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), size > 11, BLUE
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_before = Pt(10 if section else 0)
    if not section:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_after = Pt(4)


def _table(document: Any, rows: int, widths: Sequence[float]) -> Any:
    table = document.add_table(rows, len(widths))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _narrow_margins(table)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)
    return table


def _narrow_margins(table: Any) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "70")  # twentieths of a point: 1.2 mm
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    look.addprevious(margins)  # the schema fixes their order


def _label(cell: Any, text: str) -> None:
    cell.text = text
    for run in cell.paragraphs[0].runs:
        run.font.color.rgb = RGBColor(0x3C, 0x4B, 0x57)
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), PALE)
    cell._tc.get_or_add_tcPr().append(shade)


def _control(cell: Any, tag: str, title: str, locked: bool) -> None:
    """Puts a content control around the words of a cell. `locked`: Word does not let it be deleted; rows of lists
    must be.
    """
    control = OxmlElement("w:sdt")
    properties = OxmlElement("w:sdtPr")
    told = [("alias", title), ("tag", tag), *([("lock", "sdtLocked")] if locked else [])]
    for name, value in told:
        one = OxmlElement(f"w:{name}")
        one.set(qn("w:val"), value)
        properties.append(one)
    content = OxmlElement("w:sdtContent")
    control.extend((properties, content))
    paragraph = cell.paragraphs[0]._p
    content.extend(paragraph.findall(qn("w:r")))
    paragraph.append(control)


def _whole(row: Any) -> None:
    """The row is not torn by the end of a page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _gap(document: Any) -> None:
    """Tables that follow each other need a paragraph between, or Word makes one of them."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(6)


def _scalars(document: Any, section: str, known: Labels, language: str) -> None:
    lines, label = SCALARS[section], LABEL[language]
    value = WIDTH / 2 - label
    table = _table(document, len(lines), (label, value, label, value))
    for number, (row, names) in enumerate(zip(table.rows, lines, strict=True), 1):
        _whole(row)
        if not SIGNED.isdisjoint(names):
            row.height = Cm(0.9)
        for position, name in enumerate(names):
            _label(row.cells[position * 2], known[section][name])
            row.cells[position * 2 + 1].text = f"{{{{ {section}.{name} }}}}"
        if len(names) == 1:
            row.cells[1].merge(row.cells[3])
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = number < len(lines)
        for position, name in enumerate(names):
            _control(row.cells[position * 2 + 1], f"{section}.{name}", known[section][name], locked=True)
    _gap(document)


def _rows(document: Any, section: str, known: Labels) -> None:
    name, columns = ROWS[section]
    table = _table(document, 4, [width for _, width in columns])
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell, (column, _) in zip(table.rows[0].cells, columns, strict=True):
        _label(cell, known[section][column])
        cell.paragraphs[0].paragraph_format.keep_with_next = True
    table.rows[1].cells[0].text = f"{{%tr for row in {section}.{name} %}}"
    _whole(table.rows[2])
    for cell, (column, _) in zip(table.rows[2].cells, columns, strict=True):
        cell.text = f"{{{{ row.{column} }}}}"
        cell.paragraphs[0].paragraph_format.keep_with_next = section == "d3"  # its six places stand on one page
    table.rows[3].cells[0].text = "{%tr endfor %}"
    for row in table.rows:
        for cell in row.cells:
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(8)
    for cell, (column, _) in zip(table.rows[2].cells, columns, strict=True):
        row = "{{ row.key }}" if section in NAMED else name
        _control(cell, f"{section}.{row}.{column}", known[section][column], locked=False)
    _gap(document)


if __name__ == "__main__":
    for each in LANGUAGES:
        draw(each, HERE / f"{each}.docx")
