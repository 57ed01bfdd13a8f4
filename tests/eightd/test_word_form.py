"""The 8D as a Word form: printed, filled in by hand as people do, and read back equal, field by field."""

import io
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from intake.eightd.cells import wordable
from intake.eightd.readback import eight_d_of
from intake.eightd.word import word_report
from parsers.own_forms import own_form
from storage.eight_d import (
    D0,
    D1,
    D2,
    D3,
    D4,
    D6,
    D7,
    D8,
    Action,
    Axis,
    Cause,
    Change,
    Containment,
    Document,
    EightD,
    Head,
    Level,
    Member,
    Place,
    Report,
    ReportState,
)
from templates.eight_d import labels, template
from templates.eight_d.draw import ROWS, SCALARS, WIDTH, draw

LANGUAGES = ("zh-CN", "zh-TW", "en")
TODAY = date(2025, 11, 20)
LARGE = 100_000_000


def _printed(report: EightD, language: str, first: bool = False) -> bytes:
    kept = Report("KS-202511-0001", 2, report, ReportState.DRAFT, "li@example.com", datetime(2025, 11, 20, tzinfo=UTC))
    return word_report(kept, "苏州示例精密有限公司", language, first)


def _read(content: bytes, before: EightD | None = None) -> tuple[EightD, tuple[Any, ...]]:
    form = own_form("8D.docx", content, LARGE)
    assert form is not None and form.kind == "8d"
    found = eight_d_of(form, TODAY, before)
    assert found is not None
    return found


# -------------------------------------------------------------------- any report comes back equal

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(wordable)
HOSTILE = st.sampled_from(
    ["{{7*7}}", "{% raw %}", "<w:p/>", "A & B", "😀", "a\nb", "]]>", "{%tr endfor %}", "=1+1", "\u202eevil"]
)
FIGURE = st.none() | st.integers(0, 10**9).map(float) | st.sampled_from([0.5, 95.25, 1200.0])
DAY = st.none() | st.dates(date(1990, 1, 1), date(2100, 1, 1))


def _strategy(kind: type[Any]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    return st.builds(kind, **{each.name: _value(hints[each.name]) for each in fields(kind)})


def _value(hint: Any) -> st.SearchStrategy[Any]:
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        listed = st.lists(
            TEXT.filter(bool).filter(lambda line: "\n" not in line) if inner is str else _value(inner), max_size=3
        )
        return listed.map(tuple)
    options = get_args(hint)
    if options:
        kind = next(one for one in options if one is not type(None))
        return FIGURE if kind is float else DAY if kind is date else st.none() | _value(kind)
    if hint is str:
        return TEXT | HOSTILE.map(wordable)
    if hint is bool:
        return st.booleans()
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return st.sampled_from(hint)
    assert is_dataclass(hint)
    return _strategy(hint)


def _said(report: EightD) -> EightD:
    """Without what a form cannot tell from nothing: rows that say nothing at all."""
    members = tuple(member for member in report.d1.members if member != Member())
    causes = tuple(cause for cause in report.d4.causes)
    actions = tuple(action for action in report.d5 if action != Action())
    return replace(report, d1=replace(report.d1, members=members), d4=replace(report.d4, causes=causes), d5=actions)


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a report is large: shrinking one takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)
@given(report=_strategy(EightD), language=st.sampled_from(LANGUAGES))
def test_any_report_comes_back_equal_whatever_it_says(report: EightD, language: str) -> None:
    report = _said(report)
    found, unread = _read(_printed(report, language))
    assert unread == ()
    for part in fields(EightD):
        assert getattr(found, part.name) == getattr(report, part.name), part.name


# -------------------------------------------------------------------- as people fill it in

BLANK = EightD(
    head=Head(complaint="KS-202511-0001", customer="某某电器有限公司"),
    d1=D1(leader=Member("何军", "质量部")),
    d2=D2(defect="表面划伤", batches=("B2609-01",), quantity_shipped=1200),
    d3=D3(rows=tuple(Containment(place) for place in Place)),
    d4=replace(EightD().d4, causes=(Cause(Axis.OCCURRENCE), Cause(Axis.ESCAPE, Level.SYSTEMIC))),
    d5=(Action("更换导轨"),),
    d7=D7(tuple(Change(document) for document in Document)),
)


def _cell(document: Any, heading_words: str, label: str, step: int = 1) -> Any:
    """The cell beside the label, as a person finds it by looking."""
    for table in document.tables:
        for row in table.rows:
            cells = list(dict.fromkeys(row.cells))
            for position, cell in enumerate(cells[:-step]):
                if cell.text == label:
                    return cells[position + step]
    raise AssertionError(label)


