"""Figures: by month and by quarter, by customer, by window, by department and person (考核), and satisfaction."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from intake.figures import Figures, by_quarter
from intake.registers.filed import Span, filed
from intake.registers.lists import of_items, worked_out
from intake.registers.terms import Terms
from intake.workbooks import Row, Sheet
from storage import UnitOfWork
from storage.life import Grade, Survey

_EVER = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))
_HOUR = timedelta(hours=1)


def monthly(work: UnitOfWork, span: Span, terms: Terms, now: datetime) -> list[Sheet]:
    """By month; by window; by department and person; by customer and product."""
    figures = _counted(work, span, Figures(span.zone, terms.phrase("unassigned")))
    return [
        terms.sheet("monthly", figures.by_month()),
        terms.sheet("windows", _named_windows(figures, terms)),
        terms.sheet("departments", figures.by_person()),
        terms.sheet("customers", figures.by_product()),
    ]


def quarterly(work: UnitOfWork, span: Span, terms: Terms, now: datetime) -> list[Sheet]:
    """按季度汇总 (顾客反馈信息管理 §4): the monthly figures by quarter."""
    figures = _counted(work, span, Figures(span.zone, terms.phrase("unassigned"), by_quarter))
    return [
        terms.sheet("quarterly", figures.by_month()),
        terms.sheet("windows", _named_windows(figures, terms)),
        terms.sheet("departments", figures.by_person()),
        terms.sheet("customers", figures.by_product()),
    ]


def customers(work: UnitOfWork, span: Span, terms: Terms, now: datetime) -> list[Sheet]:
    """每月汇总反映信息及处理结果 (顾客沟通管理程序 §5.4.3): figures and complaints by customer, and how content each is
    (满意度, for 管理评审).
    """
    figures = Figures(span.zone, terms.phrase("unassigned"))
    rows: list[Row] = []
    for one in filed(work, span, merged=False):
        record, life = one.record, one.life
        figures.add(record, one.windows)
        rows.append(
            {
                "month": f"{record.received_at.astimezone(span.zone):%Y-%m}",
                "company": record.customer.company or record.customer.email,
                "number": record.number,
                **{name: of_items(record, name, terms) for name in ("product", "model", "defect")},
                "responsibility": terms.ours("responsibility", life.responsibility) if life.responsibility else None,
                "actions": worked_out(work, record.number, terms)[1],
                "closed_at": life.closed_at,
                "state": terms.ours("state", record.state),
            }
        )
    rows.sort(key=lambda row: (str(row["month"]), str(row["company"] or "")))
    asked = work.lives.surveys_between(span.since or _EVER[0], span.until or _EVER[1])
    return [
        terms.sheet("customer_months", figures.by_customer()),
        terms.sheet("customer_records", rows),
        terms.sheet("satisfaction", satisfaction(asked, span, terms)),
    ]


def on_time(work: UnitOfWork, span: Span, terms: Terms, now: datetime) -> list[Sheet]:
    """未按时回复提出考核意见 (客诉信息处理流程 §3): promises and tasks that fell due in the span, by department and
    person, and each late one. What is still open past its end is late by the hours until now. No fine is reckoned.
    """
    since, until = span.since or _EVER[0], min(span.until or now, now)
    owed = [
        (department, owner, window.record, terms.word("windows", window.name), window.due_at, window.met_at)
        for window, department, owner in work.views.windows_due(since, until)
    ]
    owed += [
        (department, owner, task.record, terms.word("task_kinds", task.kind), task.due_at, task.done_at)
        for task, department, owner in work.views.tasks_due(since, until)
        if task.due_at is not None
    ]
    totals: defaultdict[tuple[str, str], list[float]] = defaultdict(lambda: [0, 0, 0, 0.0])
    late: list[Row] = []
    nobody = terms.phrase("unassigned")
    for department, owner, number, what, due, met in owed:
        whose = (department or nobody, owner or nobody)
        hours = max(((met or now) - due) / _HOUR, 0.0)
        total = totals[whose]
        total[0 if not hours else 1 if met else 2] += 1
        total[3] += hours
        if hours:
            row: Row = {"number": number, "window": what, "due_at": due, "met_at": met, "late_hours": round(hours, 1)}
            late.append({"department": whose[0], "person": whose[1], **row})
    rows: list[Row] = [
        {
            "department": department,
            "person": person,
            "windows": kept + done_late + overdue,
            "on_time": kept,
            "late": done_late,
            "overdue": overdue,
            "late_hours": round(hours, 1),
            "rate": kept / (kept + done_late + overdue),
        }
        for (department, person), (kept, done_late, overdue, hours) in sorted(totals.items())
    ]
    late.sort(key=lambda row: (str(row["department"]), str(row["person"]), str(row["due_at"])))
    return [terms.sheet("assessment", rows), terms.sheet("late_promises", late)]


def satisfaction(asked: Iterable[Survey], span: Span, terms: Terms) -> list[Row]:
    """By year and customer, the least content first: how many were asked and answered, and what. `rate`: the share of
    the answers that are satisfied or better.
    """
    by: defaultdict[tuple[str, str], list[Survey]] = defaultdict(list)
    for survey in asked:
        by[f"{survey.asked_at.astimezone(span.zone):%Y}", survey.customer].append(survey)
    rows: list[Row] = []
    for (year, company), surveys in by.items():
        grades = [survey.grade for survey in surveys if survey.grade is not None]
        content = sum(grade in (Grade.VERY_SATISFIED, Grade.SATISFIED) for grade in grades)
        rows.append(
            {
                "year": year,
                "company": company,
                "asked": len(surveys),
                "answered": len(grades),
                **{grade.value: grades.count(grade) for grade in Grade},
                "rate": content / len(grades) if grades else None,
                "comments": terms.joined(survey.comment for survey in surveys),
            }
        )
    rows.sort(key=lambda row: (str(row["year"]), 2.0 if row["rate"] is None else row["rate"], str(row["company"])))
    return rows


def _counted(work: UnitOfWork, span: Span, figures: Figures) -> Figures:
    for moment in work.views.arrivals_received(span.since, span.until):
        figures.add_arrival(moment)
    for one in filed(work, span, merged=False):
        figures.add(one.record, one.windows)
    return figures


def _named_windows(figures: Figures, terms: Terms) -> list[Row]:
    return [{**row, "window": terms.word("windows", str(row["window"]))} for row in figures.by_window()]
