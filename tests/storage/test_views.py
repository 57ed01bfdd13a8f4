"""The light lists of the review pages."""

from storage import RecordFilter, Storage
from storage.records import ItemOf, RecordState, WindowName, WindowState
from tests.storage.samples import at, event, record, window


def _fill(storage: Storage) -> None:
    items = (ItemOf(product="轴承座", model="ZC-204", defect="裂纹"), ItemOf(model="ZC-205"))
    with storage.unit() as work:
        work.complaints.add(record("1", items=items), [window("1", state=WindowState.MET, met_at=at(1))])
        work.complaints.add(
            record("2", received_at=at(1), items=(), state=RecordState.CLOSED),
            [
                window("2", state=WindowState.OVERDUE),
                window("2", name=WindowName.FULL_REPORT, due_at=at(168)),
                window("2", name=WindowName.HANDLED, due_at=at(72), state=WindowState.WAIVED),
            ],
        )
        work.commit()


def test_a_line_shows_the_first_item_and_the_next_window(storage: Storage) -> None:
    _fill(storage)
    with storage.reading() as work:
        second, first = work.views.record_lines()
    assert (first.number, first.product, first.model, first.defect, first.items) == ("1", "轴承座", "ZC-204", "裂纹", 2)
    assert (first.due, first.overdue) == (None, 0)
    assert (second.number, second.product, second.items, second.overdue) == ("2", None, 0, 1)
    assert second.due is not None
    assert second.due.name is WindowName.ACKNOWLEDGEMENT


def test_lines_are_filtered_and_cut_into_pages(storage: Storage) -> None:
    _fill(storage)
    with storage.reading() as work:
        assert [line.number for line in work.views.record_lines(RecordFilter(states=(RecordState.CLOSED,)))] == ["2"]
        assert [line.number for line in work.views.record_lines(limit=1, offset=1)] == ["1"]


def test_broken_windows_are_listed(storage: Storage) -> None:
    _fill(storage)
    with storage.reading() as work:
        assert [one.record for one in work.views.overdue_windows()] == ["2"]
        assert sorted(work.views.windows_of(["1", "2"])) == ["1", "2"]
        assert work.views.windows_of([]) == {}


def test_the_first_event_of_a_name_is_found(storage: Storage) -> None:
    _fill(storage)
    signed = [event("1", what="signed", at=at(hours), who=f"{hours}@ours.example") for hours in (1, 2)]
    with storage.unit() as work:
        for one in (event("1"), *signed, event("2")):
            work.complaints.add_event(one)
        assert work.views.first_events(["1", "2"], ["signed"]) == {"1": signed[0]}
