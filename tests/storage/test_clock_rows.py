"""What the clock, the digest and the reports read and note, on both databases."""

import threading
from dataclasses import replace

from storage import Storage
from storage.life import Life, Task, TaskKind, TaskState
from storage.records import RecordState, WindowName, WindowState
from storage.scope import Scope
from tests.storage.samples import NOON, at, event, record, window


def _task(name: str, **different: object) -> Task:
    made = Task(name, "1", TaskKind.ACTION, "li@example.com", NOON, "yan@example.com", "分厂", due_at=at(4))
    return replace(made, **different)  # type: ignore[arg-type]


def _fill(storage: Storage) -> None:
    """1 runs, 2 is to be reviewed, 3 closed, 4 cancelled, 5 merged into 1."""
    with storage.unit() as work:
        work.complaints.add(
            record("1", state=RecordState.IN_PROGRESS, department="分厂", owner="li@example.com"),
            [
                window("1", state=WindowState.OVERDUE),
                window("1", name=WindowName.HANDLED, due_at=at(72)),
                window("1", name=WindowName.FULL_REPORT, due_at=at(3), state=WindowState.WAIVED),
            ],
        )
        work.complaints.add(record("2", opened_at=at(5)), [window("2", state=WindowState.MET, met_at=at(1))])
        work.complaints.add(record("3", state=RecordState.CLOSED), [window("3", state=WindowState.OVERDUE)])
        work.complaints.add(record("4", state=RecordState.CANCELLED), [window("4")])
        work.complaints.add(record("5", opened_at=at(5), merged_into="1"), [window("5")])
        work.lives.save(Life("3", closed_at=at(6)))
        work.lives.add([_task("t1"), _task("t2", state=TaskState.CANCELLED), _task("t3", due_at=None)])
        work.commit()


def test_lists_of_the_digest_leave_out_what_is_over_or_merged(storage: Storage) -> None:
    _fill(storage)
    with storage.reading() as work:
        assert work.views.opened_since(at(1)) == ["2"]
        assert work.views.in_state(RecordState.TO_REVIEW) == ["2"]
        assert [one.record for one in work.views.running_windows(at(24))] == ["1"]
        assert [one.name for one in work.views.running_windows(at(72))] == ["acknowledgement", "handled"]


def test_promises_count_where_they_fell_due_with_whose_they_were(storage: Storage) -> None:
    _fill(storage)
    now = at(100)
    with storage.reading() as work:
        due = work.figures.promised(Scope(NOON, at(24)), now)
        assert sorted((one.window or "task", one.department, one.owner, one.on_time, one.overdue) for one in due) == [
            ("acknowledgement", "", "", 1, 1),
            ("acknowledgement", "分厂", "li@example.com", 0, 1),
            ("task", "分厂", "li@example.com", 0, 1),
        ]
        later = work.figures.promised(Scope(at(3), at(72)), now)
        assert [one.window for one in later] == [None], "waived, or due at the end itself"
        late = work.figures.late(Scope(NOON, at(24)), now)
        assert [(one.record, one.window or one.task, one.met_at) for one in late] == [
            ("1", "acknowledgement", None),
            ("3", "acknowledgement", None),
            ("1", "action", None),
        ]
        assert [work.figures.closed(Scope(at(since), at(until))) for since, until in ((0, 6), (6, 7))] == [0, 1]


def test_a_look_is_one_row_however_often(storage: Storage) -> None:
    with storage.unit() as work:
        assert work.lives.round_made("look", "last") is None
        work.lives.note_round("look", "last", NOON)
        work.lives.note_round("look", "last", at(1))
        work.commit()
    with storage.reading() as work:
        assert work.lives.round_made("look", "last") == at(1)
        assert work.lives.last_round("look", before=at(1)) is None


def test_the_round_before_this_one_is_found_while_this_one_is_made(storage: Storage) -> None:
    with storage.unit() as work:
        work.lives.begin_round("digest", "2026-11-20", NOON)
        work.lives.begin_round("digest", "2026-11-23", at(72))
        assert work.lives.last_round("digest", before=at(72)) == ("2026-11-20", NOON)


def test_several_records_are_locked_until_the_transaction_ends(storage: Storage) -> None:
    _fill(storage)
    order: list[str] = []

    def second() -> None:
        with storage.unit() as work:
            assert sorted(work.complaints.several(["2", "1"], lock=True)) == ["1", "2"]
            order.append("second")

    other = threading.Thread(target=second)
    with storage.unit() as work:
        assert sorted(work.complaints.several(["1", "2", "9"], lock=True)) == ["1", "2"]
        other.start()
        other.join(timeout=0.3)
        order.append("first")
        work.commit()
    other.join(timeout=60)
    assert order == ["first", "second"]


def test_many_events_keep_their_order(storage: Storage) -> None:
    _fill(storage)
    with storage.unit() as work:
        work.complaints.add_events([event("1", what=f"window_{n}") for n in range(5)])
        work.complaints.add_events([])
        work.commit()
    with storage.reading() as work:
        assert [one.what for one in work.complaints.events("1")] == [f"window_{n}" for n in range(5)]
