"""SQLite databases that hold the newest schema, copied from one that was migrated once: no test waits for every step.

`PostgresServer.ready_database` does the same on PostgreSQL.
"""

import tempfile
from functools import cache
from pathlib import Path

from storage import open_storage


def ready_sqlite(path: Path) -> str:
    """A new database in this file; its URL."""
    path.write_bytes(_pattern())
    return f"sqlite:///{path}"


@cache
def _pattern() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "intake.db"
        storage = open_storage(f"sqlite:///{path}")
        storage.migrate()
        storage.close()
        return path.read_bytes()
