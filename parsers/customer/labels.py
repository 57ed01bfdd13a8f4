"""The customer as a form's labels name it: 客户名称, 联系人, Phone."""

import re
from collections.abc import Iterator

from parsers.customer.guess import EMAIL, PHONE, Guess, phones
from parsers.nlp.candidates import View
from parsers.nlp.plain import plain
from parsers.nlp.values import is_blank
from parsers.ours import is_our_address, is_our_name
from parsers.types import Ours


def of_labels(view: View, ours: Ours) -> Iterator[Guess]:
    wanted = {"company", "contact", "phone", "fax", "phone_fax", "email", "location"}
    for pair in view.pairs:
        text = view.text[pair.start : pair.end]
        if (
            pair.label not in wanted
            or not view.whole[pair.start : pair.end].strip()
            or is_blank(text)
            or len(text) > 160
        ):
            continue
        yield from _labelled(view, pair.label, pair.start, pair.end, 0.93 if view.part != "body" else 0.91, ours)


def _labelled(view: View, label: str, start: int, end: int, certain: float, ours: Ours) -> Iterator[Guess]:
    text = view.text[start:end]
    rule = f"label:{label}"
    if label in ("phone", "fax", "phone_fax", "location") and of_our_address(view, start, ours):
        return
    if label in ("phone", "fax", "phone_fax"):
        names = ("phone", "fax") if label == "phone_fax" else (label,)
        for name, number in zip(names, [*phones(view.whole, start, end)] * 2, strict=False):
            yield Guess(name, view.text[number[0] : number[1]], view.document, *number, certain, rule)
    elif label == "email":
        address = EMAIL.search(text)
        if address and not is_our_address(address.group(), ours):
            yield Guess(
                "email", address.group(), view.document, start + address.start(), start + address.end(), 0.8, rule
            )
    elif label == "company":
        if not is_our_name(text, ours) and not PHONE.fullmatch(plain(text)):
            first, last = _upto(view.whole, start, end, r"[,;|\n]|\s{2,}|联系人|电话")
            yield Guess("company", view.text[first:last], view.document, first, last, certain, rule)
    elif label == "contact":
        first, last = _upto(view.whole, start, end, r"[,;|\n/(]|\s{2,}|电话|\d{5}|\s\+?\d{2}|tel")
        if 1 < last - first <= 40 and not is_our_name(view.text[first:last], ours):
            yield Guess("contact", view.text[first:last], view.document, first, last, certain, rule)
    else:
        first, last = _upto(view.whole, start, end, r"[;|\n]|\s{2,}|电话|tel")
        yield Guess("location", view.text[first:last].strip(), view.document, first, last, certain - 0.08, rule)


def _upto(text: str, start: int, end: int, stop: str) -> tuple[int, int]:
    found = re.search(stop, text[start:end])
    last = start + found.start() if found and found.start() > 1 else end
    return start, start + len(text[start:last].rstrip(" .,:;"))


def of_our_address(view: View, place: int, ours: Ours) -> bool:
    """Whether our own name stands right above: the letterhead of our own form."""
    above = view.text[max(0, place - 120) : place]
    return any(len(name) >= 4 and name in above for name in ours.names)
