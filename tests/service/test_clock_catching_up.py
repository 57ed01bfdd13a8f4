"""After the service was down: one mail a person sums up what fell due meanwhile, in order; nothing is lost or doubled."""

import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import templates
from storage.records import Letter, Purpose, WindowState
from tests.service.watching import complaint, hire, joined, of, to, watching, with_policy
from tests.service.world import World

LETTERS = Path(templates.__file__).parent / "letters"
ALONE = (Purpose.DUE_SOON, Purpose.OVERDUE, Purpose.ESCALATION, Purpose.UNSIGNED)


def order(letter: Letter, *named: str) -> list[str]:
    """Which of these words the letter says, in its order."""
    text = re.sub(r"\s+", "", letter.text)
    return sorted((word for word in named if word in text), key=text.index)


def steps(events: list[tuple[str, object]]) -> set[tuple[str, object]]:
    return {(what, new) for what, new in events if what.startswith("window_")}


def test_after_thirty_hours_each_person_gets_one_mail_and_the_customer_his_own(world: World) -> None:
    number = complaint(world)  # Thursday 10:00
    with watching(world) as clock:
        told = clock.look("2025-11-14T16:00")
        again = clock.look("2025-11-14T16:01")
        events = clock.events(number)
    assert sorted(letter.to for letter in joined(told)) == [("hejun@example.com",), ("yan@example.com",)]
    assert of(told, *ALONE) == [], "nothing goes alone besides"
    assert again == []
    (hejun,) = to(joined(told), "hejun@example.com")
    # signature Friday 08:00 counts from the night before; the day ended at midnight; the 24 h ended at 10:00
    assert order(hejun, "传递于", "销售现场确认", "处理方案或进展回复") == [
        "传递于",
        "销售现场确认",
        "处理方案或进展回复",
    ]
    assert "2025年11月13日（星期四）10:00" in hejun.text and "2025年11月14日（星期五）16:00" in hejun.text
    (progress,) = of(told, Purpose.PROGRESS)
    assert progress.to == ("wang@customer.example",), "the progress letter goes, though its window ended hours ago"
    assert steps(events) == {
        ("window_100", "on_site_confirmation"),
        ("window_100", "replacement"),
        ("window_100", "solution_or_progress"),
        ("window_auto_progress", "solution_or_progress"),
        ("window_50", "first_report"),
    }
    assert len(set(map(str, events))) == len(events), "each is written once"


def test_after_a_week_the_general_manager_is_told_too_and_each_matter_stands_once(world: World) -> None:
    hire(world)
    number = complaint(world)
    with watching(world) as clock:
        told = clock.look("2025-11-20T09:00")
        rest = clock.looks("2025-11-20T09:01", "2025-11-20T16:01", hours=1)
        with clock.storage.reading() as work:
            running = [each for each in work.complaints.windows(number) if each.state is WindowState.OVERDUE]
    assert {letter.to[0] for letter in joined(told)} == {
        "hejun@example.com",
        "yan@example.com",
        "gm@example.com",
        "zhao@example.com",
    }
    assert all(len(to(joined(told), letter.to[0])) == 1 for letter in joined(told))
    assert of(told, *ALONE) == []
    (manager,) = to(joined(told), "gm@example.com")
    assert manager.text.count(number) == 5, "five windows are a day past their end; that of the full report is not"
    (quality,) = to(joined(told), "yan@example.com")
    assert quality.text.count("销售现场确认") == 1, "broken and escalated is one matter"
    assert len(of(told, Purpose.PROGRESS)) == 1 and of(rest, Purpose.PROGRESS) == []
    assert {each.name.value for each in running} >= {"on_site_confirmation", "first_report", "handled", "replacement"}
    assert joined(rest) == [] and all(letter.to != ("gm@example.com",) for letter in rest)


def test_back_on_saturday_what_waits_for_working_time_is_joined_on_monday(world: World) -> None:
    complaint(world)
    with_policy(world, '[reminders]\ncatch_up_after = "8h"\n')  # so that few looks will do
    with watching(world) as clock:
        saturday = clock.look("2025-11-15T11:00")
        assert joined(clock.looks("2025-11-15T18:00", "2025-11-17T07:00", hours=7)) == []
        monday = clock.look("2025-11-17T08:00")
    (first,) = to(joined(saturday), "yan@example.com")
    assert "处理方案或进展回复" in first.text and "销售现场确认" not in first.text, "nobody works on Saturday"
    (second,) = to(joined(monday), "yan@example.com")
    assert order(second, "销售现场确认", "产品更换") == ["销售现场确认", "产品更换"]
    assert "2025年11月15日（星期六）11:00" in second.text, (
        "it says when the service was back, not that it was down again"
    )


def test_who_has_one_matter_gets_its_own_letter(world: World) -> None:
    complaint(world)
    with watching(world) as clock:
        clock.looked("2025-11-13T21:40")
        told = clock.look("2025-11-13T22:10")  # only the 24 hours are half over
    assert [(letter.purpose, letter.to) for letter in told] == [(Purpose.DUE_SOON, ("hejun@example.com",))]


def test_a_restart_is_no_catch_up(world: World) -> None:
    complaint(world)
    with watching(world) as clock:
        clock.looked("2025-11-14T07:50")  # as it did all night
        told = clock.look("2025-11-14T08:03")  # thirteen minutes
    assert joined(told) == [] and len(of(told, *ALONE)) >= 2


def test_a_thing_that_cannot_be_stepped_does_not_keep_the_others_from_being_told(world: World) -> None:
    bad, good = complaint(world, batch="B1"), complaint(world, batch="B2", sender="li@other.example")
    (spoilt,) = [each for each in world.ask(lambda work: work.complaints.windows(bad)) if each.name == "handled"]
    beyond = replace(spoilt, due_at=datetime(9999, 12, 31, 12, tzinfo=UTC), look_at=world.now)  # no day after it
    world.change(lambda work: work.complaints.set_window(beyond))
    with watching(world) as clock:
        told = clock.look("2025-11-14T16:00")
        with clock.storage.reading() as work:
            (after,) = [each for each in work.complaints.windows(bad) if each.name == "handled"]
    (yan,) = to(joined(told), "yan@example.com")
    assert bad in yan.text and good in yan.text
    assert after.look_at is not None and after.look_at > world.now, "it is looked at again later"


def test_where_the_joined_letter_cannot_be_written_each_matter_is_told_by_itself(world: World) -> None:
    """A letter of the company's own that fails only on long lists, which no sample has."""
    own = world.folder / "letters" / "catch_up" / "zh-CN"
    shutil.copytree(LETTERS / "catch_up" / "zh-CN", own)
    (own / "subject.txt").write_text("汇总{% if entries | length > 3 %}{{ 1 / 0 }}{% endif %}\n", encoding="utf-8")
    world.company = 'templates = "letters"\n' + world.company
    number = complaint(world)
    with watching(world) as clock:
        told = clock.look("2025-11-14T16:00")
        again = clock.look("2025-11-14T16:01")
        events = clock.events(number)
    assert joined(told) == [] and again == []
    assert sorted(letter.purpose for letter in of(told, *ALONE)) == ["due_soon", *["overdue"] * 3, "unsigned"]
    assert ("window_100", "on_site_confirmation") in events and len(set(map(str, events))) == len(events)
