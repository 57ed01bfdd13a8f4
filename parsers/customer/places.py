"""Where the customer is (地址), as a line of a signature or a letterhead says it."""

import re
from collections.abc import Iterator
from dataclasses import replace

from parsers.customer.guess import EMAIL, PHONE, Guess, patterns, phones
from parsers.customer.labels import of_our_address
from parsers.nlp.candidates import View
from parsers.types import Ours

_STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR"
    " PA PR RI SC SD TN TX UT VT VA WA WV WI WY AB BC MB NB NL NS ON PE QC SK"
)
_IN_AMERICA = re.compile(
    r"(?:^|[|·•]\s?|,\s|\s-\s)([A-Z][\w.'-]{1,20}(?:\s[A-Z][\w.'-]{1,20}){0,2},? "
    rf"(?:{'|'.join(_STATES.split())})(?:\s\d{{5}}(?:-\d{{4}})?)?)"
    r"(?=\s*(?:$|[|·•,;\n-]))",
    re.MULTILINE,
)
"""Town and state or province, as in Duluth, MN 55802."""


def place(view: View, start: int, end: int, ours: Ours) -> Iterator[Guess]:
    line = view.whole[start:end]
    if EMAIL.search(line) or of_our_address(view, start, ours):
        return
    stripped = re.sub(r"^(?:地址|add(?:ress)?)\s?[:.]?\s*", "", line)
    offset = start + len(line) - len(stripped)
    place = patterns()["place"].match(stripped)
    if (
        place
        and not re.match(r"[\u3400-\u9fff]{0,20}(?:公司|厂)", stripped[place.end() - 1 :])
        and "公司" not in place.group()
    ):
        yield located(view, offset, offset + place.end(), 0.78)
        return
    after = re.search(
        r"(?:\s-\s|,\s)([a-z][a-z .'-]{2,30}(?:/[a-z]{2}|,\s[a-z ]{2,20}|\s\([a-z ]{2,20}\))?)$", stripped
    )
    beside = re.search(
        rf"(?<![a-z]){patterns()['latin'].pattern}(?:,|\s-|\s[|/])\s(?P<place>[a-z0-9].{{2,60}})$", stripped
    )
    if beside and _is_place(beside["place"]):
        first, last = beside.span("place")
        yield replace(located(view, offset + first, offset + last, 0.93), rule="beside_company")
        return
    town = _IN_AMERICA.search(view.text, start, end)
    if town:
        yield replace(located(view, *town.span(1), 0.84), rule="town_and_state")
        return
    street = patterns()["street"].search(stripped) and re.search(r"[,，]|\d", stripped) and len(stripped) < 100
    if street and not PHONE.fullmatch(stripped) and re.search(r"[a-z]{4}", stripped):
        dash = re.search(r"\s-\s", stripped)
        begin = offset + (dash.end() if dash else 0)
        phone = phones(view.whole, begin, end)
        yield located(view, begin, phone[0][0] if phone else end, 0.66)
    elif after and not re.fullmatch(patterns()["latin"].pattern + r"\W*", after[1]) and len(stripped.split()) <= 9:
        yield located(view, offset + after.start(1), offset + after.end(1), 0.6)


def _is_place(words: str) -> bool:
    """Whether what stands behind a company on its line of the signature may be where it is: no post, no number."""
    named = re.fullmatch(patterns()["department"].pattern, words) or re.search(
        rf"(?<![a-z])(?:{patterns()['title'].pattern}|{patterns()['latin'].pattern})(?![a-z])|@|www\.|https?:", words
    )
    return named is None and PHONE.search(words) is None and re.search("[a-z]{3}", words) is not None


def located(view: View, start: int, end: int, certain: float) -> Guess:
    value = view.text[start:end].strip(" ,;-|")
    begin = start + view.text[start:end].find(value)
    return Guess("location", value, view.document, begin, begin + len(value), certain, "signature")
