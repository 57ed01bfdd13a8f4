"""The figures: every number against a few complaints that were counted by hand, on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from intake.policy.rounds import MONTHLY, Round
from intake.runners.clock.look import Look
from intake.runners.clock.reports import summary_of
from storage.life import Proposal, ProposalState, Task, TaskKind
from storage.records import Correction, CustomerOf
from tests.review.conftest import NOW, PEOPLE, Place
from tests.review.counted import AFTER, BEFORE, HAICHUAN, HOUR, LEAKING, NORTHGATE, SCRATCHED, book, fill, table, tiles
from tests.storage.samples import record


def test_complaints_count_in_the_local_month_in_which_they_came(place: Place) -> None:
    fill(place)
    browser = place.signed_in()
    rows = table(browser, "/figures", "trend")
    assert len(rows) == 12
    assert rows[-2:] == [["2026-10", "1", "1", "0", "2", "1"], ["2026-11", "0", "2", "1", "3", "0"]]
    assert tiles(browser, "/figures") == {
        "complaints (A, B)": "4", "notices (C)": "1", "closed in this span": "1", "open now": "4", "on time": "33.3%",
        "overdue, not done": "2",
    }  # fmt: skip


def test_promises_count_in_the_month_in_which_they_fell_due(place: Place) -> None:
    fill(place)
    browser = place.signed_in()
    assert table(browser, "/figures/promises", "by_period")[-2:] == [
        ["2026-10", "1", "0", "0", "1", "0", "100.0%"],
        ["2026-11", "1", "2", "2", "5", late_hours(), "20.0%"],
    ]


def late_hours() -> str:
    """3 of the first report, 4 of the task, 2 of what the clock has not seen, and since the first hour of November."""
    hours = 3 + 4 + 2 + (NOW - AFTER - HOUR) / HOUR
    return f"{hours:g}"


def test_promises_are_told_apart_by_window_department_and_person(place: Place) -> None:
    fill(place)
    browser = place.signed_in()
    since_then = f"{(NOW - AFTER - HOUR) / HOUR:g}"
    assert table(browser, "/figures/promises", "by_window") == [
        ["Acknowledgement", "66.7%", "3", "2", "0", "1", since_then],
        ["Preliminary report (8D D1–D3)", "0.0%", "2", "0", "1", "1", "5"],
        ["Tasks", "0.0%", "1", "0", "1", "0", "4"],
    ]
    assert [row[:3] for row in table(browser, "/figures/promises", "by_department")] == [
        ["分厂", "50.0%", "2"], ["质量部", "33.3%", "3"], ["(no department)", "0.0%", "1"],
    ]  # fmt: skip
    assert [row[:4] for row in table(browser, "/figures/people", "by_person")] == [
        ["Chen Gang", "分厂", "50.0%", "2"], ["Wang Min", "质量部", "33.3%", "3"], ["(nobody)", "(no department)", "0.0%", "1"],
    ]  # fmt: skip


def test_a_pareto_adds_up_to_all_and_tells_what_is_not_named(place: Place) -> None:
    fill(place)
    browser = place.signed_in()
    assert table(browser, "/figures/pareto", "defects") == [
        ["Leaks", "2", "50.0%", "50.0%"], ["Scratches", "2", "50.0%", "100.0%"], ["No defect described", "1", "–", "–"],
    ]  # fmt: skip
    assert table(browser, "/figures/pareto", "products") == [
        ["油泵 P-9", "2", "50.0%", "50.0%"], ["轴承座 ZC-204", "2", "50.0%", "100.0%"], ["No product named", "1", "–", "–"],
    ]  # fmt: skip
    assert table(browser, "/figures/pareto", "customers") == [
        [HAICHUAN, "2", "50.0%", "50.0%"], [NORTHGATE, "1", "25.0%", "75.0%"], ["a@b.example", "1", "25.0%", "100.0%"],
    ]  # fmt: skip
    assert table(browser, "/figures/pareto", "causes") == [
        ["manufacture", "2", "66.7%", "66.7%"], ["transport", "1", "33.3%", "100.0%"], ["Cause not known yet", "1", "–", "–"],
    ]  # fmt: skip


FILTERS = [
    ("", 4),
    ("class=A", 1),
    ("class=A&class=C", 2),
    ("customer=海川", 2),
    ("customer=NORTHGATE", 1),
    ("customer=b.example", 1),
    ("product=zc-204", 2),
    ("product=油泵 p-9", 2),
    ("department=分厂", 1),
    ("customer=海川&product=油泵&department=质量部", 1),
    ("span=this_month", 2),
    ("span=last_month", 2),
    ("span=this_year", 4),
    ("span=last_year", 0),
    ("from=2026-11-01&to=2026-11-01", 1),
    ("from=2026-10-31&to=2026-10-31", 1),
    ("to=2026-10-31", 2),
    ("from=2026-11-30&to=2026-10-01", 4),
    ("span=nonsense&class=Z&from=yesterday&nonsense=1&customer=%25", 0),
]


@pytest.mark.parametrize(("query", "number"), FILTERS, ids=[query for query, _ in FILTERS])
def test_the_filter_leaves_what_it_says(place: Place, query: str, number: int) -> None:
    fill(place)
    assert list(tiles(place.signed_in(), f"/figures/pareto?{query}").values()) == [str(number)]


def test_a_complaint_counts_once_for_a_kind_of_defect_however_it_is_described(place: Place) -> None:
    two = (replace(SCRATCHED, defect="表面划伤"), replace(SCRATCHED, defect="刮花"), replace(LEAKING, defect=" 漏油 "))
    with place.storage.unit() as work:
        work.complaints.add(record("1", items=two))
        work.complaints.add(record("2", items=(replace(SCRATCHED, defect="scratched surface"),)))
        work.complaints.add(record("3", items=(replace(SCRATCHED, defect="说不清的问题"),)))
        work.commit()
    assert [row[:2] for row in table(place.signed_in(), "/figures/pareto", "defects")] == [
        ["Scratches", "2"], ["Leaks", "1"], ["说不清的问题", "1"],
    ]  # fmt: skip


def test_the_rarest_names_are_put_together_at_the_end(place: Place) -> None:
    with place.storage.unit() as work:
        for n in range(25):
            for again in range(1 if n > 4 else 3):
                work.complaints.add(record(f"{n}-{again}", customer=CustomerOf(company=f"客户{n:02d}")))
        work.commit()
    rows = table(place.signed_in(), "/figures/pareto", "customers")
    assert len(rows) == 21
    assert (rows[0], rows[-2], rows[-1]) == (
        ["客户00", "3", "8.6%", "8.6%"], ["客户19", "1", "2.9%", "85.7%"], ["Others", "5", "14.3%", "100.0%"],
    )  # fmt: skip


# -------------------------------------------------------------------- how mails were read


def correction(number: str, field: str, old: Any, new: Any, item: int | None = 0) -> Correction:
    return Correction(number, item, field, old, new, "reviewer@example.com", NOW)


def test_reading_is_measured_by_what_reviewers_left_as_it_was(place: Place) -> None:
    fill(place)
    proposal = Proposal("p", "1", 0, "order_no", "PO-1", "PO-1", 0.9, None, NOW, ProposalState.TAKEN)
    with place.storage.unit() as work:
        found = {one.number: one for one in work.complaints.several(["1", "2", "3"]).values()}
        one = replace(
            found["1"].items[0], model="ZC-204A", ship_date="2026-10-02", order_no="PO-1", quantity_defective=None
        )
        work.complaints.update(replace(found["1"], items=(one,)))
        for each in (
            correction("1", "model", "ZC-2O4", "ZC-2O4A"),  # put right …
            correction("1", "model", "ZC-2O4A", "ZC-204A"),  # … in two steps: one value, wrong once
            correction("1", "ship_date", None, "2026-10-02"),  # not read
            correction("1", "quantity_defective", 12.0, None),  # read where there was none
            correction("1", "order_no", None, "PO-1"),  # a later mail said it
            correction("1", "defect", "表面划伤", "划伤"),  # changed …
            correction("1", "defect", "划伤", "表面划伤"),  # … and put back
            correction("2", "item", {"product": "x"}, None, 1),
            correction("2", "company", "Northgat", NORTHGATE, None),
            correction("3", "model", "a", "b"),  # no mail opened it
            correction("4", "language", "en", "zh-CN", None),  # nobody has confirmed it
        ):
            work.complaints.add_correction(each)
        work.lives.add([proposal])
        work.commit()
    browser = place.signed_in()
    rows = {row[0]: row[1:] for row in table(browser, "/figures/reading", "read_by_field")}
    assert rows["Model"] == ["50.0%", "2", "1", "0"]
    assert rows["Ship date"] == ["–", "0", "0", "1"]
    assert rows["Quantity defective"] == ["0.0%", "1", "1", "0"]
    assert rows["Defect"] == ["100.0%", "2", "0", "0"]
    assert rows["Product"] == ["100.0%", "2", "0", "0"]
    assert rows["Batch no."] == ["100.0%", "1", "0", "0"], "an empty list is no value"
    assert rows["Item"] == ["66.7%", "3", "1", "0"]
    assert rows["Company"] == ["50.0%", "2", "1", "0"]
    assert rows["Language"] == ["100.0%", "2", "0", "0"]
    assert "Order no." not in rows
    whole = tiles(browser, "/figures/reading")
    assert (whole["records reviewed"], whole["corrected"], whole["added by hand"]) == ("2", "4", "1")
    by_language = {row[0]: row[2:] for row in table(browser, "/figures/reading", "read_by_language")}
    assert {name: row[1:] for name, row in by_language.items()} == {
        "English": ["2", "0"],
        "Chinese, simplified": ["2", "1"],
    }
    assert sum(int(row[0]) for row in by_language.values()) == int(whole["values read"])
    [october, november] = table(browser, "/figures/reading", "read_by_period")[-2:]
    assert (october[2], november) == (whole["values read"], ["2026-11", "–", "0", "0", "0"])


# -------------------------------------------------------------------- satisfaction


def test_grades_are_counted_and_the_least_content_stand_first(place: Place) -> None:
    fill(place)
    browser = place.signed_in()
    assert table(browser, "/figures/satisfaction", "grades")[-1] == ["2026-11", "1", "1", "0", "1", "4", "3", "66.7%"]
    assert table(browser, "/figures/satisfaction", "grades_of_customers") == [
        ["甲", "0", "1", "0", "1", "2", "2", "50.0%"], ["乙", "1", "0", "0", "0", "2", "1", "100.0%"],
    ]  # fmt: skip
    assert tiles(browser, "/figures/satisfaction?customer=甲")["surveys sent"] == "2"
    assert tiles(browser, "/figures/satisfaction?class=A")["surveys sent"] == "0", (
        "half-yearly ones are about no complaint"
    )


# -------------------------------------------------------------------- one truth


def test_the_page_the_lists_and_the_report_agree(place: Place) -> None:
    """What the page says of November is what the assessment, the monthly list and the monthly letter say of it."""
    fill(place)
    browser = place.signed_in()
    span = "from=2026-11-01&to=2026-11-30"
    whole = tiles(browser, f"/figures?{span}")
    persons = book(browser, f"/figures/register/on_time.xlsx?{span}")[1:]
    assert sum(row[2] for row in persons) == 5
    page = table(browser, f"/figures/people?{span}", "by_person")
    assert sorted(int(row[3]) for row in page) == sorted(row[2] for row in persons)
    assert whole["overdue, not done"] == str(sum(row[5] for row in persons))
    look = Look(NOW, place.app.state.site.office, "ours.example", PEOPLE)
    with place.storage.reading() as work:
        report = summary_of(work, Round(MONTHLY, "2026-11", date(2026, 11, 1), date(2026, 11, 30)), look)
    assert (report.complaints, report.notices, report.closed, report.broken) == (2, 1, 1, 2)
    assert whole["complaints (A, B)"] == str(report.complaints)
    assert whole["on time"] == f"{(report.rate or 0) * 100:.1f}%"
    by_window = table(browser, f"/figures/promises?{span}", "by_window")
    assert [(int(row[2]), int(row[3])) for row in by_window] == [
        (one.kept.number, one.kept.on_time) for one in report.windows
    ]
    [month] = book(browser, f"/figures/register/monthly.xlsx?{span}")[1:]
    assert month[2:6] == [3, 0, 2, 1]
    assert month[9:14] == [5, 1, 2, 2, 0.2]


def test_who_works_for_two_departments_is_told_apart(lone: Place) -> None:
    fill(lone)
    more = Task(
        "t9", "1", TaskKind.ACTION, "REVIEWER@example.com", BEFORE, "x", "分厂", NOW - HOUR, done_at=NOW - 2 * HOUR
    )
    with lone.storage.unit() as work:
        work.lives.add([more])
        work.commit()
    rows = table(lone.signed_in(), "/figures/people", "by_person")
    assert [row[:4] for row in rows] == [
        ["Chen Gang", "分厂", "50.0%", "2"],
        ["Wang Min · 分厂", "分厂", "100.0%", "1"],
        ["Wang Min · 质量部", "质量部", "33.3%", "3"],
        ["(nobody)", "(no department)", "0.0%", "1"],
    ]


# -------------------------------------------------------------------- periods

SPANS = [
    ("span=this_month", ["11-01", "11-02"], 4),
    ("from=2026-11-04&to=2026-11-17", ["11-04", "11-09", "11-16"], 3),
    ("span=this_quarter", ["10-01", "10-05"], 8),
    ("span=this_year", ["2026-01", "2026-02"], 11),
    ("span=last_year", ["2025-01"], 12),
    ("from=2023-02-10&to=2026-11-30", ["2023-Q1", "2023-Q2"], 16),
    ("from=2001-01-01&to=2026-11-30", ["2001", "2002"], 26),
]


@pytest.mark.parametrize(("query", "names", "number"), SPANS, ids=[query for query, *_ in SPANS])
def test_a_span_is_cut_into_periods_of_its_size(lone: Place, query: str, names: list[str], number: int) -> None:
    fill(lone)
    with lone.storage.unit() as work:
        for n, day in enumerate((date(2001, 5, 1), date(2023, 3, 1), date(2025, 6, 1), date(2026, 11, 5))):
            work.complaints.add(record(f"x{n}", received_at=datetime(day.year, day.month, day.day, 9, tzinfo=UTC)))
        work.commit()
    rows = [row[0] for row in table(lone.signed_in(), f"/figures?{query}", "trend")]
    assert len(rows) == number
    assert rows[: len(names)] == names
