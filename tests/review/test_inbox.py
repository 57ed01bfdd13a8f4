"""What the inbox shows, in which order, what it finds, and what can be done from it; on both databases."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from intake.review.live import Pulse
from storage.records import (
    Arrival,
    ArrivalState,
    Became,
    Class,
    CustomerOf,
    Event,
    ItemOf,
    LetterState,
    Record,
    RecordState,
    Window,
    WindowName,
)  # fmt: skip
from storage.site import SiteRole
from tests.review.conftest import NOW, Browser, Place
from tests.storage.samples import arrival, letter, record, window


def keep(place: Place, number: str, due: float | None = None, **different: Any) -> Record:
    """A record; `due`: its one running window ends so many hours from now."""
    made = record(number, **different)
    windows = [] if due is None else [window(number, starts_at=NOW, due_at=NOW + timedelta(hours=due))]
    with place.storage.unit() as work:
        work.complaints.add(made, windows, [Event(number, NOW, "system", "opened")])
        work.commit()
    return made


def shown(page: str) -> list[str]:
    return [row.attributes["data-row"] or "" for row in LexborHTMLParser(page).css("tr[data-row]")]


def listed(browser: Browser, query: str = "") -> list[str]:
    answer = browser.get(f"/inbox/list?{query}")
    assert answer.status_code == 200
    return shown(answer.text)


def test_the_most_urgent_stands_first_then_the_class_and_what_is_over_is_not_there(place: Place) -> None:
    keep(place, "KS-202611-0001", 30, letter=Class.A)
    keep(place, "KS-202611-0002", -2)
    keep(place, "KS-202611-0003", 1, letter=Class.C)
    keep(place, "KS-202611-0004", 1, letter=Class.A)
    keep(place, "KS-202611-0005", None, letter=Class.B)
    keep(place, "KS-202611-0006", None, letter=Class.A)
    keep(place, "KS-202611-0007", 1, state=RecordState.CLOSED)
    keep(place, "KS-202611-0008", 1, state=RecordState.CANCELLED)
    keep(place, "KS-202611-0009", 1, merged_into="KS-202611-0001")
    assert listed(place.signed_in()) == [f"KS-202611-000{n}" for n in (2, 4, 3, 1, 6, 5)]


def test_the_order_follows_what_happens_to_windows_and_records(place: Place) -> None:
    browser = place.signed_in()
    first, second = keep(place, "KS-202611-0001", 1), keep(place, "KS-202611-0002", 5)
    assert listed(browser) == [first.number, second.number]
    with place.storage.unit() as work:
        work.complaints.meet(first.number, WindowName.ACKNOWLEDGEMENT, NOW)
        work.commit()
    assert listed(browser) == [second.number, first.number]
    later = Window(first.number, WindowName.FULL_REPORT, NOW, NOW + timedelta(hours=2), "§1", "round_the_clock")
    with place.storage.unit() as work:
        work.complaints.set_window(later)
        work.commit()
    assert listed(browser) == [first.number, second.number]
    from dataclasses import replace

    with place.storage.unit() as work:
        closed = work.complaints.update(replace(first, state=RecordState.CLOSED))
        work.commit()
    assert listed(browser) == [second.number]
    with place.storage.unit() as work:
        work.complaints.update(replace(closed, state=RecordState.IN_PROGRESS))
        work.commit()
    assert listed(browser) == [first.number, second.number], "reopened, it stands where its window says"


FILTERS = [
    ("", "1 2 3"),
    ("state=in_progress", "2"),
    ("class=A&class=C", "1 3"),
    ("department=分厂", "2"),
    ("owner=reviewer@example.com", "1"),
    ("owner=me", "1"),
    ("owner=nobody", "3"),
    ("overdue=1", "1"),
    ("state=closed", "4"),
    ("state=closed&state=to_review", "4 3 1"),
    ("from=2026-11-21", "3"),
    ("to=2026-11-20", "1 2"),
    ("customer=海川", "4 1"),
    ("customer=海川&state=to_review", "1"),
    ("product=zc-204", "4 1"),
    ("product=连接器", "2"),
    ("state=nonsense&class=Z&from=yesterday&nonsense=1", "1 2 3"),
]


@pytest.mark.parametrize(("query", "expected"), FILTERS, ids=[query for query, _ in FILTERS])
def test_filters_leave_what_they_say(place: Place, query: str, expected: str) -> None:
    other = CustomerOf(company="Northgate Enclosures Ltd.", email="q@northgate.example")
    keep(place, "KS-202611-0001", -1, letter=Class.A, owner="reviewer@example.com", department="质量部")
    keep(place, "KS-202611-0002", 2, state=RecordState.IN_PROGRESS, owner="x@example.com", department="分厂", customer=other,
         items=(ItemOf(product="连接器", model="LK-9"),), subject="x")  # fmt: skip
    keep(
        place,
        "KS-202611-0003",
        3,
        letter=Class.C,
        received_at=NOW + timedelta(days=1),
        customer=other,
        items=(),
        subject="y",
    )
    keep(
        place,
        "KS-202611-0004",
        None,
        state=RecordState.CLOSED,
        owner="x@example.com",
        received_at=NOW + timedelta(days=2),
    )
    assert listed(place.signed_in(), query) == [f"KS-202611-000{n}" for n in expected.split()]


SEARCHES = [
    ("轴承", True),
    ("承", True),
    ("超差", True),
    ("尺寸 海川", True),
    ("ZC-204", True),
    ("zc204", True),
    ("ＺＣ－２０４", True),
    ("b26-1187", True),
    ("1187", True),
    ("202611-0001", True),
    ("PO-77", True),
    ("li@haichuan", True),
    ("滑牙", True),
    ("轴承 连接器", False),
    ("凤凰", False),
    ("ZC-205", False),
    ("%", False),
    ("_", False),
    ('"', False),
    ("轴座", False),
]


@pytest.mark.parametrize(("words", "found"), SEARCHES, ids=[words for words, _ in SEARCHES])
def test_the_search_finds_every_part_of_what_a_record_says(place: Place, words: str, found: bool) -> None:
    item = ItemOf(product="轴承座", model="ZC-204", batch=("B26-1187",), order_no="PO-77", defect="尺寸超差")
    reading = {"items": [{"defect": {"value": "尺寸超差", "text": "装配时螺纹孔滑牙"}}]}
    keep(place, "KS-202611-0001", 1, items=(item,), reading=reading)
    keep(place, "KS-202611-0002", 1, items=(), subject="-", customer=CustomerOf(), state=RecordState.CLOSED)
    browser = place.signed_in()
    answer = browser.client.get("/inbox/list", params={"q": words})
    assert ("KS-202611-0001" in shown(answer.text)) is found
    assert "KS-202611-0002" not in shown(answer.text)


def test_a_record_is_found_as_it_stands_now_and_no_longer_as_it_stood(place: Place) -> None:
    from dataclasses import replace

    made = keep(place, "KS-202611-0001", 1)
    with place.storage.unit() as work:
        work.complaints.update(replace(made, items=(ItemOf(product="油封", model="YF-9"),), subject="漏油"))
        work.commit()
    browser = place.signed_in()
    assert listed(browser, "q=漏油") == listed(browser, "q=YF9") == [made.number]
    assert listed(browser, "q=ZC204") == []


def test_a_whole_number_in_the_search_box_opens_its_record(place: Place) -> None:
    keep(place, "KS-202611-0001", 1)
    answer = place.signed_in().get("/inbox?q=ks-202611-0001")
    assert answer.headers["location"] == "/records/KS-202611-0001"


@pytest.mark.parametrize("query", ["", "state=closed&state=to_review", "q=轴承"])
def test_pages_follow_one_another_without_a_gap_or_a_repeat(place: Place, query: str) -> None:
    numbers = [f"KS-202611-{n:04d}" for n in range(120)]
    for place_, number in enumerate(numbers):
        keep(place, number, None if place_ > 100 else place_ % 3, received_at=NOW + timedelta(minutes=place_ // 2))
    browser = place.signed_in()
    seen: list[str] = []
    path = f"/inbox?{query}"
    for _ in range(3):
        page = browser.get(path).text
        seen += shown(page)
        onward = LexborHTMLParser(page).css_first("a[rel=next]")
        path = str(onward.attributes["href"]) if onward else ""
    assert path == "" and len(seen) == 120 and sorted(seen) == numbers


@pytest.mark.parametrize(
    "after", ["x", "[]", "[1]", '["x","A","y"]', '["2026-11-20T00:00:00","A","y"]', '["9","9"]', "{}"]
)
def test_a_key_of_somebody_elses_making_is_the_first_page(lone: Place, after: str) -> None:
    keep(lone, "KS-202611-0001", 1)
    browser = lone.signed_in()
    assert shown(browser.client.get("/inbox/list", params={"after": after}).text) == ["KS-202611-0001"]


# -------------------------------------------------------------------- numbers that add up


def test_the_mails_that_arrived_are_the_sum_of_what_became_of_them(place: Place) -> None:
    became = (
        (ArrivalState.DONE, Became.RECORD), (ArrivalState.DONE, Became.RECORD), (ArrivalState.DONE, Became.FOLLOW_UP),
        (ArrivalState.DONE, Became.DUPLICATE), (ArrivalState.DONE, Became.SPAM), (ArrivalState.DONE, Became.BOUNCE),
        (ArrivalState.SET_ASIDE, Became.RECORD), (ArrivalState.SET_ASIDE, Became.UNREADABLE), (ArrivalState.WAITING, None),
    )  # fmt: skip
    arrivals = [arrival(f"1:{n}", state=state, became=what) for n, (state, what) in enumerate(became)]
    arrivals.append(arrival("1:99", taken_at=NOW - timedelta(days=8), state=ArrivalState.DONE, became=Became.RECORD))
    with place.storage.unit() as work:
        work.arrivals.add(arrivals)
        work.commit()
    said = "9 mails arrived = 2 records + 2 follow-ups + 2 no complaints + 2 set aside + 1 being read"
    assert said in place.signed_in().get("/inbox").text


def test_the_tiles_count_what_their_lists_show(place: Place) -> None:
    keep(place, "KS-202611-0001", -1, letter=Class.A, owner="Reviewer@example.com")
    keep(place, "KS-202611-0002", 2, letter=Class.B, owner="x@example.com", state=RecordState.IN_PROGRESS)
    keep(place, "KS-202611-0003", 3, letter=Class.B)
    keep(place, "KS-202611-0004", 3, state=RecordState.CLOSED)
    browser = place.signed_in()
    tiles = LexborHTMLParser(browser.get("/inbox").text).css("a.tile")
    for tile in tiles:
        href, number = str(tile.attributes["href"]), int(tile.css_first("b").text())
        assert len(shown(browser.get(href).text)) == number, href
    assert [int(tile.css_first("b").text()) for tile in tiles] == [3, 1, 2, 1, 1, 1, 2]


# -------------------------------------------------------------------- what is done from it


def test_several_records_are_given_to_a_department_by_the_act_and_its_rules(place: Place) -> None:
    for n in (1, 2):
        keep(place, f"KS-202611-000{n}", 1)
    keep(place, "KS-202611-0003", 1, state=RecordState.CLOSED)
    form = {"number": [f"KS-202611-000{n}" for n in (1, 2, 3)], "department": "分厂", "back": "/inbox?class=B"}
    page = place.signed_in().submit("/inbox", "/inbox/assign", form).text
    assert "2 given." in page and "KS-202611-0003 is “closed”" in page
    with place.storage.reading() as work:
        departments = [work.complaints.get(f"KS-202611-000{n}").department for n in (1, 2, 3)]  # type: ignore[union-attr]
        assert departments == ["分厂", "分厂", ""]
        assert {event.who for event in work.complaints.events("KS-202611-0001")} == {"system", "reviewer@example.com"}
        written = {one.id for n in (1, 2) for one in work.letters.of_record(f"KS-202611-000{n}")}
    assert set(place.given) == written != set()


def test_a_user_who_is_none_of_our_people_acts_on_nothing(lone: Place) -> None:
    keep(lone, "KS-202611-0001", 1)
    browser = lone.signed_in(email="stranger@example.com")
    form = {"number": "KS-202611-0001", "department": "分厂"}
    assert "not among our people" in browser.submit("/inbox", "/inbox/assign", form).text


def test_nothing_chosen_is_said_and_nothing_done(lone: Place) -> None:
    assert "Choose records" in lone.signed_in().submit("/inbox", "/inbox/assign", {"department": "分厂"}).text


def test_a_view_is_kept_under_its_name_for_its_user_alone(place: Place) -> None:
    browser = place.signed_in()
    query = "class=A&owner=me&nonsense=1&q=%E6%BC%8F%E6%B2%B9"
    page = browser.submit("/inbox?class=A", "/views", {"name": "Urgent <mine>", "query": query}).text
    assert "Urgent &lt;mine&gt;" in page
    link = LexborHTMLParser(page).css_first(".view a").attributes["href"]
    assert link == "/inbox?class=A&owner=me&q=%E6%BC%8F%E6%B2%B9"
    assert "Urgent" not in place.signed_in(SiteRole.APPROVER).get("/inbox").text
    number = LexborHTMLParser(page).css_first(".view button").attributes["value"]
    other = place.signed_in(SiteRole.APPROVER)
    other.submit("/inbox", "/views/remove", {"view": number})
    assert "Urgent" in browser.get("/inbox").text
    assert "Urgent" not in browser.submit("/inbox", "/views/remove", {"view": number}).text


def test_a_department_first_sees_what_it_has(place: Place) -> None:
    keep(place, "KS-202611-0001", 1, department="分厂")
    keep(place, "KS-202611-0002", 1, department="质量部")
    browser = place.signed_in(SiteRole.DEPARTMENT)
    assert shown(browser.get("/inbox").text) == ["KS-202611-0001"]
    assert len(shown(browser.get("/inbox?class=B").text)) == 2


# -------------------------------------------------------------------- what waits for a person


def test_a_mail_that_was_set_aside_says_why_and_is_read_again_at_a_press(place: Place) -> None:
    kept = arrival(
        "1:1",
        subject="看不懂",
        why="It is too long.",
        remedy="Read it.",
        state=ArrivalState.SET_ASIDE,
        became=Became.UNREADABLE,
    )
    with place.storage.unit() as work:
        work.arrivals.add([kept])
        work.commit()
    browser = place.signed_in()
    page = browser.get("/waiting/mails").text
    assert "看不懂" in page and "It is too long." in page and "Read it." in page
    page = browser.submit("/waiting/mails", "/waiting/mails/retry", {"arrival": kept.id}).text
    assert "read again in a moment" in page and "看不懂" not in page
    with place.storage.reading() as work:
        again: Arrival | None = work.arrivals.get(kept.id)
    assert again is not None and again.state is ArrivalState.WAITING


LETTER_STEPS = [
    (LetterState.REFUSED, "send", LetterState.QUEUED),
    (LetterState.IN_DOUBT, "send", LetterState.QUEUED),
    (LetterState.IN_DOUBT, "came", LetterState.SENT),
    (LetterState.DRAFT, "send", LetterState.QUEUED),
    (LetterState.DRAFT, "cancel_letter", LetterState.CANCELLED),
    (LetterState.DEFERRED, "hold", LetterState.DRAFT),
]


@pytest.mark.parametrize(("state", "act", "after"), LETTER_STEPS)
def test_a_letter_that_waits_is_sent_marked_held_or_cancelled(
    place: Place, state: LetterState, act: str, after: LetterState
) -> None:
    keep(place, "KS-202611-0001", 1)
    with place.storage.unit() as work:
        work.letters.add([letter("l1", record="KS-202611-0001", state=state, answer="550 no such user")])
        work.commit()
    browser = place.signed_in()
    assert "550 no such user" in browser.get(f"/waiting/letters?state={state}").text
    page = browser.submit(f"/waiting/letters?state={state}", "/waiting/letters/l1", {"act": act}).text
    assert "KS-202611-0001" in page
    with place.storage.reading() as work:
        kept = work.letters.get("l1")
    assert kept is not None and kept.state is after
    assert place.given == (["l1"] if after is LetterState.QUEUED else [])


def test_an_act_that_is_none_of_a_letters_is_refused(lone: Place) -> None:
    browser = lone.signed_in()
    browser.get("/waiting/letters")
    assert browser.post("/waiting/letters/l1", {"act": "close"}).status_code == 400
    assert browser.post("/waiting/letters/l1", {"act": "send"}).status_code == 404


# -------------------------------------------------------------------- live


def test_a_page_hears_of_a_change_and_of_what_it_missed(place: Place) -> None:
    keep(place, "KS-202611-0001", 1)

    async def listen() -> list[str]:
        pulse = Pulse(place.storage)
        looking = asyncio.create_task(pulse.keep_looking())
        stream = pulse.stream("an older version")
        heard = [await anext(stream), await anext(stream)]
        keep(place, "KS-202611-0002", 1)
        heard.append(await asyncio.wait_for(anext(stream), 10))
        pulse.close()
        looking.cancel()
        return heard

    retry, missed, changed = asyncio.run(listen())
    assert retry == "retry: 2000\n\n"
    assert missed.startswith("id: ") and "event: changed" in missed and "event: changed" in changed
    assert missed.splitlines()[0] != changed.splitlines()[0]


def test_the_version_changes_with_records_letters_and_arrivals(place: Place) -> None:
    versions = []
    for step in range(4):
        with place.storage.unit() as work:
            if step == 1:
                work.complaints.add(record(), [], [])
            if step == 2:
                work.letters.add([letter(record="KS-202611-0001")])
            if step == 3:
                work.arrivals.add([arrival()])
            work.commit()
        with place.storage.reading() as work:
            versions.append(work.inbox.version())
    assert len(set(versions)) == 4
