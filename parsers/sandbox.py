"""Warm children, each killable, that run one reading job at a time within limits of wall time, processor time and
memory.

A document from outside can crash a C library, spin for ever or eat all memory, and no `except` catches that. So reading
happens in children. One process, the nursery, imports the job and its model once and forks the children from there:
they share its pages and start in milliseconds. Nothing is forked from this process, so threads and database
connections are safe here.

    Sandbox ── control socket ──> nursery (parsers/sandbox_child.py) ──fork──> child, child, …
       └──────────────── one socket a child: payload in; part names, then the result, out ────┘

Nobody outlives us: the nursery ends when the control socket closes, and the kernel kills the children with the nursery.
What comes back is unpickled by names on a list only, so a child that was taken over cannot take over its parent.
"""

import io
import math
import os
import pickle
import queue
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, is_dataclass
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from multiprocessing.connection import Connection

from parsers.errors import ReaderKilled, ReadingError
from parsers.sandbox_nursery import Nursery, SandboxError

__all__ = ["Sandbox", "SandboxError"]

ATTEMPTS = 3  # a payload that ends three children is given up
JOBS_PER_CHILD = 200  # then the child is replaced, so that what a library leaks goes with it
RESULT_BYTES = 512 * 1024 * 1024

_PLAIN: dict[str, set[type]] = {
    "datetime": {date, datetime, timedelta, timezone},
    "builtins": {set, frozenset, bytearray},
}


@dataclass(frozen=True, slots=True)
class _Death:
    """How a child ended: the part that it was reading ("" for none), why, and what a person can do."""

    part: str
    cause: str
    remedy: str


class _Unpickler(pickle.Unpickler):
    """Builds dataclasses, enums and reading errors of `parsers`, dates and plain containers; refuses all else."""

    def find_class(self, module: str, name: str) -> object:
        if module in _PLAIN:
            found = getattr(sys.modules[module], name, None)
            if isinstance(found, type) and found in _PLAIN[module]:
                return found
        elif module.startswith("parsers."):
            found = super().find_class(module, name)
            if isinstance(found, type) and (is_dataclass(found) or issubclass(found, (Enum, ReadingError))):
                return found
        raise pickle.UnpicklingError(f"a reader returned a {module}.{name}, which is not a kind that is let through")


class _Child:
    """A seat in the pool: a process that is forked when first needed and again after each death."""

    def __init__(self, nursery: Nursery, part_seconds: float) -> None:
        self._nursery = nursery
        self._part_seconds = part_seconds
        self._pid = 0
        self._connection: Connection | None = None
        self._jobs = 0

    def attempt(self, job: bytes, deadline: float) -> object:
        """The job's result, or how the child died. Raises the ReadingError that the handler raised."""
        connection = self._connect()
        part = ""
        try:
            connection.send_bytes(job)
            part_deadline = time.monotonic() + self._part_seconds
            while connection.poll(max(0.0, min(part_deadline, deadline) - time.monotonic())):
                message = connection.recv_bytes(RESULT_BYTES)
                tag, body = message[:1], message[1:]
                if tag == b"P":
                    part, part_deadline = body.decode("utf-8", "surrogatepass"), time.monotonic() + self._part_seconds
                else:
                    return self._conclude(tag, body, part)
        except (EOFError, OSError):
            return _Death(part, *self._why_it_ended())
        except pickle.UnpicklingError as error:
            self.end()
            return _Death(part, str(error), ReaderKilled.remedy)
        self.end()
        limit = "the whole mail" if deadline <= part_deadline else "this part"
        return _Death(part, f"Reading took longer than {limit} may take.", ReaderKilled.remedy)

    def end(self) -> None:
        """Kill the child with all that it may have started."""
        if self._connection is None:
            return
        self._connection.close()
        self._connection = None
        self._kill()
        self._nursery.reap(self._pid)

    def _kill(self) -> None:
        # The id cannot belong to another process yet: the nursery has not reaped it.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._pid, signal.SIGKILL)
        with suppress(ProcessLookupError, PermissionError):
            os.kill(self._pid, signal.SIGKILL)

    def _connect(self) -> Connection:
        if self._jobs >= JOBS_PER_CHILD or (self._connection is not None and self._connection.poll(0)):
            self.end()  # an idle child has nothing to say: what can be heard from it is its death
        if self._connection is None:
            self._pid, self._connection = self._nursery.fork()
            self._jobs = 0
        self._jobs += 1
        return self._connection

    def _conclude(self, tag: bytes, body: bytes, part: str) -> object:
        if tag == b"R":
            return _Unpickler(io.BytesIO(body)).load()
        if tag == b"E":
            raise _as_error(_Unpickler(io.BytesIO(body)).load())
        self.end()
        if tag == b"M":
            return _Death(part, "Reading needed more memory than it may take.", ReaderKilled.remedy)
        return _Death(part, f"The reader failed: {body.decode(errors='replace')}.", ReaderKilled.remedy)

    def _why_it_ended(self) -> tuple[str, str]:
        if self._connection is None:
            return "The service was stopped.", ReaderKilled.remedy
        self._connection.close()
        self._connection = None
        self._kill()  # what it started; and itself, if it only closed its connection
        status = self._nursery.reap(self._pid)
        return _cause_of(status, self._part_seconds), ReaderKilled.remedy


