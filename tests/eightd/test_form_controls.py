"""The content controls of the shipped forms: they carry the field through whatever people and programs do to a form."""

import io
from dataclasses import replace
from datetime import date
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn

from intake.eightd.belongs import why_not_of
from intake.eightd.specimen import specimen
from intake.eightd.tags import address_of
from parsers.own_forms import own_form
from parsers.results import OwnForm
from storage.eight_d import Action, Axis, Cause, EightD, Level, Member, Place
from storage.records import Record
from templates.eight_d import LANGUAGES
from tests.documents.controls import cells_of, control, said, tag_of, tagged, type_into, unwrapped
from tests.eightd.forms import BLANK, LARGE, NUMBER, filled, printed, read, through_libreoffice
from tests.storage.samples import record

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OTHER_LABELS = "Feld"


def _relabelled(document: Any) -> None:
    """Every word that the form prints is another one."""
    for cell in cells_of(document):
        if not tag_of(cell):
            cell.text = OTHER_LABELS
    for paragraph in document.paragraphs:
        paragraph.text = ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_stands_in_a_control_of_its_field(language: str) -> None:
    document = docx.Document(io.BytesIO(printed(specimen(language), language)))
    tags = [tag_of(cell) for cell in cells_of(document) if tag_of(cell)]
    assert [tag for tag in tags if address_of(tag) is None] == []
    assert {"d3.clean_batch", "d1.leader.name", "d1.members.name", "d3.wip.action", "d4.causes.text"} <= set(tags)
    assert {"d5.rows.owner", "d6.rows.done_on", "d7.pfmea.changed", "head.complaint"} <= set(tags)
    empty = [said(cell) for cell in cells_of(document) if not tag_of(cell) and not said(cell)]
    assert empty == [], "a cell without control would be a value that is known by its label alone"


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_the_labels_say_the_report_comes_back_equal(language: str) -> None:
    report = replace(specimen(language), head=EightD().head)
    found, unread = read(filled(printed(report, language), _relabelled))
    assert unread == ()
    assert found == report


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_that_went_through_libreoffice_comes_back_equal(language: str) -> None:
    report = specimen(language)
    report = replace(report, d2=replace(report.d2, our_text="外圆ab划伤12只\n第二行\n\n第四行"))
    assert read(through_libreoffice(printed(report, language))) == (report, ())


def _typed(document: Any) -> None:
    type_into(tagged(document, "d3.clean_batch"), "B2609-07 ")
    type_into(tagged(document, "d3.clean_date"), "2025年11月14日")
    type_into(tagged(document, "d2.our_text"), "外圆轴向划伤，长3–8毫米", "45只均在同一侧", "无锈蚀")
    type_into(tagged(document, "d4.causes.text"), "导轨磨损")
    type_into(tagged(document, "d4.causes.whys"), "划痕", "毛刺", "磨损")
    type_into(tagged(document, "d3.wip.quantity_checked"), "1,200 只")
    team = tagged(document, "d1.leader.name")._parent
    for cell, text in zip(team.add_row().cells, ("组员", "李雷", "分厂", "", "", ""), strict=True):
        cell.text = text
    actions = tagged(document, "d5.rows.text")._parent
    added = ("", "增加光源", "", "300", "100%", "", "何军", "2025/11/19")
    for cell, text in zip(actions.add_row().cells, added, strict=True):
        cell.text = text


def _check_typed(content: bytes) -> None:
    found, unread = read(content, BLANK)
    assert unread == ()
    assert (found.d3.clean_batch, found.d3.clean_date) == ("B2609-07", date(2025, 11, 14))
    assert found.d2.our_text == "外圆轴向划伤，长3–8毫米\n45只均在同一侧\n无锈蚀"
    assert found.d4.causes[0] == Cause(Axis.OCCURRENCE, text="导轨磨损", whys=("划痕", "毛刺", "磨损"))
    assert found.d4.causes[1] == Cause(Axis.ESCAPE, Level.SYSTEMIC)
    wip = next(one for one in found.d3.rows if one.place is Place.WIP)
    assert wip.quantity_checked == 1200
    assert found.d1.members == (Member("李雷", "分厂"),)
    new = Action("增加光源", verified_quantity=300, verified_effect=100, owner="何军", planned_on=date(2025, 11, 19))
    assert found.d5 == (Action("更换导轨"), new)


def test_what_is_typed_is_read_with_controls_without_them_and_after_libreoffice() -> None:
    form = filled(printed(BLANK), _typed)
    _check_typed(form)
    _check_typed(filled(printed(BLANK), _relabelled, _typed))
    _check_typed(filled(form, unwrapped))
    _check_typed(through_libreoffice(form))


def test_a_deleted_control_leaves_its_cell_to_its_label_or_its_column() -> None:
    def change(document: Any) -> None:
        _typed(document)
        for tag in ("d3.clean_batch", "d3.wip.quantity_checked", "d4.causes.whys"):
            cell = tagged(document, tag)
            cell.text = said(cell)

    _check_typed(filled(printed(BLANK), change))


