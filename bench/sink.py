"""A mail server that keeps each letter in a file: postfix's own `smtp-sink`, so that it costs the measured process next to nothing."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.servers.dovecot import free_port

PROGRAM = "/usr/sbin/smtp-sink"


class Sink:
    def __init__(self, port: int, folder: Path) -> None:
        self.port = port
        self._folder = folder
        self._seen: dict[str, bool] = {}

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["Sink"]:
        with TemporaryDirectory() as name:
            folder, port = Path(name), free_port()
            folder.chmod(0o777)
            as_nobody = ["-u", "nobody"] if os.getuid() == 0 else []
            command = [PROGRAM, *as_nobody, "-d", f"{folder}/%s.", f"127.0.0.1:{port}", "100"]
            process = subprocess.Popen(command)
            try:
                yield cls(port, folder)
            finally:
                process.terminate()
                process.wait()

    def count(self, automatic_reply: bool = False) -> int:
        """Letters taken so far; or only those that say they answer by themselves (RFC 3834)."""
        for file in self._folder.iterdir():
            if not self._seen.get(file.name):
                text = file.read_bytes()
                if text.rstrip().endswith(b"--") or b"\nMIME-Version" in text:
                    self._seen[file.name] = True
        if not automatic_reply:
            return len(self._seen)
        return sum(b"auto-replied" in (self._folder / name).read_bytes() for name in self._seen)

    def wait_for(self, count: int, seconds: float, automatic_reply: bool = False) -> None:
        end = time.monotonic() + seconds
        while (found := self.count(automatic_reply)) < count:
            if time.monotonic() > end:
                raise SystemExit(f"only {found} of {count} letters came within {seconds} s")
            time.sleep(0.01)
