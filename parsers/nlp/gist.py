"""The gist of a mail from its words: which kind it is, which signals and requests its sentences hold.

A linear model over hashed words and pairs and triples of words. The kind is told by all sentences together, a signal
or a request by the one sentence that says it loudest, so that it can be pointed at. What the rules found is evidence;
for the kind also what is proposed as values: who complains tells what is wrong with which goods.
"""

import itertools
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from murmurhash import hash as hashed
from numpy.typing import NDArray

from parsers.document import Document
from parsers.nlp.candidates import Candidate, View
from parsers.nlp.prose import flow, sentences
from parsers.nlp.tagger.features import words_of
from parsers.nlp.tagger.lexicons import stem
from parsers.types import Kind, Request, Signal

KINDS = tuple(Kind)
TOPICS: tuple[Signal | Request, ...] = (*Signal, *Request)
ROWS = 1 << 18  # of the table of weights
_STEPS_OF_ONE = 32  # of a weight, as it is kept
_LONGEST = 120  # words of a sentence that are looked at
_MOST = 400  # sentences of a mail
_DIGITS = re.compile(r"\d+")
_TELLING = ("defect", "quantity_defective", "defect_rate", "model", "product", "batch", "order_no", "disposition")
_STEPS = (0.15, 0.3, 0.5, 0.7, 0.85)  # of a proposal's weight
_SKIPPED = re.compile(r"[\s.。,，;；:：!！?？、…\"'“”()（）\[\]【】<>《》|/\\_=~*^-]+")
Floats = NDArray[np.float32]
Columns = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of a mail: where it stands, and its features as rows of the table."""

    part: str
    start: int
    end: int
    columns: Columns


def sentences_of(documents: Sequence[Document]) -> list[Said]:
    """The sentences of the customer's own words, subject first."""
    found: list[Said] = []
    for document in sorted(documents, key=lambda document: document.part != "subject"):
        folded = View.of(document, 0.0).plain
        flowing = flow(folded)
        for start, end in sentences(document.text[: len(flowing)], flowing).spans:
            columns = columns_of(flowing[start:end], document.part == "subject")
            if len(columns):
                found.append(Said(document.part, start, end, columns))
            if len(found) >= _MOST:
                return found
    return found


def columns_of(folded: str, subject: bool = False) -> Columns:
    """The features of a sentence: its words, pairs and triples of them, each once."""
    words = [word for word in _words(folded) if word][:_LONGEST]
    if not words:
        return np.zeros(0, dtype=np.int64)
    framed = ["<", *words, ">"]
    made = set(words)
    made.update(f"{a} {b}" for a, b in itertools.pairwise(framed))
    made.update(f"{a} {b} {c}" for a, b, c in zip(framed, framed[1:], framed[2:], strict=False))
    if subject:
        made.update([f"subject {word}" for word in words])
    return np.unique(np.array([_row(name) for name in made], dtype=np.int64))


def _words(folded: str) -> Iterator[str]:
    for word in words_of(folded):
        bare = _SKIPPED.sub("", word) if word not in "?!" else word
        yield stem(_DIGITS.sub("0", bare))


def signs_of(candidates: Sequence[Candidate], said: Sequence[Said]) -> tuple[str, ...]:
    """What speaks for or against a complaint beside the words: how surely each field is told, how long the mail is."""
    surest = dict.fromkeys(_TELLING, 0.0)
    for candidate in candidates:
        if candidate.field in surest:
            surest[candidate.field] = max(surest[candidate.field], candidate.weight)
    signs = [f"{name} {step}" for name, weight in surest.items() for step in _STEPS if weight >= step]
    return (
        *signs,
        *(f"no {name}" for name, weight in surest.items() if weight < _STEPS[0]),
        f"long {len(said).bit_length()}",
    )


