"""What is taken from an IMAP mailbox: everything, once, whatever people and servers do to it meanwhile. (Traps 1, 2, 5, 6, 7.)"""

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

import pytest

from intake.errors import Unreachable
from intake.sources.connection import Patience
from intake.sources.source import SourceMark
from tests.faults.imap_proxy import CUT, ImapProxy, refuses_body_of
from tests.servers.dovecot import Dovecot
from tests.sources.conftest import Keeper, mail, open_mailbox, subject


def test_a_mail_arrives_with_its_bytes_key_size_and_server_time(dovecot: Dovecot, user: str) -> None:
    received = datetime(2024, 11, 19, 23, 30, tzinfo=timezone(timedelta(hours=8)))
    dovecot.append(user, mail("机壳划伤"), at=received)
    keeper = Keeper(open_mailbox(dovecot, user))
    (taken,) = keeper.poll()
    assert taken.raw == mail("机壳划伤")
    assert taken.size == len(taken.raw)
    assert taken.received_at == received and taken.received_at.tzinfo is UTC
    assert taken.source == "complaints/INBOX"
    validity, uid = taken.key.split(":")
    assert int(validity) > 0 and uid == "1"
    assert not taken.headers_only and taken.file_name is None


def test_mails_come_oldest_first_and_only_once(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, *(mail(f"no {number}") for number in range(120)))
    keeper = Keeper(open_mailbox(dovecot, user))
    assert keeper.subjects() == [f"no {number}" for number in range(120)]
    assert keeper.poll() == []
    dovecot.append(user, mail("later"))
    assert keeper.subjects() == ["later"]


def test_after_a_restart_of_ours_nothing_is_asked_for_again(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, *(mail(f"no {number}") for number in range(60)))
    keeper = Keeper(open_mailbox(dovecot, user))
    keeper.poll()
    keeper.source.close()
    keeper.asked = 0
    keeper.source = open_mailbox(dovecot, user)
    assert keeper.poll() == []
    assert keeper.asked == 0


def test_a_lost_mark_takes_nothing_twice(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, mail("one"), mail("two"))
    keeper = Keeper(open_mailbox(dovecot, user))
    keeper.poll()
    keeper.mark = SourceMark()
    keeper.source = open_mailbox(dovecot, user)
    assert keeper.poll() == []


def test_a_pass_given_up_between_two_groups_is_taken_up_where_it_stood(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, *(mail(f"no {number}") for number in range(120)))
    keeper = Keeper(open_mailbox(dovecot, user))
    passing = keeper.source.new(keeper.known, keeper.mark)
    keeper.mails += next(passing)
    keeper.mails += next(
        passing
    )  # asked for, so the first group is kept; this one is, too, but the mark does not say so yet
    del passing
    keeper.mark = keeper.source.mark
    assert keeper.mark.last_uid == 50
    assert keeper.subjects() == [f"no {number}" for number in range(100, 120)]


def test_trap_1_reused_uid_is_a_new_mail(dovecot: Dovecot, user: str) -> None:
    dovecot.make(user, "投诉")
    dovecot.append(user, mail("before"), mailbox="投诉")
    keeper = Keeper(open_mailbox(dovecot, user, "投诉"))
    assert keeper.subjects() == ["before"]
    dovecot.make_anew(user, "投诉")
    dovecot.append(user, mail("after"), mailbox="投诉")
    assert keeper.subjects() == ["after"]
    first, second = (taken.key.split(":") for taken in keeper.mails)
    assert first[1] == second[1] == "1"
    assert first[0] != second[0]


def test_trap_2_two_pollers_at_once_give_the_same_keys(dovecot: Dovecot, user: str) -> None:
    """The source is the same for both; which of the two has a mail is decided by the unique key in the database."""
    dovecot.append(user, *(mail(f"no {number}") for number in range(60)))
    one, two = Keeper(open_mailbox(dovecot, user)), Keeper(open_mailbox(dovecot, user))
    passes = [keeper.source.new(keeper.known, keeper.mark) for keeper in (one, two)]
    first_groups = [next(passing) for passing in passes]
    assert [taken.key for taken in first_groups[0]] == [taken.key for taken in first_groups[1]]
    one.mails += first_groups[0]
    two.mails = one.mails  # one database
    assert [subject(taken) for group in passes[1] for taken in group] == [f"no {number}" for number in range(50, 60)]


