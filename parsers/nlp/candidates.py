"""What the components of the pipeline hand on: proposals for a field, each with its place, its weight and who proposed it.

A rule and a trained model write the same `Candidate`; assembly ranks them whatever their origin.
"""  # noqa: E501

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from parsers.document import Document, Role
from parsers.nlp.plain import plain

# What may be read for the complaint itself; a signature only tells of the customer.
_READ = frozenset({Role.BODY})
_READ_FOR_CUSTOMER = frozenset({Role.BODY, Role.SIGNATURE})


# no word, code or number is this long: what is (base64, a bomb) is not read, so that no pattern walks along it
_RUN = re.compile(r"[!-~]{300,}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposal: `field` is a field of Item, Customer or Reading; `text[start:end]` of part `part` says `value`.

    `weight` is how much the rule is to be trusted by itself, 0 to 1. Candidates of one `group` (a table row, a list item, a
    section) speak of one item; None speaks of all.
    """  # noqa: E501

    field: str
    value: object
    part: str
    start: int
    end: int
    weight: float
    rule: str
    group: str | None = None
    unit: str | None = None
    certain: float | None = None  # how often such a value, once chosen, was right; None where the judge does not know


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and what stands beside or below it: `label` names what the words mean (`labels.toml`)."""

    label: str
    start: int  # of the value
    end: int
    key_start: int
    group: str | None = None
    rule: str = "label"


@dataclass(slots=True)
class View:
    """A document made ready for the rules: folded, with everything blanked that is not the customer's own words.

    `plain` holds what may be read for the complaint, `whole` also the signature. Both are as long as the text itself.
    """

    document: Document
    trust: float  # how much a statement in this part weighs against the same in another: form, body, subject
    text: str = ""
    plain: str = ""
    whole: str = ""
    pairs: list[Pair] = field(default_factory=list)
    senders: list[Candidate] = field(default_factory=list)  # what the tagger says of the customer

    @classmethod
    def of(cls, document: Document, trust: float) -> "View":
        text = document.text
        folded = _RUN.sub(lambda run: "\n" * len(run.group()), plain(text))
        return cls(document, trust, text, _only(folded, document, _READ), _only(folded, document, _READ_FOR_CUSTOMER))

    @property
    def part(self) -> str:
        return self.document.part


def _only(folded: str, document: Document, roles: frozenset[Role]) -> str:
    """`folded` with the passages of other roles blanked by line ends: same length, same offsets."""
    pieces: list[str] = []
    at = 0
    for passage in sorted(document.passages, key=lambda passage: passage.start):
        if passage.role in roles or passage.end <= at:
            continue
        start = max(passage.start, at)
        pieces.append(folded[at:start])
        pieces.append("\n" * (passage.end - start))
        at = passage.end
    pieces.append(folded[at:])
    return "".join(pieces)


def lines(text: str) -> Sequence[tuple[int, int]]:
    """Start and end of each line that holds something, without the white space around it."""
    found: list[tuple[int, int]] = []
    at = 0
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped:
            start = at + line.index(stripped[0])
            found.append((start, start + len(stripped)))
        at += len(line) + 1
    return found
