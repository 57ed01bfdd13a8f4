"""A person's mistake, a server that is away, a disk that is full: one line that says what to do, and nothing is lost.

The `intake` command is run from outside, as an operator would.
"""

import json
import os
import re
import resource
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.documents.controls import put_control
from tests.documents.hostile import noise
from tests.eightd.forms import own_template
from tests.servers.dovecot import Dovecot, free_port
from tests.servers.postgres import PostgresServer
from tests.servers.site import Site
from tests.servers.smtp import SmtpSink
from tests.servers.warm import Warm
from tests.service.world import imap, mail, smtp

USE, WORK = 2, 1


def one_line(error: str) -> str:
    """The one line on standard error."""
    assert "Traceback" not in error
    (line,) = error.splitlines()
    assert line.startswith("error: "), line
    return line


def one_error(site: Site, *words: str) -> tuple[str, int]:
    """The one line on standard error, and the exit status."""
    ended = site.run(*words)
    return one_line(ended.error), ended.status


@dataclass(frozen=True, slots=True)
class Untouched:
    """A site that nothing ever reaches, with a mail in its mailbox: for mistakes that are found before any work."""

    site: Site
    account: str
    warm: Warm

    def error(self, *words: str) -> tuple[str, int]:
        """The one line on standard error, and the exit status."""
        status, _, error = self.warm.run("--config", str(self.site.config), *words)
        return one_line(error), status


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot) -> Iterator[Untouched]:
    account = dovecot.user()
    dovecot.append(account, mail())
    with SmtpSink.running() as sink, Warm.started() as warm:
        made = Site(tmp_path_factory.mktemp("shared") / "site", imap(dovecot, account), smtp(sink.port))
        made.write()
        yield Untouched(made, account, warm)
        assert not sink.messages


@pytest.fixture
def untouched(shared: Untouched, dovecot: Dovecot) -> Iterator[Untouched]:
    """The shared site; its settings are put back, and its mail must still lie in the mailbox."""
    good = shared.site.config.read_text(encoding="utf-8")
    yield shared
    shared.site.config.write_text(good, encoding="utf-8")
    assert len(dovecot.flags(shared.account)) == 1


def add(text: str) -> Callable[[str], str]:
    return lambda settings: f"{settings}\n{text}\n"


def swap(old: str, new: str) -> Callable[[str], str]:
    def changed(settings: str) -> str:
        assert old in settings
        return settings.replace(old, new)

    return changed


SETTINGS = {
    "a wrong key": (add('[review]\nlisten_at = "127.0.0.1"'), "review.listen_at: unknown key"),
    "a wrong type": (add('[limits]\nmail_bytes = "much"'), "limits.mail_bytes"),
    "a figure out of range": (add("[work]\nreaders = 0"), "work.readers"),
    "a table that is missing": (lambda settings: settings[: settings.index("[sender]")], "sender: is missing"),
    "no TOML": (add("[limits"), "no valid TOML"),
    "a kind that is none": (swap('kind = "smtp"', 'kind = "pigeon"'), "sender"),
    "two sources of one name": (
        lambda settings: settings + settings[settings.index("[[sources]]") : settings.index("[sender]")],
        "complaints",
    ),
    "a password that is not set": (swap('password = "demo"', 'password = "env:NO_SUCH_PASSWORD"'), "NO_SUCH_PASSWORD"),
    "a password file that is not there": (swap('password = "demo"', 'password = "file:none"'), "password file"),
    "a database that is none": (swap("sqlite:///intake.db", "mongo://db"), "database"),
    "a policy file that is not there": (add('[policy]\nfile = "none.toml"'), "none.toml"),
    "a time zone that is none": (swap("[company]", '[company]\ntime_zone = "Mars/Base"'), "time zone"),
}


@pytest.mark.parametrize("mistake", SETTINGS)
def test_a_mistake_in_the_settings_is_named_and_nothing_is_touched(untouched: Untouched, mistake: str) -> None:
    change, named = SETTINGS[mistake]
    good = untouched.site.config.read_text(encoding="utf-8")
    untouched.site.config.write_text(change(good), encoding="utf-8")
    line, status = untouched.error("run", "--once")
    assert named in line and status == (WORK if mistake == "a database that is none" else USE), line


POLICIES = {
    "a figure out of range": "[money]\nclass_a_from = -5\n",
    "an unknown key": "[nonsense]\nx = 1\n",
    "no TOML": "[windows\n",
}


@pytest.mark.parametrize("mistake", POLICIES)
def test_a_mistake_in_the_policy_is_named(untouched: Untouched, mistake: str) -> None:
    (untouched.site.folder / "policy.toml").write_text(POLICIES[mistake], encoding="utf-8")
    good = untouched.site.config.read_text(encoding="utf-8")
    untouched.site.config.write_text(f'{good}\n[policy]\nfile = "policy.toml"\n', encoding="utf-8")
    line, status = untouched.error("run", "--once")
    assert "policy.toml" in line and status == USE


