"""What happens at the server to taken mails, and that its refusal never makes a second record. (Trap 3.)"""

import pytest

from intake.errors import SettingsError
from intake.settings import Settings
from intake.sources import open_sources
from intake.sources.source import SourceMark
from tests.faults.imap_proxy import ImapProxy, refuses
from tests.servers.dovecot import Dovecot
from tests.sources.conftest import Keeper, Tokens, mail, open_mailbox, settings_table


def test_seen_marks_what_is_taken(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, mail("one"), mail("two"), flags=[rb"\Flagged"])
    Keeper(open_mailbox(dovecot, user, after="seen")).poll()
    assert all({rb"\Seen", rb"\Flagged"} <= set(flags) for flags in dovecot.flags(user).values())


@pytest.mark.parametrize("hidden", [(), ("MOVE",), ("MOVE", "UIDPLUS")], ids=["move", "copy-expunge", "copy-only"])
def test_move_makes_the_folder_and_empties_the_mailbox(dovecot: Dovecot, user: str, hidden: tuple[str, ...]) -> None:
    dovecot.append(user, mail("one"), mail("two"))
    with ImapProxy.before(dovecot.port, hidden=hidden) as proxy:
        keeper = Keeper(open_mailbox(dovecot, user, after="move:已处理", port=proxy.port))
        assert keeper.subjects() == ["one", "two"]
        moved = dovecot.flags(user, "已处理")
        assert len(moved) == 2 and all(rb"\Seen" not in flags for flags in moved.values()), "unread, as they were"
        left = dovecot.flags(user)
        if "UIDPLUS" in hidden:
            assert all(rb"\Deleted" in flags for flags in left.values()), "never expunge what others have marked"
        else:
            assert left == {}
        assert keeper.poll() == []
        assert keeper.source.troubles() == []


def below_inbox_only(line: bytes) -> bytes | None:
    """A server as Courier and older Cyrus are: a user's folders all stand below INBOX. (RFC 2342)."""
    tag, _, command = line.partition(b" ")
    if command.upper().startswith(b"NAMESPACE"):
        return b'* NAMESPACE (("INBOX." ".")) NIL NIL\r\n' + tag + b" OK done\r\n"
    elsewhere = b"Done" in command and b"INBOX.Done" not in command
    return tag + b" NO Invalid mailbox name.\r\n" if elsewhere and not command.startswith(b"LIST") else None


@pytest.mark.parametrize("hidden", [(), ("MOVE",)], ids=["move", "copy"])
def test_where_all_folders_stand_below_a_prefix_the_folder_is_made_there(
    dovecot: Dovecot, user: str, hidden: tuple[str, ...]
) -> None:
    dovecot.append(user, mail("one"))
    with ImapProxy.before(dovecot.port, below_inbox_only, hidden=hidden) as proxy:
        keeper = Keeper(open_mailbox(dovecot, user, after="move:Done", port=proxy.port))
        assert keeper.subjects() == ["one"]
        dovecot.append(user, mail("two"))
        assert keeper.subjects() == ["two"]
        assert keeper.source.troubles() == []
    assert len(dovecot.flags(user, "INBOX.Done")) == 2 and dovecot.flags(user) == {}


@pytest.mark.parametrize(("after", "command"), [("seen", "UID STORE"), ("move:Done", "UID MOVE")])
def test_trap_3_a_refused_mark_makes_no_second_record(dovecot: Dovecot, user: str, after: str, command: str) -> None:
    dovecot.append(user, *(mail(f"no {number}") for number in range(60)))
    with ImapProxy.before(dovecot.port, refuses(command)) as proxy:
        keeper = Keeper(open_mailbox(dovecot, user, after=after, port=proxy.port))
        assert len(keeper.poll()) == 60
        (trouble,) = keeper.source.troubles()
        assert "cannot be marked" in trouble.cause and "not for you" in trouble.cause
        keeper.mark = SourceMark()
        assert keeper.poll() == [], "no second record, even when the mark is lost"
        proxy.fault = None
        assert keeper.poll() == []
        assert keeper.source.troubles() == [trouble]
        flags = dovecot.flags(user)
        assert all(rb"\Seen" in flag for flag in flags.values()), (
            "marked as soon as the server lets us (moved: none left)"
        )
        assert len(flags) == (60 if after == "seen" else 0)


