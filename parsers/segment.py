"""Gives every line of a mail's text its role: whose words it holds, and whether they count.

A reply's quoted mail is a QUOTE; a forwarded mail is BODY, as the complaint stands in it. Where in doubt a line is
BODY: what
is wrongly kept costs a little noise, what is wrongly cut costs the customer's words.
"""

from dataclasses import dataclass, replace

from parsers import closing
from parsers.document import Document, Passage, Role
from parsers.ours import is_our_address, known_by
from parsers.thread import Boundary, Line, boundaries, cues, is_forward, split_lines
from parsers.types import Envelope, Ours

MAX_POINTER = 160  # characters of a text that only hands on what stands below it
LITTLE = 4  # letters; a text of fewer says nothing
MAX_LINES = 30_000  # beyond them all is BODY: no person wrote that

Hints = tuple[Passage, ...]


def segment(document: Document, envelope: Envelope, ours: Ours) -> Document:
    """The document with passages that cover its whole text in order, without gaps. Passages it brings (from
    HTML) are hints.
    """
    if document.text.count("\n") > MAX_LINES:
        return replace(document, passages=(Passage(0, len(document.text), Role.BODY),))
    ours = known_by(ours, envelope)
    lines = split_lines(document.text)
    roles = _roles(document, lines, envelope, ours)
    return replace(document, passages=_passages(lines, roles))


@dataclass(slots=True)
class _Section:
    """One mail of the thread: its head (None for the mail itself) and its lines, `first` inclusive to `last`
    exclusive.
    """

    head: Boundary | None
    first: int
    last: int

    def head_is(self, kind: str) -> bool:
        """Whether it opens with a head of that kind."""
        return self.head is not None and self.head.kind == kind


def _roles(document: Document, lines: list[Line], envelope: Envelope, ours: Ours) -> list[Role]:
    forwarded = _hands_on(envelope, ours)
    found = boundaries(lines, forwarded)
    roles = [Role.BODY] * len(lines)
    top, *rest = _sections(lines, found)
    quoted = _quoted_lines(lines, document.passages)
    for one in rest:
        _mark_head(roles, one)
    handed_on = forwarded or bool(rest and rest[0].head_is("forward"))
    if not handed_on:
        _mark_reply(roles, lines, top, rest, quoted)
        answered = rest and any(roles[n] is Role.BODY and lines[n].text for n in range(rest[0].first, len(lines)))
        handed_on = not answered and _points_below(lines, top, rest, ours)
    if rest and (handed_on or not _any_body(roles, lines)):
        _mark_forward(roles, lines, rest, ours)
    _mark_closings(roles, lines, document.passages, envelope)
    return roles if _any_body(roles, lines) else _kept(roles, lines)


def _hands_on(envelope: Envelope, ours: Ours) -> bool:
    """Forwarded by its subject, or written by one of our own people: the customer's words stand below."""
    if is_forward(envelope.subject):
        return True
    return envelope.sender is not None and is_our_address(envelope.sender.email, ours)


def _sections(lines: list[Line], found: list[Boundary]) -> list[_Section]:
    ends = [*(boundary.first for boundary in found[1:]), len(lines)][: len(found)]
    top = _Section(None, 0, found[0].first if found else len(lines))
    return [top, *(_Section(boundary, boundary.last, end) for boundary, end in zip(found, ends, strict=True))]


def _quoted_lines(lines: list[Line], hints: Hints) -> list[bool]:
    """Lines with a quote mark, or inside a quote that the markup names."""
    quotes = [(hint.start, hint.end) for hint in hints if hint.role is Role.QUOTE]
    return [
        line.depth > 0 or any(start <= line.start and line.end <= end + 1 for start, end in quotes) for line in lines
    ]


def _mark_head(roles: list[Role], section: _Section) -> None:
    if section.head is not None:
        roles[section.head.first : section.head.last] = [Role.FORWARDED_HEAD] * (section.head.last - section.head.first)


def _mark_reply(roles: list[Role], lines: list[Line], top: _Section, rest: list[_Section], quoted: list[bool]) -> None:
    """Quoted mails are QUOTE; answers written between or below marked quotes stay BODY."""
    own_text = any(lines[n].text and not lines[n].depth for n in range(top.first, top.last))
    for number in range(top.first, top.last):
        if lines[number].depth > 0 and own_text:
            roles[number] = Role.QUOTE
    for section in rest:
        marked = [n for n in range(section.first, section.last) if quoted[n] and lines[n].text]
        inline = section.head_is("attribution")
        for number in range(section.first, section.last):
            answer = bool(marked) and not quoted[number] and (inline or number > marked[-1])
            roles[number] = Role.BODY if answer else Role.QUOTE


