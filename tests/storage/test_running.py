"""What the service knows of itself, and the list of what people did: on both databases."""

from datetime import timedelta

import sqlalchemy as sa

from storage import Storage
from storage.records import ArrivalState, Event
from storage.running import Fetches, Process, Stock
from storage.trail import Key, Wanted
from tests.storage.samples import NOON, arrival, record

ADA, BO = "ada@example.com", "bo@example.com"


def test_a_process_that_beats_again_is_one_and_a_dead_one_is_forgotten_after_a_month(storage: Storage) -> None:
    with storage.unit() as work:
        work.running.beat(Process("old-run-1", ("poll",), NOON, NOON - timedelta(days=31)))
        work.running.beat(Process("host-run-1", ("poll", "work"), NOON, NOON))
        work.running.beat(Process("host-run-1", ("poll", "work"), NOON, NOON + timedelta(seconds=20)))
        work.commit()
    with storage.reading() as work:
        assert work.running.processes() == [
            Process("host-run-1", ("poll", "work"), NOON, NOON + timedelta(seconds=20)),
        ]


def test_fetches_add_up_and_keep_what_else_is_known(storage: Storage) -> None:
    later = NOON + timedelta(minutes=1)
    with storage.unit() as work:
        work.running.took("box/INBOX", 3, NOON)
        work.running.took("box/INBOX", 0, later)
        work.running.took("box/INBOX", 2, later)
        work.running.looked("box/INBOX", later)
        work.running.troubled("box/INBOX", "It could not be marked.", NOON)
        work.running.counted("box/INBOX", 9, 4, NOON)
        work.commit()
    with storage.reading() as work:
        assert work.running.fetches() == {
            "box/INBOX": Fetches("box/INBOX", later, 5, 2, later, 9, 4, NOON, "It could not be marked.", NOON)
        }


def test_what_is_not_settled_is_counted_by_source(storage: Storage) -> None:
    states = [ArrivalState.WAITING, ArrivalState.SET_ASIDE, ArrivalState.SET_ASIDE, ArrivalState.DONE]
    with storage.unit() as work:
        work.arrivals.add(
            [
                arrival(f"K{n}", id=f"a{n}", source="box", state=state, taken_at=NOON + timedelta(minutes=n))
                for n, state in enumerate(states)
            ]
        )
        work.commit()
    with storage.reading() as work:
        assert work.running.stock() == {"box": Stock(1, 2)}
        assert work.running.oldest_waiting() == NOON
        assert work.running.size() > 10_000


def _everything(storage: Storage, wanted: Wanted, limit: int) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    after: Key | None = None
    with storage.reading() as work:
        while True:
            deeds, after = work.trail.page(wanted, after, limit)
            found += [(deed.who, deed.what) for deed in deeds]
            if after is None:
                return found


def test_deeds_at_the_site_and_on_records_are_one_list_cut_by_key(storage: Storage) -> None:
    number = "KS-202611-0001"
    with storage.unit() as work:
        work.complaints.add(record(number))
        for n in range(4):
            at = NOON + timedelta(minutes=n // 2)  # several deeds of one moment
            work.audit.add(ADA, at, f"site_{n}")
            work.complaints.add_event(Event(number, at, BO, f"letter_{n}"))
            work.complaints.add_event(Event(number, at, "system", "noise"))
        work.commit()
    whole = _everything(storage, Wanted(), 100)
    assert whole == [
        (ADA, "site_3"), (ADA, "site_2"), (BO, "letter_3"), (BO, "letter_2"),
        (ADA, "site_1"), (ADA, "site_0"), (BO, "letter_1"), (BO, "letter_0"),
    ]  # fmt: skip
    for limit in (1, 2, 3, 5):
        assert _everything(storage, Wanted(), limit) == whole
    assert _everything(storage, Wanted(who=BO), 3) == [one for one in whole if one[0] == BO]
    assert _everything(storage, Wanted(records=False), 3) == [one for one in whole if one[0] == ADA]
    assert _everything(storage, Wanted(names=("site_0",), beginnings=("letter_",)), 3) == [
        one for one in whole if one[1].startswith("letter_") or one[1] == "site_0"
    ]
    day = Wanted(since=NOON + timedelta(seconds=30), until=NOON + timedelta(hours=1))
    assert _everything(storage, day, 3) == whole[:4]


def test_the_list_of_deeds_reads_the_acts_of_people_by_their_index(storage: Storage) -> None:
    if storage.engine.dialect.name != "sqlite":
        return  # PostgreSQL chooses by how full its tables are
    with storage.engine.connect() as connection:
        plan = "EXPLAIN QUERY PLAN SELECT * FROM events WHERE who <> 'system' {} ORDER BY at DESC, id DESC LIMIT 50"
        for condition, index in (("", "ix_events_by_people"), ("AND who = 'a'", "ix_events_of_a_person")):
            steps = " ".join(row[-1] for row in connection.execute(sa.text(plan.format(condition))))
            assert index in steps and "TEMP B-TREE" not in steps
