"""What the administration's pages tell of the service, read at once: processes, sources, letters, disks."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from intake.review.site import Site
from intake.settings import ImapSource, Settings
from storage import UnitOfWork
from storage.records import Person, SourceState
from storage.running import Fetches, Process, Stock

LAST_BACKUP = "last-backup"  # beside the settings file: an operator's back-up script touches it when it is done


@dataclass(frozen=True, slots=True)
class SourceSeen:
    """A source of the settings, or (`set` is false) one that has been taken out of them. `every` is in seconds."""

    name: str
    kind: str
    where: str
    after: str
    every: float
    state: SourceState
    fetches: Fetches
    stock: Stock
    set: bool = True

    @property
    def settled(self) -> int:
        return max(self.fetches.taken - self.stock.waiting - self.stock.set_aside, 0)


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk that we write to, by what lies on it: "database", "files". In bytes."""

    holds: tuple[str, ...]
    free: int
    total: int


@dataclass(frozen=True, slots=True)
class Facts:
    """`queue` is how many letters have not left yet and when the oldest was written; `stuck` counts the letters that
    wait for a person, and the mails that do under "set_aside".
    """

    now: datetime
    processes: tuple[Process, ...] = ()
    clock_looked: datetime | None = None
    sources: tuple[SourceSeen, ...] = ()
    oldest_waiting: datetime | None = None
    queue: tuple[int, datetime | None] = (0, None)
    stuck: dict[str, int] = field(default_factory=dict)
    disks: tuple[Disk, ...] = ()
    database: int = 0
    backup: datetime | None = None
    people: tuple[Person, ...] = ()
    administrators: int = 1
    holidays_guessed: bool = False


def facts_of(site: Site) -> Facts:
    now = site.clock()
    with site.storage.reading() as work:
        return Facts(
            now,
            processes=tuple(work.running.processes()),
            clock_looked=work.lives.round_made("look", "last"),
            sources=tuple(sources_of(work, site.settings)),
            oldest_waiting=work.running.oldest_waiting(),
            queue=work.letters.queue_health(),
            stuck=work.inbox.waiting_for_a_person(),
            database=work.running.size(),
            people=tuple(work.people.everybody()),
            administrators=work.users.administrators(),
            disks=tuple(_disks(site)),
            backup=_backup(site.settings),
            holidays_guessed=site.office.calendar.guessed(
                (now + timedelta(days=60)).astimezone(site.settings.company.zone).date()
            ),
        )


def sources_of(work: UnitOfWork, settings: Settings) -> Iterator[SourceSeen]:
    """Those of the settings in their order, then those that are kept from earlier."""
    fetches, stock = work.running.fetches(), work.running.stock()
    known = {state.source: state for state in work.sources.all()}
    named: set[str] = set()
    for table in settings.sources:
        for mailbox in table.mailboxes if isinstance(table, ImapSource) else ("",):
            name = f"{table.name}/{mailbox}" if mailbox else table.name
            named.add(name)
            where = f"{table.user} @ {table.host}:{table.port}" if isinstance(table, ImapSource) else table.path
            yield SourceSeen(
                name,
                table.kind,
                where,
                getattr(table, "after", "keep"),
                table.poll_seconds,
                known.get(name, SourceState(name)),
                fetches.get(name, Fetches(name)),
                stock.get(name, Stock()),
            )
    for name in sorted((set(known) | set(fetches)) - named):
        yield SourceSeen(
            name, "", "", "", 0, known.get(name, SourceState(name)), fetches.get(name, Fetches(name)),
            stock.get(name, Stock()), set=False,
        )  # fmt: skip


def _disks(site: Site) -> Iterator[Disk]:
    """Each disk once; what lies elsewhere (a database server, an object store) is not ours to look at."""
    found: dict[int, tuple[list[str], Path]] = {}
    for what, place in _places(site):
        try:
            found.setdefault(place.stat().st_dev, ([], place))[0].append(what)
        except OSError:
            continue
    for holds, place in found.values():
        usage = shutil.disk_usage(place)
        yield Disk(tuple(holds), usage.free, usage.total)


def _places(site: Site) -> Iterator[tuple[str, Path]]:
    engine = site.storage.engine
    if engine.dialect.name == "sqlite" and engine.url.database:
        yield "database", Path(engine.url.database).absolute().parent
    if "://" not in site.settings.files.folder:
        yield "files", site.settings.path(site.settings.files.folder)


def _backup(settings: Settings) -> datetime | None:
    try:
        return datetime.fromtimestamp((settings.folder / LAST_BACKUP).stat().st_mtime, UTC)
    except OSError:
        return None
