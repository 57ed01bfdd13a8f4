"""What customers send 8D reports back for: each check fails on its own fault and on nothing else."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from intake.eightd.checks import CHECKS, NAMES, RecordFacts, Severity, check
from storage.eight_d import (
    D1,
    D2,
    D3,
    D4,
    D6,
    D7,
    D8,
    Action,
    Axis,
    Cause,
    Change,
    Containment,
    Document,
    EightD,
    Level,
    Member,
    Place,
)

TODAY = date(2025, 11, 20)
RECORD = RecordFacts(quantity_defective=45, quantity_shipped=1200)
RAIL = Cause(
    Axis.OCCURRENCE, text="滑道导轨磨损0.4毫米，毛刺划伤", whys=("划痕", "毛刺", "磨损"), proof="换上旧导轨可重现"
)
LIGHT = Cause(
    Axis.ESCAPE, Level.SYSTEMIC, "终检光照300 lx，低于标准", ("未检出", "光照不足", "无点检"), proof="补光后可见"
)
RENEW = Action(
    "更换导轨并加装防护垫",
    "导轨磨损",
    300,
    100,
    owner="李雷",
    done_on=date(2025, 11, 18),
    validation="三批1200只，0不良",
)
LAMP = Action("终检工位增加光源，照度计入点检", "光照", 300, 100, owner="何军", planned_on=date(2025, 11, 25))
GOOD = EightD(
    d1=D1(leader=Member("何军")),
    d2=D2(our_text="轴承座外圆划伤，长3–8毫米", defect="表面划伤", quantity_defective=45, quantity_shipped=1200),
    d3=D3(
        rows=tuple(
            Containment(place, "已挑选", 300, 300, 2, owner="李雷")
            if place is Place.FINISHED_STOCK
            else Containment(place, "无")
            for place in Place
        ),
        clean_batch="B2609-07",
    ),
    d4=D4(causes=(RAIL, LIGHT)),
    d5=(RENEW, LAMP),
    d7=D7(
        (Change(Document.PFMEA, True, "F-12", "C"), Change(Document.DRAWING, False, reason="设计不变")),
        "HX-100、HX-300已查",
    ),
)


def _d4(*causes: Cause) -> EightD:
    return replace(GOOD, d4=replace(GOOD.d4, causes=causes))


def _row(place: Place, **changes: object) -> EightD:
    rows = tuple(replace(row, **changes) if row.place is place else row for row in GOOD.d3.rows)  # type: ignore[arg-type]
    return replace(GOOD, d3=replace(GOOD.d3, rows=rows))


def _d5(*actions: Action) -> EightD:
    return replace(GOOD, d5=actions)


FAULTY = {
    "no_leader": replace(GOOD, d1=D1()),
    "no_problem": replace(GOOD, d2=replace(GOOD.d2, our_text="", defect="")),
    "quantity_against_record": replace(GOOD, d2=replace(GOOD.d2, quantity_defective=40)),
    "quantities_contradict": _row(Place.FINISHED_STOCK, quantity_found=301.0),
    "place_missing": replace(GOOD, d3=replace(GOOD.d3, rows=GOOD.d3.rows[1:])),
    "containment_without_quantities": _row(Place.CUSTOMER, action="已隔离", owner="李雷"),
    "no_clean_point": replace(GOOD, d3=replace(GOOD.d3, clean_batch="")),
    "containment_without_owner": _row(Place.FINISHED_STOCK, owner=""),
    "containment_below_complaint": _row(Place.FINISHED_STOCK, quantity_suspect=44.0, quantity_checked=44.0),
    "future_date": replace(GOOD, d3=replace(GOOD.d3, start=date(2025, 11, 21))),
    "date_order": replace(
        GOOD, d2=replace(GOOD.d2, found_on=date(2025, 11, 14)), d3=replace(GOOD.d3, start=date(2025, 11, 13))
    ),
    "vague_words": _row(Place.FINISHED_STOCK, action="尽快挑选"),
    "blame": replace(GOOD, d2=replace(GOOD.d2, our_text="系客户使用不当")),
    "no_cause": replace(GOOD, d4=D4(causes=(LIGHT,))),
    "no_escape_cause": _d4(RAIL),
    "operator_error_only": _d4(replace(RAIL, text="操作员疏忽"), LIGHT),
    "symptom_restated": _d4(replace(RAIL, text="表面划伤"), LIGHT),
    "whys_too_short": _d4(replace(RAIL, whys=("划痕",)), LIGHT),
    "no_proof": _d4(replace(RAIL, proof=""), LIGHT),
    "no_action": _d5(),
    "training_only": _d5(replace(RENEW, text="对员工加强培训教育"), replace(LAMP, text="加强质量意识教育")),
    "inspection_only": _d5(replace(RENEW, text="加强检验"), replace(LAMP, text="出货前全检")),
    "actions_same_as_containment": _d5(replace(RENEW, text="已挑选"), LAMP),
    "cause_without_action": _d5(RENEW),
    "action_without_cause": _d5(RENEW, replace(LAMP, for_cause="")),
    "not_implemented": _d5(replace(RENEW, done_on=None, planned_on=TODAY), LAMP),
    "closed_before_validation": replace(GOOD, d8=D8(closed_on=TODAY)),
    "missing_owner": _d5(replace(RENEW, owner=""), LAMP),
    "no_date": _d5(RENEW, replace(LAMP, planned_on=None)),
    "past_date": _d5(RENEW, replace(LAMP, planned_on=date(2025, 11, 19))),
    "no_verification_figures": _d5(replace(RENEW, verified_quantity=None, verified_effect=None), LAMP),
    "too_small_sample": _d5(replace(RENEW, verified_quantity=3), LAMP),
    "no_validation": _d5(replace(RENEW, validation="良好"), LAMP),
    "no_read_across": replace(GOOD, d7=replace(GOOD.d7, read_across="")),
    "no_document_changed": replace(GOOD, d7=replace(GOOD.d7, documents=())),
    "document_unanswered": replace(
        GOOD, d7=replace(GOOD.d7, documents=(GOOD.d7.documents[0], Change(Document.DFMEA, False)))
    ),
}


def _failed(report: EightD, first: bool = False) -> list[str]:
    return [finding.id for finding in check(report, RECORD, TODAY, first)]


def test_a_good_report_passes_every_check() -> None:
    assert _failed(GOOD) == []


def test_every_check_has_its_fault() -> None:
    assert set(FAULTY) == set(NAMES)


@pytest.mark.parametrize("name", FAULTY)
def test_a_fault_fails_its_check_and_no_other(name: str) -> None:
    assert _failed(FAULTY[name]) == [name]


@pytest.mark.parametrize("name", FAULTY)
def test_only_what_bears_on_d0_to_d3_is_asked_of_the_first_report(name: str) -> None:
    assert _failed(FAULTY[name], first=True) == ([name] if NAMES[name].in_first else [])


@pytest.mark.parametrize(
    ("field", "report"),
    [
        ("d2.quantity_defective", replace(GOOD, d2=replace(GOOD.d2, quantity_checked=44))),
        ("d2.quantity_returned", replace(GOOD, d2=replace(GOOD.d2, quantity_returned=1201))),
        ("d3.rows.finished_stock.quantity_checked", _row(Place.FINISHED_STOCK, quantity_suspect=299.0)),
    ],
)
def test_a_part_that_exceeds_its_whole_is_found_where_it_stands(field: str, report: EightD) -> None:
    assert [(one.id, one.field) for one in check(report, RECORD, TODAY, True)] == [("quantities_contradict", field)]


@pytest.mark.parametrize(
    ("name", "field", "report"),
    [
        ("date_order", "d6.containment_lifted_on", replace(GOOD, d6=D6(date(2025, 11, 17)))),
        ("future_date", "d5.1.done_on", _d5(replace(RENEW, done_on=date(2025, 11, 21)), LAMP)),
        ("future_date", "d3.rows.customer.done_on", _row(Place.CUSTOMER, done_on=date(2025, 11, 21))),
        ("vague_words", "d5.1.text", _d5(replace(RENEW, text="适当更换导轨"), LAMP)),
        ("vague_words", "d7.read_across", replace(GOOD, d7=replace(GOOD.d7, read_across="asap"))),
        ("blame", "d4.causes.1.text", _d4(replace(RAIL, text="贵司未按规定存放，导轨磨损"), LIGHT)),
    ],
)
def test_what_a_check_looks_at_in_later_steps_bears_on_the_full_report_alone(
    name: str, field: str, report: EightD
) -> None:
    assert [(one.id, one.field) for one in check(report, RECORD, TODAY, False)] == [(name, field)]
    assert check(report, RECORD, TODAY, True) == () or field.startswith("d3")


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        (("加强员工培训", "增加全检"), "training_only"),
        (("增加一道检验", "出货前加严抽检"), "inspection_only"),
        (("增加检验频次", "retrain operators"), "training_only"),
    ],
)
def test_training_and_inspection_together_are_no_remedy_either(texts: tuple[str, str], name: str) -> None:
    assert _failed(_d5(replace(RENEW, text=texts[0]), replace(LAMP, text=texts[1]))) == [name]


@pytest.mark.parametrize(("language", "said"), [("zh-CN", "在途"), ("zh-TW", "在途"), ("en", "in transit")])
def test_a_place_is_told_by_its_name(language: str, said: str) -> None:
    rows = tuple(row for row in GOOD.d3.rows if row.place is not Place.IN_TRANSIT)
    (finding,) = check(replace(GOOD, d3=replace(GOOD.d3, rows=rows)), RECORD, TODAY, True)
    assert said in finding.words(language)[0]


@pytest.mark.parametrize(
    "text",
    [
        "操作员失误",
        "作业员未按规程操作",
        "员工责任心不强",
        "人为疏忽",
        "Operator error",
        "human error",
        "carelessness of the worker",
    ],
)
def test_human_error_alone_is_no_cause_in_whichever_words(text: str) -> None:
    assert "operator_error_only" in _failed(_d4(replace(RAIL, text=text), LIGHT))


@pytest.mark.parametrize(
    "text",
    [
        "作业员未装防护垫：工装上没有限位，漏装不报警",
        "operator could insert the part upside down: the fixture has no stop",
    ],
)
def test_human_error_with_what_made_it_possible_is_a_cause(text: str) -> None:
    assert "operator_error_only" not in _failed(_d4(replace(RAIL, text=text), LIGHT))


def test_nothing_found_needs_neither_causes_nor_actions() -> None:
    report = replace(GOOD, d4=D4(no_fault_found=True, tests="噪音12件，最大52 dB"), d5=())
    assert [one for one in _failed(report) if NAMES[one].severity is Severity.STOP] == []


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "en"])
def test_every_check_is_explained_in_the_authors_language(language: str) -> None:
    for name, report in FAULTY.items():
        (finding,) = [one for one in check(report, RECORD, TODAY, first=False) if one.id == name]
        says, instead = finding.words(language)
        assert says and instead and "{" not in says
    assert len({one.id for one in CHECKS}) == len(CHECKS)


def test_the_documentation_lists_every_check_in_its_order() -> None:
    page = (Path(__file__).parents[2] / "docs" / "eightd.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \| (\w+) \| (yes)? +\|", page, re.MULTILINE)
    assert listed == [(one.id, one.severity.value, "yes" if one.in_first else "") for one in CHECKS]
