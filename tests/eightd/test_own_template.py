"""A company's own Word template: checked at the start, filled, and read back by its tags whatever its words are."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest

from intake.eightd.own_template import check
from intake.eightd.specimen import specimen
from intake.eightd.tags import LISTS, address_of
from storage.eight_d import Action, Axis, Cause, Containment, EightD, Level, Place
from templates import TemplateTrouble
from templates.eight_d import LANGUAGES
from tests.documents.controls import cells_of, put_control, said, tag_of, tagged, type_into, unwrapped
from tests.eightd.forms import BLANK, filled, own_template, printed, read, through_libreoffice

BEFORE = replace(
    BLANK,
    d3=replace(BLANK.d3, proof="见附件", rows=tuple(Containment(place, disposition="封存") for place in Place)),
    d4=replace(
        BLANK.d4,
        causes=(
            Cause(Axis.OCCURRENCE, text="导轨磨损", proof="复现 3/3"),
            Cause(Axis.OCCURRENCE, text="切屑堆积"),
            Cause(Axis.ESCAPE, Level.SYSTEMIC),
        ),
    ),
    d5=(
        Action("更换导轨", for_cause="磨损", done_on=date(2025, 11, 18)),
        Action("增加光源"),
        Action("更改点检表", owner="李雷"),
    ),
)


def _typed(document: Any) -> None:
    type_into(tagged(document, "d2.our_text"), "外圆轴向划伤", "45只均在同一侧")
    type_into(tagged(document, "d2.quantity_defective"), "1,045 只")
    type_into(tagged(document, "d3.rows.action", 4), "已隔离")
    type_into(tagged(document, "d3.rows.quantity_checked", 4), "300")
    type_into(tagged(document, "d3.clean_batch"), "B2609-07")
    type_into(tagged(document, "d4.escape.text"), "抽检未覆盖")
    type_into(tagged(document, "d5.1.owner"), "何军")
    type_into(tagged(document, "d5.2.text"), "增加同轴光源")


def _expected(before: EightD) -> EightD:
    rows = [
        replace(one, action="已隔离", quantity_checked=300) if one.place is Place.WIP else one for one in before.d3.rows
    ]
    first, second, escape = before.d4.causes
    one, two, three = before.d5
    return replace(
        before,
        d2=replace(before.d2, our_text="外圆轴向划伤\n45只均在同一侧", quantity_defective=1045),
        d3=replace(before.d3, clean_batch="B2609-07", rows=tuple(rows)),
        d4=replace(before.d4, causes=(first, second, replace(escape, text="抽检未覆盖"))),
        d5=(replace(one, owner="何军"), replace(two, text="增加同轴光源"), three),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_in_words_of_its_own_comes_back_field_by_field(tmp_path: Path, language: str) -> None:
    own_template(tmp_path, language)
    check(tmp_path)
    form = printed(BEFORE, language, folder=tmp_path)
    assert "切换批次" in [said(cell) for cell in cells_of(docx.Document(io.BytesIO(form)))]
    assert read(form, BEFORE, tmp_path) == (BEFORE, ()), "nothing was typed: what the form has no place for stays"
    assert read(filled(form, _typed), BEFORE, tmp_path) == (_expected(BEFORE), ())


def test_where_the_controls_are_lost_the_templates_own_labels_are_read(tmp_path: Path) -> None:
    own_template(tmp_path)
    form = filled(printed(BEFORE, folder=tmp_path), _typed)
    assert read(filled(form, unwrapped), BEFORE, tmp_path) == (_expected(BEFORE), ())
    assert read(through_libreoffice(form), BEFORE, tmp_path) == (_expected(BEFORE), ())


def test_rows_are_added_copied_and_taken_out_of_a_table_that_is_not_ours(tmp_path: Path) -> None:
    own_template(tmp_path)

    def change(document: Any) -> None:
        table = document.tables[0]
        rows = [row for row in table.rows if tag_of(row.cells[0]) == "d3.rows.place"]
        table._tbl.remove(rows[1]._tr)
        added = table.add_row()
        rows[5]._tr.addnext(added._tr)
        for cell, text in zip(added.cells, ("销售点", "苏州库已清点", "20", "孙销售"), strict=True):
            cell.text = text

    found, unread = read(filled(printed(BEFORE, folder=tmp_path), change), BEFORE, tmp_path)
    assert unread == ()
    assert [one.place for one in found.d3.rows] == [
        Place.CUSTOMER, Place.SALES_POINT, Place.FINISHED_STOCK, Place.WIP, Place.SUPPLIER, Place.SALES_POINT,
    ]  # fmt: skip
    assert found.d3.rows[-1] == Containment(Place.SALES_POINT, "苏州库已清点", quantity_checked=20, owner="孙销售")
    assert found.d5 == BEFORE.d5, "what stands below the added row is none"


def test_a_template_that_asks_less_takes_nothing_away(tmp_path: Path) -> None:
    """Columns, rows and steps that the company's form has no place for stay as they were."""
    own_template(tmp_path)
    everything = specimen("zh-CN")
    form = filled(printed(everything, folder=tmp_path), lambda one: type_into(tagged(one, "d3.clean_batch"), "B1"))
    found, unread = read(form, everything, tmp_path)
    assert unread == ()
    assert found == replace(everything, d3=replace(everything.d3, clean_batch="B1"))