def _table(document: Any, first: str) -> Any:
    return next(table for table in document.tables if table.rows[0].cells[0].text == first)


def _with_column(document: Any, column: str) -> Any:
    """The table that has this column."""
    return next(table for table in document.tables if column in [cell.text for cell in table.rows[0].cells])


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_people_type_into_word_is_read(language: str) -> None:
    known = labels(language)
    document = docx.Document(io.BytesIO(_printed(BLANK, language)))
    _cell(document, "D3", known["d3"]["clean_batch"]).text = "B2609-07 "
    _cell(document, "D3", known["d3"]["clean_date"]).text = "2025年11月14日" if language != "en" else "14 November 2025"
    _cell(document, "D2", known["d2"]["quantity_defective"]).text = "1,045"
    _cell(document, "D4", known["d4"]["no_fault_found"]).text = "☐"
    contained = _table(document, known["d3"]["place"])
    contained.rows[1].cells[1].text = "已隔离"
    contained.rows[1].cells[3].text = "1200 pcs"
    causes = _table(document, known["d4"]["axis"])
    causes.rows[1].cells[2].text = "导轨磨损"
    causes.rows[1].cells[3].text = "划痕\n毛刺\n磨损"
    added = _table(document, known["d5"]["position"]).add_row()
    for cell, text in zip(added.cells, ("", "增加光源", "", "300", "100%", "", "何军", "2025/11/19"), strict=True):
        cell.text = text
    team = _table(document, known["d1"]["kind"]).add_row()
    for cell, text in zip(team.cells, (known["kinds"]["member"], "李雷", "分厂", "", "", ""), strict=True):
        cell.text = text
    _table(document, known["d7"]["document"])._tbl.remove(_table(document, known["d7"]["document"]).rows[3]._tr)
    saved = io.BytesIO()
    document.core_properties.identifier = ""  # saved by a program that drops it
    document.save(saved)

    found, unread = _read(saved.getvalue())
    assert unread == ()
    assert (found.d3.clean_batch, found.d3.clean_date) == ("B2609-07", date(2025, 11, 14))
    assert (found.d2.quantity_defective, found.d2.quantity_shipped) == (1045, 1200)
    assert (found.d3.rows[0].action, found.d3.rows[0].quantity_checked) == ("已隔离", 1200)
    assert found.d4.causes[0].whys == ("划痕", "毛刺", "磨损")
    assert found.d4.causes[1] == Cause(Axis.ESCAPE, Level.SYSTEMIC)
    assert found.d5[1] == Action(
        "增加光源", verified_quantity=300, verified_effect=100, owner="何军", planned_on=date(2025, 11, 19)
    )
    assert found.d1.members == (Member("李雷", "分厂"),)
    assert len(found.d7.documents) == len(Document) - 1
    assert found.d4.no_fault_found is False


def test_what_cannot_be_read_is_named_and_stays_as_it_was() -> None:
    document = docx.Document(io.BytesIO(_printed(BLANK, "zh-CN")))
    _cell(document, "D2", "投诉数量").text = "很多"
    _cell(document, "D2", "发货数量").text = "9" * 400
    _cell(document, "D3", "断点日期").text = "下次"
    saved = io.BytesIO()
    document.save(saved)
    found, unread = _read(saved.getvalue())
    assert [one.field for one in unread] == [
        "d2.quantity_complained",
        "d2.quantity_shipped",
        "d3.clean_date",
    ]
    assert (found.d2.quantity_complained, found.d3.clean_date) == (None, None)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("identifier", ["intake-8d/1", ""])
def test_a_first_report_that_comes_back_leaves_the_later_steps_as_they_are(language: str, identifier: str) -> None:
    before = replace(
        BLANK,
        d5=(Action("更换导轨", owner="李雷", done_on=date(2025, 11, 18), validation="三批，0不良"),),
        d8=replace(BLANK.d8, review="完成"),
    )
    document = docx.Document(io.BytesIO(_printed(before, language, first=True)))
    _cell(document, "D3", labels(language)["d3"]["clean_batch"]).text = "B2609-07"
    document.core_properties.identifier = identifier
    saved = io.BytesIO()
    document.save(saved)
    found, unread = _read(saved.getvalue(), before)
    assert unread == ()
    assert found == replace(before, d3=replace(before.d3, clean_batch="B2609-07"))


def test_a_lost_table_leaves_what_it_held_before() -> None:
    before = replace(BLANK, d5=(Action("更换导轨", done_on=date(2025, 11, 18), validated_by="何军"),))
    document = docx.Document(io.BytesIO(_printed(before, "zh-CN")))
    lost = _with_column(document, "实际完成日")._tbl
    lost.getparent().remove(lost)
    saved = io.BytesIO()
    document.save(saved)
    assert _read(saved.getvalue(), before) == (before, ())


