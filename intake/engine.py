"""Durable execution: the only file that knows DBOS.

Two queues. `reading` turns arrivals into records (a job is a handful of arrivals), `letters` sends what those records
wrote. Two schedules: each minute the clock watch and a sweep for whatever waits without a job; at night the
reconciliation and clean-up. A job that was cut off goes on when a process with the same executor id starts again;
everything it does is also idempotent by a key of ours, so a job that runs twice changes nothing.
"""

import hashlib
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Literal

from dbos import DBOS, DBOSPortableJSONSerializer, PortableWorkflowError, SetWorkflowID, SQLAlchemyDatasource
from sqlalchemy.exc import SQLAlchemyError

from intake.clock import Clock
from intake.log import log
from intake.runners.handle import Handler
from intake.runners.journal import Journal
from intake.runners.send import Postman, settle
from intake.runners.surveys import Surveyor
from intake.runners.watch import Watcher
from storage import Storage, StorageTrouble
from storage.database import beside
from storage.errors import trouble_of
from storage.records import LetterState

APPLICATION_VERSION = "1"  # bumped only when a job written by an older release could not be finished by this one
READING, LETTERS, CLOCK = "reading", "letters", "clock"
# Jobs of a queue that one process works on at once, and seconds between its looks for new ones.
QUEUES = {READING: (4, 0.2), LETTERS: (3, 0.2), CLOCK: (1, 2.0)}
UNFINISHED = ["PENDING", "ENQUEUED", "DELAYED"]
MOST_RECOVERIES = 10
KEEP_FINISHED = timedelta(days=2)
SWEEP_LIMIT = 2000
SAVED_AT_ONCE = 4  # arrivals a transaction: few enough that letters need not wait long for their turn to be noted
MOST_SWEEPS = 2  # times that one draining gives the same arrival or letter to a job
LONGEST_STANDSTILL = 20.0  # seconds in which jobs wait, none runs here, and the database does not change
STANDSTILL = (
    "The database of the jobs takes no changes.",
    "Its disk is full, over a quota, or failing: mend that; what was being done is taken up again by itself.",
)


