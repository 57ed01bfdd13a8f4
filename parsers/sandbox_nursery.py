"""The process that reading children are forked from, seen from the service: started, asked for children, asked how
they ended.

It is a program of its own (`parsers/sandbox_child.py`), started fresh, so it knows nothing of this process's threads
and sockets.
"""

import json
import socket
import struct
import subprocess
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock

STARTUP_SECONDS = 120.0
SEND_SECONDS = 30
_LAUNCH = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from parsers.sandbox_child import main; main()"


class SandboxError(RuntimeError):
    """The job itself cannot be loaded, or its children cannot be started: our fault, never a document's."""


class Nursery:
    """The process that children are forked from; started again if it ends."""

    def __init__(self, order: bytes) -> None:
        self._order = order
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._ready = False

    def start(self) -> None:
        """Start it without waiting until it has loaded the job."""
        with self._lock:
            self._launch()

    def fork(self) -> tuple[int, Connection]:
        """A new child: its process id and the connection to it."""
        ours, theirs = socket.socketpair()
        with self._lock, theirs:
            try:
                pid = int(self._ask(b"fork", theirs.fileno()))
            except OSError:  # the nursery was killed; once more with a fresh one
                self._stop()
                pid = int(self._ask(b"fork", theirs.fileno()))
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_SECONDS, 0))
        return pid, Connection(ours.detach())

    def reap(self, pid: int) -> int | None:
        """The wait status of a child that has ended; None where the nursery went with it."""
        with self._lock:
            if self._control is None:
                return None
            try:
                return int(self._ask(f"reap {pid}".encode()))
            except OSError:
                self._stop()
                return None

    def stop(self) -> None:
        with self._lock:
            self._stop()

    def _ask(self, request: bytes, *fds: int) -> bytes:
        control = self._launch()
        if not self._ready:
            self._wait_until_ready(control)
        socket.send_fds(control, [request], fds)
        return self._hear(control)

    def _hear(self, control: socket.socket) -> bytes:
        answer = control.recv(65536)
        if not answer:
            raise ConnectionResetError("the nursery has ended")
        return answer

    def _wait_until_ready(self, control: socket.socket) -> None:
        control.settimeout(STARTUP_SECONDS)
        try:
            answer = self._hear(control)
        except OSError as error:
            self._stop()
            raise SandboxError(f"the reader did not start: {error}") from error
        if answer != b"ready":
            self._stop()
            raise SandboxError(f"the reader did not start: {answer.decode(errors='replace')}")
        self._ready = True

    def _launch(self) -> socket.socket:
        if self._control is not None:
            return self._control
        places = [str(Path(entry).absolute()) for entry in sys.path]
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-c", _LAUNCH, json.dumps(places), str(theirs.fileno())],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._process, self._control, self._ready = process, ours, False
        if process.stdin is not None:
            with suppress(BrokenPipeError), process.stdin:
                process.stdin.write(self._order)
        return ours

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            if not self._ready:
                self._process.kill()  # still loading: it has no children yet, and would not hear that nobody wants any
            try:
                self._process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._control, self._process, self._ready = None, None, False