def test_a_letter_of_our_own_that_is_broken_is_refused_before_anything_is_read(
    site: Site, dovecot: Dovecot, account: str
) -> None:
    own = site.folder / "letters" / "acknowledgement" / "zh-CN"
    own.mkdir(parents=True)
    for name in ("subject.txt", "body.txt", "body.html"):
        (own / name).write_text("{{ nobody_knows }}", encoding="utf-8")
    good = site.config.read_text(encoding="utf-8")
    site.config.write_text('templates = "letters"\n' + good, encoding="utf-8")
    dovecot.append(account, mail())
    line, status = one_error(site, "run", "--once")
    assert "acknowledgement" in line and status == USE
    site.config.write_text(good, encoding="utf-8")
    assert site.run("run", "--once").status == 0 and len(site.lines("records")) == 1


def test_a_word_form_of_our_own_with_an_unknown_tag_is_refused_before_anything_is_read(untouched: Untouched) -> None:
    def wrong(document: Any) -> None:
        cell = document.tables[0].add_row().cells[1]
        cell.text = "{{ d3.mark }}"
        put_control(cell, "d3.marking")

    path = own_template(untouched.site.folder / "letters", change=wrong)
    good = untouched.site.config.read_text(encoding="utf-8")
    untouched.site.config.write_text('templates = "letters"\n' + good, encoding="utf-8")
    line, status = untouched.error("run", "--once")
    assert "The tag 'd3.marking' names no field of the 8D" in line
    assert path.name in line and status == USE
    _, told, _ = untouched.warm.run("--config", str(untouched.site.config), "check")
    assert "d3.marking" in told


FARAWAY = {
    "an IMAP server that is not there": (
        lambda text, port: re.sub(r'(kind = "imap"\nhost = "127.0.0.1"\nport = )\d+', rf"\g<1>{port}", text),
        "complaints",
    ),
    "a wrong password": (lambda text, port: text.replace('password = "demo"', 'password = "wrong"'), "complaints"),
    "a mailbox that is not there": (
        lambda text, port: text.replace('password = "demo"', 'password = "demo"\nmailbox = "None"'),
        "None",
    ),
    "a host name that is none": (
        lambda text, port: text.replace('kind = "imap"\nhost = "127.0.0.1"', 'kind = "imap"\nhost = "nowhere.invalid"'),
        "nowhere.invalid",
    ),
}


@pytest.mark.parametrize("trouble", FARAWAY)
def test_a_mailbox_out_of_reach_is_named_and_taken_up_later(
    site: Site, dovecot: Dovecot, account: str, trouble: str
) -> None:
    change, named = FARAWAY[trouble]
    dovecot.append(account, mail())
    good = site.config.read_text(encoding="utf-8")
    site.config.write_text(change(good, free_port()), encoding="utf-8")
    line, status = one_error(site, "run", "--once")
    assert named in line and status == WORK
    assert "wrong" not in line, "no password on the screen"
    site.config.write_text(good, encoding="utf-8")
    assert site.run("run", "--once").status == 0 and len(site.lines("records")) == 1


def test_a_mail_server_out_of_reach_keeps_the_letters(site: Site, dovecot: Dovecot, account: str) -> None:
    dovecot.append(account, mail())
    good = site.config.read_text(encoding="utf-8")
    site.config.write_text(good.replace(site.sender, smtp(free_port())), encoding="utf-8")
    ended = site.run("run", "--once")
    assert ended.status in (0, WORK) and "Traceback" not in ended.error
    (record,) = site.lines("records")
    assert {letter["state"] for letter in record["letters"]} == {"deferred"} and all(
        letter["answer"] for letter in record["letters"]
    )


def test_a_database_server_that_is_down_or_unknown_is_named(
    tmp_path: Path, dovecot: Dovecot, account: str, sink: SmtpSink, postgres: PostgresServer
) -> None:
    for url, named in (
        (f"postgresql+psycopg://u:hidden@127.0.0.1:{free_port()}/x", "does not answer"),
        (postgres.url("unknown"), "no such database"),
        (postgres.url("postgres").replace(":secret", ":wrong"), "refused the user or the password"),
    ):
        site = Site(tmp_path / "site", imap(dovecot, account), smtp(sink.port), database=url)
        site.write()
        for command in (("run", "--once"), ("records",), ("retry",)):
            line, status = one_error(site, *command)
            assert named in line and status == WORK and "hidden" not in line


