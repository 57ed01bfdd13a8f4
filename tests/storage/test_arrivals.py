"""What arrived is kept once, counted exactly, and found again."""

import threading
from dataclasses import replace

import pytest

from storage import NotThere, Storage
from storage.records import Arrival, ArrivalState, Became
from tests.storage.samples import arrival, at


def _keep(storage: Storage, *arrivals: Arrival) -> list[Arrival]:
    with storage.unit() as work:
        new = work.arrivals.add(arrivals)
        work.commit()
    return new


def test_a_group_is_kept_and_returned_as_new(storage: Storage) -> None:
    group = [arrival(f"1:{uid}") for uid in range(50)]
    assert _keep(storage, *group) == group
    with storage.reading() as work:
        assert work.arrivals.counts() == {(ArrivalState.WAITING, None): 50}


def test_the_same_source_and_key_is_not_taken_twice(storage: Storage) -> None:
    _keep(storage, arrival("1:1"), arrival("1:2"))
    again = [arrival("1:2", id="other"), arrival("1:3")]
    assert _keep(storage, *again) == [again[1]]


def test_the_same_key_twice_in_one_group_counts_once(storage: Storage) -> None:
    twins = [arrival("1:1", id="first"), arrival("1:1", id="second")]
    assert _keep(storage, *twins) == twins[:1]


def test_reused_uid_taken_for_done_is_avoided_by_the_uid_validity_in_the_key(storage: Storage) -> None:
    _keep(storage, arrival("100:7"))
    assert len(_keep(storage, arrival("101:7"))) == 1


def test_an_empty_group_is_no_work(storage: Storage) -> None:
    assert _keep(storage) == []


def test_known_keys_are_those_of_that_source_only(storage: Storage) -> None:
    _keep(storage, arrival("1:1"), arrival("1:2", source="complaints/Junk"))
    with storage.reading() as work:
        assert work.arrivals.known_keys("complaints/INBOX", ["1:1", "1:2", "1:3"]) == {"1:1"}


def test_known_keys_of_a_large_mailbox_are_found_in_groups(storage: Storage) -> None:
    _keep(storage, *(arrival(f"1:{uid}") for uid in range(0, 1300, 2)))
    with storage.reading() as work:
        assert len(work.arrivals.known_keys("complaints/INBOX", [f"1:{uid}" for uid in range(1300)])) == 650


def test_a_key_or_message_id_of_any_length_is_kept_and_found(storage: Storage) -> None:
    key, endless = "长" * 3000, f"<{'x' * 20_000}@spam.example>"
    _keep(storage, arrival(key, message_id=endless))
    with storage.reading() as work:
        assert work.arrivals.known_keys("complaints/INBOX", [key]) == {key}
        assert len(work.arrivals.with_message_id(endless)) == 1
        assert work.arrivals.with_message_id(endless[:-1] + "?") == []


def test_text_that_no_database_takes_does_not_lose_the_mail(storage: Storage) -> None:
    _keep(storage, arrival("1:1", subject="null \x00 and lone \ud800 surrogate"))
    with storage.reading() as work:
        kept = work.arrivals.get("a-1:1")
    assert kept is not None
    assert kept.subject == "null \N{REPLACEMENT CHARACTER} and lone \N{REPLACEMENT CHARACTER} surrogate"


def test_waiting_ones_come_in_the_order_of_taking_and_go_on_behind_one(storage: Storage) -> None:
    _keep(storage, arrival("z", taken_at=at(0)), arrival("b", taken_at=at(1)), arrival("a", taken_at=at(1)))
    _keep(storage, arrival("0", taken_at=at(2), state=ArrivalState.DONE))
    with storage.reading() as work:
        assert [kept.key for kept in work.arrivals.waiting(10)] == ["z", "a", "b"]
        assert [kept.key for kept in work.arrivals.waiting(1, after_id="a-z")] == ["a"]
        assert [kept.key for kept in work.arrivals.waiting(10, after_id="a-a")] == ["b"]


def test_what_became_of_it_is_saved_and_counts_add_up(storage: Storage) -> None:
    first, second = arrival("1"), arrival("2")
    _keep(storage, first, second)
    done = replace(first, state=ArrivalState.DONE, became=Became.RECORD, record="KS-202611-0001", attempts=1)
    with storage.unit() as work:
        work.arrivals.update(done)
        work.commit()
    with storage.reading() as work:
        assert work.arrivals.get(first.id) == done
        assert work.arrivals.counts() == {(ArrivalState.WAITING, None): 1, (ArrivalState.DONE, Became.RECORD): 1}
        assert work.arrivals.of_record("KS-202611-0001") == [done]


def test_an_unknown_arrival_cannot_be_updated(storage: Storage) -> None:
    with pytest.raises(NotThere, match="no arrival"), storage.unit() as work:
        work.arrivals.update(arrival("1"))


def test_the_earliest_one_done_with_a_fingerprint_is_found(storage: Storage) -> None:
    done = {"fingerprint": "f", "state": ArrivalState.DONE}
    _keep(
        storage,
        arrival("3", taken_at=at(3), **done),
        arrival("1", fingerprint="f"),
        arrival("2", taken_at=at(2), **done),
    )
    with storage.reading() as work:
        found = work.arrivals.handled_with_fingerprint("f")
        assert found is not None
        assert found.key == "2"
        assert work.arrivals.handled_with_fingerprint("g") is None


def test_the_listing_is_newest_first_by_state_and_page(storage: Storage) -> None:
    _keep(storage, *(arrival(str(hour), taken_at=at(hour)) for hour in range(5)))
    _keep(storage, arrival("x", state=ArrivalState.SET_ASIDE, why="encrypted", remedy="ask"))
    with storage.reading() as work:
        assert [kept.key for kept in work.arrivals.listing(ArrivalState.WAITING, limit=2, offset=1)] == ["3", "2"]
        assert [kept.why for kept in work.arrivals.listing(ArrivalState.SET_ASIDE)] == ["encrypted"]
        assert len(work.arrivals.listing()) == 6
        assert [kept.key for kept in work.arrivals.everything(ArrivalState.WAITING)] == ["0", "1", "2", "3", "4"]
        assert len(work.arrivals.everything()) == 6


def test_an_arrival_read_to_be_changed_is_held_until_the_transaction_ends(storage: Storage) -> None:
    """Two workers on one arrival: the second sees what the first has made of it."""
    _keep(storage, arrival("1"))
    seen: list[Arrival | None] = []

    def second() -> None:
        with storage.unit() as work:
            seen.append(work.arrivals.get("a-1", lock=True))

    with storage.unit() as work:
        held = work.arrivals.get("a-1", lock=True)
        assert held is not None
        other = threading.Thread(target=second)
        other.start()
        other.join(0.3)
        assert seen == []
        work.arrivals.update(replace(held, attempts=1))
        work.commit()
    other.join(10)
    assert seen == [replace(held, attempts=1)]
