"""Service points (顾客服务网点清单): a visit to the customer names the nearest one with its contact."""

import pytest

from intake.importing import import_file
from tests.service.world import mail
from tests.stories.story import Story

POINTS = """地区,服务网点,联系人,电话,地址
江苏省,苏州服务站,陆工,0512-5550001,苏州市示例路1号
广东,东莞服务站,梁工,0769-5550002,
,总部售后,值班,0512-5550099,
"""
BODY = "您好，\n\n贵司的轴承座HX-200B（批号B2609-01）到货1200只，其中45只异响，请派人到现场处理。\n\n王强\n某某电器有限公司\n{place}\n"


@pytest.mark.parametrize(
    ("place", "named"),
    [
        ("地址：广东省东莞市长安镇", "东莞服务站 梁工 0769-5550002"),
        ("地址：江苏省南通市", "苏州服务站 陆工 0512-5550001 苏州市示例路1号"),
        ("地址：四川省成都市", "总部售后 值班 0512-5550099"),
    ],
)
def test_a_visit_names_the_point_of_the_customers_province(story: Story, place: str, named: str) -> None:
    path = story.world.folder / "points.csv"
    path.write_text(POINTS, encoding="utf-8")
    assert import_file("points", path, story.storage).summary == "points: 3 added, 0 changed, 0 same, 0 refused"
    assert import_file("points", path, story.storage).number("same") == 3
    story.begins("2025-11-10T10:00")
    number = story.comes(mail(subject="轴承座异响", body=BODY.format(place=place)))
    story.does("hejun", number, "correct", location=place.removeprefix("地址："))
    story.does("hejun", number, "task", kind="on_site", owner="sun@example.com", note="带检具")
    with story.storage.reading() as work:
        [task] = [one for one in work.lives.tasks(number) if one.kind == "on_site"]
    assert task.note == f"带检具; {named}"
    part = story.letter("sun@example.com", "任务").get_body(("plain",))
    assert part is not None and named.split()[0] in str(part.get_content())


def test_without_points_a_visit_names_none(story: Story) -> None:
    story.begins("2025-11-10T10:00")
    number = story.comes(mail(subject="轴承座异响", body=BODY.format(place="")))
    story.does("hejun", number, "task", kind="on_site", owner="sun@example.com")
    with story.storage.reading() as work:
        assert [one.note for one in work.lives.tasks(number) if one.kind == "on_site"] == [""]
