"""What the shipped model reads of text that nobody trained on, and how fast; each run adds a line to `history.tsv`."""

import subprocess
import time
from datetime import date
from pathlib import Path

from parsers.document import Document
from parsers.nlp.corpus.markup import Unit, read_units
from parsers.nlp.evaluate import MAIN_FIELDS, score_units
from parsers.nlp.pipeline import MODEL, Extractor, shipped
from parsers.nlp.training.build import CORPUS

HISTORY = Path(__file__).parent / "history.tsv"
_DAY = date(2024, 6, 1)
_ROUNDS = 3


def held_out() -> list[Unit]:
    return [unit for path in sorted((CORPUS / "held-out").glob("*.txt")) for unit in read_units(path)]


def speed(extractor: Extractor, units: list[Unit]) -> float:
    """Characters a second on one core, the best of some rounds."""
    characters = sum(len(unit.text) for unit in units)
    seconds = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        for unit in units:
            extractor.candidates_of([(Document("body", unit.text), 0.0)], _DAY)
        seconds.append(time.perf_counter() - started)
    return characters / min(seconds)


def figures() -> tuple[dict[str, float], float, float, float]:
    """F1 of the main fields by name (`all`, then by field); characters a second with the model, and by rules; seconds to load."""
    units = held_out()
    started = time.perf_counter()
    model = shipped()
    load = time.perf_counter() - started
    score = score_units(units, model)["all"]
    f1 = {"all": score.of().f1, **{name: score.fields[name].f1 for name in MAIN_FIELDS}}
    return f1, speed(model, units), speed(Extractor(), units), load


def remember(f1: dict[str, float]) -> None:
    """A line of the history: day, commit, size of the model, F1 of the main fields together and each."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    size = sum(path.stat().st_size for path in MODEL.iterdir())
    row = [
        date.today().isoformat(),
        commit.stdout.strip() or "-",
        str(size),
        *(f"{value:.4f}" for value in f1.values()),
    ]
    new = not HISTORY.exists()
    with HISTORY.open("a", encoding="utf-8") as file:
        if new:
            file.write("\t".join(["day", "commit", "model_bytes", *f1]) + "\n")
        file.write("\t".join(row) + "\n")
