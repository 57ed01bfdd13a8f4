"""The site as an operator runs it: beside the service, alone, on an address that is taken; and who may sign in."""

import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.servers.site import Site

STARTING = 60  # seconds


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def site(tmp_path: Path) -> Site:
    (tmp_path / "drop").mkdir()
    made = Site(
        tmp_path,
        source=f'[[sources]]\nname = "drop"\nkind = "folder"\npath = "{tmp_path / "drop"}"',
        sender=f'[sender]\nkind = "maildir"\npath = "{tmp_path / "out"}"\n\n[review]\nlisten = "127.0.0.1:{free_port()}"',
    )
    made.write()
    return made


def listen(site: Site) -> str:
    found = re.search(r'listen = "([\d.:]+)"', site.config.read_text(encoding="utf-8"))
    assert found is not None
    return found[1]


@contextmanager
def started(site: Site, *words: str) -> "Iterator[subprocess.Popen[str]]":
    process = site.start(*words)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=120)


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def until(done: Callable[[], bool], seconds: float = STARTING) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if done():
            return True
        time.sleep(0.1)
    return False


def said(site: Site, *words: str) -> tuple[int, str, str]:
    process = site.start(*words)
    out, error = process.communicate(timeout=120)
    return process.returncode, out, error


@pytest.mark.parametrize("command", ["run", "review"])
def test_the_site_listens_beside_the_service_and_alone_and_ends_in_order(site: Site, command: str) -> None:
    url = f"http://{listen(site)}"
    with started(site, command) as process:
        assert until(lambda: answers(f"{url}/health")), process.poll()
        with httpx.stream("GET", f"{url}/sign-in") as page:
            assert page.status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=120) == 0
    assert not answers(f"{url}/health")


def test_an_address_that_is_taken_closes_the_site_and_not_the_service(site: Site) -> None:
    with socket.socket() as taken:
        host, port = listen(site).split(":")
        taken.bind((host, int(port)))
        taken.listen()
        status, _, error = said(site, "review")
        assert status == 1 and error.startswith("error: The review site cannot listen on")
        assert len(error.strip().splitlines()) == 1 and "review.listen" in error
        with started(site, "run") as process:
            (site.folder / "drop" / "a.eml").write_text(
                "From: li@haichuan.example\nTo: complaints@example.com\nSubject: ZC-204\nMessage-ID: <a@x.example>\n\n轴承座 ZC-204 开裂 3只\n",
                encoding="utf-8",
            )
            assert until(lambda: any((site.folder / "out" / "new").glob("*"))), process.poll()


def test_users_are_added_listed_disabled_and_given_new_passwords(site: Site) -> None:
    status, out, _ = said(site, "user", "add", "hejun@example.com", "--role", "administrator", "--language", "en")
    assert status == 0 and re.search(r"One-time password: (\w{5}-\w{5}-\w{5})", out)
    status, out, _ = said(site, "user", "list")
    assert out.split("\t")[:4] == ["hejun@example.com", "He Jun", "administrator", "en"]
    status, _, error = said(site, "user", "disable", "hejun@example.com")
    assert (status, error.count("\n")) == (2, 1) and "is the last administrator" in error
    said(site, "user", "add", "yan@example.com", "--role", "administrator")
    assert said(site, "user", "disable", "HEJUN@example.com")[0] == 0
    assert "disabled" in said(site, "user", "list")[1]
    assert said(site, "user", "enable", "hejun@example.com")[0] == 0
    assert "One-time password of hejun@example.com" in said(site, "user", "password", "hejun@example.com")[1]


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("add", "no address"), "is no mail address"),
        (("add", "a@x.example", "--role", "boss"), "is no role of the site"),
        (("add", "a@x.example", "--language", "fr"), "has no language"),
        (("disable", "nobody@x.example"), "There is no user"),
        (("password", "nobody@x.example"), "There is no user"),
    ],
)
def test_a_mistake_with_users_is_one_line(site: Site, words: tuple[str, ...], what: str) -> None:
    status, _, error = said(site, "user", *words)
    assert status == 2 and what in error and len(error.strip().splitlines()) == 1


def test_the_first_administrator_is_made_once_with_a_password_that_is_printed(site: Site, tmp_path: Path) -> None:
    words = ("init", str(tmp_path / "new"), "--administrator", "boss@example.com")
    out = said(site, *words)[1]
    assert re.search(r"boss@example\.com may sign in at http\S+ with the one-time password \w{5}-\w{5}-\w{5}", out)
    assert "one-time password" not in said(site, *words)[1]
