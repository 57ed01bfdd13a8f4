"""Tells the administrators by letter what keeps the service from answering customers: each trouble once while it lasts.

The letter's Message-ID is made of the trouble, its place and the moment it began: the same trouble told twice is one
letter.
"""

import hashlib
from datetime import datetime, timedelta

from intake.clock import Clock
from intake.desk import Office
from intake.policy.routing import recipients
from intake.replies import notices
from intake.replies.letters import Ids, Trouble
from storage import Storage
from storage.records import Purpose, SourceState

PATIENCE = timedelta(minutes=5)  # a source that is away for less is not worth a letter
LONGEST_QUEUE = timedelta(minutes=15)  # a letter that has waited so long for its mail server
LOOK_AT_IT = "Run `intake check`: it tries the source and says how to mend it."
LOOK_AT_SENDER = (
    "Run `intake check`: it tries the mail server and says how to mend it. Letters leave by themselves then."
)


class Alarm:
    def __init__(self, storage: Storage, office: Office, clock: Clock, domain: str) -> None:
        self._storage = storage
        self._office = office
        self._clock = clock
        self._domain = domain

    def look(self) -> None:
        """Sources that fail for five minutes, and an outbox whose oldest letter waits for a quarter of an hour."""
        now = self._clock()
        with self._storage.reading() as work:
            known = work.sources.all()
            waiting, oldest = work.letters.queue_health()
        for state in known:
            if state.failing_since is not None and now - state.failing_since >= PATIENCE:
                self.source(state)
        if oldest is not None and now - oldest >= LONGEST_QUEUE:
            self._tell(Trouble("sender_failing", "", oldest, waiting=waiting, remedy=LOOK_AT_SENDER), oldest)

    def source(self, state: SourceState) -> None:
        """A source cannot be read: told at once where its server refuses us, since that does not mend itself."""
        since = state.failing_since or self._clock()
        self._tell(
            Trouble("source_failing", state.source, since, state.last_ok_at, detail=state.error, remedy=LOOK_AT_IT),
            since,
        )

    def _tell(self, trouble: Trouble, since: datetime) -> None:
        with self._storage.unit() as work:
            ids = self._ids(trouble, since)
            to, _ = recipients(Purpose.SYSTEM_TROUBLE, (), work.people.everybody(), self._office.policy)
            if to and work.letters.by_message_id(ids.message_id) is None:
                work.letters.add([notices.system_trouble(trouble, to, self._office.desk, ids, self._clock())])
            work.commit()

    def _ids(self, trouble: Trouble, since: datetime) -> Ids:
        name = hashlib.sha256(f"{trouble.kind} {trouble.place} {since.timestamp()}".encode()).hexdigest()[:24]
        return Ids(name, f"<trouble.{name}@{self._domain}>")
