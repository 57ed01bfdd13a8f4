"""The 8D form filled in by hand in Word and mailed in: it comes back out equal, field by field."""

import io
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx

from intake.commands.report_files import export_report, set_form, write_slip
from intake.importing import import_file
from storage.eight_d import Place
from tests.documents.controls import cells_of, said, tagged, type_into
from tests.eightd.forms import own_template
from tests.service.world import World, answer_to, mail
from tests.stories.story import Story

LILEI = "李雷 <lilei@example.com>"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPED = {
    "检查方法": "目视加高度规",
    "断点批号": "B2609-07",
    "断点日期": "2025年11月14日",
    "标识方法": "外箱绿色圆点",
    "我方描述": "外圆轴向划伤，长3–8毫米\n45只均在同一侧",
    "发现地点": "客户装配线",
    "检查数量": "1,200",
    "横向展开": "HX-100、HX-300 已检查",
}


def _export(story: Story, number: str, name: str) -> Path:
    file = story.world.folder / name
    export_report(story.actions, number, file, "zh-CN", first=False)
    return file


def _filled(content: bytes) -> bytes:
    """As a person fills it: a word beside each label, figures in the rows, one row more."""
    document = docx.Document(io.BytesIO(content))
    for table in document.tables:
        for row in table.rows:
            cells = list(dict.fromkeys(row.cells))
            for label, value in pairwise(cells):
                if label.text in TYPED:
                    type_into(value, TYPED[label.text])
    places = next(table for table in document.tables if table.rows[0].cells[0].text == "地点")
    for row, figures in zip(places.rows[1:], ("1200", "0", "0", "300", "80", "0"), strict=True):
        for cell, text in zip(row.cells[1:4], ("已检", figures, figures), strict=True):
            type_into(cell, text)
    actions = next(table for table in document.tables if "纠正措施" in [cell.text for cell in table.rows[0].cells])
    for cell, text in zip(
        actions.add_row().cells, ("1", "更换导轨", "导轨磨损", "300", "100%", "无", "李雷", "11月19日"), strict=True
    ):
        cell.text = text
    return _saved(document)


def _saved(document: Any) -> bytes:
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def _texts(file: Path) -> list[list[list[str]]]:
    return [[[said(cell) for cell in row.cells] for row in table.rows] for table in docx.Document(str(file)).tables]


def test_a_filled_form_comes_back_out_equal(story: Story) -> None:
    world, number = story.world, story.comes(mail())
    story.does("hejun", number, "assign", department="分厂")
    dispatch = story.letter("lilei@example.com")
    filled = _filled(_export(story, number, "8d.docx").read_bytes())
    answer = answer_to(
        dispatch, "签收\n\n8D表见附件。", sender="李雷 <lilei@example.com>", files=[("8D_李雷.docx", DOCX, filled)]
    )
    story.comes(answer)

    record = world.record()
    assert (record["signed_by"], record["eight_d"]) == ("lilei@example.com", {"revision": 1, "state": "draft"})
    sent_in = world.folder / "sent-in.docx"
    sent_in.write_bytes(filled)
    before, after = _texts(sent_in), _texts(_export(story, number, "again.docx"))
    typed = {
        "2025年11月14日": "2025-11-14",
        "1,200": "1200",
        "100%": "100",
        "11月19日": "2025-11-19",
    }  # the same, as we print it
    assert [[[typed.get(cell, cell) for cell in row] for row in table] for table in before] == _with_d6(after)


def test_a_form_in_the_companys_own_words_comes_back_by_mail(company: World) -> None:
    company.company = f'templates = "letters"\n{company.company}'
    own_template(company.folder / "letters")
    with closing(Story(company)) as story:
        number = story.comes(mail())
        story.does("hejun", number, "assign", department="分厂")
        document = docx.Document(str(_export(story, number, "own.docx")))
        assert "切换批次" in [said(cell) for cell in cells_of(document)]
        type_into(tagged(document, "d2.our_text"), "外圆轴向划伤", "45只均在同一侧")
        type_into(tagged(document, "d3.rows.action", 4), "已隔离")
        type_into(tagged(document, "d5.1.text"), "更换导轨")
        filled = _saved(document)
        dispatch = story.letter("lilei@example.com")
        story.comes(answer_to(dispatch, "签收", sender=LILEI, files=[("改善报告书.docx", DOCX, filled)]))
        with story.storage.reading() as work:
            report = work.lives.report(number)
            kinds = [(one.name, one.kind.value) for one in work.lives.evidence(number)]
        assert report is not None
        assert report.report.d2.our_text == "外圆轴向划伤\n45只均在同一侧"
        assert [one.action for one in report.report.d3.rows if one.place is Place.WIP] == ["已隔离"]
        assert [one.text for one in report.report.d5] == ["更换导轨"]
        assert kinds == [("改善报告书.docx", "form")]


