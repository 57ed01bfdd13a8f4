"""The random field against plain enumeration: every way to tag a tiny text, added up one by one in double precision."""

import itertools
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from parsers.nlp.tagger.crf import Floats, Ints, allowed, gradient, lattice, spans


@dataclass(frozen=True)
class Case:
    """Sequences of different lengths, padded with rubbish that must not count."""

    emissions: Floats
    lengths: Ints
    transitions: NDArray[Any]

    @property
    def tags(self) -> int:
        return self.emissions.shape[2]


@st.composite
def cases(draw: st.DrawFn, most: int = 4) -> Case:
    labels = draw(st.integers(1, 2))
    lengths = draw(st.lists(st.integers(1, most), min_size=1, max_size=3))
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    height = draw(st.sampled_from([0.1, 1.0, 4.0]))
    tags = 1 + 2 * labels
    emissions = chance.normal(0, height, (len(lengths), max(lengths), tags))
    transitions = chance.normal(0, height, (tags + 1, tags))
    return Case(emissions.astype(np.float32), np.array(lengths), transitions.astype(np.float32))


def may_follow(before: int, tag: int) -> bool:
    """Inside only after the begin or the inside of the same label; all else after all. Said without the code's table."""
    return tag == 0 or tag % 2 == 1 or before in (tag - 1, tag)


@cache
def taggings(tags: int, length: int) -> Ints:
    """Every legal way to tag a text of this length, one a row; the text's start counts as outside."""
    whole = itertools.product(range(tags), repeat=length)
    kept = [way for way in whole if all(may_follow(*pair) for pair in itertools.pairwise((0, *way)))]
    return np.array(kept, dtype=np.int64)


def scores(case: Case, row: int) -> NDArray[np.float64]:
    """The score of each legal way, in double precision."""
    ways = taggings(case.tags, int(case.lengths[row]))
    seen = case.emissions[row].astype(np.float64)[np.arange(ways.shape[1]), ways].sum(axis=1)
    before = np.concatenate([np.full((len(ways), 1), case.tags), ways[:, :-1]], axis=1)
    return np.asarray(seen + case.transitions.astype(np.float64)[before, ways].sum(axis=1))


def log_total(case: Case, row: int) -> float:
    return float(np.log(np.exp(scores(case, row)).sum()))


def shares(case: Case, row: int) -> NDArray[np.float64]:
    """The probability of each legal way."""
    weights = np.exp(scores(case, row))
    return np.asarray(weights / weights.sum())


def marginals(case: Case) -> NDArray[np.float64]:
    table = np.zeros(case.emissions.shape)
    for row, length in enumerate(case.lengths):
        ways, share = taggings(case.tags, int(length)), shares(case, row)
        for step in range(int(length)):
            np.add.at(table[row, step], ways[:, step], share)
    return table


@pytest.mark.parametrize("labels", [1, 2, 3])
def test_what_may_follow_is_what_the_tags_mean(labels: int) -> None:
    tags = range(1 + 2 * labels)
    assert [[bool(share) for share in row] for row in allowed(labels)] == [
        *([may_follow(before, tag) for tag in tags] for before in tags),
        [may_follow(0, tag) for tag in tags],
    ]


@settings(max_examples=30, deadline=None)
@given(cases())
def test_the_normaliser_is_the_sum_over_all_taggings(case: Case) -> None:
    found = lattice(case.emissions, case.lengths, case.transitions).log_total
    assert found == pytest.approx([log_total(case, row) for row in range(len(case.lengths))], rel=1e-4, abs=1e-3)


@settings(max_examples=30, deadline=None)
@given(cases())
def test_forward_times_backward_is_the_probability_of_each_tag(case: Case) -> None:
    sums = lattice(case.emissions, case.lengths, case.transitions)
    found = sums.forward * sums.backward * sums.mask[:, :, None]
    assert found == pytest.approx(marginals(case), abs=2e-4)


@settings(max_examples=30, deadline=None)
@given(cases())
def test_the_gradient_by_scores_is_what_is_expected_less_what_is_right(case: Case) -> None:
    gold = best(case)
    _, by_scores, _ = gradient(case.emissions, case.lengths, case.transitions, gold)
    wanted = marginals(case)
    for row, length in enumerate(case.lengths):
        for step in range(int(length)):
            wanted[row, step, gold[row, step]] -= 1
    assert by_scores == pytest.approx(wanted, abs=2e-4)


@settings(max_examples=15, deadline=None)
@given(cases(most=3))
def test_the_gradient_by_transitions_is_the_slope_of_the_loss(case: Case) -> None:
    """By differences of the enumerated loss, in double precision; a move that is not allowed has no slope."""
    gold = best(case)
    _, _, found = gradient(case.emissions, case.lengths, case.transitions, gold)
    step = 1e-4
    for before, tag in np.ndindex(*case.transitions.shape):
        up, down = case.transitions.astype(np.float64), case.transitions.astype(np.float64)
        up[before, tag] += step
        down[before, tag] -= step
        slope = (loss(case, up, gold) - loss(case, down, gold)) / (2 * step)
        assert found[before, tag] == pytest.approx(slope, abs=2e-3)


