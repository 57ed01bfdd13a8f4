"""Whatever a document does to its reader, the service and the mail's other parts go on, and the remedy is named."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from parsers.document import Document
from parsers.errors import Encrypted, ReaderKilled
from parsers.sandbox import Sandbox, SandboxError
from tests.prompt import AT_ONCE, LONG

ROOT = Path(__file__).parents[2]
LIMITS = {"memory_bytes": 600_000_000, "part_seconds": 1.0, "mail_seconds": LONG}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    box = Sandbox("tests.faults.reader:make", 2, **LIMITS, setup=("gelesen",))
    box.warm()
    yield box
    box.close()


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be reaped does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def gone(pid: int, seconds: float = AT_ONCE) -> bool:
    until = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not alive(pid)


def test_the_factory_gets_its_setup_and_the_result_comes_back(sandbox: Sandbox) -> None:
    assert sandbox.run([("a.pdf", "well")]) == {"a.pdf": "gelesen"}


def test_a_document_comes_back_whole(sandbox: Sandbox) -> None:
    assert sandbox.run([("a.txt", "reads_a_document")]) == {"a.txt": Document(part="a.txt", text="批号 B2406-01")}


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("sleeps", "longer than this part may take"),
        ("spins", "this part may take|processor time"),
        ("eats_memory", "more memory"),
        ("aborts", "SIGABRT"),
        ("segfaults", "SIGSEGV"),
        ("leaves", "by itself with status 7"),
        ("exits", "SystemExit"),
        ("raises", r"KeyError at reader\.py:\d+"),
    ],
)
def test_a_part_that_ends_its_reader_is_skipped_and_the_others_are_read(
    sandbox: Sandbox, fault: str, cause: str
) -> None:
    told = sandbox.run([("good.docx", "well"), ("bad.pdf", fault), ("也好.xlsx", "well")])
    assert isinstance(told, dict)
    assert told["good.docx"] == told["也好.xlsx"] == "gelesen"
    with pytest.raises(ReaderKilled, match=cause):
        raise ReaderKilled(told["bad.pdf"])


def test_a_failing_readers_cause_does_not_quote_the_customer(sandbox: Sandbox) -> None:
    assert "secret" not in str(sandbox.run([("bad.pdf", "raises")]))


def test_death_while_no_part_is_named_gives_the_payload_up_with_a_remedy(sandbox: Sandbox) -> None:
    with pytest.raises(ReaderKilled, match="SIGABRT") as caught:
        sandbox.run([("", "aborts")])
    assert caught.value.remedy


def test_a_payload_that_ends_three_children_is_given_up(sandbox: Sandbox) -> None:
    bad = [("1.pdf", "aborts"), ("2.pdf", "leaves"), ("3.pdf", "segfaults"), ("4.pdf", "well")]
    with pytest.raises(ReaderKilled, match="SIGSEGV"):
        sandbox.run(bad)
    assert sandbox.run(bad[:2] + bad[3:]) is not None


def test_a_payload_may_not_take_longer_than_a_mail_may(tmp_path: Path) -> None:
    box = Sandbox("tests.faults.reader:make", 1, memory_bytes=600_000_000, part_seconds=30, mail_seconds=0.7)
    try:
        box.warm()
        with pytest.raises(ReaderKilled, match="the whole mail"):
            box.run([("a.pdf", "sleeps")])
    finally:
        box.close()


def test_an_error_about_the_document_reaches_the_caller_with_its_remedy(sandbox: Sandbox) -> None:
    with pytest.raises(Encrypted, match="password") as caught:
        sandbox.run([("a.pdf", "asks_for_a_password")])
    assert caught.value.remedy == "Ask the customer."


def test_what_libraries_print_breaks_nothing(sandbox: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    assert sandbox.run([("a.pdf", "prints"), ("b.pdf", "well")]) == {"a.pdf": "", "b.pdf": "gelesen"}
    assert capfd.readouterr() == ("", "")


def test_a_result_of_a_strange_type_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(ReaderKilled, match="not a kind that is let through"):
        sandbox.run([("", "returns_a_trap")])


def test_processor_time_is_counted_by_part_not_by_life(sandbox: Sandbox) -> None:
    """Ten parts of 0.4 s each are far above one part's second, and none is too long."""
    box = Sandbox("tests.parsers.test_sandbox:busy", 1, memory_bytes=600_000_000, part_seconds=2, mail_seconds=60)
    try:
        assert box.run(8) == 8
    finally:
        box.close()


