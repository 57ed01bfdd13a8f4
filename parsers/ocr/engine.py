"""The recogniser: RapidOCR's models, by OpenVINO where it is installed (twice as fast), else by onnxruntime.

RapidOCR finds the regions of text and loads the models; a region's letters are decoded here, because a form wants the
place of every letter and how sure it is, and because regions of like width go through the network faster.
One model reads Simplified and Traditional Chinese and Latin letters, so no language need be known.
"""

import math
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from parsers.ocr.clean import Gray
from parsers.ocr.settle import settled

HEIGHT = 48  # of a region as the network reads it
STEP = 64  # widths are rounded up to this, so that the network meets few shapes
NARROWEST = 128
LIKELY_TEXT = 0.5  # mean certainty of a region that is text and no pattern
DETAIL = 1150  # pixels of a page's longer side that regions are looked for in
TALL = 1.5  # height to width of a region whose text runs downwards
FEWEST = 32  # pixels of a picture's side


@dataclass(frozen=True, slots=True)
class Letters:
    """A region's letters with their left and right edges as shares of its width."""

    text: str
    edges: tuple[tuple[float, float], ...]
    sure: tuple[float, ...]

    @property
    def mean(self) -> float:
        return sum(self.sure) / max(1, len(self.sure))


def inference_library() -> str:
    """The name of the library that runs the models, imported now. Raises ImportError where there is none."""
    for name in ("openvino", "onnxruntime"):
        if find_spec(name) is not None:
            import_module(name)
            return name
    raise ImportError("neither openvino nor onnxruntime is installed")


class Engine:
    """The loaded models. Not for two threads at once."""

    def __init__(self, threads: int = 1) -> None:
        from rapidocr import EngineType, RapidOCR

        cv2.setNumThreads(threads)
        self.library = inference_library()
        by = EngineType.OPENVINO if self.library == "openvino" else EngineType.ONNXRUNTIME
        settings: dict[str, Any] = {f"{model}.engine_type": by for model in ("Det", "Rec", "Cls")}
        settings |= {
            "Global.log_level": "critical",
            "EngineConfig.openvino.inference_num_threads": threads,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.limit_side_len": FEWEST,
        }
        library: Any = RapidOCR
        self._parts = library(params=settings)
        self._regions = self._parts._load_det_model()
        self._letters = self._parts._load_rec_model()
        self._alphabet: list[str] = self._letters.postprocess_op.character

    def regions(self, gray: Gray) -> NDArray[np.float32]:
        """The regions of text: (number, 4 corners from the top left clockwise, x and y)."""
        scale = min(1.0, DETAIL / max(gray.shape))
        small = gray if scale == 1.0 else cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        found = self._regions(cv2.cvtColor(small, cv2.COLOR_GRAY2BGR))
        if found.boxes is None or not len(found.boxes):
            return np.zeros((0, 4, 2), np.float32)
        return np.asarray(np.asarray(found.boxes, np.float32) / scale, np.float32)

    def read(self, crops: list[Gray]) -> list[Letters]:
        """The letters of each region."""
        return [self._read(crop) for crop in crops]

    def share_upside_down(self, crops: list[Gray]) -> float:
        """The share of regions that stand on their heads."""
        if not crops:
            return 0.0
        told = self._parts._load_cls_model()([cv2.cvtColor(crop, cv2.COLOR_GRAY2BGR) for crop in crops])
        turned = [bool(label == "180" and score > 0.6) for label, score in told.cls_res]
        return sum(turned) / len(turned)

    def _read(self, crop: Gray) -> Letters:
        height, width = crop.shape
        wide = max(1, math.ceil(HEIGHT * width / height))
        room = max(NARROWEST, math.ceil(wide / STEP) * STEP)
        small = cv2.resize(crop, (wide, HEIGHT), interpolation=cv2.INTER_AREA if height > HEIGHT else cv2.INTER_LINEAR)
        picture = np.zeros((1, 3, HEIGHT, room), np.float32)
        picture[0, :, :, :wide] = small.astype(np.float32) / 127.5 - 1.0
        chances = self._letters.session(picture)[0]
        return self._decoded(chances, room / wide, HEIGHT / wide)

    def _decoded(self, chances: NDArray[np.float32], stretch: float, square: float) -> Letters:
        """CTC: a letter is a run of columns that agree, and blank columns part letters. `square` is a full-width
        letter's share of the region's width.
        """
        best = chances.argmax(axis=1)
        sure = chances[np.arange(len(best)), best]
        text: list[str] = []
        centres: list[float] = []
        certain: list[float] = []
        second: list[tuple[str, float]] = []
        for column, (number, chance) in enumerate(zip(best.tolist(), sure.tolist(), strict=True)):
            if number == 0:
                continue
            if column and best[column - 1] == number:
                certain[-1] = max(certain[-1], chance)
                continue
            text.append(self._alphabet[number])
            centres.append((column + 0.5) / len(best) * stretch)
            certain.append(chance)
            second.append(self._second(chances[column]))
        edges = _edges(text, centres, square)
        letters = settled("".join(text), certain, second)
        kept = [number for number, letter in enumerate(letters) if letter]
        return Letters(
            "".join(letters),
            tuple(edges[number] for number in kept),
            tuple(round(min(1.0, certain[number]), 4) for number in kept),
        )

    def _second(self, chances: NDArray[np.float32]) -> tuple[str, float]:
        """The second choice for a letter, where it is a letter."""
        number = int(np.argpartition(chances, -2)[-2])
        return (self._alphabet[number], float(chances[number])) if number else ("", 0.0)


def _edges(text: list[str], centres: list[float], square: float) -> tuple[tuple[float, float], ...]:
    """Half way to the next letter where they stand close; no wider than a letter of its kind is where they do not."""
    edges: list[tuple[float, float]] = []
    for number, (letter, centre) in enumerate(zip(text, centres, strict=True)):
        half = square * (0.5 if ord(letter) >= 0x2E80 else 0.28)
        before = centre - centres[number - 1] if number else 2 * centre
        after = centres[number + 1] - centre if number + 1 < len(text) else 2 * (1.0 - centre)
        edges.append((centre - _reach(before, half, square), centre + _reach(after, half, square)))
    return tuple((max(0.0, left), min(1.0, max(left, right))) for left, right in edges)


def _reach(distance: float, half: float, square: float) -> float:
    """How far a letter goes towards a neighbour: to the middle between them, unless a gap lies there."""
    return distance / 2 if distance < 1.15 * square else min(half, distance / 2)
