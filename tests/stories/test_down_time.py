"""The service is down for thirty hours, a night and a working day: it catches up, in order, one mail a person.

What waits for working time waits on: its part of the sum comes on Monday morning.
"""

import re
from email.message import EmailMessage

from tests.service.world import mail
from tests.stories.ledger import as_expected
from tests.stories.said import STOPPED
from tests.stories.story import Story, at

LEAKING = (
    "您好，\n\n贵司的密封圈HX-300（批号B2609-{batch}）到货500只，发现{number}只漏油，请回复原因。\n\n赵一\n上海甲公司\n"
)
ZHAO = "赵一 <zhao@jia.example>"


def test_what_fell_due_in_thirty_hours_is_made_good_with_one_mail_a_person(story: Story) -> None:
    story.begins("2025-11-13T10:00")
    story.comes(mail(body=STOPPED.format(wish="提供8D报告")))
    story.goes_on("2025-11-13T11:00")
    leaking = LEAKING.format(batch="02", number=20)
    second = story.comes(mail("密封圈HX-300漏油", leaking, sender=ZHAO))
    story.goes_on("2025-11-13T14:00")
    story.does("hejun", second, "confirm")
    story.does("hejun", second, "assign", cause="manufacture")
    story.does("sun", second, "visit", result="确认漏油")
    story.goes_on("2025-11-13T16:00")

    more = mail("密封圈HX-300又漏油", LEAKING.format(batch="09", number=3), sender=ZHAO)
    story.world.deliver(more, at=at("2025-11-14T09:00"))
    story.is_down("2025-11-14T22:00")
    to_yan, to_hejun = story.letter("yan@example.com", "停机期间"), story.letter("hejun@example.com", "停机期间")
    late = [("0001", "初步整改报告"), ("0001", "处理方案或进展回复"), ("0002", "处理方案或进展回复")]
    assert _summed_up(to_yan) == late
    assert _summed_up(to_hejun) == [*late[:2], ("0002", "初步整改报告"), late[2], ("0003", "处理方案或进展回复")]
    assert "自2025年11月13日（星期四）16:00至2025年11月14日（星期五）22:00" in _text(to_hejun)

    story.goes_on("2025-11-17T08:05")
    waited = [letter for letter in story.ledger.letters if "catch-up" in letter["Message-ID"]][2:]
    assert [_summed_up(letter) for letter in waited] == [[("0001", "传递于"), ("0001", "销售现场确认")]] * 2
    as_expected(story.ledger, "down_time")


def _summed_up(letter: EmailMessage) -> list[tuple[str, str]]:
    """The matters that a joined letter names: the record and what fell due, in its order."""
    return re.findall(r"KS-\d{6}-(\d{4}).*?（([^0-9：（）]+)", _text(letter))


def _text(letter: EmailMessage) -> str:
    """Its lines unfolded."""
    text: str = letter.get_body(("plain",)).get_content()
    return re.sub(r"\n *", "", text)
