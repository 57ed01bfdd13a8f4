"""What the network sees of a token: itself, its shape, its word, lexicon hints, the label of its line."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np
from murmurhash import hash as hashed
from numpy.typing import NDArray
from spacy.tokens import Doc

from parsers.nlp.labels import exact
from parsers.nlp.plain import plain
from parsers.nlp.tagger.lexicons import LAYERS, hints, stem

# the columns, each with the rows and the width of its table in the network
COLUMNS: dict[str, tuple[int, int]] = {
    "norm": (6000, 64),
    "stem": (3000, 32),
    "suffix": (1500, 24),
    "shape": (1000, 24),
    "pair": (10000, 48),
    "word": (10000, 48),
    "class": (1000, 24),
    **dict.fromkeys(LAYERS, (100, 16)),
    "line": (800, 24),
    "place": (50, 8),
}
Features = NDArray[np.uint64]
_CJK = re.compile(r"[\u3400-\u9fff]")
_KEY = re.compile(r"[^:\n]{1,40}?(?=:|\t| {2,})")
_MIX = np.uint64(0x9E3779B97F4A7C15)
_MANY = np.uint64(0xFFFFFFFF)


@cache
def _segmenter() -> Any:
    import rjieba  # its dictionary is loaded with it

    return rjieba


@lru_cache(maxsize=262144)
def _hash(text: str) -> int:
    return int(hashed(text)) & 0xFFFFFFFF


@lru_cache(maxsize=65536)
def _of_token(text: str, norm: str) -> tuple[int, int, int, int, str]:
    """The hashes of a token by itself: norm, stem, suffix, shape; and its stem as text."""
    folded = plain(text)
    root = stem(folded)
    return _hash(norm), _hash(root if len(norm) > 1 else norm), _hash(norm[-3:]), _hash(_shape(text)), root


def _shape(text: str) -> str:
    """Letters to X and x, digits to d, runs of more than three to three: `B240615-02` → `Xddd-dd`."""
    drawn: list[str] = []
    for c in text[:40]:
        kind = "d" if c.isdigit() else "c" if _CJK.match(c) else ("X" if c.isupper() else "x") if c.isalpha() else c
        if drawn[-3:] != [kind] * 3:
            drawn.append(kind)
    return "".join(drawn)


UNKNOWN, NO_HINT = np.uint64(_hash("unknown")), np.uint64(_hash("-"))  # of a spelling that is hidden, of no hint
_KEY_ITSELF = _hash("key")
_PLACES = [[[_hash(f"{first}{last}{begins}") for begins in range(2)] for last in range(5)] for first in range(3)]


def features(doc: Doc) -> Features:
    """One row a token, one column for each of COLUMNS: 32-bit hashes."""
    count = len(doc)
    table = np.zeros((count, len(COLUMNS)), dtype=np.uint64)
    if not count:
        return table
    tokens = list(doc)
    single = [_of_token(token.text, token.norm_) for token in tokens]
    starts = [token.idx for token in tokens]
    folded = plain(doc.text)
    table[:, :4] = [row[:4] for row in single]
    norm = table[:, 0]
    table[:-1, 4] = (norm[:-1] * _MIX + norm[1:]) & _MANY
    table[-1, 4] = norm[-1]
    at = 5
    for column in (*_words(folded, starts), *_hinted([row[4] for row in single]), *_lines(folded, starts)):
        table[:, at] = column
        at += 1
    return table


def words_of(folded: str) -> list[str]:
    """Folded text in words; joined, they are the text."""
    return list(_segmenter().cut(folded))


def _words(folded: str, starts: Sequence[int]) -> tuple[list[int], list[int]]:
    """The word that each token is a part of, and its class with the token's place in it: `Bn`, `En`."""
    count = len(starts)
    words, classes = [0] * count, [0] * count
    token, place = 0, 0
    for word, kind in _segmenter().tag(folded):
        end = place + len(word)
        first, hashed_word = token, _hash(word)
        while token < count and starts[token] < end:
            begins, ends = starts[token] <= place, token + 1 == count or starts[token + 1] >= end
            words[token] = hashed_word
            classes[token] = _hash((("S" if ends else "B") if begins else ("E" if ends else "I")) + kind)
            token += 1
        if first == token and token:  # a word inside one token: a code in pieces
            classes[token - 1] = _hash("M" + kind)
        place = end
    return words, classes


def _hinted(stems: Sequence[str]) -> list[list[int]]:
    return [[_hash(hint) for hint in column] for column in hints(stems).values()]


def _lines(folded: str, starts: Sequence[int]) -> tuple[list[int], list[int]]:
    """For each token the label that its line begins with, and where in the text and the line it stands."""
    bounds = _bounds(folded)
    labels, places = [], []
    line = 0
    for place in starts:
        while line + 1 < len(bounds) and place >= bounds[line][1]:
            line += 1
        start, _, key_end, label = bounds[line]
        labels.append(label if place >= key_end else _KEY_ITSELF if key_end > start else 0)
        places.append(_PLACES[min(line, 2)][min(len(bounds) - 1 - line, 4)][place == start])
    return labels, places


def _bounds(text: str) -> list[tuple[int, int, int, int]]:
    """For each line with words: its start, the next one's, where its label ends (its start without one), the label."""
    found = []
    at = 0
    for line in text.split("\n"):
        end = at + len(line) + 1
        if line.strip():
            start = at + len(line) - len(line.lstrip())
            key = _KEY.match(text, start)
            meant = exact(key.group()) if key else ()
            label = _hash("label " + "|".join(meant)) if meant else _hash("tail " + key.group()[-2:]) if key else 0
            found.append((start, end, key.end() if key else start, label))
        at = end
    return found or [(0, len(text) + 1, 0, 0)]
