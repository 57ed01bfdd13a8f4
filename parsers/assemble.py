"""Candidates into items: whose batch, whose quantity.

Which candidates speak of one item, `grouping` tells; what stands outside its groups speaks of all. Within an item each
field takes its best candidate, ranked by weight, by the part it stands in (a form is trusted before the body, the body
before the subject) and by how often it is said.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from parsers.confidence import as_read, confidence
from parsers.document import Document
from parsers.grouping import groups_of
from parsers.nlp.candidates import Candidate, View
from parsers.nlp.judge import TAGGED
from parsers.nlp.plain import plain
from parsers.types import ITEM_FIELDS, Alternative, Field, Item, Source

# the order of trust between parts; added to a candidate's weight
TRUST = {"form": 0.1, "body": 0.0, "subject": -0.14}
# an item of a list may take these from what is said for all; a count is never shared
_SHARED = ("product", "order_no", "ship_date", "production_date", "disposition", "defect", "batch", "model")
_SHARED_WORDS = 0.2  # what another description of the same words adds, by the share that is common
_LIKELY = 0.5  # weight from which a form's word beside a label stands before the body's,
_FORMAL = 0.4  # by so much
_ALSO, _ALSO_NEAR = 0.6, 0.14  # of a further batch: its weight, and how far below the surest one's it may be
_LEAST_OF_DATE = 0.45  # dates of other things stand everywhere
_SURER = 0.05  # by which another meaning of the same words must be the likelier one
_LEAST = 0.3  # a weaker candidate is not given
_MAX_ITEMS = 300
_MOST_OTHERS = 3  # alternatives of a value that are kept
_MAX_POOL = 60  # proposals for one field that are weighed against each other


@dataclass(frozen=True, slots=True)
class Assembled:
    items: tuple[Item, ...]
    warnings: tuple[str, ...]


def assemble(candidates: Sequence[Candidate], views: Sequence[View]) -> Assembled:
    """The items that the candidates speak of: one at least."""
    places = {view.part: view for view in views}
    groups = groups_of(candidates, places)
    warnings: list[str] = []
    if len(groups) < 2:
        loose = [replace(candidate, group=None) for candidate in candidates]
        items = [_item(loose, [], places, warnings)]
    else:
        grouped = {id(candidate) for members in groups for candidate in members}
        shared = [candidate for candidate in candidates if id(candidate) not in grouped and candidate.field in _SHARED]
        for_all = _surest([candidate for candidate in shared if candidate.group is None])
        items = [_item(members, for_all, places, warnings) for members in groups[:_MAX_ITEMS]]
    kept = [item for item in items if any(getattr(item, name) is not None for name in ITEM_FIELDS)]
    return Assembled(tuple(kept or items[:1]), tuple(dict.fromkeys(warnings)))


def _surest(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Of each field what is worth weighing, the surest first."""
    counted: dict[str, int] = {}
    kept = []
    for candidate in sorted(candidates, key=lambda c: (-c.weight, c.start)):
        counted[candidate.field] = counted.get(candidate.field, 0) + 1
        if counted[candidate.field] <= _MAX_POOL:
            kept.append(candidate)
    return kept


# ---------------------------------------------------------------- fields


def _item(
    members: Sequence[Candidate], shared: Sequence[Candidate], places: dict[str, View], warnings: list[str]
) -> Item:
    taken: dict[str, Any] = {}
    spans: list[tuple[str, int, int]] = []
    members = _settled(members)
    for name in _ORDER:
        own = [c for c in members if c.field == name]
        pool = own or [c for c in shared if c.field == name]
        chosen = _best(name, pool, members, places, taken, spans)
        if chosen is not None:
            taken[name] = _field(chosen, pool, places)
            if name.startswith("quantity"):
                spans.append((chosen.part, chosen.start, chosen.end))
            _note_contradiction(name, chosen, pool, warnings)
    _note_rate(taken, warnings)
    return Item(**{name: taken.get(name) for name in ITEM_FIELDS})


_ORDER = (
    "model",
    "product",
    "batch",
    "order_no",
    "production_date",
    "ship_date",
    "quantity_defective",
    "quantity_shipped",
    "quantity_inspected",
    "defect_rate",
    "defect",
    "disposition",
)


def _settled(members: Sequence[Candidate]) -> list[Candidate]:
    """Gives a bare `数量` its meaning: the bad pieces where nothing else counts them, else those shipped."""
    has_bad = any(c.field == "quantity_defective" and c.weight >= 0.6 for c in members)
    meaning = "quantity_shipped" if has_bad else "quantity_defective"
    return [replace(c, field=meaning, weight=c.weight * 0.72) if c.field == "quantity" else c for c in members]


