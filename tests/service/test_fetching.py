"""From mailbox to record: nothing is missed, nothing is taken twice, one bad mail stops no other. (Traps 1 to 12, 25.)"""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from intake.runners.read import Reader
from intake.wiring import Parts
from parsers.limits import ReadLimits
from storage.records import SourceState
from tests.faults.imap_proxy import CUT, ImapProxy, refuses
from tests.servers.dovecot import Dovecot
from tests.servers.site import Site
from tests.servers.smtp import SmtpSink
from tests.service.conftest import OURS
from tests.service.world import World, imap, letters, mail, window

OVER_THE_LIMIT = "[limits]\nmail_bytes = 20000\n"
HUGE = ("list.txt", "application/octet-stream", b"x" * 30_000)


def test_trap_01_reused_uid_is_not_taken_for_done(world: World) -> None:
    world.sources = imap(world.dovecot, world.account, more='mailbox = "Complaints"')
    world.dovecot.make(world.account, "Complaints")
    world.deliver(mail(batch="B1"), mailbox="Complaints")
    world.run()
    world.dovecot.make_anew(world.account, "Complaints")
    world.deliver(mail(batch="B2"), mailbox="Complaints")
    world.run()
    assert [record["items"][0]["batch"] for record in world.records()] == [["B1"], ["B2"]]


def test_trap_02_two_pollers_of_one_mailbox_make_one_record_and_one_acknowledgement(
    site: Site, dovecot: Dovecot, account: str, sink: SmtpSink
) -> None:
    dovecot.append(account, *(mail(batch=f"B{number}", sender=f"a{number}@c{number}.example") for number in range(6)))
    both = [site.start("run", "--once") for _ in range(2)]
    ended = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], ended
    assert site.run("run", "--once").status == 0
    assert len(site.lines("arrivals")) == len(site.lines("records")) == 6
    answered = [str(letter["To"]) for letter in sink.messages if letter["Auto-Submitted"] == "auto-replied"]
    assert sorted(answered) == [f"a{number}@c{number}.example" for number in range(6)]


def test_trap_03_a_refused_mark_makes_no_second_record(world: World) -> None:
    with ImapProxy.before(world.dovecot.port, refuses("UID STORE")) as proxy:
        world.sources = imap(world.dovecot, world.account, port=proxy.port, more='after = "seen"')
        world.deliver(mail())
        world.run()
        world.run()
    assert len(world.records()) == len(world.acknowledgements()) == 1


def test_trap_04_what_cannot_be_read_is_shown_answered_and_taken_again_once_that_is_mended(world: World) -> None:
    world.deliver(mail())
    hasty = Reader(OURS, ReadLimits(mail_seconds=0.001), 1)
    world.run(reader=hasty)
    assert world.became() == ["set_aside unreadable"]
    (arrival,) = world.arrivals()
    opened = world.record()
    assert arrival["record"] == opened["number"] and arrival["why"] and arrival["remedy"]
    assert opened["items"] == [] and len(world.acknowledgements()) == 1
    world.retry()
    world.run(reader=hasty)
    hasty.close()
    assert world.became() == ["set_aside unreadable"], "still shown, as it is still unread"
    assert world.retry().startswith("1 ")
    world.run()
    assert world.became() == ["done record"]
    mended = world.record()
    assert mended["number"] == opened["number"] and mended["items"][0]["model"] == "HX-200B"
    assert len(world.acknowledgements()) == 1, "answered once, whatever it took"


def test_trap_05_a_mail_that_somebody_read_or_moved_in_is_taken_all_the_same(world: World) -> None:
    world.deliver(mail(batch="B1"))
    world.run()
    world.deliver(mail(batch="B2"), flags=[rb"\Seen"])
    world.deliver(mail(batch="B3"), at=world.now - timedelta(days=20))
    world.run()
    assert len(world.records()) == 3


def test_trap_06_after_ten_days_without_service_every_mail_arrives_with_its_own_time(world: World) -> None:
    world.run()
    for day in range(10):
        world.passes(days=1)
        world.deliver(mail(batch=f"B{day}"))
    world.run()
    received = [datetime.fromisoformat(record["received_at"]) for record in world.records()]
    assert sorted(received) == [
        datetime.fromisoformat("2025-11-14T10:00:00+08:00") + timedelta(days=day) for day in range(10)
    ]


