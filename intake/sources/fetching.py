"""Fetching mails of known UIDs: sizes first, then bodies in groups, and no mail that can stop the others.

A mail that makes the server refuse, break off or answer nothing puts its whole group in doubt. Mails in doubt are
asked for one by one, after all others; one that still fails is taken with its header alone, so that it has a record
and somebody looks at it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from imapclient import IMAPClient

from intake import clock
from intake.errors import Unreachable
from intake.sources.connection import REFUSED
from intake.sources.source import GROUP_BYTES, GROUP_MAILS, HEADER_BYTES, Incoming

SIZES_AT_ONCE = 500  # UIDs in one command: its line stays below the 8 kB that servers are asked to take (RFC 7162 §4)
HEADER_AFTER = 3  # failures after which the header alone is asked for
RARELY_AFTER = 6  # failures after which a mail is asked for every few hours only

_END_OF_HEADER = re.compile(rb"\r?\n\r?\n")

Ask = Callable[[Callable[[IMAPClient], Any]], Any]
"""Runs an action on the selected mailbox; a broken link becomes Unreachable."""

Say = Callable[[str, str, str], None]
"""Reports a trouble: cause, remedy, key."""


@dataclass(frozen=True, slots=True)
class _Row:
    uid: int
    size: int
    received_at: datetime


def header_block(raw: bytes) -> bytes:
    """The header of a mail with the empty line that ends it, at most HEADER_BYTES."""
    end = _END_OF_HEADER.search(raw, 0, HEADER_BYTES)
    return raw[: end.end()] if end else raw[:HEADER_BYTES]


class Fetcher:
    """One pass over the mails of one UIDVALIDITY.

    `settled` are the UIDs that need not be asked for again: handed over and kept by the caller, or gone from the
    server. `doubts` counts each UID's failures and outlives the pass.
    """

    def __init__(self, ask: Ask, source: str, validity: int, limit: int, doubts: Counter[int], say: Say) -> None:
        self._ask, self._source, self._validity, self._limit = ask, source, validity, limit
        self._doubts, self._say = doubts, say
        self.settled: set[int] = set()

    def fetch(self, uids: Sequence[int], even_hopeless: bool) -> Iterator[list[Incoming]]:
        """`even_hopeless`: what has failed often is tried as well. Raises Unreachable when the link breaks."""
        clean = [uid for uid in uids if uid not in self._doubts]
        for start in range(0, len(clean), SIZES_AT_ONCE):
            for rows in _groups(self._sizes(clean[start : start + SIZES_AT_ONCE]), self._limit):
                if group := self._take(rows, header=False):
                    yield group
        for uid in sorted((uid for uid in uids if uid in self._doubts), key=lambda uid: (self._doubts[uid], uid)):
            yield from self._alone(uid, even_hopeless)

    def _alone(self, uid: int, even_hopeless: bool) -> Iterator[list[Incoming]]:
        failures = self._doubts[uid]
        if failures >= HEADER_AFTER:
            cause = f"{self._source}: the server lists a mail but does not hand it over; at best its header is taken."
            self._say(cause, "Look at it in a mail program, and at the server's log.", self._key(uid))
        wanted = even_hopeless or failures < RARELY_AFTER
        if wanted and (group := self._take(self._sizes([uid]), header=failures >= HEADER_AFTER)):
            yield group

    def kept(self, group: Sequence[Incoming]) -> None:
        """The caller has kept these."""
        for incoming in group:
            uid = int(incoming.key.partition(":")[2])
            self.settled.add(uid)
            self._doubts.pop(uid, None)

    def _take(self, rows: Sequence[_Row], header: bool) -> list[Incoming]:
        large = [row for row in rows if header or row.size > self._limit]
        whole = [row for row in rows if not header and row.size <= self._limit]
        bodies = self._get([row.uid for row in whole], "BODY.PEEK[]")
        bodies |= self._get([row.uid for row in large], f"BODY.PEEK[HEADER]<0.{HEADER_BYTES}>")
        taken, missing = [], []
        for row in rows:
            raw = _body(bodies.get(row.uid, {}))
            if raw is None or (not raw and row.size):
                missing.append(row.uid)
            else:
                taken.append(self._incoming(row, raw, cut=row in large))
        self._settle(missing)
        return taken

    def _incoming(self, row: _Row, raw: bytes, cut: bool) -> Incoming:
        cut = cut or len(raw) > self._limit  # some servers only estimate RFC822.SIZE
        return Incoming(
            self._source,
            self._key(row.uid),
            header_block(raw) if cut else raw,
            row.received_at,
            headers_only=cut,
            size=max(row.size, len(raw)),
        )

    def _key(self, uid: int) -> str:
        return f"{self._validity}:{uid}"

    def _sizes(self, uids: Sequence[int]) -> list[_Row]:
        found = self._get(uids, "RFC822.SIZE", "INTERNALDATE")
        self._settle([uid for uid in uids if b"RFC822.SIZE" not in found.get(uid, {})])
        return [
            _Row(uid, int(row[b"RFC822.SIZE"]), _utc(row.get(b"INTERNALDATE")))
            for uid, row in sorted(found.items())
            if b"RFC822.SIZE" in row
        ]

    def _get(self, uids: Sequence[int], *items: str) -> dict[int, dict[bytes, Any]]:
        """What the server says of these; nothing at all when it refuses, or when its answer cannot be understood."""
        if not uids:
            return {}
        try:
            found: dict[int, dict[bytes, Any]] = self._ask(lambda client: client.fetch(uids, items))
        except Unreachable:
            self._doubts.update(uids)
            raise
        except REFUSED:
            return {}
        return found

    def _settle(self, missing: Sequence[int]) -> None:
        """Of mails that were asked for and not delivered: those gone from the mailbox are done with, the others in
        doubt."""
        if not missing:
            return
        try:
            listed = set(self._ask(lambda client: client.search(["UID", ",".join(map(str, missing))])))
        except REFUSED:
            listed = set(missing)
        self.settled.update(set(missing) - listed)
        self._doubts.update(listed & set(missing))


def _groups(rows: Sequence[_Row], limit: int) -> Iterator[list[_Row]]:
    group: list[_Row] = []
    total = 0
    for row in rows:
        cost = row.size if row.size <= limit else HEADER_BYTES
        if group and (len(group) == GROUP_MAILS or total + cost > GROUP_BYTES):
            yield group
            group, total = [], 0
        group.append(row)
        total += cost
    if group:
        yield group


def _body(row: dict[bytes, Any]) -> bytes | None:
    """The one BODY[…] of an answer; None where the server says NIL or nothing."""
    found = next((value for item, value in row.items() if item.startswith(b"BODY[")), None)
    return found if isinstance(found, bytes) else None


def _utc(internal_date: datetime | None) -> datetime:
    """Now, where the server has no date that can be read, or one still to come: reply windows start no later."""
    now = clock.now()
    if internal_date is None:
        return now
    return min(now, (internal_date if internal_date.tzinfo else internal_date.replace(tzinfo=UTC)).astimezone(UTC))
