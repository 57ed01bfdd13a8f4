"""The clock through the whole service: where it starts, when it strikes, whom it wakes. (Traps 38 to 40.)"""

from datetime import datetime

import pytest

from tests.servers.dovecot import free_port
from tests.service.world import COMPANY, World, letters, mail, smtp, window


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    "date",
    [
        "Fri, 13 Nov 2037 10:00:00 +0800",
        "Mon, 01 Jan 1990 00:00:00 +0000",
        "Thu, 13 Nov 2025 10:00:00 -0000",
        "yesterday",
    ],
)
def test_trap_40_the_clock_starts_when_the_mail_reached_the_server(world: World, date: str) -> None:
    arrived = at("2025-11-12T16:30:00+08:00")
    world.deliver(mail(date=date), at=arrived)
    world.run()
    record = world.record()
    assert at(record["received_at"]) == arrived
    assert at(window(record, "acknowledgement")["due_at"]) == at("2025-11-12T18:30:00+08:00")
    assert window(record, "acknowledgement")["state"] == "met_late", (
        "answered a day later: the promise was broken, and says so"
    )


def test_trap_40_a_mail_without_date_is_timed_all_the_same(world: World) -> None:
    world.deliver(mail(date=""))
    world.run()
    assert at(world.record()["received_at"]) == world.now


def test_trap_38_friday_1755_before_a_make_up_saturday_of_national_day(world: World) -> None:
    """2025: Friday 26 September works, Sunday 28 September too; 1 to 8 October are holidays; Saturday 11 October works."""
    world.now = at("2025-09-26T17:55:00+08:00")
    world.deliver(mail())
    world.run()
    assert at(window(world.record(), "dispatch")["due_at"]) == at("2025-09-28T12:00:00+08:00")


def test_trap_38_before_the_holiday_the_half_day_ends_after_it(world: World) -> None:
    world.now = at("2025-09-30T15:30:00+08:00")
    world.deliver(mail())
    world.run()
    assert at(window(world.record(), "dispatch")["due_at"]) == at("2025-10-09T10:30:00+08:00")


def test_trap_39_reminders_of_working_time_windows_keep_to_working_time(world: World) -> None:
    """The dispatch of a Friday evening is due on Monday; nobody is woken for it on Saturday night."""
    world.sender = smtp(free_port())  # nothing leaves, so that the window stays open
    world.now = at("2025-11-14T16:00:00+08:00")  # a Friday
    world.deliver(mail())
    world.run()
    told: list[datetime] = []
    for _ in range(14):
        world.passes(hours=6)
        world.run()
        told += [
            world.now
            for event in world.record()["events"]
            if event["new"] == "dispatch" and at(event["at"]) == world.now
        ]
    assert told and all(moment.weekday() < 5 and 8 <= moment.hour < 17 for moment in told)


def test_trap_39_a_zone_with_summer_time_on_a_server_in_utc(world: World) -> None:
    """New York, on the eve of the end of summer time: days stay days, and nothing is due before it began."""
    world.company = COMPANY + 'time_zone = "America/New_York"\n'
    world.now = at("2025-10-31T20:00:00+00:00")
    world.deliver(mail())
    world.run()
    record = world.record()
    assert record["received_at"] == "2025-10-31T16:00:00-04:00"
    assert window(record, "handled")["due_at"] == "2025-11-03T16:00:00-05:00", (
        "calendar days end at the same time of day"
    )
    assert at(window(record, "solution_or_progress")["due_at"]) == at("2025-11-01T20:00:00+00:00"), (
        "24 hours are 24 hours"
    )
    assert all(at(each["due_at"]) > world.now for each in record["windows"])


def test_after_twenty_hours_without_an_answer_the_progress_letter_goes_by_itself(world: World) -> None:
    world.deliver(mail())
    world.run()
    world.passes(hours=19)
    world.run()
    assert letters(world.record(), "progress") == []
    world.passes(hours=1, minutes=1)
    world.run()
    world.run()
    (progress,) = letters(world.record(), "progress")
    assert progress["state"] == "sent" and progress["to"] == ["wang@customer.example"]
    assert window(world.record(), "solution_or_progress")["state"] == "met"


@pytest.mark.parametrize(
    "headers",
    [
        {"precedence": "list"},
        {"sender": "no-reply@customer.example"},
        {"authentication_results": "mx.example.com; dmarc=fail header.from=customer.example"},
        {"return_path": "<>"},
    ],
    ids=["a list", "nobody reads it", "forged", "asks for no answer"],
)
def test_whom_the_guard_kept_from_an_acknowledgement_gets_no_progress_letter_either(
    world: World, headers: dict[str, str]
) -> None:
    world.deliver(mail(**headers))
    world.run()
    assert "not_acknowledged" in [event["what"] for event in world.record()["events"]]
    world.passes(hours=20, minutes=1)
    world.run()
    assert letters(world.record(), "progress") == []
    assert not [letter for letter in world.sent() if "customer.example" in str(letter["To"])]
    assert window(world.record(), "solution_or_progress")["state"] == "open", "a person answers, and is reminded"


def test_past_the_brake_the_progress_letter_waits_for_a_person_as_the_acknowledgement_does(world: World) -> None:
    world.tables = "[brake]\nper_hour = 1\nper_day = 1\n"
    world.deliver(mail(batch="B1"))
    world.run()
    world.deliver(mail(batch="B2"))
    world.run()
    world.passes(hours=20, minutes=1)
    world.run()
    assert sorted(len(letters(record, "progress")) for record in world.records()) == [0, 1]


def test_one_run_does_what_the_clock_calls_for_in_the_records_that_it_opens(world: World) -> None:
    arrived = world.now
    world.passes(hours=21)
    world.deliver(mail(), at=arrived)
    world.run()
    assert [letter["state"] for letter in letters(world.record(), "progress")] == ["sent"]
    assert window(world.record(), "solution_or_progress")["state"] == "met"


def test_a_mail_found_after_its_windows_opens_a_record_whose_windows_are_overdue_at_whatever_hour(world: World) -> None:
    arrived = world.now
    world.now = at("2025-11-23T21:00+08:00")  # a Sunday night
    world.deliver(mail(), at=arrived)
    world.run()
    for name in ("on_site_confirmation", "handled", "full_report"):
        assert window(world.record(), name)["state"] == "overdue", name


def test_a_broken_promise_is_told_once_and_escalated_once(world: World) -> None:
    world.deliver(mail())
    world.run()
    for _ in range(12):
        world.passes(hours=8)
        world.run()
    record = world.record()
    assert window(record, "first_report")["state"] == "overdue"
    told = [event["what"] for event in record["events"] if event["new"] == "first_report"]
    assert sorted(told) == ["window_100", "window_50", "window_80", "window_escalated"]
