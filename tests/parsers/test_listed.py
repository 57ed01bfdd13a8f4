"""Lists: where their items begin and end."""

import pytest

from parsers.document import Document
from parsers.grouping import groups_of
from parsers.nlp.candidates import Candidate, View
from parsers.nlp.listed import items_in
from parsers.nlp.plain import plain


def items(text: str) -> list[str]:
    return [text[start:end].strip() for start, end in items_in(plain(text), text)]


@pytest.mark.parametrize(
    "marks", [("1)", "2)"), ("-", "-"), ("(a)", "(b)"), ("①", "②"), ("2 x", "14 x"), ("一、", "二、")]
)
def test_items_of_lines_end_with_their_lines(marks: tuple[str, str]) -> None:
    one, other = marks
    text = f"Two things:\n{one} kettle: leaks\n{other} toaster: sparks\nThe rest is fine.\n\nRegards"
    assert items(text) == [f"{one} kettle: leaks", f"{other} toaster: sparks"]


def test_the_last_item_of_several_lines_goes_on_up_to_an_empty_line() -> None:
    text = "1. kettle\nit leaks\n2. toaster\nit sparks\n\nRegards"
    assert items(text) == ["1. kettle\nit leaks", "2. toaster\nit sparks"]


def test_one_mark_is_no_list() -> None:
    assert items("- kettle: leaks\nThanks") == []


@pytest.mark.parametrize(("sure", "items_told"), [(0.6, 2), (0.2, 2), (0.05, 0)])
def test_a_list_speaks_for_names_that_are_not_sure_by_themselves(sure: float, items_told: int) -> None:
    text = "- hinge: no pin\n- latch: broken"

    def said(field: str, words: str, weight: float) -> Candidate:
        start = text.index(words)
        return Candidate(field, words, "body", start, start + len(words), weight, "tagged")

    found = [said("product", "hinge", 0.8), said("defect", "no pin", 0.9)]
    found += [said("product", "latch", sure), said("defect", "broken", 0.9)]
    groups = groups_of(found, {"body": View.of(Document("body", text), 0.0)})
    assert len(groups) == items_told