def _mark_forward(roles: list[Role], lines: list[Line], rest: list[_Section], ours: Ours) -> None:
    """The forwarded mail is BODY, and what it forwards itself; the thread below it is QUOTE."""
    open_ = True
    for place, section in enumerate(rest):
        if not open_:
            roles[section.first : section.last] = [Role.QUOTE] * (section.last - section.first)
            continue
        head = section.head
        own = head is not None and bool(head.sender) and is_our_address(head.sender, ours)
        deeper = place + 1 < len(rest) and rest[place + 1].head_is("forward")
        open_ = own or deeper or not _says(lines, section) or (head is not None and is_forward(head.subject))
        roles[section.first : section.last] = [Role.BODY] * (section.last - section.first)
        _quote_deeper(roles, lines, section)


def _quote_deeper(roles: list[Role], lines: list[Line], section: _Section) -> None:
    """Inside a forwarded mail: lines with more quote marks than its own text."""
    depths = [lines[n].depth for n in range(section.first, section.last) if lines[n].text]
    base = min(depths, default=0)
    for number in range(section.first, section.last):
        if lines[number].depth > base:
            roles[number] = Role.QUOTE


def _says(lines: list[Line], section: _Section) -> bool:
    """Whether a section holds words beyond a signature's."""
    texts = [lines[n].text for n in range(section.first, section.last)]
    start = closing.signature_start(texts, "")
    own = texts if start is None else texts[:start]
    return sum(char.isalnum() for text in own for char in text) >= LITTLE


def _points_below(lines: list[Line], top: _Section, rest: list[_Section], ours: Ours) -> bool:
    """A short text that says: see below. Below our own mail that counts only where it says that answers stand in it."""
    text = " ".join(lines[n].text for n in range(top.first, top.last))
    if len(text) > MAX_POINTER or not rest:
        return False
    head = rest[0].head
    own = head is not None and bool(head.sender) and is_our_address(head.sender, ours)
    return cues().inside.search(text) is not None or (not own and cues().pointer.search(text) is not None)


def _mark_closings(roles: list[Role], lines: list[Line], hints: Hints, envelope: Envelope) -> None:
    """Signatures and disclaimers inside each run of body lines."""
    name = envelope.sender.name if envelope.sender else ""
    named = [(hint.start, hint.end) for hint in hints if hint.role is Role.SIGNATURE]
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and roles[end] is Role.BODY:
            end += 1
        if end > start:
            _mark_run(roles, lines, start, end, name, named)
        start = max(end, start + 1)


def _mark_run(
    roles: list[Role], lines: list[Line], start: int, end: int, name: str, named: list[tuple[int, int]]
) -> None:
    texts = [line.text for line in lines[start:end]]
    found = closing.roles(texts, name)
    hinted = [any(left <= line.start and line.end <= right + 1 for left, right in named) for line in lines[start:end]]
    if any(text and not hint for text, hint in zip(texts, hinted, strict=True)):
        found = [
            Role.SIGNATURE if hint and role is Role.BODY else role for role, hint in zip(found, hinted, strict=True)
        ]
    roles[start:end] = found


def _any_body(roles: list[Role], lines: list[Line]) -> bool:
    return any(role is Role.BODY and line.text for role, line in zip(roles, lines, strict=True))


def _kept(roles: list[Role], lines: list[Line]) -> list[Role]:
    """No line was left as body: quotes and disclaimers may not count, so the first other lines do."""
    order = (Role.SIGNATURE, Role.QUOTE, Role.DISCLAIMER, Role.FORWARDED_HEAD)
    for wanted in order:
        if any(role is wanted and line.text for role, line in zip(roles, lines, strict=True)):
            return [Role.BODY if role is wanted else role for role in roles]
    return roles


def _passages(lines: list[Line], roles: list[Role]) -> tuple[Passage, ...]:
    """Runs of one role; blank lines go with what stands before them."""
    out: list[Passage] = []
    for line, role in zip(lines, roles, strict=True):
        if out and (out[-1].role is role or not line.text):
            out[-1] = replace(out[-1], end=line.end)
        else:
            out.append(Passage(line.start, line.end, role))
    return tuple(out)
