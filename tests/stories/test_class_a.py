"""A class A complaint from its arrival to its closure: over a weekend with a make-up working day, and National Day.

2025: Friday 26 September; Saturday is off, Sunday 28 works; 1 to 8 October are holidays; Saturday 11 October works.
"""

from tests.service.world import answer_to, mail
from tests.stories.ledger import as_expected
from tests.stories.said import STOPPED
from tests.stories.story import Story

REPORT_BY_MAIL = """签收

D3 成品库：已检300 不良2，已挑选
D3 在途：无
D3 客户：已检1200 不良45，已隔离
D3 销售点：无
D3 在制品：已检80 不良0
D3 供应商：无
断点批号：B2609-07
承诺日期：9月30日
"""
CAUSES = """D4 发生原因：滑道导轨磨损0.4毫米，毛刺划伤表面
D4 流出原因：终检光照不足，划痕未列入检验项目
D5：更换导轨并加装防护垫
责任人：李雷
计划完成：9月30日
D5：终检增加光源并将划痕列入检验项目
责任人：何军
计划完成：9月30日
D7：同类轴承座HX-100、HX-300已检查
"""
VERIFIED = {
    "d4.causes.1.whys": "划痕;毛刺;导轨磨损;无点检",
    "d4.causes.2.whys": "未检出;光照不足;无标准",
    "d5.1.verified_quantity": "300",
    "d5.2.verified_quantity": "300",
    "d5.1.done_on": "2025-09-30",
    "d5.2.done_on": "2025-09-30",
    "d7.documents.pfmea.changed": "yes",
}


def test_a_class_a_complaint_is_carried_to_its_closure(story: Story) -> None:
    story.begins("2025-09-26T15:00")
    number = story.comes(mail(body=STOPPED.format(wish="换货并提供8D报告"), date="Fri, 26 Sep 2025 14:58:00 +0800"))
    story.goes_on("2025-09-26T15:20")
    story.does("hejun", number, "correct", quantity_shipped="1200")
    story.does("hejun", number, "confirm")
    story.does("hejun", number, "assign", cause="manufacture")
    dispatch = story.letter("lilei@example.com")
    assert "签收" in dispatch.get_body(("plain",)).get_content()
    story.goes_on("2025-09-26T16:20")
    story.comes(answer_to(dispatch, REPORT_BY_MAIL, sender="李雷 <lilei@example.com>"))
    story.goes_on("2025-09-26T16:40")
    story.does("sun", number, "visit", result="产线已停，45只确认划伤")
    story.does("lilei", number, "stock_check", same_fault="yes", checked="300", found="2")
    story.does("gm", number, "approve", report="first")
    story.does("hejun", number, "send", what="first_report")

    story.goes_on("2025-09-28T09:00")  # the Sunday that is worked
    story.does("sun", number, "replace", quantity="45", carrier="顺丰")
    story.does("hejun", number, "send", what="solution", text="贵司库存的该批产品全部挑选，不良品补发。")
    story.goes_on("2025-09-28T10:30")
    story.does("hejun", number, "accept")

    story.goes_on("2025-09-29T10:00")
    story.comes(answer_to(dispatch, CAUSES, sender="李雷 <lilei@example.com>"))
    story.goes_on("2025-09-30T14:00")
    story.does("lilei", number, "report", **VERIFIED)
    story.does("yan", number, "decide", responsibility="ours", reason="导轨磨损")
    story.goes_on("2025-09-30T16:00")
    story.does("gm", number, "approve", report="full")
    story.does("hejun", number, "send", what="full_report")

    story.goes_on("2025-10-02T10:00")
    story.comes(answer_to(story.letter("wang@customer.example"), "收到，我司接受该8D报告。"))
    story.goes_on("2025-10-09T09:00")
    story.does("hejun", number, "accept", by="王强")
    story.goes_on("2025-10-11T10:00")  # the Saturday that is worked
    story.does("sun", number, "verify", effective="yes", result="三批1200只无不良")
    story.does("yan", number, "close", result="三批1200只无不良")
    story.goes_on("2025-11-05T09:00")
    as_expected(story.ledger, "class_a")
