"""Who orders what in a record's life, on the site or by mail: refusals, handing over, strangers, letters that wait."""

from contextlib import closing

import pytest

from intake.errors import IntakeError
from tests.service.world import World, answer_to, letters, mail
from tests.stories.said import COMPLAINT, FULL
from tests.stories.story import Story

LILEI = "李雷 <lilei@example.com>"


def _opened(story: Story) -> str:
    number = story.comes(mail(body=COMPLAINT.format(batch="B2609-01")))
    story.does("hejun", number, "confirm")
    return number


def _reported(story: Story) -> str:
    number = _opened(story)
    story.does("lilei", number, "report", **FULL)
    story.does("yan", number, "approve", report="full")
    story.does("hejun", number, "send", what="full_report")
    return number


def test_three_refusals_go_to_the_manager(story: Story) -> None:
    number = _opened(story)
    for _ in range(3):
        story.does("hejun", number, "assign", department="分厂")
        story.does("zhou", number, "refuse", reason="不属于分厂")
    asked = [each for each in story.world.record()["letters"] if each["purpose"] == "escalation"]
    assert [set(each["to"]) for each in asked] == [{"mr@example.com", "gm@example.com"}]


def test_a_new_owner_has_the_record_once_he_has_signed(story: Story) -> None:
    number = _opened(story)
    story.does("hejun", number, "assign", owner="yan@example.com")
    assert story.world.record()["owner"] == "hejun@example.com"
    story.comes(answer_to(story.letter("yan@example.com"), "签收", sender="严国强 <yan@example.com>"))
    assert story.world.record()["owner"] == "yan@example.com"


def test_what_a_stranger_or_a_forger_orders_by_mail_is_not_done(story: Story) -> None:
    number = _opened(story)
    story.does("hejun", number, "assign", department="分厂")
    forged = "mx.example.com; dmarc=fail header.from=example.com"
    story.comes(answer_to(story.letter("lilei@example.com"), "签收", sender=LILEI, authentication_results=forged))
    first, *held = story.world.records()
    assert (first["number"], first["signed_by"]) == (number, "")
    states = [each["state"] for each in story.world.arrivals()]
    assert states.count("set_aside") == len(held) == 1, "kept for a person"


def test_a_letter_that_blames_the_customer_waits_for_a_second_look(story: Story) -> None:
    number = _opened(story)
    told = story.does("hejun", number, "send", what="progress", text="初步判断系贵司操作不当所致。")
    assert any("操作不当" in sentence for sentence in told)
    (held,) = letters(story.world.record(), "progress")
    assert (held["state"], "操作不当" in held["remedy"]) == ("draft", True)
    story.does("hejun", number, "send", letter=held["id"])
    assert letters(story.world.record(), "progress")[0]["state"] == "sent", "a person decides"


def test_a_question_above_the_quoted_dispatch_is_no_signature(company: World) -> None:
    """In English the quoted dispatch has a line that begins with the word `signed`."""
    company.company += 'language = "en"\n'
    with closing(Story(company)) as story:
        number = _opened(story)
        story.does("hejun", number, "assign", department="分厂")
        dispatch = story.letter("lilei@example.com")
        quoted = (
            "\n\n-----Original Message-----\nFrom: complaints@example.com\nSent: Thursday, November 13, 2025 10:05\n"
            f"To: Li Lei\nSubject: {dispatch['Subject']}\n\n{dispatch.get_body(('plain',)).get_content()}"
        )
        sender = "Li Lei <lilei@example.com>"
        story.comes(answer_to(dispatch, f"Where are the samples?\nLi Lei{quoted}", sender=sender))
        assert story.world.record()["signed_by"] == ""
        story.comes(answer_to(dispatch, f"Signed.\nLi Lei{quoted}", sender=sender))
        assert story.world.record()["signed_by"] == "lilei@example.com"


def test_a_customer_that_answered_does_not_accept_by_its_silence(story: Story) -> None:
    story.begins("2025-11-13T10:00")
    number = _reported(story)
    story.goes_on("2025-11-14T10:00")
    story.comes(answer_to(story.letter("wang@customer.example", "8D"), "我司不接受该报告，样本数量不足。"))
    story.goes_on("2025-11-28T10:30")  # more than `accept_after`
    for _ in ("proposed", "rejected"):
        with pytest.raises(IntakeError, match="the customer has not accepted"):
            story.does("yan", number, "close")
        if story.world.record()["state"] == "reported":
            story.does("hejun", number, "reject", reason="样本数量不足")
            story.does("hejun", number, "done", task="action", result="已复查")


def test_a_report_that_the_customer_leaves_unanswered_may_be_closed_as_accepted(story: Story) -> None:
    story.begins("2025-11-13T10:00")
    number = _reported(story)
    story.goes_on("2025-11-27T09:59")
    with pytest.raises(IntakeError, match="the customer has not accepted"):
        story.does("yan", number, "close")
    story.goes_on("2025-11-27T10:00")
    story.does("yan", number, "close")
    assert story.world.record()["state"] == "closed"


def test_what_one_of_us_hands_on_is_the_customers_word_and_no_order(story: Story) -> None:
    _reported(story)
    sent = story.letter("wang@customer.example", "8D")
    handed_on = answer_to(sent, "收到，我司不接受该报告。", sender="孙销售 <sun@example.com>")
    story.comes(handed_on.replace(b"Subject: Re:", b"Subject: FW: Re:"))
    record = story.world.record()
    assert [each["value"] for each in record["proposals"]] == ["rejected"]
    assert record["signed_by"] == "", "and not Sun's signature"


def test_our_people_are_led_to_the_records_page_where_the_site_has_an_address(company: World) -> None:
    company.tables = '[review]\npublic_url = "https://intake.example.com/"\n'
    with closing(Story(company)) as story:
        number = _opened(story)
        dispatch = story.letter("hejun@example.com")
    page = f"https://intake.example.com/records/{number}"
    assert page in dispatch.get_body(("plain",)).get_content() and page in dispatch.get_body(("html",)).get_content()
    (acknowledgement,) = company.acknowledgements()
    assert "intake.example.com" not in acknowledgement.as_string(), "and no customer is"
