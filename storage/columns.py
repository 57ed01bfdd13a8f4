"""Column types that carry our own values in and out, alike on SQLite and PostgreSQL.

Rows turn into records without a word of conversion elsewhere: enumerations, tuples, moments and JSON come out of the
database as the records hold them. All of them are plain TEXT, so that the same dump reads in both databases and in a
person's eyes; only moments are TIMESTAMP WITH TIME ZONE where the database has it.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from storage.marks import storable as storable

_SURROGATE = re.compile("[\ud800-\udfff]")

Choice = TypeVar("Choice", bound=StrEnum)


def to_json(value: Any) -> str:
    """Compact JSON, readable in any language; only what UTF-8 cannot carry (lone surrogates) and NUL is escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


class Words(TypeDecorator[str]):
    """Text of any origin."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


_LONGEST_MARK = 1000  # bytes; PostgreSQL indexes no value over 2,700, and no honest Message-ID is longer than 998


def short_mark(text: str) -> str:
    """A value to look things up by, never too long for an index: the tail of an endless one is replaced by its hash."""
    clean = storable(text)
    raw = clean.encode()
    if len(raw) <= _LONGEST_MARK:
        return clean
    return raw[:900].decode(errors="ignore") + "…" + hashlib.sha256(raw).hexdigest()


class Mark(TypeDecorator[str]):
    """Text under an index: kept as it is up to 1,000 bytes, beyond that as `short_mark` has it."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else short_mark(value)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. A naive one is refused: nobody knows when it is."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without its time zone cannot be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class OneOf(TypeDecorator[Choice], Generic[Choice]):
    """A word of an enumeration."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, choices: type[Choice]) -> None:
        super().__init__()
        self.choices = choices

    def process_bind_param(self, value: Choice | None, dialect: Dialect) -> str | None:
        return None if value is None else self.choices(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Choice | None:
        return None if value is None else self.choices(value)


class Document(TypeDecorator[Any]):
    """Any JSON. Python's None is SQL's NULL."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else to_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class Tuples(TypeDecorator[tuple[Any, ...]]):
    """A tuple, also of tuples, as a JSON array."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Any, ...] | None, dialect: Dialect) -> str | None:
        return None if value is None else to_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Any, ...] | None:
        return None if value is None else tuple(_frozen(item) for item in json.loads(value))


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