def test_trap_3_a_link_cut_while_marking_loses_and_doubles_nothing(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, *(mail(f"no {number}") for number in range(60)))
    with ImapProxy.before(dovecot.port) as proxy:
        proxy.fault = lambda line: b"" if b"UID STORE" in line else None
        keeper = Keeper(open_mailbox(dovecot, user, after="seen", port=proxy.port))
        assert keeper.subjects() == [f"no {number}" for number in range(60)]
        proxy.fault = None
        assert keeper.poll() == []
        assert all(rb"\Seen" in flag for flag in dovecot.flags(user).values())


def test_mails_left_behind_by_a_crash_before_the_move_are_moved_at_the_next_start(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, mail("one"), mail("two"))
    keeper = Keeper(open_mailbox(dovecot, user, after="move:Done"))
    for group in keeper.source.new(keeper.known, keeper.mark):
        keeper.mails += group  # committed, and then killed before mark_taken
    keeper.mark = keeper.source.mark
    assert len(dovecot.flags(user)) == 2
    keeper.source = open_mailbox(dovecot, user, after="move:Done")
    assert keeper.poll() == []
    assert dovecot.flags(user) == {}
    assert len(dovecot.flags(user, "Done")) == 2


def test_marks_are_not_put_on_other_mails_of_a_mailbox_made_anew(dovecot: Dovecot, user: str) -> None:
    dovecot.make(user, "Q")
    dovecot.append(user, mail("old"), mailbox="Q")
    keeper = Keeper(open_mailbox(dovecot, user, "Q", after="seen"))
    (group,) = list(keeper.source.new(keeper.known, keeper.mark))
    keeper.source.close()
    dovecot.make_anew(user, "Q")
    dovecot.append(user, mail("new"), mailbox="Q")
    keeper.source.mark_taken(group)
    assert rb"\Seen" not in dovecot.flags(user, "Q")[1]
    assert "made anew" in keeper.source.troubles()[0].cause


def test_a_move_that_waits_is_forgotten_when_the_mailbox_is_made_anew(dovecot: Dovecot, user: str) -> None:
    """Or a new mail with an old UID would be moved out of sight before it is taken."""
    dovecot.make(user, "Q")
    dovecot.append(user, mail("old"), mailbox="Q")
    with ImapProxy.before(dovecot.port, refuses("UID MOVE")) as proxy:
        keeper = Keeper(open_mailbox(dovecot, user, "Q", after="move:Done", port=proxy.port))
        keeper.poll()
        proxy.fault = None
        dovecot.make_anew(user, "Q")
        dovecot.append(user, mail("new"), mailbox="Q")
        assert keeper.subjects() == ["new"]


def test_without_move_only_our_own_mails_are_expunged(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, mail("ours"))
    with ImapProxy.before(dovecot.port, hidden=("MOVE",)) as proxy:
        keeper = Keeper(open_mailbox(dovecot, user, after="move:Done", port=proxy.port))
        for group in keeper.source.new(keeper.known, keeper.mark):
            keeper.mails += group
            dovecot.append(user, mail("deleted by somebody, and not taken yet"), flags=[rb"\Deleted"])
            keeper.source.mark_taken(group)
        assert list(dovecot.flags(user)) == [2]


def test_a_mailbox_that_is_read_cannot_be_the_target_of_moves(dovecot: Dovecot) -> None:
    table = settings_table(dovecot, "u", mailbox=["INBOX", "Done"], after="move:Done")
    settings = Settings.model_validate(
        {
            "company": {"name": "n", "address": "a@example.com"},
            "sender": {"kind": "maildir", "path": "out"},
            "sources": [table.model_dump()],
        }
    )
    with pytest.raises(SettingsError, match="which it reads as well"):
        open_sources(settings, Tokens())