def test_a_form_of_another_record_or_of_an_old_revision_is_not_read_and_its_writer_is_told(story: Story) -> None:
    first, second = story.comes(mail()), story.comes(mail(batch="C2610-05", message_id="<other@customer.example>"))
    assert first != second
    story.does("hejun", second, "assign", department="分厂")
    dispatch = story.letter("lilei@example.com")
    other = _filled(_export(story, first, "other.docx").read_bytes())
    story.comes(answer_to(dispatch, "签收", sender=LILEI, files=[("8D.docx", DOCX, other)]))
    own = _filled(_export(story, second, "own.docx").read_bytes())
    with story.storage.reading() as work:
        assert work.lives.report(second) is None
    told = story.letter("lilei@example.com").get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert first in told

    story.does("hejun", second, "report", **{"d3.clean_batch": "C2610-06"})
    story.does("yan", second, "approve", despite="客户要求先报")
    story.does("hejun", second, "send", what="first_report")
    story.does("hejun", second, "report", **{"d3.clean_batch": "C2610-07"})  # revision 2
    story.comes(
        answer_to(dispatch, "见附件", sender=LILEI, message_id="<late@example.com>", files=[("8D.docx", DOCX, own)])
    )
    with story.storage.reading() as work:
        report = work.lives.report(second)
    assert report is not None
    assert (report.revision, report.report.d3.clean_batch) == (2, "C2610-07"), "the form of revision 1 came too late"


def _with_d6(tables: list[list[list[str]]]) -> list[list[list[str]]]:
    """Without the row that D6 has for the new action: the person added it to D5 only."""
    return [[row for row in table if not (table[0][1:2] == ["实际完成日"] and row[0] == "1")] for table in tables]


def test_a_customer_with_a_form_of_its_own_gets_its_reports_in_it_too(story: Story) -> None:
    world = story.world
    form, mapping, cards = (world.folder / name for name in ("F-08.docx", "form.toml", "cards.csv"))
    document = docx.Document()
    document.add_table(1, 2).rows[0].cells[0].text = "断点批号"
    document.save(str(form))
    mapping.write_text('[cells]\n"d3.clean_batch" = "1.1.2"\n', encoding="utf-8")
    cards.write_text("name,domains\n某某电器有限公司,customer.example\n", encoding="utf-8")
    import_file("customers", cards, story.storage)
    set_form(story.actions, "某某电器有限公司", form, mapping, "hejun@example.com")
    number = story.comes(mail())
    story.does("hejun", number, "report", **{"d3.clean_batch": "B2609-07"})
    story.does("yan", number, "approve", despite="客户要求先报")
    story.does("hejun", number, "send", what="first_report")
    sent = story.letter("wang@customer.example", "8D")
    files = {part.get_filename(): part.get_content() for part in sent.iter_attachments()}
    assert sorted(files) == [f"8D_{number}_R1.docx", f"8D_{number}_R1_F-08.docx"]
    filled = docx.Document(io.BytesIO(files[f"8D_{number}_R1_F-08.docx"]))
    assert filled.tables[0].rows[0].cells[1].text == "B2609-07"


def test_a_filled_slip_corrects_the_record_or_proposes_by_whoever_sent_it(story: Story) -> None:
    world, number = story.world, story.comes(mail())
    file = world.folder / "slip.docx"
    write_slip(story.actions, number, file, "zh-CN")
    document = docx.Document(str(file))
    typed = {
        "批号": "B2609-01；B2609-02",
        "发货日期": "2025年11月3日",
        "不良品处理方式": "封存待处理",
        "检验数量": "许多",
        "联系人": "王小强",
    }
    for table in document.tables:
        for row in table.rows:
            if row.cells[0].text in typed:
                row.cells[1].text = typed[row.cells[0].text]
    document.save(str(file))
    dispatch = story.letter("hejun@example.com")
    for sender in ("孙销售 <sun@example.com>", "何军 <hejun@example.com>"):
        story.comes(answer_to(dispatch, "见附件", sender=sender, files=[("slip.docx", DOCX, file.read_bytes())]))
        if "sun@" in sender:
            proposed = {each["field"]: each["value"] for each in world.record()["proposals"]}
            assert set(proposed) == {"batch", "ship_date", "disposition", "contact"}
            assert world.record()["items"][0]["batch"] == ["B2609-01"]
    record = world.record()
    (item,) = record["items"]
    assert (item["batch"], item["ship_date"], item["disposition"]) == (["B2609-01", "B2609-02"], "2025-11-03", "hold")
    assert record["customer"]["contact"] == "王小强"
    unread = [event["new"] for event in record["events"] if event["what"] == "slip_unread"]
    assert "许多" in str(unread[0])
