"""Lists: where their items begin and end."""

import pytest

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
