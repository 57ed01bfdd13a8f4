"""Which proposals speak of one item: a table's row, a repeated block of labels, an item of a list, the stretch between two names.

The first of these ways that finds two items or more is taken; a mail in which none does speaks of one.
"""  # noqa: E501

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from parsers.nlp.candidates import Candidate, View
from parsers.nlp.listed import items_in
from parsers.nlp.plain import plain

_IDENTITY = ("model", "product", "batch")
_EVIDENCE = ("quantity_defective", "defect", "defect_rate", "quantity")


def groups_of(candidates: Sequence[Candidate], places: dict[str, View]) -> list[list[Candidate]]:
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


_LISTED = 0.15  # weight from which a name in an item of a list is one: the list itself speaks for it


def _by_list_items(candidates: Sequence[Candidate], places: dict[str, View]) -> list[list[Candidate]]:
    for view in places.values():
        blocks = items_in(view.plain, view.text)
        if len(blocks) < 2:
            continue
        groups = _split(candidates, view.part, blocks)
        if len(groups) >= 2:
            return groups
    return []


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
