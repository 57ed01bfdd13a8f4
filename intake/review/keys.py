"""Keys of list pages as addresses hold them: typed, shortened and kept for months. What is no key is none."""

import json
from datetime import UTC, datetime

_LONGEST = 1_100  # characters of one part; no key of the database is longer


def page_key(text: str | None, kinds: str) -> tuple[str, ...] | None:
    """The key that a page begins behind; a letter of `kinds` a part: t any text, n a row's number, m a moment."""
    try:
        read = json.loads((text or "")[: 4 * _LONGEST])
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, list) or len(read) != len(kinds):
        return None
    fits = all(isinstance(part, str) and _fits(part, kind) for part, kind in zip(read, kinds, strict=True))
    return tuple(read) if fits else None


def _fits(part: str, kind: str) -> bool:
    if kind == "n":
        return part.isascii() and part.isdecimal() and len(part) < 16
    if kind == "m":
        try:
            moment = datetime.fromisoformat(part)
            return moment.tzinfo is not None and moment.astimezone(UTC) is not None
        except (ValueError, OverflowError):
            return False
    return 0 < len(part) <= _LONGEST
