"""Boxes ticked by pen on a faxed form: found where they stand, told among the words, and read as what was chosen."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from parsers.files.seen import PageKey, PagePicture, SeenLine, SeenPage
from parsers.nlp.values import READERS
from parsers.ocr.boxes import EMPTY, TICKED, TickBox, boxes_of, with_boxes
from parsers.ocr.engine import Engine
from parsers.ocr.look import look
from parsers.types import Box, Disposition
from tests.documents.fax_machine import FINE, sent
from tests.documents.paper import DOTS, Paper, dots

OPTIONS = ("退货", "换货", "返工", "让步接收")


def ticked_by_pen(chosen: int, strokes: tuple[tuple[tuple[float, float], ...], ...]) -> Paper:
    """A row of options with one box ticked. `strokes` run through points in boxes' sides from the box's upper left."""
    paper = Paper("noto-sans")
    paper.line("客户投诉单 停线：否 缺陷：缺口、口径偏大")
    pen = ImageDraw.Draw(paper.image)
    for number, option in enumerate(OPTIONS):
        x, y, side = 60 + number * 90.0, 100.0, 10.0
        pen.rectangle([dots(x), dots(y), dots(x + side), dots(y + side)], outline=0, width=dots(0.7))
        paper.write(x + 13, 96.5, option)
        if number == chosen:
            for stroke in strokes:
                path = [(dots(x + side * across), dots(y + side * down)) for across, down in stroke]
                pen.line(path, fill=0, width=dots(1.2), joint="curve")
    return paper


PENS = {
    "tick": (((0.15, 0.5), (0.45, 0.85), (1.3, -0.4)),),
    "cross": (((0.1, 0.1), (0.9, 0.9)), ((0.9, 0.1), (0.1, 0.9))),
    "scrawl": (((0.2, 0.3), (0.8, 0.4), (0.25, 0.6), (0.8, 0.75)),),
}


@pytest.mark.parametrize("pen", PENS)
def test_the_box_that_a_pen_went_through_is_the_ticked_one(pen: str) -> None:
    gray = np.asarray(ticked_by_pen(1, PENS[pen]).image.resize((1728, 2292)))
    found = [box for box in boxes_of(gray, DOTS / 2) if box.top > 250]  # below the line of letters
    assert [box.ticked for box in found] == [False, True, False, False]
    assert [round(box.left / DOTS * 2 * 72) for box in found] == [60, 150, 240, 330]


def test_squares_of_letters_and_rows_of_one_digit_each_are_no_boxes() -> None:
    paper = Paper("noto-sans")
    for _ in range(12):
        paper.line("停线：否。缺口、口径偏大，出口侧毛刺，国内回复日期，田口方法，图样与目标值")
    pen = ImageDraw.Draw(paper.image)
    for number, digit in enumerate("20261120"):
        pen.rectangle(
            [dots(60 + 14 * number), dots(400), dots(74 + 14 * number), dots(414)], outline=0, width=dots(0.7)
        )
        paper.write(64 + 14 * number, 399, digit)
    found = boxes_of(np.asarray(paper.image.resize((1728, 2292))), DOTS / 2)
    lines = [
        SeenLine("停" * 45, top, top + 14, tuple((x, x + 11.0) for x in range(60, 555, 11)), (0.9,) * 45)
        for top in range(55, 400, 20)
    ]
    assert with_boxes(lines, [box.scaled(144 / DOTS) for box in found]) == lines


def test_a_sign_takes_the_place_of_what_the_recogniser_made_of_the_box() -> None:
    line = SeenLine("□退货换货口径", 10, 22, tuple((x, x + 10.0) for x in (0, 12, 23, 60, 71, 90, 101)), (0.9,) * 7)
    boxes = [TickBox(0, 11, 10, 21, False), TickBox(48, 11, 58, 21, True), TickBox(90, 11, 100, 21, False)]
    (told,) = with_boxes([line], boxes)
    assert told.text == f"{EMPTY}退货{TICKED}换货口径"
    assert len(told.edges) == len(told.sure) == len(told.text)


def test_a_faxed_form_ticked_by_pen_tells_what_was_chosen() -> None:
    fax = sent(ticked_by_pen(1, PENS["tick"]).image, "", FINE, "light")
    said = "".join(line.text for line in sorted(seen_of(fax).lines, key=lambda line: (round(line.top / 8), line.edges)))
    assert [said[said.index(option) - 1] for option in OPTIONS] == [EMPTY, TICKED, EMPTY, EMPTY]
    choice = said[said.index(EMPTY) :]
    assert next(READERS["disposition"](choice, None)).value is Disposition.REPLACE  # type: ignore[arg-type]


def seen_of(fax: Image.Image) -> SeenPage:
    buffer = io.BytesIO()
    fax.save(buffer, "PNG")
    return look(PagePicture(PageKey("fax", 1), buffer.getvalue(), Box(0, 0, 610, 842)), Engine())
