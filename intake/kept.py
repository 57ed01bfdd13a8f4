"""How promises were kept: the one counter of the page, the lists and the reports. Pure.

The database has counted those that have everything in common (`storage.promised`); here they are put together by
whatever one asks for, so that all tables add up with each other.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from storage.promised import Promised
from storage.records import WindowName

Key = TypeVar("Key")

ORDER = {name: place for place, name in enumerate(WindowName)}  # as the procedure has them; tasks come last


@dataclass(slots=True)
class Kept:
    """Promises that fell due: kept in time, kept late, not kept yet; and the hours by which they were late, until now
    where they are not kept yet.
    """

    on_time: int = 0
    late: int = 0
    overdue: int = 0
    late_hours: float = 0.0

    def add(self, more: Promised) -> None:
        self.on_time += more.on_time
        self.late += more.late
        self.overdue += more.overdue
        self.late_hours += more.late_hours

    @property
    def number(self) -> int:
        return self.on_time + self.late + self.overdue

    @property
    def rate(self) -> float | None:
        """The share that was kept in time, 0 to 1; None where nothing fell due."""
        return self.on_time / self.number if self.number else None

    def row(self) -> dict[str, Any]:
        return {
            "windows": self.number,
            "on_time": self.on_time,
            "late": self.late,
            "overdue": self.overdue,
            "late_hours": round(self.late_hours, 1),
            "rate": self.rate,
        }


def kept_by(promised: Iterable[Promised], key: Callable[[Promised], Key]) -> dict[Key, Kept]:
    found: dict[Key, Kept] = {}
    for one in promised:
        found.setdefault(key(one), Kept()).add(one)
    return found


def in_order(window: WindowName | None) -> int:
    return len(ORDER) if window is None else ORDER[window]
