"""Earlier records that are like one, on both databases, and when a batch calls for an early warning."""

from dataclasses import replace
from time import process_time
from typing import Any

import pytest

from intake.likeness.ranking import Why, family
from intake.likeness.warning import Reason
from intake.runners.alike import similar, suggest
from storage import Storage
from storage.eight_d import D4, Action, Axis, Cause, EightD, Report, ReportState
from storage.records import CustomerOf, ItemOf, Record, RecordState
from tests.storage.samples import NOON, record


def _record(position: int, item: ItemOf, company: str = "", **different: Any) -> Record:
    customer = CustomerOf(company=company or f"客户{position}", email=f"c{position}@c{position}.example")
    return record(f"KS-202611-{position:04}", items=(item,), customer=customer, subject=item.defect or "", **different)


def _keep(storage: Storage, *records: Record) -> None:
    with storage.unit() as work:
        for one in records:
            work.complaints.add(one, (), ())
        work.commit()


NEW = _record(99, ItemOf(product="轴承座", model="HX-200B", batch=("B9",), defect="表面劃傷"))


def test_the_likest_come_first_with_why_and_with_what_their_8d_found(storage: Storage) -> None:
    _keep(
        storage,
        _record(1, ItemOf(product="轴承座", model="hx-200b", defect="外观刮痕")),
        _record(2, ItemOf(product="轴承座", model="HX-200C", defect="scratched surface")),
        _record(3, ItemOf(product="轴承座", model="ZC-9", defect="划痕")),
        _record(4, ItemOf(product="轴承座", model="HX-200B", defect="断裂")),
        _record(5, ItemOf(product="轴承座", model="HX-200B")),
        _record(6, ItemOf(product="齿轮", model="GE-1", defect="划伤")),
        _record(7, ItemOf(product="轴承座", model="HX-200B", defect="划伤"), state=RecordState.CANCELLED),
        NEW,
    )
    report = EightD(
        d4=D4(causes=(Cause(Axis.OCCURRENCE, text="料盘无隔垫"),)), d5=(Action(text="增加隔垫"), Action(text=""))
    )
    with storage.unit() as work:
        work.lives.save_report(Report("KS-202611-0001", 1, report, ReportState.SENT, "q@ours.example", NOON))
        work.commit()
    with storage.reading() as work:
        found = similar(work, NEW, 10)
        assert similar(work, NEW, 2) == found[:2]
    assert [(one.number[-1], one.why) for one in found] == [
        ("1", Why.SAME_MODEL_LIKE_DEFECT),
        ("2", Why.SIMILAR_MODEL_LIKE_DEFECT),
        ("3", Why.SAME_PRODUCT_LIKE_DEFECT),
        ("5", Why.SAME_MODEL),
    ]
    assert (found[0].causes, found[0].actions) == (("料盘无隔垫",), ("增加隔垫",))
    assert found[1].causes == ()
    assert [found[0].why.words(language) for language in ("zh-CN", "zh-TW", "en")] == [
        "同型号，同类缺陷",
        "同型號、同類缺陷",
        "same model, like defect",
    ]


@pytest.mark.parametrize(
    ("model", "expected"),
    [("HX-200B", "hx-200"), ("6204-2RS", "6204"), ("Ｍ12×1.5", "m12"), ("M6", ""), ("ABC", ""), (None, ""), ("", "")],
)
def test_models_of_a_family_share_their_beginning(model: str | None, expected: str) -> None:
    assert family(model) == expected


BATCH = ItemOf(product="轴承座", model="HX-200B", batch=("B2406-01",), defect="划伤")
OTHERS: dict[str, tuple[list[Record], tuple[str, ...], list[Reason]]] = {
    "alone": ([], (), []),
    "a hazard alone": ([], ("safety",), [Reason.HAZARD]),
    "a second customer": ([_record(1, BATCH)], (), [Reason.SEVERAL_CUSTOMERS]),
    "the same customer again": ([_record(1, BATCH, "客户98")], (), []),
    "the same customer a third time": (
        [_record(1, BATCH, "客户98"), _record(2, BATCH, "客户98")],
        (),
        [Reason.SEVERAL_RECORDS],
    ),
    "another batch that begins alike": ([_record(1, replace(BATCH, batch=("B2406-011",)))], (), []),
    "the batch in other letters": (
        [_record(1, replace(BATCH, batch=("ｂ2406-01",)))],
        (),
        [Reason.SEVERAL_CUSTOMERS],
    ),
    "one that was cancelled": ([_record(1, BATCH, state=RecordState.CANCELLED)], (), []),
}


@pytest.mark.parametrize("case", OTHERS)
def test_a_warning_is_suggested_for_a_hazard_and_for_a_batch_complained_of_again(storage: Storage, case: str) -> None:
    others, signals, reasons = OTHERS[case]
    new = replace(_record(98, BATCH), signals=signals)
    _keep(storage, *others, new)
    with storage.unit() as work:
        found = suggest(work, new, NOON, 3)
        assert suggest(work, new, NOON, 3) is None  # it is noted once
        events = [event.new for event in work.complaints.events(new.number) if event.what == "early_warning_suggested"]
    assert (list(found.reasons) if found else []) == reasons
    assert len(events) == bool(reasons)
    if found:
        assert found.batches == ("B2406-01",)
        assert set(found.records) == {one.number for one in others}


def test_many_records_do_not_make_it_slow(storage: Storage) -> None:
    """The cost is that of the candidates, of which each search takes the newest 200."""
    defects = ("外观刮痕", "漏油", "断裂", "异响", "生锈")
    _keep(
        storage,
        *(
            _record(n, ItemOf(product="轴承座", model=f"HX-{200 + n % 40}B", defect=defects[n % 5]))
            for n in range(1000, 2500)
        ),
        NEW,
    )
    with storage.reading() as work:
        similar(work, NEW)
        started = process_time()
        found = similar(work, NEW)
        took = process_time() - started
    assert [one.why for one in found] == [Why.SAME_MODEL_LIKE_DEFECT] * 5
    assert took < 2.0
