"""An IMAP mailbox as a source (RFC 3501/9051).

What is taken is known by UIDVALIDITY and UID in the database, never by \\Seen: people read mails in Outlook before we
do, and mark them unread again. A new UIDVALIDITY makes every mail a new key; that it is an old mail is recognised by
its content, later. Mails flagged \\Deleted but still there are taken like all others: they arrived, and their reply
windows run.

UIDs only rise (RFC 3501 §2.3.1.1), so a pass looks from the top of the mailbox down to the UIDs that the mark covers.
It goes down in windows of sequence numbers: an answer of 100,000 UIDs would burst the line limits of servers and of
imaplib; and while others expunge mails, what lies below a window moves into the next one, not out of sight.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from imapclient import IMAPClient

from intake.errors import IntakeError, Unreachable
from intake.settings import ImapSource
from intake.sources.connection import BROKEN, REFUSED, Account, Patience, hang_up, said, unreachable
from intake.sources.fetching import Fetcher
from intake.sources.idle import Ended, arrived_meanwhile, idle
from intake.sources.marking import mark as mark_at_server
from intake.sources.message_id import message_id
from intake.sources.source import Incoming, Known, SourceMark, SourceTrouble

_FIRST_WINDOW, _WINDOW = 500, 5000  # sequence numbers looked at together: at the top, where news is, and further down
_AT_ONCE = 500  # UIDs in one command
_POLL_INSTEAD = 600.0  # seconds of polling after a server would not idle
_WAITING_MARKS = 5000  # marks that failed and are kept to be tried again

T = TypeVar("T")


class ImapMailbox:
    """One mailbox of one account, over a connection of its own that is made anew whenever it breaks."""

    def __init__(
        self, table: ImapSource, mailbox: str, account: Account, limit: int, patience: Patience | None = None
    ) -> None:
        """`limit` in bytes: of a larger mail only the header is fetched."""
        self._table, self._mailbox, self._account, self._limit = table, mailbox, account, limit
        self._patience = patience or Patience()
        self.name = f"{table.name}/{mailbox}"
        self.mark = SourceMark()
        self._client: IMAPClient | None = None
        self._validity = self._exists = self._next_uid = 0
        self._looked_at = self._polls_until = float("-inf")
        self._fully_at: float | None = None
        self._doubts: Counter[int] = Counter()
        self._unmarked: dict[int, None] = {}  # UIDs whose marking failed, in that order
        self._troubles: dict[tuple[str, str | None], SourceTrouble] = {}

    def new(self, known: Known, mark: SourceMark) -> Iterator[list[Incoming]]:
        """See `Source.new`. A mail that the server will not hand over comes last, in the end with its header alone."""
        self._looked_at = time.monotonic()
        self._select(renew=True)
        overdue = self._fully_at is not None and self._looked_at - self._fully_at > self._patience.full_look
        full = overdue or self._is_full_look(mark)
        if full or self._fully_at is None:
            self._fully_at = self._looked_at
        self.mark = SourceMark(self._validity, mark.last_uid if mark.uid_validity == self._validity else None)
        if full or not self._next_uid or self._next_uid > (self.mark.last_uid or 0) + 1:
            yield from self._untaken(known, 0 if full else self.mark.last_uid or 0, overdue)
        elif self._unmarked:
            self._mark_again()

    def _is_full_look(self, mark: SourceMark) -> bool:
        """With after = "move:…" the first look is a full one: it finds what a crash kept from being moved."""
        first_with_moves = self._fully_at is None and self._table.after.startswith("move:")
        return mark.uid_validity != self._validity or not mark.last_uid or first_with_moves

    def _untaken(self, known: Known, after_uid: int, overdue: bool) -> Iterator[list[Incoming]]:
        ask, next_uid = partial(self._ask, self._validity), self._next_uid  # marking may have to connect anew meanwhile
        listed: list[int] = []
        untaken: list[int] = []
        for uids in self._windows(after_uid):
            has = known(self.name, [self._key(uid) for uid in uids])
            listed += uids
            untaken += [uid for uid in uids if self._key(uid) not in has]
        untaken.sort()
        if not after_uid and self._table.after.startswith("move:"):
            self._unmarked |= dict.fromkeys(sorted(set(listed) - set(untaken))[:_WAITING_MARKS])
        self._mark_again()
        fetcher = Fetcher(ask, self.name, self._validity, self._limit, self._doubts, self._say)
        place = 0
        for group in fetcher.fetch(untaken, overdue):
            yield group
            fetcher.kept(group)  # the caller comes back when it has
            place = self._advance(untaken, place, fetcher.settled)
        if self._advance(untaken, place, fetcher.settled) == len(untaken):
            self._raise_mark(max([next_uid - 1, *listed]))

    def _advance(self, untaken: Sequence[int], place: int, settled: set[int]) -> int:
        """The mark follows what is settled without a gap: a mail left behind holds it back."""
        while place < len(untaken) and (untaken[place] in settled):
            place += 1
        if place:
            self._raise_mark(untaken[place - 1])
        return place

    def _raise_mark(self, uid: int) -> None:
        self.mark = SourceMark(self.mark.uid_validity, max(uid, self.mark.last_uid or 0))

    def _windows(self, after_uid: int) -> Iterator[list[int]]:
        """UIDs above `after_uid`, a window of the mailbox at a time, from its top down."""
        top, size = self._exists, _FIRST_WINDOW
        while top > 0:
            bottom = max(1, top - size + 1)
            uids = sorted(self._understood(partial(_search, f"{bottom}:{top}")))
            yield [uid for uid in uids if uid > after_uid]
            if uids and uids[0] <= after_uid:
                return
            top, size = bottom - 1, _WINDOW

    def _key(self, uid: int) -> str:
        return f"{self._validity}:{uid}"

    # What happens to mails that are taken

    def mark_taken(self, group: Sequence[Incoming]) -> None:
        """See `Source.mark_taken`. Keys of another UIDVALIDITY are passed over: those UIDs are other mails now."""
        validity = f"{self._validity}:"
        uids = [int(incoming.key.removeprefix(validity)) for incoming in group if incoming.key.startswith(validity)]
        if self._table.after != "keep" and uids:
            self._mark(uids)

    def _mark_again(self) -> None:
        waiting = list(self._unmarked)
        for start in range(0, len(waiting), _AT_ONCE):
            if not self._mark(waiting[start : start + _AT_ONCE]):
                return

    def _mark(self, uids: Sequence[int]) -> bool:
        try:
            self._ask(self._validity, lambda client: mark_at_server(client, self._table.after, uids))
        except Unreachable as error:
            self._could_not_mark(uids, error.cause, error.remedy)
        except REFUSED as error:
            remedy = 'Give the user the right to change the mailbox, or set after = "keep".'
            self._could_not_mark(uids, f"{self.name}: taken mails cannot be marked at the server{said(error)}.", remedy)
        else:
            for uid in uids:
                self._unmarked.pop(uid, None)
            return True
        return False

    def _could_not_mark(self, uids: Sequence[int], cause: str, remedy: str) -> None:
        self._unmarked |= dict.fromkeys(uids)
        for uid in list(self._unmarked)[:-_WAITING_MARKS]:
            del self._unmarked[uid]
        self._say(cause, remedy)

    def troubles(self) -> list[SourceTrouble]:
        found, self._troubles = list(self._troubles.values()), {}
        return found

    def _say(self, cause: str, remedy: str, key: str | None = None) -> None:
        self._troubles[cause, key] = SourceTrouble(self.name, cause, remedy, key)

    # Waiting

    def wait(self, timeout: float, stop: threading.Event) -> bool:
        """IDLE where the server has it, else until `poll_seconds` have passed since the last look."""
        due = self._looked_at + self._table.poll_seconds
        until = min(time.monotonic() + timeout, due)
        if self._client is None or time.monotonic() < self._polls_until or not self._idles(self._client):
            stop.wait(max(0.0, until - time.monotonic()))
        elif (ended := idle(self._client, until, stop, self._patience)) is not Ended.QUIET:
            self._idled_badly(ended)
            return True
        return not stop.is_set() and time.monotonic() >= due

    def _idles(self, client: IMAPClient) -> bool:
        try:
            return bool(client.has_capability("IDLE"))
        except (*BROKEN, *REFUSED):
            self._drop()
            return False

    def _idled_badly(self, ended: Ended) -> None:
        if ended is not Ended.NEWS:
            self._drop()
        if ended is Ended.UNWILLING:  # or we would connect and be thrown out again without end
            self._polls_until = time.monotonic() + _POLL_INSTEAD

    # Looking

    def check(self) -> str:
        self._select(renew=True)
        idles = self._client is not None and self._idles(self._client)
        how = "news at once (IDLE)" if idles else f"looked at every {self._table.poll_seconds:g} s"
        return f"{self._account.where} {self._mailbox}: {self._exists} mails, {how}"

    def keys(self) -> set[str]:
        self._select(renew=True)
        return {self._key(uid) for uids in self._windows(0) for uid in uids}

    def message_ids(self, keys: Sequence[str]) -> dict[str, str | None]:
        self._select(renew=True)
        validity = f"{self._validity}:"
        uids = [int(key.removeprefix(validity)) for key in keys if key.startswith(validity)]
        found: dict[str, str | None] = {}
        for start in range(0, len(uids), _AT_ONCE):
            rows = self._understood(partial(_fetch_message_ids, uids[start : start + _AT_ONCE]))
            found |= {self._key(uid): _message_id(row) for uid, row in rows.items()}
        return found

    # The connection

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            try:
                client.socket().settimeout(2)
                client.logout()
            except (*BROKEN, *REFUSED):
                hang_up(client)

    def _drop(self) -> None:
        hang_up(self._client)
        self._client = None

    def _select(self, renew: bool = False) -> IMAPClient:
        """The mailbox, selected afresh. `renew`: a connection that broke while nobody looked is replaced, once."""
        if self._client is not None:
            try:
                return self._selected(self._client)
            except BROKEN as error:
                self._drop()
                if not renew:
                    raise unreachable(self._account.where, error) from error
        self._client = self._account.connect(self._patience)
        try:
            return self._selected(self._client)
        except BROKEN as error:
            self._drop()
            raise unreachable(self._account.where, error) from error

    def _selected(self, client: IMAPClient) -> IMAPClient:
        """With after = "keep" it is opened for reading only (EXAMINE), which changes not even \\Recent."""
        try:
            box = client.select_folder(self._mailbox, readonly=self._table.after == "keep")
            validity, exists = int(box[b"UIDVALIDITY"]), int(box[b"EXISTS"])
        except BROKEN:
            raise
        except (*REFUSED, KeyError) as error:
            raise Unreachable(
                f"{self._account.where}: the mailbox {self._mailbox!r} cannot be opened{said(error)}.",
                "Correct `mailbox` (as the server spells it, with its prefix), or give the user the right to read it.",
            ) from error
        arrived_meanwhile(client)  # SELECT's own EXISTS is no news
        if validity != self._validity:
            self._doubts.clear()
            self._unmarked.clear()
        self._validity, self._exists, self._next_uid = validity, exists, int(box.get(b"UIDNEXT", 0))
        return client

    def _ask(self, validity: int, action: Callable[[IMAPClient], T]) -> T:
        """One exchange about UIDs of that UIDVALIDITY. Raises Unreachable for a broken link; REFUSED errors pass
        through."""
        client = self._client or self._select()
        if validity != self._validity:
            raise Unreachable(f"{self.name}: the mailbox was made anew meanwhile.", "It is looked at again by itself.")
        try:
            return action(client)
        except BROKEN as error:
            self._drop()
            raise unreachable(self._account.where, error) from error

    def _understood(self, action: Callable[[IMAPClient], T]) -> T:
        """Like `_ask`, where there is no going on without an answer."""
        try:
            return self._ask(self._validity, action)
        except IntakeError:
            raise
        except REFUSED as error:
            raise unreachable(self._account.where, error) from error


def _search(criterion: str, client: IMAPClient) -> list[int]:
    return list(client.search([criterion]))


def _fetch_message_ids(uids: Sequence[int], client: IMAPClient) -> dict[int, dict[bytes, object]]:
    return dict(client.fetch(uids, ["BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"]))


def _message_id(row: dict[bytes, object]) -> str | None:
    header = next((value for item, value in row.items() if item.startswith(b"BODY[HEADER")), None)
    return message_id(header) if isinstance(header, bytes) else None