# -------------------------------------------------------------------- what is wrong with a template


def _with(tag: str, text: str) -> Callable[[Any], object]:
    def change(document: Any) -> None:
        cell = document.tables[0].add_row().cells[1]
        cell.text = text
        put_control(cell, tag)

    return change


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_with("d3.clean_bach", "{{ d3.clean_batch }}"), "The tag 'd3.clean_bach' names no field of the 8D"),
        (_with("d4.cause.text", "{{ d4.escape.text }}"), "The tag 'd4.cause.text' names no field of the 8D"),
        (_with("d3.mark", "{{ d3.method }}"), "The control 'd3.mark' holds {{ d3.method }}"),
        (_with("d8.review", ""), "The control 'd8.review' holds no place"),
        (_with("d3.mark", "标识：{{ d3.mark }}"), "Beside the control 'd3.mark' its cell says '标识：'"),
        (lambda document: document.add_paragraph("{{ d3.cleanbatch }}"), "The template cannot be filled"),
        (lambda document: document.add_paragraph("{% if full %}"), "The template cannot be filled"),
        (lambda document: document.add_paragraph("{{ d5.99.text }}"), "The template cannot be filled"),
    ],
)
def test_a_broken_template_is_refused_in_one_line(tmp_path: Path, change: Callable[[Any], object], why: str) -> None:
    path = own_template(tmp_path, change=change)
    with pytest.raises(TemplateTrouble) as refused:
        check(tmp_path)
    said = str(refused.value)
    assert said.startswith(why)
    assert str(path) in said
    assert "\n" not in said


def test_files_that_are_no_templates_are_named(tmp_path: Path) -> None:
    path = own_template(tmp_path)
    (path.parent / "~$-CN.docx").write_bytes(b"Word has it open")
    check(tmp_path)
    path.write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(TemplateTrouble, match="no Word document that can be opened"):
        check(tmp_path)
    path.rename(path.with_name("zh.docx"))
    with pytest.raises(TemplateTrouble, match=r"'zh.docx' is no template of the 8D"):
        check(tmp_path)


def test_controls_of_other_programs_are_let_be(tmp_path: Path) -> None:
    own_template(tmp_path, change=_with("goog_rdk_12", "版本 A"))
    check(tmp_path)


@pytest.mark.parametrize(
    ("tag", "known"),
    [
        ("d3.clean_batch", True), ("head.customer", True), ("d1.leader.name", True), ("d1.members.2.phone", True),
        ("d3.wip.quantity_checked", True), ("d4.escape.text", True), ("d4.2.whys", True), ("d5.1.position", True),
        ("d5.2.owner", True), ("d6.1.done_on", True), ("d6.rows.position", True), ("d7.pfmea.changed", True),
        *((f"{name}.{column}", True) for name, columns in LISTS.items() for column in sorted(columns)),
        ("d3.rows", False), ("d3", False), ("", False), ("d3.nowhere.action", False), ("d6.1.text", False),
        ("d9.review", False), ("d5.rows.colour", False), ("d1.boss.name", False), ("D3.clean_batch", False),
    ],
)  # fmt: skip
def test_a_tag_names_a_field_or_none(tag: str, known: bool) -> None:
    assert (address_of(tag) is not None) is known
