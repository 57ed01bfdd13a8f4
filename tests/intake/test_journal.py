"""The journal of a sending job on a disk that takes half a line."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from intake.replies.outlet import Accepted
from intake.runners.journal import Journal


@contextmanager
def a_disk_that_takes(size: int) -> Iterator[None]:
    """No file may grow past `size`: the system takes a part of what is written, and then refuses."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_letter_whose_beginning_is_half_noted_was_never_begun(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    with pytest.raises(OSError, match="large"), a_disk_that_takes(30), journal.of("job") as log:
        log.began("letter-1")
        log.began("letter-2")
    assert (tmp_path / "job.jsonl").stat().st_size == 30
    assert journal.read("job") == {"letter-1": None}


def test_what_follows_a_torn_line_is_read(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    with pytest.raises(OSError, match="large"), a_disk_that_takes(60), journal.of("job") as log:
        log.began("letter-1")
        log.ended("letter-1", Accepted("250 ok"))
    with pytest.raises(KeyError), journal.of("job") as log:
        log.began("letter-2")
        log.ended("letter-2", Accepted("250 ok"))
        raise KeyError("cut off")
    assert journal.read("job") == {"letter-1": None, "letter-2": Accepted("250 ok")}