@pytest.mark.parametrize(
    "flags", [(rb"\Seen",), (rb"\Seen", rb"\Answered", rb"\Flagged"), (rb"\Deleted",), (b"$Junk",)]
)
def test_trap_5_flags_keep_nothing_from_being_taken(dovecot: Dovecot, user: str, flags: tuple[bytes, ...]) -> None:
    dovecot.append(user, mail("read in Outlook already"), flags=flags)
    assert Keeper(open_mailbox(dovecot, user)).subjects() == ["read in Outlook already"]


def test_trap_5_an_old_mail_moved_in_later_is_taken(dovecot: Dovecot, user: str) -> None:
    dovecot.make(user, "Junk")
    dovecot.append(user, mail("from junk"), mailbox="Junk", flags=[rb"\Seen"], at=datetime(2024, 9, 1, tzinfo=UTC))
    dovecot.append(user, mail("of today"))
    keeper = Keeper(open_mailbox(dovecot, user))
    assert keeper.subjects() == ["of today"]
    with dovecot.client(user, "Junk") as person:
        person.move(person.search(), "INBOX")
    assert keeper.subjects() == ["from junk"]
    assert keeper.mails[-1].received_at == datetime(2024, 9, 1, tzinfo=UTC)


def test_trap_6_mails_of_ten_days_of_outage_all_arrive(dovecot: Dovecot, user: str) -> None:
    keeper = Keeper(open_mailbox(dovecot, user))
    dovecot.append(user, mail("before the outage"), at=datetime(2024, 11, 9, tzinfo=UTC))
    keeper.poll()
    keeper.source.close()
    for day in range(10):
        dovecot.append(user, mail(f"day {day}"), at=datetime(2024, 11, 10 + day, tzinfo=UTC))
    assert keeper.subjects() == [f"day {day}" for day in range(10)]


def test_taking_leaves_flags_alone(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, mail("unread"))
    Keeper(open_mailbox(dovecot, user)).poll()
    assert dovecot.flags(user) == {1: ()} or dovecot.flags(user) == {1: (rb"\Recent",)}


def test_a_mail_expunged_during_the_pass_is_passed_over(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, *(mail(f"no {number}") for number in range(60)))
    keeper = Keeper(open_mailbox(dovecot, user))
    passing = keeper.source.new(keeper.known, keeper.mark)
    keeper.mails += next(passing)
    with dovecot.client(user) as person:
        person.delete_messages([51, 55])
        person.expunge()
    keeper.mails += [taken for group in passing for taken in group]
    assert [subject(taken) for taken in keeper.mails] == [f"no {n}" for n in range(60) if n not in (50, 54)]
    assert keeper.source.mark.last_uid == 60
    assert keeper.source.troubles() == []


def test_mails_expunged_while_a_large_mailbox_is_listed_hide_no_other_mail(dovecot: Dovecot, user: str) -> None:
    with dovecot.client(user) as person:
        person.multiappend("INBOX", [mail(f"no {number}") for number in range(700)])
    source = open_mailbox(dovecot, user)
    expunged: list[int] = []

    def known(_source: str, keys: Sequence[str]) -> set[str]:
        if not expunged:  # between the first window and the next, 150 mails above and below its border vanish
            expunged.extend(range(126, 276))
            with dovecot.client(user) as person:
                person.delete_messages(expunged)
                person.expunge()
        return set()

    taken = [int(incoming.key.partition(":")[2]) for group in source.new(known, SourceMark()) for incoming in group]
    assert sorted(taken) == [uid for uid in range(1, 701) if uid not in expunged]


def test_a_server_that_breaks_its_word_about_uids_is_found_out_at_the_next_full_look(
    dovecot: Dovecot, user: str
) -> None:
    dovecot.append(user, mail("one"), mail("two"))
    keeper = Keeper(open_mailbox(dovecot, user, patience=Patience(full_look=0)))
    first = keeper.poll()
    keeper.mails.remove(first[0])  # as if it had come in below the mark
    assert keeper.subjects() == ["one"]


