"""The life of a record goes into both databases and comes back the same; what is done once is done once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from storage import AlreadyThere, Storage, UnitOfWork
from storage.eight_d import D3, D4, Axis, Cause, Containment, EightD, Place, Report, ReportState
from storage.life import (
    CustomerForm,
    Evidence,
    EvidenceKind,
    Grade,
    Life,
    Proposal,
    ProposalState,
    Responsibility,
    Survey,
    Task,
    TaskKind,
    TaskState,
    Warned,
)
from storage.records import Record
from tests.storage.samples import record

NOW = datetime(2025, 11, 20, 1, 2, 3, tzinfo=UTC)
NUMBER = record().number

FULL = Life(
    NUMBER, NOW, "he@example.com", NOW, NOW, "li@example.com", 2, "yan@example.com", NOW, "manufacture",
    Responsibility.SUPPLIER, False, 4999.5, "yan@example.com", ("batch",), ("on_site",), date(2025, 12, 1), 1, NOW, NOW,
    NOW, NOW, ("unsigned:1",), NOW,
)  # fmt: skip
HANGING = (
    Task(
        "t1", NUMBER, TaskKind.VERIFICATION, "sun@example.com", NOW, "he@example.com", "销售部", NOW, "验证", TaskState.DONE,
        NOW, "sun@example.com", "三批无不良", {"effective": True, "n": 3}, ("50",), NOW,
    ),
    Evidence("e1", NUMBER, EvidenceKind.STAMPED_COPY, "fax.pdf", "application/pdf", "ab" * 32, "system", NOW, "盖章", "d4", "a1", "fax.pdf", "cd" * 32),
    Warned("w1", NUMBER, "上海甲公司", 7, "zhao@jia.example", "zh-CN", (("HX", "B1", 12.5, "2025-11-03"), ("HX", "B2", None, "")), "l1", True, NOW, "赵一"),
    Survey("s1", NUMBER, "上海甲公司", 7, "zhao@jia.example", "zh-CN", NOW, "l2", NOW, Grade.POOR, "太慢", "KS-202511-0002"),
    Proposal("p1", NUMBER, 0, "batch", ["B1", "B2"], "批号B1、B2", 0.875, "a1", NOW, ProposalState.OPEN),
)  # fmt: skip
REPORT = Report(
    NUMBER,
    2,
    EightD(
        d3=D3((Containment(Place.WIP, "无", 1, 0, 0, done_on=date(2025, 11, 3)),), clean_date=date(2025, 11, 4)),
        d4=D4((Cause(Axis.ESCAPE, whys=("a", "b"), share=12.5),), no_fault_found=True),
    ),
    ReportState.APPROVED,
    "li@example.com",
    NOW,
    "gm@example.com",
    NOW,
    ("vague_words",),
)


@pytest.fixture
def kept(storage: Storage) -> Storage:
    with storage.unit() as work:
        work.complaints.add(record())
        work.commit()
    return storage


def _of(work: UnitOfWork) -> tuple[object, ...]:
    lives = work.lives
    return (
        *lives.tasks(NUMBER),
        *lives.evidence(NUMBER),
        *lives.warned(NUMBER),
        *lives.surveys(NUMBER),
        *lives.proposals(NUMBER, None),
    )


def test_everything_comes_back_as_it_was(kept: Storage) -> None:
    with kept.unit() as work:
        assert work.lives.get(NUMBER) == Life(NUMBER), "a record without a life stands at its beginning"
        work.lives.save(FULL)
        work.lives.add(HANGING)
        work.lives.save_report(REPORT)
        work.commit()
    with kept.reading() as work:
        assert work.lives.get(NUMBER) == FULL
        assert work.lives.of([NUMBER, "KS-1"]) == {NUMBER: FULL}
        assert _of(work) == HANGING
        assert work.lives.report(NUMBER) == REPORT
        assert (work.lives.task("t1"), work.lives.survey_by_letter("l2")) == (HANGING[0], HANGING[3])
        assert work.lives.warned_by_letter("l1") == HANGING[2]


def test_changes_are_kept_and_a_second_of_the_same_is_refused(kept: Storage) -> None:
    with kept.unit() as work:
        work.lives.save(FULL)
        work.lives.save(Life(NUMBER))
        work.lives.add(HANGING)
        for one in HANGING:
            with pytest.raises(AlreadyThere), work.savepoint():
                work.lives.add([one])
        work.lives.update(replace(HANGING[4], state=ProposalState.DROPPED))
        assert work.lives.get(NUMBER) == Life(NUMBER)
        assert work.lives.proposals(NUMBER) == []


def test_each_revision_of_a_report_is_kept(kept: Storage) -> None:
    first = replace(REPORT, revision=1, state=ReportState.SENT)
    with kept.unit() as work:
        work.lives.save_report(first)
        work.lives.save_report(REPORT)
        work.lives.save_report(replace(REPORT, state=ReportState.SENT))
        assert work.lives.reports(NUMBER) == [first, replace(REPORT, state=ReportState.SENT)]


def test_the_clock_finds_what_it_must_look_at(kept: Storage) -> None:
    with kept.unit() as work:
        work.lives.save(replace(Life(NUMBER), look_at=NOW, dispatched_at=NOW))
        work.lives.add([replace(HANGING[0], state=TaskState.OPEN)])
        for moment, found in ((NOW - timedelta(seconds=1), 0), (NOW, 1)):
            assert len(work.lives.to_look_at(moment, 10)) == found
            assert len(work.lives.tasks_to_look_at(moment, 10)) == found
        assert [one.record for one in work.lives.unsigned()] == [NUMBER]
        assert [task.id for task in work.lives.open_tasks("SUN@example.com")] == ["t1"]


def test_a_round_begins_once(kept: Storage) -> None:
    with kept.unit() as work:
        assert work.lives.begin_round("digest", "2025-11-20", NOW)
        assert not work.lives.begin_round("digest", "2025-11-20", NOW)
        assert work.lives.last_round("digest") == ("2025-11-20", NOW)
        assert work.lives.last_round("weekly") is None


def test_a_customers_form_is_replaced(kept: Storage) -> None:
    form = CustomerForm(7, "8d.xlsx", "application/x", "cd" * 32, "[cells]", "he@example.com", NOW)
    with kept.unit() as work:
        work.lives.save_customer_form(replace(form, mapping=""))
        work.lives.save_customer_form(form)
        assert work.lives.customer_form(7) == form


def test_every_record_has_a_life_of_its_own(kept: Storage) -> None:
    other: Record = record("KS-202511-0099")
    with kept.unit() as work:
        work.complaints.add(other)
        work.lives.save(replace(Life(other.number), refusals=3))
        assert work.lives.get(NUMBER).refusals == 0
