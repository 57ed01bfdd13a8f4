"""Two watchers at once, each a process of its own on one PostgreSQL: every step once, every letter once."""

import subprocess
import sys
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

from storage.life import TaskKind
from storage.records import Letter, LetterState, WindowState
from tests.servers.postgres import PostgresServer
from tests.service.watching import Clock, complaint, hire, watching
from tests.service.world import World

# Waits for the file `go`, so that both begin together, and then looks at the moments that it is told.
WATCH = """
import sys, time
from datetime import datetime
from pathlib import Path
from intake.settings import load
from intake.wiring import Parts, Service

settings, moments = load(Path(sys.argv[1])), [datetime.fromisoformat(text) for text in sys.argv[3:]]
now = moments[:1]
with Service(settings, Parts(watch=True), now=lambda: now[0]) as service:
    Path(sys.argv[2], sys.argv[0] + str(time.monotonic_ns())).touch()
    while not Path(sys.argv[2], "go").exists():
        time.sleep(0.01)
    for moment in moments:
        now[0] = moment
        service.watcher.look()
"""


def test_two_watchers_in_two_processes_write_every_letter_once(world: World, postgres: PostgresServer) -> None:
    url = postgres.new_database()
    both = World(world.folder / "pg", world.dovecot, world.account, world.sink, world.reader, database=url)
    hire(both)
    numbers = [complaint(both, batch=f"B{n}", sender=f"li{n}@other.example") for n in range(6)]
    with watching(both) as clock:
        for n, number in enumerate(numbers):
            clock.give(number, TaskKind.STOCK_CHECK, "lina@example.com", "2025-11-14T10:00", task=f"T{n}")
        clock.looked("2025-11-13T17:00")  # then both were down until Friday 10:00, and ran until Monday
    # a catch-up on Friday, single letters on Friday afternoon, digest, lists and report on Monday
    moments = ["2025-11-14T10:00", "2025-11-14T10:05", "2025-11-14T10:10", "2025-11-17T08:00", "2025-11-17T08:01"]
    at_once(both, [f"{moment}+08:00" for moment in moments])
    with watching(both) as clock:
        letters = clock.written()
        events = [(number, what, str(new)) for number in numbers for what, new in clock.events(number)]
        overdue = [each for number in numbers for each in _windows(clock, number) if each is WindowState.OVERDUE]
    doubled = [one for one, count in Counter(_told(letter) for letter in letters).items() if count > 1]
    assert doubled == [] and len({letter.message_id for letter in letters}) == len(letters)
    assert [one for one, count in Counter(events).items() if count > 1] == []
    kinds = Counter(letter.message_id.split(".")[0].lstrip("<") for letter in letters)
    assert kinds["catch-up"] >= 3 and kinds["digest"] >= 4 and kinds["weekly"] == 1, kinds
    assert len(overdue) >= len(numbers)


def _told(letter: Letter) -> tuple[object, ...]:
    """What a letter tells whom; its moment aside, so that the same one a minute later is found."""
    return letter.purpose, letter.record, letter.to, letter.cc, letter.text, letter.state is LetterState.CANCELLED


def _windows(clock: Clock, number: str) -> list[WindowState]:
    with clock.storage.reading() as work:
        return [each.state for each in work.complaints.windows(number)]


def at_once(world: World, moments: list[str]) -> None:
    """Two processes look at these moments, beginning together."""
    world.settings()
    ready = Path(world.folder / "ready")
    ready.mkdir()
    assert all(datetime.fromisoformat(moment) for moment in moments)
    command = [sys.executable, "-c", WATCH, str(world.folder / "intake.toml"), str(ready), *moments]
    watchers = [subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) for _ in "ab"]
    end = time.monotonic() + 60
    while len(list(ready.iterdir())) < len(watchers) and time.monotonic() < end:
        time.sleep(0.02)
    (ready / "go").touch()
    failures = [one.communicate(timeout=120)[1] for one in watchers]
    assert [one.returncode for one in watchers] == [0, 0], failures
