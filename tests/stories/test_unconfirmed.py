"""A batch warning that customers do not confirm: the owner is reminded, asks once more, and a manager is told; each once."""

from email.message import EmailMessage

import pytest

from intake.errors import IntakeError
from intake.importing import import_file
from tests.service.world import answer_to, mail
from tests.stories.story import Story
from tests.stories.test_hazard import CUSTOMERS, HAZARD, SHIPMENTS

UNCONFIRMED, LATE = "质量预警未确认", "质量预警仍未确认"


def _warned(story: Story) -> str:
    """A record whose five customers are warned on Thursday at 16:30; one of them has no address."""
    for name, text in (("customers", CUSTOMERS), ("shipments", SHIPMENTS)):
        path = story.world.folder / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        import_file(name, path, story.storage)
    story.begins("2025-11-13T10:00")
    number = story.comes(mail(subject="RoHS铅超标", body=HAZARD))
    story.does("hejun", number, "warn", risk="铅含量可能超过0.1%")
    story.goes_on("2025-11-13T16:30")
    story.does("yan", number, "approve_warnings")
    return number


def _about(story: Story, words: str) -> list[EmailMessage]:
    return [one for one in story.ledger.letters if words in str(one["Subject"])]


def _text(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return "".join(str(part.get_content()).split())


def _what(story: Story) -> list[str]:
    return [event["what"] for event in story.world.record()["events"] if event["what"].startswith("warning_")]


def test_the_owner_is_reminded_asks_again_and_the_quality_manager_is_told_once(story: Story) -> None:
    number = _warned(story)
    story.goes_on("2025-11-13T18:00")
    first = story.letter("ann@third.example")
    story.comes(
        answer_to(
            first, "Received, thank you.", sender="Ann <ann@third.example>", date="Thu, 13 Nov 2025 17:59:00 +0800"
        )
    )
    story.goes_on("2025-11-14T16:29")
    assert _about(story, UNCONFIRMED) == []
    digest = _text(story.letter("yan@example.com", "日报"))
    assert "5家中已确认1家" in digest and "已确认：ThirdInc." in digest and "FourthLtd（" in digest

    story.goes_on("2025-11-14T16:33")  # the 24 h are over, a minute or two after the sending at 16:30
    [reminder] = _about(story, UNCONFIRMED)
    assert "hejun@example.com" in str(reminder["To"])
    said = _text(reminder)
    assert all(name in said for name in ("上海甲公司", "台中乙公司", "FourthLtd", "ThirdInc."))
    assert "无邮箱公司" not in said  # sales has the task to call

    with pytest.raises(IntakeError, match="no address"):
        story.actions.do(number, "warn_again", {"customer": "无邮箱公司"}, "hejun@example.com")
    with pytest.raises(IntakeError, match="confirmed the warning already"):
        story.actions.do(number, "warn_again", {"customer": "Third Inc."}, "hejun@example.com")
    with pytest.raises(IntakeError, match="another's"):
        story.actions.do(number, "warn_again", {"customer": "Fourth Ltd"}, "lilei@example.com")
    story.does("hejun", number, "warn_again", customer="Fourth Ltd")
    again = story.letter("bob@fourth.example")
    assert "please confirm" in str(again["Subject"]) and number in str(again["Subject"])
    assert str(again["In-Reply-To"]) in {str(one["Message-ID"]) for one in story.ledger.letters}
    assert "某某" not in _text(again) and "甲公司" not in _text(again)
    story.does("hejun", number, "confirmed", customer="上海甲公司", by="电话")

    story.goes_on("2025-11-15T16:33")  # 24 h past the first end
    [told] = _about(story, LATE)
    assert "yan@example.com" in str(told["To"]) and "hejun@example.com" in str(told["Cc"])
    assert "台中乙公司" in _text(told) and "已确认上海甲公司" in _text(told)

    story.comes(
        answer_to(again, "Received.", sender="Bob <bob@fourth.example>", date="Sat, 15 Nov 2025 16:40:00 +0800")
    )
    story.goes_on("2025-11-20T09:00")
    assert len(_about(story, LATE)) == 1
    assert len(_about(story, UNCONFIRMED)) == 2  # one for each letter that asked: those of Thursday, and Bob's second
    stand = {one["customer"]: one["confirmed_by"] for one in story.world.record()["warned"]}
    assert stand == {
        "上海甲公司": "电话",
        "Third Inc.": "ann@third.example",
        "Fourth Ltd": "bob@fourth.example",
        "台中乙公司": "",
        "无邮箱公司": "",
    }
    assert _what(story) == [
        "warning_confirmed",
        "warning_unconfirmed",
        "warning_sent_again",
        "warning_confirmed",
        "warning_escalated",
        "warning_unconfirmed",
        "warning_confirmed",
    ]


def test_after_down_time_each_is_told_once_and_in_one_mail(story: Story) -> None:
    _warned(story)
    story.goes_on("2025-11-13T17:00")
    story.is_down("2025-11-17T08:30")
    assert _about(story, UNCONFIRMED) == [] == _about(story, LATE)
    joined = [_text(one) for one in _about(story, "停机") if "质量预警未确认" in _text(one)]
    assert len(joined) == 2 and all("FourthLtd" in text for text in joined)  # hejun's, and yan's
    story.goes_on("2025-11-19T12:00")
    assert _about(story, UNCONFIRMED) == [] == _about(story, LATE)
    assert _what(story) == ["warning_unconfirmed", "warning_escalated"]
