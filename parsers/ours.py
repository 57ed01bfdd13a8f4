"""Who we are, as far as a mail shows it; whether a name or an address is ours, or a domain everybody's."""

import re
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path

from parsers.nlp.plain import plain
from parsers.types import Envelope, Ours


def known_by(ours: Ours, envelope: Envelope | None) -> Ours:
    """`ours`; where it knows no address and no domain, we are whom the mail is written to.

    A domain that the sender shares with some of those it is written to, but not with all, is the sender's.
    """
    if envelope is None or ours.addresses or ours.domains:
        return ours
    to = {one.email: domain_of(one.email) for one in envelope.to if one.email}
    theirs = domain_of(envelope.sender.email) if envelope.sender else ""
    if set(to.values()) != {theirs}:
        to = {address: domain for address, domain in to.items() if domain != theirs}
    return replace(ours, addresses=tuple(to), domains=tuple(sorted({*to.values()} - free_mail_domains())))


def is_our_address(email: str, ours: Ours) -> bool:
    """Whether it is one of our addresses, or at a domain of ours."""
    known = {address.lower() for address in ours.addresses}
    return email.lower() in known or domain_of(email) in {domain.lower() for domain in ours.domains}


def domain_of(email: str) -> str:
    """In lower case; "" where there is none."""
    return email.lower().rpartition("@")[2]


@cache
def free_mail_domains() -> frozenset[str]:
    """Mail domains that are everybody's: two addresses of one say nothing of each other."""
    table = tomllib.loads((Path(__file__).parent / "words" / "free_mail.toml").read_text("utf-8"))
    return frozenset(table["free_mail"])


def is_our_name(text: str, ours: Ours) -> bool:
    """Whether a company's name is one of ours, in either script, with or without its legal form."""
    name = _core(text)
    return any(len(own) >= 2 and (own in name or (len(name) >= 3 and name in own)) for own in map(_core, ours.names))


def _core(name: str) -> str:
    folded = re.sub(r"[\s()（）,.&·'-]", "", plain(name))
    return re.sub(r"(?:股份|有限|责任|公司|集团|coltd|ltd|limited|inc|gmbh|llc|corporation|corp|co$)", "", folded)
