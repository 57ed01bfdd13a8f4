"""What a mail address tells: whether it is one, whether it is ours, whether anybody reads it."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from parsers.ours import domain_of, free_mail_domains

_TABLE = Path(__file__).with_name("addresses.toml")
# One address, nothing around it: no spaces, no line breaks, no second address. Lengths: RFC 5321 §4.5.3.1.
_WORD = r"[^\s@<>,;:\"()\[\]\\\x00-\x20\x7f]"
_LABEL = r"[^\s@<>,;:\"()\[\]\\./\x00-\x20\x7f]"
_ADDRESS = re.compile(rf"{_WORD}{{1,64}}@(?:{_LABEL}{{1,63}}\.){{1,20}}{_LABEL}{{2,63}}")
_MOST_CHARACTERS = 254


def is_address(text: str) -> bool:
    """Whether a text is one mail address and nothing else."""
    return len(text) <= _MOST_CHARACTERS and _ADDRESS.fullmatch(text) is not None


def is_ours(address: str, ours: frozenset[str]) -> bool:
    """Whether an address is one of `ours` (lower case), with a sub-address (quality+x@…) or without."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local}@{domain}" in ours or f"{local.partition('+')[0]}@{domain}" in ours


def is_colleague(address: str, ours: frozenset[str]) -> bool:
    """Whether an address is one of `ours`, or another at a mail domain that is ours alone."""
    own_domains = {domain_of(one) for one in ours} - free_mail_domains()
    return is_ours(address, ours) or domain_of(address) in own_domains


def is_no_reply(address: str) -> bool:
    """Whether nobody reads mail to an address: no-reply, mailer-daemon, postmaster, bounces …"""
    local = address.lower().rpartition("@")[0]
    return _no_reply().fullmatch(local) is not None


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))


@cache
def _no_reply() -> re.Pattern[str]:
    """The words, alone or as a whole part of a longer local part, and the forms."""
    words = "|".join(map(re.escape, _table()["no_reply"]))
    forms = "|".join(_table()["no_reply_patterns"])
    return re.compile(rf"(?:.{{1,60}}[._+-])?(?:{words})(?:[._+-].{{1,200}})?|{forms}")
