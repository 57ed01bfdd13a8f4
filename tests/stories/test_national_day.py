"""A class A complaint on the eve of National Day that nobody works on: who is told what, to the minute, each once.

2025: Tuesday 30 September works until 17:00; 1 to 8 October are holidays; Thursday 9 October works.
"""

from tests.service.world import mail
from tests.stories.ledger import as_expected
from tests.stories.said import STOPPED
from tests.stories.story import Story


def test_a_class_a_complaint_over_national_day(story: Story) -> None:
    story.begins("2025-09-30T15:30")
    story.comes(mail(body=STOPPED.format(wish="提供8D报告")))
    story.goes_on("2025-10-09T08:15")
    as_expected(story.ledger, "national_day")