def busy() -> object:
    def handler(payload: int, report: object, skip: dict[str, str]) -> int:
        for part in range(payload):
            report(str(part))  # type: ignore[operator]
            until = time.process_time() + 0.4
            while time.process_time() < until:
                pass
        return payload

    return handler


def test_other_jobs_go_on_while_one_hangs(sandbox: Sandbox) -> None:
    with ThreadPoolExecutor(8) as threads:
        slow = threads.submit(sandbox.run, [("bad.pdf", "sleeps")])
        quick = list(threads.map(sandbox.run, [[(str(number), "well")] for number in range(40)]))
        assert quick == [{str(number): "gelesen"} for number in range(40)]
        assert not slow.done()
        assert "longer" in str(slow.result())


def test_children_are_replaced_after_so_many_jobs(sandbox: Sandbox) -> None:
    pids = {str(sandbox.run([("a", "names_its_process")])) for _ in range(210)}
    assert len(pids) == 2


def test_what_a_killed_child_started_is_killed_too(sandbox: Sandbox) -> None:
    before = sleepers()
    sandbox.run([("a", "starts_one_and_sleeps")])
    assert sleepers() <= before


def sleepers() -> set[str]:
    found = subprocess.run(["pgrep", "-f", "^sleep 3600$"], capture_output=True, text=True).stdout.split()
    return {pid for pid in found if alive(int(pid))}


def test_it_recovers_when_the_nursery_is_killed(sandbox: Sandbox) -> None:
    told = sandbox.run([("a", "names_its_process")])
    assert isinstance(told, dict)
    nursery = parent_of(told["a"])
    os.kill(nursery, signal.SIGKILL)
    assert gone(nursery)
    assert gone(told["a"])
    assert sandbox.run([("b", "well")]) == {"b": "gelesen"}


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_a_job_that_cannot_be_loaded_says_so() -> None:
    for job, cause in (
        ("tests.faults.reader:make_that_cannot_load", "FileNotFoundError"),
        ("no.such:thing", "ModuleNotFoundError"),
    ):
        box = Sandbox(job, 1, **LIMITS)
        with pytest.raises(SandboxError, match=cause):
            box.run([])
        box.close()


def test_a_closed_sandbox_leaves_no_process_and_takes_no_job() -> None:
    box = Sandbox("tests.faults.reader:make", 1, **LIMITS)
    told = box.run([("a", "names_its_process")])
    assert isinstance(told, dict)
    nursery = parent_of(told["a"])
    box.close()
    assert gone(told["a"])
    assert gone(nursery)
    with pytest.raises(SandboxError, match="closed"):
        box.run([])


def test_closing_ends_the_jobs_that_run() -> None:
    box = Sandbox("tests.faults.reader:make", 1, memory_bytes=600_000_000, part_seconds=60, mail_seconds=60)
    told = box.run([("a", "names_its_process")])
    assert isinstance(told, dict)
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(box.run, [("a", "sleeps")])
        time.sleep(0.3)
        box.close()
        with pytest.raises(ReaderKilled, match=r"stopped|killed"):
            running.result(timeout=LONG)
    assert gone(told["a"])


def test_a_child_that_dies_idle_is_replaced_unnoticed() -> None:
    box = Sandbox("tests.faults.reader:make", 1, **LIMITS)
    try:
        told = box.run([("a", "names_its_process")])
        assert isinstance(told, dict)
        os.kill(told["a"], signal.SIGKILL)
        time.sleep(0.2)
        assert box.run([("", "well")]) == {"": "read"}
    finally:
        box.close()


def test_no_orphans_when_the_service_is_killed_in_the_middle_of_a_job() -> None:
    script = (
        "import sys, threading; from parsers.sandbox import Sandbox\n"
        "box = Sandbox('tests.faults.reader:make', 1, memory_bytes=600_000_000, part_seconds=600, mail_seconds=600)\n"
        "print(box.run([('a', 'names_its_process')])['a'], flush=True)\n"
        "box.run([('a', 'spins')])\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT) as service:
        assert service.stdout is not None
        child = int(service.stdout.readline())
        nursery = parent_of(child)
        assert alive(child)
        service.kill()
    assert gone(child)
    assert gone(nursery)


def test_the_parent_does_not_import_the_job() -> None:
    script = (
        "import sys; from parsers.sandbox import Sandbox\n"
        "box = Sandbox('tests.faults.reader:make', 1, memory_bytes=600_000_000, part_seconds=9, mail_seconds=9)\n"
        "box.run([('a', 'well')]); box.close()\n"
        "sys.exit('tests.faults.reader' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT).returncode == 0
