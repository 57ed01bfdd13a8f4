"""The gist's weights, fitted on the corpus: gradient steps of AdaGrad, a sentence's features hidden by chance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from parsers.nlp.gist import KINDS, ROWS, TOPICS, Columns, Evidence, Floats, Gist, Said, Weights
from parsers.types import Kind, Request, Signal

_EPOCHS, _BATCH = 14, 48
_RATE, _DECAY, _HIDDEN = 0.5, 1e-3, 0.3
_SEEN = 3  # units that a feature has to stand in
_UNRULED = 0.5  # share of the rules' words that are hidden, so that the words are learnt that rules know too
_LIMITS = tuple(number / 20 for number in range(10, 19))  # of a topic's probability, that are tried: none that guesses
_SURER = 0.5  # the beta of F: what is told counts for more than what is found, since a signal may alarm management
_POSITIVE = 3.0  # weight of a topic that is there: most mails have none
_RARE_KIND = 5.0  # weight of a mail that is no complaint: they are few in the corpus, not in a mailbox


@dataclass(frozen=True, slots=True)
class Told:
    """A unit of the corpus: its sentences, what the rules say, and what is right."""

    said: Sequence[Said]
    evidence: Evidence
    kind: Kind
    topics: frozenset[Signal | Request]


@dataclass(slots=True)
class _Step:
    """A parameter and the sum of its squared gradients; of a table the rows that are moved (`known`)."""

    value: Floats
    squares: Floats
    known: NDArray[np.bool_] | None = None

    @classmethod
    def of(cls, *shape: int) -> "_Step":
        return cls(np.zeros(shape, dtype=np.float32), np.full(shape, 0.002, dtype=np.float32))

    def move(self, slope: Floats, rows: Columns | slice = slice(None)) -> None:
        if self.known is not None and not isinstance(rows, slice):
            kept = self.known[rows]
            slope, rows = slope[kept], rows[kept]
        slope = slope + _DECAY * self.value[rows]
        self.squares[rows] += slope**2
        self.value[rows] -= _RATE * slope / np.sqrt(self.squares[rows])


def fit(units: Sequence[Told], seed: int = 1) -> Weights:
    chance = np.random.default_rng(seed)
    width = len(KINDS) + len(TOPICS)
    words, bias = _Step.of(ROWS, width), _Step.of(width)
    by_kind, by_topic = _Step.of(len(KINDS), len(KINDS)), _Step.of(len(TOPICS))
    by_kind.value += 1.5 * np.eye(len(KINDS), dtype=np.float32)
    by_topic.value += 1.0
    bias.value[len(KINDS) :] -= 3.0
    usable = [unit for unit in units if unit.said]
    words.known = _known(usable)
    for _ in range(_EPOCHS):
        order = chance.permutation(len(usable))
        for at in range(0, len(order), _BATCH):
            _learn([usable[i] for i in order[at : at + _BATCH]], words, bias, by_kind, by_topic, chance)
    least = np.full(len(TOPICS), 0.5, dtype=np.float32)
    return Weights(words.value, bias.value, by_kind.value, by_topic.value, least)


def _known(units: Sequence[Told]) -> NDArray[np.bool_]:
    """The rows of features that stand in several units: what stands in one or two says more of these than of a kind."""
    counts = np.zeros(ROWS, dtype=np.int32)
    for unit in units:
        counts[np.unique(np.concatenate([unit.evidence.columns, *(one.columns for one in unit.said)]))] += 1
    return counts >= _SEEN


def with_limits(weights: Weights, likely: Sequence[tuple[Told, Gist]]) -> Weights:
    """The weights with each topic's limit: the probability where F is best on text kept apart."""
    least = []
    for topic in TOPICS:
        said = [(gist.topics[topic][0], topic in unit.topics) for unit, gist in likely if topic in gist.topics]
        least.append(max(_LIMITS, key=lambda limit: _measure(said, limit)))
    return replace(weights, least=np.array(least, dtype=np.float32))


def _measure(said: Sequence[tuple[float, bool]], limit: float) -> float:
    """F of what is told from this limit on."""
    right = sum(there for p, there in said if p >= limit)
    told, there = sum(p >= limit for p, _ in said), sum(there for _, there in said)
    return (1 + _SURER**2) * right / max(1, told + _SURER**2 * there)


