"""The policy as a list: each figure with its value, the shipped one beside it, and the clause that it comes from.

The clauses are read from the comments of the shipped file, which is the manual of the policy: a figure's own comment
speaks first, then that of its table, then the heading of its part. Pure.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from intake.policy.model import Policy, Shift, Span, default_text, load_policy

_CLAUSE = re.compile(r"[\u4e00-\u9fff]+ §\d+(?:\.\d+)*")
_OURS = re.compile(r"\bours\b", re.IGNORECASE)
_TABLE = re.compile(r"\[(?P<name>[\w.]+)\]")
_KEY = re.compile(r"(?P<name>\w+) = (?P<rest>.*)")
_COMMENT = re.compile(r"\s*#(?P<text>.*)")

Value = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a figure comes from: clauses of the procedures, or the figure is `ours`; both where it is partly so."""

    clauses: tuple[str, ...] = ()
    ours: bool = False

    def __bool__(self) -> bool:
        return self.ours or bool(self.clauses)


@dataclass(frozen=True, slots=True)
class Figure:
    """`path` is that of the file: "reminders.first_percent". `shipped` is None where the shipped file has no such
    key (a cause or a rate of the company's own).
    """

    path: str
    value: Value
    shipped: Value | None
    origin: Origin

    @property
    def differs(self) -> bool:
        return self.value != self.shipped

    @property
    def table(self) -> str:
        return self.path.rpartition(".")[0]

    @property
    def key(self) -> str:
        return self.path.rpartition(".")[2]


def figures(policy: Policy) -> list[Figure]:
    """All figures of a policy in the order of the shipped file; the company's own at the end of their table."""
    shipped, found = dict(_flat(load_policy(None))), dict(_flat(policy))
    paths = sorted(found, key=_order(list(shipped)))
    return [Figure(path, found[path], shipped.get(path), origin(path)) for path in paths]


def _order(known: list[str]) -> Any:
    places = {path: number for number, path in enumerate(known)}
    tables: dict[str, int] = {}
    for path, number in places.items():
        tables[path.split(".", 1)[0]] = number

    def place(path: str) -> tuple[float, str]:
        return places.get(path, tables.get(path.split(".", 1)[0], len(known)) + 0.5), path

    return place


# -------------------------------------------------------------------- values


def _flat(part: BaseModel | Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Value]]:
    pairs = part.items() if isinstance(part, Mapping) else ((name, getattr(part, name)) for name in _names(part))
    for name, value in pairs:
        if isinstance(value, BaseModel | Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, _plain(value)


def _names(part: BaseModel) -> list[str]:
    return list(type(part).model_fields)


def _plain(value: Any) -> Value:
    """A value as the file writes it."""
    if isinstance(value, frozenset):
        return tuple(_word(one) for one in sorted(value))
    if isinstance(value, tuple):
        return tuple(_word(one) for one in value)
    return _word(value)


def _word(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Shift):
        end = "24:00" if value.end == time.max else f"{value.end:%H:%M}"
        return f"{value.start:%H:%M}-{end}"
    if isinstance(value, timedelta):
        return _length(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value) if isinstance(value, Span) else f"{value}"


def _length(value: timedelta) -> str:
    """Whole days from two on as days, else hours, else minutes: "14d", "24h", "15m"."""
    minutes = int(value / timedelta(minutes=1))
    if minutes % 1440 == 0 and minutes >= 2880:
        return f"{minutes // 1440}d"
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"


# -------------------------------------------------------------------- clauses


def origin(path: str) -> Origin:
    """Where a figure comes from, by its path; nothing where no comment says it."""
    known = _origins()
    parts = path.split(".")
    for end in range(len(parts), 0, -1):
        found = known.get(".".join(parts[:end]))
        if found:
            return found
    return Origin()


@lru_cache(maxsize=1)
def _origins() -> Mapping[str, Origin]:
    """Of each table and key that a comment of the shipped file speaks of, by its path."""
    found: dict[str, Origin] = {}
    heading = above = ""  # the heading of the part, and the comment that stands above a line
    table, last = "", ""  # the table, and the key whose comment may go on below it
    for line in default_text().splitlines():
        comment = _COMMENT.fullmatch(line)
        if comment is not None and line.startswith("# ──"):
            heading, above, last = comment["text"], "", ""
        elif comment is not None and line.startswith(" ") and last:
            found[last] = _origin(_said(found.get(last)) + comment["text"])
        elif comment is not None:
            above, last = above + comment["text"], ""
        elif (named := _TABLE.match(line)) is not None:
            table, last = named["name"], ""
            found[table] = _origin(above) or _origin(heading)
            above = ""
        elif (key := _KEY.match(line)) is not None:
            last = f"{table}.{key['name']}"
            own = above + key["rest"].partition(" # ")[2]
            if key["name"] == "clause":
                found[table], last = Origin((key["rest"].strip('"'),)), ""
            else:
                found[last] = _origin(own)
            above = ""
        else:
            above, last = "", ""
    return found


def _origin(text: str) -> Origin:
    return Origin(tuple(dict.fromkeys(_CLAUSE.findall(text))), bool(_OURS.search(text)))


def _said(known: Origin | None) -> str:
    return "" if known is None else " " + "; ".join((*known.clauses, *(("ours",) if known.ours else ()))) + " "
