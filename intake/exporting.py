"""客户投诉一览表, 信息反馈单接收记录表 and the monthly figures, as workbooks (`intake export`)."""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from intake.errors import StorageError, UsageError
from intake.figures import Figures
from intake.workbooks import Column, Row, Sheet, Value, write_workbook
from storage import RecordFilter, Storage, StorageTrouble, UnitOfWork
from storage.records import Event, Record, Window, WindowName, WindowState
from templates.words import words

_LISTS = Path(__file__).with_name("exporting.toml")
_LANGUAGE = "zh-CN"
_PAGE = 500  # records read at once
_SIGNED = ("sign", "signed")
_SHARES = frozenset({"rate", "defect_rate"})


@dataclass(frozen=True, slots=True)
class Span:
    """Local days, both included; None: no end on that side."""

    start: date | None
    end: date | None
    zone: ZoneInfo

    @property
    def since(self) -> datetime | None:
        return None if self.start is None else datetime.combine(self.start, time(), self.zone)

    @property
    def until(self) -> datetime | None:
        return None if self.end is None else datetime.combine(self.end + timedelta(days=1), time(), self.zone)

    def __str__(self) -> str:
        name = {(True, True): "span", (True, False): "from", (False, True): "until"}.get(
            (self.start is not None, self.end is not None), "all"
        )
        return str(_lists()["phrases"][name]).format(start=self.start, end=self.end)


@dataclass(frozen=True, slots=True)
class _Filed:
    """A record with what the lists show of it besides."""

    record: Record
    windows: Sequence[Window]
    signed: Event | None


def export_file(
    what: str, storage: Storage, path: Path, start: str | None, end: str | None, company: str, zone: ZoneInfo
) -> str:
    """`intake export`: days as text (YYYY-MM-DD). Returns one line that says what was written."""
    rows = export(what, storage, path, _day(start), _day(end), company, zone)
    return f"{path}: {rows} rows"


def export(
    what: str, storage: Storage, path: Path, from_: date | None, to: date | None, company_name: str, zone: ZoneInfo
) -> int:
    """Writes `records`, `register` or `monthly` of the local days `from_` to `to`, both included; returns the rows.

    UsageError for another name, a path that is no .xlsx, or days in the wrong order; StorageError where it cannot be
    read or written.
    """
    if what not in _EXPORTS:
        raise UsageError(f"{what!r} is nothing to export.", f"Write one of {', '.join(_EXPORTS)}.")
    if from_ and to and to < from_:
        raise UsageError(f"--to {to} is before --from {from_}.", "Name the earlier day first.")
    span = Span(from_, to, zone)
    try:
        with storage.reading() as work:
            sheets = _EXPORTS[what](work, span)
    except StorageTrouble as trouble:
        raise StorageError(trouble.cause, trouble.remedy) from trouble
    write_workbook(path, sheets, company_name, str(span), zone)
    return len(sheets[0].rows)


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no day.", "Write YYYY-MM-DD.") from error


@cache
def _lists() -> Mapping[str, Any]:
    return tomllib.loads(_LISTS.read_text(encoding="utf-8"))


def _sheet(name: str, rows: Sequence[Row]) -> Sheet:
    table = _lists()[name]
    columns = [Column(column, head, width, column in _SHARES) for column, head, width in table["columns"]]
    return Sheet(table["title"], columns, rows)


