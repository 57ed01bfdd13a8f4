"""A linear-chain conditional random field (Lafferty et al. 2001) over a batch of sequences, in plain arrays.

Tags: 0 is outside; label k begins with 1 + 2k and goes on with 2 + 2k. What may not follow (O → I, B-x → I-y) has weight zero.
Sums are kept in probability space and scaled at each step, so one step is one matrix product for the whole batch.
"""  # noqa: E501

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
_TINY = np.float32(1e-30)


@cache
def allowed(labels: int) -> Floats:
    """1 where the column's tag may follow the row's; the last row is the start of the text. Read, never changed."""
    tags = 1 + 2 * labels
    table = np.ones((tags + 1, tags), dtype=np.float32)
    table[:, 2::2] = 0.0
    for label in range(labels):
        table[1 + 2 * label, 2 + 2 * label] = 1.0
        table[2 + 2 * label, 2 + 2 * label] = 1.0
    return table


@dataclass(frozen=True, slots=True)
class Lattice:
    """Sums over all ways to tag a batch: `forward[b, t, y] * backward[b, t, y]` is the probability of tag y at t."""

    forward: Floats
    backward: Floats
    weights: Floats  # exp of the emissions, each row divided by its largest
    scale: Floats
    moves: Floats  # exp of the transitions
    mask: Floats
    log_total: Floats  # of each sequence


def lattice(emissions: Floats, lengths: Ints, transitions: Floats) -> Lattice:
    """`emissions` is [sequences, steps, tags], padded; `transitions` has a last row for the start."""
    count, steps, tags = emissions.shape
    legal = allowed((tags - 1) // 2)
    moves = np.exp(transitions) * legal
    highest = emissions.max(axis=2, keepdims=True)
    weights = np.exp(emissions - highest)
    mask = (np.arange(steps)[None, :] < lengths[:, None]).astype(np.float32)
    forward = np.empty_like(emissions)
    scale = np.ones((count, steps), dtype=np.float32)
    over = [np.flatnonzero(lengths <= t) for t in range(steps)]  # sequences that ended before each step
    begin, go_on = moves[-1], np.ascontiguousarray(moves[:-1])
    for t in range(steps):
        step = weights[:, t] * (begin if t == 0 else forward[:, t - 1] @ go_on)
        total = step.sum(axis=1) + _TINY
        step /= total[:, None]
        forward[:, t] = step
        scale[:, t] = total
        if len(over[t]):
            forward[over[t], t] = forward[over[t], t - 1]
            scale[over[t], t] = 1.0
    backward = np.ones_like(emissions)
    back = np.ascontiguousarray(go_on.T)
    coming = weights / scale[:, :, None]
    for t in range(steps - 2, -1, -1):
        backward[:, t] = (coming[:, t + 1] * backward[:, t + 1]) @ back
        if len(over[t + 1]):
            backward[over[t + 1], t] = 1.0
    logs = (np.log(scale) * mask).sum(axis=1) + (highest[:, :, 0] * mask).sum(axis=1)
    return Lattice(forward, backward, weights, scale, moves, mask, logs)


def gradient(emissions: Floats, lengths: Ints, transitions: Floats, gold: Ints) -> tuple[float, Floats, Floats]:
    """The negative log likelihood of `gold` [sequences, steps], and its gradients by emissions and by transitions."""
    sums = lattice(emissions, lengths, transitions)
    count, steps, tags = emissions.shape
    mask = sums.mask
    probability = sums.forward * sums.backward * mask[:, :, None]
    rows, columns = np.nonzero(mask)
    score = float(emissions[rows, columns, gold[rows, columns]].sum())
    d_emissions = probability
    d_emissions[rows, columns, gold[rows, columns]] -= 1.0
    d_transitions = np.zeros_like(transitions)
    coming = sums.weights * sums.backward / sums.scale[:, :, None] * mask[:, :, None]
    first = (sums.moves[-1] * coming[:, 0]).sum(axis=0)
    d_transitions[-1] = first
    if steps > 1:
        before = sums.forward[:, :-1].reshape(-1, tags)
        d_transitions[:-1] = (before.T @ coming[:, 1:].reshape(-1, tags)) * sums.moves[:-1]
    previous = np.concatenate([np.full((count, 1), tags, dtype=np.int64), gold[:, :-1]], axis=1)
    np.subtract.at(d_transitions, (previous[rows, columns], gold[rows, columns]), 1.0)
    score += float(transitions[previous[rows, columns], gold[rows, columns]].sum())
    return float(sums.log_total.sum()) - score, d_emissions, d_transitions


@dataclass(frozen=True, slots=True)
class Marked:
    """Tokens `start` to `end` (exclusive) of sequence `row` hold label `label` with this probability."""

    row: int
    start: int
    end: int
    label: int
    probability: float


def spans(emissions: Floats, lengths: Ints, transitions: Floats, least: float) -> Iterator[Marked]:
    """Every span whose probability, as exactly these tokens, is at least `least`."""
    sums = lattice(emissions, lengths, transitions)
    begins = sums.forward[:, :, 1::2] * sums.backward[:, :, 1::2] * sums.mask[:, :, None]
    for row, start, label in zip(*np.nonzero(begins >= least), strict=True):
        yield from _from(sums, int(row), int(start), int(label), int(lengths[row]), least)


def _from(sums: Lattice, row: int, start: int, label: int, length: int, least: float) -> Iterator[Marked]:
    begin, inside = 1 + 2 * label, 2 + 2 * label
    mass = float(sums.forward[row, start, begin])
    tag = begin
    for at in range(start, length):
        alive = mass * float(sums.backward[row, at, tag])
        going = 0.0
        if at + 1 < length:
            step = float(sums.moves[tag, inside] * sums.weights[row, at + 1, inside] / sums.scale[row, at + 1])
            going = mass * step
        goes_on = going * float(sums.backward[row, at + 1, inside]) if going else 0.0
        if alive - goes_on >= least:
            yield Marked(row, start, at + 1, label, min(1.0, alive - goes_on))
        if goes_on < least:
            return
        mass, tag = going, inside
