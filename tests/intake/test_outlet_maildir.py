"""Letters into a Maildir: each once, whole, and readable by any mail program."""

import mailbox
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake.errors import SettingsError, Unreachable
from intake.replies.maildir_outlet import MaildirOutlet
from intake.replies.outlet import Accepted, Deferred, Refused, open_outlet
from intake.settings import Settings
from storage.records import Letter, Purpose

LETTER = Letter(
    "l1",
    "KS-1",
    Purpose.ACKNOWLEDGEMENT,
    "zh-CN",
    ("li@x.cn",),
    (),
    "s",
    "t",
    "",
    "<1@o.cn>",
    datetime(2026, 11, 20, tzinfo=UTC),
)
WIRE = "Subject: s\r\nMessage-ID: <1@o.cn>\r\n\r\n您好\r\n".encode()


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_letter_lies_in_new_and_reads_back(tmp_path: Path) -> None:
    assert isinstance(MaildirOutlet(tmp_path / "out").send(LETTER, WIRE), Accepted)
    (message,) = mailbox.Maildir(tmp_path / "out")
    assert message["Message-ID"] == "<1@o.cn>"
    (path,) = files(tmp_path)
    assert path.parent.name == "new" and path.read_bytes() == WIRE.replace(b"\r\n", b"\n")


def test_a_letter_given_again_changes_nothing(tmp_path: Path) -> None:
    out = MaildirOutlet(tmp_path)
    out.send(LETTER, WIRE)
    before = {path: path.stat().st_mtime_ns for path in files(tmp_path)}
    assert isinstance(MaildirOutlet(tmp_path).send(LETTER, WIRE + b"!"), Accepted)
    assert {path: path.stat().st_mtime_ns for path in files(tmp_path)} == before


def test_a_letter_that_somebody_has_read_is_not_delivered_again(tmp_path: Path) -> None:
    out = MaildirOutlet(tmp_path)
    out.send(LETTER, WIRE)
    (path,) = files(tmp_path)
    path.rename(tmp_path / "cur" / f"{path.name}:2,S")
    assert isinstance(out.send(LETTER, WIRE), Accepted) and len(files(tmp_path)) == 1


def test_two_letters_are_two_files(tmp_path: Path) -> None:
    out = MaildirOutlet(tmp_path)
    out.send(LETTER, WIRE)
    out.send(replace(LETTER, message_id="<2@o.cn>"), WIRE)
    assert len(files(tmp_path)) == 2


def test_a_letter_without_a_valid_receiver_is_refused(tmp_path: Path) -> None:
    assert isinstance(MaildirOutlet(tmp_path).send(replace(LETTER, to=("nobody",)), WIRE), Refused)
    assert files(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_deferred_and_the_check_says_so(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file stands in the way")
    out = MaildirOutlet(tmp_path / "out")
    outcome = out.send(LETTER, WIRE)
    assert isinstance(outcome, Deferred) and outcome.unreachable
    with pytest.raises(Unreachable, match="cannot be written"):
        out.check()


def test_the_check_leaves_nothing_behind(tmp_path: Path) -> None:
    assert str(tmp_path) in MaildirOutlet(tmp_path).check() and files(tmp_path) == []


def settings(folder: Path, **sender: object) -> Settings:
    company = {"name": "我司", "address": "complaints@ours.example"}
    return Settings.model_validate({"company": company, "sender": sender, "folder": folder})


SMTP = {"kind": "smtp", "host": "127.0.0.1", "port": 1}


def test_the_settings_choose_the_outlet(tmp_path: Path) -> None:
    out = open_outlet(settings(tmp_path, kind="maildir", path="out"))
    assert isinstance(out.send(LETTER, WIRE), Accepted) and (tmp_path / "out" / "new").is_dir()
    smtp = open_outlet(settings(tmp_path, **SMTP))
    assert isinstance(smtp.send(LETTER, WIRE), Deferred)


def test_what_is_wrong_with_the_sender_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("no certificate")
    for wrong, said in (
        ({"ca_file": "none.pem"}, "no file"),
        ({"ca_file": "empty.pem"}, "no certificate"),
        ({"auth": "oauth2"}, "oauth"),
    ):
        with pytest.raises(SettingsError, match=said):
            open_outlet(settings(tmp_path, **(SMTP | wrong)))
