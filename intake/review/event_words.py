"""What an event of a record holds, in the words of the page: names instead of keys, nothing that only machines read."""

import re
from collections.abc import Mapping
from typing import Any

from intake.review.record_story import short
from intake.review.wording import Wording

MOST_LINES = 6  # of a list; more are counted
_HIDDEN = frozenset({"letter", "task", "rule", "evidence", "survey", "proposal", "arrival"})  # ids and names of rules
_TABLES = {"purpose": "purposes", "window": "windows", "class": "classes", "kind": "task_kinds", "reasons": "reasons"}
_DELIVERED = re.compile(r"^(?:delivered as|250)\b")  # what a server says when all is well
_NAMES = ("fields", "dispositions", "requests", "windows", "task_kinds", "departments")
_KEY = re.compile("[a-z][a-z_]*")
_ITEM = re.compile(r"item (\d+) (\w+)$")


def in_words(value: Any, w: Wording) -> str:
    """A value of an event as a line."""
    if isinstance(value, Mapping):
        return "; ".join(filter(None, (_pair(str(key), one, w) for key, one in value.items())))
    if isinstance(value, list | tuple):
        said = [in_words(one, w) for one in value[:MOST_LINES]]
        more = [f"+ {len(value) - MOST_LINES}"] if len(value) > MOST_LINES else []
        return ", ".join([*filter(None, said), *more])
    return _word(short(value), w)


def _pair(key: str, value: Any, w: Wording) -> str:
    if key in _HIDDEN or value in ("", [], {}):
        return ""
    if value is None:
        return f"{_label(key, w)} –"
    if key in _TABLES:
        found = [str(one) for one in (value if isinstance(value, list) else [value])]
        return ", ".join(
            w.name(_TABLES[key], one) if w.letters.has(_TABLES[key], one) else _word(one, w) for one in found
        )
    if key == "why":
        return w.said(short(value))
    if key == "answer":
        return "" if _DELIVERED.match(str(value)) else short(value)
    if key == "item" and isinstance(value, int):
        return w.t("record.item", n=value + 1)
    if key == "field":
        return _word(str(value), w)
    if key == "confidence":
        return " → ".join(f"{100 * one:.0f} %" for one in (value if isinstance(value, list) else [value]))
    if key in ("changed", "fields"):
        return in_words(value, w)
    return f"{_label(key, w)} {in_words(value, w)}"


def _label(key: str, w: Wording) -> str:
    item = _ITEM.match(key)
    if item is not None:
        return f"{w.t('record.item', n=int(item[1]))} {_word(item[2], w)}"
    return w.t(f"event_keys.{key}") if w.has(f"event_keys.{key}") else _word(key, w)


def _word(text: str, w: Wording) -> str:
    """A field, a cause, a way to deal with parts by its name; all else as it is."""
    if _KEY.fullmatch(text) is None:
        return text
    for table in ("event_values", "causes"):
        if w.has(f"{table}.{text}"):
            return w.t(f"{table}.{text}")
    if w.has(f"record.field_{text}"):
        return w.t(f"record.field_{text}")
    return next((w.name(table, text) for table in _NAMES if w.letters.has(table, text)), text)