class Engine:
    """One a process. It works on the queues whose runner it is given, and keeps the clock where it has a watcher.

    `dead` names the workers of this machine that have ended; what they left is taken over by whoever looks first.
    `nightly` is called by the night's job.
    """

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        name: str,
        journal: Journal,
        *,
        handler: Handler | None = None,
        postman: Postman | None = None,
        watcher: Watcher | None = None,
        surveyor: Surveyor | None = None,
        dead: Callable[[], list[str]] = lambda: [],
        nightly: Callable[[], object] = lambda: None,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._name = name
        self._journal = journal
        self._handler = handler
        self._postman = postman
        self._watcher = watcher
        self._surveyor = surveyor
        self._dead = dead
        self._nightly = nightly
        self._mine = [queue for queue, runner in ((READING, handler), (LETTERS, postman)) if runner is not None]
        self._given: set[str] = set()
        self._running: set[str] = set()
        self._seen_still: set[str] = set()
        self._changed = threading.Condition()
        self._failures: list[str] = []
        self._serializer = DBOSPortableJSONSerializer()
        self._dbos: Any = None

    # ---------------------------------------------------------------- start and stop

    def launch(self) -> None:
        """Connects, registers the jobs, and takes up what an earlier process of this name left unfinished."""
        DBOS(
            config={
                "name": "complaint-intake",
                "system_database_url": beside(self._storage.engine, "jobs"),
                "serializer": self._serializer,
                "executor_id": self._name,
                "application_version": APPLICATION_VERSION,
                "log_level": "CRITICAL",  # what goes wrong in a job is told by `_job`, without anybody's data
                "scheduler_polling_interval_sec": 5.0,
                "notification_listener_polling_interval_sec": 0.2,  # how long closing waits for it
            }
        )
        self._register(self._storage.engine.url.render_as_string(hide_password=False))
        mine = {READING: self._handler, LETTERS: self._postman, CLOCK: self._watcher}
        DBOS.listen_queues([queue for queue, runner in mine.items() if runner is not None])
        DBOS.launch()
        for queue, (at_once, looks_every) in QUEUES.items():
            DBOS.register_queue(queue, worker_concurrency=at_once, polling_interval_sec=looks_every)
        self._take_over()

    def close(self) -> None:
        """Leaves what runs 5 s to end; where nothing runs, none (the library would sleep a second to find that out)."""
        running = DBOS.list_workflows(status=["PENDING"], executor_id=self._name, load_input=False, load_output=False)
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=5 if running else 0)

    def keep_time(self) -> None:
        """From now on the schedules run in this process (and in no two at once: their ticks have permanent ids)."""
        DBOS.apply_schedules(
            [
                {
                    "schedule_name": "minute",
                    "workflow_fn": self._minute,
                    "schedule": "0 * * * * *",
                    "queue_name": CLOCK,
                },
                {"schedule_name": "night", "workflow_fn": self._night, "schedule": "0 20 3 * * *", "queue_name": CLOCK},
            ]
        )

    # ---------------------------------------------------------------- work given

    def give(self, arrivals: Sequence[str]) -> None:
        """Queues a job for these arrivals. The same arrivals are the same job, however often they are given."""
        self._enqueue(READING, self._handle, list(arrivals))

    def give_letters(self, letters: Sequence[str], occasion: str) -> None:
        self._enqueue(LETTERS, self._send, list(letters), occasion)

    def sweep(self, tried: Counter[str] | None = None) -> int:
        """Gives a job to every arrival and letter that waits without one: after a crash, or when a deferred letter is
        due.

        `tried` counts how often each was given before; what was given twice is left for another day.
        """
        tried = Counter() if tried is None else tried
        self._settle_lost()
        busy = self._in_flight() | {item for item, times in tried.items() if times >= MOST_SWEEPS}
        with self._storage.reading() as work:
            arrivals = [a.id for a in work.arrivals.waiting(SWEEP_LIMIT) if a.id not in busy]
            letters = [x.id for x in work.letters.due(self._clock(), SWEEP_LIMIT) if x.id not in busy]
        tried.update(arrivals + letters)
        occasion = secrets.token_hex(8)
        for queue, job, ids, size in ((READING, self._handle, arrivals, 16), (LETTERS, self._send, letters, 50)):
            for start in range(0, len(ids), size):
                self._enqueue(queue, job, ids[start : start + size], occasion)
        return len(arrivals) + len(letters)

    def _settle_lost(self) -> None:
        """Letters in the hands of jobs that ended without saying what became of them: the database was away, or the
        disk full, between the server's answer and our commit.
        """
        with self._storage.reading() as work:
            claims = {letter.claim for letter in work.letters.in_state(LetterState.SENDING)}
        if claims:
            jobs = DBOS.list_workflows(status=UNFINISHED, queue_name=[LETTERS], load_input=False, load_output=False)
            lost = claims - {job.workflow_id for job in jobs}
            settle(self._storage, self._journal, sorted(lost), self._clock())

    def tick(self) -> None:
        """What each minute calls for: what dead jobs left, what the clock says, what waits without a job."""
        self._take_over()
        self._end_ghosts()
        if self._watcher is not None:
            self._watcher.look()
        if self._surveyor is not None:
            self._surveyor.look()
        self.sweep()

    def drain(self) -> None:
        """Returns when nothing waits any more that this process could do: no arrival, no job, no letter that is due.

        A job that another process took is that one's to end, and a queue that nobody here works on is not waited for.
        StorageTrouble where the database of the jobs cannot take note that a job begins or has ended: what it says
        then would be waited for without end.
        """
        tried: Counter[str] = Counter()
        before: set[tuple[str, str]] = set()
        moved = time.monotonic()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: not self._given, timeout=1.0)
            in_flight = self._mine_in_flight()
            if in_flight:
                if in_flight != before or self._running:
                    before, moved = in_flight, time.monotonic()
                elif time.monotonic() - moved > LONGEST_STANDSTILL:
                    raise StorageTrouble(*STANDSTILL)
                time.sleep(0.02)
                continue
            with self._changed:
                self._given.clear()  # what is left there was done elsewhere
            if self.sweep(tried) == 0 or not self._mine:
                return

    @property
    def failures(self) -> list[str]:
        """What went wrong in jobs of this process, a sentence each."""
        return list(self._failures)

    def _enqueue(self, queue: str, job: Any, ids: list[str], occasion: str = "") -> None:
        name = f"{queue}-{hashlib.sha256(' '.join([occasion, *ids]).encode()).hexdigest()[:32]}"
        if queue in self._mine:
            with self._changed:
                self._given.add(name)
        with SetWorkflowID(name):
            DBOS.enqueue_workflow(queue, job, ids)

    def _take_over(self) -> None:
        """Ends the jobs of workers that are gone, so that the sweep gives what they had in hand to those who are
        here.
        """
        dead = self._dead()
        jobs = (
            DBOS.list_workflows(status=["PENDING"], executor_id=dead, load_input=False, load_output=False)
            if dead
            else []
        )
        self._end([job.workflow_id for job in jobs])

    def _end_ghosts(self) -> None:
        """Ends jobs of our own that were seen twice as running and do not run: the database did not take note of their
        end. Else what they had in hand would wait for our next start.
        """
        if not self._mine:
            return
        jobs = DBOS.list_workflows(
            status=["PENDING"], executor_id=self._name, queue_name=self._mine, load_input=False, load_output=False
        )
        with self._changed:
            still = {job.workflow_id for job in jobs} - self._running
        ghosts = still & self._seen_still
        self._seen_still = still - ghosts
        self._end(sorted(ghosts))

    def _end(self, names: list[str]) -> None:
        if names:
            settle(self._storage, self._journal, names, self._clock())
            DBOS.cancel_workflows(names)
            log().info("taken_over", jobs=len(names))

    def _mine_in_flight(self) -> set[tuple[str, str]]:
        """Name and status of each job that runs here, or waits in a queue that is worked on here."""
        if not self._mine:
            return set()
        jobs = DBOS.list_workflows(status=UNFINISHED, queue_name=self._mine, load_input=False, load_output=False)
        return {
            (job.workflow_id, job.status) for job in jobs if job.status != "PENDING" or job.executor_id == self._name
        }

    def _in_flight(self) -> set[str]:
        """Ids of arrivals and letters that some job, here or elsewhere, has in hand."""
        jobs = DBOS.list_workflows(status=UNFINISHED, queue_name=[READING, LETTERS], load_input=True, load_output=False)
        return {item for job in jobs if job.input for item in job.input["args"][0]}

    @contextmanager
    def _job(self) -> Iterator[str]:
        """Around a job, whose name it gives: how it ended is known to who waits for it. What it left waiting is swept
        up later.
        """
        name = DBOS.workflow_id or ""
        with self._changed:
            self._running.add(name)
        try:
            yield name
        except PortableWorkflowError:
            # A step that failed in a try before this one, remembered: it was told then. The sweep gives what the job
            # had in hand to a new one, which remembers nothing.
            log().info("job_failed_before", workflow=name)
            raise
        except Exception as error:
            trouble = trouble_of(error) if isinstance(error, SQLAlchemyError) else error
            known = isinstance(trouble, StorageTrouble)
            self._failures.append(
                str(trouble)
                if known
                else f"A job failed by a fault of the service ({type(error).__name__}). Report it."
            )
            log().error(
                "job_failed",
                workflow=name,
                why=trouble.cause if isinstance(trouble, StorageTrouble) else type(error).__name__,
            )
            raise
        finally:
            with self._changed:
                self._given.discard(name)
                self._running.discard(name)
                self._changed.notify_all()

    # ---------------------------------------------------------------- the jobs

    def _register(self, url: str) -> None:
        """Tells DBOS the jobs. They take ids only: what they work on is read from the database each time."""
        source = SQLAlchemyDatasource.create(url, engine=self._storage.engine, serializer=self._serializer)
        storage, handler, postman = self._storage, self._handler, self._postman

        isolation: Literal["SERIALIZABLE", "READ COMMITTED"] = (
            "SERIALIZABLE" if storage.engine.dialect.name == "sqlite" else "READ COMMITTED"
        )

        @source.transaction(name="save", isolation_level=isolation)
        def save(read: Any) -> list[str]:
            assert handler is not None
            return handler.save(storage.unit_on(source.sql_session()), read)

        def handle(arrivals: list[str]) -> None:
            assert handler is not None
            with self._job():
                # Reading is no step: the same bytes give the same reading, and it is too large to keep twice. What
                # follows is
                # one step for so many arrivals, whatever is found, so that a job which goes on after a crash counts
                # alike.
                letters: list[str] = []
                for start in range(0, len(arrivals), SAVED_AT_ONCE):
                    read = handler.read(arrivals[start : start + SAVED_AT_ONCE])
                    with storage.turn():
                        letters += save(read)
                if letters:
                    self._enqueue(LETTERS, self._send, letters)

        def send(letters: list[str]) -> None:
            assert postman is not None
            with self._job() as name:
                postman.post(letters, name)

        def minute(scheduled: datetime, context: Any) -> None:
            self.tick()

        def night(scheduled: datetime, context: Any) -> None:
            self._clean_up()
            self._nightly()

        self._handle = DBOS.workflow(name="handle", max_recovery_attempts=MOST_RECOVERIES)(handle)
        self._send = DBOS.workflow(name="send", max_recovery_attempts=MOST_RECOVERIES)(send)
        self._minute = DBOS.workflow(name="minute")(minute)
        self._night = DBOS.workflow(name="night")(night)

    def _clean_up(self) -> None:
        """Forgets finished jobs: the arrivals and letters themselves remember that they were handled."""
        before = (self._clock() - KEEP_FINISHED).isoformat()
        old = DBOS.list_workflows(status=["SUCCESS", "CANCELLED"], end_time=before, load_input=False, load_output=False)
        for start in range(0, len(old), 500):
            DBOS.delete_workflows([job.workflow_id for job in old[start : start + 500]])
        log().info("jobs_forgotten", count=len(old))
