"""A substance over its limit: every customer who received the batch is warned within 24 hours, each of its own goods."""

from pathlib import Path

import pytest

from intake.errors import IntakeError
from intake.importing import import_file
from intake.wiring import storage_of
from tests.service.world import World, answer_to, letters, mail, window

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


@pytest.fixture
def warned(company: World) -> World:
    for name, text in (("customers", CUSTOMERS), ("shipments", SHIPMENTS)):
        path: Path = company.folder / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        storage = storage_of(company.settings())
        import_file(name, path, storage)
        storage.close()
    company.deliver(mail(subject="RoHS铅超标", body=HAZARD))
    company.run()
    return company


def test_every_receiver_is_warned_of_its_own_shipments_only_and_the_window_is_met_by_the_last(warned: World) -> None:
    world = warned
    record = world.record()
    number = record["number"]
    assert (record["class"], window(record, "hazard_notice")["state"]) == ("A", "open")
    assert "early_warning_suggested" in [event["what"] for event in record["events"]]
    world.act(number, "warn", "hejun@example.com", risk="铅含量可能超过0.1%")
    with pytest.raises(IntakeError, match="may not approve_warnings"):
        world.act(number, "approve_warnings", "hejun@example.com")
    world.run()
    assert letters(world.record(), "batch_warning")[0]["state"] == "draft", "a manager decides"

    world.act(number, "approve_warnings", "yan@example.com")
    world.run()
    record = world.record()
    sent = letters(record, "batch_warning")
    assert sorted((each["to"][0], each["language"], each["state"]) for each in sent) == [
        ("ann@third.example", "en", "sent"),
        ("bob@fourth.example", "en", "sent"),
        ("qian@yi.example", "zh-TW", "sent"),
        ("zhao@jia.example", "zh-CN", "sent"),
    ], "who complained knows already"
    (call,) = [each for each in record["tasks"] if each["state"] == "open"]
    assert call["owner"] == "sun@example.com", "one without an address is called by sales"
    assert window(record, "hazard_notice")["state"] == "open", "not everybody is told yet"

    by_receiver = {str(x["To"]): x for x in world.sent() if "B2609-01" in x.get_body(("plain",)).get_content()}
    text = by_receiver["ann@third.example"].get_body(("plain",)).get_content()
    assert "200" in text and "100" in text and "300" not in text
    for receiver, own in (
        ("zhao@jia.example", "甲公司"),
        ("qian@yi.example", "乙公司"),
        ("bob@fourth.example", "Fourth"),
    ):
        whole = by_receiver[receiver].as_string() + by_receiver[receiver].get_body(("plain",)).get_content()
        assert not [name for name in NAMES if name != own and name in whole], receiver

    world.act(number, "confirmed", "hejun@example.com", customer="无邮箱公司", by="电话")
    assert window(world.record(), "hazard_notice")["state"] == "met", "told by telephone counts"


def test_a_reply_to_the_warning_confirms_it(warned: World) -> None:
    world = warned
    number = world.record()["number"]
    world.act(number, "warn", "hejun@example.com")
    world.act(number, "approve_warnings", "yan@example.com")
    world.run()
    letter = next(x for x in world.sent() if str(x["To"]) == "ann@third.example")
    world.passes(hours=2)
    world.deliver(answer_to(letter, "Received, thank you. 120 in stock.", sender="Ann Three <ann@third.example>"))
    world.run()
    confirmed = {each["customer"]: each["confirmed_at"] for each in world.record()["warned"]}
    assert confirmed["Third Inc."] is not None
    assert confirmed["Fourth Ltd"] is None
