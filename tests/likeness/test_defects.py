"""Which descriptions are of one defect: pairs judged by hand, in three ways of writing."""

import tomllib
from pathlib import Path

import pytest

from intake.likeness.defects import alike, kinds, likeness
from intake.policy.repeats import earlier_of

PAIRS = tomllib.loads(Path(__file__).with_name("pairs.toml").read_text(encoding="utf-8"))


def test_pairs_judged_by_hand_are_told_apart() -> None:
    found = [pair for pair in PAIRS["same"] if alike(*pair)]
    taken = [pair for pair in PAIRS["different"] if alike(*pair)]
    missed = [pair for pair in PAIRS["same"] if pair not in found]
    precision = len(found) / (len(found) + len(taken))
    recall = len(found) / len(PAIRS["same"])
    print(f"{len(PAIRS['same']) + len(PAIRS['different'])} pairs: precision {precision:.3f}, recall {recall:.3f}")
    assert precision >= 0.95, taken
    assert recall >= 0.95, missed


@pytest.mark.parametrize("pair", PAIRS["same"] + PAIRS["different"], ids=" / ".join)
def test_likeness_does_not_depend_on_the_order(pair: list[str]) -> None:
    assert likeness(*pair) == likeness(*reversed(pair))
    assert 0.0 <= likeness(*pair) <= 1.0


@pytest.mark.parametrize("text", ["", " ", "裂", None])
def test_what_says_nothing_is_like_nothing(text: str | None) -> None:
    assert not alike(text, "表面划伤")
    assert not alike(text, text)


def test_the_longest_word_gives_the_kind() -> None:
    assert kinds("断线") == {"wire_break"}
    assert kinds("表面划伤并生锈") == {"scratch", "rust"}
    assert kinds("未见划伤") == frozenset()


def test_a_third_occurrence_is_counted_in_whichever_words() -> None:
    known = [
        ("1", "B", "外观划痕"),
        ("2", "B", "scratched surface"),
        ("2", "B", "刮花"),
        ("3", "B", "断裂"),
        ("4", "C", "划伤"),
    ]
    assert earlier_of("表面劃傷", known) == 2
