"""Lives that take another way: rejection and revision, no fault found, telephone, the third occurrence, refusals."""

import pytest

from intake.errors import IntakeError
from tests.service.world import World, answer_to, letters, mail
from tests.stories.ledger import as_expected
from tests.stories.story import Story

COMPLAINT = "您好，\n\n贵司的轴承座HX-200B（批号{batch}）到货1200只，装配时发现45只表面划伤，请回复原因。\n\n王强\n某某电器有限公司\n"
D3 = {f"d3.rows.{place}.action": "无" for place in ("in_transit", "sales_point", "wip", "supplier")} | {
    "d3.rows.customer.action": "已隔离",
    "d3.rows.customer.quantity_checked": "1200",
    "d3.rows.customer.quantity_found": "45",
    "d3.rows.finished_stock.action": "已挑选",
    "d3.rows.finished_stock.quantity_checked": "300",
    "d3.clean_batch": "B2609-07",
    "d1.leader.name": "何军",
}
FULL = D3 | {
    "d4.causes.1.text": "导轨磨损",
    "d4.causes.1.whys": "划痕;毛刺;磨损",
    "d4.causes.2.axis": "escape",
    "d4.causes.2.text": "光照不足",
    "d4.causes.2.whys": "未检出;光照;标准",
    "d5.1.text": "更换导轨",
    "d5.1.owner": "李雷",
    "d5.1.done_on": "2025-11-13",
    "d5.1.verified_quantity": "300",
    "d5.2.text": "增加光源并列入检验项目",
    "d5.2.owner": "何军",
    "d5.2.done_on": "2025-11-13",
    "d5.2.verified_quantity": "300",
    "d7.read_across": "HX-100、HX-300 已检查",
    "d7.documents.pfmea.changed": "yes",
}


UNNAMED = (
    "您好，\n\n贵司的轴承座HX-200B（批号B2609-03）到货800只，又有12只不良，请回复原因。\n\n王强\n某某电器有限公司\n"
)
CALL = {
    "channel": "phone",
    "company": "某某电器有限公司",
    "phone": "0512-1234567",
    "product": "轴承座",
    "model": "HX-200B",
    "defect": "表面划伤",
}
WRITTEN = {"quantity_defective": "45", "quantity_shipped": "1200", "ship_date": "2025-11-03", "disposition": "hold"}


def _opened(world: World, batch: str = "B2609-01") -> str:
    world.deliver(mail(body=COMPLAINT.format(batch=batch), batch=batch))
    world.run()
    number: str = world.records()[-1]["number"]
    world.act(number, "confirm", "hejun@example.com")
    return number


def _reported(world: World, number: str) -> None:
    world.act(number, "report", "lilei@example.com", **FULL)
    world.act(number, "approve", "yan@example.com", report="full")
    world.act(number, "send", "hejun@example.com", what="full_report")
    world.run()


def test_a_rejection_reopens_the_record_and_the_revision_reports_it_again(story: Story) -> None:
    story.begins("2025-11-13T10:00")
    number = story.comes(mail(body=COMPLAINT.format(batch="B2609-01")))
    story.goes_on("2025-11-13T10:30")
    story.does("hejun", number, "confirm")
    story.does("hejun", number, "assign", cause="manufacture")
    story.goes_on("2025-11-13T11:00")
    story.does("lilei", number, "sign")
    story.does("sun", number, "visit", result="45只确认划伤")
    story.goes_on("2025-11-13T17:00")
    story.does("lilei", number, "report", **FULL)
    story.does("yan", number, "approve", report="full")
    story.does("hejun", number, "send", what="full_report")

    story.goes_on("2025-11-14T15:00")  # a Friday
    sent = story.letter("wang@customer.example")
    story.comes(answer_to(sent, "我司不接受该报告：样本数量不足。请修改。"))
    (proposal,) = story.world.record()["proposals"]
    assert proposal["value"] == "rejected"
    story.does("hejun", number, "reject", reason="样本数量不足")
    with pytest.raises(IntakeError, match="rejected, not approved"):
        story.actions.do(number, "send", {"what": "revision", "points": "样本=>300"}, "hejun@example.com")

    story.goes_on("2025-11-19T09:30")
    story.does("lilei", number, "report", **{"d5.1.verified_quantity": "1000"})
    story.does("yan", number, "approve", report="full")
    story.does("hejun", number, "send", what="revision", points="样本数量不足=>已增加到1000件")
    text = story.letter("wang@customer.example").get_body(("plain",)).get_content()
    assert "样本数量不足" in text and "已增加到1000件" in text
    story.does("hejun", number, "done", task="action", result="已修订")
    story.goes_on("2025-11-20T09:00")
    story.does("hejun", number, "accept")
    story.does("yan", number, "close")
    story.goes_on("2025-11-28T09:00")
    as_expected(story.ledger, "rejection")


