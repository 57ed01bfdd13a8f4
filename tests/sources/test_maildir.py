"""A Maildir as a source, as mail servers and mail programs use it."""

import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake.errors import Unreachable
from intake.settings import MaildirSource
from intake.sources.maildir import Maildir
from tests.prompt import AT_ONCE, LONG
from tests.sources.conftest import Keeper, mail, subject

NEVER = threading.Event()


@pytest.fixture
def box(tmp_path: Path) -> Path:
    for folder in ("new", "cur", "tmp"):
        (tmp_path / folder).mkdir()
    return tmp_path


def deliver(box: Path, name: str, raw: bytes, folder: str = "new", at: float | None = None) -> Path:
    path = box / folder / name
    (box / "tmp" / "x").write_bytes(raw)
    if at is not None:
        os.utime(box / "tmp" / "x", (at, at))
    (box / "tmp" / "x").rename(path)
    return path


def keeper(box: Path, after: str = "keep", limit: int = 1_000_000) -> Keeper:
    table = MaildirSource.model_validate(
        {"name": "local", "kind": "maildir", "path": str(box), "after": after, "poll_seconds": LONG}
    )
    return Keeper(Maildir(table, box, limit))


@pytest.mark.parametrize(("folder", "flags"), [("new", ""), ("cur", ":2,"), ("cur", ":2,S"), ("cur", ":2,FRST")])
def test_mails_are_taken_from_new_and_cur_whatever_their_flags(box: Path, folder: str, flags: str) -> None:
    deliver(box, "1700000000.M1P2.host,S=40" + flags, mail("划伤"), folder)
    (taken,) = keeper(box).poll()
    assert taken.raw == mail("划伤") and taken.size == len(taken.raw)
    assert (taken.source, taken.key) == ("local", "1700000000.M1P2.host,S=40")
    assert not taken.headers_only and taken.file_name is None


def test_what_is_still_being_delivered_is_left_alone(box: Path) -> None:
    (box / "tmp" / "1700000000.half").write_bytes(b"Subject: ha")
    (box / "new" / ".nfs0001").write_bytes(b"x")
    assert keeper(box).poll() == []


def test_a_mail_read_or_flagged_in_a_mail_program_is_no_new_one(box: Path) -> None:
    path = deliver(box, "1700000000.a", mail("one"))
    taker = keeper(box)
    assert len(taker.poll()) == 1
    path.rename(box / "cur" / "1700000000.a:2,S")
    assert taker.poll() == []
    taker.source = keeper(box).source  # after a restart as well
    assert taker.poll() == []


def test_a_mail_renamed_during_the_pass_is_found_under_its_new_name(box: Path) -> None:
    for number in range(53):
        deliver(box, f"17000000{number:02}.a", mail(f"no {number}"))
    taker = keeper(box)
    passing = taker.source.new(taker.known, taker.mark)
    next(passing)
    (box / "new" / "1700000052.a").rename(box / "cur" / "1700000052.a:2,S")
    (last,) = list(passing)
    assert [subject(taken) for taken in last] == ["no 50", "no 51", "no 52"]


def test_a_mail_deleted_during_the_pass_is_passed_over(box: Path) -> None:
    for number in range(53):
        deliver(box, f"17000000{number:02}.a", mail(f"no {number}"))
    taker = keeper(box)
    passing = taker.source.new(taker.known, taker.mark)
    next(passing)
    (box / "new" / "1700000051.a").unlink()
    (last,) = list(passing)
    assert [subject(taken) for taken in last] == ["no 50", "no 52"]


@pytest.mark.parametrize(
    ("name", "written", "expected"),
    [
        ("1700000000.a", 1700000000, 1700000000),
        ("1700000000.a", 1700009999, 1700000000),  # copied: the name knows better
        ("1700000000.a", 1690000000, 1690000000),  # appended with an older date: the file's time is the server's date
        ("msg-without-time", 1700000000, 1700000000),
        ("msg-from-the-future", 4000000000, None),
    ],
)
def test_the_time_of_arrival_is_the_earlier_of_name_and_file_and_never_in_the_future(
    box: Path, name: str, written: float, expected: float | None
) -> None:
    deliver(box, name, mail("x"), at=written)
    (taken,) = keeper(box).poll()
    assert taken.received_at.tzinfo is UTC
    if expected is None:
        assert abs((taken.received_at - datetime.now(UTC)).total_seconds()) < LONG
    else:
        assert taken.received_at == datetime.fromtimestamp(expected, UTC)


