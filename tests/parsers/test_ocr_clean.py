"""What is done to a page's picture before it is read: each step where it is called for, and only there."""

import numpy as np
import pytest

from parsers.files.fax_header import header_of
from parsers.files.seen import PageKey, SeenLine, SeenPage
from parsers.ocr import clean
from parsers.ocr.rules import rules_of
from parsers.ocr.settle import settled
from tests.documents.fax_machine import FINE, sent
from tests.documents.faxes import page


def sheet(height: int = 400, width: int = 600) -> clean.Gray:
    return np.full((height, width), 255, np.uint8)


def test_a_streak_goes_and_the_wall_of_a_cell_stays() -> None:
    gray = sheet()
    gray[50:52, 100:400] = gray[348:350, 100:400] = 0  # the rules above and below
    gray[50:350, 100:103] = gray[50:350, 397:400] = 0
    gray[20:390, 250] = 0  # the streak
    result = clean.without_streaks(gray)
    assert (result[100:300, 100:103] == 0).all() and (result[100:300, 397:400] == 0).all()
    assert (result[60:340, 250] == 255).all()
    assert (result[50:52, 250] == 0).all()  # what it crossed is whole


def test_specks_go_far_from_letters_always_and_beside_them_only_where_there_are_many() -> None:
    gray = sheet()
    gray[100:130, 100:130] = 0
    gray[126:128, 135] = 0  # a small point beside the letter
    gray[300, 300] = 0
    result = clean.without_specks(gray, coarse=False)
    assert result[300, 300] == 255 and result[126, 135] == 0
    gray[::7, 200::9] = 0
    assert clean.without_specks(gray, coarse=False)[126, 135] == 255


@pytest.mark.parametrize("degrees", [-3.0, -0.8, 0.0, 0.5, 2.2])
def test_a_page_is_straightened(degrees: float) -> None:
    paper, _ = page("letter", "zh-CN")
    gray = np.asarray(paper.image.resize((1728, 2292)).rotate(degrees, fillcolor=255), np.uint8)
    assert clean.lean_of(gray) == pytest.approx(-degrees, abs=0.15)


def test_a_turned_page_leads_back_to_where_its_points_were() -> None:
    gray = sheet()
    turned, matrix = clean.turned(gray, 2.0)
    corner = np.linalg.inv(matrix) @ matrix @ np.array([600, 400, 1.0])
    assert corner == pytest.approx([600, 400, 1.0]) and turned.shape[0] > 400
    for quarters in range(4):
        gray[10, 20] = 0
        again, matrix = clean.quarter_turned(gray, quarters)
        x, y, _ = matrix @ np.array([20.5, 10.5, 1.0])
        assert again[int(y), int(x)] == 0


def test_the_rules_of_a_form_are_found_and_no_letters() -> None:
    paper, _ = page("form", "zh-CN")
    gray = np.asarray(sent(paper.image, "", FINE, "clean").convert("L"), np.uint8)
    rules = rules_of(gray, 204)
    assert sum(rule.across and rule.end - rule.start > 1000 for rule in rules) == 9  # five and four
    assert len([rule for rule in rules if not rule.across]) == 8
    paper, _ = page("letter", "zh-CN")
    assert rules_of(np.asarray(sent(paper.image, "", FINE, "clean").convert("L"), np.uint8), 204) == []


@pytest.mark.parametrize(
    ("text", "place", "sure", "other", "expected"),
    [
        ("2O24-10-12", 1, 0.7, "0", "2024-10-12"),  # among digits
        ("P020252646", 1, 0.93, "O", "PO20252646"),  # an order's prefix
        ("0D-150B", 0, 0.91, "O", "OD-150B"),
        ("FR0M", 2, 0.75, "O", "FROM"),
        ("L2513497", 4, 0.74, "I", "L2513497"),  # nothing speaks for it
        ("约3O只", 2, 0.6, "0", "约30只"),
        ("SOLD", 1, 0.9, "0", "SOLD"),
    ],
)
def test_letters_that_look_alike_are_settled_by_their_neighbours(
    text: str, place: int, sure: float, other: str, expected: str
) -> None:
    certain = [sure if number == place else 0.99 for number in range(len(text))]
    second = [(other, 1 - sure) if number == place else ("", 0.0) for number in range(len(text))]
    assert "".join(settled(text, certain, second)) == expected


def test_a_doubtful_point_is_a_speck_and_a_full_width_one_a_comma() -> None:
    assert "".join(settled("091.7", [0.99, 0.99, 0.99, 0.5, 0.99], [("", 0.0)] * 5)) == "0917"
    assert "".join(settled("严重．经", [0.9] * 4, [("", 0.0)] * 4)) == "严重，经"


def line(text: str, x: float, top: float) -> SeenLine:
    edges = tuple((x + 5.0 * number, x + 5.0 * number + 5) for number in range(len(text)))
    return SeenLine(text, top, top + 12, edges, (0.9,) * len(text))


@pytest.mark.parametrize(
    ("texts", "is_one"),
    [
        (("2024-04-09 15:10", "FROM:0576-86328874", "P01"), True),
        (("DEC-20-2024 FRI 15:21 ACME", "FAX: 0483555072", "PAGE 1/1"), True),
        (("26/06/2025 16:47", "0917-3390218", "P.2"), True),
        (("10:32 12-05-2025", "+49 89 1234567", "002/003"), True),
        (("关于质量问题的函",), False),
        (("Tel: 0512-65550100", "Suzhou"), False),
        (("2025-06-26", "No. 17"), False),
    ],
)
def test_the_machines_line_is_told_from_a_letterhead(texts: tuple[str, ...], is_one: bool) -> None:
    lines = [line(text, 20.0 + 180 * number, 5.0) for number, text in enumerate(texts)]
    header, others = header_of(SeenPage(PageKey("x", 1), (*lines, line("贵司", 50, 200))), 842)
    assert [each.text for each in header] == (list(texts) if is_one else [])
    assert len(others) == (1 if is_one else len(texts) + 1)


def test_further_down_the_page_it_is_no_header() -> None:
    below = SeenPage(PageKey("x", 1), (line("2024-04-09 15:10  FROM:0576-86328874  P01", 20, 300),))
    assert header_of(below, 842)[0] == []
