"""A story: a site whose clock goes on as that of a running service does, and a ledger of all that happens (`ledger`).

    story.begins("2025-09-26T15:00")        the service runs since the day before
    story.comes(mail(body=…))               a mail is in the mailbox, and the service takes it in
    story.does("hejun", number, "confirm")  a person acts; letters leave within the minute
    story.goes_on("2025-09-28T08:00")       the service runs on until then
    story.is_down("2025-09-28T08:00")       nothing runs until then

The service looks at the clock each minute. Of those minutes a story takes only the ones in which something is due, by
the same parts: what a minute between them calls for is nothing.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage
from itertools import count

from intake.policy.calendar import WorkCalendar
from intake.runners.acts import Actions
from intake.runners.clock.catching_up import LAST, LOOKED
from intake.runners.draw import Drawer
from intake.runners.handle import Handler
from intake.runners.journal import Journal
from intake.runners.poll import Poller
from intake.runners.send import Postman
from intake.runners.surveys import Surveyor
from intake.runners.watch import Watcher
from intake.sources import open_sources
from intake.tokens import Tokens
from intake.wiring import blobs_of, office_of, outlet_of, storage_of
from storage.records import LetterState
from tests.service.world import World
from tests.stories.ledger import Ledger

MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    """A moment in Shanghai, in UTC."""
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


class Story:
    """The parts of the service as `wiring` puts them together, without the queues between them: what is given to one
    is done at once.
    """

    def __init__(self, world: World) -> None:
        settings = world.settings()
        self.world = world
        self.storage, self.office = storage_of(settings), office_of(settings)
        self.ledger = Ledger(world, self.storage, settings.company.zone)
        blobs, domain = blobs_of(settings), settings.company.address.rpartition("@")[2]
        ours = self.office, self._now, domain
        self.actions = Actions(self.storage, blobs, *ours)
        self._watcher, self._surveyor = Watcher(self.storage, *ours), Surveyor(self.storage, *ours)
        self._handler = Handler(self.storage, blobs, world.reader, *ours)
        self._poller = Poller(self.storage, blobs, self._now, self._handle)
        self._sources = open_sources(settings, Tokens(self.storage))
        self._drawer = Drawer(self.storage, blobs, world.reader, self._now)
        journal, outlet = Journal(settings.folder / ".workers" / "sending"), outlet_of(settings, self.storage)
        self._postman = Postman(self.storage, blobs, outlet, journal, settings.company, self._now)
        self._claims = count(1)

    def close(self) -> None:
        for source in self._sources:
            source.close()
        self._postman.close()
        self.storage.close()

    def _now(self) -> datetime:
        return self.world.now

    # ---------------------------------------------------------------- what happens

    def begins(self, moment: str) -> None:
        """It is that moment, and the service runs since the day before."""
        self.world.now = at(moment) - timedelta(days=1)
        self._look()
        self.goes_on(moment)

    def comes(self, *mails: bytes) -> str:
        """Mails arrive and are handled; the number of the newest record."""
        self.world.deliver(*mails)
        self._look()
        with self.storage.reading() as work:
            return max(record.number for record in work.complaints.everything())

    def does(self, who: str, number: str, action: str, **values: str) -> tuple[str, ...]:
        """As `intake act`; what it says. `who` without our domain."""
        said = [f"{name}={text}" for name, text in values.items()] if len(values) < 5 else [f"{len(values)} fields"]
        self.ledger.did(who, " ".join([action, *said]))
        case, _ = self.actions.do(number, action, values, f"{who}@example.com")
        self._post()
        self.ledger.note()
        return case.told

    def enters(self, who: str, **values: str) -> str:
        """As `intake enter`; the record's number."""
        self.ledger.did(who, "enter")
        number = self.actions.enter(values, f"{who}@example.com").number
        self._post()
        self.ledger.note()
        return number

    def draws(self) -> None:
        """Pages and photos of what came are drawn, as the service does when there is time."""
        self._drawer.look()

    def goes_on(self, until: str) -> None:
        """The service runs until then."""
        end = at(until)
        while (due := self._next(end)) is not None:
            self.world.now = due
            self._looked(due - MINUTE)
            self._look()
        self.world.now = end
        self._looked(end)

    def is_down(self, until: str) -> None:
        """Nothing runs until then; then it starts, and looks."""
        self.world.now = at(until)
        self._look()

    def letter(self, to: str, about: str = "") -> EmailMessage:
        """The last letter to an address whose subject holds a word."""
        return next(
            one for one in reversed(self.ledger.letters) if to in str(one["To"]) and about in str(one["Subject"])
        )

    # ---------------------------------------------------------------- minutes

    def _look(self) -> None:
        """What a minute of the service comes to."""
        for source in self._sources:
            self._poller.take(source)
        self._post()
        self._watcher.look()
        self._surveyor.look()
        self._post()
        self.ledger.note()

    def _handle(self, arrivals: Sequence[str]) -> None:
        with self.storage.unit() as work:
            self._handler.save(work, self._handler.read(arrivals))

    def _looked(self, moment: datetime) -> None:
        """That the clock looked then, and found nothing to do."""
        with self.storage.unit() as work:
            work.lives.note_round(LOOKED, LAST, moment)
            work.commit()

    def _post(self) -> None:
        if letters := self._postman.due():
            self._postman.post(letters, f"story-{next(self._claims)}")

    def _next(self, end: datetime) -> datetime | None:
        """The next minute, up to the end, in which something is due; the time of the daily letters always is one."""
        now, calendar = self.world.now, self.office.calendar
        with self.storage.reading() as work:
            things = (
                work.complaints.windows_to_look_at(end, 1),
                work.lives.tasks_to_look_at(end, 1),
                work.lives.to_look_at(end, 1),
                work.lives.warned_to_look_at(end, 1),
            )
            moments = [thing.look_at for kind in things for thing in kind if thing.look_at is not None]
            deferred = work.letters.in_state(LetterState.DEFERRED)
            moments += [letter.next_try_at for letter in deferred if letter.next_try_at is not None]
            after = timedelta(days=self.office.policy.survey.after_days)
            closed = [work.lives.get(one).closed_at for one in work.lives.closed_unasked(now - 2 * after, end, 100)]
            moments += [moment + after for moment in closed if moment is not None and moment + after > now]
        moments.append(_daily(now, self.office.policy.digest.time, calendar))
        due = min(max(_whole(moment), now + MINUTE) for moment in moments)
        return due if due <= end else None


def _whole(moment: datetime) -> datetime:
    """The first look at it: on the full minute."""
    full = moment.replace(second=0, microsecond=0)
    return full if full == moment else full + MINUTE


def _daily(now: datetime, daily: time, calendar: WorkCalendar) -> datetime:
    today = calendar.moment(calendar.local_day(now), daily)
    return today if today > now else calendar.add_days(today, 1)