def test_a_files_folder_that_cannot_be_made_is_named(site: Site, dovecot: Dovecot, account: str) -> None:
    dovecot.append(account, mail())
    (site.folder / "files").write_text("in the way")
    line, status = one_error(site, "run", "--once")
    assert "files" in line and status == WORK
    (site.folder / "files").unlink()
    assert site.run("run", "--once").status == 0 and len(site.lines("records")) == 1


@pytest.mark.parametrize("free", [0, 20_000, 70_000, 300_000], ids=["no byte", "20 kB", "70 kB", "300 kB"])
def test_a_full_disk_loses_nothing(site: Site, dovecot: Dovecot, account: str, sink: SmtpSink, free: int) -> None:
    """Files may not grow past a size, as on a full disk: the system refuses the write."""
    assert site.run("run", "--once").status == 0
    dovecot.append(
        account,
        *(
            mail(batch=f"B{number}", files=[("a.bin", "application/octet-stream", noise(number))])
            for number in range(8)
        ),
    )
    largest = max(path.stat().st_size for path in site.folder.rglob("*") if path.is_file())
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + free if free else 4096, before[1]))
    try:
        process = site.start("run", "--once")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    _, error = process.communicate(timeout=120)
    assert "Traceback" not in error and all(line.startswith(("error: ", "{")) for line in error.splitlines()), (
        error
    )  # "{": log lines
    after = site.run("run", "--once")
    assert after.status == 0, after.error
    assert len(site.lines("records")) == 8 and {each["state"] for each in site.lines("arrivals")} == {"done"}
    acknowledged = {
        letter["message_id"]
        for record in site.lines("records")
        for letter in record["letters"]
        if letter["purpose"] == "acknowledgement"
    }
    assert {
        letter["Message-ID"] for letter in sink.messages if letter["Auto-Submitted"] == "auto-replied"
    } == acknowledged


USES = {
    "an unknown command": ("fetch",),
    "an unknown option": ("run", "--twice"),
    "no file": ("read",),
    "a record that is none": ("records", "NOPE"),
    "an arrival that is none": ("retry", "NOPE"),
    "a state that is none": ("arrivals", "--state", "lost"),
    "a list that is none": ("import", "planets", "x.csv"),
    "a file to import that is not there": ("import", "people", "none.csv"),
    "an export that is none": ("export", "everything", "x.xlsx"),
    "a day that is none": ("export", "records", "x.xlsx", "--from", "2025-02-30"),
    "--config without a file": ("records", "--config"),
}


@pytest.mark.parametrize("mistake", USES)
def test_wrong_use_is_one_line_and_status_2(untouched: Untouched, mistake: str) -> None:
    _, status = untouched.error(*USES[mistake])
    assert status == USE


def test_settings_that_are_not_there(tmp_path: Path) -> None:
    site = Site(tmp_path, "", "")
    for command in (("run", "--once"), ("records",), ("check",), ("extract", "--config", "none.toml", "x.eml")):
        line, status = one_error(site, *command)
        assert "settings file" in line and status == USE


BAD_FILES = {
    "none": None,
    "a folder": "folder",
    "nothing in it": b"",
    "noise": noise(),
    "a torn PDF": b"%PDF-1.7\n" + noise(3),
}


@pytest.mark.parametrize("command", ["read", "extract"])
def test_a_file_that_cannot_be_read_has_its_error_and_the_others_are_printed(site: Site, command: str) -> None:
    good = site.folder / "good.eml"
    good.write_bytes(mail())
    files = [str(good)]
    for name, content in BAD_FILES.items():
        path = site.folder / f"{name}.pdf"
        if content == "folder":
            path.mkdir()
        elif isinstance(content, bytes):
            path.write_bytes(content)
        files.append(str(path))
    process = site.start(command, *files)
    out, error = process.communicate(timeout=120)
    assert "Traceback" not in error and process.returncode == WORK
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["file"] for row in rows] == files
    assert "error" not in rows[0]
    assert [bool(row.get("error")) for row in rows[1:]] == [True] * len(BAD_FILES), rows[1:]


def test_a_file_whose_name_is_no_text_is_read(site: Site) -> None:
    path = site.folder / os.fsdecode(b"\xcd\xb6\xcb\xdf.eml")  # 投诉 as GBK wrote it
    path.write_bytes(mail())
    process = site.start("read", str(path))
    out, error = process.communicate(timeout=120)
    assert process.returncode == 0, error
    assert r"\udccb\udcdf" in out and "error" not in json.loads(out)


def test_check_names_what_fails_and_how_to_mend_it(site: Site) -> None:
    process = site.start("check")
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0, out
    site.config.write_text(
        site.config.read_text(encoding="utf-8").replace('password = "demo"', 'password = "wrong"'), encoding="utf-8"
    )
    process = site.start("check")
    out, error = process.communicate(timeout=120)
    assert process.returncode == WORK and "FAILS" in out and "Traceback" not in error
