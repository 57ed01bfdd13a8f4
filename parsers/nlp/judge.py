"""How likely each proposal is right, from all that speaks for it and against it: who proposed it, who else says so, what it rivals.

A logistic model a field over named pieces of evidence; its weights are data, fitted on text that the tagger did not learn from, and
stand in `model/judge.json`, where a person can read them.
"""  # noqa: E501

import json
import math
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from parsers.nlp.candidates import Candidate, View
from parsers.nlp.plain import plain

TAGGED = "tagged"  # the rule of the tagger's proposals; their weight is the tagger's probability
_BINS = (0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.96)
_CJK = re.compile(r"[\u3400-\u9fff]")
_FEW = 250  # proposals of one field in one mail that are compared with each other
_NARROW = {("defect_rate", "rate"): (0.85, 0.6), ("quantity_defective", "ratio"): (0.75, 0.55)}
"""不良率1%, 3/500不良: from which weight on a rule is sure of it, and what it weighs then at the least."""
Evidence = dict[str, float]


def evidence_for(candidates: Sequence[Candidate], views: Sequence[View]) -> list[Evidence]:
    """For each candidate its pieces of evidence, by name."""
    by_field: dict[str, list[int]] = defaultdict(list)
    tagged: dict[str, list[Candidate]] = defaultdict(list)
    for number, candidate in enumerate(candidates):
        by_field[candidate.field].append(number)
        if candidate.rule == TAGGED:
            tagged[candidate.part].append(candidate)
    lengths = {view.part: len(view.text) for view in views}
    marks = {part: _Marks(sorted(found, key=lambda c: c.start)) for part, found in tagged.items()}
    made: list[Evidence] = [{} for _ in candidates]
    for numbers in by_field.values():
        pool = [candidates[number] for number in numbers]
        rivals = _Pool(pool)
        for number in numbers:
            candidate = candidates[number]
            around = marks.get(candidate.part)
            evidence = _alone(candidate, lengths.get(candidate.part, 0))
            if around is not None:
                evidence.update(_of_marks(candidate, around.over(candidate)))
            evidence.update(rivals.evidence(candidate))
            made[number] = evidence
    return made


class _Marks:
    """The tagger's proposals of one part, by place."""

    def __init__(self, found: Sequence[Candidate]) -> None:
        self.found = found
        self.starts = [one.start for one in found]
        self.longest = max((one.end - one.start for one in found), default=0)

    def over(self, candidate: Candidate) -> list[Candidate]:
        first = bisect_right(self.starts, candidate.start - self.longest - 1)
        last = bisect_right(self.starts, candidate.end - 1)
        return [one for one in self.found[first:last] if one.end > candidate.start]


def _logit(p: float) -> float:
    p = min(0.995, max(0.005, p))
    return math.log(p / (1 - p)) / 5


def _alone(candidate: Candidate, length: int) -> Evidence:
    """What the candidate shows by itself."""
    head = candidate.rule.split("#")[0]
    said = candidate.value if isinstance(candidate.value, str) else ""
    evidence = {"bias": 1.0, f"rule {head}": 1.0}
    if candidate.rule != TAGGED:
        evidence[f"weight {head.split(':')[0]}"] = candidate.weight
    part = candidate.part if candidate.part in ("body", "subject") else "form"
    evidence[f"part {part}"] = 1.0
    evidence["place"] = min(1.0, candidate.start / 1500)
    if candidate.start < 120:
        evidence["early"] = 1.0
    if candidate.group is not None:
        evidence["grouped"] = 1.0
    if length < 200:
        evidence["short text"] = 1.0
    if said:
        chinese = len(_CJK.findall(said))
        size = len(said) if chinese else len(said) / 2.5
        evidence[f"{'zh' if chinese else 'en'} size {sum(size > bound for bound in (2, 3, 5, 8, 14, 25, 45))}"] = 1.0
        if candidate.field in ("model", "order_no"):
            evidence[f"shape {_shape(said)}"] = 1.0
    elif isinstance(candidate.value, tuple) and candidate.value:
        evidence[f"shape {_shape(str(candidate.value[0]))}"] = 1.0
        evidence["several"] = float(len(candidate.value) > 1)
    return evidence


def _shape(text: str) -> str:
    kinds = ("9" if re.search(r"\d", text) else "") + ("a" if re.search(r"[A-Za-z]", text) else "")
    return (kinds + ("c" if _CJK.search(text) else "") + (" " if " " in text else "")) or "-"


