"""Signatures, tasks, the daily digest, the unsigned list, the weekly and the monthly report, on a clock that is moved."""

import re
from dataclasses import replace

import pytest

from storage.life import TaskKind
from storage.records import Letter, Purpose, RecordState
from tests.service.watching import Clock, at, complaint, hire, of, to, watching
from tests.service.world import World


def plain(letter: Letter) -> str:
    """Its text without the breaks that fold it."""
    return re.sub(r"\s+", "", letter.text)


def named(letters: list[Letter], start: str) -> list[Letter]:
    """The letters of a round: their Message-ID begins with its name."""
    return [letter for letter in letters if letter.message_id.startswith(f"<{start}.")]


def night(clock: Clock, morning: str) -> list[Letter]:
    """The service has run all night: the first look of the morning."""
    clock.looked(f"{morning}T07:59")
    return clock.look(f"{morning}T08:00")


# -------------------------------------------------------------------- signatures


def test_a_dispatch_unsigned_overnight_is_asked_for_in_the_morning_and_then_stands_on_the_list(world: World) -> None:
    number = complaint(world)  # Thursday 10:00
    with watching(world) as clock:
        assert of(clock.look("2025-11-13T22:01"), Purpose.UNSIGNED) == [], "nobody is woken for a signature"
        (letter,) = of(night(clock, "2025-11-14"), Purpose.UNSIGNED)
        assert letter.record == number and letter.to == ("hejun@example.com",) and letter.cc == ("yan@example.com",)
        assert of(night(clock, "2025-11-15"), Purpose.UNSIGNED) == [], "Saturday"
        (first,) = of(night(clock, "2025-11-17"), Purpose.UNSIGNED)
        assert first.record is None and number in first.text and first.to == ("hejun@example.com",)
        assert of(clock.look("2025-11-17T08:01"), Purpose.UNSIGNED) == [], "once a day"
        assert [letter.record for letter in of(night(clock, "2025-11-18"), Purpose.UNSIGNED)] == [None]
        clock.live(number, signed_at=world.now, signed_by="hejun@example.com")
        assert of(night(clock, "2025-11-19"), Purpose.UNSIGNED) == []
        assert [new["waits_for"] for what, new in clock.events(number) if what == "unsigned"] == ["dispatch"]


def test_a_handover_not_signed_asks_the_new_owner_and_tells_the_old_one(world: World) -> None:
    hire(world)
    number = complaint(world)
    owner = world.record()["owner"]
    with watching(world) as clock:
        handed = at("2025-11-14T09:00")
        clock.live(
            number,
            signed_at=world.now,
            signed_by=owner,
            handover_to="lina@example.com",
            handover_at=handed,
            look_at=at("2025-11-14T21:00"),
        )
        (letter,) = of(night(clock, "2025-11-17"), Purpose.UNSIGNED)
        assert letter.to == ("lina@example.com",) and letter.cc == (owner,)
        (listed,) = of(night(clock, "2025-11-18"), Purpose.UNSIGNED)
        assert listed.to == ("lina@example.com",) and number in listed.text


# -------------------------------------------------------------------- tasks


def test_a_task_reminds_its_owner_and_a_day_past_its_end_the_head_of_the_department(world: World) -> None:
    hire(world)
    number = complaint(world)
    told: dict[str, tuple[Purpose, tuple[str, ...], tuple[str, ...]]] = {}
    with watching(world) as clock:
        clock.give(number, TaskKind.STOCK_CHECK, "lina@example.com", "2025-11-14T10:00")  # 8 working hours from now
        for moment in ("13T16:00", "14T08:23", "14T08:24", "14T10:00", "14T16:59", "17T10:00", "18T10:00"):
            clock.looked(f"2025-11-{moment}")
            for letter in clock.look(f"2025-11-{moment}"):
                if ".task." in letter.message_id:
                    told[moment] = (letter.purpose, letter.to, letter.cc)
        tasks = [what for what, _ in clock.events(number) if what.startswith("task_")]
    owner, head = ("lina@example.com",), ("wugang@example.com", "yan@example.com")
    assert told == {
        "13T16:00": (Purpose.DUE_SOON, owner, ()),
        "14T08:24": (Purpose.DUE_SOON, owner, ()),
        "14T10:00": (Purpose.OVERDUE, owner, head),
        "17T10:00": (Purpose.OVERDUE, head, owner),
    }
    assert tasks == ["task_50", "task_80", "task_100", "task_escalated"]


