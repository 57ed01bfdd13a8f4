"""When a message that was not taken is tried again: soon at first, then seldom, for three days in all."""

from datetime import datetime, timedelta

WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=20),
)


def next_try(attempts: int, now: datetime) -> datetime | None:
    """After so many tries that failed; None where it is given up."""
    return now + WAITS[attempts - 1] if attempts <= len(WAITS) else None
