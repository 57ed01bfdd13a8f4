"""The judge's weights, fitted on proposals for text that the tagger did not learn from: logistic regression."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from parsers.nlp.evaluate import Accepted, same
from parsers.nlp.judge import Evidence

_RIDGE = 1.0  # keeps the weights of what is rarely seen near zero
_STEPS = 25
_RARE = 8  # evidence seen less often is left out
Judged = tuple[str, Evidence, bool]


def is_right(name: str, value: object, items: Sequence[Accepted]) -> bool:
    """Whether some item of the answer has this value in this field."""
    if name == "batch" and isinstance(value, tuple):
        known = {code for item in items for batch in item.get(name, ()) for code in batch}
        return all(any(same("model", one, code) for one in known) for code in value)
    return any(same(name, one, value) for item in items for one in item.get(name, ()) if one is not None)


def fit(judged: Iterable[Judged]) -> dict[str, dict[str, float]]:
    """Weights by field and piece of evidence."""
    by_field: dict[str, list[tuple[Evidence, bool]]] = defaultdict(list)
    for name, evidence, right in judged:
        by_field[name].append((evidence, right))
    telling = {
        name: rows
        for name, rows in sorted(by_field.items())
        if len(rows) >= _RARE and len({row[1] for row in rows}) == 2
    }
    return {name: _fit_field(rows) for name, rows in telling.items()}


def _fit_field(rows: Sequence[tuple[Evidence, bool]]) -> dict[str, float]:
    seen: dict[str, int] = defaultdict(int)
    for evidence, _ in rows:
        for name in evidence:
            seen[name] += 1
    names = sorted(name for name, count in seen.items() if count >= _RARE)
    column = {name: number for number, name in enumerate(names)}
    table = np.zeros((len(rows), len(names)))
    for number, (evidence, _) in enumerate(rows):
        for name, amount in evidence.items():
            if name in column:
                table[number, column[name]] = amount
    right = np.array([right for _, right in rows], dtype=float)
    weights = np.zeros(len(names))
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-np.clip(table @ weights, -30, 30)))
        slope = table.T @ (right - p) - _RIDGE * weights
        curve = (table * (p * (1 - p))[:, None]).T @ table + _RIDGE * np.eye(len(names))
        step = np.linalg.solve(curve, slope)
        weights += step
        if np.abs(step).max() < 1e-4:
            break
    return {name: round(float(weights[column[name]]), 4) for name in names if abs(weights[column[name]]) > 1e-3}


_BUCKETS = 24  # of the values of a field, from the least to the most likely


def calibration(given: Iterable[tuple[str, str, float, bool]]) -> dict[str, list[list[float]]]:
    """By field how often a chosen value of a weight was right: shares of equal buckets, made to rise (isotonic)."""
    by_field: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for name, _, weight, right in given:
        by_field[name].append((weight, right))
    return {name: _rising(sorted(rows)) for name, rows in sorted(by_field.items())}


def _rising(rows: Sequence[tuple[float, bool]]) -> list[list[float]]:
    """Pool adjacent violators: neighbours that do not rise are put together. Each share leans a little to its own weight."""  # noqa: E501
    size = max(12, len(rows) // _BUCKETS)
    pools: list[tuple[float, int, int]] = []  # sum of weights, right ones, all
    for at in range(0, len(rows), size):
        part = rows[at : at + size]
        pools.append((sum(weight for weight, _ in part), sum(right for _, right in part), len(part)))
        while len(pools) > 1 and pools[-2][1] * pools[-1][2] >= pools[-1][1] * pools[-2][2]:
            last, before = pools.pop(), pools.pop()
            pools.append((before[0] + last[0], before[1] + last[1], before[2] + last[2]))
    table: list[list[float]] = []
    for weights, right, count in pools:
        place = round(weights / count, 4)
        if not table or place > table[-1][0]:
            share = round((right + place) / (count + 1), 4)
            table.append([place, max(share, table[-1][1]) if table else share])  # a small last pool leans far
    return table
