"""A record with all that hangs on it: numbers, versions, windows, thread, repeats."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage import AlreadyThere, Conflict, NotThere, RecordFilter, Storage
from storage.records import Class, Correction, CustomerOf, ItemOf, Record, RecordState, WindowName, WindowState
from storage.tables import counters
from tests.storage.samples import NOON, arrival, at, event, letter, message, record, window


def _open(storage: Storage, *records: Record) -> None:
    with storage.unit() as work:
        for one in records:
            work.complaints.add(one)
        work.commit()


def _numbers(storage: Storage, wanted: RecordFilter) -> list[str]:
    with storage.reading() as work:
        return [one.number for one in work.complaints.listing(wanted)]


def test_numbers_count_up_in_each_prefix_and_month(storage: Storage) -> None:
    with storage.unit() as work:
        given = [work.complaints.next_number("KS", "202611") for _ in range(2)]
        given.append(work.complaints.next_number("KS", "202612"))
        given.append(work.complaints.next_number("QX", "202611"))
        work.commit()
    assert given == ["KS-202611-0001", "KS-202611-0002", "KS-202612-0001", "QX-202611-0001"]


def test_the_ten_thousandth_number_has_five_digits(storage: Storage) -> None:
    with storage.engine.begin() as connection:
        connection.execute(sa.insert(counters), {"prefix": "KS", "month": "202611", "last": 9_998})
    with storage.unit() as work:
        given = [work.complaints.next_number("KS", "202611") for _ in range(2)]
    assert given == ["KS-202611-9999", "KS-202611-10000"]


def test_workers_at_once_never_get_the_same_number(storage: Storage) -> None:
    given: list[str] = []

    def take() -> None:
        for _ in range(10):
            with storage.unit() as work:
                number = work.complaints.next_number("KS", "202611")
                work.commit()
            given.append(number)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == [f"KS-202611-{number:04d}" for number in range(1, 41)]


def test_a_record_is_kept_with_its_windows_events_and_message(storage: Storage) -> None:
    opened = record(reading={"kind": "complaint", "text": "停线", "items": [{"model": None}]})
    with storage.unit() as work:
        work.complaints.add(opened, [window()], [event()], message())
        work.commit()
    with storage.reading() as work:
        assert work.complaints.get(opened.number) == opened
        assert work.complaints.windows(opened.number) == [window()]
        assert work.complaints.events(opened.number) == [event()]
        assert work.complaints.messages(opened.number) == [message()]
        assert work.complaints.get("KS-202611-0002") is None


def test_two_workers_cannot_open_two_records_for_one_mail(storage: Storage) -> None:
    with storage.unit() as work:
        work.complaints.add(record(), message=message())
        work.commit()
    with pytest.raises(AlreadyThere), storage.unit() as work:
        work.complaints.add(record("KS-202611-0002"), message=message("KS-202611-0002", message_id="<2@x.example>"))
    with storage.reading() as work:
        assert work.complaints.get("KS-202611-0002") is None
        found = work.complaints.by_fingerprint("f1")
        assert found is not None
        assert found.record == "KS-202611-0001"


def test_what_we_send_may_repeat_a_fingerprint(storage: Storage) -> None:
    with storage.unit() as work:
        work.complaints.add(record(), message=message())
        work.complaints.add_message(message(direction="out", message_id="<o@ours.example>"))
        work.commit()
    with storage.reading() as work:
        assert [kept.direction for kept in work.complaints.messages("KS-202611-0001")] == ["in", "out"]


def test_a_number_cannot_be_opened_twice(storage: Storage) -> None:
    _open(storage, record())
    with pytest.raises(AlreadyThere, match="KS-202611-0001"), storage.unit() as work:
        work.complaints.add(record())


def test_an_update_replaces_items_and_reading_and_counts_the_version(storage: Storage) -> None:
    _open(storage, record())
    changed = record(items=(ItemOf(model="A"), ItemOf(model="B")), reading={"a": 1}, letter=Class.A)
    with storage.unit() as work:
        saved = work.complaints.update(changed)
        work.commit()
    assert saved == replace(changed, version=2)
    with storage.reading() as work:
        assert work.complaints.get(saved.number) == saved


def test_an_update_of_a_record_that_changed_meanwhile_is_a_conflict(storage: Storage) -> None:
    _open(storage, record())
    with storage.unit() as work:
        work.complaints.update(record(owner="one@ours.example"))
        work.commit()
    with pytest.raises(Conflict, match="changed in the meantime"), storage.unit() as work:
        work.complaints.update(record(owner="two@ours.example"))


def test_a_record_that_is_not_there_cannot_be_updated(storage: Storage) -> None:
    with pytest.raises(NotThere), storage.unit() as work:
        work.complaints.update(record())


def test_answer_to_a_merged_record_goes_to_the_target(storage: Storage) -> None:
    _open(storage, record("1", merged_into="2"), record("2", merged_into="3"), record("3"))
    with storage.reading() as work:
        found = work.complaints.resolve("1")
        assert found is not None
        assert found.number == "3"
        assert work.complaints.resolve("4") is None


def test_records_merged_in_a_ring_still_resolve(storage: Storage) -> None:
    _open(storage, record("1", merged_into="2"), record("2", merged_into="1"))
    with storage.reading() as work:
        assert work.complaints.resolve("1") is not None


def test_a_window_is_saved_anew_under_its_name(storage: Storage) -> None:
    met = window(state=WindowState.MET, met_at=at(1), reminded=("50",))
    later = window(name=WindowName.FULL_REPORT, due_at=at(168))
    with storage.unit() as work:
        work.complaints.add(record(), [later, window()])
        work.complaints.set_window(met)
        work.commit()
    with storage.reading() as work:
        assert work.complaints.windows("KS-202611-0001") == [met, later]


def test_open_windows_due_come_earliest_first(storage: Storage) -> None:
    names = (WindowName.HANDLED, WindowName.FULL_REPORT, WindowName.ON_SITE, WindowName.DISPATCH)
    due = [window(name=name, due_at=at(hours)) for name, hours in zip(names, (3, 1, 2, 9), strict=True)]
    over = window(state=WindowState.OVERDUE, reminded=("80", "100"))
    with storage.unit() as work:
        work.complaints.add(record(), [*due, over])
        work.commit()
    with storage.reading() as work:
        found = work.complaints.open_windows_due(at(3), limit=10)
        assert [one.name for one in found] == [WindowName.FULL_REPORT, WindowName.ON_SITE]
        assert len(work.complaints.open_windows_due(at(10), limit=3)) == 3
        broken = (WindowState.OVERDUE,)
        assert work.complaints.open_windows_due(at(99), 9, broken, without_step="escalated") == [over]
        assert work.complaints.open_windows_due(at(99), 9, broken, without_step="100") == []


def test_the_clock_looks_at_the_windows_that_call_for_it(storage: Storage) -> None:
    calls = [window(name=name, look_at=at(hours)) for name, hours in ((WindowName.HANDLED, 2), (WindowName.ON_SITE, 1))]
    with storage.unit() as work:
        work.complaints.add(record(), [*calls, window(), window(name=WindowName.DISPATCH, look_at=at(3))])
        work.commit()
    with storage.reading() as work:
        assert work.complaints.windows_to_look_at(at(2), limit=9) == calls[::-1]
        assert work.complaints.windows_to_look_at(at(2), limit=1) == calls[1:]


def test_participants_are_all_who_wrote_or_were_written_to(storage: Storage) -> None:
    with storage.unit() as work:
        work.complaints.add(record(), message=message(recipients=("Complaints@Ours.example",)))
        work.arrivals.add([arrival(sender="Zhou@haichuan.example", record="KS-202611-0001")])
        work.complaints.add(record("KS-202611-0002", customer=CustomerOf(email="stranger@x.example")))
        found = work.complaints.participants("KS-202611-0001")
    assert found == {"li@haichuan.example", "zhou@haichuan.example", "complaints@ours.example"}


def test_everything_is_listed_oldest_first(storage: Storage) -> None:
    _open(storage, record("2"), record("1"))
    with storage.reading() as work:
        assert [one.number for one in work.complaints.everything()] == ["1", "2"]


def test_a_thread_is_found_by_mails_in_mails_out_and_letters_not_sent_yet(storage: Storage) -> None:
    with storage.unit() as work:
        for number in ("1", "2", "3"):
            work.complaints.add(record(number, received_at=at(int(number))))
        work.complaints.add_message(message("3", message_id="<in@c.example>"))
        work.complaints.add_message(message("2", message_id="<out@ours.example>", direction="out"))
        work.letters.add(
            [letter(record="1", message_id="<queued@ours.example>"), letter("l2", message_id="<none@x.example>")]
        )
        work.commit()
    ids = ["<queued@ours.example>", "<none@x.example>", "<in@c.example>", "<out@ours.example>", "<unknown@c.example>"]
    with storage.reading() as work:
        assert [found.number for found in work.complaints.by_message_ids(ids)] == ["1", "2", "3"]
        assert work.complaints.by_message_ids([]) == []


def test_repeats_of_a_model_leave_out_what_is_old_cancelled_or_merged(storage: Storage) -> None:
    _open(
        storage,
        record("1", received_at=NOON - timedelta(days=400)),
        record("2", items=(ItemOf(model="ｚｃ- 204", defect="裂纹"), ItemOf(model="other"))),
        record("3", received_at=at(1)),
        record("4", state=RecordState.CANCELLED),
        record("5", merged_into="2"),
    )
    with storage.reading() as work:
        found = work.complaints.repeats("ZC-204", NOON - timedelta(days=365))
    assert found == [("2", "B", "裂纹", NOON), ("3", "B", "尺寸超差", at(1))]


FILTERS: tuple[tuple[RecordFilter, list[str]], ...] = (
    (RecordFilter(), ["3", "2", "1"]),
    (RecordFilter(states=(RecordState.CLOSED, RecordState.CANCELLED)), ["2"]),
    (RecordFilter(letters=(Class.A,)), ["3"]),
    (RecordFilter(text="轴承座 zc-204"), ["2", "1"]),
    (RecordFilter(text="轴承座 ABSENT"), []),
    (RecordFilter(text="100%"), ["3"]),
    (RecordFilter(text="10_%"), []),
    (RecordFilter(text="海川"), ["3", "2", "1"]),
    (RecordFilter(department="质量部"), ["1"]),
    (RecordFilter(owner="wang@ours.example"), ["2"]),
    (RecordFilter(customer_id=7), ["3"]),
    (RecordFilter(since=at(2), until=at(3)), ["2"]),
    (RecordFilter(overdue=True), ["1"]),
    (RecordFilter(merged=False), ["2", "1"]),
)


@pytest.mark.parametrize(("wanted", "numbers"), FILTERS)
def test_the_listing_is_newest_first_and_filtered(storage: Storage, wanted: RecordFilter, numbers: list[str]) -> None:
    _open(
        storage,
        record("1", received_at=at(1), department="质量部"),
        record("2", received_at=at(2), state=RecordState.CLOSED, owner="wang@ours.example"),
        record(
            "3",
            received_at=at(3),
            letter=Class.A,
            items=(ItemOf(model="100% X"),),
            subject="x",
            customer_id=7,
            merged_into="1",
        ),
    )
    with storage.unit() as work:
        work.complaints.set_window(window("1", state=WindowState.OVERDUE))
        work.commit()
    assert _numbers(storage, wanted) == numbers
    with storage.reading() as work:
        assert work.complaints.count(wanted) == len(numbers)


def test_the_listing_is_cut_into_pages(storage: Storage) -> None:
    _open(storage, *(record(str(hour), received_at=at(hour)) for hour in range(5)))
    with storage.reading() as work:
        assert [one.number for one in work.complaints.listing(limit=2, offset=2)] == ["2", "1"]


def test_open_records_are_counted_without_closed_cancelled_and_merged(storage: Storage) -> None:
    _open(
        storage,
        record("1"),
        record("2", state=RecordState.REPORTED),
        record("3", state=RecordState.CLOSED),
        record("4", state=RecordState.CANCELLED),
        record("5", merged_into="1"),
    )
    with storage.reading() as work:
        assert work.complaints.open_number() == 2
        assert work.complaints.counts()[RecordState.CLOSED] == 1


def test_events_of_no_record_are_kept_apart(storage: Storage) -> None:
    ours = event(None, what="customers imported", new={"新增": 3})
    with storage.unit() as work:
        work.complaints.add(record(), events=[event(old={"class": "B"}, new={"class": "A"})])
        work.complaints.add_event(ours)
        work.commit()
    with storage.reading() as work:
        assert work.complaints.events(None) == [ours]
        assert work.complaints.events("KS-202611-0001")[0].old == {"class": "B"}


def test_corrections_keep_old_and_new_value(storage: Storage) -> None:
    first = Correction("1", 0, "batch", ["B1"], ["B7"], "li@ours.example", NOON)
    second = Correction("2", None, "customer.company", None, "宁波海川", "li@ours.example", NOON)
    _open(storage, record("1"), record("2"))
    with storage.unit() as work:
        work.complaints.add_correction(first)
        work.complaints.add_correction(second)
        work.commit()
    with storage.reading() as work:
        assert work.complaints.corrections() == [first, second]
        assert work.complaints.corrections("2") == [second]


def test_history_cannot_hang_on_a_record_that_is_not_there(storage: Storage) -> None:
    with pytest.raises(NotThere, match="not there"), storage.unit() as work:
        work.complaints.add_event(event("KS-202611-0099"))
        work.commit()


def test_of_many_events_the_last_are_read_in_order(storage: Storage) -> None:
    with storage.unit() as work:
        work.complaints.add(record(), events=[event(what=f"step {n}", new={"n": n}) for n in range(5)])
        assert [one.what for one in work.complaints.events("KS-202611-0001", newest=2)] == ["step 3", "step 4"]
        assert work.complaints.has_event("KS-202611-0001", "step 1", {"n": 1})
        assert not work.complaints.has_event("KS-202611-0001", "step 1", {"n": 2})


def test_records_to_compare_come_without_their_readings(storage: Storage) -> None:
    with storage.unit() as work:
        work.complaints.add(record(reading={"kind": "complaint"}))
        (found,) = work.complaints.to_compare(["KS-202611-0001", "KS-202611-0002"]).values()
        assert found.reading == {} and found.items == record().items
