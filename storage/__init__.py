"""What we keep: arrivals, complaints, letters, people and sources, in SQLite or PostgreSQL; files by hash.

storage = open_storage("sqlite:///intake.db")
storage.migrate()
with storage.unit() as work:
    new = work.arrivals.add(arrivals)
    work.commit()
"""

from storage.errors import AlreadyThere, Conflict, NotThere, StorageTrouble
from storage.search import RecordFilter
from storage.work import Storage, UnitOfWork

__all__ = [
    "AlreadyThere",
    "Conflict",
    "NotThere",
    "RecordFilter",
    "Storage",
    "StorageTrouble",
    "UnitOfWork",
    "open_storage",
]


def open_storage(url: str, busy_seconds: float = 30.0, tells: bool = False) -> Storage:
    """Opens `sqlite:///FILE` or `postgresql+psycopg://…`; connects at the first use. StorageTrouble for any other URL.

    `busy_seconds` is how long a SQLite writer waits for another one. `tells`: what happens to records is kept for the
    webhooks as well.
    """
    return Storage(url, busy_seconds, tells)
