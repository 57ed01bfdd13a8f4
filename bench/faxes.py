"""How well and how fast faxes are recognised: letters wrong, codes right, time against `ocrmypdf --deskew` on one core.

The pages are made up by `tests/documents/faxes.py`: seven layouts in three languages, fine and standard, by three
degrees of damage.
"""

import io
import os
import re
import shutil
import subprocess
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from rapidfuzz.distance import LCSseq, Levenshtein

from parsers.files.seen import PageKey, PagePicture
from parsers.files.seen_text import SeenText, write
from parsers.ocr.engine import Engine
from parsers.ocr.look import look
from parsers.types import Box
from tests.documents.fax_machine import DAMAGE, FINE, STANDARD, pdf, sent
from tests.documents.faxes import LANGUAGES, LAYOUTS, Said, page


@dataclass(slots=True)
class Tally:
    """What came of some pages. `wrong` and `letters` count characters without white space."""

    pages: int = 0
    wrong: int = 0
    letters: int = 0
    exact: int = 0
    codes: int = 0
    missed: list[str] = field(default_factory=list)

    def add(self, said: Said, read: str) -> None:
        truth = squeezed("".join((said.header, *said.lines)))
        self.pages += 1
        self.letters += len(truth)
        self.wrong += Levenshtein.distance(truth, squeezed(read))
        for code in said.codes:
            self.codes += 1
            found = re.search(rf"(?<![A-Za-z0-9]){re.escape(code)}(?![A-Za-z0-9])", unicodedata.normalize("NFKC", read))
            self.exact += found is not None
            self.missed += [] if found else [f"{said.layout} {said.language} {code}"]

    @property
    def error_rate(self) -> float:
        return self.wrong / max(1, self.letters)

    @property
    def exactness(self) -> float:
        return self.exact / max(1, self.codes)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def read(fax: Image.Image, dots: tuple[int, int], engine: Engine) -> str:
    """The text of a fax's page as the product reads it, in this process."""
    buffer = io.BytesIO()
    fax.save(buffer, "PNG", compress_level=1)
    height = fax.height * 72 / dots[1]
    picture = PagePicture(PageKey("fax", 1), buffer.getvalue(), Box(0, 0, fax.width * 72 / dots[0], height))
    out = SeenText(100_000)
    write(out, look(picture, engine), 1, height)
    return "".join(out.parts)


def tallies(engine: Engine, seed: int = 0) -> Iterator[tuple[str, str, Tally]]:
    """(resolution, damage, what came of its pages)."""
    for name, dots in (("fine", FINE), ("standard", STANDARD)):
        for damage in DAMAGE:
            tally = Tally()
            for layout in LAYOUTS:
                for language in LANGUAGES:
                    paper, said = page(layout, language, seed)
                    tally.add(said, read(sent(paper.image, said.header, dots, damage, seed), dots, engine))
            yield name, damage, tally


@dataclass(frozen=True, slots=True)
class Race:
    """Seconds a page and the share of letters found in order, ours and ocrmypdf's."""

    language: str
    seconds: float
    recall: float
    peer_seconds: float
    peer_recall: float


def races(engine: Engine) -> Iterator[Race]:
    """Ours against `ocrmypdf --deskew` on one core, page by page in turns; nothing where it is not installed."""
    if shutil.which("ocrmypdf") is None:
        return
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    for language, trained in (("zh-CN", "chi_sim+eng"), ("en", "eng")):
        own = peer = 0.0
        found, known, letters = 0, 0, 0
        for layout in LAYOUTS:
            paper, said = page(layout, language, 1)
            fax = sent(paper.image, said.header, FINE, "light", 1)
            truth = squeezed("".join((said.header, *said.lines)))
            started = time.perf_counter()
            text = read(fax, FINE, engine)
            own += time.perf_counter() - started
            started = time.perf_counter()
            other = _peer(fax, trained)
            peer += time.perf_counter() - started
            letters += len(truth)
            found += LCSseq.similarity(truth, squeezed(text))
            known += LCSseq.similarity(truth, squeezed(other))
        count = len(LAYOUTS)
        yield Race(language, own / count, found / letters, peer / count, known / letters)


def _peer(fax: Image.Image, languages: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        source, text = Path(folder) / "fax.pdf", Path(folder) / "fax.txt"
        source.write_bytes(pdf([fax], FINE))
        command = ["ocrmypdf", "--deskew", "--jobs", "1", "--output-type", "pdf", "-l", languages, "--sidecar", text]
        subprocess.run([*command, source, Path(folder) / "out.pdf"], check=True, capture_output=True)
        return text.read_text("utf-8")
