"""An SMTP server in a process of its own that counts what it is given, so that it costs the measured process nothing but time."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.servers.dovecot import free_port


class Sink:
    def __init__(self, port: int, log: Path) -> None:
        self.port = port
        self._log = log

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["Sink"]:
        with TemporaryDirectory() as folder:
            log, port = Path(folder) / "log", free_port()
            log.touch()
            process = subprocess.Popen([sys.executable, "-m", "bench.sink", str(port), str(log)])
            try:
                yield cls(port, log)
            finally:
                process.terminate()
                process.wait()

    def count(self, word: str = "") -> int:
        return sum(word in line for line in self._log.read_text().splitlines())

    def wait_for(self, count: int, seconds: float, word: str = "") -> None:
        end = time.monotonic() + seconds
        while self.count(word) < count:
            if time.monotonic() > end:
                raise SystemExit(f"only {self.count(word)} of {count} letters came within {seconds} s")
            time.sleep(0.01)


class _Counter:
    """aiosmtpd's handler: one line a letter, with its Auto-Submitted header."""

    def __init__(self, log: Path) -> None:
        self._log = log.open("a", buffering=1)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        head = envelope.content.split(b"\r\n\r\n", 1)[0].decode("ascii", "replace")
        marks = [line for line in head.splitlines() if line.lower().startswith("auto-submitted")]
        self._log.write(f"{' '.join(marks) or '-'}\n")
        return "250 2.0.0 taken"


def _serve(port: int, log: Path) -> None:
    from aiosmtpd.controller import Controller

    controller = Controller(_Counter(log), hostname="127.0.0.1", port=port)
    controller.start()
    while True:
        time.sleep(60)


if __name__ == "__main__":
    _serve(int(sys.argv[1]), Path(sys.argv[2]))
