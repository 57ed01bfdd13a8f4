"""How sources are doing, and the tokens that outlive their first value."""

from storage import Storage
from storage.records import SourceState
from tests.storage.samples import NOON


def test_a_new_source_stands_at_the_beginning(storage: Storage) -> None:
    with storage.reading() as work:
        assert work.sources.get("complaints") == SourceState("complaints")


def test_the_state_is_saved_and_saved_anew(storage: Storage) -> None:
    first = SourceState("complaints/INBOX", uid_validity=2**32 - 1, last_uid=2**32 - 1, last_ok_at=NOON, seen=100_000)
    second = SourceState("complaints/INBOX", failing_since=NOON, error="invalid_grant")
    with storage.unit() as work:
        work.sources.put(first)
        assert work.sources.get(first.source) == first
        work.sources.put(second)
        assert work.sources.all() == [second]


def test_a_rotated_refresh_token_is_saved(storage: Storage) -> None:
    with storage.unit() as work:
        assert work.sources.oauth_token("complaints") is None
        work.sources.save_oauth_token("complaints", "first")
        work.sources.save_oauth_token("complaints", "second")
        work.commit()
    with storage.reading() as work:
        assert work.sources.oauth_token("complaints") == "second"
