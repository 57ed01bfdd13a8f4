"""The customer as the signature (签名) names it; where none is marked, as the text's last short lines do."""

import re
from collections.abc import Iterator

from parsers.customer.companies import companies
from parsers.customer.guess import EMAIL, MAX_TEXT, Guess, phones
from parsers.customer.persons import person
from parsers.customer.places import place
from parsers.document import Role
from parsers.nlp.candidates import View, lines
from parsers.ours import is_our_address
from parsers.types import Envelope, Ours

_SIGNATURE_LINES = 12
_PHONE_LABEL = re.compile(
    r"(?:电话|手机|tel|phone|mobile|mob|cell|座机|联系方式|ph|t|m|tlf|tél|whatsapp|fon|telephone|热线)[\s.:/]{0,4}$"
)
_FAX_LABEL = re.compile(r"(?:传真|fax|telefax|f)[\s.:]{0,4}$")


def of_signature(view: View, envelope: Envelope | None, ours: Ours) -> Iterator[Guess]:
    spans = _signature(view)
    sender = envelope.sender if envelope else None
    for position, (start, end) in enumerate(spans):
        last = position >= len(spans) - 5
        yield from companies(view, start, end, sender, ours, 0.84 if last else 0.7)
        yield from _numbers(view, start, end)
        yield from place(view, start, end, ours)
        yield from person(view, start, end, envelope, ours)
        for address in EMAIL.finditer(view.whole[start:end]):
            if not is_our_address(address.group(), ours):
                yield Guess(
                    "email",
                    view.text[start + address.start() : start + address.end()],
                    view.document,
                    start + address.start(),
                    start + address.end(),
                    0.6,
                    "signature",
                )


def _signature(view: View) -> list[tuple[int, int]]:
    """The lines of the signature; where none is marked, the last lines of the text that are short."""
    marked = [(p.start, p.end) for p in view.document.passages if p.role is Role.SIGNATURE]
    found = [
        (start + a, start + b) for start, end in marked for a, b in lines(view.whole[start : min(end, start + 3000)])
    ]
    if found:
        return found[: 2 * _SIGNATURE_LINES]
    tail = lines(view.whole[:MAX_TEXT])[-_SIGNATURE_LINES:] if view.part == "body" else []
    return [(start, end) for start, end in tail if end - start <= 90]


def _numbers(view: View, start: int, end: int) -> Iterator[Guess]:
    for number, (first, last) in enumerate(phones(view.whole, start, end)):
        before = view.whole[max(start, first - 12) : first]
        fax = _FAX_LABEL.search(before) and not _PHONE_LABEL.search(before)
        certain = 0.86 if _PHONE_LABEL.search(before) or fax else 0.78
        value = view.text[first:last].strip()
        yield Guess("fax" if fax else "phone", value, view.document, first, last, certain - 0.02 * number, "signature")