def test_what_is_typed_beside_a_control_is_meant_too() -> None:
    def change(document: Any) -> None:
        control(tagged(document, "d3.mark")).addnext(parse_xml(f"<w:r {W}><w:t>绿色圆点</w:t></w:r>"))

    assert read(filled(printed(BLANK), change))[0].d3.mark == "绿色圆点"


def _row(document: Any, tag: str, turn: int = 0) -> Any:
    return next(tagged(document, tag, turn)._tc.iterancestors(qn("w:tr")))


def test_rows_are_copied_taken_out_and_moved() -> None:
    report = replace(BLANK, d5=(Action("更换导轨"), Action("增加光源"), Action("更改点检表")))

    def change(document: Any) -> None:
        rows = [_row(document, "d5.rows.text", turn) for turn in range(3)]
        table, copy = rows[0].getparent(), parse_xml(rows[1].xml)
        rows[2].addnext(copy)  # Word copies the controls with the row
        table.remove(rows[0])
        places = _row(document, "d3.customer.action")
        places.getparent().remove(places)
        type_into(tagged(document, "d3.wip.place"), "在制品（二车间）")

    found, unread = read(filled(printed(report), change, _relabelled), report)
    assert [one.text for one in found.d5] == ["增加光源", "更改点检表", "增加光源"]
    assert [one.place for one in found.d3.rows] == [one for one in Place if one is not Place.CUSTOMER]
    assert unread == ()


TRACKED = f"""<w:sdtContent {W}><w:del w:id="1" w:author="x"><w:r><w:delText>B1</w:delText></w:r></w:del>
<w:ins w:id="2" w:author="x"><w:r><w:t>B2</w:t></w:r></w:ins></w:sdtContent>"""


def test_tracked_changes_in_a_control_count() -> None:
    def change(document: Any) -> None:
        found = control(tagged(document, "d3.clean_batch"))
        found.replace(found.find(qn("w:sdtContent")), parse_xml(TRACKED))

    assert read(filled(printed(BLANK), change, _relabelled))[0].d3.clean_batch == "B2"


def test_the_prompt_of_an_emptied_control_is_no_value() -> None:
    report = replace(BLANK, d3=replace(BLANK.d3, clean_batch="B1", mark="红"))

    def change(document: Any) -> None:
        for tag in ("d3.clean_batch", "d3.mark"):
            type_into(tagged(document, tag), "单击或点击此处输入文字。")
            control(tagged(document, tag)).find(qn("w:sdtPr")).append(OxmlElement("w:showingPlcHdr"))

    found, unread = read(filled(printed(report), change), report)
    assert (found.d3.clean_batch, found.d3.mark, unread) == ("", "", ())


def test_controls_around_cells_and_rows_are_looked_into() -> None:
    """As Word puts them where a whole cell or a repeating row was chosen."""

    def change(document: Any) -> None:
        _typed(document)
        for tag, around in (("d3.clean_batch", "w:tc"), ("d5.rows.text", "w:tr")):
            cell = tagged(document, tag)
            chosen = next(cell._tc.iterancestors(qn(around)), cell._tc)
            name = tag if around == "w:tc" else "Aktionen"
            made = parse_xml(f'<w:sdt {W}><w:sdtPr><w:tag w:val="{name}"/></w:sdtPr><w:sdtContent/></w:sdt>')
            if around == "w:tc":
                cell.text = said(cell)
            chosen.addprevious(made)
            made[1].append(chosen)

    _check_typed(filled(printed(BLANK), change))


# -------------------------------------------------------------------- whose form it is


def _form(content: bytes) -> OwnForm:
    form = own_form("8D.docx", content, LARGE)
    assert form is not None
    return form


def _known(number: str) -> Record | None:
    """KS-202511-0009 was merged into NUMBER."""
    numbers = {NUMBER: NUMBER, "KS-202511-0009": NUMBER, "KS-202511-0002": "KS-202511-0002"}
    return record(number=numbers[number]) if number in numbers else None


def test_a_form_says_for_which_record_and_revision_it_was_printed() -> None:
    printed_form = printed(BLANK)
    for content in (printed_form, through_libreoffice(printed_form)):
        assert (_form(content).record, _form(content).revision) == (NUMBER, 2)


def test_a_form_of_another_record_or_of_an_earlier_revision_is_not_taken() -> None:
    form = _form(printed(BLANK))
    assert why_not_of(form, NUMBER, 0, _known) is None
    assert why_not_of(form, NUMBER, 2, _known) is None
    assert why_not_of(replace(form, record="KS-202511-0009"), NUMBER, 2, _known) is None
    assert why_not_of(replace(form, record="", revision=0), NUMBER, 7, _known) is None
    for other in ("KS-202511-0002", "KS-202511-0777"):
        why = why_not_of(replace(form, record=other), NUMBER, 2, _known)
        assert why is not None
        assert why[0] == f"This form was printed for {other}, not for {NUMBER}."
    why = why_not_of(form, NUMBER, 3, _known)
    assert why is not None
    assert why[0] == "This form is of revision 2; revision 3 stands by now."
