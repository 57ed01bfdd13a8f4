"""Delivery reports (RFC 3464 and what says the same in prose), automatic mail (RFC 3834 and its variants), lists.

A delivered receipt (status 2.x.x) is automatic but no bounce; a delay notice is a bounce that is not permanent.
"""

import email
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from parsers import charsets, headers
from parsers.headers import Headers
from parsers.structure import Entity
from parsers.types import Address, Bounce

MAX_RECIPIENTS = 100
MAX_PROSE = 20_000  # characters of a report's text that are looked at
SHORT = 800  # characters; a longer text is never an automatic reply by its words alone
MAX_RETURNED = 200_000  # bytes of a report that flufl.bounce sees

_EMAIL = re.compile(r"[A-Za-z0-9._%+=-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.@-])([45])\d\d[ -](?=\S)")
_ID_LINE = re.compile(r"(?im)^\s*>?\s*message-id:\s*(<[^<>\s]{1,500}>)")
_ANSWER = re.compile(r"^\s*(?:(?:re|aw|sv|回复|回覆|答复|答覆)\s*[:：]\s*)+", re.IGNORECASE)
_RETURNED_TYPES = frozenset(
    {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global", "message/global-headers"}
)


@dataclass(frozen=True, slots=True)
class Words:
    """The rows of words/automatic.toml, compiled."""

    headers: tuple[tuple[str, re.Pattern[str]], ...]
    bulk: tuple[tuple[str, re.Pattern[str]], ...]
    senders: re.Pattern[str]
    daemons: re.Pattern[str]
    subjects: re.Pattern[str]
    bodies: re.Pattern[str]
    bounce: re.Pattern[str]
    delay: re.Pattern[str]


@lru_cache(maxsize=1)
def words() -> Words:
    """The words that automatic mail is known by."""
    data = tomllib.loads(files("parsers").joinpath("words/automatic.toml").read_text("utf-8"))

    def rows(name: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
        return tuple((header, re.compile(pattern, re.IGNORECASE)) for header, pattern in data[name])

    def any_of(name: str) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{pattern})" for pattern in data[name]), re.IGNORECASE)

    return Words(
        rows("headers"), rows("bulk"),
        re.compile(data["senders"], re.IGNORECASE), re.compile(data["daemons"], re.IGNORECASE),
        any_of("subjects"), any_of("bodies"), any_of("bounce"), any_of("delay"),
    )  # fmt: skip


def is_automatic(head: Headers, subject: str, sender: Address | None, text: str = "") -> bool:
    """Sent by a machine: RFC 3834's header, its many relatives, the null sender, and last the words of subject
    and text.
    """
    submitted = head.text("auto-submitted").lower()
    if submitted and re.split(r"[;\s(]", submitted)[0] not in {"no", ""}:
        return True
    if _has_any(head, words().headers) or _null_sender(head) or _local_part_fits(sender, words().senders):
        return True
    if submitted:  # "no": its sender says so himself
        return False
    return bool(words().subjects.search(_ANSWER.sub("", subject))) or (
        len(text) <= SHORT and bool(words().bodies.search(text))
    )


def is_bulk(head: Headers) -> bool:
    """Sent to a list, or a newsletter."""
    return _has_any(head, words().bulk)


def read_bounce(root: Entity, sender: Address | None, subject: str, text: str, raw: bytes) -> Bounce | None:
    """The delivery report that this mail is; None for any other mail, a success report included."""
    leaves = list(root.leaves()) if root.media_type == "multipart/report" else []
    status_parts = [
        leaf for leaf in leaves if leaf.media_type in ("message/delivery-status", "message/global-delivery-status")
    ]
    if status_parts:
        return _standard(status_parts, _ids(root, text))
    daemon = _local_part_fits(sender, words().daemons) or _null_sender(root.headers)
    prose = text[:MAX_PROSE]
    if not daemon or not (words().bounce.search(subject) or words().bounce.search(prose[:2000])):
        return None
    temporary, permanent = _flufl(raw)
    recipients = permanent or temporary or _named_in(prose, sender)
    status = _STATUS.search(prose)
    code = status[1] if status else None
    lasting = bool(permanent) or (not temporary and not _is_delay(code, subject, prose))
    return Bounce(recipients[:MAX_RECIPIENTS], code, lasting, _ids(root, text))


def _standard(parts: Iterable[Entity], ids: tuple[str, ...]) -> Bounce | None:
    """RFC 3464: one block for the mail, then one for each recipient."""
    rows = [row for part in parts for row in _status_rows(part.content)]
    failed = [row for row in rows if _failed(row)]
    delayed = [row for row in rows if row.text("action").lower().startswith("delayed")]
    chosen = failed or delayed
    if not chosen:
        return None
    statuses = [match[1] for row in chosen if (match := _STATUS.search(row.text("status")))]
    found = (_recipient(row) for row in chosen)
    recipients = tuple(dict.fromkeys(address for address in found if address))[:MAX_RECIPIENTS]
    return Bounce(recipients, headers.first(statuses) or None, bool(failed), ids)


def _status_rows(content: bytes) -> list[Headers]:
    rows: list[Headers] = []
    rest = content.lstrip()
    while rest and len(rows) < MAX_RECIPIENTS + 1:
        row, used = headers.split(rest)
        if used == 0:
            break
        rows.append(row)
        rest = rest[used:].lstrip()
    return [row for row in rows if row.raw("action") is not None or row.raw("final-recipient") is not None]


def _failed(row: Headers) -> bool:
    action = row.text("action").lower()
    return action.startswith("failed") or (not action and row.text("status").startswith("5"))


def _recipient(row: Headers) -> str:
    value = row.text("final-recipient") or row.text("original-recipient")
    address = value.rpartition(";")[2].strip().strip("<>")
    return address if "@" in address else ""


def _ids(root: Entity, text: str) -> tuple[str, ...]:
    """Message-IDs of the returned mail: from the mail itself, its headers, or the report's references."""
    found: list[str] = []
    for leaf in root.leaves():
        if leaf.media_type in _RETURNED_TYPES:
            found += headers.split(leaf.content)[0].ids("message-id")
    found += _ID_LINE.findall(text[:MAX_PROSE])
    found += [*root.headers.ids("in-reply-to"), *root.headers.ids("references")]
    return tuple(dict.fromkeys(found))[: headers.MAX_IDS]


def _flufl(raw: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What flufl.bounce finds: addresses that failed for now, and for good."""
    from flufl.bounce import all_failures  # seldom needed

    try:
        temporary, permanent = all_failures(email.message_from_bytes(raw[:MAX_RETURNED]))
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
    ):  # it meets any bytes that a report may hold
        return (), ()
    return _addresses(temporary), _addresses(permanent)


def _addresses(found: Iterable[bytes | str]) -> tuple[str, ...]:
    texts = (one if isinstance(one, str) else charsets.guess(one).text for one in found)
    return tuple(sorted({text for text in texts if _EMAIL.fullmatch(text)}))


def _named_in(prose: str, sender: Address | None) -> tuple[str, ...]:
    """Addresses that the report's own words name, above the returned mail."""
    head = re.split(
        r"(?im)^\s*(?:-{3,}.{0,60}(?:原|original|forwarded|headers).{0,60}|received:|return-path:)", prose, maxsplit=1
    )[0]
    own = sender.email.lower() if sender else ""
    found = dict.fromkeys(_EMAIL.findall(head))
    return tuple(one for one in found if one.lower() != own and not words().daemons.match(one.partition("@")[0]))


def _is_delay(code: str | None, subject: str, prose: str) -> bool:
    if code:
        return code.startswith("4")
    reply = _REPLY_CODE.search(prose)
    if reply:
        return reply[1] == "4"
    return bool(words().delay.search(subject) or words().delay.search(prose[:2000]))


def _has_any(head: Headers, rows: tuple[tuple[str, re.Pattern[str]], ...]) -> bool:
    present = {name for name, _ in head.fields}
    return any(name in present and pattern.search(head.text(name)) for name, pattern in rows)


def _null_sender(head: Headers) -> bool:
    value = head.raw("return-path")
    return value is not None and value.strip() == b"<>"


def _local_part_fits(sender: Address | None, pattern: re.Pattern[str]) -> bool:
    return sender is not None and pattern.match(sender.email.partition("@")[0]) is not None
