"""The shipped model, made from the corpus: the folds' taggers, what judge and gist learn from them, the final networks.

A fold is a set of whole files: their trades and writers are unknown to the tagger that proposes for them, as a
customer's mail will be. Two processes work side by side; the same corpus and settings give the same model.
"""

import json
import os
import random
import tomllib
import zlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from parsers.assemble import TRUST, assemble
from parsers.document import Document
from parsers.nlp.candidates import Candidate
from parsers.nlp.corpus.markup import Unit, read_units
from parsers.nlp.evaluate import MARKED_FIELDS, Score, documents_of, expected_of, score_items
from parsers.nlp.gist import Evidence, Gist, Weights, sentences_of, signs_of
from parsers.nlp.judge import Judge, evidence_for
from parsers.nlp.kind import asked_in, kind_of
from parsers.nlp.pipeline import Extractor
from parsers.nlp.tagger.component import Tagger
from parsers.nlp.training import gisting, judging
from parsers.nlp.training.examples import examples_of
from parsers.nlp.training.fit import Course, fit
from parsers.nlp.training.forms import forms_of
from parsers.nlp.training.noise import Noise
from parsers.nlp.understanding import topics_of
from parsers.types import Kind, Ours, Request, Signal

CORPUS = Path(__file__).parent.parent / "corpus"
SETTINGS = Path(__file__).parent / "settings.toml"
LANGUAGES = ("zh-CN", "zh-TW", "en")
_DAY = date(2024, 6, 1)
_WORKERS = 2
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS")
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Text:
    """A text to learn from: its marks, the file that it stands in, and the documents that it is read as."""

    file: str
    unit: Unit
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """What `settings.toml` says."""

    course: Course
    seeds: tuple[int, ...]
    folds: int
    fold_epochs: int


def settings(path: Path = SETTINGS) -> Settings:
    known = tomllib.loads(path.read_text("utf-8"))
    how, folds = known["fit"], known["folds"]
    course = Course(how["epochs"], how["learn_rate"], how["batch_tokens"], Noise(**known["noise"]), known["network"])
    return Settings(course, tuple(how["seeds"]), folds["count"], folds["epochs"])


def corpus_texts(corpus: Path, extra: Iterable[Unit] = ()) -> list[Text]:
    """The corpus without what is held out, the forms made of it, and units from elsewhere (corrections)."""
    texts: list[Text] = []
    for path in sorted(path for language in LANGUAGES for path in (corpus / language).glob("*.txt")):
        texts += _texts(path.name, read_units(path))
    return texts + _texts("corrections", list(extra))


def _texts(file: str, units: Sequence[Unit]) -> list[Text]:
    chance = random.Random(zlib.crc32(file.encode()))
    made = [Text(file, unit, tuple(documents_of(unit))) for unit in units]
    return made + [Text(file, unit, (document,)) for unit, document in forms_of(units, chance)]


def _fold(text: Text, folds: int) -> int:
    return zlib.crc32(text.file.encode()) % folds


# ---------------------------------------------------------------- the jobs, each in a process of its own


def _train_network(texts: Sequence[Text], course: Course, seed: int, folder: Path) -> Path:
    weights = fit(examples_of(text.unit for text in texts), course, seed)
    Tagger([weights], course.shape).to_disk(folder)
    return folder


def _train_fold(texts: Sequence[Text], course: Course, number: int, folds: int, folder: Path) -> list[judging.Judged]:
    """What a fold's tagger, which did not learn from them, proposes for a fold's texts."""
    _train_network([text for text in texts if _fold(text, folds) != number], course, number + 1, folder)
    extractor = Extractor(Tagger.from_disk(folder))
    return [row for text in texts if _fold(text, folds) == number for row in _judged(text, extractor)]


def _judged(text: Text, extractor: Extractor) -> Iterable[judging.Judged]:
    if text.unit.attributes["kind"] != Kind.COMPLAINT or not text.unit.spans:
        return
    found, views = extractor.candidates_of(_trusted(text.documents), _DAY)
    items = expected_of(text.unit)
    for candidate, evidence in zip(found, evidence_for(found, views), strict=True):
        if candidate.field in MARKED_FIELDS:
            yield candidate.field, evidence, judging.is_right(candidate.field, candidate.value, items)


def _trusted(documents: Sequence[Document]) -> list[tuple[Document, float]]:
    return [(document, TRUST.get(document.part, TRUST["form"])) for document in documents]


