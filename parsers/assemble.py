"""Candidates into items: whose batch, whose quantity.

Table rows, repeated blocks of labels, list items and, failing those, the stretch of text from one model to the next each speak of
one item; what stands outside speaks of all. Within an item each field takes its best candidate, ranked by weight, by the part
it stands in (a form is trusted before the body, the body before the subject) and by how often it is said.
"""  # noqa: E501

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from parsers.confidence import as_read, confidence
from parsers.document import Document
from parsers.nlp.candidates import Candidate, View
from parsers.nlp.plain import plain
from parsers.types import ITEM_FIELDS, Field, Item, Source

# the order of trust between parts; added to a candidate's weight
TRUST = {"form": 0.1, "body": 0.0, "subject": -0.14}
# an item of a list may take these from what is said for all; a count is never shared
_SHARED = ("product", "order_no", "ship_date", "production_date", "disposition", "defect", "batch", "model")
_IDENTITY = ("model", "product", "batch")
_EVIDENCE = ("quantity_defective", "defect", "defect_rate", "quantity")
_SHARED_WORDS = 0.2  # what another description of the same words adds, by the share that is common
_FORMAL, _LIKELY = (
    0.4,
    0.5,
)  # added to a form's likely word beside a label: it stands before the body's
_ALSO, _ALSO_NEAR = 0.6, 0.14  # of a further batch: its weight, and how far below the surest one's it may be
_LEAST_OF_DATE = 0.45  # dates of other things stand everywhere
_LEAST = 0.3  # a weaker candidate is not given
_MAX_ITEMS = 300
_MAX_POOL = 60  # proposals for one field that are weighed against each other


@dataclass(frozen=True, slots=True)
class Assembled:
    items: tuple[Item, ...]
    warnings: tuple[str, ...]


def assemble(candidates: Sequence[Candidate], views: Sequence[View]) -> Assembled:
    """The items that the candidates speak of: one at least."""
    places = {view.part: view for view in views}
    groups = _groups(candidates, places)
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


# ---------------------------------------------------------------- groups


def _groups(candidates: Sequence[Candidate], places: dict[str, View]) -> list[list[Candidate]]:
    """The candidates of each item, or fewer than two groups where the mail speaks of one item."""
    for find in (_by_rows, _by_list_items, _by_sections, _by_names):
        groups = find(candidates, places)
        if len(groups) >= 2:
            return groups
    return []


def _by_rows(candidates: Sequence[Candidate], places: dict[str, View]) -> list[list[Candidate]]:
    return _by_groups(candidates, re.compile(r"#[tx]\d+[rc]\d+$"))


def _by_sections(candidates: Sequence[Candidate], places: dict[str, View]) -> list[list[Candidate]]:
    return _by_groups(candidates, re.compile(r"#s\d+$"))


def _by_groups(candidates: Sequence[Candidate], kind: re.Pattern[str]) -> list[list[Candidate]]:
    rows: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        if candidate.group is not None and kind.search(candidate.group):
            rows.setdefault(candidate.group, []).append(candidate)
    tables: dict[str, list[list[Candidate]]] = {}
    for name, members in rows.items():
        fields = {candidate.field for candidate in members}
        none_bad = any(c.field == "quantity_defective" and c.value == 0 for c in members)
        if fields & set(_IDENTITY) and fields & set(_EVIDENCE) and not none_bad:
            tables.setdefault(re.sub(r"[rcs]\d+$", "", name), []).append(members)
    if not tables:
        return []
    best = max(tables.values(), key=lambda groups: (groups[0][0].part not in ("body", "subject"), len(groups)))
    return _merged(best)


def _merged(groups: list[list[Candidate]]) -> list[list[Candidate]]:
    """Rows of one model without a count of their own are one item with several batches."""
    merged: dict[str, list[Candidate]] = {}
    for number, members in enumerate(groups):
        counted = any(c.field in ("quantity_defective", "quantity", "defect_rate") for c in members)
        names = [str(c.value) for c in members if c.field == "model"] or [
            str(c.value) for c in members if c.field == "product"
        ]
        key = plain(names[0]) if names and not counted else f"#{number}"
        merged.setdefault(key, []).extend(members)
    return [_with_all_batches(members) for members in merged.values()]


