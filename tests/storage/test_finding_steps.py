"""A search looks among the newest records first, then among all: nothing is lost or told twice at the step."""

import pytest

from storage import Storage, finding
from storage.inbox import InboxFilter
from storage.search import RecordFilter
from tests.storage.samples import record

NUMBERS = [f"KS-202611-{n:04d}" for n in range(1, 13)]
OILY = NUMBERS[::3]


def filled(storage: Storage) -> None:
    with storage.unit() as work:
        for number in NUMBERS:
            work.complaints.add(record(number, subject="漏油" if number in OILY else "开裂"))
        work.commit()


@pytest.mark.parametrize("recent", [1, 3, 5, 12, 100])
@pytest.mark.parametrize("page", [1, 2, 3, 50])
def test_pages_of_a_search_hold_every_hit_once_newest_first(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, recent: int, page: int
) -> None:
    monkeypatch.setattr(finding, "RECENT", recent)
    filled(storage)
    found: list[str] = []
    after = None
    with storage.reading() as work:
        while True:
            part = work.inbox.page(InboxFilter(RecordFilter(text="漏油")), after, page)
            found += part.numbers
            if (after := part.after) is None:
                break
    assert found == OILY[::-1]


@pytest.mark.parametrize("recent", [1, 3, 100])
def test_what_is_like_a_record_is_found_however_far_back(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, recent: int
) -> None:
    monkeypatch.setattr(finding, "RECENT", recent)
    filled(storage)
    with storage.reading() as work:
        assert work.alike.saying("漏油", 2) == OILY[:-3:-1]
        assert work.alike.saying("漏油", 50) == OILY[::-1]
        assert work.alike.saying("鳳凰", 50) == []
