"""An import of master data while the site is stopped and started again."""

import time
from collections.abc import Callable
from pathlib import Path

from intake.review.app import app
from intake.review.serve import Web
from intake.wiring import office_of
from storage.imports import ImportState, MasterImport
from tests.review.conftest import NOW, Place, place_of
from tests.servers.databases import ready_sqlite

ROWS = 5_000
WHO = "reviewer@example.com"


def waits(place: Place, until: Callable[[MasterImport], bool]) -> MasterImport:
    """The import, once it is so far; the test's own limit of time ends what never gets there."""
    while True:
        with place.storage.reading() as work:
            one = work.master_imports.get("i1", WHO)
        assert one is not None and one.state is not ImportState.FAILED
        if until(one):
            return one
        time.sleep(0.02)


def test_a_site_that_is_started_again_goes_on_with_an_import(tmp_path: Path) -> None:
    place = place_of(tmp_path, ready_sqlite(tmp_path / "intake.db"), listen="127.0.0.1:0")
    content = "product,model\n" + "".join(f"轴承座,ZL-{n}\n" for n in range(ROWS))
    with place.storage.unit() as work:
        left = MasterImport("i1", WHO, NOW, "products", "list.csv", ImportState.TAKING)
        work.master_imports.add(left, content.encode())
        work.commit()
    with Web(place.app, place.settings.review):
        waits(place, lambda one: one.done > 0)
    half = waits(place, lambda one: one.worker == "")
    assert 0 < half.done < ROWS and half.added == half.done
    again = app(place.settings, place.storage, place.blobs, office_of(place.settings), place.clock)
    with Web(again, place.settings.review):
        whole = waits(place, lambda one: one.state is ImportState.DONE)
    assert (whole.done, whole.added, whole.same) == (ROWS, ROWS, 0)
    place.storage.close()
