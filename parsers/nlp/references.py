"""The customer's own numbers (投诉单号, NCR no.): what a label calls so is no model and no batch, wherever it is."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from parsers.nlp.candidates import Candidate, View
from parsers.nlp.plain import plain

_NUMBER = re.compile(r"(?=\S*\d)[^\s,;，；、()（）]{5,40}")


def without_references(found: Iterable[Candidate], views: Sequence[View]) -> Iterator[Candidate]:
    """The proposals but those of a model or batch that a label elsewhere gives as a document's number."""
    numbers = set(_numbers(views))
    for one in found:
        if one.field == "model" and plain(str(one.value)) in numbers:
            continue
        if one.field == "batch" and isinstance(one.value, tuple):
            kept = tuple(batch for batch in one.value if plain(str(batch)) not in numbers)
            if not kept:
                continue
            one = replace(one, value=kept) if kept != one.value else one
        yield one


def _numbers(views: Sequence[View]) -> Iterator[str]:
    """All that labels give so, but what another label gives as a model, a batch or an order."""
    otherwise = {
        plain(view.text[pair.start : pair.end]).strip()
        for view in views
        for pair in view.pairs
        if pair.label in ("model", "part_no", "batch", "order_no")
    }
    for view in views:
        for pair in view.pairs:
            if pair.label == "customer_ref":
                number = _NUMBER.search(plain(view.text[pair.start : pair.end]))
                if number and number.group() not in otherwise:
                    yield number.group()
