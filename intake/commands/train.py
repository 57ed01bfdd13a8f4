"""`intake train`: a model of the shipped corpus and this company's corrections, kept only where it reads better.

A fourth of the corrected records, and the corpus's held-out text, are never learned from: on them the old model and the new
one are measured. The new one is kept if it reads the records better, or as well, and the held-out text not worse.
"""  # noqa: E501

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from intake.learning import kept_aside, unit_of
from intake.runners.read import Reader
from parsers.job import Job
from parsers.nlp.corpus.markup import Unit, read_units
from parsers.nlp.evaluate import score_units
from parsers.nlp.pipeline import MODEL, Extractor, from_disk
from parsers.nlp.training.build import CORPUS, Settings, build
from storage import Storage
from storage.blobs import Blobs
from storage.records import Became

_SLACK = 0.005  # of F1 by which the held-out text may be read worse: less than two trainings differ
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Corrected records as text: to learn from, and to measure on."""

    learned: tuple[Unit, ...] = ()
    aside: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """F1 of the five main fields; None where there was nothing to measure on."""

    held_out: float
    records: float | None


def reviewed(storage: Storage, blobs: Blobs, reader: Reader) -> Reviewed:
    """The records that a person corrected, read again from their mails."""
    with storage.reading() as work:
        numbers = sorted({correction.record for correction in work.complaints.corrections()})
        found = [(work.complaints.get(number), work.arrivals.of_record(number)) for number in numbers]
    units: list[Unit] = []
    for record, arrivals in found:
        first = next((arrival for arrival in arrivals if arrival.became is Became.RECORD), None)
        if record is None or first is None or first.headers_only:
            continue
        outcome = reader.read(Job(blobs.get(first.sha256), first.received_at, first.file_name))
        unit = unit_of(record.number, outcome.reading, record.items) if outcome.trouble is None else None
        units.extend([unit] if unit is not None else [])
    aside = kept_aside([unit.id for unit in units])
    learned = tuple(unit for unit in units if not aside[unit.id])
    return Reviewed(learned, tuple(unit for unit in units if aside[unit.id]))


def train(folder: Path, how: Settings, texts: Reviewed, corpus: Path = CORPUS, say: Say = print) -> bool:
    """Whether a new model stands in `folder` now; the old one is the folder's, or else the shipped one."""
    old = from_disk(folder if (folder / "tagger.json").is_file() else MODEL)
    say(f"corrected records: {len(texts.learned)} to learn from, {len(texts.aside)} to measure on")
    with tempfile.TemporaryDirectory(prefix="intake-model-") as made:
        new_folder = Path(made)
        build(new_folder, how, corpus, texts.learned, say)
        new = from_disk(new_folder)
        before, after = _figures(old, texts.aside, corpus), _figures(new, texts.aside, corpus)
        for name, one in (("before", before), ("after", after)):
            records = "" if one.records is None else f", on corrected records {one.records:.3f}"
            say(f"{name}: F1 of the five main fields {one.held_out:.3f} on held-out text{records}")
        if not is_better(before, after):
            say("The old model stays: the new one does not read better.")
            return False
        folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(new_folder.iterdir()):
            shutil.copy2(path, folder / path.name)
    say(f"The new model is in {folder}.")
    return True


def is_better(before: Figures, after: Figures) -> bool:
    """On the company's own records first; the held-out text keeps a model from forgetting everybody else's."""
    if after.held_out < before.held_out - _SLACK:
        return False
    if before.records is None or after.records is None:
        return after.held_out > before.held_out
    return after.records > before.records or (after.records == before.records and after.held_out > before.held_out)


def _figures(extractor: Extractor, aside: Sequence[Unit], corpus: Path) -> Figures:
    units = [unit for path in sorted((corpus / "held-out").glob("*.txt")) for unit in read_units(path)]
    held_out = score_units(units, extractor)["all"].of().f1
    return Figures(held_out, score_units(aside, extractor)["all"].of().f1 if aside else None)
