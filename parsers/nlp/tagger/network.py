"""The layers between a token's features and its tags: hashed tables, windows of neighbours, a linear layer."""

from typing import Any, cast

import numpy as np
from thinc.api import (
    Dropout,
    HashEmbed,
    Linear,
    Maxout,
    Model,
    chain,
    clone,
    concatenate,
    expand_window,
    residual,
    with_array,
)
from thinc.backends import NumpyOps

from parsers.nlp.tagger.crf import Floats
from parsers.nlp.tagger.features import COLUMNS, Features

Tagging = Model[list[Features], list[Floats]]


class BlasOps(NumpyOps):  # type: ignore[misc]
    """thinc's operations, with numpy's matrix product: its BLAS was measured at four times the speed of thinc's."""

    name = "complaint_intake.blas"
    chance = np.random.default_rng(0)  # of what is dropped; training sets its own

    def gemm(self, x, y, out=None, trans1=False, trans2=False):  # type: ignore[no-untyped-def]
        product = np.matmul(x.T if trans1 else x, y.T if trans2 else y)
        if out is None:
            return product
        out[...] = product
        return out

    def get_dropout_mask(self, shape, drop):  # type: ignore[no-untyped-def]
        if not drop:
            return np.ones(shape, dtype=np.float32)
        return (self.chance.random(shape, dtype=np.float32) >= drop) * np.float32(1 / (1 - drop))

    def affine(self, X, W, b):  # type: ignore[no-untyped-def]  # noqa: N803
        product = np.matmul(X, W.T)
        product += b
        return product


def network(tags: int, width: int = 96, depth: int = 4, window: int = 1, dropout: float = 0.25) -> Tagging:
    """Lists of feature rows in, lists of tag scores out."""
    embed: Any = concatenate(
        *(HashEmbed(size, rows, column=number, seed=7 + number) for number, (rows, size) in enumerate(COLUMNS.values()))
    )
    mixed = sum(size for _, size in COLUMNS.values())
    layer: Any = chain(
        expand_window(window_size=window),
        Maxout(width, width * (2 * window + 1), nP=3, normalize=True, dropout=dropout),
    )
    encode = clone(residual(layer), depth)
    inner: Any = chain(embed, Dropout(dropout), Maxout(width, mixed, nP=3, normalize=True, dropout=dropout), encode)
    model: Any = chain(with_array(inner, pad=window * depth), with_array(Linear(tags, width)))
    for node in model.walk():
        node.ops = BlasOps()
    return cast(Tagging, model)
