"""What every source of mails and files promises, and what it hands over.

The order of one group is always: the source yields it, the caller stores raw bytes and rows and commits, then the
caller calls `mark_taken`, then it asks for the next group. A crash at any point re-reads; it never loses and never
doubles, because `key` is unique in the database and the source itself remembers nothing of value.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

GROUP_MAILS = 50
GROUP_BYTES = 8_000_000
HEADER_BYTES = 1_000_000  # of a mail over the limit, this much of the header block at the most

Known = Callable[[str, Sequence[str]], set[str]]
"""`known(source, keys)`: those of the keys that the database has already."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail or file as it lies at the source. Nothing in it is decoded."""

    source: str  # "complaints/INBOX": source name / mailbox; Maildir and folder sources have no mailbox part
    key: str  # "UIDVALIDITY:UID"; a Maildir's unique name; a folder's "name:size:mtime in ns"
    raw: bytes
    received_at: datetime  # INTERNALDATE, or the file's time; aware, UTC
    file_name: str | None = None  # of a dropped file that is no mail
    headers_only: bool = False  # over the size limit, or its body cannot be had: `raw` is the header block alone
    size: int = 0  # bytes at the source, the whole mail


@dataclass(frozen=True, slots=True)
class SourceMark:
    """How far an IMAP mailbox was taken: under `uid_validity`, every UID up to `last_uid` is in the database or is
    gone.

    Only a saving of work. Without it, everything is looked at again and the keys in the database decide.
    """

    uid_validity: int | None = None
    last_uid: int | None = None


@dataclass(frozen=True, slots=True)
class SourceTrouble:
    """Something that went wrong without stopping the source: `cause` and `remedy` are sentences, without personal
    data."""

    source: str
    cause: str
    remedy: str
    key: str | None = None  # of the mail concerned, where it is one


class TokenStore(Protocol):
    """Where rotated OAuth refresh tokens are kept. `name` is opaque and short; it changes when the settings' own token
    does."""

    def get(self, name: str) -> str | None: ...

    def put(self, name: str, token: str) -> None: ...


class Source(Protocol):
    """One mailbox, Maildir or folder. Used by one thread at a time; connects when first asked for something."""

    @property
    def name(self) -> str:
        """As in `Incoming.source`."""

    @property
    def mark(self) -> SourceMark:
        """Where the last `new` has come to; worth saving after each stored group. Empty where keys alone decide."""

    def new(self, known: Known, mark: SourceMark) -> Iterator[list[Incoming]]:
        """What is not taken yet, in groups of at most 50 mails and about 8 MB, oldest first, the doubtful ones last.

        Raises Unreachable, or SignInRefused, when the source cannot be read (any longer); groups yielded before stand.
        """

    def mark_taken(self, group: Sequence[Incoming]) -> None:
        """Does what `after` says (keep, seen, move) to a group that is committed. Never raises for the source's
        refusal: that is a trouble, tried again at the next pass, and the keys in the database keep it from being taken
        twice."""

    def troubles(self) -> list[SourceTrouble]:
        """What went wrong since the last call of this, without having stopped anything."""

    def wait(self, timeout: float, stop: threading.Event) -> bool:
        """True when `new` is worth calling: something may have come, the link broke, or the time to look is there.

        False after `timeout` seconds, or within half a second when `stop` is set. Never raises for a broken link.
        """

    def check(self) -> str:
        """One line for `intake check`; raises Unreachable or SignInRefused with the remedy."""

    def keys(self) -> set[str]:
        """The keys of all that lies at the source now, for the daily reconciliation."""

    def message_ids(self, keys: Sequence[str]) -> dict[str, str | None]:
        """The Message-ID of each mail of these keys (None: it has none, or is a file); keys that are gone are left
        out."""

    def close(self) -> None:
        """Lets go of the connection; the source may be used again afterwards."""