def test_tasks_of_a_record_that_is_over_remind_nobody(world: World) -> None:
    hire(world)
    number = complaint(world)
    with watching(world) as clock:
        clock.give(number, TaskKind.STOCK_CHECK, "lina@example.com", "2025-11-14T10:00")
        over(clock, number)
        assert to(clock.look("2025-11-17T10:00"), "lina@example.com") == []


def over(clock: Clock, number: str) -> None:
    with clock.storage.unit() as work:
        record = work.complaints.get(number)
        assert record is not None
        work.complaints.update(replace(record, state=RecordState.CANCELLED))
        work.commit()


# -------------------------------------------------------------------- the digest


def test_the_digest_goes_once_a_working_day_and_tells_how_things_stand(world: World) -> None:
    hire(world)
    number = complaint(world)
    with watching(world) as clock:
        clock.give(number, TaskKind.STOCK_CHECK, "lina@example.com", "2025-11-14T17:00")
        clock.looked("2025-11-14T07:59")
        day = named(clock.looks("2025-11-14T08:00", "2025-11-14T18:00", hours=2), "digest.2025-11-14")
        assert sorted(letter.to for letter in day) == [
            ("hejun@example.com",),
            ("lina@example.com",),
            ("yan@example.com",),
        ]
        (quality,) = to(day, "yan@example.com")
        for said in ("待审核（1）", "今日到期（2）", "已超期（1）", "待签收（1）"):
            assert said in plain(quality), said
        (worker,) = to(day, "lina@example.com")
        assert "全检库存" in worker.text and "进展" in worker.text, "the owner of a task is asked how far it is"
        assert "待审核" not in worker.text, "and is told of no other record"
        assert named(night(clock, "2025-11-15"), "digest") == [], "Saturday"


def test_what_was_opened_since_the_last_digest_is_new(world: World) -> None:
    first = complaint(world, batch="B1")
    with watching(world) as clock:
        night(clock, "2025-11-14")
    world.now = at("2025-11-14T11:00")
    second = complaint(world, batch="B2", sender="li@other.example")
    with watching(world) as clock:
        (monday, _) = named(night(clock, "2025-11-17"), "digest")
    new = plain(monday).split("■待审核")[0]
    assert second in new and first not in new


@pytest.mark.parametrize(("back", "digests"), [("2025-11-14T15:00", 2), ("2025-11-14T19:00", 0)])
def test_after_down_time_the_digest_still_goes_within_working_hours(world: World, back: str, digests: int) -> None:
    complaint(world)
    with watching(world) as clock:
        assert len(named(clock.look(back), "digest.2025-11-14")) == digests
        assert named(clock.look(back.replace(":00", ":01")), "digest") == []


def test_where_there_is_nothing_to_tell_no_mail_goes(world: World) -> None:
    number = complaint(world)
    with watching(world) as clock:
        over(clock, number)
        assert clock.looks("2025-11-14T08:00", "2025-11-14T17:00", hours=3) == []
        assert [letter.message_id for letter in night(clock, "2025-11-17")] == []


# -------------------------------------------------------------------- reports


def test_the_weekly_and_the_monthly_report_go_once_to_those_the_policy_names(world: World) -> None:
    hire(world)
    first = complaint(world, batch="B1")
    world.passes(minutes=1)
    again = complaint(world, batch="B2", sender="li@other.example")
    with watching(world) as clock:
        monday = night(clock, "2025-11-17")
        (weekly,) = named(monday, "weekly.2025-W46")
        assert weekly.to == ("yan@example.com", "gm@example.com") and weekly.cc == ("zhao@example.com",)
        said = plain(weekly)
        assert "受理客诉2件" in said and "考核" in said and "HeJun" in said
        assert again in said and first not in said, "the second complaint of the same problem is a repeat"
        clock.looked("2025-11-18T07:59")
        rest = clock.looks("2025-11-18T08:00", "2025-11-21T16:00", hours=8)
        assert named(rest, "weekly") == [] and named(rest, "monthly") == []
        december = night(clock, "2025-12-01")
        (monthly,) = named(december, "monthly.2025-11")
        assert "受理客诉2件" in plain(monthly)
        assert named(december, "weekly") == [], "in that week nothing came and nothing fell due"
        assert named(night(clock, "2025-12-02"), "monthly") == []


def test_the_first_look_of_an_installation_has_nothing_to_look_back_on(world: World) -> None:
    with watching(world) as clock:
        assert clock.look("2025-11-17T09:00") == []
    number = complaint(world)
    written = world.ask(lambda work: work.letters.of_record(number))
    assert {letter.purpose for letter in written} == {Purpose.ACKNOWLEDGEMENT, Purpose.DISPATCH}
