"""The tagger as a spaCy component: `doc._.marks` holds every span that the model finds likely, with its probability."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from spacy.tokens import Doc

from parsers.nlp.tagger.crf import Floats, spans
from parsers.nlp.tagger.features import COLUMNS, Features, features
from parsers.nlp.tagger.network import Tagging, network
from parsers.nlp.tagger.scheme import ROWS, TAGS

LEAST = 0.08  # a less likely span is not proposed
_SEQUENCE = 24  # tokens that are tagged together at the least; cut at the end of a line, so that a step serves many
_STOPS = frozenset("。！？!?；;")
_LONGEST = 600

if not Doc.has_extension("marks"):
    Doc.set_extension("marks", default=None)


@dataclass(frozen=True, slots=True)
class Mark:
    """`text[start:end]` of the Doc holds a value of the label, with this probability that it is exactly these words."""

    label: str
    start: int
    end: int
    probability: float


@dataclass(slots=True)
class Weights:
    """One trained network with the transitions between tags, a table for each row of tags."""

    model: Tagging
    transitions: list[Floats]


class Tagger:
    """Several networks whose scores are averaged. On disk: `tagger.npz` in half precision, `tagger.json`."""

    def __init__(self, networks: Sequence[Weights], shape: dict[str, Any]) -> None:
        self.networks = list(networks)
        self.shape = shape

    def __call__(self, doc: Doc) -> Doc:
        doc._.marks = list(self.marks(doc))
        return doc

    def mark_all(self, docs: Sequence[Doc]) -> None:
        """As `__call__` does for each; one pass of the networks serves all of them."""
        with_words = [doc for doc in docs if len(doc)]
        for doc in docs:
            doc._.marks = []
        for doc, scores in zip(with_words, self.scores_of([features(doc) for doc in with_words]), strict=True):
            doc._.marks = list(self._marks(doc, scores))

    def marks(self, doc: Doc) -> Iterator[Mark]:
        """In no particular order; spans of one label may overlap."""
        if len(doc):
            yield from self._marks(doc, self.scores(features(doc)))

    def _marks(self, doc: Doc, scores: Floats) -> Iterator[Mark]:
        cuts = _cuts(doc)
        lengths = np.diff(np.array([*cuts, len(doc)]))
        transitions = [_mean([one.transitions[row] for one in self.networks]) for row in range(len(ROWS))]
        first = 0
        for row, labels in enumerate(ROWS):
            padded = np.zeros((len(cuts), int(lengths.max()), TAGS[row]), dtype=np.float32)
            for number, (start, length) in enumerate(zip(cuts, lengths, strict=True)):
                padded[number, :length] = scores[start : start + length, first : first + TAGS[row]]
            for span in spans(padded, lengths, transitions[row], LEAST):
                words = doc[cuts[span.row] + span.start : cuts[span.row] + span.end]
                yield Mark(labels[span.label], words.start_char, words.end_char, span.probability)
            first += TAGS[row]

    def scores(self, rows: Features) -> Floats:
        """The mean of the networks' scores: one row a token, one column a tag."""
        return self.scores_of([rows])[0]

    def scores_of(self, documents: list[Features]) -> list[Floats]:
        """The same for several documents, each padded apart from the next."""
        if not documents:
            return []
        scored = [one.model.predict(documents) for one in self.networks]
        return [_mean(list(tables)) for tables in zip(*scored, strict=True)]

    def to_disk(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        arrays = {}
        for number, one in enumerate(self.networks):
            for name, array in _parameters(one.model):
                arrays[f"{number}/{name}"] = array.astype(np.float16)
            for row, table in enumerate(one.transitions):
                arrays[f"{number}/transitions-{row}"] = table.astype(np.float32)
        np.savez_compressed(folder / "tagger.npz", allow_pickle=False, **arrays)
        told = {
            "networks": len(self.networks),
            "shape": self.shape,
            "columns": {k: list(v) for k, v in COLUMNS.items()},
            "labels": [list(labels) for labels in ROWS],
        }
        (folder / "tagger.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def from_disk(cls, folder: Path) -> "Tagger":
        """Raises ValueError where the model was trained for other features or labels than this code has."""
        told = json.loads((folder / "tagger.json").read_text("utf-8"))
        columns = [[name, *size] for name, size in COLUMNS.items()]  # in order: each is known by its place
        if [[name, *size] for name, size in told["columns"].items()] != columns:
            raise ValueError(f"The model in {folder} was trained for other features. Train it again: intake train.")
        if told.get("labels", [list(labels) for labels in ROWS]) != [list(labels) for labels in ROWS]:
            raise ValueError(f"The model in {folder} was trained for other labels. Train it again: intake train.")
        networks = []
        with np.load(folder / "tagger.npz") as arrays:
            for number in range(told["networks"]):
                model = fresh(told["shape"])
                for name, array in _parameters(model):
                    array[...] = arrays[f"{number}/{name}"]
                tables = [arrays[f"{number}/transitions-{row}"] for row in range(len(ROWS))]
                networks.append(Weights(model, tables))
        return cls(networks, told["shape"])


def _mean(tables: Sequence[Floats]) -> Floats:
    if len(tables) == 1:
        return tables[0]
    return np.asarray(sum(tables) / np.float32(len(tables)), dtype=np.float32)


def fresh(shape: dict[str, Any]) -> Tagging:
    """A network of this shape, its parameters laid out but not trained."""
    model = network(sum(TAGS), **shape)
    model.initialize([np.zeros((2, len(COLUMNS)), dtype=np.uint64)])
    return model


def _parameters(model: Tagging) -> Iterator[tuple[str, Floats]]:
    """Every array of the network, in a fixed order, each under a name of its own."""
    for number, node in enumerate(model.walk()):
        for name in sorted(node.param_names):
            if node.has_param(name):
                yield f"{number}-{name}", cast(Floats, node.get_param(name))


def _cuts(doc: Doc) -> list[int]:
    """Where each sequence begins: behind a line's end once the one before is long enough, later behind a sentence's."""
    cuts = [0]
    words = [token.text for token in doc]
    for place in range(1, len(words)):
        far, before = place - cuts[-1], words[place - 1][:1]
        if far >= _SEQUENCE and (before == "\n" or (far >= 2 * _SEQUENCE and before in _STOPS) or far >= _LONGEST):
            cuts.append(place)
    return cuts
