"""Files by their hash: once, whole, durable, and an error that says what to do."""

import hashlib
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import NotThere, StorageTrouble
from storage.blobs import Blobs, open_blobs

ROOT = Path(__file__).parents[2]
MAIL = b"Subject: hello\r\n\r\nbody"
SHA = hashlib.sha256(MAIL).hexdigest()


@pytest.fixture(params=["folder", "object store"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    return open_blobs(str(tmp_path / "files") if request.param == "folder" else "memory:///")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_bytes_are_kept_under_their_hash(blobs: Blobs) -> None:
    assert not blobs.exists(SHA)
    assert blobs.put(MAIL) == SHA
    assert blobs.exists(SHA)
    assert blobs.get(SHA) == MAIL


def test_a_group_comes_back_in_its_order_with_its_twins(blobs: Blobs) -> None:
    group = [b"one", b"", b"two", b"one", bytes(200_000)]
    names = blobs.put_many(group)
    assert names == [hashlib.sha256(content).hexdigest() for content in group]
    assert [blobs.get(name) for name in names] == group


def test_an_empty_group_is_no_work(blobs: Blobs) -> None:
    assert blobs.put_many([]) == []


def test_what_is_missing_is_named_as_missing(blobs: Blobs) -> None:
    with pytest.raises(NotThere, match="missing"):
        blobs.get("0" * 64)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "abc", SHA.upper(), SHA + "\n"])
def test_no_other_file_can_be_named(blobs: Blobs, name: str) -> None:
    with pytest.raises(NotThere, match="no SHA-256"):
        blobs.get(name)
    with pytest.raises(NotThere, match="no SHA-256"):
        blobs.exists(name)


def test_the_folder_is_laid_out_by_hash(folder: Path) -> None:
    open_blobs(str(folder)).put(MAIL)
    assert _files(folder) == [folder / SHA[:2] / SHA[2:4] / SHA]


def test_a_failing_mail_stored_a_hundred_times_does_not_grow_the_folder(folder: Path) -> None:
    blobs = open_blobs(folder.as_uri())
    for _ in range(100):
        blobs.put(MAIL)
    assert len(_files(folder)) == 1


def test_a_file_cut_short_is_written_anew(folder: Path) -> None:
    blobs = open_blobs(str(folder))
    blobs.put(MAIL)
    _files(folder)[0].write_bytes(MAIL[:5])
    blobs.put(MAIL)
    assert blobs.get(SHA) == MAIL


def test_a_damaged_file_is_never_handed_out(folder: Path) -> None:
    blobs = open_blobs(str(folder))
    blobs.put(MAIL)
    _files(folder)[0].write_bytes(MAIL.swapcase())
    with pytest.raises(StorageTrouble, match="damaged"):
        blobs.get(SHA)


def test_what_a_crash_left_half_written_is_swept_after_a_day(folder: Path) -> None:
    open_blobs(str(folder))
    old, new = folder / "incoming" / "old", folder / "incoming" / "new"
    for path in (old, new):
        path.write_bytes(b"half")
    aged = new.stat().st_mtime - 90_000
    os.utime(old, (aged, aged))
    open_blobs(str(folder))
    assert [path.name for path in _files(folder)] == ["new"]


TRACED = """
import sys
from storage.blobs import open_blobs
open_blobs(sys.argv[1]).put_many([b"one", b"two"])
"""


@pytest.fixture
def trace(tmp_path: Path) -> Iterator[list[str]]:
    """The system calls of a put of two files, those on the files folder only."""
    log = tmp_path / "trace"
    watched = "trace=openat,rename,renameat,fsync,close"
    command = [
        "strace",
        "-f",
        "-y",
        "-e",
        watched,
        "-o",
        str(log),
        sys.executable,
        "-c",
        TRACED,
        str(tmp_path / "files"),
    ]
    subprocess.run(command, cwd=ROOT, check=True)
    yield [line for line in log.read_text(errors="replace").splitlines() if str(tmp_path / "files") in line]


def test_files_are_synced_before_they_are_renamed_and_folders_after(trace: list[str]) -> None:
    renames = [number for number, line in enumerate(trace) if " rename" in line]
    synced = [(number, line) for number, line in enumerate(trace) if "fsync(" in line]
    assert len(renames) == 2
    assert len([line for number, line in synced if number < renames[0] and "/incoming/" in line]) == 2
    after = [line for number, line in synced if number > renames[-1] and "/incoming" not in line]
    assert len(after) == 5  # two folders of two letters, two of four, and the folder of them all


FULL = """
import sys
from storage import StorageTrouble
from storage.blobs import open_blobs
try:
    open_blobs(sys.argv[1]).put(bytes(100_000))
except StorageTrouble as trouble:
    print(trouble.cause, trouble.remedy)
"""


def test_a_full_disk_is_one_clear_line_and_leaves_no_rest(folder: Path) -> None:
    """A limit on the size of a file stands in for a full disk: the write fails half-way."""
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192)),
    )
    assert "cannot be used" in done.stdout
    assert "Free space" in done.stdout
    assert _files(folder) == []


def test_a_folder_that_is_a_file_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("x")
    with pytest.raises(StorageTrouble, match="cannot be used"):
        open_blobs(str(tmp_path / "files"))


def test_an_object_store_of_no_known_kind_is_refused() -> None:
    with pytest.raises(StorageTrouble, match=r"files\.folder"):
        open_blobs("carrier-pigeon://roof")
