"""The only place that knows the time."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present moment, in UTC, with its zone."""
    return datetime.now(UTC)