def _best(
    name: str,
    pool: Sequence[Candidate],
    members: Sequence[Candidate],
    places: dict[str, View],
    taken: dict[str, Any],
    spans: list[tuple[str, int, int]],
) -> Candidate | None:
    if name == "batch":
        pool = _joined_batches(pool)
    pool = sorted(pool, key=lambda c: (-c.weight, c.start))[:_MAX_POOL]
    fits = [c for c in pool if not _clashes(name, c, taken, spans)]
    if name.startswith("quantity"):
        fits = [c for c in fits if not _counts_otherwise(name, c, members)]
    score = _SCORE.get(name, _score)
    ranked = sorted(fits, key=lambda c: (-score(c, fits, members, places), c.start))
    best = ranked[0] if ranked else None
    least = _LEAST_OF_DATE if name.endswith("_date") else _LEAST
    return best if best is not None and score(best, fits, members, places) >= least else None


def _clashes(name: str, candidate: Candidate, taken: dict[str, Any], spans: list[tuple[str, int, int]]) -> bool:
    """Whether the candidate's words already say another field, or it would count more bad pieces than there are."""
    if name.startswith("quantity"):
        ratio = candidate.rule in ("ratio",) or candidate.rule.startswith("label")
        if not ratio and any(
            part == candidate.part and start < candidate.end and candidate.start < end for part, start, end in spans
        ):
            return True
        bad = taken.get("quantity_defective")
        if bad is not None and name != "quantity_defective" and isinstance(candidate.value, float):
            return bool(candidate.value < bad.value) and candidate.weight < 0.9
    if name in ("batch", "order_no"):
        model = taken.get("model")
        values = candidate.value if isinstance(candidate.value, tuple) else (candidate.value,)
        return (
            model is not None
            and any(plain(str(value)) == plain(model.value) for value in values)
            and candidate.weight < 0.8
        )
    return False


def _counts_otherwise(name: str, candidate: Candidate, members: Sequence[Candidate]) -> bool:
    """Whether these words are more surely a count of something else (到货约500只), or part of one that a rule has
    multiplied out (20箱，每箱50只).
    """
    if candidate.rule == "ratio" or candidate.rule.startswith("label"):
        return False
    return any(
        _multiplies(other, candidate) if other.field == name else other.weight > candidate.weight + _SURER
        for other in members
        if other.field.startswith("quantity_")
        and other.part == candidate.part
        and other.start <= candidate.start
        and candidate.end <= other.end
    )


def _multiplies(other: Candidate, candidate: Candidate) -> bool:
    if not isinstance(other.value, float) or not isinstance(candidate.value, float) or not candidate.value:
        return False
    times, rest = divmod(other.value, candidate.value)
    return candidate.rule == TAGGED != other.rule and times > 1 and not rest


def _score(
    candidate: Candidate, pool: Sequence[Candidate], members: Sequence[Candidate], places: dict[str, View]
) -> float:
    view = places[candidate.part]
    agreeing = {
        (c.part, c.start)
        for c in pool
        if _same(c, candidate) and (c.part, c.start) != (candidate.part, candidate.start)
    }
    formal = view.trust > 0 and candidate.rule.startswith(("label:", "table")) and candidate.weight >= _LIKELY
    trust = _FORMAL if formal else view.trust
    return candidate.weight + trust + 0.05 * min(2, len(agreeing)) - 0.02 * (candidate.start > 3000)


def _same(one: Candidate, other: Candidate) -> bool:
    if isinstance(one.value, str) and isinstance(other.value, str):
        return plain(one.value).replace(" ", "") == plain(other.value).replace(" ", "")
    return one.value == other.value


def _score_product(
    candidate: Candidate, pool: Sequence[Candidate], members: Sequence[Candidate], places: dict[str, View]
) -> float:
    """A name that others hold, or that stands in the subject too, is surer."""
    name = plain(str(candidate.value))
    held = sum(
        1
        for c in pool
        if c is not candidate and name in plain(str(c.value)) and (c.part, c.start) != (candidate.part, candidate.start)
    )
    return _score(candidate, pool, members, places) + 0.05 * min(2, held) + _telling(name)


def _telling(name: str) -> float:
    """`dining chair` says more than `chairs`, 骨架油封 more than 油封."""
    return 0.06 if " " in name.strip() or (len(name) >= 4 and not name.isascii()) else 0.0


def _score_defect(
    candidate: Candidate, pool: Sequence[Candidate], members: Sequence[Candidate], places: dict[str, View]
) -> float:
    """What shares most of its words with the other likely descriptions: where it begins and ends is seldom sure."""
    shared = 0.0
    for other in pool:
        common = min(candidate.end, other.end) - max(candidate.start, other.start)
        if other is not candidate and other.part == candidate.part and common > 0:
            shared += other.weight * 2 * common / (candidate.end - candidate.start + other.end - other.start)
    return candidate.weight + places[candidate.part].trust + _SHARED_WORDS * shared


Scorer = Callable[[Candidate, Sequence[Candidate], Sequence[Candidate], dict[str, View]], float]