@settings(max_examples=30, deadline=None)
@given(cases())
def test_the_loss_is_the_negative_log_of_the_right_taggings_probability(case: Case) -> None:
    gold = best(case)
    told, _, _ = gradient(case.emissions, case.lengths, case.transitions, gold)
    assert told == pytest.approx(loss(case, case.transitions.astype(np.float64), gold), rel=1e-3, abs=2e-3)


def best(case: Case) -> Ints:
    """A legal tagging of each sequence, the likeliest; padding holds tag 0."""
    gold = np.zeros(case.emissions.shape[:2], dtype=np.int64)
    for row, length in enumerate(case.lengths):
        gold[row, : int(length)] = taggings(case.tags, int(length))[scores(case, row).argmax()]
    return gold


def loss(case: Case, transitions: NDArray[np.float64], gold: Ints) -> float:
    moved = Case(case.emissions, case.lengths, transitions)
    told = 0.0
    for row, length in enumerate(case.lengths):
        own = (taggings(case.tags, int(length)) == gold[row, : int(length)]).all(axis=1)
        told -= float(np.log(shares(moved, row)[own][0]))
    return told


# ---------------------------------------------------------------- spans


def enumerated(case: Case) -> dict[tuple[int, int, int, int], float]:
    """The probability that exactly these tokens are one span of the label: summed over the taggings that hold it."""
    found: dict[tuple[int, int, int, int], float] = defaultdict(float)
    for row, length in enumerate(case.lengths):
        for way, share in zip(taggings(case.tags, int(length)).tolist(), shares(case, row).tolist(), strict=True):
            for start, end, label in spans_in(way):
                found[row, start, end, label] += share
    return found


def spans_in(tagging: list[int]) -> list[tuple[int, int, int]]:
    found = []
    for start, tag in enumerate(tagging):
        if tag % 2 == 1:
            end = start + 1
            while end < len(tagging) and tagging[end] == tag + 1:
                end += 1
            found.append((start, end, tag // 2))
    return found


@settings(max_examples=30, deadline=None)
@given(cases(), st.sampled_from([0.001, 0.08, 0.5]))
def test_a_spans_probability_is_the_sum_over_the_taggings_that_hold_it(case: Case, least: float) -> None:
    found = {
        (one.row, one.start, one.end, one.label): one.probability
        for one in spans(case.emissions, case.lengths, case.transitions, least)
    }
    wanted = enumerated(case)
    for place, share in wanted.items():
        if abs(share - least) > 1e-3:
            assert (place in found) == (share > least), (place, share)
    assert found == {place: pytest.approx(wanted[place], abs=5e-4) for place in found}


@settings(max_examples=30, deadline=None)
@given(cases(), st.integers(0, 2**32 - 1))
def test_what_stands_in_the_padding_changes_nothing(case: Case, seed: int) -> None:
    other = case.emissions.copy()
    for row, length in enumerate(case.lengths):
        rubbish = np.random.default_rng(seed).normal(0, 9, other[row, int(length) :].shape)
        other[row, int(length) :] = rubbish
    one = sorted(spans(case.emissions, case.lengths, case.transitions, 0.01), key=repr)
    two = sorted(spans(other, case.lengths, case.transitions, 0.01), key=repr)
    assert [(m.row, m.start, m.end, m.label) for m in one] == [(m.row, m.start, m.end, m.label) for m in two]
    assert [m.probability for m in one] == pytest.approx([m.probability for m in two], abs=1e-5)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_a_move_that_is_not_allowed_has_no_weight_however_high_its_score(steps: int, seed: int) -> None:
    """All scores shout "inside", at every step and for every move: no text begins with it, none reaches it from outside."""
    chance = np.random.default_rng(seed)
    emissions = chance.normal(0, 1, (1, steps, 5)).astype(np.float32)
    transitions = chance.normal(0, 1, (6, 5)).astype(np.float32)
    emissions[:, :, 2::2] += 8
    transitions[allowed(2) == 0] += 8
    sums = lattice(emissions, np.array([steps]), transitions)
    share = sums.forward * sums.backward
    assert share[0, 0, 2::2].max() == 0.0
    assert share.sum(axis=2) == pytest.approx(np.ones((1, steps)), abs=1e-3)
    _, _, by_transitions = gradient(emissions, np.array([steps]), transitions, np.zeros((1, steps), dtype=np.int64))
    assert np.abs(by_transitions[allowed(2) == 0]).max() == 0.0


def test_a_long_text_neither_overflows_nor_fades_away() -> None:
    chance = np.random.default_rng(3)
    emissions = (chance.normal(0, 12, (2, 900, 7))).astype(np.float32)
    lengths = np.array([900, 411])
    transitions = chance.normal(0, 3, (8, 7)).astype(np.float32)
    sums = lattice(emissions, lengths, transitions)
    share = (sums.forward * sums.backward).sum(axis=2)
    assert np.isfinite(sums.log_total).all()
    assert share[0] == pytest.approx(np.ones(900), abs=5e-3)
    assert share[1, :411] == pytest.approx(np.ones(411), abs=5e-3)
    assert all(0 <= one.probability <= 1 for one in spans(emissions, lengths, transitions, 0.08))