def _learn(
    batch: Sequence[Told], words: _Step, bias: _Step, by_kind: _Step, by_topic: _Step, chance: np.random.Generator
) -> None:
    kept = [_some(one.columns, chance) for unit in batch for one in unit.said]
    counts = np.array([len(unit.said) for unit in batch])
    signs = [_some(unit.evidence.columns, chance) for unit in batch]
    sizes = np.array([len(one) for one in kept])
    columns = np.concatenate(kept)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    heard = np.add.reduceat(words.value[columns], starts, axis=0) / np.sqrt(sizes)[:, None]
    firsts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    kinds = len(KINDS)
    root = np.sqrt(counts)[:, None]
    rules = np.array([KINDS.index(unit.evidence.kind) for unit in batch])
    scores = np.add.reduceat(heard[:, :kinds], firsts, axis=0) / root + bias.value[:kinds] + by_kind.value[rules]
    for number, rows in enumerate(signs):
        if len(rows):
            scores[number] += words.value[rows, :kinds].sum(axis=0) / math.sqrt(len(rows))
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    for number, unit in enumerate(batch):
        shares[number, KINDS.index(unit.kind)] -= 1
        if unit.kind is not Kind.COMPLAINT:
            shares[number] *= _RARE_KIND
    back = np.zeros_like(heard)
    back[:, :kinds] = np.repeat(shares / root, counts, axis=0)
    found = np.array([[topic in unit.evidence.topics for topic in TOPICS] for unit in batch], dtype=np.float32)
    found *= chance.random(found.shape) >= _UNRULED
    gold = np.array([[topic in unit.topics for topic in TOPICS] for unit in batch], dtype=np.float32)
    slopes, topic_slopes, rule_slopes = _topic_slopes(heard[:, kinds:], firsts, counts, found, gold, bias, by_topic)
    back[:, kinds:] = slopes
    spread: NDArray[np.float32] = np.repeat(back / np.sqrt(sizes)[:, None], sizes, axis=0).astype(np.float32)
    columns, spread = _with_signs(columns, spread, signs, shares)
    order = np.argsort(columns, kind="stable")
    rows, begins = np.unique(columns[order], return_index=True)
    words.move(np.add.reduceat(spread[order], begins, axis=0), rows)
    bias.move(np.concatenate([shares.sum(axis=0), topic_slopes.sum(axis=0)]).astype(np.float32))
    moved = np.zeros_like(by_kind.value)
    np.add.at(moved, rules, shares.astype(np.float32))
    by_kind.move(moved)
    by_topic.move(rule_slopes)


def _with_signs(columns: Columns, spread: Floats, signs: Sequence[Columns], shares: Floats) -> tuple[Columns, Floats]:
    """The slopes of the sentences' rows, and behind them those of the signs, which speak of the kind alone."""
    lengths = np.array([len(rows) for rows in signs])
    own = np.zeros((int(lengths.sum()), spread.shape[1]), dtype=np.float32)
    scaled = shares / np.sqrt(np.maximum(lengths, 1))[:, None]
    own[:, : shares.shape[1]] = np.repeat(scaled, lengths, axis=0)
    return np.concatenate([columns, *signs]), np.concatenate([spread, own])


def _topic_slopes(
    heard: Floats, firsts: Columns, counts: Columns, found: Floats, gold: Floats, bias: _Step, by_topic: _Step
) -> tuple[Floats, Floats, Floats]:
    """The slopes of the loss by each sentence's scores, by the bias of each mail, by the rules' word.

    A topic is there if any sentence says it, or the rules do: the chance that none does is the product of theirs.
    """
    p = 1 / (1 + np.exp(-np.clip(heard + bias.value[len(KINDS) :], -30, 30)))
    ruled = found / (1 + np.exp(-np.clip(by_topic.value, -30, 30)))
    silent = np.add.reduceat(np.log(1 - p + 1e-7), firsts, axis=0) + np.log(1 - ruled + 1e-7)
    none = np.exp(silent)
    pull = np.where(gold > 0, -_POSITIVE * none / np.maximum(1 - none, 1e-4), 1.0)
    by_sentence = (np.repeat(pull, counts, axis=0) * p).astype(np.float32)
    by_mail = np.add.reduceat(by_sentence, firsts, axis=0)
    return by_sentence, by_mail, (pull * ruled).sum(axis=0).astype(np.float32)


def _some(columns: Columns, chance: np.random.Generator) -> Columns:
    kept = columns[chance.random(len(columns)) >= _HIDDEN]
    return kept if len(kept) else columns[:1]
