"""Files given in at the site: kept, read by a real worker, followed until they are a record; given twice, they are one."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import docx
import pytest

from intake.runners.handle import Handler
from intake.runners.read import Reader
from intake.runners.upload import Giver
from parsers.limits import ReadLimits
from parsers.types import Ours
from storage.records import ArrivalState
from storage.running import Process
from storage.site import SiteRole
from tests.documents.hostile_office import office_with_a_password
from tests.documents.word import saved
from tests.review.conftest import NOW, Browser, Place

TEXT = (
    "宁波海川电器有限公司",
    "质量投诉单",
    "贵司的轴承座 ZC-204（批号 B2611-03）到货 1200 只，抽检 260 只，发现 31 只内孔尺寸超差，请尽快换货并回复原因。",
)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    shared = Reader(Ours(("苏州示例精密有限公司",), ("complaints@example.com",), ()), ReadLimits(), 1)
    yield shared
    shared.close()


def letter() -> bytes:
    document = docx.Document()
    for line in TEXT:
        document.add_paragraph(line)
    return saved(document)


def give(browser: Browser, *files: tuple[str, bytes], **form: Any) -> Any:
    browser.get("/enter/uploads")
    return browser.post("/enter/uploads", form, files=[("files", file) for file in files])


def work_on(place: Place, reader: Reader, given: list[str]) -> list[str]:
    """What a worker does with these arrivals; letters that may go."""
    site = place.app.state.site
    handler = Handler(place.storage, place.blobs, reader, site.office, place.clock, "example.com")
    read = handler.read(given)
    with place.storage.unit() as work:
        return handler.save(work, read)


def wait(place: Place) -> list[str]:
    with place.storage.reading() as work:
        return work.uploads.waiting(9)


def state_on(page: str) -> list[str]:
    return re.findall(r'class="card given (\w+)"', page)


def beats(place: Place, *parts: str, ago: float = 5, stays: bool = True) -> None:
    with place.storage.unit() as work:
        at = place.clock() - timedelta(seconds=ago)
        work.running.beat(Process("h-run-1", parts, at, at, stays))
        work.commit()


def test_a_file_becomes_a_record_that_tells_who_gave_it_in(place: Place, reader: Reader) -> None:
    browser = place.signed_in()
    answer = give(browser, ("投诉 单.docx", letter()), channel="letter", at="2026-11-20T18:00")
    page = answer.headers["location"]
    assert state_on(browser.get(page).text) == ["no_worker"]
    beats(place, "work")
    assert state_on(browser.get(page).text) == ["waiting"]
    (arrival,) = wait(place)
    work_on(place, reader, [arrival])
    text = browser.get(page).text
    assert state_on(text) == ["record"]
    with place.storage.reading() as work:
        (record,) = work.complaints.listing()
        events = work.complaints.events(record.number)
    assert f'href="/records/{record.number}"' in text
    assert 'hx-trigger="every 2s"' not in text, "nothing is asked for any more"
    assert (record.channel, record.received_at) == ("letter", datetime.fromisoformat("2026-11-20T18:00+08:00"))
    assert [item.model for item in record.items] == ["ZC-204"]
    assert [(one.who, one.new) for one in events if one.what == "uploaded"] == [
        ("reviewer@example.com", {"file": "投诉 单.docx"})
    ]
    assert "投诉 单.docx" in browser.get(f"/records/{record.number}?original={arrival}").text


def test_the_page_tells_who_reads_and_who_does_not(place: Place) -> None:
    browser = place.signed_in()
    page = give(browser, ("a.txt", b"x")).headers["location"]
    for parts, ago, stays, state in (
        (("poll", "send"), 5.0, True, "no_worker"),
        (("work",), 500.0, True, "no_worker"),
        (("work",), 5.0, False, "no_worker"),
        (("work",), 5.0, True, "waiting"),
    ):
        beats(place, *parts, ago=ago, stays=stays)
        text = browser.get(page).text
        assert state_on(text) == [state], (parts, ago, stays)
        assert ("No part of the service that reads is running" in text) is (state == "no_worker")
        assert 'hx-trigger="every 2s"' in text
    with place.storage.unit() as work:
        work.uploads.begun(wait(place), NOW)
        work.commit()
    assert state_on(browser.get("/enter/uploads/list" + page.partition("uploads")[2]).text) == ["reading"]


def test_a_file_that_cannot_be_read_is_kept_recorded_and_shown(place: Place, reader: Reader) -> None:
    browser = place.signed_in()
    beats(place, "work")
    content = office_with_a_password()
    page = give(browser, ("locked.docx", content)).headers["location"]
    (arrival,) = wait(place)
    work_on(place, reader, [arrival])
    with place.storage.reading() as work:
        (record,) = work.complaints.listing()
        kept = work.arrivals.get(arrival)
        events = work.complaints.events(record.number)
    assert kept is not None
    assert place.blobs.get(kept.sha256) == content
    assert record.warnings or kept.state is ArrivalState.SET_ASIDE
    assert "uploaded" in {event.what for event in events}
    assert f'href="/records/{record.number}"' in browser.get(page).text


def test_the_same_bytes_are_one_file_whoever_gives_them_and_under_whatever_name(place: Place) -> None:
    first = give(place.signed_in(), ("a.docx", letter_bytes := letter()))
    other = place.signed_in(SiteRole.APPROVER)
    again = give(other, ("b.docx", letter_bytes), ("c.txt", b"something else"))
    page = other.get(again.headers["location"]).text
    assert "b.docx was given in before" in page
    assert first.headers["location"].rpartition("=")[2] in again.headers["location"]
    assert len(wait(place)) == 2
    assert "is one and the same" in other.get(give(other, ("d.docx", letter_bytes)).headers["location"]).text


def test_each_file_has_a_job_of_its_own_and_is_given_once(place: Place) -> None:
    give(place.signed_in(), ("a.txt", b"a"), ("b.txt", b"b"))
    given: list[list[str]] = []
    giver = Giver(place.storage, lambda ids: given.append(list(ids)))
    assert (giver.look(), giver.look()) == (2, 0)
    assert sorted(one for (one,) in given) == sorted(wait(place))


@pytest.mark.parametrize(
    ("files", "form", "said"),
    [
        ((), {}, "Choose a file"),
        ((("a.txt", b""),), {}, "a.txt is empty"),
        (tuple((f"{n}.txt", b"x") for n in range(11)), {}, "10 files at once"),
        ((("a.txt", b"x"),), {"at": "tomorrow"}, "Give day and time"),
        ((("a.txt", b"x"),), {"at": "2026-11-21T20:00"}, "has not come yet"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_kept(
    lone: Place, files: tuple[tuple[str, bytes], ...], form: dict[str, str], said: str
) -> None:
    browser = lone.signed_in()
    answer = give(browser, *files, **form)
    page = browser.get(answer.headers["location"]) if answer.status_code == 303 else answer
    assert said in page.text
    assert wait(lone) == []


def test_a_file_over_the_limit_of_the_settings_is_refused_and_the_others_are_taken(lone: Place) -> None:
    site = lone.app.state.site
    limits = site.settings.limits.model_copy(update={"mail_bytes": 1_000_000})
    lone.app.state.site = replace(site, settings=site.settings.model_copy(update={"limits": limits}))
    browser = lone.signed_in()
    answer = give(browser, ("large.pdf", b"x" * 1_000_001), ("small.pdf", b"x"))
    page = browser.get(answer.headers["location"]).text
    assert "large.pdf is larger than 1 MB, and was not taken." in page
    assert "small.pdf" in page
    assert len(wait(lone)) == 1


def test_a_name_that_is_a_path_or_no_text_is_only_its_last_part(lone: Place) -> None:
    browser = lone.signed_in()
    give(browser, ("../../etc/C:\\scans\\投诉<b>.pdf", b"x"))
    with lone.storage.reading() as work:
        ((upload, arrival),), _ = work.uploads.page(None, 9)
    assert upload.name == arrival.file_name == "投诉<b>.pdf"
    assert "<b>.pdf" not in browser.get("/enter/uploads").text
