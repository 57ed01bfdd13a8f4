"""A folder that fax servers, scanners and people drop files into."""

import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.errors import Unreachable
from intake.settings import FolderSource
from intake.sources.files import readable_name
from intake.sources.folder import Folder
from tests.prompt import AT_ONCE, LONG
from tests.sources.conftest import Keeper, mail

NEVER = threading.Event()
PDF = b"%PDF-1.4 one page"


def keeper(folder: Path, rest: float = 0.0, limit: int = 1_000_000, poll: float = LONG) -> Keeper:
    table = FolderSource.model_validate(
        {"name": "fax", "kind": "folder", "path": str(folder), "rest_seconds": rest, "poll_seconds": poll}
    )
    return Keeper(Folder(table, folder, limit))


def names(taker: Keeper) -> list[str | None]:
    return [taken.file_name for taken in taker.poll()]


def test_a_dropped_file_is_taken_once_with_its_name_time_and_bytes(tmp_path: Path) -> None:
    path = tmp_path / "传真 0001.PDF"
    path.write_bytes(PDF)
    os.utime(path, (1700000000, 1700000000))
    taker = keeper(tmp_path)
    (taken,) = taker.poll()
    assert (taken.file_name, taken.raw, taken.size, taken.source) == ("传真 0001.PDF", PDF, len(PDF), "fax")
    assert taken.received_at == datetime.fromtimestamp(1700000000, UTC)
    assert taken.key == f"传真 0001.PDF:{len(PDF)}:1700000000000000000"
    assert taker.poll() == []
    assert path.read_bytes() == PDF, "it stays where it is"
    taker.source = keeper(tmp_path).source
    assert taker.poll() == [], "after a restart as well"


def test_an_eml_file_is_a_mail_and_has_no_file_name(tmp_path: Path) -> None:
    (tmp_path / "saved.EML").write_bytes(mail("saved"))
    assert names(keeper(tmp_path)) == [None]


def test_a_new_file_under_an_old_name_is_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "fax.tif"
    path.write_bytes(b"first page")
    os.utime(path, (1700000000, 1700000000))
    taker = keeper(tmp_path)
    assert len(taker.poll()) == 1
    path.write_bytes(b"other page")
    os.utime(path, (1700000100, 1700000100))
    assert [taken.raw for taken in taker.poll()] == [b"other page"]


@pytest.mark.parametrize(
    "name",
    [".hidden.pdf", "a.pdf.tmp", "a.pdf.part", "A.PDF.CRDOWNLOAD", "a.filepart", "a.doc~", "~$form.docx", "Thumbs.db"],
)
def test_unfinished_and_hidden_files_are_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(PDF)
    (tmp_path / "subfolder").mkdir()
    (tmp_path / "subfolder" / "a.pdf").write_bytes(PDF)
    (tmp_path / "link.pdf").symlink_to(tmp_path / name)
    assert keeper(tmp_path).poll() == []


@pytest.mark.parametrize("name", ["a.pdf", "a.tiff", "a.png", "a.jpg", "a.xlsx", "no ending", "a.unheard-of"])
def test_every_other_file_is_taken_whatever_its_type(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"something")
    assert names(keeper(tmp_path)) == [name]


def test_a_file_that_is_being_written_is_taken_when_it_rests_and_whole(tmp_path: Path) -> None:
    taker = keeper(tmp_path, rest=1)
    with (tmp_path / "slow.pdf").open("wb") as file:
        for _ in range(4):
            file.write(PDF)
            file.flush()
            assert taker.poll() == []
            time.sleep(0.15)
    started = time.monotonic()
    while not (taken := taker.poll()):
        assert taker.source.wait(LONG, NEVER), "there is something to look for"
        assert time.monotonic() - started < AT_ONCE
    assert taken[0].raw == PDF * 4


def test_a_copy_that_keeps_an_old_time_must_rest_as_well(tmp_path: Path) -> None:
    path = tmp_path / "copied.pdf"
    path.write_bytes(PDF)
    os.utime(path, (1700000000, 1700000000))
    assert keeper(tmp_path, rest=30).poll() == []


