"""A list's filter as the query of its address, and back. What is no filter is left out, not refused: addresses are
typed, shortened and kept for months.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams

from intake.review.keys import page_key
from storage.inbox import InboxFilter, Key
from storage.records import Class, RecordState
from storage.search import RecordFilter

Choice = TypeVar("Choice", RecordState, Class)

ME, NOBODY = "me", "nobody"
PARTS = ("q", "state", "class", "customer", "product", "department", "owner", "from", "to", "overdue")
_LONGEST = 200  # characters of one value
_KINDS = {1: "n", 2: "mt", 3: "mtt"}  # the parts of the keys of `storage.inbox` (`page_key`)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list was asked for: the filter, the plain values for its form, and the query without the page."""

    filter: InboxFilter
    pairs: tuple[tuple[str, str], ...]
    after: Key | None

    def value(self, name: str) -> str:
        return next((value for key, value in self.pairs if key == name), "")

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.pairs if key == name]

    @property
    def anything(self) -> bool:
        return bool(self.pairs)


def asked(query: QueryParams, zone: ZoneInfo, me: str, now: datetime) -> Asked:
    """`me` is the address that the owner "me" stands for."""
    pairs = tuple((k, v.strip()[:_LONGEST]) for k, v in query.multi_items() if k in PARTS and v.strip())
    one = dict(pairs)
    since, until = _day(one.get("from")), _day(one.get("to"))
    owner = {ME: me, NOBODY: ""}.get(one.get("owner", ""), one.get("owner"))
    wanted = RecordFilter(
        states=_choices(RecordState, (v for k, v in pairs if k == "state")),
        letters=_choices(Class, (v for k, v in pairs if k == "class")),
        text=one.get("q", ""),
        department=one.get("department"),
        owner=owner,
        since=datetime.combine(since, time(), zone) if since else None,
        until=datetime.combine(until + timedelta(days=1), time(), zone) if until else None,
        overdue="overdue" in one,
    )
    found = InboxFilter(wanted, one.get("customer", ""), one.get("product", ""), now)
    parts = 1 if found.words else 3 if found.open_only else 2  # of the keys of such a list (`storage.inbox`)
    return Asked(found, pairs, key_from(query.get("after"), parts))


def _choices(kind: type[Choice], values: Iterable[str]) -> tuple[Choice, ...]:
    known = {str(choice): choice for choice in kind}
    return tuple(known[value] for value in values if value in known)


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 2000 <= day.year <= 9000 else None


def key_from(text: str | None, parts: int) -> Key | None:
    """The key of a page from its address; None for what is none, or one of another list."""
    key = page_key(text, _KINDS[parts])
    return None if key is None or (parts == 3 and key[1] not in list(Class)) else key


def key_text(key: Key | None) -> str:
    return json.dumps(key, separators=(",", ":")) if key else ""
