"""The other side of `parsers/sandbox.py`: the nursery that loads the job once, and the life of a child forked from it.

Messages on a child's connection are one byte of tag and a body: P part name · R pickled result · E pickled
ReadingError · M out of memory · F failed, with type and place of the error (never its message: that may quote the
customer's mail).
"""

import ctypes
import gc
import importlib
import os
import pickle
import resource
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Protocol, cast

from parsers.errors import ReadingError

OPEN_FILES = 256
FILE_BYTES = 128 * 1024 * 1024  # what a library may write for itself: py3langid unpacks its model into a file
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")

_PR_SET_PDEATHSIG = 1


class Handler(Protocol):
    def __call__(self, payload: object, report: Callable[[str], None], skip: dict[str, str]) -> object: ...


def main() -> None:
    """Load the job named on standard input, then fork a child or reap one whenever the control socket asks."""
    control = socket.socket(fileno=int(sys.argv[2]))
    for name in ONE_THREAD:  # threads of a numeric library would not survive the fork, and each reserves address space
        os.putenv(name, "1")
    with _Confession(lambda body: control.send(body[1:] or b"out of memory")):
        order = pickle.loads(sys.stdin.buffer.read())
        handler = _load(order["job"], order["setup"])
    _silence()
    gc.collect()
    gc.freeze()  # what is loaded stays untouched by the collector, so children share its pages
    control.send(b"ready")
    _attend(control, handler, order["memory_bytes"], order["part_seconds"])


def _load(job: str, setup: tuple[object, ...]) -> Handler:
    module, _, function = job.partition(":")
    factory = getattr(importlib.import_module(module), function)
    return cast(Handler, factory(*setup))


def _silence() -> None:
    """Nothing that a library prints or asks can reach anybody: the three standard streams lead nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _attend(control: socket.socket, handler: Handler, memory_bytes: int, part_seconds: float) -> None:
    nursery = os.getpid()
    while True:
        request, fds, _, _ = socket.recv_fds(control, 4096, 1)
        if not request:
            return
        if request == b"fork":
            pid = os.fork()
            if pid == 0:
                control.close()
                os.set_inheritable(fds[0], False)
                _live(Connection(fds[0]), handler, nursery, memory_bytes, part_seconds)
            os.close(fds[0])
            control.send(str(pid).encode())
        else:
            control.send(str(_reap(int(request.split()[1]))).encode())


def _reap(pid: int) -> int:
    try:
        return os.waitpid(pid, 0)[1]
    except ChildProcessError:
        return 0


def _live(connection: Connection, handler: Handler, nursery: int, memory_bytes: int, part_seconds: float) -> None:
    """A child's whole life: limits first, then job after job until the connection closes. Never returns."""
    with _Confession(connection.send_bytes):
        os.setsid()
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != nursery:  # it died before the kernel knew that we want to go with it
            os._exit(0)
        _limit(memory_bytes)
        report = _reporter(connection, part_seconds)
        while (job := _next_job(connection)) is not None:
            _allow(part_seconds)
            connection.send_bytes(_answer(handler, job, report))
    os._exit(0)


def _next_job(connection: Connection) -> bytes | None:
    try:
        return connection.recv_bytes()
    except EOFError:
        return None


def _answer(handler: Handler, job: bytes, report: Callable[[str], None]) -> bytes:
    payload, skip = pickle.loads(job)
    try:
        return b"R" + pickle.dumps(handler(payload, report, skip))
    except ReadingError as error:
        return b"E" + pickle.dumps(error)


def _limit(memory_bytes: int) -> None:
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
    ):
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


def _allow(seconds: float) -> None:
    """Processor time for one more part. The kernel counts a process's whole life, so the bound moves along with it."""
    most = int(time.process_time() + seconds) + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _reporter(connection: Connection, part_seconds: float) -> Callable[[str], None]:
    def report(part: str) -> None:
        _allow(part_seconds)
        connection.send_bytes(b"P" + part.encode("utf-8", "surrogatepass"))

    return report


class _Confession:
    """Tells the parent what error ended us, and ends us: whatever it was, there is no state to go on from."""

    def __init__(self, tell: Callable[[bytes], object]) -> None:
        self._tell = tell

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            return
        try:
            self._tell(b"M" if isinstance(error, MemoryError) else b"F" + _where(error).encode())
        finally:
            os._exit(1)


def _where(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return type(error).__name__
    return f"{type(error).__name__} at {Path(frames[-1].filename).name}:{frames[-1].lineno}"
