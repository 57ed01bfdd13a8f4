"""The words that describe the defect (不良现象): the clause of running text with the surest words of fault in it."""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from parsers.nlp.prose import Sentences, clauses

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import PhraseMatcher

_SCORES = {"strong": 1.0, "weak": 0.28, "general": 0.3, "against": -0.4}
_NEGATED = re.compile(
    r"(?:没有|没|未|无|未发现|未见|未有|并无|不存在|排除|避免|防止|no|not|without|any|never|didn't|don't|doesn't|avoid|prevent|free of)\s?$"  # noqa: E501
)
_IRREGULAR = {
    "break": ["breaks", "broke", "broken", "breaking"], "burn": ["burns", "burnt", "burned", "burning"], "split": ["splits", "splitting"],  # noqa: E501
    "stick": ["sticks", "stuck", "sticking"], "tear": ["tears", "tore", "torn", "tearing"], "wear": ["wears", "wore", "worn", "wearing"],  # noqa: E501
    "freeze": ["freezes", "froze", "frozen", "freezing"], "hang": ["hangs", "hung", "hanging"], "shrink": ["shrinks", "shrank", "shrunk", "shrinking"],  # noqa: E501
    "swell": ["swells", "swollen", "swelled", "swelling"], "bend": ["bends", "bent", "bending"], "burst": ["bursts", "bursting"],  # noqa: E501
    "bind": ["binds", "bound", "binding"], "bleed": ["bleeds", "bled", "bleeding"], "sink": ["sinks", "sank", "sunk", "sinking"], "run": [],  # noqa: E501
    "dry": ["dries", "dried", "drying"], "rot": ["rots", "rotted", "rotten", "rotting"], "spill": ["spills", "spilt", "spilled", "spilling"],  # noqa: E501
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of the lexicon in the text, and how much it tells."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Clause:
    """A description of a defect; `score` grows with the words of fault in it."""

    start: int
    end: int
    score: float


def _forms(verb: str) -> list[str]:
    if verb in _IRREGULAR:
        return [verb, *_IRREGULAR[verb]]
    if verb.endswith("e"):
        return [verb, verb + "s", verb + "d", verb[:-1] + "ing"]
    double = re.fullmatch(r".*[^aeiou][aeiou][bdgmnprt]", verb) is not None and len(verb) <= 5
    stem = verb + verb[-1] if double else verb
    return [verb, verb + ("es" if verb.endswith(("s", "sh", "ch", "x")) else "s"), stem + "ed", stem + "ing"]


@cache
def _lexicon() -> dict[str, tuple[str, ...]]:
    data = tomllib.loads((Path(__file__).parent / "defects.toml").read_text("utf-8"))
    words: dict[str, list[str]] = {level: [] for level in _SCORES}
    for language in ("zh", "en"):
        for level in _SCORES:
            for word in data[language][level].split():
                words[level] += [word, word.replace("-", " ")] if "-" in word else [word]
    words["strong"] += [form for verb in data["en"]["verbs"].split() for form in _forms(verb)]
    return {level: tuple(dict.fromkeys(entries)) for level, entries in words.items()}


def matcher(nlp: "Language") -> "PhraseMatcher":
    """A matcher of the lexicon over folded tokens, in either script and all forms."""
    from spacy.matcher import PhraseMatcher

    phrases = PhraseMatcher(nlp.vocab, attr="NORM")
    for level, words in _lexicon().items():
        phrases.add(level, [nlp.make_doc(word) for word in words])
    return phrases


def hits_of(folded: str, found: list[tuple[str, int, int]]) -> list[Hit]:
    """The hits that stand, the longer of two that overlap, without the negated ones (没有裂纹, no cracks)."""
    chosen: list[Hit] = []
    for level, start, end in sorted(found, key=lambda hit: (hit[1], -hit[2], -_SCORES[hit[0]])):
        if chosen and start < chosen[-1].end:
            continue
        negated = level in ("strong", "general") and _NEGATED.search(folded[max(0, start - 12) : start])
        if not negated:
            chosen.append(Hit(start, end, _SCORES[level]))
    return chosen


def find_clauses(flowing: str, parts: Sentences, hits: list[Hit]) -> Iterator[Clause]:
    """Every sentence's best description of a defect."""
    starts = [hit.start for hit in hits]
    for start, end in parts.spans:
        if end - start < 2 or end - start > 1500:
            continue
        scored = [
            (clause, _score(hits, starts, *clause) - _numeric(flowing, *clause))
            for clause in clauses(flowing, start, end)
        ]
        best = max((score for _, score in scored), default=0.0)
        if best < 0.28:
            continue
        total = best + 0.25 * sum(max(0.0, score) for _, score in scored) - (0.25 * best)
        first, last = _run(scored, best)
        total -= 0.15 if flowing[end - 1 : end] == "?" else 0.0
        yield Clause(*_trimmed(flowing, scored[first][0][0], scored[last][0][1]), total)


_COUNTED = re.compile(
    r"(?:不良率|不合格率|比例|率)\s?[为是达:]?\s?[\d.]+\s?[%‰]|(?:rate|ratio)\W{0,3}[\d.]+\s?%|\b(?:qty|quantity|total)\b|(?:共|总计|合计|其中)[^,]{0,6}\d+"
)


def after_subject(flowing: str, clause: Clause, names: list[tuple[int, int]], hits: list[Hit]) -> Clause:
    """A Chinese clause without the goods that it begins with: 你们6203轴承这批噪音太大 → 这批噪音太大."""
    if not re.search(r"[\u3400-\u9fff]{4}", flowing[clause.start : clause.end]):
        return clause
    start = clause.start
    for _, end in sorted(names):
        if start < end <= clause.start + 0.65 * (clause.end - clause.start) + 2:
            rest = end + len(flowing[end : clause.end]) - len(flowing[end : clause.end].lstrip(" )的,:型款\"'"))
            if clause.end - rest >= 4 and any(hit.score > 0.25 and rest <= hit.start < clause.end for hit in hits):
                start = rest
    told = re.match(
        r"[\u3400-\u9fff]{0,8}?(?:客户反馈|现场反[应映]|反馈|反映|反应|发现|检出)(?:说|称|有|了)?[,:]?",
        flowing[start : clause.end],
    )
    if (
        told
        and clause.end - start - told.end() >= 5
        and any(hit.score > 0.25 and hit.start >= start + told.end() for hit in hits)
    ):
        start += told.end()
    return Clause(start, clause.end, clause.score)


def _score(hits: list[Hit], starts: list[int], start: int, end: int) -> float:
    within = hits[bisect_left(starts, start) : bisect_left(starts, end)]
    strong = sum(hit.score for hit in within if hit.score == 1.0)
    rest = sum(hit.score for hit in within if 0 < hit.score < 1.0)
    against = sum(hit.score for hit in within if hit.score < 0)
    return min(strong, 2.5) + min(rest, 0.7) + max(against, -1.2)


def _numeric(flowing: str, start: int, end: int) -> float:
    """A clause that counts says less about the fault than one that describes it."""
    return 0.35 if _COUNTED.search(flowing, start, end) else 0.0


def _run(scored: list[tuple[tuple[int, int], float]], best: float) -> tuple[int, int]:
    """The stretch of clauses around the best one that go on describing."""
    first = last = max(range(len(scored)), key=lambda index: scored[index][1])
    enough = min(0.9, 0.6 * best)
    while (
        last + 1 < len(scored) and scored[last + 1][1] >= enough and scored[last + 1][0][1] - scored[first][0][0] < 90
    ):
        last += 1
    while first and scored[first - 1][1] >= enough and scored[last][0][1] - scored[first - 1][0][0] < 90:
        first -= 1
    return first, last


_LEAD = re.compile(
    r"^(?:但是?|而且|并且|且|另外|其中|经检[验查测]?|经查|现|我们?发现|发现|结果|导致|however|but|and|also|that|we (?:have )?found(?: that)?|it was found that)\s*[,:]?\s*"  # noqa: E501
)
_NUMBERED = re.compile(r"^(?:\d{1,2}\s?[.、)]|\(\d{1,2}\)|[①-⑳]|[-*•])\s*")


def _trimmed(flowing: str, start: int, end: int) -> tuple[int, int]:
    unopened = flowing.find(")", start, end)
    if unopened >= 0 and "(" not in flowing[start:unopened] and end - unopened > 5:
        start = unopened + 1
    for lead in (_NUMBERED, _LEAD):
        found = lead.match(flowing[start:end])
        if found and end - start - found.end() >= 4:
            start += found.end()
    while end > start and flowing[end - 1] in " .。,;:!?、\n":
        end -= 1
    return start, end
