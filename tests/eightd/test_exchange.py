"""The 8D as JSON: out and in without loss, and what is wrong in a file named by its place."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from intake.eightd.exchange import exported, imported
from intake.errors import UsageError
from storage.eight_d import (
    D0,
    D2,
    D3,
    D4,
    D7,
    Action,
    Axis,
    Cause,
    Change,
    Containment,
    Document,
    EightD,
    FiveM,
    Head,
    Level,
    Place,
    Report,
    ReportState,
)

REPORT = EightD(
    head=Head(complaint="KS-202511-0001"),
    d0=D0(symptom="表面划伤", emergency_effect=95.5, safety_relevant=False),
    d2=D2(batches=("B1", "B2"), found_on=date(2025, 11, 13), quantity_shipped=1200),
    d3=D3((Containment(Place.WIP, "隔离", done_on=date(2025, 11, 14)),)),
    d4=D4((Cause(Axis.ESCAPE, Level.SYSTEMIC, "光照", ("一", "二"), FiveM.METHOD, 40.0),)),
    d5=(Action("更换\n导轨 😀", planned_on=date(2025, 11, 20)),),
    d7=D7((Change(Document.PFMEA, True, changed_on=date(2025, 11, 21)),)),
)


def _told() -> dict[str, Any]:
    kept = Report("KS-202511-0001", 3, REPORT, ReportState.SENT, "li@example.com", datetime(2025, 11, 20, tzinfo=UTC))
    told: dict[str, Any] = json.loads(exported(kept))
    return told


def test_a_report_goes_out_and_comes_in_equal() -> None:
    told = _told()
    assert (told["format"], told["record"], told["revision"], told["state"]) == (
        "intake-8d/1", "KS-202511-0001", 3, "sent",
    )  # fmt: skip
    assert imported(json.dumps(told)) == REPORT


def test_what_a_file_leaves_out_stands_empty() -> None:
    assert imported('{"format": "intake-8d/1", "report": {"d0": {"symptom": "x"}}}') == EightD(d0=D0(symptom="x"))


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("colour",), "red", "colour: there is no such field"),
        (("report", "d9"), {}, "report.d9: there is no such field"),
        (("report", "d2", "colour"), "red", "report.d2.colour: there is no such field"),
        (("report", "d4", "causes", 0, "whos"), [], "report.d4.causes.0.whos: there is no such field"),
        (("report", "d2", "quantity_shipped"), "many", "report.d2.quantity_shipped: "),
        (("report", "d2", "quantity_shipped"), float("nan"), "NaN is no figure"),
        (("report", "d2", "quantity_shipped"), "inf", "report.d2.quantity_shipped: "),
        (("report", "d5", 0, "verified_effect"), "nan", "report.d5.0.verified_effect: "),
        (("report", "d2", "found_on"), "2025-13-01", "report.d2.found_on: "),
        (("report", "d3", "rows", 0, "place"), "moon", "report.d3.rows.0.place: "),
        (("report", "d4", "causes", 0, "axis"), None, "report.d4.causes.0.axis: "),
        (("report",), [], "no 8D of the format"),
        (("format",), "intake-8d/2", "no 8D of the format"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(place: tuple[str | int, ...], value: object, said: str) -> None:
    told = _told()
    here: Any = told
    for part in place[:-1]:
        here = here[part]
    here[place[-1]] = value
    with pytest.raises(UsageError) as refused:
        imported(json.dumps(told))
    assert said in refused.value.cause
    assert "\n" not in str(refused.value)


def test_a_figure_beyond_all_bounds_is_refused() -> None:
    with pytest.raises(UsageError, match=r"report\.d2\.quantity_shipped"):
        imported('{"format": "intake-8d/1", "report": {"d2": {"quantity_shipped": 1e999}}}')


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '"8D"', "[" * 200_000])
def test_what_is_no_report_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        imported(text)
    assert "\n" not in str(refused.value)
