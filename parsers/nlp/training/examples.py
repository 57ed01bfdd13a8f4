"""Units of the corpus made ready for the network: rows of features and rows of tags."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import spacy
from numpy.typing import NDArray
from spacy.language import Language

from parsers.nlp.corpus.markup import Unit
from parsers.nlp.tagger.features import Features, features
from parsers.nlp.tagger.scheme import gold
from parsers.nlp.tokenizer import TOKENIZER

Ints = NDArray[np.int64]
_BUCKET = 400  # examples that are sorted by length together, so that a batch holds little padding


@dataclass(frozen=True, slots=True)
class Example:
    """A unit as the network sees it: one row of features and one tag of each row a token."""

    rows: Features
    tags: tuple[Ints, ...]


@cache
def _blank() -> Language:
    return spacy.blank("xx", config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}})


def examples_of(units: Iterable[Unit]) -> list[Example]:
    made = []
    for unit in units:
        doc = _blank().make_doc(unit.text)
        if len(doc):
            made.append(Example(features(doc), tuple(gold(doc, unit.spans))))
    return made


def batches(examples: Sequence[Example], tokens: int, chance: random.Random) -> Iterator[list[Example]]:
    """All examples in an order of chance, those of like length together."""
    order = list(examples)
    chance.shuffle(order)
    made: list[list[Example]] = []
    for at in range(0, len(order), _BUCKET):
        batch: list[Example] = []
        size = 0
        for example in sorted(order[at : at + _BUCKET], key=lambda one: len(one.rows)):
            batch.append(example)
            size += len(example.rows)
            if size >= tokens:
                made.append(batch)
                batch, size = [], 0
        if batch:
            made.append(batch)
    chance.shuffle(made)
    yield from made
