"""How the service is doing, decided from facts: its four parts, and what needs a hand, the worst first. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from intake.review.admin.facts import Facts, SourceSeen
from storage.records import Role
from storage.running import Process

Level = Literal["bad", "warn", "good", "none"]
LEVELS: tuple[Level, ...] = ("bad", "warn", "good", "none")

PARTS = ("poll", "work", "send", "watch")
ALIVE = timedelta(seconds=70)  # a process notes each 20 seconds that it lives
TIMER = timedelta(hours=2)  # where a timer starts it, it must have been there within this
CLOCK = timedelta(minutes=5)  # the clock looks each minute
UNREAD = timedelta(minutes=10)  # a mail that waits longer to be read
UNSENT = timedelta(minutes=15)  # a letter that waits longer for the mail server; the alarm says the same
NO_LOOK = timedelta(minutes=5)  # a source, beyond its own interval
LITTLE, TOO_LITTLE = 5_000_000_000, 1_000_000_000  # bytes free on a disk
OLD_BACKUP = timedelta(days=3)
NEEDED = (Role.QUALITY, Role.QUALITY_MANAGER, Role.BUSINESS_UNIT_MANAGER, Role.GENERAL_MANAGER)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the service: `key` says how it is ("alive", "timer", "stuck", "gone", "never"), `at` when it was last
    seen.
    """

    name: str
    level: Level
    key: str
    at: datetime | None = None
    processes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that needs a hand. `key` names its words, with what to do under `…_do`; `about` is shown as it is."""

    level: Level
    key: str
    about: str = ""
    number: int = 0
    at: datetime | None = None
    link: str = ""


def parts_of(facts: Facts) -> list[Part]:
    return [_part(name, facts) for name in PARTS]


def _part(name: str, facts: Facts) -> Part:
    mine = [process for process in facts.processes if name in process.parts]
    alive = [process for process in mine if process.stays and facts.now - process.seen_at <= ALIVE]
    names = tuple(process.name for process in alive)
    if not mine:
        return Part(name, "bad", "never")
    last = max(mine, key=lambda process: process.seen_at)
    if not alive:
        return _not_alive(name, last, facts.now)
    if name == "watch" and _is_over(facts.clock_looked, CLOCK, facts.now) and _has_begun(alive, CLOCK, facts.now):
        return Part(name, "bad", "stuck", facts.clock_looked, names)
    return Part(name, "good", "alive", last.seen_at, names)


def _not_alive(name: str, last: Process, now: datetime) -> Part:
    if not last.stays and now - last.seen_at <= TIMER:
        return Part(name, "good", "timer", last.seen_at, (last.name,))
    return Part(name, "bad", "gone", last.seen_at)


def _has_begun(processes: Sequence[Process], patience: timedelta, now: datetime) -> bool:
    """Whether one of them has run long enough to have done something."""
    return any(now - process.started_at > patience for process in processes)


def _is_over(at: datetime | None, patience: timedelta, now: datetime) -> bool:
    return at is None or now - at > patience


def signs_of(facts: Facts) -> list[Sign]:
    """What needs a hand: the worst first, and among equals in the order of the rules."""
    found = [sign for rule in RULES for sign in rule(facts)]
    return sorted(found, key=lambda sign: LEVELS.index(sign.level))


# -------------------------------------------------------------------- the rules


def _parts(facts: Facts) -> Iterator[Sign]:
    for part in parts_of(facts):
        if part.level == "bad":
            yield Sign("bad", f"part_{part.key}", part.name, at=part.at)


def _sources(facts: Facts) -> Iterator[Sign]:
    if not any(source.set for source in facts.sources):
        yield Sign("bad", "no_source")
    for source in facts.sources:
        level = level_of(source, facts.now)
        if level in ("bad", "warn") and source.set:
            key = "source_failing" if source.state.failing_since else _mild(source, facts.now)
            at = source.state.failing_since or source.fetches.looked_at
            yield Sign(level, key, source.name, source.fetches.missing, at, "/admin/mailboxes")


def level_of(source: SourceSeen, now: datetime) -> Level:
    """How a source is doing."""
    if not source.set:
        return "none"
    if source.state.failing_since is not None:
        return "bad"
    return "warn" if _mild(source, now) else "good"


def _mild(source: SourceSeen, now: datetime) -> str:
    if _is_over(source.fetches.looked_at, NO_LOOK + timedelta(seconds=source.every), now):
        return "source_not_looked_at"
    return "source_misses" if source.fetches.missing else ""


def _reading(facts: Facts) -> Iterator[Sign]:
    if facts.oldest_waiting is not None and facts.now - facts.oldest_waiting > UNREAD:
        yield Sign("bad", "unread", at=facts.oldest_waiting)


def _sending(facts: Facts) -> Iterator[Sign]:
    number, oldest = facts.queue
    if oldest is not None and facts.now - oldest > UNSENT:
        yield Sign("bad", "unsent", number=number, at=oldest, link="/waiting/letters?state=deferred")


_STUCK: tuple[tuple[str, Level, str], ...] = (
    ("in_doubt", "bad", "/waiting/letters?state=in_doubt"),
    ("refused", "bad", "/waiting/letters?state=refused"),
    ("set_aside", "warn", "/waiting/mails"),
    ("draft", "warn", "/waiting/letters?state=draft"),
)


def _waiting(facts: Facts) -> Iterator[Sign]:
    for key, level, link in _STUCK:
        if facts.stuck.get(key):
            yield Sign(level, f"waits_{key}", number=facts.stuck[key], link=link)


def _disks(facts: Facts) -> Iterator[Sign]:
    for disk in facts.disks:
        if disk.free < LITTLE:
            yield Sign("bad" if disk.free < TOO_LITTLE else "warn", "disk", sized(disk.free))


def _back_up(facts: Facts) -> Iterator[Sign]:
    if facts.backup is not None and facts.now - facts.backup > OLD_BACKUP:
        yield Sign("warn", "backup_old", at=facts.backup)


def _people(facts: Facts) -> Iterator[Sign]:
    for role in NEEDED:
        if all(person.role is not role for person in facts.people):
            yield Sign("warn", "nobody", role.value)


def _calendar(facts: Facts) -> Iterator[Sign]:
    if facts.holidays_guessed:
        yield Sign("warn", "holidays", link="/admin/policy#calendar")


RULES: Sequence[Callable[[Facts], Iterator[Sign]]] = (
    _parts, _sources, _reading, _sending, _waiting, _disks, _back_up, _people, _calendar,
)  # fmt: skip


def sized(number: float) -> str:
    """Bytes as people read them: 812 KB, 3.4 GB."""
    for unit in ("B", "KB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if number >= 100 or unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"
