"""What the lists are made of: the days that they cover, and each record with what hangs on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from intake.registers.terms import Terms
from storage import RecordFilter, UnitOfWork
from storage.life import Life
from storage.records import Event, Record, Window

PAGE = 500  # records read at once
_SIGNED = ("sign", "signed")


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

    def line(self, terms: Terms) -> str:
        """As it stands under a list's title."""
        name = {(True, True): "span", (True, False): "from", (False, True): "until"}.get(
            (self.start is not None, self.end is not None), "all"
        )
        return terms.phrase(name).format(start=self.start, end=self.end)


@dataclass(frozen=True, slots=True)
class Filed:
    """A record with what the lists show of it besides."""

    record: Record
    windows: Sequence[Window]
    life: Life
    signed: Event | None


def filed(work: UnitOfWork, span: Span, merged: bool) -> Iterator[Filed]:
    """The records received in a span, oldest first; `merged`: also those that were joined to another."""
    wanted = RecordFilter(since=span.since, until=span.until, merged=merged)
    number = work.complaints.count(wanted)
    for offset in range((number - 1) // PAGE * PAGE, -1, -PAGE):
        page = work.complaints.listing(wanted, PAGE, offset)[::-1]
        numbers = [record.number for record in page]
        windows, signed = work.views.windows_of(numbers), work.views.first_events(numbers, _SIGNED)
        lives = work.lives.of(numbers)
        for record in page:
            life = lives.get(record.number) or Life(record.number)
            yield Filed(record, windows.get(record.number, ()), life, signed.get(record.number))
