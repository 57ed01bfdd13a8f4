"""A guarded alternation finds what the bare one finds."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.nlp.starts import guarded

ROWS = [
    "ab|c[de]?f",
    r"(?<![a-z])x{0,2}y",
    r"\d+ ?(?:mm|kg)",
    "(?:退|换){1,3}货",
    "[^a]z",
    ".q",
    r"(?:a|b)?",
    r"[\]\-^a-c]k",
    r"\s(?=n)n",
    "(?!no)n.",
]


@pytest.mark.parametrize("row", ROWS)
@given(text=st.text("abcdefkmgnoqxyz退换货0 1]-^\n", max_size=30))
def test_a_guarded_row_matches_where_the_row_does(row: str, text: str) -> None:
    assert [m.span() for m in re.finditer(guarded([row]), text)] == [m.span() for m in re.finditer(row, text)]


@given(text=st.text("abcdefkmgnoqxyz退换货0 1]-^", max_size=30))
def test_rows_together_match_where_one_of_them_does(text: str) -> None:
    found = bool(re.search(guarded(ROWS[:6]), text))
    assert found == any(re.search(row, text) for row in ROWS[:6])
