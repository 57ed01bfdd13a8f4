"""Every test that takes `storage` runs on both databases."""

from tests.servers.postgres import own_postgres, postgres
from tests.storage.conftest import storage, url

__all__ = ["own_postgres", "postgres", "storage", "url"]
