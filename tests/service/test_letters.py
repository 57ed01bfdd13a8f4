"""What leaves: once, to the right people, and never to ourselves or to machines. (Traps 33 to 37, 41, 42.)"""

import os
import signal
from pathlib import Path

import psycopg
import pytest

from intake.wiring import Parts
from storage.records import LetterState
from tests.faults.smtp_answers import AnswersToLetters
from tests.faults.smtp_connections import DropsEachLetterOnce
from tests.servers.dovecot import Dovecot, free_port
from tests.servers.postgres import PostgresServer, until_something_waits_for_a_lock
from tests.servers.site import Site
from tests.servers.smtp import SmtpSink
from tests.service.world import World, answer_to, imap, letters, mail, smtp, window

AWAY = "您好，我目前不在办公室，将于下周一返回。邮件已收到，稍后回复。\n"
ACK, OTHERS = "acknowledgement", ("dispatch", "management_report")


def test_trap_33_an_answering_machine_that_hides_is_answered_once(world: World) -> None:
    world.deliver(mail())
    world.run()
    for _ in range(5):
        (ack,) = world.acknowledgements()
        world.deliver(answer_to(ack, AWAY + f"({world.now})"))
        world.passes(minutes=3)
        world.run()
    assert len(world.records()) == len(world.acknowledgements()) == 1


def test_trap_33_a_machine_that_complains_without_end_meets_the_brake(world: World) -> None:
    world.tables = "[brake]\nper_hour = 2\nper_day = 3\n"
    for number in range(4):
        world.deliver(mail(batch=f"B{number}"))
        world.run()
    assert len(world.acknowledgements()) == 2
    assert [letters(record, ACK)[0]["state"] for record in world.records()] == ["sent", "sent", "draft", "draft"], (
        "past it a person decides"
    )
    for _ in range(2):
        world.passes(hours=2)
        world.deliver(mail(batch=f"B-{world.now}"))
        world.run()
    assert len(world.acknowledgements()) == 3


@pytest.mark.parametrize(
    "headers",
    [{"sender": "complaints@example.com"}, {"sender": "quality@example.com"}, {"reply_to": "quality@example.com"}],
)
def test_trap_34_we_never_answer_ourselves(world: World, headers: dict[str, str]) -> None:
    world.deliver(mail(**headers))
    world.run()
    assert not {"complaints@example.com", "quality@example.com"} & {str(letter["To"]) for letter in world.sent()}
    assert all("quality@example.com" not in letter["cc"] for record in world.records() for letter in record["letters"])


def test_trap_35_a_cut_after_the_final_dot_repeats_only_what_may_come_twice_and_under_its_message_id(
    world: World,
) -> None:
    with SmtpSink.running(DropsEachLetterOnce()) as sink:
        world.sender = smtp(sink.port)
        world.deliver(mail())
        world.run()
        world.passes(hours=20, minutes=1)
        world.run()
        world.run()
        came = [str(letter["Message-ID"]) for letter in sink.messages]
        record = world.record()
        (ack,), (progress,) = letters(record, ACK), letters(record, "progress")
        assert ack["state"] == "sent" and came.count(ack["message_id"]) == 2
        assert progress["state"] == "in_doubt" and "receiver" in progress["remedy"]
        assert came.count(progress["message_id"]) == 1, "no blind second copy of what commits us"


def test_trap_36_letters_wait_for_a_mail_server_that_is_down_and_are_seen_to_wait(world: World) -> None:
    dead = free_port()
    world.sender = smtp(dead)
    world.deliver(mail())
    world.run()
    waiting, oldest = world.ask(lambda work: work.letters.queue_health())
    assert waiting == 2 and oldest == world.now
    assert {letter["state"] for letter in world.record()["letters"]} == {"deferred"}
    world.sender = smtp(world.sink.port)
    world.passes(hours=1)
    world.run()
    assert world.ask(lambda work: work.letters.queue_health())[0] == 0
    assert {letter["state"] for letter in world.record()["letters"] if letter["purpose"] in (ACK, *OTHERS)} == {"sent"}
    assert window(world.record(), ACK)["state"] == "met"


def test_a_server_that_says_later_gets_the_letter_later(world: World) -> None:
    with SmtpSink.running(AnswersToLetters(["451 4.7.1 greylisted", "451 4.7.1 greylisted"])) as sink:
        world.sender = smtp(sink.port)
        world.deliver(mail())
        world.run()
        assert sink.received == []
        world.passes(minutes=2)
        world.run()
        assert len(sink.received) == 2


def test_trap_36_a_promise_that_breaks_while_the_mail_server_is_down_is_told_once_it_is_back(world: World) -> None:
    world.sender = smtp(free_port())
    world.deliver(mail())
    world.run()
    world.passes(hours=3)
    world.run()
    assert window(world.record(), ACK)["state"] == "overdue"
    world.sender = smtp(world.sink.port)
    world.passes(hours=1)
    world.run()
    assert window(world.record(), ACK)["state"] == "met_late"
    assert [letter["state"] for letter in letters(world.record(), "overdue")] == ["sent"]


def test_trap_37_killed_between_insert_and_commit_nothing_leaves_and_nothing_stays(
    tmp_path: Path, dovecot: Dovecot, account: str, sink: SmtpSink, postgres: PostgresServer
) -> None:
    url = postgres.new_database()
    site = Site(tmp_path / "site", imap(dovecot, account), smtp(sink.port), database=url)
    site.write()
    dovecot.append(account, mail())
    with psycopg.connect(url.replace("+psycopg", "")) as other:
        other.execute("LOCK TABLE letters IN SHARE MODE")  # the record is written by now, its letters cannot be
        process = site.start("run", "--once")
        try:
            until_something_waits_for_a_lock(url)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        other.rollback()
    assert site.lines("records") == [] and sink.received == []
    assert site.run("run", "--once").status == 0
    (record,) = site.lines("records")
    assert [letter["Message-ID"] for letter in sink.messages if letter["Auto-Submitted"] == "auto-replied"] == [
        letters(record, ACK)[0]["message_id"]
    ]


def test_a_sender_that_died_with_a_letter_in_hand_leaves_it_in_doubt_and_the_next_one_sees_to_it(world: World) -> None:
    world.deliver(mail())
    world.run(Parts(poll=True, work=True))
    assert world.sent() == []
    first = world.ask(lambda work: work.letters.in_state(LetterState.QUEUED))
    assert len(first) == 2
    world.run(Parts(send=True))
    assert len(world.sent()) == 2


def test_trap_41_auto_submitted_no_is_a_person(world: World) -> None:
    world.deliver(mail(auto_submitted="no"))
    world.run()
    assert len(world.acknowledgements()) == 1


@pytest.mark.parametrize("headers", [{"auto_submitted": "auto-generated"}, {"precedence": "bulk"}])
def test_trap_42_a_complaint_by_the_customers_quality_system_is_a_record(world: World, headers: dict[str, str]) -> None:
    world.deliver(mail(sender="qms@customer.example", **headers))
    world.run()
    assert world.became() == ["done record"]
    assert world.record()["items"][0]["model"] == "HX-200B"