def test_oldest_first(box: Path) -> None:
    deliver(box, "1700000300.a", mail("third"), at=1700000300)
    deliver(box, "1700000100.b", mail("first"), at=1700000100)
    deliver(box, "1700000200.c", mail("second"), "cur", at=1700000200)
    assert keeper(box).subjects() == ["first", "second", "third"]


def test_trap_25_of_a_mail_over_the_limit_only_the_header_is_taken(box: Path) -> None:
    raw = mail("too large", body="x" * 2_000_000)
    deliver(box, "1700000000.a", raw)
    (taken,) = keeper(box).poll()
    assert taken.headers_only and taken.size == len(raw)
    assert taken.raw == raw[: raw.index(b"\r\n\r\n") + 4]


def test_seen_moves_to_cur_and_keeps_other_flags(box: Path) -> None:
    deliver(box, "1700000000.a", mail("one"))
    deliver(box, "1700000001.b:2,F", mail("two"), "cur")
    taker = keeper(box, after="seen")
    assert len(taker.poll()) == 2
    assert sorted(path.name for path in (box / "cur").iterdir()) == ["1700000000.a:2,S", "1700000001.b:2,FS"]
    assert list((box / "new").iterdir()) == []
    assert taker.poll() == []


def test_trap_3_a_mark_that_fails_is_a_trouble_and_no_second_record(box: Path) -> None:
    deliver(box, "1700000000.a", mail("one"))
    taker = keeper(box, after="seen")
    in_the_way = box / "cur" / "1700000000.a:2,S"
    (in_the_way / "full").mkdir(parents=True)
    assert len(taker.poll()) == 1
    (trouble,) = taker.source.troubles()
    assert "cannot be marked" in trouble.cause
    assert taker.poll() == []


def test_a_delivery_ends_the_waiting_at_once(box: Path) -> None:
    taker = keeper(box)
    taker.poll()
    timer = threading.Timer(0.3, lambda: deliver(box, "1700000000.a", mail("now")))
    timer.start()
    started = time.monotonic()
    assert taker.source.wait(LONG, NEVER)
    assert time.monotonic() - started < AT_ONCE
    assert taker.subjects() == ["now"]


def test_stop_is_heeded_and_the_timeout_kept(box: Path) -> None:
    taker = keeper(box)
    taker.poll()
    assert not taker.source.wait(0.1, NEVER)
    stop = threading.Event()
    stop.set()
    assert not taker.source.wait(20, stop)


def test_a_name_that_is_no_utf_8_has_a_key_that_any_database_takes(box: Path) -> None:
    deliver(box, os.fsdecode("1700000000.投诉".encode("gb18030")), mail("one"))
    taker = keeper(box)
    (taken,) = taker.poll()
    assert taken.key == "1700000000.投诉"
    assert taker.poll() == []


def test_what_is_no_maildir_is_named(tmp_path: Path) -> None:
    for ask in (lambda source: source.check(), lambda source: list(source.new(lambda _s, _k: set(), source.mark))):
        with pytest.raises(Unreachable, match="cannot be read") as caught:
            ask(keeper(tmp_path / "nowhere").source)
        assert "new and cur" in caught.value.remedy


def test_what_lies_there_can_be_listed(box: Path) -> None:
    deliver(box, "1700000000.a", mail("one", message_id="one@example.net"))
    deliver(box, "1700000001.b:2,S", mail("two"), "cur")
    source = keeper(box).source
    assert source.keys() == {"1700000000.a", "1700000001.b"}
    assert source.message_ids(["1700000000.a", "1700000001.b", "gone"]) == {
        "1700000000.a": "one@example.net",
        "1700000001.b": None,
    }
    assert source.check().endswith("2 mails")
