"""The figures of the weekly and the monthly report: they add up, and the assessment tells who kept what."""

from datetime import UTC, date, datetime, timedelta

from intake.kept import Kept
from intake.reporting import Count, Facts, KeptBy, summary
from storage.promised import Promised
from storage.records import Class, CustomerOf, ItemOf, Record, RecordState, WindowName

NOW = datetime(2026, 11, 30, 0, 0, tzinfo=UTC)
DUE = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def record(number: int, letter: Class = Class.B, company: str = "甲公司", **change: object) -> Record:
    plain: dict[str, object] = {
        "number": f"KS-{number}",
        "state": RecordState.IN_PROGRESS,
        "letter": letter,
        "reasons": (),
        "kind": "complaint",
        "channel": "email",
        "language": "zh-CN",
        "received_at": DUE,
        "opened_at": DUE,
        "customer": CustomerOf(company=company),
        "items": (ItemOf(product="轴承座", model="HX-200B", defect="划伤"),),
        "subject": "",
    }
    return Record(**{**plain, **change})  # type: ignore[arg-type]


def test_complaints_are_counted_by_what_they_have_in_common() -> None:
    two = (ItemOf(product="泵", model="P1", defect="漏油"), ItemOf(product="泵", model="P2", defect="漏油"))
    records = [
        record(1, Class.A, claim_amount=100.0, claim_currency="CNY"),
        record(2, company="乙公司"),
        record(3, items=two, claim_amount=50.0, claim_currency="CNY"),
        record(4, Class.C),
        record(5, state=RecordState.CANCELLED),
    ]
    facts = Facts(records=records, causes={"KS-1": "制造"}, repeated={"KS-2", "KS-4"}, closed=2, still_open=9)
    told = summary(date(2026, 11, 23), date(2026, 11, 29), facts, top=10)
    assert (told.complaints, told.notices, told.closed, told.still_open) == (3, 1, 2, 9)
    assert told.classes == (Count("A", 1), Count("B", 2), Count("C", 1))
    assert told.customers == (Count("甲公司", 2), Count("乙公司", 1))
    assert told.causes == (Count("", 2), Count("制造", 1))
    assert told.products == (Count("轴承座 HX-200B", 2), Count("泵 P1", 1), Count("泵 P2", 1))
    assert told.defects == (Count("scratch", 2), Count("leak", 1)), "a record counts once, however many items it has"
    assert told.claims == (("CNY", 150.0),)
    assert [one.number for one in told.repeats] == ["KS-2"], "a notice is no repeated complaint"


def test_only_the_top_ones_are_named() -> None:
    records = [record(n, company=f"客户{n % 4}") for n in range(11)]
    told = summary(date(2026, 11, 1), date(2026, 11, 30), Facts(records=records), top=2)
    assert told.customers == (Count("客户0", 3), Count("客户1", 3))


def promised(window: WindowName | None, department: str, owner: str, *kept: float) -> Promised:
    on_time, late, overdue = (int(number) for number in kept[:3])
    return Promised(0, window, department, owner, "", on_time, late, overdue, kept[3])


def test_the_assessment_counts_each_promise_once_by_department_and_person() -> None:
    told = summary(
        date(2026, 11, 23),
        date(2026, 11, 30),
        Facts(
            promised=[
                promised(None, "分厂", "wu@example.com", 0, 0, 1, 2.0),
                promised(WindowName.FIRST_REPORT, "质量部", "Li@example.com", 1, 0, 0, 0.0),
                promised(WindowName.FIRST_REPORT, "质量部", "li@example.com", 1, 0, 0, 0.0),
                promised(WindowName.DISPATCH, "质量部", "li@example.com", 0, 1, 0, 3.0),
            ]
        ),
        top=10,
    )
    assert told.people == (
        KeptBy(None, "分厂", "wu@example.com", Kept(0, 0, 1, 2.0)),
        KeptBy(None, "质量部", "li@example.com", Kept(2, 1, 0, 3.0)),
    )
    assert [(one.window, one.kept.number, one.kept.on_time) for one in told.windows] == [
        (WindowName.DISPATCH, 1, 0),
        (WindowName.FIRST_REPORT, 2, 2),
        (None, 1, 0),
    ]
    assert (told.broken, told.rate) == (1, 0.5)
    assert sum(one.kept.number for one in told.people) == sum(one.kept.number for one in told.windows) == 4


def test_a_span_in_which_nothing_was_is_empty() -> None:
    assert summary(date(2026, 11, 1), date(2026, 11, 30), Facts(still_open=3), top=10).empty
    assert not summary(date(2026, 11, 1), date(2026, 11, 30), Facts(closed=1), top=10).empty
