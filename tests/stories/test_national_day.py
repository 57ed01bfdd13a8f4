"""A class A complaint on the eve of National Day that nobody works on: who is told what, to the minute, each once.

2025: Tuesday 30 September works until 17:00; 1 to 8 October are holidays; Thursday 9 October works.
"""

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from intake.wiring import Parts
from storage.records import Purpose
from tests.service.watching import watching
from tests.service.world import World, mail

STOPPED = (
    "您好，\n\n贵司的轴承座HX-200B（批号B2609-01）到货1200只，装配时发现45只表面划伤，我司产线已经停线！"
    "请尽快提供8D报告。\n\n王强\n某某电器有限公司\n"
)
ZONE = ZoneInfo("Asia/Shanghai")
HEADS = ("yan@example.com",)
TOP = ("gm@example.com", "mr@example.com")

# (moment, what, window) of every step; round-the-clock windows are reminded at night and on holidays, others wait for work.
EXPECTED = [
    ("10-01 03:30", "50", "first_report"),
    ("10-01 03:30", "50", "solution_or_progress"),
    ("10-01 10:45", "80", "first_report"),
    ("10-01 10:45", "80", "solution_or_progress"),
    ("10-01 11:30", "auto_progress", "solution_or_progress"),
    ("10-01 15:30", "100", "first_report"),
    ("10-02 15:30", "escalated", "first_report"),
    ("10-09 08:00", "100", "on_site_confirmation"),
    ("10-09 08:00", "escalated", "on_site_confirmation"),
    ("10-09 08:00", "100", "handled"),
    ("10-09 08:00", "escalated", "handled"),
    ("10-09 08:00", "100", "full_report"),
    ("10-09 08:00", "escalated", "full_report"),
]


@pytest.mark.parametrize("company", ["sqlite"], indirect=True)  # the clock on PostgreSQL: test_clock_two_watchers
def test_a_class_a_complaint_over_national_day(company: World) -> None:
    world = company
    world.now = datetime.fromisoformat("2025-09-30T15:30:00+08:00")
    world.deliver(mail(body=STOPPED))
    world.run()
    record = world.record()
    number = record["number"]
    assert record["class"] == "A"
    assert [each["state"] for each in record["windows"]].count("met") == 3, "acknowledged, reported, dispatched"

    with watching(world) as clock:
        told = clock.looks("2025-09-30T15:45", "2025-10-01T11:30", minutes=15)
    world.run(Parts(send=True))
    with watching(world) as clock:
        told += clock.looks("2025-10-01T11:45", "2025-10-09T08:15", minutes=15)
    steps = [
        (f"{event.at.astimezone(ZONE):%m-%d %H:%M}", event.what.removeprefix("window_"), event.new)
        for event in world.ask(lambda work: work.complaints.events(number))
        if event.what.startswith("window_")
    ]
    assert sorted(steps) == sorted(EXPECTED)
    assert max(Counter(steps).values()) == 1

    to_customer = [letter for letter in told if letter.to == ("wang@customer.example",)]
    assert [(letter.purpose, f"{letter.created_at.astimezone(ZONE):%m-%d %H:%M}") for letter in to_customer] == [
        (Purpose.PROGRESS, "10-01 11:30")
    ]
    overdue = [
        letter
        for letter in told
        if letter.purpose is Purpose.OVERDUE and "10-01" in f"{letter.created_at.astimezone(ZONE):%m-%d}"
    ]
    assert [set(letter.to) for letter in overdue] == [set(HEADS)]
    escalated = [letter for letter in told if letter.purpose is Purpose.ESCALATION]
    assert set(escalated[0].to) == set(TOP)
    unsigned = [letter for letter in told if letter.purpose is Purpose.UNSIGNED]
    assert [f"{letter.created_at.astimezone(ZONE):%m-%d %H:%M}" for letter in unsigned] == ["10-09 08:00"]
    by_night = [letter for letter in told if not 8 <= letter.created_at.astimezone(ZONE).hour < 17]
    assert {letter.purpose for letter in by_night} == {Purpose.DUE_SOON}, "only round-the-clock windows wake anybody"
