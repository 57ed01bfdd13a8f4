"""Two people at one record know of each other; the head of the page says what comes next."""

from datetime import timedelta

import pytest

from intake.acts.case import Case
from intake.review.record_next import next_step
from intake.review.record_values import groups_of
from storage.eight_d import EightD, Report, ReportState
from storage.life import Life
from storage.records import CustomerOf, ItemOf, Purpose, Record, RecordState
from storage.site import SiteRole
from tests.review.complaints import NUMBER, complaint
from tests.review.conftest import NOW, Browser, Place
from tests.review.test_record import tree
from tests.storage.samples import letter, record

HERE = f"/records/{NUMBER}/here"


def asked(browser: Browser, **form: str) -> dict[str, object]:
    browser.get(f"/records/{NUMBER}")
    answer = browser.post(HERE, form)
    return dict(answer.json()) if answer.status_code == 200 else {"status": answer.status_code}


def test_the_second_sees_the_first_and_what_he_does(place: Place) -> None:
    complaint(place)
    first, second = place.signed_in(), place.signed_in(SiteRole.APPROVER)
    assert asked(first, version="1")["others"] == []
    assert asked(second, version="1")["others"] == ["Wang Min is looking at this record too."]
    asked(first, version="1", typing="true")
    assert asked(second, version="1")["others"] == ["Wang Min is changing this record now."]
    assert asked(first, version="1")["others"] == ["Yan Guoqiang is looking at this record too."]


def test_who_leaves_or_falls_silent_is_there_no_more(lone: Place) -> None:
    complaint(lone)
    first, second = lone.signed_in(), lone.signed_in(SiteRole.APPROVER)
    asked(first)
    assert asked(second)["others"] != []
    asked(first, gone="true")
    assert asked(second)["others"] == []
    asked(first)
    lone.clock.passes(seconds=60)
    assert asked(second)["others"] == []


def test_a_page_hears_that_the_record_has_changed(place: Place) -> None:
    made = complaint(place)
    first, second = place.signed_in(), place.signed_in(SiteRole.APPROVER)
    version = str(made.version)
    assert asked(first, version=version)["changed"] == ""
    second.get(f"/records/{NUMBER}")
    second.post(f"/records/{NUMBER}/act", {"act": "classify", "class": "B", "reason": "checked"})
    assert "Yan Guoqiang has changed the record" in str(asked(first, version=version)["changed"])


def test_a_record_that_is_not_there_has_nobody_at_it(lone: Place) -> None:
    complaint(lone)
    browser = lone.signed_in()
    browser.get("/inbox")
    assert browser.post("/records/KS-202611-9999/here", {}).status_code == 404


def case(made: Record, **different: object) -> Case:
    return Case(**{"record": made, "life": Life(made.number), **different})  # type: ignore[arg-type]


def report(state: ReportState) -> Report:
    return Report(NUMBER, 1, EightD(), state, "", NOW)


WORK = record(NUMBER, state=RecordState.IN_PROGRESS, department="分厂")
SENT = letter(id="l", record=NUMBER, purpose=Purpose.FULL_REPORT)


@pytest.mark.parametrize(
    ("found", "key"),
    [
        (case(record(NUMBER, missing=("batch",))), "record.next_fill"),
        (case(record(NUMBER, missing=())), "record.next_confirm"),
        (case(record(NUMBER, merged_into="KS-202611-0009")), "record.next_merged"),
        (case(WORK, life=Life(NUMBER, dispatched_at=NOW)), "record.next_sign"),
        (case(WORK, life=Life(NUMBER, dispatched_at=NOW, signed_at=NOW + timedelta(hours=1))), "record.next_write"),
        (case(WORK, report=report(ReportState.DRAFT)), "record.next_approve"),
        (case(WORK, report=report(ReportState.APPROVED)), "record.next_send"),
        (case(WORK, report=report(ReportState.SENT)), "record.next_full"),
        (case(WORK, report=report(ReportState.SENT), letters=(SENT,)), "record.next_leaves"),
        (case(record(NUMBER, state=RecordState.REPORTED)), "record.next_verdict"),
        (case(record(NUMBER, state=RecordState.ACCEPTED)), "record.next_close"),
        (case(record(NUMBER, state=RecordState.CLOSED)), "record.next_nothing"),
    ],
)
def test_the_next_step_is_told_in_every_state(found: Case, key: str) -> None:
    assert next_step(found, groups_of(found.record, [], 0.6), ()).key == key


def test_doubts_and_gaps_are_counted_at_the_head(lone: Place) -> None:
    complaint(lone)
    assert (
        "doubtful values (▲) to check: 1, missing values to fill in: 2"
        in tree(lone.signed_in()).css_first(".next").text()
    )


def test_a_contradiction_counts_as_something_to_check() -> None:
    made = record(
        NUMBER, items=(ItemOf(quantity_defective=9.0, quantity_inspected=3.0),), customer=CustomerOf("A"), missing=()
    )
    step = next_step(case(made), groups_of(made, [], 0.6), ("confirm",))
    assert (step.key, step.values, step.mine) == ("record.next_check", {"n": 2}, True)
