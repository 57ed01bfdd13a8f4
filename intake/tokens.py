"""Where rotated OAuth refresh tokens are kept: the database, so that the next process finds the one that still
works.
"""

from storage import Storage


class Tokens:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def get(self, name: str) -> str | None:
        with self._storage.unit() as work:
            return work.sources.oauth_token(name)

    def put(self, name: str, token: str) -> None:
        with self._storage.unit() as work:
            work.sources.save_oauth_token(name, token)
            work.commit()