def _score_count(
    candidate: Candidate, pool: Sequence[Candidate], members: Sequence[Candidate], places: dict[str, View]
) -> float:
    """Of counts in running text that are about as sure, the first: what comes later is a part of it."""
    score = _score(candidate, pool, members, places)
    prose = not candidate.rule.startswith(("label", "table"))
    return round(score, 1) - 0.00001 * min(candidate.start, 5000) if prose else score


_SCORE: dict[str, Scorer] = {
    "product": _score_product,
    "defect": _score_defect,
    "quantity_defective": _score_count,
    "quantity_inspected": _score_count,
    "quantity_shipped": _score_count,
}


def _joined_batches(pool: Sequence[Candidate]) -> list[Candidate]:
    """Several sure mentions of different batches in one part are one list, in the document's order."""
    if not pool:
        return []
    best = max(pool, key=lambda c: c.weight)
    alike = sorted(
        (
            c
            for c in pool
            if c.part == best.part and c.weight >= max(_ALSO, best.weight - _ALSO_NEAR) and isinstance(c.value, tuple)
        ),
        key=lambda c: c.start,
    )
    values: dict[str, str] = {}
    for candidate in alike:
        for value in candidate.value if isinstance(candidate.value, tuple) else ():
            values.setdefault(plain(str(value)), str(value))
    if len(values) < 2 or len(alike) < 2:
        return list(pool)
    first = alike[0]
    return [replace(first, value=tuple(values.values()), end=max(first.end, alike[-1].end), weight=best.weight)]


def _field(chosen: Candidate, pool: Sequence[Candidate], places: dict[str, View]) -> Field[Any]:
    document = places[chosen.part].document
    agreed = any(_same(c, chosen) and (c.part, c.start) != (chosen.part, chosen.start) for c in pool)
    against = any(not _same(c, chosen) and c.weight >= 0.8 and c.rule.startswith(("label:", "table")) for c in pool)
    read = _recognised(document, chosen.start, chosen.end)
    if chosen.certain is None:
        certain = confidence(chosen.rule, chosen.weight, agreed, against, read)
    else:
        certain = as_read(chosen.certain, read)
    made = field_of(document, chosen.value, chosen.start, chosen.end, certain, chosen.rule, chosen.unit)
    return replace(made, others=_others(chosen, pool, places))


def _others(chosen: Candidate, pool: Iterable[Candidate], places: dict[str, View]) -> tuple[Alternative, ...]:
    """What else was proposed with some weight: each value once, the likeliest first."""
    kept: list[Candidate] = []
    for other in sorted(pool, key=lambda c: (-c.weight, c.start))[:_MAX_POOL]:
        if len(kept) == _MOST_OTHERS or other.weight < _LEAST:
            break
        if not _same(other, chosen) and not any(_same(other, one) for one in kept):
            kept.append(other)
    return tuple(_alternative(other, places[other.part].document) for other in kept)


def _alternative(other: Candidate, document: Document) -> Alternative:
    read = _recognised(document, other.start, other.end)
    certain = confidence(other.rule, other.weight, False, False, read)
    made = field_of(document, other.value, other.start, other.end, certain, other.rule)
    return Alternative(made.value, made.text, made.confidence, made.source)


def _recognised(document: Document, start: int, end: int) -> float:
    sure = (
        [word.confidence for word in document.words if word.start < end and word.end > start]
        if document.scanned
        else []
    )
    return min(sure, default=1.0)


def field_of(
    document: Document, value: Any, start: int, end: int, certain: float, rule: str, unit: str | None = None
) -> Field[Any]:
    """A field with its place in the document: page and box too, where there are any."""
    source = Source(document.part, document.page_of(start), start, end, document.box_of(start, end))
    return Field(value, document.text[start:end], certain, source, rule, unit)


# ---------------------------------------------------------------- warnings


def _note_contradiction(name: str, chosen: Candidate, pool: Iterable[Candidate], warnings: list[str]) -> None:
    if name not in ("model", "batch", "quantity_defective", "order_no"):
        return
    for other in pool:
        labelled = other.rule.startswith(("label:", "table"))
        if labelled and other.weight >= 0.8 and not _same(other, chosen) and other.part != chosen.part:
            warnings.append(f"{name}: {chosen.part} says {_said(chosen)}, {other.part} says {_said(other)}.")


def _said(candidate: Candidate) -> str:
    value = candidate.value
    return (
        ", ".join(map(str, value))
        if isinstance(value, tuple)
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )


def _note_rate(taken: dict[str, Any], warnings: list[str]) -> None:
    """The printed rate stands even where the counts say otherwise; a person is told."""
    rate, bad = taken.get("defect_rate"), taken.get("quantity_defective")
    wholes = [taken[name].value for name in ("quantity_inspected", "quantity_shipped") if name in taken]
    if rate is None or bad is None or not wholes:
        return
    if all(not whole or abs(bad.value / whole - rate.value) > 0.1 * rate.value + 0.0005 for whole in wholes):
        warnings.append(f"defect_rate: {rate.text.strip()} is printed; the counts give another.")
