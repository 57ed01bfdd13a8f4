"""Waiting for mail: at once where the server tells, regularly where not, and never on a dead link. (Trap 10.)"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from intake.errors import Unreachable
from intake.sources.connection import Patience
from tests.faults.imap_proxy import ImapProxy, refuses
from tests.prompt import AT_ONCE, LONG
from tests.servers.dovecot import Dovecot
from tests.sources.conftest import HASTE, Keeper, mail, open_mailbox

NEVER = threading.Event()
CALM = Patience(connect=5, read=10, renew=LONG, done=5)


@contextmanager
def later(seconds: float, action: Callable[[], object]) -> Iterator[list[float]]:
    """Does it meanwhile; the list gets the moment when it was begun."""
    begun: list[float] = []

    def run() -> None:
        time.sleep(seconds)
        begun.append(time.monotonic())
        action()

    thread = threading.Thread(target=run)
    thread.start()
    yield begun
    thread.join()


@pytest.mark.parametrize("security", ["none", "starttls"])
def test_a_mail_that_arrives_while_idling_wakes_us_at_once(dovecot: Dovecot, user: str, security: str) -> None:
    ca_file = "ca.pem" if security == "starttls" else ""
    keeper = Keeper(open_mailbox(dovecot, user, patience=CALM, security=security, ca_file=ca_file))
    keeper.poll()
    with dovecot.client(user) as person, later(0.3, lambda: person.append("INBOX", mail("now"))) as begun:
        assert keeper.source.wait(LONG, NEVER)
        woken = time.monotonic()
    assert woken - begun[0] < AT_ONCE
    assert keeper.subjects() == ["now"]


def test_a_mail_that_arrived_between_looking_and_idling_is_not_waited_for(dovecot: Dovecot, user: str) -> None:
    keeper = Keeper(open_mailbox(dovecot, user, patience=CALM))
    keeper.poll()
    dovecot.append(user, mail("in between"))
    started = time.monotonic()
    assert keeper.source.wait(LONG, NEVER)
    assert time.monotonic() - started < AT_ONCE


def test_news_told_while_marking_is_not_forgotten(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, mail("first"))
    keeper = Keeper(open_mailbox(dovecot, user, patience=CALM, after="seen"))
    for group in keeper.source.new(keeper.known, keeper.mark):
        keeper.mails += group
        dovecot.append(user, mail("second"))
        keeper.source.mark_taken(group)  # its answer tells of the second mail, and IDLE will not tell again
    started = time.monotonic()
    assert keeper.source.wait(LONG, NEVER)
    assert time.monotonic() - started < AT_ONCE


def test_news_in_the_same_packet_as_the_start_of_idling_is_heard(dovecot: Dovecot, user: str) -> None:
    """It is in our buffer then, and no poll of the socket tells of it."""
    tags: list[bytes] = []

    def hasty(line: bytes) -> bytes | None:
        if line.endswith(b" IDLE\r\n"):
            tags.append(line.split()[0])
            return b"+ idling\r\n* 7 EXISTS\r\n"
        return tags[-1] + b" OK done\r\n" if line == b"DONE\r\n" else None

    with ImapProxy.before(dovecot.port, hasty) as proxy:
        keeper = Keeper(open_mailbox(dovecot, user, patience=CALM, port=proxy.port))
        keeper.poll()
        started = time.monotonic()
        assert keeper.source.wait(LONG, NEVER)
        assert time.monotonic() - started < AT_ONCE
        assert keeper.poll() == [], "and the link is as good as before"
        assert proxy.connections == 1


def test_a_mailbox_deleted_while_idling_is_named(dovecot: Dovecot, user: str) -> None:
    dovecot.make(user, "Q")
    keeper = Keeper(open_mailbox(dovecot, user, "Q", patience=CALM, poll_seconds=1.5))
    keeper.poll()
    with dovecot.client(user) as person:
        person.delete_folder("Q")
    assert keeper.source.wait(LONG, NEVER)
    with pytest.raises(Unreachable, match="'Q' cannot be opened"):
        keeper.poll()


def test_flags_that_people_set_wake_nobody(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, mail("one"))
    keeper = Keeper(open_mailbox(dovecot, user, patience=CALM))
    keeper.poll()
    with dovecot.client(user) as person, later(0.2, lambda: person.add_flags([1], [rb"\Flagged"])):
        assert not keeper.source.wait(1.2, NEVER)


@pytest.mark.parametrize("hidden", [(), ("IDLE",)], ids=["idle", "polling"])
def test_stop_is_heeded_at_once(dovecot: Dovecot, user: str, hidden: tuple[str, ...]) -> None:
    with ImapProxy.before(dovecot.port, hidden=hidden) as proxy:
        keeper = Keeper(open_mailbox(dovecot, user, patience=CALM, port=proxy.port))
        keeper.poll()
        stop = threading.Event()
        with later(0.3, stop.set) as begun:
            assert not keeper.source.wait(LONG, stop)
            assert time.monotonic() - begun[0] < AT_ONCE


@pytest.mark.parametrize("hidden", [(), ("IDLE",)], ids=["idle", "polling"])
def test_the_time_to_look_comes_every_poll_seconds(dovecot: Dovecot, user: str, hidden: tuple[str, ...]) -> None:
    with ImapProxy.before(dovecot.port, hidden=hidden) as proxy:
        keeper = Keeper(open_mailbox(dovecot, user, patience=CALM, port=proxy.port, poll_seconds=0.6))
        keeper.poll()
        started = time.monotonic()
        assert not keeper.source.wait(0.1, NEVER), "the timeout comes first"
        assert keeper.source.wait(LONG, NEVER)
        assert 0.4 < time.monotonic() - started < AT_ONCE
        assert proxy.sent("IDLE") == (0 if hidden else 2)


def test_a_server_that_advertises_idle_and_refuses_it_is_polled(dovecot: Dovecot, user: str) -> None:
    with ImapProxy.before(dovecot.port, refuses("IDLE")) as proxy:
        keeper = Keeper(open_mailbox(dovecot, user, patience=CALM, port=proxy.port, poll_seconds=0.5))
        stop = threading.Event()
        with later(2, stop.set):
            while not stop.is_set():
                keeper.poll()
                keeper.source.wait(LONG, stop)
        assert proxy.sent("IDLE") == 1
        assert proxy.connections <= 2, "no storm of connections"


def test_trap_10_a_black_hole_while_idling_is_found_and_recovered_from(dovecot: Dovecot, user: str) -> None:
    """With the shipped times, 60 s to renew and 15 s for the answer, the same takes 75 s at the most."""
    assert Patience().renew + Patience().done < 120
    with ImapProxy.before(dovecot.port) as proxy:
        keeper = Keeper(open_mailbox(dovecot, user, port=proxy.port))
        keeper.poll()
        with later(0.2, proxy.black_hole) as begun:
            assert keeper.source.wait(LONG, NEVER), "the dead link is noticed"
            started = begun[0]
        assert time.monotonic() - started < HASTE.renew + HASTE.done + AT_ONCE
        with pytest.raises(Unreachable, match="does not answer in time"):
            keeper.poll()
        assert time.monotonic() - started < HASTE.renew + HASTE.done + 2 * AT_ONCE
        proxy.heal()
        dovecot.append(user, mail("after the hole"))
        assert keeper.subjects() == ["after the hole"]
        assert proxy.connections == 3


def test_trap_10_a_black_hole_before_idling_is_found(dovecot: Dovecot, user: str) -> None:
    with ImapProxy.before(dovecot.port) as proxy:
        keeper = Keeper(open_mailbox(dovecot, user, port=proxy.port))
        keeper.poll()
        proxy.black_hole()
        started = time.monotonic()
        assert keeper.source.wait(LONG, NEVER)
        assert time.monotonic() - started < HASTE.read + AT_ONCE


def test_trap_10_a_black_hole_while_fetching_ends_by_itself(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, *(mail(f"no {number}") for number in range(60)))
    with ImapProxy.before(dovecot.port) as proxy:
        keeper = Keeper(open_mailbox(dovecot, user, port=proxy.port))
        passing = keeper.source.new(keeper.known, keeper.mark)
        keeper.mails += next(passing)
        proxy.black_hole()
        with pytest.raises(Unreachable, match="does not answer in time"):
            next(passing)
        proxy.heal()
        keeper.mark = keeper.source.mark
        assert keeper.subjects() == [f"no {number}" for number in range(50, 60)]


def test_a_cut_while_idling_is_noticed_at_once(dovecot: Dovecot, user: str) -> None:
    with ImapProxy.before(dovecot.port) as proxy:
        keeper = Keeper(open_mailbox(dovecot, user, patience=CALM, port=proxy.port))
        keeper.poll()
        with later(1.2, proxy.cut) as begun:
            assert keeper.source.wait(LONG, NEVER)
            assert time.monotonic() - begun[0] < AT_ONCE
        dovecot.append(user, mail("after the cut"))
        assert keeper.subjects() == ["after the cut"]


def test_a_server_that_restarts_is_found_again(dovecot: Dovecot, user: str) -> None:
    keeper = Keeper(open_mailbox(dovecot, user, patience=CALM))
    keeper.poll()
    dovecot.stop()
    try:
        assert keeper.source.wait(LONG, NEVER)
        with pytest.raises(Unreachable, match="nothing listens there"):
            keeper.poll()
    finally:
        dovecot.start()
    dovecot.append(user, mail("after the restart"))
    assert keeper.subjects() == ["after the restart"]


def test_a_link_that_broke_while_nobody_waited_is_replaced_without_a_word(dovecot: Dovecot, user: str) -> None:
    with ImapProxy.before(dovecot.port) as proxy:
        keeper = Keeper(open_mailbox(dovecot, user, port=proxy.port))
        keeper.poll()
        proxy.cut()
        dovecot.append(user, mail("new"))
        assert keeper.subjects() == ["new"]
