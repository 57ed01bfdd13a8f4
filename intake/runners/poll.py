"""Takes in what waits in a source: stores it durably, commits the arrival, and only then touches the source.

A crash anywhere reads the mail again; the unique key (source, key) and the content-addressed blob make that harmless.
"""

import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from intake.clock import Clock
from intake.errors import IntakeError, SignInRefused, Unreachable
from intake.log import log
from intake.runners.alarm import Alarm
from intake.sources import Incoming, Source, SourceMark
from intake.sources.message_id import message_id
from storage import Storage, StorageTrouble
from storage.blobs import Blobs
from storage.records import Arrival, SourceState

CHUNK_MAILS = 16
HEADER_BYTES = 64_000  # of a mail that are searched for its Message-ID when it is taken in
CHUNK_BYTES = 200_000
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0  # seconds between tries of a source that does not answer
NOTED_EVERY = timedelta(seconds=3)  # a pass that found nothing new is noted no oftener than this

Give = Callable[[Sequence[str]], None]


def new_id(milliseconds: int) -> str:
    """An id that sorts by time: 12 hex digits of milliseconds, 12 at random."""
    return f"{milliseconds:012x}{secrets.token_hex(6)}"


class Poller:
    """`give` is called with the ids of arrivals once they are committed: they may be handled from then on."""

    def __init__(self, storage: Storage, blobs: Blobs, clock: Clock, give: Give, alarm: Alarm | None = None) -> None:
        self._storage = storage
        self._blobs = blobs
        self._clock = clock
        self._give = give
        self._alarm = alarm
        self._noted: dict[str, SourceState] = {}

    def take(self, source: Source) -> int:
        """One pass over a source; the number of mails and files taken in. Raises Unreachable; what was taken before
        stands.
        """
        taken = 0
        state = self._state(source)
        try:
            for group in source.new(self._known, SourceMark(state.uid_validity, state.last_uid)):
                arrivals = self._accept(group, source)
                source.mark_taken(group)
                taken += len(arrivals)
                for chunk in chunks(arrivals):
                    self._give(chunk)
        except Unreachable as error:
            self._note_failure(source, error)
            raise
        self._note_success(source, taken)
        return taken

    def keep_taking(self, source: Source, stop: threading.Event) -> None:
        """Takes, waits, takes again until `stop`: a source that does not answer is tried again, ever more slowly."""
        pause = FIRST_PAUSE
        while not stop.is_set():
            try:
                self.take(source)
                pause = FIRST_PAUSE
                while not stop.is_set() and not source.wait(60.0, stop):
                    pass
            except (IntakeError, StorageTrouble) as error:
                log().warning("source_failing", source=source.name, why=error.cause, again_in=pause)
                source.close()
                stop.wait(LONGEST_PAUSE if isinstance(error, SignInRefused) else pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            except Exception as error:  # noqa: BLE001  a fault of ours in one source must not end the fetching for good
                log().error("source_failing", source=source.name, error=type(error).__name__)
                source.close()
                stop.wait(LONGEST_PAUSE)

    # ---------------------------------------------------------------- the parts of a pass

    def _known(self, source: str, keys: Sequence[str]) -> set[str]:
        with self._storage.unit() as work:
            return work.arrivals.known_keys(source, keys)

    def _accept(self, group: Sequence[Incoming], source: Source) -> list[Arrival]:
        names = self._blobs.put_many([incoming.raw for incoming in group])
        at = self._clock()
        rows = [
            Arrival(
                id=new_id(int(at.timestamp() * 1000)),
                source=incoming.source,
                key=incoming.key,
                sha256=name,
                size=incoming.size or len(incoming.raw),
                received_at=incoming.received_at,
                taken_at=at,
                file_name=incoming.file_name,
                headers_only=incoming.headers_only,
                message_id=_message_id(incoming),
            )
            for incoming, name in zip(group, names, strict=True)
        ]
        with self._storage.unit() as work:
            added = work.arrivals.add(rows)
            state = work.sources.get(source.name) or SourceState(source.name)
            work.sources.put(replace(state, uid_validity=source.mark.uid_validity, last_uid=source.mark.last_uid))
            work.running.took(source.name, len(added), at)
            work.commit()
        return added

    def _state(self, source: Source) -> SourceState:
        with self._storage.unit() as work:
            return work.sources.get(source.name) or SourceState(source.name)

    def _note_success(self, source: Source, taken: int) -> None:
        troubles = source.troubles()
        for trouble in troubles:
            log().warning("source_trouble", source=trouble.source, why=trouble.cause, remedy=trouble.remedy)
        known, at = self._state(source), self._clock()
        state = replace(
            known,
            uid_validity=source.mark.uid_validity,
            last_uid=source.mark.last_uid,
            last_ok_at=at,
            failing_since=None,
            error="",
        )
        if taken or troubles or not self._was_just_noted(known, state):
            self._put(state, f"{troubles[-1].cause} {troubles[-1].remedy}".strip() if troubles else "")

    def _was_just_noted(self, known: SourceState, state: SourceState) -> bool:
        """Whether this poller noted the same a moment ago, so that a source that is looked at all the time does not
        keep the disk busy.
        """
        before = self._noted.get(state.source)
        if before is None or before.last_ok_at is None or state.last_ok_at is None or before != known:
            return False
        same = replace(before, last_ok_at=state.last_ok_at) == state
        return same and timedelta() <= state.last_ok_at - before.last_ok_at < NOTED_EVERY

    def _note_failure(self, source: Source, error: IntakeError) -> None:
        known = self._state(source)
        state = replace(known, failing_since=known.failing_since or self._clock(), error=str(error))
        self._put(state)
        if isinstance(error, SignInRefused) and self._alarm is not None:
            self._alarm.source(state)

    def _put(self, state: SourceState, trouble: str = "") -> None:
        """`trouble`: what went wrong in the pass without having stopped it."""
        at = self._clock()
        with self._storage.unit() as work:
            work.sources.put(state)
            work.running.looked(state.source, at)
            if trouble:
                work.running.troubled(state.source, trouble, at)
            work.commit()
        self._noted[state.source] = state


def _message_id(incoming: Incoming) -> str | None:
    """As the mail's own parser will give it, so that an answer that waits as well can be kept until after it."""
    found = message_id(incoming.raw[:HEADER_BYTES]) if incoming.file_name is None else None
    return f"<{found}>" if found else None


def chunks(arrivals: Sequence[Arrival]) -> Iterator[list[str]]:
    """Ids in groups that one durable job handles: few enough to be quick, so that a large document waits alone."""
    chunk: list[str] = []
    size = 0
    for arrival in arrivals:
        if chunk and (len(chunk) == CHUNK_MAILS or size + arrival.size > CHUNK_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(arrival.id)
        size += arrival.size
    if chunk:
        yield chunk
