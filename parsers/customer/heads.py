"""The customer as what stands above a text names it: a fax machine's line, a letterhead, a forwarded head, From."""

import re
from collections.abc import Iterator, Sequence

from parsers.customer.companies import companies
from parsers.customer.guess import MAX_TEXT, PHONE, Guess, patterns
from parsers.customer.persons import person_in
from parsers.customer.places import located
from parsers.document import Role
from parsers.nlp.candidates import View, lines
from parsers.nlp.plain import plain
from parsers.ours import is_our_address, is_our_name
from parsers.types import Address, Envelope, Field, Ours, Source

_TIME = re.compile(
    r"\d{1,4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,4}日?|[A-Z]{3}[-. ]\d{1,2}[-. ,]{1,2}\d{2,4}"
    r"|\d{1,2}\s?[:：]\s?\d{2}(?:[:：]\d{2})?",
    re.IGNORECASE,
)


def of_fax_header(view: View) -> Iterator[Guess]:
    """The number that the sender's machine prints at the top of each page: it is the customer's own, whatever numbers
    the letter names.
    """
    for passage in view.document.passages:
        if passage.role is not Role.FAX_HEADER:
            continue
        line = view.text[passage.start : passage.end]
        dated = _TIME.sub(lambda time: " " * len(time.group()), line)
        number = PHONE.search(dated)
        if number is not None and sum(sign.isdigit() for sign in number.group()) >= 7:
            start, end = passage.start + number.start(), passage.start + number.end()
            yield Guess("fax", view.text[start:end].strip(), view.document, start, end, 0.94, "fax_header")


def of_letterhead(view: View, ours: Ours) -> Iterator[Guess]:
    """The company printed at the top of a form, if it is not ours; the address beside it."""
    for start, end in lines(view.whole[:2000])[:6]:
        line = view.whole[start:end]
        if is_our_name(line, ours) or re.match(r"(?:供应商|供方|致|to|supplier|乙方)", line):
            return
        yield from companies(view, start, end, None, ours, 0.74)
        place = re.search(patterns()["place"].pattern, line)
        if place and "公司" not in place.group():
            yield located(view, start + place.start(), start + place.end(), 0.66)


_FROM = re.compile(
    r"(?:发件人|寄件者|from|de|von)\s?:\s?(?P<name>[^<\n@]{0,60}?)\s?[<\[(]?(?:mailto:)?(?P<email>[\w.+-]{1,64}@[\w.-]{3,100})"
)


def of_forwarded_head(view: View, ours: Ours) -> Iterator[Guess]:
    """The original sender above a mail that was passed on."""
    folded = plain(view.text[:MAX_TEXT])
    for passage in view.document.passages:
        if passage.role is not Role.FORWARDED_HEAD or passage.end > MAX_TEXT:
            continue
        head = _FROM.search(folded, passage.start, passage.end)
        followed = any(p.role is Role.BODY and p.start >= passage.end for p in view.document.passages)
        if head and followed and not is_our_address(head["email"], ours):
            yield Guess(
                "email",
                view.text[slice(*head.span("email"))],
                view.document,
                *head.span("email"),
                0.85,
                "forwarded_head",
            )
            name = view.text[slice(*head.span("name"))].strip(" \"'")
            if name and not is_our_name(name, ours):
                begin = view.text.find(name, *head.span("name"))
                yield Guess("contact", name, view.document, begin, begin + len(name), 0.6, "forwarded_head")


def handed_on(sender: Address, ours: Ours) -> bool:
    """Whether who sent the mail is not who complains: one of our people, a fax gateway, a web form."""
    machine = patterns()["gateway"].search(plain(f"{sender.email} {sender.name}"))
    return is_our_address(sender.email, ours) or machine is not None


def writer_of(envelope: Envelope | None, inside: Sequence[Envelope], ours: Ours) -> Envelope | None:
    """The head of the mail in which the customer writes: the first of those that came as files and are nobody's of
    ours, where our people or a gateway sent it on so; else the mail's own.
    """
    if envelope is None or (envelope.sender is not None and not handed_on(envelope.sender, ours)):
        return envelope
    written = (one for one in inside if one.sender is not None and not handed_on(one.sender, ours))
    return next(written, envelope)


def add_header(
    found: dict[str, Field[str] | None], guesses: Sequence[Guess], envelope: Envelope | None, ours: Ours
) -> None:
    """The From header: its address is the customer's unless our people or a gateway sent the mail on."""
    sender = envelope.sender if envelope is not None else None
    if sender is None or not sender.email:
        return
    if handed_on(sender, ours):
        return
    found["email"] = _header(sender.email, 0.95)
    name = sender.name.strip(" \"'")
    if found["contact"] is None and name and not is_our_name(name, ours):
        person = person_in(name)
        found["contact"] = _header(person, 0.7) if person else None
    company = patterns()["chinese"].search(plain(name))
    if found["company"] is None and company and not is_our_name(name, ours):
        found["company"] = _header(name[company.start() : company.end()], 0.6)


def _header(value: str, certain: float) -> Field[str]:
    return Field(value, value, certain, Source("from", 1, 0, len(value)), "from_header")
