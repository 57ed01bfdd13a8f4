"""Long alternations that are searched fast: the characters that a match can begin with are looked at first.

Python tries every alternative at every character. One look at a set of characters rules most places out.
"""

import re
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any

_parser: Any = import_module("re._parser")  # what `re` itself reads a pattern with; it has no other door
_CATEGORIES = {"CATEGORY_DIGIT": r"\d", "CATEGORY_SPACE": r"\s", "CATEGORY_WORD": r"\w"}
_NOTHING = {"ASSERT", "ASSERT_NOT", "AT"}  # takes no character

Starts = frozenset[str] | None  # members of a character class; None is any character


def guarded(rows: Sequence[str]) -> str:
    """The rows as alternatives of one pattern, those whose first characters are known behind a look at them."""
    known: list[str] = []
    free: list[str] = []
    members: frozenset[str] = frozenset()
    for row in rows:
        starts, empty = _sequence(_parser.parse(row))
        if starts is None or empty:
            free.append(f"(?:{row})")
        else:
            known.append(f"(?:{row})")
            members |= starts
    if known:
        free.append(f"(?=[{''.join(sorted(members))}])(?:{'|'.join(known)})")
    return "|".join(free)


def _sequence(items: Iterable[tuple[Any, Any]]) -> tuple[Starts, bool]:
    """What a sequence of a parsed pattern can begin with, and whether it can match nothing."""
    members: frozenset[str] = frozenset()
    for code, argument in items:
        if str(code) in _NOTHING:
            continue
        starts, empty = _item(str(code), argument)
        if starts is None:
            return None, empty
        members |= starts
        if not empty:
            return members, False
    return members, True


def _item(code: str, argument: Any) -> tuple[Starts, bool]:
    match code:
        case "LITERAL":
            return frozenset({re.escape(chr(argument))}), False
        case "IN":
            return _class(argument), False
        case "BRANCH":
            return _either([_sequence(branch) for branch in argument[1]])
        case "SUBPATTERN":
            return _sequence(argument[3])
        case "MAX_REPEAT" | "MIN_REPEAT":
            starts, empty = _sequence(argument[2])
            return starts, empty or argument[0] == 0
    return None, False


def _either(branches: Sequence[tuple[Starts, bool]]) -> tuple[Starts, bool]:
    members: frozenset[str] = frozenset()
    for starts, _ in branches:
        if starts is None:
            return None, False
        members |= starts
    return members, any(empty for _, empty in branches)


def _class(members: Iterable[tuple[Any, Any]]) -> Starts:
    found = set()
    for code, argument in members:
        match str(code):
            case "LITERAL":
                found.add(re.escape(chr(argument)))
            case "RANGE":
                found.add(f"{re.escape(chr(argument[0]))}-{re.escape(chr(argument[1]))}")
            case "CATEGORY" if str(argument) in _CATEGORIES:
                found.add(_CATEGORIES[str(argument)])
            case _:
                return None
    return frozenset(found)
