"""A class A complaint on the eve of National Day that nobody works on: who is told what, to the minute, each once.

2025: Tuesday 30 September works until 17:00; 1 to 8 October are holidays; Thursday 9 October works.
"""

from tests.service.world import mail
from tests.stories.ledger import as_expected
from tests.stories.story import Story

STOPPED = (
    "您好，\n\n贵司的轴承座HX-200B（批号B2609-01）到货1200只，装配时发现45只表面划伤，我司产线已经停线！"
    "请尽快提供8D报告。\n\n王强\n某某电器有限公司\n"
)


def test_a_class_a_complaint_over_national_day(story: Story) -> None:
    story.begins("2025-09-30T15:30")
    story.comes(mail(body=STOPPED))
    story.goes_on("2025-10-09T08:15")
    as_expected(story.ledger, "national_day")