def test_a_file_dated_in_the_future_is_taken_when_we_have_seen_it_rest(tmp_path: Path) -> None:
    path = tmp_path / "ahead.pdf"
    path.write_bytes(PDF)
    os.utime(path, (4000000000, 4000000000))
    taker = keeper(tmp_path, rest=0.3)
    assert taker.poll() == []
    time.sleep(0.35)
    (taken,) = taker.poll()
    assert abs((taken.received_at - datetime.now(UTC)).total_seconds()) < LONG


def test_an_empty_file_gets_more_time(tmp_path: Path) -> None:
    (tmp_path / "to-be-filled.pdf").write_bytes(b"")
    taker = keeper(tmp_path)
    assert taker.poll() == []
    (tmp_path / "to-be-filled.pdf").write_bytes(PDF)
    assert [taken.raw for taken in taker.poll()] == [PDF]


@pytest.mark.parametrize(("name", "kept"), [("huge.eml", b"\r\n\r\n"), ("huge.pdf", b"x")])
def test_trap_25_of_a_file_over_the_limit_only_the_beginning_is_taken(tmp_path: Path, name: str, kept: bytes) -> None:
    raw = mail("huge", body="x" * 3_000_000)
    (tmp_path / name).write_bytes(raw)
    (taken,) = keeper(tmp_path).poll()
    assert taken.headers_only and taken.size == len(raw)
    assert raw.startswith(taken.raw) and taken.raw.endswith(kept) and len(taken.raw) <= 1_000_000


def test_groups_hold_fifty_files_at_the_most(tmp_path: Path) -> None:
    for number in range(120):
        (tmp_path / f"{number:03}.pdf").write_bytes(PDF)
        os.utime(tmp_path / f"{number:03}.pdf", (1700000000 + number, 1700000000 + number))
    source = keeper(tmp_path).source
    groups = list(source.new(lambda _source, _keys: set(), source.mark))
    assert [len(group) for group in groups] == [50, 50, 20]
    assert [taken.file_name for group in groups for taken in group] == [f"{number:03}.pdf" for number in range(120)]


def test_a_file_that_may_not_be_read_is_a_trouble_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(PDF)
    (tmp_path / "b.pdf").write_bytes(PDF)
    taker = keeper(tmp_path)
    passing = taker.source.new(lambda _source, _keys: _replace_by_folder(tmp_path / "a.pdf"), taker.mark)
    assert [taken.file_name for group in passing for taken in group] == ["b.pdf"]
    (trouble,) = taker.source.troubles()
    assert "cannot be read" in trouble.cause and trouble.key is not None and trouble.key.startswith("a.pdf:")


def _replace_by_folder(path: Path) -> set[str]:
    """Root may read everything, so the fault is one that root meets as well: the file has become a folder."""
    path.unlink()
    path.mkdir()
    return set()


def test_a_dropped_file_ends_the_waiting_at_once(tmp_path: Path) -> None:
    taker = keeper(tmp_path)
    taker.poll()
    threading.Timer(0.3, lambda: (tmp_path / "now.pdf").write_bytes(PDF)).start()
    started = time.monotonic()
    assert taker.source.wait(LONG, NEVER)
    assert time.monotonic() - started < AT_ONCE


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="cannot be read"):
        keeper(tmp_path / "nowhere").source.check()
    with pytest.raises(Unreachable, match="cannot be read"):
        keeper(tmp_path / "nowhere").poll()


def test_what_lies_there_can_be_listed(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(PDF)
    (tmp_path / "b.eml").write_bytes(mail("b", message_id="b@example.net"))
    source = keeper(tmp_path).source
    keys = sorted(source.keys())
    assert [source.message_ids(keys)[key] for key in keys] == [None, "b@example.net"]
    assert source.check().endswith("2 files")


@settings(max_examples=200, deadline=None)
@given(st.binary(min_size=1, max_size=60))
def test_every_file_name_becomes_text_that_a_database_takes(raw: bytes) -> None:
    assert readable_name(os.fsdecode(raw)).encode("utf-8")


def test_a_gbk_file_name_is_read_as_chinese() -> None:
    assert readable_name(os.fsdecode("客户投诉单.pdf".encode("gbk"))) == "客户投诉单.pdf"
