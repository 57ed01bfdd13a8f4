"""Folding: one shape for the many, and the way back."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.normal.text import fold, matching, simplify


@pytest.mark.parametrize(
    ("text", "folded"),
    [("３．５％", "3.5%"), ("A–B—C", "A-B-C"), ("批号﹕1", "批号:1"), ("a\u3000b\u00a0c", "a b c"), ("M12×1.5", "M12x1.5"), ("5㎜", "5mm"), ("批\u200b号", "批号"), ("“x”", '"x"'), ("①", "1")],
)  # fmt: skip
def test_variants_of_a_sign_fold_to_one(text: str, folded: str) -> None:
    assert fold(text).text == folded


@pytest.mark.parametrize(
    ("text", "simplified"),
    [("批號數量", "批号数量"), ("兩萬個臺灣", "两万个台湾"), ("退貨換貨", "退货换货"), ("plain", "plain")],
)
def test_traditional_reads_as_simplified_one_for_one(text: str, simplified: str) -> None:
    assert fold(text, simplify=True).text == simplified
    assert simplify(text) == simplified


def test_a_span_of_an_expanded_sign_leads_back_to_the_whole_sign() -> None:
    folded = fold("厚 5㎜。")
    place = folded.text.index("m")
    assert folded.original[slice(*folded.span(place, place + 1))] == "㎜"


@given(st.text(max_size=60))
def test_folding_keeps_order_and_stays_inside(text: str) -> None:
    for folded in (fold(text), fold(text, simplify=True), matching(text)):
        spans = [folded.span(i, i + 1) for i in range(len(folded.text))]
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(spans))


@given(st.text(max_size=30), st.integers(-5, 50), st.integers(-5, 50))
def test_any_span_asked_for_comes_back_within_the_text(text: str, start: int, end: int) -> None:
    first, last = fold(text).span(start, end)
    assert 0 <= first <= last <= len(text)


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once