def _cause_of(status: int | None, part_seconds: float) -> str:
    if status is None:
        return "The reader was killed."
    if not os.WIFSIGNALED(status):
        return f"The reader ended by itself with status {os.waitstatus_to_exitcode(status)}."
    number = os.WTERMSIG(status)
    if number == signal.SIGXCPU:
        return f"Reading took more than {math.ceil(part_seconds)} s of processor time."
    if number == signal.SIGKILL:
        return "The reader was killed, perhaps for want of memory."
    return f"The reader crashed ({signal.Signals(number).name})."


def _as_error(value: object) -> ReadingError:
    return value if isinstance(value, ReadingError) else ReaderKilled("The reader raised what is no error.")


class Sandbox:
    """Warm children, each killable, that run one reading job at a time within limits of wall time, CPU time and memory.

    `job` is the dotted name "package.module:function" of a factory, imported in the nursery only; `function(*setup)`
    is called there once, before any child is forked, and gives the handler. It must start no threads: they do not
    survive the fork (start them on first use). Each job is `handler(payload, report, skip) -> result`: payload and
    result are picklable, the result of the types of `parsers`, dates and plain containers; `report(part)` is called
    before each part, and with "" for work that belongs to none; a part in `skip` (name → cause and remedy) has ended
    a child before and must not be opened again.

    `memory_bytes` bounds a child's address space. `part_seconds` bounds both wall and processor time of a part,
    `mail_seconds` the wall time of a payload with all its attempts.
    """

    def __init__(
        self,
        job: str,
        size: int,
        *,
        memory_bytes: int,
        part_seconds: float,
        mail_seconds: float,
        setup: tuple[object, ...] = (),
    ) -> None:
        order = {"job": job, "memory_bytes": memory_bytes, "part_seconds": part_seconds, "setup": setup}
        self._nursery = Nursery(pickle.dumps(order))
        self._mail_seconds = mail_seconds
        self._closed = False
        self._children = [_Child(self._nursery, part_seconds) for _ in range(size)]
        self._free: queue.LifoQueue[_Child] = queue.LifoQueue()
        for child in self._children:
            self._free.put(child)

    def run(self, payload: object) -> object:
        """The handler's result for the payload; waits for a free child. Safe to call from many threads.

        Raises the ReadingError that the handler raised; ReaderKilled where the payload ended three children, one
        child while no part was named, or took longer than `mail_seconds`; SandboxError where the job cannot be loaded.
        """
        child = self._free.get()
        try:
            if self._closed:
                raise SandboxError("the sandbox is closed")
            return self._run(child, payload)
        finally:
            self._free.put(child)

    def warm(self) -> None:
        """Start loading the job without waiting for it; children fork from it in milliseconds."""
        self._nursery.start()

    def close(self) -> None:
        """Kill the children and end the nursery. Jobs still running end as ReaderKilled."""
        self._closed = True
        for child in self._children:
            child.end()
        self._nursery.stop()

    def _run(self, child: _Child, payload: object) -> object:
        skip: dict[str, str] = {}
        deadline = time.monotonic() + self._mail_seconds
        for attempt in range(1, ATTEMPTS + 1):
            outcome = child.attempt(pickle.dumps((payload, skip)), deadline)
            if not isinstance(outcome, _Death):
                return outcome
            if not outcome.part or attempt == ATTEMPTS or self._closed or time.monotonic() >= deadline:
                raise ReaderKilled(outcome.cause, outcome.remedy)
            skip[outcome.part] = f"{outcome.cause} {outcome.remedy}"
        raise AssertionError("every attempt either returns or raises")
