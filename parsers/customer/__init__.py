"""Who complains (客户): from the form's labels, the signature, the letterhead, the From header, in that order of trust.

Our own names, numbers and addresses are never the customer's. A mail that our own people, a fax gateway or a web form
sent on is the original sender's.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from parsers.assemble import field_of
from parsers.customer.guess import Guess
from parsers.customer.heads import add_header, handed_on, of_fax_header, of_forwarded_head, of_letterhead
from parsers.customer.labels import of_labels
from parsers.customer.seen import of_tagger, weighed
from parsers.customer.signature import of_signature
from parsers.document import Role
from parsers.nlp.candidates import View
from parsers.nlp.plain import plain
from parsers.types import CUSTOMER_FIELDS, Customer, Envelope, Field, Ours

_MAIL_PROGRAM = re.compile(r"outlook|microsoft|teams|iphone|android|foxmail|网易|邮箱大师", re.IGNORECASE)
_POST = re.compile(
    r"(?<![a-z])(?:engineer|ing[eé]nieure?|ingenieur|manager|director|buyer|inspector|supervisor|specialist|coordinator"
    r"|responsable|leiter|leiterin|technicien(?:ne)?|head of [a-z]+)(?![a-z])(?!.*\b(?:ltd|inc|gmbh|llc|co)\b)"
    r"|(?:工程师|工程師|经理|經理|主管|主任|专员|專員|课长|課長|科长|部长)$"
)
_WORTH_TELLING = 0.4
_LESS_OF_ANOTHER = 0.12


def customer_of(views: Sequence[View], envelope: Envelope | None, ours: Ours) -> Customer:
    """The customer, field by field the best proposal that is not ours."""
    guesses: list[Guess] = []
    for view in views:
        if view.part == "subject":
            continue
        guesses.extend(of_labels(view, ours))
        guesses.extend(of_signature(view, envelope, ours))
        if view.part != "body":
            guesses.extend(of_letterhead(view, ours))
        guesses.extend(of_forwarded_head(view, ours))
        guesses.extend(of_fax_header(view))
        guesses.extend(of_tagger(view, envelope, ours))
    guesses = [weighed(guess, views) for guess in guesses if not (_of_a_program(guess) or _is_no_company(guess))]
    guesses = [_of_another(guess, envelope, ours) for guess in guesses if not _is_a_name(guess, guesses)]
    found = {name: _best(name, guesses) for name in CUSTOMER_FIELDS}
    add_header(found, guesses, envelope, ours)
    return Customer(**found)


def _of_a_program(guess: Guess) -> bool:
    """Whether it is the line that a mail program signs with: "Get Outlook for iOS", 发自我的iPhone."""
    return guess.field in ("contact", "company", "location") and _MAIL_PROGRAM.search(guess.value) is not None


def _is_no_company(guess: Guess) -> bool:
    """Whether what was taken for a company is a post there (Ingénieure Qualité) or a town (74300 Cluses)."""
    if guess.field != "company":
        return False
    name = plain(guess.value)
    return _POST.search(name) is not None or re.fullmatch(r"\d{4,6}\s[^\d\s]+", name) is not None


def _is_a_name(guess: Guess, guesses: Sequence[Guess]) -> bool:
    """Whether what was taken for a place is a person, or a company called for short: Sato of Miyama."""
    if guess.field != "location":
        return False
    told = [one for one in guesses if one.field in ("company", "contact") and one.confidence >= _WORTH_TELLING]
    value = plain(guess.value)
    return any(
        value in plain(one.value).split() if one.field == "contact" else plain(one.value).startswith(value)
        for one in told
    )


def _of_another(guess: Guess, envelope: Envelope | None, ours: Ours) -> Guess:
    """Less sure of what stands in a mail that a customer passed on: he is the customer, not whom he heard it from."""
    heads = (p.start for p in guess.document.passages if p.role is Role.FORWARDED_HEAD)
    sender = envelope.sender if envelope else None
    if sender is None or guess.start < next(heads, guess.start + 1) or handed_on(sender, ours):
        return guess
    return replace(guess, confidence=round(guess.confidence - _LESS_OF_ANOTHER, 3))


def _best(name: str, guesses: Sequence[Guess]) -> Field[str] | None:
    fitting = [guess for guess in guesses if guess.field == name and guess.confidence >= _WORTH_TELLING]
    if not fitting:
        return None
    best = max(fitting, key=lambda guess: (guess.confidence, -guess.start))
    return field_of(best.document, best.value, best.start, best.end, best.confidence, best.rule)