def test_where_no_fault_is_found_the_customer_gets_the_evidence_and_no_report_is_due_any_more(story: Story) -> None:
    story.begins("2025-11-13T10:00")
    number = story.comes(mail(body=COMPLAINT.format(batch="B2609-01")))
    story.goes_on("2025-11-13T10:30")
    story.does("hejun", number, "confirm")
    with pytest.raises(IntakeError, match="not decided"):
        story.actions.do(number, "send", {"what": "not_our_fault"}, "hejun@example.com")
    story.does("hejun", number, "sample", quantity="12")
    story.goes_on("2025-11-13T16:00")
    story.does("yan", number, "decide", responsibility="no_fault_found", reason="12件复测合格")
    story.does("hejun", number, "send", what="not_our_fault", text="12件复测均合格", tests="噪音：最大52dB")
    text = str(story.letter("wang@customer.example").get_body(("plain",)).get_content())
    assert "未能重现" in text and "噪音：最大52dB" in text
    assert not any(word in text for word in ("操作不当", "误用", "贵司责任"))

    story.goes_on("2025-11-18T10:00")
    story.does("hejun", number, "sign")
    story.does("hejun", number, "accept")
    story.does("yan", number, "close")
    story.goes_on("2025-11-26T08:30")
    as_expected(story.ledger, "no_fault_found")


def test_a_telephone_complaint_is_complete_in_writing_within_twelve_hours(story: Story) -> None:
    """Two calls of one afternoon: one is written down in time, the other one the next morning."""
    story.begins("2025-11-13T15:00")
    kept = story.enters("sun", at="2025-11-13T14:00+08:00", **CALL)
    late = story.enters("sun", at="2025-11-13T14:30+08:00", **CALL | {"defect": "漏油", "model": "HX-300"})
    assert set(story.world.records()[0]["missing"]) >= {"quantity_defective", "quantity_shipped", "disposition"}
    story.goes_on("2025-11-13T16:30")
    story.does("hejun", kept, "correct", **WRITTEN)
    story.goes_on("2025-11-14T08:30")
    story.does("hejun", late, "correct", **WRITTEN)
    story.goes_on("2025-11-14T14:05")  # nobody can be written to: a person answers, and is reminded
    as_expected(story.ledger, "telephone")


def test_the_third_occurrence_within_a_year_raises_the_class_to_a(story: Story) -> None:
    """The third mail names no defect that can be read: it is class B until a reviewer puts that in."""
    story.begins("2025-11-13T08:30")
    for hour, batch in (("09", "B2609-01"), ("10", "B2609-02")):
        story.goes_on(f"2025-11-13T{hour}:00")
        story.comes(mail(body=COMPLAINT.format(batch=batch), batch=batch, subject=f"轴承座HX-200B {batch}"))
    story.goes_on("2025-11-13T14:00")
    third = story.comes(mail(body=UNNAMED, subject="轴承座HX-200B B2609-03"))
    story.goes_on("2025-11-13T15:30")
    story.does("hejun", third, "correct", defect="表面有划痕")
    assert "third_repeat" in story.world.records()[-1]["reasons"]
    story.goes_on("2025-11-14T10:05")
    as_expected(story.ledger, "third_repeat")


def test_three_refusals_go_to_the_manager(company: World) -> None:
    world = company
    number = _opened(world)
    for _ in range(3):
        world.act(number, "assign", "hejun@example.com", department="分厂")
        world.act(number, "refuse", "zhou@example.com", reason="不属于分厂")
    world.run()
    asked = [each for each in world.record()["letters"] if each["purpose"] == "escalation"]
    assert [set(each["to"]) for each in asked] == [{"mr@example.com", "gm@example.com"}]