def _with_all_batches(members: list[Candidate]) -> list[Candidate]:
    batches = [c for c in members if c.field == "batch"]
    if len({c.group for c in batches}) < 2:
        return members
    values = tuple(dict.fromkeys(value for c in batches if isinstance(c.value, tuple) for value in c.value))
    joined = replace(batches[0], value=values)
    return [c for c in members if c.field != "batch"] + [joined]


# how the items of a list begin: 一、 1. 1) (1) ① a) (ii) #1 1/ item 1: and dashes
_LIST_ITEM = re.compile(
    r"^[ \t]*(?:(?P<han>[一二三四五六七八九十]{1,2})\s?[、.)]|(?P<digit>\d{1,2})\s?[.、)](?!\d)"
    r"|\(\s?(?P<bracket>[\d一二三四五六七八九十]{1,2})\s?\)|(?P<ring>[①-⑳])|(?P<letter>[a-h])[.)]\s|(?P<roman>\([ivx]{1,4}\))"
    r"|(?P<number>#\s?\d{1,2}\b)|(?P<slash>\d{1,2}/\s)"
    r"|(?P<named>(?:item|产品|型号|no\.?)\s?\d{1,2})\s?[:.)-]|(?P<dash>[-–—•·*]+)\s)",
    re.MULTILINE,
)
_LISTED = 0.3  # weight from which a name in an item of a list is one: the list itself speaks for it


def _by_list_items(candidates: Sequence[Candidate], places: dict[str, View]) -> list[list[Candidate]]:
    for view in places.values():
        blocks = _list_items(view)
        if len(blocks) < 2:
            continue
        groups = _split(candidates, view.part, blocks)
        if len(groups) >= 2:
            return groups
    return []


def _list_items(view: View) -> list[tuple[int, int]]:
    """The list items of the numbering that comes first, each up to the next, the last up to an empty line."""
    found: dict[str, list[int]] = {}
    for match in list(_LIST_ITEM.finditer(view.plain))[:400]:
        found.setdefault(str(match.lastgroup), []).append(match.start())
    starts = next((places for places in found.values() if len(places) >= 2), [])
    blocks = [(start, following) for start, following in itertools.pairwise(starts)]
    if starts:
        gap = view.plain.find("\n\n", starts[-1] + 1)
        blocks.append((starts[-1], gap if gap > 0 else len(view.plain)))
    return blocks


def _split(candidates: Sequence[Candidate], part: str, blocks: list[tuple[int, int]]) -> list[list[Candidate]]:
    """The candidates of each block that names a model of its own (or goods and batch) and something wrong with it."""
    groups: list[list[Candidate]] = []
    seen: set[str] = set()
    for start, end in blocks:
        members = [c for c in candidates if c.part == part and start <= c.start < end]
        named = sorted((c for c in members if c.weight >= _LISTED), key=lambda c: -c.weight)
        names = [plain(str(c.value)) for c in named if c.field == "model"]
        names = names or [plain(str(c.value)) for c in named if c.field == "product"]
        wrong = any(c.field in ("quantity_defective", "defect") and c.weight >= _LISTED for c in members)
        if names and wrong and names[0] not in seen:
            seen.add(names[0])
            groups.append(members)
    return groups


_NAMED = 0.6  # weight from which a model or a name of goods may open an item
_WRONG = 0.5  # weight from which a description or a count of bad pieces makes an item of it
_MAX_ANCHORS = 80


@dataclass(slots=True)
class _Stretch:
    """A stretch of the body that speaks of one item: from where its name stands to the next one's."""

    start: int
    names: dict[str, str]  # field → folded value