@lru_cache(maxsize=262144)
def _row(name: str) -> int:
    return int(hashed(name)) % ROWS


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the rules say: the kind, the signals and requests that they found; and the signs of what is proposed."""

    kind: Kind
    topics: frozenset[Signal | Request]
    signs: tuple[str, ...] = ()

    @property
    def columns(self) -> Columns:
        """The signs as rows of the table."""
        return np.array([_row(f"sign {sign}") for sign in self.signs], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Gist:
    """Probabilities of each kind; of each topic, with the sentence that tells it."""

    kinds: Mapping[Kind, float]
    topics: Mapping[Signal | Request, tuple[float, Said]]


@dataclass(frozen=True, slots=True)
class Weights:
    """The table of words, and how much the rules' word counts."""

    words: Floats  # ROWS by kinds and topics
    bias: Floats
    by_kind: Floats  # the rules' kind by the kinds
    by_topic: Floats  # of the rules' word, as a sentence of its own
    least: Floats  # probability from which on a topic is told

    def gist(self, said: Sequence[Said], evidence: Evidence) -> Gist:
        """An empty mail is judged by the rules alone."""
        heard = np.array([self.words[one.columns].sum(axis=0) / math.sqrt(len(one.columns)) for one in said])
        if not len(said):
            heard = np.zeros((0, len(KINDS) + len(TOPICS)), dtype=np.float32)
        kind = heard[:, : len(KINDS)].sum(axis=0) / math.sqrt(max(1, len(said))) + self.bias[: len(KINDS)]
        kind = kind + self.by_kind[KINDS.index(evidence.kind)]
        if evidence.signs:
            told = self.words[evidence.columns, : len(KINDS)].sum(axis=0)
            kind = kind + told / math.sqrt(len(evidence.signs))
        shares = np.exp(kind - kind.max())
        shares /= shares.sum()
        topics: dict[Signal | Request, tuple[float, Said]] = {}
        saying = 1 / (1 + np.exp(-np.clip(heard[:, len(KINDS) :] + self.bias[len(KINDS) :], -30, 30)))
        for number, topic in enumerate(TOPICS if len(said) else ()):
            ruled = 1 / (1 + math.exp(-self.by_topic[number])) if topic in evidence.topics else 0.0
            none = float(np.prod(1 - saying[:, number])) * (1 - ruled)
            topics[topic] = (1 - none, said[int(saying[:, number].argmax())])
        return Gist(dict(zip(KINDS, map(float, shares), strict=True)), topics)

    def told(self, gist: Gist) -> Iterator[tuple[Signal | Request, Said]]:
        """The topics that are likely enough, with the sentence that tells each."""
        for number, topic in enumerate(TOPICS):
            if topic in gist.topics and gist.topics[topic][0] >= self.least[number]:
                yield topic, gist.topics[topic][1]

    def to_disk(self, path: Path) -> None:
        """Only the rows that say something, in steps that pack well."""
        words = np.round(self.words * _STEPS_OF_ONE) / _STEPS_OF_ONE
        rows = np.flatnonzero(np.abs(words).max(axis=1) > 0)
        np.savez_compressed(
            path,
            rows=rows.astype(np.uint32),
            words=words[rows].astype(np.float16),
            bias=self.bias,
            by_kind=self.by_kind,
            by_topic=self.by_topic,
            least=self.least,
            names=np.frombuffer(json.dumps([*KINDS, *TOPICS, ROWS]).encode(), dtype=np.uint8),
        )

    @classmethod
    def from_disk(cls, path: Path) -> "Weights":
        """Raises ValueError where the file was made for other kinds or topics than these."""
        with np.load(path) as arrays:
            if json.loads(arrays["names"].tobytes()) != [*KINDS, *TOPICS, ROWS]:
                raise ValueError(f"{path} was trained for other kinds, topics or rows. Train it again: intake train.")
            words = np.zeros((ROWS, len(KINDS) + len(TOPICS)), dtype=np.float32)
            words[arrays["rows"]] = arrays["words"]
            return cls(words, arrays["bias"], arrays["by_kind"], arrays["by_topic"], arrays["least"])


def words_at(document: Document, said: Said) -> str:
    """The sentence as it stands, at most 200 characters of it."""
    return document.text[said.start : min(said.end, said.start + 200)]
