"""The lists and figures of `intake export`, as workbooks with the company's head, in its language."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from intake import clock
from intake.errors import StorageError, UsageError
from intake.registers import lists, monthly, tables
from intake.registers.filed import Span
from intake.registers.terms import Terms
from intake.workbooks import Sheet, write_workbook
from storage import Storage, StorageTrouble, UnitOfWork

Make = Callable[[UnitOfWork, Span, Terms, datetime], list[Sheet]]

EXPORTS: dict[str, Make] = {
    "records": lists.records,
    "register": lists.register,
    "complaints_log": lists.complaints_log,
    "monthly": monthly.monthly,
    "quarterly": monthly.quarterly,
    "customers": tables.customers,
    "on_time": tables.on_time,
}


ARCHIVE = "archive"  # `intake.commands.archive`


def export_file(
    what: str,
    storage: Storage,
    path: Path,
    start: str | None,
    end: str | None,
    company: str,
    zone: ZoneInfo,
    language: str = "zh-CN",
) -> str:
    """`intake export`: days as text (YYYY-MM-DD). Returns one line that says what was written."""
    rows = export(what, storage, path, _day(start), _day(end), company, zone, language)
    return f"{path}: {rows} rows"


def export(
    what: str,
    storage: Storage,
    path: Path,
    from_: date | None,
    to: date | None,
    company_name: str,
    zone: ZoneInfo,
    language: str = "zh-CN",
    now: clock.Clock = clock.now,
) -> int:
    """Writes one of EXPORTS, of the local days `from_` to `to`, both included; returns the rows of its first sheet.

    UsageError for another name, a path that is no .xlsx, or days in the wrong order; StorageError where it cannot be
    read or written.
    """
    if what not in EXPORTS:
        raise UsageError(f"{what!r} is nothing to export.", f"Write one of {', '.join([*EXPORTS, ARCHIVE])}.")
    if from_ and to and to < from_:
        raise UsageError(f"--to {to} is before --from {from_}.", "Name the earlier day first.")
    span, terms = Span(from_, to, zone), Terms.of(language)
    try:
        with storage.reading() as work:
            sheets = EXPORTS[what](work, span, terms, now())
    except StorageTrouble as trouble:
        raise StorageError(trouble.cause, trouble.remedy) from trouble
    write_workbook(path, sheets, company_name, span.line(terms), zone)
    return len(sheets[0].rows)


def days_of(what: str, start: str | None, end: str | None, year: int | None) -> tuple[str | None, str | None]:
    """The days of `--year`, or those that are named. UsageError where both are, or where an archive names no year."""
    if what == ARCHIVE and year is None:
        raise UsageError("An archive is of one year.", "Add --year, such as --year 2026.")
    if year is None:
        return start, end
    if start or end:
        raise UsageError("--year says which days, and so do --from and --to.", "Name the year, or the days.")
    return f"{year:04d}-01-01", f"{year:04d}-12-31"


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no day.", "Write YYYY-MM-DD.") from error