def _filed(work: UnitOfWork, span: Span, merged: bool) -> Iterator[_Filed]:
    """The records of a span, oldest first."""
    wanted = RecordFilter(since=span.since, until=span.until, merged=merged)
    number = work.complaints.count(wanted)
    for offset in range((number - 1) // _PAGE * _PAGE, -1, -_PAGE):
        page = work.complaints.listing(wanted, _PAGE, offset)[::-1]
        numbers = [record.number for record in page]
        windows, signed = work.views.windows_of(numbers), work.views.first_events(numbers, _SIGNED)
        for record in page:
            yield _Filed(record, windows.get(record.number, ()), signed.get(record.number))


# ── 客户投诉一览表: a row a record, of all states ──


def _records(work: UnitOfWork, span: Span) -> list[Sheet]:
    return [_sheet("records", [_record_row(filed) for filed in _filed(work, span, merged=True)])]


def _record_row(filed: _Filed) -> Row:
    record = filed.record
    due = {window.name: window for window in filed.windows}
    first, full = due.get(WindowName.FIRST_REPORT), due.get(WindowName.FULL_REPORT)
    late = [_word("windows", window.name) for window in filed.windows if window.state is WindowState.OVERDUE]
    return {
        **_common(record),
        **{name: _of_items(record, name) for name in _ITEM_COLUMNS},
        "batch": "；".join(batch for item in record.items for batch in item.batch),
        "disposition": _joined(_word("dispositions", item.disposition) for item in record.items if item.disposition),
        "claim": f"{record.claim_amount:,.2f} {record.claim_currency or ''}".strip() if record.claim_amount else None,
        "reasons": _joined(_word("reasons", reason) for reason in record.reasons),
        "missing": _joined(_word("fields", name) for name in record.missing),
        "owner": record.owner,
        "first_report_due": first.due_at if first else None,
        "first_report_met": first.met_at if first else None,
        "full_report_due": full.due_at if full else None,
        "full_report_met": full.met_at if full else None,
        "overdue": _joined(late),
        "merged_into": record.merged_into,
    }


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


def _common(record: Record) -> dict[str, Value]:
    return {
        "number": record.number,
        "received_at": record.received_at,
        "company": record.customer.company,
        "contact": record.customer.contact or record.customer.email,
        "channel": _ours("channel", record.channel),
        "letter": record.letter.value,
        "department": record.department,
        "state": _ours("state", record.state),
    }


def _of_items(record: Record, name: str) -> Value:
    """One item's value as it is, a date as a date; those of several items joined."""
    values = [value for item in record.items if (value := getattr(item, name)) is not None]
    if len(values) == 1:
        return _date(values[0]) if name.endswith("_date") else values[0]
    return _joined(f"{value:g}" if isinstance(value, float) else str(value) for value in values)


def _date(text: str) -> Value:
    """`2026-11-02` as a date; a month alone stays text."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _joined(parts: Iterable[str]) -> str | None:
    return "；".join(dict.fromkeys(parts)) or None


def _word(table: str, name: str) -> str:
    return words(_LANGUAGE).of(table, name)


def _ours(table: str, name: str) -> str:
    return str(_lists()["words"][table].get(name, name))


# ── 信息反馈单接收记录表: who handed what to whom, and who signed for it ──


def _register(work: UnitOfWork, span: Span) -> list[Sheet]:
    filed = _filed(work, span, merged=True)
    return [_sheet("register", [_register_row(position, one) for position, one in enumerate(filed, 1)])]


def _register_row(position: int, filed: _Filed) -> Row:
    record = filed.record
    defects = [item.defect for item in record.items if item.defect]
    return {
        **_common(record),
        "position": position,
        "content": _joined([record.subject, *defects]),
        "receiver": filed.signed.who if filed.signed else None,
        "signed_at": filed.signed.at if filed.signed else None,
    }


# ── the monthly figures: by month; by window; by department and person; by customer and product ──


def _monthly(work: UnitOfWork, span: Span) -> list[Sheet]:
    figures = Figures(span.zone, unassigned=_lists()["phrases"]["unassigned"])
    for moment in work.views.arrivals_received(span.since, span.until):
        figures.add_arrival(moment)
    for filed in _filed(work, span, merged=False):
        figures.add(filed.record, filed.windows)
    windows = [{**row, "window": _word("windows", str(row["window"]))} for row in figures.by_window()]
    return [
        _sheet("monthly", figures.by_month()),
        _sheet("windows", windows),
        _sheet("departments", figures.by_person()),
        _sheet("customers", figures.by_product()),
    ]


_EXPORTS: dict[str, Callable[[UnitOfWork, Span], list[Sheet]]] = {
    "records": _records,
    "register": _register,
    "monthly": _monthly,
}