def test_a_new_owner_has_the_record_once_he_has_signed(company: World) -> None:
    world = company
    number = _opened(world)
    world.act(number, "assign", "hejun@example.com", owner="yan@example.com")
    world.run()
    assert world.record()["owner"] == "hejun@example.com"
    asked = next(x for x in reversed(world.sent()) if "yan@example.com" in str(x["To"]))
    world.deliver(answer_to(asked, "签收", sender="严国强 <yan@example.com>"))
    world.run()
    assert world.record()["owner"] == "yan@example.com"


def test_what_a_stranger_or_a_forger_orders_by_mail_is_not_done(company: World) -> None:
    world = company
    number = _opened(world)
    world.act(number, "assign", "hejun@example.com", department="分厂")
    world.run()
    dispatch = next(x for x in reversed(world.sent()) if "lilei@example.com" in str(x["To"]))
    world.deliver(
        answer_to(
            dispatch,
            "签收",
            sender="李雷 <lilei@example.com>",
            authentication_results="mx.example.com; dmarc=fail header.from=example.com",
        )
    )
    world.run()
    first, *held = world.records()
    assert (first["number"], first["signed_by"]) == (number, "")
    assert [each["state"] for each in world.arrivals()].count("set_aside") == len(held) == 1, "kept for a person"


def test_a_letter_that_blames_the_customer_waits_for_a_second_look(company: World) -> None:
    world = company
    number = _opened(world)
    told = world.act(number, "send", "hejun@example.com", what="progress", text="初步判断系贵司操作不当所致。")
    assert any("操作不当" in sentence for sentence in told)
    world.run()
    (held,) = letters(world.record(), "progress")
    assert (held["state"], "操作不当" in held["remedy"]) == ("draft", True)
    world.act(number, "send", "hejun@example.com", letter=held["id"])
    world.run()
    assert letters(world.record(), "progress")[0]["state"] == "sent", "a person decides"


def test_a_question_above_the_quoted_dispatch_is_no_signature(company: World) -> None:
    """In English the quoted dispatch has a line that begins with the word `signed`."""
    world = company
    world.company += 'language = "en"\n'
    number = _opened(world)
    world.act(number, "assign", "hejun@example.com", department="分厂")
    world.run()
    dispatch = next(x for x in reversed(world.sent()) if "lilei@example.com" in str(x["To"]))
    quoted = (
        "\n\n-----Original Message-----\nFrom: complaints@example.com\nSent: Thursday, November 13, 2025 10:05\n"
        f"To: Li Lei\nSubject: {dispatch['Subject']}\n\n{dispatch.get_body(('plain',)).get_content()}"
    )
    sender = "Li Lei <lilei@example.com>"
    world.deliver(answer_to(dispatch, f"Where are the samples?\nLi Lei{quoted}", sender=sender))
    world.run()
    assert world.record()["signed_by"] == ""
    world.deliver(answer_to(dispatch, f"Signed.\nLi Lei{quoted}", sender=sender))
    world.run()
    assert world.record()["signed_by"] == "lilei@example.com"


def test_what_one_of_us_hands_on_is_the_customers_word_and_no_order(company: World) -> None:
    world = company
    number = _opened(world)
    _reported(world, number)
    sent = next(x for x in world.sent() if x["Message-ID"] == letters(world.record(), "full_report")[0]["message_id"])
    handed_on = answer_to(sent, "收到，我司不接受该报告。", sender="孙销售 <sun@example.com>")
    world.deliver(handed_on.replace(b"Subject: Re:", b"Subject: FW: Re:"))
    world.run()
    record = world.record()
    assert [each["value"] for each in record["proposals"]] == ["rejected"]
    assert record["signed_by"] == "", "and not Sun's signature"


def test_our_people_are_led_to_the_records_page_where_the_site_has_an_address(company: World) -> None:
    world = company
    world.tables = '[review]\npublic_url = "https://intake.example.com/"\n'
    number = _opened(world)
    dispatch = next(x for x in world.sent() if "hejun@example.com" in str(x["To"]))
    page = f"https://intake.example.com/records/{number}"
    assert page in dispatch.get_body(("plain",)).get_content() and page in dispatch.get_body(("html",)).get_content()
    (acknowledgement,) = world.acknowledgements()
    assert "intake.example.com" not in acknowledgement.as_string(), "and no customer is"
