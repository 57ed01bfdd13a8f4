"""Large mails, large mailboxes. (Traps 25, 26; and the listing that trap 12's reconciliation asks for.)"""

import os

from intake.sources.source import GROUP_BYTES, SourceMark
from tests.faults.imap_proxy import ImapProxy, refuses_body_of
from tests.servers.dovecot import Dovecot
from tests.sources.conftest import Keeper, mail, open_mailbox, subject

MANY = 100_000


def test_trap_25_of_a_mail_over_the_limit_only_the_header_is_fetched(dovecot: Dovecot, user: str) -> None:
    large = mail("too large", body="x" * 3_000_000)
    dovecot.append(user, mail("before"), large, mail("after"))
    with ImapProxy.before(dovecot.port) as proxy:
        keeper = Keeper(open_mailbox(dovecot, user, port=proxy.port, limit=1_000_000))
        assert keeper.subjects() == ["before", "too large", "after"]
        cut = keeper.mails[1]
        assert cut.headers_only and cut.size == len(large)
        assert cut.raw == large[: large.index(b"\r\n\r\n") + 4]
        assert not keeper.mails[0].headers_only and not keeper.mails[2].headers_only
        fetches = [line for line in proxy.lines if b"FETCH" in line]
        assert b"RFC822.SIZE" in fetches[0]
        assert [line.split(b" ", 3)[3] for line in fetches[1:]] == [
            b"1,3 (BODY.PEEK[])\r\n",
            b"2 (BODY.PEEK[HEADER]<0.1000000>)\r\n",
        ]


def test_trap_25_a_server_that_understates_the_size_is_found_out(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, mail("larger than said", body="x" * 600_000))
    lie = b'* 1 FETCH (UID 1 RFC822.SIZE 10 INTERNALDATE "01-Oct-2024 09:00:00 +0800")\r\n{tag} OK done\r\n'
    with ImapProxy.before(dovecot.port, refuses_body_of(1, lie, "RFC822.SIZE")) as proxy:
        (taken,) = Keeper(open_mailbox(dovecot, user, port=proxy.port, limit=500_000)).poll()
    assert taken.headers_only and len(taken.raw) < 200 and taken.size > 600_000


def test_a_header_without_end_is_cut(dovecot: Dovecot, user: str) -> None:
    endless = b"Subject: endless\r\n" + b"X-Filler: " + b"y" * 900 + b"\r\n"
    dovecot.append(user, endless + (b"X-Filler: " + b"y" * 900 + b"\r\n") * 2500)
    (taken,) = Keeper(open_mailbox(dovecot, user, limit=500_000)).poll()
    assert taken.headers_only and len(taken.raw) == 1_000_000


def test_groups_stay_below_eight_megabytes(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, *(mail(f"no {number}", body="z" * 3_000_000) for number in range(5)))
    source = open_mailbox(dovecot, user, limit=4_000_000)
    groups = list(source.new(lambda _source, _keys: set(), SourceMark()))
    assert [len(group) for group in groups] == [2, 2, 1]
    assert all(sum(taken.size for taken in group) <= GROUP_BYTES for group in groups)


def _fill(dovecot: Dovecot, user: str) -> None:
    """100,000 mails on disk that are links to a few: a file has at most 65,000 names."""
    cur = dovecot.maildir(user) / "cur"
    cur.mkdir(parents=True)
    for folder in ("new", "tmp"):
        (cur.parent / folder).mkdir()
    body = mail("one of many")
    for start in range(0, MANY, 50_000):
        first = cur / f"{start:06}.x,S={len(body)},W={len(body)}:2,S"
        first.write_bytes(body)
        for number in range(start + 1, start + 50_000):
            os.link(first, cur / f"{number:06}.x,S={len(body)},W={len(body)}:2,S")
    dovecot.own(cur.parent)


def test_trap_26_a_mailbox_of_100_000_mails_is_searched_in_windows(dovecot: Dovecot, user: str) -> None:
    _fill(dovecot, user)
    with ImapProxy.before(dovecot.port) as proxy:
        source = open_mailbox(dovecot, user, port=proxy.port)
        keys = source.keys()
        assert len(keys) == MANY
        searches = proxy.sent("UID SEARCH")
        assert searches == 1 + (MANY - 500 + 4999) // 5000
        missing = {key for key in keys if key.partition(":")[2] in ("1", "50000", "99999")}
        taken: list[str] = []
        for group in source.new(lambda _source, asked: set(asked) - missing, SourceMark()):
            taken += [incoming.key for incoming in group]
        assert sorted(taken) == sorted(missing)
        before = proxy.sent("UID SEARCH")
        mark = source.mark
        assert mark.last_uid == MANY
        dovecot.append(user, mail("the newest"))
        (group,) = list(source.new(lambda _source, _asked: set(), mark))
        assert [subject(incoming) for incoming in group] == ["the newest"]
        assert proxy.sent("UID SEARCH") == before + 1, "with a mark, one look at the top is enough"


def test_what_lies_in_the_mailbox_can_be_listed_for_the_reconciliation(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, mail("one", message_id="one@example.net"), mail("two, without"))
    dovecot.append(user, b"subject: three\r\nMESSAGE-ID:\r\n <three@example.net>\r\n\r\nx\r\n")
    source = open_mailbox(dovecot, user)
    keys = source.keys()
    validity = next(iter(keys)).partition(":")[0]
    assert keys == {f"{validity}:{uid}" for uid in (1, 2, 3)}
    assert source.message_ids([f"{validity}:1", f"{validity}:2", f"{validity}:3", f"{validity}:9", "7:1"]) == {
        f"{validity}:1": "one@example.net",
        f"{validity}:2": None,
        f"{validity}:3": "three@example.net",
    }