def _of_marks(candidate: Candidate, over: Sequence[Candidate]) -> Evidence:
    """What the tagger says of these words: the same, nearly the same, something else."""
    exact = near = against = 0.0
    other = ""
    for mark in over:
        common = min(mark.end, candidate.end) - max(mark.start, candidate.start)
        share = 2 * common / (mark.end - mark.start + candidate.end - candidate.start)
        if mark.field == candidate.field:
            if mark.start == candidate.start and mark.end == candidate.end:
                exact = max(exact, mark.weight)
            else:
                near = max(near, mark.weight * share)
        elif mark.field != "defect" and candidate.field != "defect" and share * mark.weight > against:
            against, other = share * mark.weight, mark.field
    evidence = {
        f"tag {sum(exact > bound for bound in _BINS)}": 1.0,
        "tag": _logit(exact) if exact else -1.1,
        f"near {sum(near > bound for bound in (0.1, 0.3, 0.6, 0.85))}": 1.0,
        "near": near,
    }
    if against > 0.1:
        evidence["against"] = against
        evidence[f"against {other}"] = against
    return evidence


class _Pool:
    """The candidates of one field in one mail, compared with each other by what they say."""

    def __init__(self, pool: Sequence[Candidate]) -> None:
        self.said: dict[str, list[Candidate]] = defaultdict(list)
        for candidate in pool[:_FEW]:
            self.said[_key(candidate)].append(candidate)
        self.tagged = {
            key: max((c.weight for c in found if c.rule == TAGGED), default=0.0) for key, found in self.said.items()
        }
        self.labelled = {
            key for key, found in self.said.items() if any(c.rule.startswith(("label", "table")) for c in found)
        }
        self.ranked = sorted(self.tagged.values(), reverse=True)

    def evidence(self, candidate: Candidate) -> Evidence:
        key = _key(candidate)
        found = self.said.get(key, [candidate])
        places = {(one.part, one.start) for one in found}
        evidence = {f"said {min(3, len(places))}": 1.0}
        for rule in {one.rule.split(":")[0] for one in found if one.rule != TAGGED and one is not candidate}:
            evidence[f"also {rule}"] = 1.0
        if len({one.part for one in found}) > 1:
            evidence["said in two parts"] = 1.0
        own = self.tagged.get(key, 0.0)
        evidence["tagged anywhere"] = _logit(own) if own else -1.1
        rival = next((p for p in self.ranked if p != own), 0.0) if own == self.ranked[0] else self.ranked[0]
        evidence["rival"] = rival
        evidence["rival is surer"] = float(rival > own)
        if self.labelled - {key}:
            evidence["a label says other"] = 1.0
        if candidate.field in ("product", "defect"):
            holders = sum(1 for other in self.said if other != key and key and key in other)
            held = sum(1 for other in self.said if other != key and other and other in key)
            evidence["held by others"] = min(3, holders) / 3
            evidence["holds others"] = min(3, held) / 3
        return evidence


def _key(candidate: Candidate) -> str:
    value = candidate.value
    if isinstance(value, tuple):
        return "|".join(plain(str(one)).replace(" ", "") for one in value)
    return plain(value).replace(" ", "") if isinstance(value, str) else repr(value)


@dataclass(frozen=True, slots=True)
class Judge:
    """`weights` by field and piece of evidence."""

    weights: Mapping[str, Mapping[str, float]]
    certainty: Mapping[str, Sequence[Sequence[float]]]  # by field: [weight of what was chosen, how often it was right]

    def weigh(self, candidates: Sequence[Candidate], views: Sequence[View]) -> list[Candidate]:
        """The candidates, each weighed by its probability; fields that the judge does not know keep their own."""
        weighed = []
        for candidate, evidence in zip(candidates, evidence_for(candidates, views), strict=True):
            known = self.weights.get(candidate.field)
            if known is None:
                weighed.append(candidate)
            else:
                weight = max(_probability(known, evidence), _least(candidate, evidence))
                weighed.append(replace(candidate, weight=weight, certain=self.certain(candidate.field, weight)))
        return weighed

    def certain(self, name: str, weight: float) -> float:
        """How often a value of this weight was right once chosen; the weight itself where that was not measured."""
        table = self.certainty.get(name)
        if not table:
            return weight
        places, shares = [row[0] for row in table], [row[1] for row in table]
        at = bisect_right(places, weight)
        if at in (0, len(table)):
            return shares[min(at, len(table) - 1)]
        part = (weight - places[at - 1]) / (places[at] - places[at - 1])
        return shares[at - 1] + part * (shares[at] - shares[at - 1])

    @classmethod
    def from_disk(cls, path: Path) -> "Judge":
        told = json.loads(path.read_text("utf-8"))
        return cls(told["weights"], told["certainty"])

    def to_disk(self, path: Path) -> None:
        told = {"weights": self.weights, "certainty": self.certainty}
        path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _least(candidate: Candidate, evidence: Evidence) -> float:
    """The least weight of what its rule is sure of and is written in so narrow a form that the tagger's silence says
    nothing.
    """
    sure, least = _NARROW.get((candidate.field, candidate.rule), (2.0, 0.0))
    return least if candidate.weight >= sure and "a label says other" not in evidence else 0.0


def _probability(weights: Mapping[str, float], evidence: Evidence) -> float:
    total = sum(weights.get(name, 0.0) * amount for name, amount in evidence.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
