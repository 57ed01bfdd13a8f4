"""Lists with a row a record: 客户投诉一览表, 信息反馈单接收记录表, 顾客投诉记录表."""

from collections.abc import Iterable
from datetime import date, datetime

from intake.likeness.ranking import causes_and_actions
from intake.registers.filed import Filed, Span, filed
from intake.registers.terms import Terms
from intake.workbooks import Row, Sheet, Value
from storage import UnitOfWork
from storage.records import Record, WindowName, WindowState

_ITEM_COLUMNS = (
    "product",
    "model",
    "order_no",
    "production_date",
    "ship_date",
    "quantity_shipped",
    "quantity_defective",
    "defect_rate",
    "defect",
)


def records(work: UnitOfWork, span: Span, terms: Terms, now: datetime) -> list[Sheet]:
    """客户投诉一览表 (顾客沟通及满意度测量控制程序 §6.2.5): all records, of all states."""
    return [terms.sheet("records", [_record_row(one, terms) for one in filed(work, span, merged=True)])]


def register(work: UnitOfWork, span: Span, terms: Terms, now: datetime) -> list[Sheet]:
    """信息反馈单接收记录表 (信息交流和内部沟通程序流程 §5.1.3): who handed what to whom, and who signed for it."""
    all_of_them = enumerate(filed(work, span, merged=True), 1)
    return [terms.sheet("register", [_register_row(position, one, terms) for position, one in all_of_them])]


def complaints_log(work: UnitOfWork, span: Span, terms: Terms, now: datetime) -> list[Sheet]:
    """顾客投诉记录表 (顾客沟通管理程序 §4.2): each complaint with its causes, its actions and how it ended."""
    all_of_them = enumerate(filed(work, span, merged=False), 1)
    return [terms.sheet("complaints_log", [_log_row(work, position, one, terms) for position, one in all_of_them])]


def common(record: Record, terms: Terms) -> dict[str, Value]:
    """What every list shows."""
    return {
        "number": record.number,
        "received_at": record.received_at,
        "company": record.customer.company,
        "contact": record.customer.contact or record.customer.email,
        "channel": terms.ours("channel", record.channel),
        "letter": record.letter.value,
        "department": record.department,
        "state": terms.ours("state", record.state),
    }


def of_items(record: Record, name: str, terms: Terms) -> Value:
    """One item's value as it is, a date as a date; those of several items joined."""
    values = [value for item in record.items if (value := getattr(item, name)) is not None]
    if len(values) == 1:
        return _date(values[0]) if name.endswith("_date") else values[0]
    return terms.joined(f"{value:g}" if isinstance(value, float) else str(value) for value in values)


def batches(record: Record, terms: Terms) -> str | None:
    return terms.joined(batch for item in record.items for batch in item.batch)


def worked_out(work: UnitOfWork, number: str, terms: Terms) -> tuple[str | None, str | None]:
    """(root causes, corrective actions) of a record's newest 8D."""
    report = work.lives.report(number)
    if report is None:
        return None, None
    causes, actions = causes_and_actions(report.report)
    return terms.joined(causes), terms.joined(actions)


def _record_row(one: Filed, terms: Terms) -> Row:
    record = one.record
    due = {window.name: window for window in one.windows}
    first, full = due.get(WindowName.FIRST_REPORT), due.get(WindowName.FULL_REPORT)
    late = [terms.word("windows", window.name) for window in one.windows if window.state is WindowState.OVERDUE]
    return {
        **common(record, terms),
        **{name: of_items(record, name, terms) for name in _ITEM_COLUMNS},
        "batch": batches(record, terms),
        "disposition": terms.joined(_dispositions(record, terms)),
        "claim": f"{record.claim_amount:,.2f} {record.claim_currency or ''}".strip() if record.claim_amount else None,
        "reasons": terms.joined(terms.word("reasons", reason) for reason in record.reasons),
        "missing": terms.joined(terms.word("fields", name) for name in record.missing),
        "owner": record.owner,
        "first_report_due": first.due_at if first else None,
        "first_report_met": first.met_at if first else None,
        "full_report_due": full.due_at if full else None,
        "full_report_met": full.met_at if full else None,
        "overdue": terms.joined(late),
        "merged_into": record.merged_into,
    }


def _dispositions(record: Record, terms: Terms) -> Iterable[str]:
    return (terms.word("dispositions", item.disposition) for item in record.items if item.disposition)


def _register_row(position: int, one: Filed, terms: Terms) -> Row:
    record, life, event = one.record, one.life, one.signed
    defects = [item.defect for item in record.items if item.defect]
    return {
        **common(record, terms),
        "position": position,
        "content": terms.joined([record.subject, *defects]),
        "receiver": life.signed_by or (event.who if event else None),
        "signed_at": life.signed_at or (event.at if event else None),
    }


def _log_row(work: UnitOfWork, position: int, one: Filed, terms: Terms) -> Row:
    record, life = one.record, one.life
    causes, actions = worked_out(work, record.number, terms)
    grades = [survey.grade for survey in work.lives.surveys(record.number) if survey.grade is not None]
    return {
        **common(record, terms),
        **{name: of_items(record, name, terms) for name in ("product", "model", "quantity_defective", "defect")},
        "position": position,
        "batch": batches(record, terms),
        "cause": terms.ours("cause", life.cause) if life.cause else None,
        "responsibility": terms.ours("responsibility", life.responsibility) if life.responsibility else None,
        "causes": causes,
        "actions": actions,
        "reported_at": life.reported_at,
        "accepted_at": life.accepted_at,
        "closed_at": life.closed_at,
        "rejections": life.rejections or None,
        "grade": terms.word("grades", grades[-1]) if grades else None,
    }


def _date(text: str) -> Value:
    """`2026-11-02` as a date; a month alone stays text."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
