"""The audit trail: added to, and read a page at a time, by person, kind and thing."""

from datetime import UTC, datetime, timedelta

from storage import Storage
from storage.site import Audited

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


def test_entries_are_read_newest_first_a_page_at_a_time(storage: Storage) -> None:
    with storage.unit() as work:
        for number in range(5):
            work.audit.add("a@x.example", START + timedelta(minutes=number), "user_added", f"u{number}", {"n": number})
        work.commit()
    with storage.reading() as work:
        first = work.audit.page(2)
        second = work.audit.page(2, first.after)
        last = work.audit.page(2, second.after)
    assert [entry.about for entry in (*first.entries, *second.entries, *last.entries)] == ["u4", "u3", "u2", "u1", "u0"]
    assert last.after is None
    assert first.entries[0] == Audited(START + timedelta(minutes=4), "a@x.example", "user_added", "u4", {"n": 4})


def test_entries_of_one_person_kind_or_thing_are_found(storage: Storage) -> None:
    with storage.unit() as work:
        work.audit.add("a@x.example", START, "customer_changed", "customer:1")
        work.audit.add("b@x.example", START, "customer_changed", "customer:2")
        work.audit.add("b@x.example", START, "person_added", "person:2")
        assert [entry.about for entry in work.audit.page(9, who="b@x.example").entries] == ["person:2", "customer:2"]
        assert [entry.who for entry in work.audit.page(9, on="customer:1").entries] == ["a@x.example"]
        assert len(work.audit.page(9, what="customer_changed", who="b@x.example").entries) == 1
