"""Lives that take another way: rejection and revision, no fault found, telephone, the third occurrence."""

import pytest

from intake.errors import IntakeError
from tests.service.world import answer_to, mail
from tests.stories.ledger import as_expected
from tests.stories.said import COMPLAINT, FULL
from tests.stories.story import Story

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