def told_of(text: Text, found: Sequence[Candidate]) -> gisting.Told:
    """What the gist learns of a text: its sentences, what the rules say, what is proposed (`found`), what is right."""
    asked = asked_in(text.documents, None)
    kind, _, _ = kind_of(text.documents, None, None, Ours(), asked)
    unit = text.unit
    topics: list[Signal | Request] = [Signal(name) for name in unit.listed("signals")]
    topics += [Request(name) for name in unit.listed("requests")]
    said = sentences_of(text.documents)
    evidence = Evidence(kind, topics_of(asked), signs_of(found, said))
    return gisting.Told(said, evidence, Kind(unit.attributes["kind"]), frozenset(topics))


@dataclass(frozen=True, slots=True)
class Apart:
    """How a fold's texts are read with the judge: the complaints' score, and what the gist learns of all of them."""

    score: Score
    told: list[gisting.Told]


def _read_fold(texts: Sequence[Text], number: int, folds: int, folder: Path, judge: Judge) -> Apart:
    """What the confidence is measured on, and what the gist is fitted on."""
    extractor = Extractor(Tagger.from_disk(folder), judge)
    apart = Apart(Score(), [])
    for text in texts:
        if _fold(text, folds) != number:
            continue
        found, views = extractor.candidates_of(_trusted(text.documents), _DAY)
        apart.told.append(told_of(text, found))
        if text.unit.attributes["kind"] == Kind.COMPLAINT and text.unit.spans:
            apart.score.add(score_items(expected_of(text.unit), assemble(found, views).items, MARKED_FIELDS))
    return apart


# ---------------------------------------------------------------- the whole


def build(
    folder: Path,
    how: Settings,
    corpus: Path = CORPUS,
    extra: Iterable[Unit] = (),
    say: Say = lambda line: None,
) -> Score:
    """Writes the model into `folder`, and gives its score on text of trades and writers that it did not learn from."""
    for name in _ONE_THREAD:  # the processes share the cores; and sums in one order, so that a model can be made again
        os.putenv(name, "1")
    texts = corpus_texts(corpus, extra)
    folds, seeds, less = how.folds, how.seeds, replace(how.course, epochs=how.fold_epochs)
    folder.mkdir(parents=True, exist_ok=True)
    parts = [folder / f"fold-{number}" for number in range(folds)]
    say(f"{len(texts)} texts, {folds} folds, {len(seeds)} networks")
    with ProcessPoolExecutor(_WORKERS, get_context("spawn")) as pool:
        apart = [pool.submit(_train_fold, texts, less, number, folds, part) for number, part in enumerate(parts)]
        final = [pool.submit(_train_network, texts, how.course, seed, folder / f"seed-{seed}") for seed in seeds]
        found: list[list[judging.Judged]] = []
        for number, job in enumerate(apart):
            found.append(job.result())
            say(f"fold {number + 1} of {folds} is read")
        judge = Judge(judging.fit(row for rows in found for row in rows), {})
        reading = [pool.submit(_read_fold, texts, number, folds, part, judge) for number, part in enumerate(parts)]
        whole = Score()
        told = []
        for read in reading:
            whole.add(read.result().score)
            told.append(read.result().told)
        gist = _gist(told)
        say("the gist is trained")
        networks = [Tagger.from_disk(job.result()).networks[0] for job in final]
    Tagger(networks, how.course.shape).to_disk(folder)
    gist.to_disk(folder / "gist.npz")
    Judge(judge.weights, judging.calibration(whole.given)).to_disk(folder / "judge.json")
    _tidy([*parts, *(folder / f"seed-{seed}" for seed in seeds)])
    (folder / "figures.json").write_text(json.dumps(_figures(whole, len(texts)), indent=1) + "\n", encoding="utf-8")
    return whole


def _gist(folds: Sequence[Sequence[gisting.Told]]) -> Weights:
    likely: list[tuple[gisting.Told, Gist]] = []
    for number, own in enumerate(folds):
        weights = gisting.fit([one for other, told in enumerate(folds) if other != number for one in told])
        likely += [(one, weights.gist(one.said, one.evidence)) for one in own if one.kind is Kind.COMPLAINT]
    return gisting.with_limits(gisting.fit([one for told in folds for one in told]), likely)


def _tidy(folders: Iterable[Path]) -> None:
    for folder in folders:
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


def _figures(score: Score, texts: int) -> dict[str, Any]:
    """What stands beside the model: read of text that was kept apart, field by field."""
    rows = {
        name: {"precision": round(tally.precision, 4), "recall": round(tally.recall, 4), "f1": round(tally.f1, 4)}
        for name, tally in sorted(score.fields.items())
    }
    return {"texts": texts, "main_fields_f1": round(score.of().f1, 4), "fields": rows}
