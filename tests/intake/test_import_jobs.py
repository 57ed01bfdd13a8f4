"""Imports in the background: row by row, cut off and gone on with, beside others who write."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from intake.import_jobs import LOST, MOST_REFUSED, MOST_TRIES, Importer
from storage import Storage, open_storage
from storage.imports import ImportState, MasterImport
from tests.review.conftest import url
from tests.servers.postgres import own_postgres, postgres

__all__ = ["own_postgres", "postgres", "url"]

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
WHO = "reviewer@example.com"
ROWS = 1_000
HEADER = "客户,型号,批号,数量\n"


@pytest.fixture
def storage(url: str) -> Iterator[Storage]:
    opened = open_storage(url)
    opened.migrate()
    yield opened
    opened.close()


def shipments(rows: int = ROWS, refused: int = 0) -> bytes:
    lines = [f"海川,ZC-{n},B{n},{n}" for n in range(rows)] + [f"海川,,B{n}," for n in range(refused)]
    return (HEADER + "\n".join(lines)).encode()


def given(storage: Storage, content: bytes, state: ImportState = ImportState.TAKING, id: str = "i1") -> str:
    with storage.unit() as work:
        work.master_imports.add(MasterImport(id, WHO, NOW, "shipments", "发货.csv", state), content)
        work.commit()
    return id


def seen(storage: Storage, id: str = "i1") -> MasterImport:
    with storage.reading() as work:
        found = work.master_imports.get(id, WHO)
    assert found is not None
    return found


def kept(storage: Storage) -> int:
    with storage.reading() as work:
        return len(work.people.shipments_to(("海川",), 1_000_000))


def importer(storage: Storage, at: datetime = NOW) -> Importer:
    return Importer(storage, lambda: at, rest=0.0)


def counts(one: MasterImport) -> tuple[int, ...]:
    return (one.done, one.added, one.changed, one.same, one.refused)


class Stopping(Importer):
    """Ends after so many groups, as a site that is stopped does."""

    groups = 2

    def close_soon(self) -> "Stopping":
        waits = self._stop.wait
        left = [self.groups]

        def wait(timeout: float | None = None) -> bool:
            left[0] -= 1
            if left[0] <= 0:
                self._stop.set()
            return waits(0)

        self._stop.wait = wait  # type: ignore[method-assign]
        return self


def test_a_file_is_looked_at_then_taken_in_and_leaves_its_report(storage: Storage) -> None:
    given(storage, shipments(3, refused=1), ImportState.LOOKING)
    assert importer(storage).step()
    one = seen(storage)
    assert (one.state, counts(one)) == (ImportState.SEEN, (4, 3, 0, 0, 1))
    assert kept(storage) == 0, "nothing is taken in before it is confirmed"
    assert not importer(storage).step(), "what is shown waits for a person"
    with storage.unit() as work:
        assert work.master_imports.confirm("i1", NOW)
        work.commit()
    assert importer(storage).step() and kept(storage) == 3
    one = seen(storage)
    assert (one.state, counts(one), one.worker) == (ImportState.DONE, (4, 3, 0, 0, 1), "")
    assert [row["why"] for row in one.rows if row["outcome"] == "refused"] == ["no model"]
    with storage.reading() as work:
        assert work.master_imports.content("i1") == b"", "the file is kept no longer"
        (noted,) = work.audit.page(9, on="import:shipments").entries
        assert (noted.who, noted.what, noted.detail) == (
            WHO, "shipments_imported", {"name": "发货.csv", "added": 3, "changed": 0, "same": 0, "refused": 1},
        )  # fmt: skip
    with storage.unit() as work:
        assert not work.master_imports.confirm("i1", NOW), "once"


def test_what_is_no_such_file_fails_by_its_own_name(storage: Storage) -> None:
    given(storage, b"colour\nred\n")
    importer(storage).step()
    one = seen(storage)
    assert one.state is ImportState.FAILED and one.cause.startswith("发货.csv: no header row") and one.remedy


def test_a_site_that_is_stopped_leaves_it_to_the_next_which_counts_no_row_twice(storage: Storage) -> None:
    given(storage, shipments(refused=5))
    Stopping(storage, lambda: NOW, rest=0.0).close_soon().step()
    half = seen(storage)
    assert half.state is ImportState.TAKING and 0 < half.done < ROWS and half.worker == "", "free at once"
    assert kept(storage) == half.added
    importer(storage).step()
    assert counts(seen(storage)) == (ROWS + 5, ROWS, 0, 0, 5) and kept(storage) == ROWS


def test_whoever_is_at_it_has_it_until_he_is_gone_for_long(storage: Storage) -> None:
    given(storage, shipments(10))
    with storage.unit() as work:
        assert work.master_imports.claim("somebody", NOW, NOW - LOST) is not None
        work.commit()
    soon, late = NOW + LOST - timedelta(seconds=1), NOW + LOST + timedelta(seconds=1)
    assert not importer(storage, soon).step()
    assert importer(storage, late).step() and seen(storage).state is ImportState.DONE
    with storage.unit() as work:
        assert not work.master_imports.put("i1", "somebody", {"done": 1}), "who was gone may note nothing"


def test_what_is_cut_off_again_and_again_is_said_to_be(storage: Storage) -> None:
    given(storage, shipments(10))
    at = NOW
    for n in range(MOST_TRIES):
        with storage.unit() as work:
            assert work.master_imports.claim(f"dies {n}", at, at - LOST) is not None
            work.commit()
        at += LOST + timedelta(seconds=1)
    importer(storage, at).step()
    one = seen(storage)
    assert one.state is ImportState.FAILED and "cut off" in one.cause and one.remedy


def test_others_write_between_its_groups(storage: Storage, url: str) -> None:
    """Another process, which is another engine here, waits for no more than a group."""
    given(storage, shipments())
    other = open_storage(url, busy_seconds=30)
    wrote: list[int] = []

    class Beside(Importer):
        def _note_beside(self) -> None:
            with other.unit() as work:
                work.audit.add("somebody", NOW, "wrote")
                work.commit()
            wrote.append(seen(other).done)

    beside = Beside(storage, lambda: NOW, rest=0.0)
    waits = beside._stop.wait

    def wait(timeout: float | None = None) -> bool:
        beside._note_beside()
        return waits(0)

    beside._stop.wait = wait  # type: ignore[method-assign]
    beside.step()
    other.close()
    assert wrote == sorted(wrote) and len(wrote) == ROWS / 200 and wrote[0] == 200


def test_a_look_takes_no_turn_of_those_who_write(storage: Storage) -> None:
    given(storage, shipments(), ImportState.LOOKING)
    with storage.reading() as work:  # a reader that sees the moment before
        importer(storage).step()
        assert work.master_imports.get("i1", WHO) is not None
    assert seen(storage).added == ROWS


def test_a_killed_process_costs_nothing_and_doubles_nothing(storage: Storage, url: str) -> None:
    given(storage, shipments(6_000))
    code = (
        "import sys; from datetime import datetime, UTC\n"
        "from intake.import_jobs import Importer\nfrom storage import open_storage\n"
        "Importer(open_storage(sys.argv[1]), lambda: datetime(2026, 11, 20, 12, tzinfo=UTC), rest=0.2).step()\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code, url], cwd=Path(__file__).parents[2])
    try:
        while seen(storage).done == 0:
            assert process.poll() is None
            time.sleep(0.05)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    half = seen(storage)
    assert half.state is ImportState.TAKING and 0 < half.done < 6_000 and kept(storage) == half.done
    importer(storage, NOW + LOST + timedelta(seconds=1)).step()
    assert counts(seen(storage)) == (6_000, 6_000, 0, 0, 0) and kept(storage) == 6_000


def test_of_refused_rows_the_first_are_told_and_all_counted(storage: Storage) -> None:
    given(storage, shipments(1, refused=MOST_REFUSED + 5))
    importer(storage).step()
    one = seen(storage)
    assert one.refused == MOST_REFUSED + 5
    assert len([row for row in one.rows if row["outcome"] == "refused"]) == MOST_REFUSED


def test_a_fault_of_ours_ends_it_and_is_not_tried_for_ever(storage: Storage) -> None:
    with storage.unit() as work:
        work.master_imports.add(MasterImport("i1", WHO, NOW, "no such kind", "a.csv", ImportState.TAKING), b"x")
        work.commit()
    assert importer(storage).step()
    assert seen(storage).state is ImportState.FAILED and seen(storage).cause
    assert not importer(storage).step()


def test_one_person_keeps_a_few(storage: Storage) -> None:
    for n in range(6):
        given(storage, shipments(1), ImportState.SEEN, f"s{n}")
    with storage.reading() as work:
        assert len(work.master_imports.of(WHO)) == 3
    with storage.unit() as work:
        assert not work.master_imports.confirm("s5", NOW + timedelta(hours=3)), "too old"


def test_it_is_given_to_a_thread_that_ends_when_nothing_waits(storage: Storage) -> None:
    given(storage, shipments(5))
    background = importer(storage)
    background.give(60)
    assert seen(storage).state is ImportState.DONE
    given(storage, shipments(5), id="i2")
    background.look()
    background.give(60)
    assert (seen(storage, "i2").state, seen(storage, "i2").same) == (ImportState.DONE, 5)
    background.close()
