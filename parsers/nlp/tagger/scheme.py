"""Labels and tags: two rows of tags over the same tokens, since a description of a fault may hold a count or a name."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from parsers.nlp.corpus.markup import Span

VALUES = (
    "PRODUCT",
    "MODEL",
    "BATCH",
    "ORDER_NO",
    "PROD_DATE",
    "SHIP_DATE",
    "QTY_SHIPPED",
    "QTY_INSPECTED",
    "QTY_DEFECTIVE",
    "RATE",
    "DISPOSITION",
    "CLAIM",
    "REPLY_DUE",
    "COMPANY",
    "CONTACT",
    "PHONE",
    "FAX",
    "LOCATION",
)
ROWS: tuple[tuple[str, ...], ...] = (VALUES, ("DEFECT",))
TAGS = tuple(1 + 2 * len(labels) for labels in ROWS)  # of each row: outside, and begin and inside of each label


def gold(doc: Doc, spans: Iterable[Span]) -> list[NDArray[np.int64]]:
    """The tags of each row; a span that cuts a token takes all of it, the later span where two meet in one."""
    rows = [np.zeros(len(doc), dtype=np.int64) for _ in ROWS]
    for span in spans:
        words = doc.char_span(span.start, span.end, alignment_mode="expand")
        for labels, tags in zip(ROWS, rows, strict=True):
            if span.label in labels and words is not None and len(words):
                first = 1 + 2 * labels.index(span.label)
                tags[words.start : words.start + 1] = first
                tags[words.start + 1 : words.end] = first + 1
    return rows
