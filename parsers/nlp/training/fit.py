"""One network trained from one seed: Adam, a falling rate, and the mean of the parameters over the way."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from thinc.api import Adam, fix_random_seed

from parsers.nlp.tagger.component import Weights, fresh
from parsers.nlp.tagger.crf import Floats, gradient
from parsers.nlp.tagger.network import BlasOps, Tagging
from parsers.nlp.tagger.scheme import TAGS
from parsers.nlp.training.examples import Example, batches
from parsers.nlp.training.noise import Noise

_WARM = 100  # steps until the rate is reached
_SMALLEST = 1e-5


@dataclass(frozen=True, slots=True)
class Course:
    """How a network is trained."""

    epochs: int
    learn_rate: float
    batch_tokens: int
    noise: Noise
    shape: dict[str, Any]


def fit(examples: Sequence[Example], course: Course, seed: int) -> Weights:
    fix_random_seed(seed)
    BlasOps.chance = np.random.default_rng(seed)
    chance, hidden = random.Random(seed), np.random.default_rng(seed)
    model = fresh(course.shape)
    transitions = [np.zeros((tags + 1, tags), dtype=np.float32) for tags in TAGS]
    optimizer = Adam(course.learn_rate, L2=1e-6, grad_clip=1.0, use_averages=True)
    steps = course.epochs * sum(1 for _ in batches(examples, course.batch_tokens, random.Random(seed)))
    step = 0
    for _ in range(course.epochs):
        for batch in batches(examples, course.batch_tokens, chance):
            left = max(0.0, 1 - step / steps)
            optimizer.learn_rate = course.learn_rate * min(1.0, step / _WARM) * left**0.8 + _SMALLEST
            step += 1
            _step(model, transitions, optimizer, batch, course.noise, hidden)
    return _averaged(model, transitions, optimizer)


def _step(
    model: Tagging,
    transitions: list[Floats],
    optimizer: Any,
    batch: Sequence[Example],
    noise: Noise,
    hidden: np.random.Generator,
) -> None:
    """One batch forward and back."""
    scores, back = model.begin_update([noise.over(example, hidden) for example in batch])
    lengths = np.array([len(one) for one in scores])
    change = [np.zeros_like(one) for one in scores]
    first = 0
    for row, tags in enumerate(TAGS):
        padded = np.zeros((len(batch), int(lengths.max()), tags), dtype=np.float32)
        gold = np.zeros(padded.shape[:2], dtype=np.int64)
        for number, example in enumerate(batch):
            padded[number, : lengths[number]] = scores[number][:, first : first + tags]
            gold[number, : lengths[number]] = example.tags[row]
        _, by_scores, by_transitions = gradient(padded, lengths, transitions[row], gold)
        for number, one in enumerate(change):
            one[:, first : first + tags] = by_scores[number, : lengths[number]]
        transitions[row], _ = optimizer((0, f"transitions-{row}"), transitions[row], by_transitions)
        first += tags
    back(change)
    model.finish_update(optimizer)


def _averaged(model: Tagging, transitions: list[Floats], optimizer: Any) -> Weights:
    """The means over the whole way: they were measured to read better than the last step's values."""
    means = optimizer.averages
    for node in model.walk():
        for name in node.param_names:
            if (node.id, name) in means:
                node.set_param(name, means[(node.id, name)].copy())
    return Weights(model, [means.get((0, f"transitions-{row}"), table) for row, table in enumerate(transitions)])
