"""A class A complaint from its arrival to its closure, across a weekend: every letter to whom and when, every window."""

from datetime import datetime

from tests.service.world import World, answer_to, due, letters, mail, window

STOPPED = (
    "您好，\n\n贵司的轴承座HX-200B（批号B2609-01）到货1200只，装配时发现45只表面划伤，我司产线已经停线！"
    "请尽快换货并提供8D报告。\n\n王强\n某某电器有限公司\n"
)
REPORT_BY_MAIL = """签收

D3 成品库：已检300 不良2，已挑选
D3 在途：无
D3 客户：已检1200 不良45，已隔离
D3 销售点：无
D3 在制品：已检80 不良0
D3 供应商：无
断点批号：B2609-07
承诺日期：11月20日
"""
CAUSES = """D4 发生原因：滑道导轨磨损0.4毫米，毛刺划伤表面
D4 流出原因：终检光照不足，划痕未列入检验项目
D5：更换导轨并加装防护垫
责任人：李雷
计划完成：11月19日
D5：终检增加光源并将划痕列入检验项目
责任人：何军
计划完成：11月19日
D7：同类轴承座HX-100、HX-300已检查
"""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _letter(world: World, subject: str) -> "object":
    return next(each for each in reversed(world.sent()) if subject in str(each["Subject"]))


def test_a_class_a_complaint_is_carried_to_its_closure(company: World) -> None:
    world = company
    world.deliver(mail(body=STOPPED))
    world.run()
    record = world.record()
    number = record["number"]
    assert (record["class"], record["state"], record["owner"]) == ("A", "to_review", "hejun@example.com")
    for name in ("acknowledgement", "management_report", "dispatch"):
        assert window(record, name)["state"] == "met", name

    world.passes(minutes=30)
    world.act(number, "correct", "hejun@example.com", quantity_shipped="1200")
    world.act(number, "confirm", "hejun@example.com")
    world.act(number, "assign", "hejun@example.com", cause="manufacture")
    world.run()
    record = world.record()
    assert (record["state"], record["department"]) == ("in_progress", "分厂")
    dispatch = next(x for x in reversed(world.sent()) if "lilei@example.com" in str(x["To"]))
    assert "签收" in dispatch.get_body(("plain",)).get_content()

    world.passes(hours=1)
    world.deliver(answer_to(dispatch, REPORT_BY_MAIL, sender="李雷 <lilei@example.com>"))
    world.run()
    record = world.record()
    assert record["signed_by"] == "lilei@example.com"
    assert record["promised_on"] == "2025-11-20"
    assert record["eight_d"] == {"revision": 1, "state": "draft"}
    assert record["class"] == "A", "what our own people write moves no class"

    world.act(number, "visit", "sun@example.com", result="产线已停，45只确认划伤")
    world.act(number, "stock_check", "lilei@example.com", same_fault="yes", checked="300", found="2")
    world.passes(hours=2)
    world.act(number, "approve", "gm@example.com", report="first")
    world.act(number, "send", "hejun@example.com", what="first_report")
    world.act(number, "send", "hejun@example.com", what="solution", text="贵司库存的该批产品全部挑选，不良品补发。")
    world.run()
    record = world.record()
    for name in ("first_report", "solution_or_progress", "on_site_confirmation"):
        assert window(record, name)["state"] == "met", name
    (first,) = letters(record, "first_report")
    sent = next(x for x in world.sent() if x["Message-ID"] == first["message_id"])
    (attached,) = [part.get_filename() for part in sent.iter_attachments()]
    assert attached == f"8D_{number}_R1.docx"

    world.act(number, "accept", "hejun@example.com")
    world.act(number, "replace", "sun@example.com", quantity="45", carrier="顺丰")
    assert window(world.record(), "handled")["state"] == "met"
    assert window(world.record(), "replacement")["state"] == "met"

    world.now = at("2025-11-17T09:00:00+08:00")  # Monday
    world.deliver(answer_to(dispatch, CAUSES, sender="李雷 <lilei@example.com>"))
    world.run()
    assert world.record()["eight_d"] == {"revision": 2, "state": "draft"}, "what the customer has is not changed"
    world.now = at("2025-11-19T15:00:00+08:00")
    world.act(
        number,
        "report",
        "lilei@example.com",
        **{
            "d4.causes.1.whys": "划痕;毛刺;导轨磨损;无点检",
            "d4.causes.2.whys": "未检出;光照不足;无标准",
            "d5.1.verified_quantity": "300",
            "d5.2.verified_quantity": "300",
            "d5.1.done_on": "2025-11-19",
            "d5.2.done_on": "2025-11-19",
            "d7.documents.pfmea.changed": "yes",
        },
    )
    world.act(number, "decide", "yan@example.com", responsibility="ours", reason="导轨磨损")
    world.act(number, "approve", "gm@example.com", report="full")
    world.act(number, "send", "hejun@example.com", what="full_report")
    world.run()
    record = world.record()
    assert record["state"] == "reported"
    assert window(record, "full_report")["state"] == "met"
    assert at(window(record, "full_report")["met_at"]) < due(record, "full_report")

    world.passes(hours=20)
    report = next(x for x in world.sent() if x["Message-ID"] == letters(record, "full_report")[0]["message_id"])
    world.deliver(answer_to(report, "收到，我司接受该8D报告。"))
    world.run()
    (proposal,) = world.record()["proposals"]
    assert (proposal["field"], proposal["value"]) == ("acceptance", "accepted")
    world.act(number, "accept", "hejun@example.com", by="王强")
    assert world.record()["state"] == "accepted"
    assert world.record()["proposals"] == []

    world.passes(days=10)
    world.act(number, "verify", "sun@example.com", effective="yes", result="三批1200只无不良")
    world.act(number, "close", "yan@example.com", result="三批1200只无不良")
    world.run()
    record = world.record()
    assert record["state"] == "closed"
    assert [each["state"] for each in letters(record, "closure")] == ["sent"]
    assert all(each["state"] in ("met", "waived") for each in record["windows"]), record["windows"]
    to_customer = [x for x in world.sent() if "wang@customer.example" in str(x["To"])]
    purposes = ["acknowledgement", "first_report", "solution", "full_report", "closure"]
    assert [each["purpose"] for each in record["letters"] if each["to"] == ["wang@customer.example"]] == purposes
    assert len(to_customer) == len(purposes), "each once"
    world.passes(days=30)
    world.run()
    assert len([x for x in world.sent() if number in str(x["Subject"]) and "overdue" in str(x)]) == 0
