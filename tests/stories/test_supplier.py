"""A complaint to a supplier: written in its language, without the customer; its answer is the record's supplier report."""

from email.message import EmailMessage

import pytest

from intake.errors import IntakeError
from intake.importing import import_file
from storage.life import EvidenceKind
from tests.service.world import answer_to, mail
from tests.stories.story import Story

SUPPLIERS = """供应商名称,联系人,邮箱,电话,语言
台中精密軸承股份有限公司,陳經理,chen@bearing.example,+886 4 5555 0000,繁体
Steelworks Ltd,,qa@steelworks.example,,en
无锡无邮箱公司,,,0510-5550000,zh-CN
"""
COMPLAINT = "您好，\n\n贵司的轴承座HX-200B（批号B2609-01）到货1200只，其中45只异响，请分析原因并回复。\n\n王强\n某某电器有限公司\n"
ASKED, ANSWERED = "供應商改善要求", "供应商已答复"


def _record(story: Story) -> str:
    path = story.world.folder / "suppliers.csv"
    path.write_text(SUPPLIERS, encoding="utf-8")
    report = import_file("suppliers", path, story.storage)
    assert report.summary == "suppliers: 3 added, 0 changed, 0 same, 0 refused"
    assert import_file("suppliers", path, story.storage).number("same") == 3
    story.begins("2025-11-10T10:00")
    return story.comes(mail(subject="轴承座异响", body=COMPLAINT))


def _text(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return "".join(str(part.get_content()).split())


def _about(story: Story, words: str) -> list[EmailMessage]:
    return [one for one in story.ledger.letters if words in str(one["Subject"])]


def _asked(story: Story, number: str, **more: str) -> EmailMessage:
    story.does("hejun", number, "decide", responsibility="supplier", reason="轴承内圈压痕")
    values = {
        "supplier": "台中精密軸承股份有限公司",
        "material": "軸承 6204-2RS",
        "batch": "L2610-11",
        "quantity": "38",
    }
    story.does("hejun", number, "ask_supplier", **values, text="內圈滾道有壓痕", **more)
    return story.letter("chen@bearing.example")


def test_the_suppliers_report_meets_its_task_and_is_no_word_of_the_customers(story: Story) -> None:
    number = _record(story)
    with pytest.raises(IntakeError, match="no supplier's matter"):
        story.actions.do(number, "ask_supplier", {"supplier": "x", "material": "x"}, "hejun@example.com")
    asked = _asked(story, number)
    said = _text(asked)
    assert ASKED in str(asked["Subject"]) and number in str(asked["Subject"])
    assert all(words in said for words in ("陳經理", "軸承6204-2RS", "L2610-11", "38", "內圈滾道有壓痕", "8D"))
    assert "2025/11/19" in said  # seven working days
    whole = asked.as_string() + said
    assert not [name for name in ("某某", "王强", "customer.example", "HX-200B", "B2609") if name in whole]

    before = story.world.record()
    story.goes_on("2025-11-11T09:00")
    first = {"sender": "陳 <chen@bearing.example>", "date": "Tue, 11 Nov 2025 08:59:00 +0800"}
    story.comes(answer_to(asked, "已收到，產線停線風險評估中，RoHS 沒問題。", **first))
    [told] = _about(story, ANSWERED)
    assert "hejun@example.com" in str(told["To"]) and "任务仍未完成" in _text(told)
    assert _task(story)["state"] == "open"

    story.goes_on("2025-11-13T09:00")
    report = ("8D.csv", "text/csv", "D4,內圈壓入偏斜\n".encode())
    story.comes(
        answer_to(
            asked,
            "附上 8D。",
            sender="林 <lin@bearing.example>",
            date="Thu, 13 Nov 2025 08:59:00 +0800",
            files=(report,),
        )
    )
    assert _task(story)["state"] == "done"
    assert "任务已完成" in _text(_about(story, ANSWERED)[-1])
    after = story.world.record()
    assert (after["class"], after["reasons"]) == (before["class"], before["reasons"])
    assert [window["due_at"] for window in after["windows"]] == [window["due_at"] for window in before["windows"]]
    assert after["proposals"] == []
    assert len(story.world.records()) == 1
    with story.storage.reading() as work:
        kept = [one.name for one in work.lives.evidence(number) if one.kind is EvidenceKind.SUPPLIER_REPORT]
        assert len([name for name in kept if name.endswith(".eml")]) == 2 and "8D.csv" in kept
        assert not [one for one in work.complaints.participants(number) if "bearing" in one]
    story.does("hejun", number, "send", what="solution", text="轴承批次已更换")
    answer = story.letter("wang@customer.example")
    ours = [str(one["Message-ID"]) for one in story.ledger.letters if ASKED in str(one["Subject"])]
    assert not [name for name in ours if name in str(answer["References"])]
    assert "bearing" not in str(answer["References"]) + str(answer["In-Reply-To"])


def _task(story: Story) -> dict[str, str]:
    tasks: list[dict[str, str]] = story.world.record()["tasks"]
    return next(task for task in tasks if task["kind"] == "supplier_report")


def test_the_owner_is_reminded_before_and_at_its_end_and_asks_once_more(story: Story) -> None:
    number = _record(story)
    asked = _asked(story, number, due="2025-11-13T17:00", owner="sun@example.com")
    story.goes_on("2025-11-14T18:00")
    reminders = [
        str(one["Subject"])
        for one in story.ledger.letters
        if "供应商整改报告" in str(one["Subject"]) and "sun@example.com" in str(one["To"])
    ]
    assert len(reminders) == 4, reminders  # given; half; four fifths; its end
    story.does("sun", number, "remind_supplier", claim="台中精密軸承股份有限公司")
    again = story.letter("chen@bearing.example")
    assert str(again["In-Reply-To"]) == str(asked["Message-ID"]) and "謹此提醒" in _text(again)
    assert len(_about(story, ASKED)) == 2
    story.comes(
        answer_to(
            again,
            "附上 8D。",
            sender="chen@bearing.example",
            date="Fri, 14 Nov 2025 18:01:00 +0800",
            files=(("8D.csv", "text/csv", b"D4,x\n"),),
        )
    )
    assert _task(story)["state"] == "done"
    with pytest.raises(IntakeError, match="not awaited"):
        story.actions.do(number, "remind_supplier", {"claim": "台中精密軸承股份有限公司"}, "sun@example.com")


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"text": "某某电器反馈异响"}, "not told of"),
        ({"text": "王强 说有压痕"}, "not told of"),
        ({"text": "see customer.example"}, "not told of"),
        ({"supplier": "谁也不是"}, "no supplier"),
        ({"supplier": "无锡无邮箱公司"}, "no mail address"),
    ],
)
def test_what_names_the_customer_or_nobody_is_refused(story: Story, given: dict[str, str], refused: str) -> None:
    number = _record(story)
    story.does("hejun", number, "assign", cause="raw_material")
    values = {"supplier": "Steelworks Ltd", "material": "轴承", "text": "压痕", **given}
    with pytest.raises(IntakeError, match=refused):
        story.actions.do(number, "ask_supplier", values, "hejun@example.com")
    assert story.world.record()["suppliers"] == []
