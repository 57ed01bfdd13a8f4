"""What a receiver is told: the kind of happening and how the record stands, without anybody's name. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from storage.outbox_rows import Change
from storage.records import Record, Window, WindowState

Kind = Literal["new", "changed", "overdue", "closed"]

LARGEST = 64_000  # bytes of a body; the details are left out where they would go over it
_KINDS: Mapping[str, Kind] = {"opened": "new", "entered": "new", "window_100": "overdue", "closed": "closed"}
_STEPS = ("50", "80", "100", "escalated", "auto_progress")  # of windows and tasks
# Reminders to our own people, and what is only noted: nothing of the record is another by them.
_NOTHING = frozenset(
    {f"{thing}_{step}" for thing in ("window", "task") for step in _STEPS}
    | {"unsigned", "no_receiver", "not_acknowledged", "order_refused"}
)
_RUNNING = (WindowState.OPEN, WindowState.OVERDUE)


@dataclass(frozen=True, slots=True)
class Told:
    """One thing to tell of a record."""

    record: str
    kind: Kind
    at: datetime


def type_of(kind: Kind) -> str:
    return f"record.{kind}"


def told_of(changes: Iterable[Change]) -> list[Told]:
    """Each record's happenings, each kind once, at its last moment. "changed" is left out where another kind says that
    more has happened: every message tells how the record stands now.
    """
    found: dict[str, dict[Kind, datetime]] = {}
    for one in changes:
        kind = _kind(one.what)
        if kind is not None:
            found.setdefault(one.record, {})[kind] = one.at
    out = []
    for record, kinds in found.items():
        told = [kind for kind in kinds if kind != "changed" or len(kinds) == 1]
        out += [Told(record, kind, kinds[kind]) for kind in told]
    return out


def _kind(what: str) -> Kind | None:
    if what in _KINDS:
        return _KINDS[what]
    return None if what in _NOTHING else "changed"


def message_of(
    told: Told,
    record: Record,
    windows: Sequence[Window],
    zone: ZoneInfo,
    site: str,
    details: Mapping[str, Any] | None = None,
) -> str:
    """The body: small, without personal data unless `details` (the record's JSON) are asked for."""
    data: dict[str, Any] = {
        "number": record.number,
        "class": str(record.letter),
        "state": str(record.state),
        "version": record.version,
        "merged_into": record.merged_into,
        "windows": [
            {"name": str(one.name), "due_at": _at(one.due_at, zone), "state": str(one.state)}
            for one in windows
            if one.state in _RUNNING
        ],
        "url": f"{site}/records/{record.number}",
    }
    body = {"type": type_of(told.kind), "timestamp": _at(told.at, zone), "data": data}
    if details is not None:
        whole = _text({**body, "data": {**data, "record": details}})
        if len(whole.encode()) <= LARGEST:
            return whole
        data["cut"] = True
    return _text(body)


def _at(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")


def _text(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=str)