def test_trap_07_a_malformed_mail_does_not_stop_its_neighbours(world: World) -> None:
    malformed = b"Content-Type: multipart/mixed; boundary=\xff\r\nFrom: <<@>,,\r\nSubject: =?x?q?\r\nMIME-Version: nonsense\r\n\r\n--\xff\r\n\x00\x00"
    world.deliver(mail(batch="B1"), malformed, mail(batch="B2"))
    assert world.run() == []
    batches = [record["items"][0]["batch"] for record in world.records() if record["items"]]
    assert ["B1"] in batches and ["B2"] in batches
    assert len(world.arrivals()) == 3 and all(each["state"] != "waiting" for each in world.arrivals())


def test_trap_08_a_sender_who_gets_no_answer_first_in_the_queue_is_listed_and_stops_nobody(world: World) -> None:
    world.deliver(mail("供应通知", "请查收附件。", sender="quality@example.com"), mail(batch="B2"))
    assert world.run() == []
    assert world.became() == ["done own", "done record"]


def test_trap_09_one_mail_that_fails_a_hundred_times_fills_nothing(world: World) -> None:
    def size() -> tuple[int, int, int]:
        files = [path for path in (world.folder / "files").rglob("*") if path.is_file()]
        return len(files), len(world.arrivals()), len(world.record()["letters"])

    world.tables = OVER_THE_LIMIT
    world.deliver(mail(files=[HUGE]))
    with world.service() as service:
        service.once()
        before = size()
        for _ in range(100):
            world.retry()
            service.once()
    assert size() == before
    assert world.became() == ["set_aside unreadable"]
    assert len(world.acknowledgements()) == 1


def test_trap_10_a_source_that_does_not_answer_turns_red_and_recovers_by_itself(world: World) -> None:
    def state() -> SourceState:
        found: SourceState = world.ask(lambda work: work.sources.get("complaints/INBOX"))
        return found

    with ImapProxy.before(world.dovecot.port) as proxy:
        world.sources = imap(world.dovecot, world.account, port=proxy.port)
        world.deliver(mail())
        proxy.fault = lambda line: CUT
        assert len(world.run()) == 1
        first = state()
        assert first.failing_since == world.now and first.error
        world.passes(minutes=5)
        world.run()
        assert state().failing_since == first.failing_since, "since when, not when last"
        proxy.fault = None
        assert world.run() == []
    assert state().failing_since is None and state().last_ok_at == world.now
    assert len(world.records()) == 1


def test_trap_25_an_oversized_mail_is_recorded_answered_and_told_while_the_others_go_on(world: World) -> None:
    world.tables = OVER_THE_LIMIT
    world.deliver(mail("超大邮件", files=[HUGE]), mail(batch="B2"))
    world.run()
    assert world.became() == ["done record", "set_aside unreadable"]
    large, small = sorted(world.records(), key=lambda record: len(record["items"]))
    assert (
        large["subject"] == "超大邮件"
        and large["items"] == []
        and large["customer"]["email"] == "wang@customer.example"
    )
    for record in (large, small):
        assert window(record, "acknowledgement")["state"] == "met"
        assert letters(record, "dispatch")[0]["state"] == "sent"


@pytest.mark.parametrize("what", ["gone", "damaged"])
def test_a_stored_mail_that_the_disk_lost_stops_no_other(world: World, what: str) -> None:
    with world.service() as service:
        world.deliver(mail(batch="B1"), mail(batch="B2"))
        (source,) = service.sources
        service.poller.take(source)  # queued by now, not read yet
        sha = world.ask(lambda work: work.arrivals.everything()[0].sha256)
        blob = next(Path(world.folder / "files").rglob(sha))
        blob.unlink() if what == "gone" else blob.write_bytes(b"other bytes")
        service.once()
    assert world.became() == ["done record", "set_aside unreadable"]


def test_trap_12_the_nights_count_lists_each_mail_without_an_arrival(world: World) -> None:
    world.deliver(mail(batch="B1"))
    world.run()
    world.deliver(mail(batch="B2", message_id="<never.taken@customer.example>"))
    with world.service(Parts(watch=True)) as service:
        assert service.reconciler.compare() == {"complaints/INBOX": ["<never.taken@customer.example>"]}
    state = world.ask(lambda work: work.sources.get("complaints/INBOX"))
    assert state.seen == 2
    (event,) = world.ask(lambda work: work.complaints.events(None))
    assert event.what == "not_taken_in" and event.new["missing"] == ["<never.taken@customer.example>"]
    world.run()
    with world.service(Parts(watch=True)) as service:
        assert service.reconciler.compare() == {"complaints/INBOX": []}
