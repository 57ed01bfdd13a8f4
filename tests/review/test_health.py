"""How the service is doing, decided from facts: what counts as alive, and which troubles come first."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from intake.review.admin.facts import Disk, Facts, SourceSeen
from intake.review.admin.health import NEEDED, Part, level_of, parts_of, signs_of, sized
from intake.review.wording import LANGUAGES, table
from storage.records import Person, SourceState
from storage.running import Fetches, Process, Stock
from tests.review.conftest import NOW

ALL = ("poll", "work", "send", "watch")
PEOPLE = tuple(Person("A", f"{role}@example.com", "", role) for role in NEEDED)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def source(state: SourceState | None = None, fetches: Fetches | None = None, is_set: bool = True) -> SourceSeen:
    kept = state or SourceState("box", last_ok_at=NOW)
    return SourceSeen("box", "imap", "", "keep", 60, kept, fetches or Fetches("box", NOW), Stock(), is_set)


WELL = Facts(
    NOW,
    processes=(Process("host-run-1", ALL, ago(hours=9), ago(seconds=20)),),
    clock_looked=ago(seconds=50),
    sources=(source(),),
    disks=(Disk(("database",), 80_000_000_000, 200_000_000_000),),
    backup=ago(hours=20),
    people=PEOPLE,
)


def keys(facts: Facts) -> list[str]:
    return [sign.key for sign in signs_of(facts)]


def test_where_all_is_well_there_is_nothing_to_do() -> None:
    assert signs_of(WELL) == []
    assert [(part.level, part.key) for part in parts_of(WELL)] == [("good", "alive")] * 4


@pytest.mark.parametrize(
    ("process", "expected"),
    [
        (None, ("bad", "never")),
        (Process("h", ALL, NOW, ago(seconds=69)), ("good", "alive")),
        (Process("h", ALL, NOW, ago(seconds=90)), ("bad", "gone")),
        (Process("h", ALL, NOW, ago(minutes=30), stays=False), ("good", "timer")),
        (Process("h", ALL, NOW, ago(hours=3), stays=False), ("bad", "gone")),
        (Process("h", ("send",), NOW, NOW), ("bad", "never")),
    ],
)
def test_a_part_lives_while_a_process_of_it_tells_so(process: Process | None, expected: tuple[str, str]) -> None:
    facts = replace(WELL, processes=() if process is None else (process,))
    poll = parts_of(facts)[0]
    assert (poll.level, poll.key) == expected
    assert ("part_" + poll.key in keys(facts)) is (poll.level == "bad")


def test_of_two_processes_of_a_part_one_that_lives_is_enough() -> None:
    dead = Process("a-run-1", ALL, ago(days=1), ago(hours=2))
    facts = replace(WELL, processes=(dead, *WELL.processes))
    assert parts_of(facts)[0] == Part("poll", "good", "alive", ago(seconds=20), ("host-run-1",))


def test_a_clock_that_does_not_look_is_stuck_though_its_process_lives() -> None:
    assert parts_of(replace(WELL, clock_looked=ago(minutes=6)))[3].key == "stuck"
    fresh = (Process("host-run-1", ALL, ago(minutes=1), NOW),)
    assert parts_of(replace(WELL, processes=fresh, clock_looked=None))[3].key == "alive", "it has only just begun"


@pytest.mark.parametrize(
    ("seen", "level", "key"),
    [
        (source(SourceState("box", failing_since=ago(minutes=1))), "bad", "source_failing"),
        (source(fetches=Fetches("box", ago(minutes=7))), "warn", "source_not_looked_at"),
        (source(fetches=Fetches("box")), "warn", "source_not_looked_at"),
        (source(fetches=Fetches("box", NOW, missing=3)), "warn", "source_misses"),
        (source(fetches=Fetches("box", ago(minutes=5))), "good", ""),
        (source(SourceState("box", failing_since=NOW), is_set=False), "none", "no_source"),
    ],
)
def test_a_source_is_as_its_last_look_and_count_say(seen: SourceSeen, level: str, key: str) -> None:
    assert level_of(seen, NOW) == level
    assert keys(replace(WELL, sources=(seen,))) == ([key] if key else [])


@pytest.mark.parametrize(
    ("different", "expected"),
    [
        ({"sources": ()}, ["no_source"]),
        ({"oldest_waiting": ago(minutes=9)}, []),
        ({"oldest_waiting": ago(minutes=11)}, ["unread"]),
        ({"queue": (4, ago(minutes=14))}, []),
        ({"queue": (4, ago(minutes=16))}, ["unsent"]),
        ({"stuck": {"draft": 1, "set_aside": 2, "in_doubt": 3}}, ["waits_in_doubt", "waits_set_aside", "waits_draft"]),
        ({"disks": (Disk(("files",), 4_000_000_000, 9_000_000_000),)}, ["disk"]),
        ({"backup": ago(days=4)}, ["backup_old"]),
        ({"backup": None}, []),
        ({"people": PEOPLE[1:]}, ["nobody"]),
        ({"holidays_guessed": True}, ["holidays"]),
    ],
)
def test_each_trouble_is_told(different: dict[str, object], expected: list[str]) -> None:
    assert keys(replace(WELL, **different)) == expected  # type: ignore[arg-type]


def test_what_is_urgent_stands_before_what_is_to_be_looked_at() -> None:
    facts = replace(WELL, holidays_guessed=True, stuck={"draft": 1, "refused": 1}, processes=())
    assert keys(facts) == ["part_never"] * 4 + ["waits_refused", "waits_draft", "holidays"]
    full = replace(WELL, disks=(Disk(("files",), 900_000_000, 9_000_000_000),), stuck={"draft": 1})
    assert keys(full) == ["disk", "waits_draft"]


def test_every_sign_has_its_words_and_its_remedy() -> None:
    bad = source(SourceState("box", failing_since=NOW))
    missing = source(fetches=Fetches("box", NOW, missing=3))
    unseen = source(fetches=Fetches("box"))
    stuck = {"in_doubt": 1, "refused": 1, "set_aside": 1, "draft": 1}
    worst = replace(
        WELL, processes=(), clock_looked=None, sources=(bad, missing, unseen), oldest_waiting=ago(days=1),
        queue=(1, ago(days=1)), stuck=stuck, disks=(Disk(("files",), 1, 2),), backup=ago(days=9), people=(),
        holidays_guessed=True,
    )  # fmt: skip
    gone = replace(WELL, processes=(Process("h", ALL, NOW, ago(hours=3)),), sources=())
    still = replace(WELL, clock_looked=ago(hours=1))
    named = {key for facts in (worst, gone, still) for key in keys(facts)}
    assert len(named) == 17
    for key in named:
        for language in LANGUAGES:
            assert {f"health.{key}", f"health.{key}_do"} <= set(table(language))


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0 B"), (999, "999 B"), (1500, "1.5 KB"), (812_000, "812 KB"), (3.4e9, "3.4 GB"), (5e12, "5.0 TB")],
)
def test_sizes_are_told_as_people_read_them(number: float, text: str) -> None:
    assert sized(number) == text
