"""What mail servers say, in words for people: a table of status codes (RFC 5321 §4.2, RFC 3463) and what to do."""

import re

_ENHANCED = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b")
_CONTROL = re.compile(r"[^\x20-\x7e\u00a0-\uffff]+")
_SIGN_IN = frozenset({530, 534, 535, 538})

# (enhanced status begins with, or reply code) → what to do. The first row that fits counts.
REMEDIES: tuple[tuple[str, str], ...] = (
    ("5.1.1", "The mailbox does not exist: find the receiver's right address and send the letter again."),
    ("5.1.2", "The receiver's mail domain does not exist: correct the address and send the letter again."),
    ("5.1.3", "The address is malformed: correct it and send the letter again."),
    ("5.1.6", "The mailbox has moved: ask the receiver for the new address."),
    ("5.1.7", "The server refuses our own address: correct [company] address, or allow it for the user in [sender]."),
    ("5.1.8", "The server refuses our own mail domain: correct [company] address."),
    ("5.1.10", "The receiver's domain takes no mail: find another address."),
    ("5.2.1", "The mailbox is closed: find another address of the receiver."),
    ("5.2.2", "The receiver's mailbox is full: reach him another way, and send the letter again later."),
    ("5.2.3", "The letter is too large for the receiver: send it with smaller or fewer attachments."),
    ("5.3.4", "The letter is too large for the server: send it with smaller or fewer attachments."),
    ("5.4", "The receiver's mail domain cannot be reached: check the address, then send the letter again."),
    (
        "5.6",
        "The server does not understand the letter's form: send it without its attachments, and report this answer.",
    ),
    ("5.7.1", "The server refuses mail from us: ask our mail administrator (relaying, SPF, DKIM, block lists)."),
    ("5.7", "The server refuses mail from us: ask our mail administrator (SPF, DKIM, DMARC, block lists)."),
    ("550", "The address or our mail is refused: check the receiver's address, and read the server's answer."),
    ("551", "The mailbox has moved: ask the receiver for the new address."),
    (
        "552",
        "The mailbox is full or the letter too large: send smaller attachments, or reach the receiver another way.",
    ),
    ("553", "The address is not allowed: correct it and send the letter again."),
    ("554", "The server refuses the letter: read its answer, and ask our mail administrator."),
    ("5", "Read the server's answer, mend what it names, and send the letter again."),
)


def said(code: int, text: bytes | str) -> str:
    """`550 5.1.1 no such user`: an answer on one line, of bounded length."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {_CONTROL.sub(' ', words)}".strip()[:300]


def is_sign_in(code: int) -> bool:
    """Whether the server asks that we sign in, or no longer believes us: the settings are wrong, not the letter."""
    return code in _SIGN_IN


def remedy_for(code: int, text: bytes | str) -> str:
    """What a person can do about a permanent refusal."""
    words = said(code, text)
    found = _ENHANCED.search(words)
    return next(remedy for start, remedy in REMEDIES if _fits(start, code, found[0] if found else ""))


def _fits(start: str, code: int, enhanced: str) -> bool:
    if "." not in start:
        return str(code).startswith(start)
    return enhanced == start or enhanced.startswith(f"{start}.")
