"""Lexicon words as hints on tokens: which tokens begin, continue or end a known word of goods, of faults, of people and places.

A hint is a feature for the network, never a value: the lexicons lack most of the words that customers use.
"""  # noqa: E501

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from parsers.nlp.plain import plain
from parsers.nlp.tokenizer import split

_FOLDER = Path(__file__).parent.parent / "lexicon"
# the kinds of a file's name, by the layer of hints that they raise
LAYERS: dict[str, tuple[str, ...]] = {
    "goods": ("products", "materials"),
    "heads": ("heads",),
    "faults": ("defects",),
    "wishes": ("dispositions", "requests"),
    "names": ("departments", "titles", "companies", "surnames", "places", "units"),
}
_LONGEST = 8  # tokens of a term
# plurals that lose more than their s: batteries, boxes, potatoes; houses, sizes and shoes lose the s alone
_PLURAL = re.compile(r"(?:(?<=[a-z]{2})(?P<y>ies?)|(?P<es>(?<=ss|sh|ch|zz|tz)es|(?<=x)es|(?<=[^aeiou]o)es)|s)$")
_ODD = {"lens": "lens", "lenses": "lens", "gases": "gas", "buses": "bus", "series": "series", "shoes": "shoe"}
_END = ""  # the trie's key under which a term's layers stand


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A folded word without its plural, `bushes` → `bush`, `bearings` → `bearing`; others as they are.

    One and many have one stem; it need not be a word: `cookie` and `cookies` are `cooky`.
    """
    if word in _ODD:
        return _ODD[word]
    if len(word) < 4 or not word.isascii() or not word[-4:].isalpha() or word.endswith(("ss", "us", "is")):
        return word
    if len(word) == 4 and word.endswith("ies"):  # ties
        return word[:-1]
    return _PLURAL.sub(lambda found: "y" if found["y"] else "", word)


@cache
def trie() -> dict[str, Any]:
    """All terms, by their stemmed tokens; under "" the hint of each layer."""
    root: dict[str, Any] = {}
    for path in sorted(_FOLDER.glob("*.txt")):
        kind = path.name.split(".")[0]
        layer = next((name for name, kinds in LAYERS.items() if kind in kinds), None)
        if layer is None:
            continue
        for line in path.read_text("utf-8").splitlines():
            term = plain(line.strip())
            if not term or term.startswith("#"):
                continue
            _add(root, [stem(word) for word in split(term) if not word.isspace()], layer, kind[0])
    return root


def _add(root: dict[str, Any], words: Sequence[str], layer: str, kind: str) -> None:
    if not words or len(words) > _LONGEST:
        return
    node = root
    for word in words:
        node = node.setdefault(word, {})
    node.setdefault(_END, {}).setdefault(layer, kind)


def hints(words: Sequence[str]) -> dict[str, list[str]]:
    """For each layer one hint a token: `-` or B, I, E, S with the kind's first letter (`Bd`). `words` are stemmed."""
    root = trie()
    found = {layer: ["-"] * len(words) for layer in LAYERS}
    free = dict.fromkeys(LAYERS, 0)
    for start, word in enumerate(words):
        if word not in root:
            continue
        for layer, (end, kind) in _longest(root, words, start).items():
            if start >= free[layer]:
                found[layer][start:end] = _shaped(kind, end - start)
                free[layer] = end
    return found


def _longest(root: dict[str, Any], words: Sequence[str], start: int) -> dict[str, tuple[int, str]]:
    node = root
    best: dict[str, tuple[int, str]] = {}
    for at in range(start, min(len(words), start + _LONGEST)):
        node = node.get(words[at])  # type: ignore[assignment]
        if node is None:
            break
        for layer, kind in node.get(_END, {}).items():
            best[layer] = (at + 1, kind)
    return best


def _shaped(kind: str, length: int) -> list[str]:
    if length == 1:
        return [f"S{kind}"]
    return [f"B{kind}", *[f"I{kind}"] * (length - 2), f"E{kind}"]
