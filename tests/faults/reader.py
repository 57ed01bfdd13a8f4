"""Named faults of readers: each is a handler for `parsers.sandbox.Sandbox` that goes wrong in one known way."""

import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from parsers.document import Document
from parsers.errors import Encrypted

Report = Callable[[str], None]


class Faulty:
    """Does what the payload's words say, part by part: payload is a list of (part name, fault name)."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.jobs = 0

    def __call__(self, payload: object, report: Report, skip: dict[str, str]) -> object:
        assert isinstance(payload, list)
        self.jobs += 1
        told: dict[str, object] = {}
        for part, fault in payload:
            if part in skip:
                told[part] = skip[part]
                continue
            if part:
                report(part)
            told[part] = FAULTS[fault](self)
        return told


def well(handler: Faulty) -> object:
    return handler.answer


def sleeps(_: Faulty) -> object:
    time.sleep(3600)
    return None


def spins(_: Faulty) -> object:
    while True:
        pass


def eats_memory(_: Faulty) -> object:
    eaten = []
    while True:
        eaten.append(bytes(64 * 1024 * 1024))  # never touched: the limit counts what is asked for


def aborts(_: Faulty) -> object:
    os.abort()


def segfaults(_: Faulty) -> object:
    return ctypes.string_at(8)


def leaves(_: Faulty) -> object:
    os._exit(7)


def exits(_: Faulty) -> object:
    sys.exit(3)


def raises(_: Faulty) -> object:
    raise KeyError("the customer's secret words")


def asks_for_a_password(_: Faulty) -> object:
    raise Encrypted("The file asks for a password.", "Ask the customer.")


def prints(_: Faulty) -> object:
    print("noise " * 100_000, flush=True)
    libc = ctypes.CDLL(None)
    libc.puts(b"noise from C")
    libc.fflush(None)
    sys.stderr.write("noise\n")
    return sys.stdin.read()


def leaves_a_child_behind(_: Faulty) -> object:
    process = subprocess.Popen(["sleep", "3600"])
    return process.pid


def starts_one_and_sleeps(_: Faulty) -> object:
    subprocess.Popen(["sleep", "3600"])
    time.sleep(3600)
    return None


def counts_jobs(handler: Faulty) -> object:
    return handler.jobs


def names_its_process(_: Faulty) -> object:
    return os.getpid()


def returns_a_trap(_: Faulty) -> object:
    return Trap()


def reads_a_document(_: Faulty) -> object:
    return Document(part="a.txt", text="批号 B2406-01")


class Trap:
    """What a child that was taken over might send: unpickling it would run a command in the parent."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.system, ("false",)


FAULTS: dict[str, Callable[[Faulty], object]] = {
    action.__name__: action
    for action in (
        well, sleeps, spins, eats_memory, aborts, segfaults, leaves, exits, raises, asks_for_a_password, prints,
        leaves_a_child_behind, starts_one_and_sleeps, counts_jobs, names_its_process, returns_a_trap, reads_a_document,
    )
}  # fmt: skip


def make(answer: object = "read") -> Faulty:
    return Faulty(answer)


def make_that_cannot_load() -> Faulty:
    raise FileNotFoundError("the model is not there")


def make_file_reader() -> Callable[[list[tuple[str, bytes]], Report, dict[str, str]], dict[str, Document]]:
    """The true readers of files: payload is a list of (file name, bytes)."""
    from parsers.files import read_file, warm
    from parsers.sniff import media_type

    warm()

    def handler(payload: list[tuple[str, bytes]], report: Report, skip: dict[str, str]) -> dict[str, Document]:
        read: dict[str, Document] = {}
        for name, content in payload:
            if name in skip:
                read[name] = Document(name, "", unread=skip[name])
                continue
            report(name)
            read[name] = read_file(name, content, media_type(content, name))
        return read

    return handler


def make_measured_file_reader() -> Callable[[list[tuple[str, bytes]], Report, dict[str, str]], dict[str, object]]:
    """The same; "" holds the most memory, in bytes, that reading these took besides what the child had before."""
    read_all = make_file_reader()

    def handler(payload: list[tuple[str, bytes]], report: Report, skip: dict[str, str]) -> dict[str, object]:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak is counted anew
        before = memory("VmRSS:")
        return {**read_all(payload, report, skip), "": memory("VmHWM:") - before}

    return handler


def memory(which: str) -> int:
    """A figure of this process, in bytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(which))
