"""The headers that put a letter in its thread and tell other machines that a machine wrote it (RFC 5322 §3.6.4, RFC
3834).
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from parsers.types import Envelope
from storage.records import Purpose, ThreadMessage

_MESSAGE_ID = re.compile(
    r"<[!-;=?-~]{1,248}>"
)  # printable ASCII without blanks and angle brackets; 250 characters at most
_REFERENCES_KEPT = 20
_RE = re.compile(r"^(?:(?:re|fw|fwd|aw|wg|回复|回覆|答复|转发|轉寄|轉發)\s{0,3}[:：]\s{0,3}){1,10}", re.IGNORECASE)

# RFC 3834 §5: an answer to one mail is auto-replied, all else that a machine writes is auto-generated. The second
# header keeps Exchange from answering with an out-of-office note.
_ANSWERS = frozenset({Purpose.ACKNOWLEDGEMENT, Purpose.MISSING_INFORMATION})
_SUPPRESS = {"X-Auto-Response-Suppress": "All"}
# What a person has decided to send is no automatic mail: a ticket system that passes over those shall see it.
_BY_PEOPLE = frozenset(
    {
        Purpose.FIRST_REPORT,
        Purpose.SOLUTION,
        Purpose.FULL_REPORT,
        Purpose.NOT_OUR_FAULT,
        Purpose.REVISION,
        Purpose.CLOSURE,
        Purpose.BATCH_WARNING,
        Purpose.RETURN_ARRANGEMENT,
        Purpose.DELAY,
        Purpose.SUPPLIER_COMPLAINT,
    }
)


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a letter hangs: the mail it answers, and the mails before that, oldest first."""

    in_reply_to: str | None = None
    references: tuple[str, ...] = ()


def of_envelope(answered: Envelope | None) -> Thread:
    """The thread of an answer to one mail: its References and itself. What is no well-formed Message-ID is left out."""
    if answered is None:
        return Thread()
    return _thread(
        [*(answered.references or ((answered.in_reply_to,) if answered.in_reply_to else ())), answered.message_id]
    )


def of_messages(messages: Sequence[ThreadMessage]) -> Thread:
    """The thread of a record, by all its mails but those of suppliers: the letter answers the customer's latest one."""
    ordered = sorted((one for one in messages if one.party is None), key=lambda message: message.at)
    incoming = [message.message_id for message in ordered if message.direction == "in"]
    thread = _thread([message.message_id for message in ordered])
    latest = next((name for name in reversed(incoming) if _well_formed(name)), thread.in_reply_to)
    return Thread(latest, thread.references)


def _thread(names: Sequence[str | None]) -> Thread:
    """RFC 5322 lets a long thread lose its middle: the first and the latest are kept."""
    good = tuple(dict.fromkeys(name for name in names if name and _well_formed(name)))
    if len(good) > _REFERENCES_KEPT:
        good = (good[0], *good[-(_REFERENCES_KEPT - 1) :])
    last = names[-1] if names else None
    return Thread(last if _well_formed(last) else None, good)


def _well_formed(name: str | None) -> bool:
    return name is not None and _MESSAGE_ID.fullmatch(name) is not None


def headers(purpose: Purpose) -> Mapping[str, str]:
    """The headers that a letter of this purpose carries besides its own."""
    if purpose in _BY_PEOPLE:
        return {}
    return {"Auto-Submitted": "auto-replied" if purpose in _ANSWERS else "auto-generated", **_SUPPRESS}


def bare_subject(subject: str) -> str:
    """A subject without its Re:, Fw:, 回复: and the like."""
    return _RE.sub("", subject[:1000].strip()).strip()


def customer_reference(subject: str) -> str:
    """The customer's own number of the matter (NCR-24-113, 客诉单号：A-0031) where its subject gives one; else
    empty.
    """
    latin, chinese = _cues()
    if found := latin.search(subject[:1000]):
        return " ".join(found[0].split())
    found = chinese.search(subject[:1000])
    return found[1] if found else ""


@lru_cache(maxsize=1)
def _cues() -> tuple[re.Pattern[str], re.Pattern[str]]:
    rows = tomllib.loads(Path(__file__).with_name("references.toml").read_text(encoding="utf-8"))
    number = r"(?=[A-Z0-9._/-]{0,24}[0-9])[A-Z0-9][A-Z0-9._/-]{1,23}[A-Z0-9]"
    latin = re.compile(
        rf"(?<![A-Za-z0-9])(?:{'|'.join(map(re.escape, rows['latin']))})[-_#: ]{{0,2}}{number}(?![A-Za-z0-9])", re.ASCII
    )
    chinese = re.compile(rf"(?:{'|'.join(map(re.escape, rows['chinese']))})[:： #]{{0,3}}({number})", re.ASCII)
    return latin, chinese