def _by_names(candidates: Sequence[Candidate], places: dict[str, View]) -> list[list[Candidate]]:
    """The stretches of the body from one model or name of goods to the next, each with something wrong of its own."""
    view = places.get("body")
    if view is None:
        return []
    stretches = _stretches([c for c in candidates if c.part == "body" and c.field in ("model", "product")], view)
    groups = []
    for number, stretch in enumerate(stretches):
        following = stretches[number + 1].start if number + 1 < len(stretches) else len(view.plain)
        members = [c for c in candidates if c.part == "body" and stretch.start <= c.start < following]
        members = _before_the_rest(members, view, stretch.start, following)
        if any(c.field in ("defect", "quantity_defective") and c.weight >= _WRONG for c in members):
            groups.append([c for c in members if c.field not in _IDENTITY[:2] or _named_in(c, stretch)])
    return groups


def _stretches(named: Sequence[Candidate], view: View) -> list[_Stretch]:
    """A new stretch begins with a name that is neither a further name of the current one, nor one that came before."""
    found: list[_Stretch] = []
    for anchor in _anchors(named):
        name = plain(str(anchor.value))
        if any(_alike_names(name, known.names.get(anchor.field, "")) for known in found):
            continue
        current = found[-1] if found else None
        if current is not None and anchor.field not in current.names and _on_with(current, anchor, view):
            current.names[anchor.field] = name
            continue
        start = _line_or_sentence_start(view.plain, anchor.start)
        if current is not None and start <= current.start:
            start = anchor.start
        found.append(_Stretch(start, {anchor.field: name}))
    return found


def _anchors(named: Sequence[Candidate]) -> list[Candidate]:
    """The surest names, none over another, in the text's order."""
    kept: list[Candidate] = []
    for candidate in sorted(named, key=lambda c: (-c.weight, c.start))[: 4 * _MAX_ANCHORS]:
        if candidate.weight < _NAMED or len(kept) >= _MAX_ANCHORS:
            break
        if all(candidate.end <= other.start or other.end <= candidate.start for other in kept):
            kept.append(candidate)
    return sorted(kept, key=lambda c: c.start)


def _alike_names(one: str, other: str) -> bool:
    """`eyes` and `spherical eye`: one name, said shorter."""
    one, other = one.replace(" ", ""), other.replace(" ", "")
    short, long = sorted((one.rstrip("s"), other.rstrip("s")), key=len)
    return bool(short) and short in long


def _on_with(stretch: _Stretch, anchor: Candidate, view: View) -> bool:
    """Whether a name of the other kind still belongs to the stretch: its model behind the goods, or the goods behind the model."""  # noqa: E501
    between = view.plain[stretch.start : anchor.start]
    return between.count("\n") <= 2 and "\n\n" not in between


def _before_the_rest(members: list[Candidate], view: View, start: int, end: int) -> list[Candidate]:
    """Of a stretch what stands before the first empty line that comes after something wrong is told."""
    wrong = [c.end for c in members if c.field in ("defect", "quantity_defective") and c.weight >= _WRONG]
    gap = view.plain.find("\n\n", min(wrong), end) if wrong else -1
    return [c for c in members if c.start < gap] if gap > 0 else members


def _named_in(candidate: Candidate, stretch: _Stretch) -> bool:
    known = stretch.names.get(candidate.field)
    return known is None or _alike_names(plain(str(candidate.value)), known)


def _line_or_sentence_start(text: str, place: int) -> int:
    return max(text.rfind(stop, 0, place) for stop in ("\n", "。", ";", ". ", ",", "，")) + 1


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


def _field(chosen: Candidate, pool: Iterable[Candidate], places: dict[str, View]) -> Field[Any]:
    document = places[chosen.part].document
    agreed = any(_same(c, chosen) and (c.part, c.start) != (chosen.part, chosen.start) for c in pool)
    against = any(not _same(c, chosen) and c.weight >= 0.8 and c.rule.startswith(("label:", "table")) for c in pool)
    read = _recognised(document, chosen.start, chosen.end)
    if chosen.certain is None:
        certain = confidence(chosen.rule, chosen.weight, agreed, against, read)
    else:
        certain = as_read(chosen.certain, read)
    return field_of(document, chosen.value, chosen.start, chosen.end, certain, chosen.rule, chosen.unit)


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
