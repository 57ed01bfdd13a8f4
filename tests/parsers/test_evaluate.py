"""Measuring: what counts as the same value, how items are paired, and what the command prints of a folder."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from parsers.nlp.corpus.markup import Span, Unit
from parsers.nlp.evaluate import Fault, Score, expected_of, same, score_items
from parsers.types import Field, Item, Source

PLACE = Source("body", 1, 0, 1)


def read(value: Any, confidence: float = 0.9) -> Field[Any]:
    return Field(value, str(value), confidence, PLACE, "label:x")


SAME = [
    ("model", "M12×1.5", "m12x1.5"),
    ("model", "AB－12", "AB-12"),
    ("batch", ["A1", "A2"], ("A2", "A1")),
    ("product", "轴承", "圆锥滚子轴承"),
    ("phone", "+86 138 0013 8000", "13800138000"),
    ("reply_due", "2024-05-03", "2024-05-03T12:00"),
    ("quantity_defective", 12, 12.0),
    ("defect", "有裂纹、漏油", "发现有裂纹漏油"),
    ("claim_amount", {"amount": 300, "currency": "usd"}, {"amount": 300.0, "currency": "USD"}),
]
OTHER = [
    ("model", "AB-12", "AB-123"),
    ("batch", ["A1", "A2"], ("A1",)),
    ("product", "轴承", "轴"),
    ("phone", "021-5555", "021-5555"[:4]),
    ("reply_due", "2024-05-03T09:00", "2024-05-03T12:00"),
    ("quantity_defective", 12, 13.0),
    ("defect", "有裂纹、漏油", "包装破损"),
    ("claim_amount", {"amount": 300, "currency": "USD"}, {"amount": 300, "currency": "CNY"}),
]


@pytest.mark.parametrize(("name", "expected", "found"), SAME)
def test_values_that_say_the_same_count_as_right(name: str, expected: object, found: object) -> None:
    assert same(name, expected, found)


@pytest.mark.parametrize(("name", "expected", "found"), OTHER)
def test_values_that_say_another_thing_do_not(name: str, expected: object, found: object) -> None:
    assert not same(name, expected, found)


def test_a_wrong_value_is_one_too_many_and_one_missing() -> None:
    score = Score()
    score.judge("model", ("A-1",), read("B-2"))
    assert (score.fields["model"].right, score.fields["model"].wrong, score.fields["model"].missing) == (0, 1, 1)
    assert score.faults == [Fault("model", ("A-1",), "B-2")]


def test_a_field_that_may_be_left_out_is_no_fault_when_it_is() -> None:
    score = Score()
    score.judge("model", ("A-1", None), None)
    assert score.faults == [] and score.fields["model"].missing == 0


def test_items_are_paired_by_what_they_agree_on_and_the_rest_counts_as_wrong() -> None:
    expected = [{"model": ("A-1",), "quantity_defective": (3,)}, {"model": ("B-2",), "quantity_defective": (5,)}]
    found = [
        Item(model=read("B-2"), quantity_defective=read(5.0)),
        Item(model=read("C-3")),
        Item(model=read("A-1"), quantity_defective=read(3.0)),
    ]
    tally = score_items(expected, found).of()
    assert (tally.right, tally.wrong, tally.missing) == (4, 1, 0)


def test_the_marks_of_a_unit_are_the_expected_items() -> None:
    text = "A-1坏12只，B-2坏3只，批号X1、X2"
    spans = tuple(
        Span(text.index(words), text.index(words) + len(words), label, item)
        for words, label, item in [
            ("A-1", "MODEL", 1),
            ("12只", "QTY_DEFECTIVE", 1),
            ("B-2", "MODEL", 2),
            ("3只", "QTY_DEFECTIVE", 2),
            ("X1", "BATCH", None),
            ("X2", "BATCH", None),
        ]
    )
    assert expected_of(Unit("a", "zh-CN", {}, text, spans)) == [
        {"model": ("A-1",), "batch": (("X1", "X2"),), "quantity_defective": (12,)},
        {"model": ("B-2",), "batch": (("X1", "X2"),), "quantity_defective": (3,)},
    ]


MAIL = """From: a@customer.example
To: quality@ours.example
Subject: complaint
Date: Mon, 03 Jun 2024 09:00:00 +0800
Content-Type: text/plain; charset=utf-8

Product: ball bearing
Model: 6204-2RS
Lot No.: L2405
Defective Qty: 12 pcs
Defect: rust on the outer ring
"""
ANSWER = {
    "kind": "complaint",
    "language": "en",
    "channel": "email",
    "customer": {"email": "a@customer.example"},
    "items": [
        {
            "product": "ball bearing",
            "model": "6204-ZZ",
            "batch": ["L2405"],
            "quantity_defective": 12,
            "defect": "rust on the outer ring",
        }
    ],
    "severity": "C",
    "meta": {"structure": "form"},
}


def evaluate(folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "intake.cli", "evaluate", str(folder), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_gives_figures_and_the_worst_case(tmp_path: Path) -> None:
    (tmp_path / "001.eml").write_text(MAIL, "utf-8")
    (tmp_path / "001.json").write_text(json.dumps(ANSWER), "utf-8")
    report = json.loads(evaluate(tmp_path, "--json").stdout)
    assert report["fields"]["batch"]["f1"] == 1.0 and report["fields"]["model"]["f1"] == 0.0
    assert report["main"]["f1"] == 0.8
    assert report["by_layout"]["form"]["mails"] == 1
    assert {"field": "model", "expected": ["6204-ZZ"], "found": "6204-2RS"} in report["worst"][0]["faults"]
    assert "expected ['6204-ZZ'], found 6204-2RS" in evaluate(tmp_path).stdout


def test_a_folder_without_answers_is_refused_in_one_line(tmp_path: Path) -> None:
    done = evaluate(tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ") and "NNN.json" in done.stderr and done.stderr.count("\n") == 1
