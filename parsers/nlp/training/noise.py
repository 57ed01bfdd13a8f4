"""What is hidden while the network learns: a word's spelling, so that its neighbours must tell; the hints, so that they are not leant on."""  # noqa: E501

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parsers.nlp.tagger.features import COLUMNS, NO_HINT, UNKNOWN, Features
from parsers.nlp.tagger.lexicons import LAYERS
from parsers.nlp.tagger.scheme import VALUES
from parsers.nlp.training.examples import Example, Ints

_COLUMN = {name: number for number, name in enumerate(COLUMNS)}
_SPELLING = [_COLUMN[name] for name in ("norm", "stem", "suffix", "pair", "word")]
_HINTS = [_COLUMN[layer] for layer in LAYERS]
_PRODUCT = 1 + 2 * VALUES.index("PRODUCT")
_FEW = 0.05  # of the tokens lose their hints in any text


@dataclass(frozen=True, slots=True)
class Noise:
    """Shares, 0 to 1, of what is hidden."""

    token: float
    value: float
    hints: float

    def over(self, example: Example, chance: np.random.Generator) -> Features:
        """The example's rows with a part hidden."""
        rows = example.rows.copy()
        hidden = chance.random(len(rows)) < self.token
        for start, end in _spans(example.tags[0], _PRODUCT):
            if chance.random() < self.value:
                hidden[start:end] = True
        for start, end in _spans(example.tags[1], 1):
            if chance.random() < self.value:
                hidden[start:end] |= chance.random(end - start) < 0.5
        for column in _SPELLING:
            rows[hidden, column] = UNKNOWN
        for column in _HINTS:
            lost: NDArray[np.bool_] = chance.random(len(rows)) < (1.0 if chance.random() < self.hints else _FEW)
            rows[lost, column] = NO_HINT
        return rows


def _spans(tags: Ints, begin: int) -> list[tuple[int, int]]:
    """The spans of the label whose first tag is `begin`."""
    found = []
    for start in np.flatnonzero(tags == begin):
        end = int(start) + 1
        while end < len(tags) and tags[end] == begin + 1:
            end += 1
        found.append((int(start), end))
    return found
