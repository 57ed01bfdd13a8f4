"""A whole site in a folder of its own, driven from outside by the `intake` command, as an operator would."""

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PEOPLE = """name,email,department,role
He Jun,hejun@example.com,质量部,quality
Yan Guoqiang,yan@example.com,质量部,quality_manager
Cheng Weidong,cheng@example.com,事业部,business_unit_manager
Fang Zhenhua,gm@example.com,总经办,general_manager
"""

LONGEST = 120  # seconds for one command


@dataclass(frozen=True)
class Cost:
    """What a command took: seconds by the clock and of the processors, the largest memory of it and its children (PSS, in MB)."""

    seconds: float
    cpu_seconds: float
    megabytes: float
    status: int
    error: str


@dataclass
class Site:
    """`intake` run from outside, as an operator would."""

    folder: Path
    source: str  # a [[sources]] table
    sender: str  # the [sender] table
    database: str = "sqlite:///intake.db"
    environment: dict[str, str] = field(default_factory=dict)

    def write(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.config.write_text(
            "[company]\n"
            'name = "苏州示例精密有限公司"\naddress = "complaints@example.com"\naddresses = ["quality@example.com"]\nprovince = "江苏省"\n'
            'phone = "0512-6000 0000"\n\n'
            f'[database]\nurl = "{self.database}"\n\n{self.source}\n\n{self.sender}\n',
            encoding="utf-8",
        )
        (self.folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
        self.run("import", "people", str(self.folder / "people.csv"))

    @property
    def config(self) -> Path:
        return self.folder / "intake.toml"

    def start(self, *words: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "intake.cli", "--config", str(self.config), *words]
        return subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **self.environment},
            start_new_session=True,
        )

    def lines(self, *words: str) -> list[dict[str, Any]]:
        """What `intake … --json` prints."""
        process = self.start(*words, "--json")
        out, error = process.communicate(timeout=120)
        assert process.returncode == 0, error
        return [json.loads(line) for line in out.splitlines()]

    def run(self, *words: str) -> Cost:
        started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        process = self.start(*words)
        largest = _watch_memory(process.pid)
        try:
            _, error = process.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired as late:
            os.killpg(process.pid, signal.SIGKILL)
            raise AssertionError(f"{words} did not end: {process.communicate()[1][-3000:]}") from late
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Cost(time.perf_counter() - started, cpu, largest() / 1e6, process.returncode, error)


def _watch_memory(pid: int) -> "_Largest":
    watcher = _Largest(pid)
    threading.Thread(target=watcher.look, daemon=True).start()
    return watcher


class _Largest:
    """The largest sum of the proportional memory of a process and all its descendants, looked at once a second (each look costs the kernel milliseconds)."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._bytes = 0

    def __call__(self) -> int:
        return self._bytes

    def look(self) -> None:
        while Path(f"/proc/{self._pid}").exists():
            self._bytes = max(self._bytes, sum(_proportional(pid) for pid in _family(self._pid)))
            time.sleep(1.0)


def _family(root: int) -> list[int]:
    found = [root]
    for pid in found:
        try:
            tasks = Path(f"/proc/{pid}/task")
            children = [child for task in tasks.iterdir() for child in (task / "children").read_text().split()]
        except OSError:
            continue
        found += [int(child) for child in children]
    return found


def _proportional(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        return 0
    return 0
