"""The `intake` command in processes that are forked from one that has loaded it: each its own, without two seconds of loading.

with Warm.started() as warm:
    status, out, error = warm.run("--config", "intake.toml", "run", "--once")
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_NURSERY = """
import json, os, sys
import intake.cli, intake.engine, intake.exporting, intake.importing, intake.listing, intake.retry, intake.wiring
for line in sys.stdin:
    words, out, error = json.loads(line)
    child = os.fork()
    if child == 0:
        for number, path in ((1, out), (2, error)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        status = 1
        try:
            intake.cli.main(words)
        except SystemExit as end:
            status = end.code or 0
        except BaseException:
            import traceback
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@dataclass(frozen=True, slots=True)
class Warm:
    """`run` gives exit status, standard output and standard error. One command at a time."""

    nursery: "subprocess.Popen[str]"

    @staticmethod
    @contextmanager
    def started() -> "Iterator[Warm]":
        with subprocess.Popen(
            [sys.executable, "-c", _NURSERY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as nursery:
            try:
                yield Warm(nursery)
            finally:
                assert nursery.stdin is not None
                nursery.stdin.close()

    def run(self, *words: str) -> tuple[int, str, str]:
        assert self.nursery.stdin is not None and self.nursery.stdout is not None
        with tempfile.TemporaryDirectory() as folder:
            out, error = Path(folder, "out"), Path(folder, "error")
            self.nursery.stdin.write(json.dumps([words, str(out), str(error)]) + "\n")
            self.nursery.stdin.flush()
            status = int(self.nursery.stdout.readline())
            return status, out.read_text(encoding="utf-8"), error.read_text(encoding="utf-8")
