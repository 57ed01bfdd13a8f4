"""What is asked of us by name: the customers' months with their complaints, the assessment (考核), and satisfaction."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from intake.kept import kept_by
from intake.registers.filed import Span, filed
from intake.registers.lists import of_items, worked_out
from intake.registers.monthly import Counting
from intake.registers.terms import Terms
from intake.workbooks import Row, Sheet
from storage import UnitOfWork
from storage.life import Grade, Survey

_EVER = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))
_HOUR = timedelta(hours=1)


def customers(work: UnitOfWork, span: Span, terms: Terms, now: datetime) -> list[Sheet]:
    """每月汇总反映信息及处理结果 (顾客沟通管理程序 §5.4.3): figures and complaints by customer, and how content each is
    (满意度, for 管理评审).
    """
    rows: list[Row] = []
    for one in filed(work, span, merged=False):
        record, life = one.record, one.life
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
        terms.sheet("customer_months", Counting.of(work, span, now, "month").by_customer(terms)),
        terms.sheet("customer_records", rows),
        terms.sheet("satisfaction", satisfaction(asked, span, terms)),
    ]


def on_time(work: UnitOfWork, span: Span, terms: Terms, now: datetime) -> list[Sheet]:
    """未按时回复提出考核意见 (客诉信息处理流程 §3): promises and tasks that fell due in the span, by department and
    person, and each late one. What is still open past its end is late by the hours until now. No fine is reckoned.
    """
    counting, nobody = Counting.of(work, span, now, "year"), terms.phrase("unassigned")
    kept = kept_by(
        work.figures.promised(counting.scope, now), lambda one: (one.department or nobody, one.owner.lower() or nobody)
    )
    rows: list[Row] = [
        {"department": department, "person": person, **found.row()}
        for (department, person), found in sorted(kept.items(), key=lambda one: one[0])
    ]
    late: list[Row] = [
        {
            "department": one.department or nobody,
            "person": one.owner.lower() or nobody,
            "number": one.record,
            "window": terms.word("windows" if one.window else "task_kinds", one.window or one.task or ""),
            "due_at": one.due_at,
            "met_at": one.met_at,
            "late_hours": round(((one.met_at or now) - one.due_at) / _HOUR, 1),
        }
        for one in work.figures.late(counting.scope, now)
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
