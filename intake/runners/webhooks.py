"""Tells receivers what happened to records: makes messages of what was kept, sends them, tries again.

What happens is kept in its own transaction (`storage.outbox`), so nothing is lost; a message has one id however often
it is sent, so a receiver knows it again. Nothing here is ever in the way of a mail.
"""

import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from intake.clock import Clock
from intake.log import log
from intake.settings import Webhook
from intake.webhooks import Told, message_of, next_try, told_of, type_of
from storage import NotThere, Storage, StorageTrouble, UnitOfWork
from storage.outbox_rows import Change, Delivery, DeliveryState
from storage.records import Record

if TYPE_CHECKING:
    from intake.webhooks.sending import Receiver

AT_ONCE = 500  # happenings made into messages in one transaction
TOGETHER = 20  # messages to one receiver that are taken in hand at once
PAUSE = 2.0  # seconds between looks
KEEP_DELIVERED = timedelta(days=30)
_HELD = timedelta(seconds=60)  # beyond a try's own time: for how long a process that died keeps a message

Details = Callable[[UnitOfWork, Record], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Post:
    """A webhook of the settings with the way to its receiver."""

    webhook: Webhook
    receiver: "Receiver"


class Webhooks:
    """`site` begins addresses of records; `details` gives a record's JSON, for receivers that ask for it."""

    def __init__(
        self, storage: Storage, clock: Clock, posts: Sequence[Post], zone: ZoneInfo, site: str, details: Details
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._posts = posts
        self._zone = zone
        self._site = site
        self._details = details
        self._cleaned: date | None = None

    @property
    def posts(self) -> Sequence[Post]:
        return self._posts

    def close(self) -> None:
        for post in self._posts:
            post.receiver.close()

    def keep_delivering(self, post: Post, stop: threading.Event, pause: float = PAUSE) -> None:
        """Looks, waits, looks again until `stop`: one thread a receiver, so that a slow one holds up no other."""
        while not stop.wait(pause):
            try:
                self.tell()
                while self.deliver(post, stop):
                    pass
            except StorageTrouble as trouble:
                log().error("webhook_failed", webhook=post.webhook.name, cause=trouble.cause)
            except Exception as error:  # noqa: BLE001  a fault of ours must not end the telling for good
                log().error("webhook_failed", webhook=post.webhook.name, error=type(error).__name__)

    def once(self) -> None:
        """All that is due now, each message once."""
        self.tell()
        for post in self._posts:
            while self.deliver(post):
                pass

    # ---------------------------------------------------------------- what happened, into messages

    def tell(self) -> int:
        """Makes messages of all that happened; how many."""
        made = 0
        while self._anything():
            with self._storage.unit() as work:
                changes = _whole(work.outbox.untold(AT_ONCE))
                told = told_of(changes)
                records = work.complaints.several({one.record for one in told})
                new = [
                    message
                    for one in told
                    if one.record in records
                    for message in self._of(work, one, records[one.record])
                ]
                work.outbox.add(new)
                work.outbox.told(changes)
                work.commit()
            made += len(new)
        self._clean()
        return made

    def _anything(self) -> bool:
        with self._storage.reading() as work:
            return work.outbox.waits()

    def _of(self, work: UnitOfWork, told: Told, record: Record) -> list[Delivery]:
        """The messages of one happening; without one, nothing of the record is read."""
        wanted = [post.webhook for post in self._posts if told.kind in post.webhook.events]
        if not wanted:
            return []
        windows = work.complaints.windows(record.number)
        bodies = {
            details: message_of(
                told, record, windows, self._zone, self._site, self._details(work, record) if details else None
            )
            for details in {one.details for one in wanted}
        }
        name, now = f"msg_{secrets.token_hex(12)}", self._clock()
        return [Delivery(name, one.name, record.number, type_of(told.kind), bodies[one.details], now) for one in wanted]

    def _clean(self) -> None:
        """Once a day forgets what was delivered long ago."""
        today = self._clock().date()
        if self._cleaned == today:
            return
        with self._storage.unit() as work:
            work.outbox.forget(self._clock() - KEEP_DELIVERED)
            work.commit()
        self._cleaned = today

    # ---------------------------------------------------------------- messages, to their receiver

    def deliver(self, post: Post, stop: threading.Event | None = None) -> int:
        """Sends what is due to one receiver, oldest first, at most `TOGETHER`; how many it took. Ends with the first
        that it does not take: the rest waits for the next look, not for a line that is dead.

        What is in hand, and what became of it, is noted for all of them together: two commits, however many they are,
        so that a burst of messages does not keep mails from being saved.
        """
        held = self._held(post)
        if not held:
            return 0
        settled: list[Delivery] = []
        try:
            for one in held:
                if stop is not None and stop.is_set():
                    break
                settled.append(self._sent(post, one))
                if settled[-1].state is not DeliveryState.DELIVERED:
                    break
        finally:
            untouched = [replace(one, held_until=None) for one in held[len(settled) :]]
            with self._storage.unit() as work:
                for one in (*settled, *untouched):
                    work.outbox.update(one)
                work.commit()
        for one in settled:
            self._note(one)
        return sum(one.state is DeliveryState.DELIVERED for one in settled)

    def _held(self, post: Post) -> list[Delivery]:
        """What is due, taken in hand: no other process sends it meanwhile."""
        now, name = self._clock(), post.webhook.name
        with self._storage.reading() as work:
            if not work.outbox.due(name, now, 1):
                return []
        with self._storage.unit() as work:
            due = work.outbox.due(name, now, TOGETHER)
            until = now + timedelta(seconds=post.webhook.timeout_seconds) * len(due) + _HELD
            held = [found for one in due if (found := work.outbox.hold(one.id or 0, now, until)) is not None]
            work.commit()
        return held

    def _sent(self, post: Post, delivery: Delivery) -> Delivery:
        """The message after one try."""
        answer = post.receiver.post(delivery.message, delivery.body.encode(), int(self._clock().timestamp()))
        now, tries = self._clock(), delivery.attempts + 1
        after = replace(delivery, attempts=tries, held_until=None, next_try_at=None, answer=answer.line)
        if answer.taken:
            return replace(after, state=DeliveryState.DELIVERED, ended_at=now)
        again = None if answer.gone else next_try(tries, now)
        if again is None:
            return replace(after, state=DeliveryState.GIVEN_UP, ended_at=now)
        return replace(after, next_try_at=again)

    def _note(self, after: Delivery) -> None:
        told = {"webhook": after.webhook, "record": after.record, "type": after.event, "id": after.id}
        if after.state is DeliveryState.DELIVERED:
            log().debug("webhook_delivered", **told)
        elif after.state is DeliveryState.GIVEN_UP:
            log().error("webhook_given_up", **told, answer=after.answer, remedy="`intake webhooks resend ID`")
        else:
            log().warning("webhook_deferred", **told, answer=after.answer, attempts=after.attempts)


def _whole(changes: list[Change]) -> list[Change]:
    """Without those of the last record, whose further ones may not be among them."""
    if len(changes) < AT_ONCE or changes[0].record == changes[-1].record:
        return changes
    return [one for one in changes if one.record != changes[-1].record]


def send_again(storage: Storage, delivery: int | None) -> int:
    """Lets one message, or all that were given up, be tried anew; how many. NotThere for one that is not known."""
    with storage.unit() as work:
        if delivery is not None:
            one = work.outbox.get(delivery)
            if one is None:
                raise NotThere(f"There is no message {delivery}.", "`intake webhooks` lists them.")
            work.outbox.update(_afresh(one))
            found = 1
        else:
            found = work.outbox.afresh()
        work.commit()
    return found


def _afresh(one: Delivery) -> Delivery:
    return replace(
        one, state=DeliveryState.WAITING, attempts=0, next_try_at=None, held_until=None, ended_at=None, answer=""
    )


def health(storage: Storage) -> dict[str, dict[str, Any]]:
    """webhook → how many of its messages stand where, and since when the oldest waits."""
    with storage.reading() as work:
        counts, oldest = work.outbox.counts(), work.outbox.oldest_waiting()
    names = sorted({name for name, _ in counts})
    return {
        name: {
            **{str(state): counts.get((name, state), 0) for state in DeliveryState},
            "waiting_since": oldest.get(name),
        }
        for name in names
    }
