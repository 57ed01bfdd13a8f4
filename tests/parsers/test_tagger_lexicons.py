"""Hints: which words of a text begin, continue or end a term of the lexicons."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.nlp.plain import plain
from parsers.nlp.tagger.lexicons import LAYERS, hints, stem, trie
from parsers.nlp.tokenizer import split


def words_of(text: str) -> list[str]:
    return [stem(plain(word)) for word in split(text) if not word.isspace()]


def hinted(text: str, layer: str) -> str:
    return " ".join(hints(words_of(text))[layer])


def test_a_term_of_one_word_stands_alone_and_one_of_several_has_a_beginning_and_an_end() -> None:
    assert hinted("the motor hums", "goods") == "- Sp -"
    assert hinted("an oil seal", "goods") == "- Bp Ep"
    assert hinted("有裂纹", "faults") == "- Bd Ed"


def test_of_terms_that_begin_together_the_longest_counts() -> None:
    """The lexicon holds `bearing`, `bearing cage` and `ball bearing`, `deep groove ball bearing`, 油封 and 骨架油封."""
    assert hinted("bearing", "goods") == "Sp"
    assert hinted("bearing cage", "goods") == "Bp Ep"
    assert hinted("the bearing leaks", "goods") == "- Sp -"
    assert hinted("deep groove ball bearing", "goods") == "Bp Ip Ip Ep"
    assert hinted("骨架油封", "goods") == "Bp Ip Ip Ep"


@pytest.mark.parametrize(("many", "one"), [("oil seals", "oil seal"), ("BALL BEARINGS", "ball bearing")])
def test_a_plural_meets_the_term_of_its_singular(many: str, one: str) -> None:
    assert hinted(many, "goods") == hinted(one, "goods") == "Bp Ep"


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("bearings", "bearing"),
        ("boxes", "box"),
        ("bushes", "bush"),
        ("glasses", "glass"),
        ("valves", "valve"),
        ("tyres", "tyre"),
        ("batteries", "battery"),
        ("plies", "ply"),
        ("ties", "tie"),
        ("houses", "house"),
        ("sizes", "size"),
        ("switches", "switch"),
        ("potatoes", "potato"),
        ("lenses", "lens"),
        ("o-rings", "o-ring"),
    ],
)
def test_the_stem_of_a_plural_is_its_singular(many: str, one: str) -> None:
    assert stem(many) == stem(one) == one


def test_a_singular_that_looks_like_a_plural_in_y_meets_its_plural() -> None:
    assert stem("cookies") == stem("cookie") != stem("cook")


@pytest.mark.parametrize(
    "word", ["gas", "glass", "bus", "status", "analysis", "b2406-01s", "螺丝", "", "s", "es", "ies"]
)
def test_what_is_no_plural_stays_as_it_is(word: str) -> None:
    assert stem(word) == word


def test_traditional_text_meets_simplified_terms() -> None:
    for ours, theirs in (("裂紋", "裂纹"), ("螺絲", "螺丝"), ("深溝球軸承", "深沟球轴承")):
        assert hints(words_of(ours)) == hints(words_of(theirs))
        assert any(hint != "-" for layer in hints(words_of(ours)).values() for hint in layer)


def test_words_of_no_lexicon_raise_no_hint() -> None:
    assert all(set(layer) == {"-"} for layer in hints(words_of("qwzx 囧囧 B2406-01")).values())


def test_one_word_may_raise_a_hint_in_several_layers() -> None:
    found = hints(words_of("motor"))
    assert (found["goods"], found["heads"], found["faults"]) == (["Sp"], ["Sh"], ["-"])


@cache
def known_words() -> list[str]:
    """Words that terms are made of, as the trie holds them; in an order of its own making."""
    return sorted(trie())[::97]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_hints_are_one_a_word_and_well_formed_whatever_the_words(data: st.DataObject) -> None:
    words = data.draw(
        st.lists(st.sampled_from(["qwzx", *known_words(), "深", "沟", "球", "轴", "承", "裂", "纹"]), max_size=14)
    )
    found = hints(words)
    assert list(found) == list(LAYERS)
    for layer in found.values():
        assert len(layer) == len(words)
        for before, hint in zip(["-", *layer], [*layer, "-"], strict=True):
            goes_on = hint[0] in "IE"
            assert (before[0] in "BI") == goes_on, layer
            assert not goes_on or before[1] == hint[1], layer
