"""The customer as the trained tagger sees it, and what its word adds to the rules' guesses."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from parsers.customer.guess import PHONE, Guess
from parsers.nlp.candidates import View
from parsers.nlp.plain import plain
from parsers.ours import is_our_name
from parsers.types import Envelope, Ours

_TO_US = re.compile(
    r"(?:^|[\s,;(])(?:to|attn|dear|致|供方|供应商|乙方|卖方|收件人|收件单位|受文者|敬启者|尊敬的)\s*[:.,]?\s*$"
)
_LIKELY, _SEEN = 0.5, 0.1  # of the tagger's own proposals: to be told, and to support a rule's guess
_TAGGED_LEAST, _TAGGED_MOST = 0.45, 0.965  # confidence of one: its probability, between these
_AGREED, _DISPUTED = 0.07, 0.2  # what the tagger's word adds to a rule's guess, and takes from it
_UNSEEN = 0.45  # taken from a name or place that only a line of the signature suggests, and the tagger does not see


def of_tagger(view: View, envelope: Envelope | None, ours: Ours) -> Iterator[Guess]:
    """The names and numbers that the tagger finds likely, wherever in the text they stand. Where a person's name and a
    company's share a line without a sign between them, it may take both for the company's.
    """
    sender = envelope.sender.name.strip() if envelope and envelope.sender else ""
    for mark in view.senders:
        words = str(mark.value)
        number = mark.field in ("phone", "fax")
        if mark.weight < _LIKELY or is_our_name(words, ours) or bool(PHONE.search(plain(words))) != number:
            continue
        if _addressed(view, mark.start, mark.end):
            continue
        certain = _TAGGED_LEAST + (_TAGGED_MOST - _TAGGED_LEAST) * mark.weight
        start = mark.start
        if sender and mark.field == "company" and words.startswith(f"{sender} "):
            start += len(sender) + 1
        yield Guess(mark.field, view.text[start : mark.end], view.document, start, mark.end, certain, "tagged")


def _addressed(view: View, start: int, end: int) -> bool:
    """Whether the words name whom the mail is for: behind To, 供方, 致, Dear, or in such a field of a form."""
    if any(pair.label == "supplier" and pair.start < end and start < pair.end for pair in view.pairs):
        return True
    line = view.whole[max(0, start - 24) : start].rpartition("\n")[2]
    return _TO_US.search(line) is not None


def weighed(guess: Guess, views: Sequence[View]) -> Guess:
    """A rule's guess, surer where the tagger sees the same in these words, less sure where it sees something else."""
    if guess.rule == "tagged":
        return guess
    same = other = 0.0
    for view in views:
        if view.document is not guess.document:
            continue
        for mark in view.senders:
            if mark.start < guess.end and guess.start < mark.end:
                same = max(same, mark.weight if mark.field == guess.field else 0.0)
                other = max(other, mark.weight if mark.field != guess.field else 0.0)
    certain = guess.confidence + _AGREED * same - _DISPUTED * max(0.0, other - same)
    if guess.rule == "signature" and guess.field in ("contact", "location") and same < _SEEN:
        certain -= _UNSEEN
    return replace(guess, confidence=round(min(0.99, certain), 3))