def test_an_implementation_without_its_action_is_named() -> None:
    document = docx.Document(io.BytesIO(_printed(BLANK, "zh-CN")))
    for cell, text in zip(
        _with_column(document, "实际完成日").add_row().cells, ("9", "2025-11-19", "B3"), strict=False
    ):
        cell.text = text
    saved = io.BytesIO()
    document.save(saved)
    assert [one.field for one in _read(saved.getvalue())[1]] == ["d6.9"]


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TRACKED = f"""<w:p {_W}><w:del w:id="1" w:author="x"><w:r><w:delText>B1</w:delText></w:r></w:del>
<w:ins w:id="2" w:author="x"><w:r><w:t>B2</w:t></w:r></w:ins></w:p>"""
CONTROL = f"""<w:p {_W}><w:sdt><w:sdtPr/><w:sdtContent><w:r><w:t>B2</w:t></w:r></w:sdtContent></w:sdt></w:p>"""
PROMPT = f"""<w:p {_W}><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>Click here</w:t></w:r></w:sdtContent>
</w:sdt></w:p>"""


@pytest.mark.parametrize(("typed", "read"), [(TRACKED, "B2"), (CONTROL, "B2"), (PROMPT, "")])
def test_tracked_changes_count_and_controls_are_looked_into(typed: str, read: str) -> None:
    document = docx.Document(io.BytesIO(_printed(BLANK, "en")))
    cell = _cell(document, "D3", "Clean lot")
    cell._tc.replace(cell._tc.find(qn("w:p")), parse_xml(typed))
    saved = io.BytesIO()
    document.save(saved)
    found, unread = _read(saved.getvalue())
    assert (found.d3.clean_batch, unread) == (read, ())


def test_a_row_whose_deletion_is_tracked_is_deleted() -> None:
    report = replace(BLANK, d5=(Action("更换导轨"), Action("增加光源")))
    document = docx.Document(io.BytesIO(_printed(report, "zh-CN")))
    row = _table(document, "序号").rows[1]._tr
    row.insert(0, parse_xml(f'<w:trPr {_W}><w:del w:id="1" w:author="x"/></w:trPr>'))
    saved = io.BytesIO()
    document.save(saved)
    assert _read(saved.getvalue())[0].d5 == (Action("增加光源"),)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"%PDF-1.4"])
def test_a_damaged_file_is_no_form(content: bytes) -> None:
    assert own_form("x.docx", content, LARGE) is None


def test_a_customers_letter_in_word_is_no_form_of_ours() -> None:
    document = docx.Document()
    document.add_paragraph("产品名称：轴承座")
    saved = io.BytesIO()
    document.save(saved)
    assert own_form("x.docx", saved.getvalue(), LARGE) is None


# -------------------------------------------------------------------- the drawn templates


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_committed_template_is_the_drawn_one(language: str, tmp_path: Path) -> None:
    draw(language, tmp_path / "drawn.docx")
    drawn, committed = (docx.Document(str(path)) for path in (tmp_path / "drawn.docx", template(language)))
    for one, other in ((drawn.element, committed.element), (_header(drawn), _header(committed))):
        assert one.xml == other.xml, "run `python -m templates.eight_d.draw` and commit what it draws"


def _header(document: Any) -> Any:
    return document.sections[0].header._element


@pytest.mark.parametrize("section", ROWS)
def test_the_columns_of_a_table_fill_the_width_of_the_page(section: str) -> None:
    assert sum(width for _, width in ROWS[section][1]) == pytest.approx(WIDTH)


def test_every_field_of_the_report_has_its_place_on_the_form() -> None:
    printed = {f"{section}.{name}" for section, lines in SCALARS.items() for line in lines for name in line}
    printed |= {f"{section}.{column}" for section, (_, columns) in ROWS.items() for column, _ in columns}
    parts = {
        "head": Head,
        "d0": D0,
        "d1": Member,
        "d2": D2,
        "d3": D3,
        "d4": D4,
        "d5": Action,
        "d6": D6,
        "d7": D7,
        "d8": D8,
    }
    asked = {f"{section}.{each.name}" for section, kind in parts.items() for each in fields(kind)}
    asked |= {f"{section}.{each.name}" for section, kind in ROW_KINDS.items() for each in fields(kind)}
    lists = {"d3.rows", "d4.causes", "d7.documents"}
    in_d6 = {f"d5.{name}" for name in ("done_on", "effective_batch", "validation", "validated_by")}
    assert asked - lists - in_d6 <= printed
    assert {name.replace("d5", "d6") for name in in_d6} <= printed


ROW_KINDS: dict[str, type[Any]] = {"d3": Containment, "d4": Cause, "d7": Change}
