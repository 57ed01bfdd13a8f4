"""A substance over its limit: every customer who received the batch is warned within 24 hours, each of its own goods."""

import pytest

from intake.errors import IntakeError
from intake.importing import import_file
from tests.service.world import answer_to, mail
from tests.stories.ledger import as_expected
from tests.stories.story import Story

CUSTOMERS = """name,aliases,domains,contact,email,phone,language
某某电器有限公司,,customer.example,王强,wang@customer.example,,zh-CN
上海甲公司,甲公司,jia.example,赵一,zhao@jia.example,,zh-CN
台中乙公司,,yi.example,錢二,qian@yi.example,,zh-TW
Third Inc.,,third.example,Ann Three,ann@third.example,,en
Fourth Ltd,,fourth.example,Bob Four,bob@fourth.example,,en
无邮箱公司,,,,,0512-5550000,zh-CN
"""
SHIPMENTS = """customer,model,batch,quantity,ship_date,order_no
某某电器有限公司,HX-200B,B2609-01,1200,2025-11-03,P1
甲公司,HX-200B,B2609-01,500,2025-11-04,P2
台中乙公司,HX-200B,B2609-01,300,2025-11-04,P3
Third Inc.,HX-200B,B2609-01,200,2025-11-05,P4
Third Inc.,HX-200B,B2609-01,100,2025-11-06,P5
Fourth Ltd,HX-200B,B2609-01,50,2025-11-06,P6
无邮箱公司,HX-200B,B2609-01,10,2025-11-06,P7
Elsewhere GmbH,HX-200B,B2609-09,10,2025-11-06,P8
"""
HAZARD = "您好，\n\n贵司的轴承座HX-200B（批号B2609-01）到货1200只，检测发现RoHS铅超标！请立即处理并回复。\n\n王强\n某某电器有限公司\n"
NAMES = ("某某电器", "甲公司", "乙公司", "Third", "Fourth")


TOLD_BY = {"zhao@jia.example": "甲公司", "qian@yi.example": "乙公司", "ann@third.example": "Third"} | {
    "bob@fourth.example": "Fourth"
}


def test_every_receiver_is_warned_of_its_own_shipments_only_and_the_window_is_met_by_the_last(story: Story) -> None:
    for name, text in (("customers", CUSTOMERS), ("shipments", SHIPMENTS)):
        path = story.world.folder / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        import_file(name, path, story.storage)
    story.begins("2025-11-13T10:00")
    number = story.comes(mail(subject="RoHS铅超标", body=HAZARD))
    assert "early_warning_suggested" in [event["what"] for event in story.world.record()["events"]]
    story.goes_on("2025-11-13T11:00")
    story.does("hejun", number, "warn", risk="铅含量可能超过0.1%")
    with pytest.raises(IntakeError, match="may not approve_warnings"):
        story.actions.do(number, "approve_warnings", {}, "hejun@example.com")
    story.goes_on("2025-11-13T16:30")
    story.does("yan", number, "approve_warnings")

    warnings = {to: story.letter(to) for to in TOLD_BY}
    text = warnings["ann@third.example"].get_body(("plain",)).get_content()
    assert "200" in text and "100" in text and "300" not in text
    for to, own in TOLD_BY.items():
        whole = warnings[to].as_string() + warnings[to].get_body(("plain",)).get_content()
        assert not [name for name in NAMES if name != own and name in whole], to

    story.goes_on("2025-11-13T18:00")
    story.comes(
        answer_to(
            warnings["ann@third.example"],
            "Received, thank you. 120 in stock.",
            sender="Ann Three <ann@third.example>",
            date="Thu, 13 Nov 2025 17:59:00 +0800",
        )
    )
    story.goes_on("2025-11-14T08:30")
    story.does("hejun", number, "confirmed", customer="无邮箱公司", by="电话")  # told by telephone counts
    for customer in ("上海甲公司", "台中乙公司", "Fourth Ltd"):
        story.does("hejun", number, "confirmed", customer=customer, by="回复邮件")
    confirmed = {each["customer"]: each["confirmed_at"][5:16] for each in story.world.record()["warned"]}
    assert confirmed.pop("Third Inc.") == "11-13T18:00"
    assert set(confirmed.values()) == {"11-14T08:30"} and len(confirmed) == 4
    story.does("sun", number, "done", task="action", result="已电话通知")
    story.goes_on("2025-11-14T10:05")
    as_expected(story.ledger, "hazard")
