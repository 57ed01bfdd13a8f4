"""Tells receivers what happened to records: makes messages of what was kept, sends them, tries again.

What happens is kept in its own transaction (`storage.outbox`), so nothing is lost; a message has one id however often
it is sent, so a receiver knows it again. Nothing here is ever in the way of a mail.
"""

import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from intake.clock import Clock
from intake.log import log
from intake.settings import Webhook
from intake.webhooks import Receiver, Told, message_of, next_try, told_of, type_of
from storage import NotThere, Storage, StorageTrouble, UnitOfWork
from storage.outbox_rows import Delivery, DeliveryState
from storage.records import Record

AT_ONCE = 500  # happenings made into messages in one transaction
SENT_AT_ONCE = 50  # messages to one receiver a look
PAUSE = 2.0  # seconds between looks
KEEP_DELIVERED = timedelta(days=30)
_HELD = timedelta(seconds=60)  # beyond a try's own time: for how long a process that died keeps a message

Details = Callable[[UnitOfWork, Record], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Post:
    """A webhook of the settings with the way to its receiver."""

    webhook: Webhook
    receiver: Receiver


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
                self.deliver(post, stop)
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
                changes = work.outbox.untold(AT_ONCE)
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
        """Sends what is due to one receiver, oldest first; how many it took. Ends with the first that it does not
        take: the rest waits for the next look, not for a line that is dead.
        """
        with self._storage.reading() as work:
            due = work.outbox.due(post.webhook.name, self._clock(), SENT_AT_ONCE)
        taken = 0
        for one in due:
            if (stop is not None and stop.is_set()) or not self._sent(post, one):
                break
            taken += 1
        return taken

    def _sent(self, post: Post, delivery: Delivery) -> bool:
        """Whether it was taken, or is in the hands of another process."""
        assert delivery.id is not None
        now = self._clock()
        with self._storage.unit() as work:
            mine = work.outbox.hold(delivery.id, now, now + timedelta(seconds=post.webhook.timeout_seconds) + _HELD)
            work.commit()
        if mine is None:
            return True
        answer = post.receiver.post(mine.message, mine.body.encode(), int(now.timestamp()))
        now = self._clock()
        after = replace(mine, held_until=None, next_try_at=None, answer=answer.line)
        if answer.taken:
            after = replace(after, state=DeliveryState.DELIVERED, ended_at=now)
        else:
            again = None if answer.gone else next_try(mine.attempts, now)
            ended = {"state": DeliveryState.GIVEN_UP, "ended_at": now} if again is None else {"next_try_at": again}
            after = replace(after, **ended)
        with self._storage.unit() as work:
            work.outbox.update(after)
            work.commit()
        self._note(after)
        return answer.taken

    def _note(self, after: Delivery) -> None:
        told = {"webhook": after.webhook, "record": after.record, "type": after.event, "id": after.id}
        if after.state is DeliveryState.DELIVERED:
            log().info("webhook_delivered", **told)
        elif after.state is DeliveryState.GIVEN_UP:
            log().error("webhook_given_up", **told, answer=after.answer, remedy="`intake webhooks resend ID`")
        else:
            log().warning("webhook_deferred", **told, answer=after.answer, attempts=after.attempts)


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