def test_a_date_that_is_still_to_come_is_taken_for_now(dovecot: Dovecot, user: str) -> None:
    """Reply windows start no later than when we have the mail."""
    dovecot.append(user, mail("from the future"), at=datetime.now(UTC) + timedelta(days=400))
    (taken,) = Keeper(open_mailbox(dovecot, user)).poll()
    assert abs((datetime.now(UTC) - taken.received_at).total_seconds()) < 60


def test_a_mailbox_made_anew_during_the_pass_is_found_out(dovecot: Dovecot, user: str) -> None:
    dovecot.make(user, "Q")
    dovecot.append(user, *(mail(f"old {number}") for number in range(60)), mailbox="Q")
    keeper = Keeper(open_mailbox(dovecot, user, "Q"))
    passing = keeper.source.new(keeper.known, keeper.mark)
    keeper.mails += next(passing)
    dovecot.make_anew(user, "Q")
    dovecot.append(user, *(mail(f"new {number}") for number in range(60)), mailbox="Q")
    with pytest.raises(Unreachable):
        keeper.mails += [taken for group in passing for taken in group]
    assert keeper.subjects() == [f"new {number}" for number in range(60)]


NIL = b"* 2 FETCH (UID 2 BODY[] NIL)\r\n{tag} OK done\r\n"
GARBLED = b"* 2 FETCH (UID 2 BODY[] {oops\r\n{tag} OK done\r\n"


@pytest.mark.parametrize(
    "answer",
    ["NO [SERVERBUG] internal error", "BAD cannot", NIL, GARBLED, b"{tag} OK nothing there\r\n"],
    ids=["no", "bad", "nil", "garbled", "nothing"],
)
def test_trap_7_one_mail_that_the_server_will_not_give_does_not_stop_the_others(
    dovecot: Dovecot, user: str, answer: str | bytes
) -> None:
    dovecot.append(user, mail("good 1"), mail("bad"), mail("good 3"))
    with ImapProxy.before(dovecot.port, refuses_body_of(2, answer, "BODY.PEEK[]")) as proxy:
        keeper = Keeper(open_mailbox(dovecot, user, port=proxy.port))
        assert keeper.subjects() == ["good 1", "good 3"], "both good ones in the same pass"
        assert keeper.mark.last_uid == 1, "the mark waits for the one left behind"
        dovecot.append(user, mail("good 4"))
        assert keeper.subjects()[:1] == ["good 4"]
        for _ in range(3):
            keeper.poll()
        assert subject(keeper.mails[-1]) == "bad", "at last, with its header alone"
        assert keeper.mails[-1].headers_only and "三台" not in keeper.mails[-1].raw.decode()
        assert keeper.mark.last_uid == 4


def test_doubts_about_a_mail_end_with_its_mailbox(dovecot: Dovecot, user: str) -> None:
    dovecot.make(user, "Q")
    dovecot.append(user, mail("bad"), mailbox="Q")
    with ImapProxy.before(dovecot.port, refuses_body_of(1, "NO [SERVERBUG] internal error")) as proxy:
        keeper = Keeper(open_mailbox(dovecot, user, "Q", port=proxy.port))
        for _ in range(4):
            assert keeper.poll() == []
        proxy.fault = None
        dovecot.make_anew(user, "Q")
        dovecot.append(user, mail("good"), mailbox="Q")
        (taken,) = keeper.poll()
    assert subject(taken) == "good" and not taken.headers_only


def test_trap_7_a_mail_that_makes_the_server_hang_up_does_not_stop_the_others(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, mail("good 1"), mail("deadly"), mail("good 3"))
    with ImapProxy.before(dovecot.port, refuses_body_of(2, CUT)) as proxy:
        keeper = Keeper(open_mailbox(dovecot, user, port=proxy.port))
        for _ in range(3):  # together, one by one up to the deadly one, and that one last
            with contextlib.suppress(Unreachable):
                keeper.poll()
        assert sorted(subject(taken) for taken in keeper.mails) == ["good 1", "good 3"]
        for _ in range(4):
            with contextlib.suppress(Unreachable):
                keeper.poll()
        (trouble,) = keeper.source.troubles()
        assert trouble.key == f"{keeper.mark.uid_validity}:2"
        assert keeper.mark.last_uid == 1
        dovecot.append(user, mail("good 4"))
        assert keeper.subjects() == ["good 4"], "asked for in vain so often, it no longer makes every pass fail"
        assert keeper.source.troubles() == [trouble], "and is not forgotten"
