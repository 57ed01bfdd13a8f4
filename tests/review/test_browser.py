"""The site in a real Chromium: signing in, keys, live pages, a telephone, both languages, and what axe finds."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from intake.review.serve import Web
from storage.records import ArrivalState, Became, Class, Event, LetterState, RecordState
from storage.site import SiteRole
from tests.review.browsing import PHONE, chromium, faults, page_of
from tests.review.conftest import NOW, Place, place_of
from tests.storage.samples import arrival, letter, record, window

__all__ = ["chromium"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("site")
    place = place_of(folder, f"sqlite:///{folder / 'intake.db'}", listen="127.0.0.1:0")
    place.user(SiteRole.REVIEWER)
    place.user(SiteRole.REVIEWER, email="chinese@example.com", language="zh-CN", name="王敏")
    with place.storage.unit() as work:
        for n, hours in enumerate((-3, 1, 9, 50, 300), 1):
            number = f"KS-202611-000{n}"
            made = record(number, letter=tuple(Class)[n % 3], owner="reviewer@example.com", missing=("ship_date",))
            work.complaints.add(made, [window(number, due_at=NOW + timedelta(hours=hours))], [])
        work.arrivals.add(
            [arrival(why="It is too long.", remedy="Read it.", state=ArrivalState.SET_ASIDE, became=Became.UNREADABLE)]
        )
        work.letters.add(
            [letter(record="KS-202611-0001", state=LetterState.REFUSED, answer="550", remedy="Correct it.")]
        )
        work.commit()
    with Web(place.app, place.settings.review) as web:
        review = place.settings.review.model_copy(update={"listen": f"127.0.0.1:{web.port}"})  # the port it was given
        place.settings = place.settings.model_copy(update={"review": review})
        yield place
    place.storage.close()


def focused(page: Page) -> str:
    return str(
        page.evaluate("(document.activeElement.closest('[data-row]') || document.activeElement).dataset.row || ''")
    )


def test_all_of_it_is_done_with_keys_alone(chromium: Browser, site: Place) -> None:
    page = page_of(chromium, site)
    rows = [str(row.get_attribute("data-row")) for row in page.locator("tr[data-row]").all()]
    page.keyboard.press("j")
    assert focused(page) == rows[0]
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert focused(page) == rows[1]
    page.keyboard.press("x")
    expect(page.locator("#assign")).to_be_visible()
    expect(page.locator("#assign strong")).to_have_text("1 chosen")
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("gi")
    assert page.input_value("#search") == "gi", "a key that is typed is no command"
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url("**/waiting/letters")
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.wait_for_url("**/inbox")
    page.context.close()


def test_a_new_record_appears_by_itself_and_what_was_chosen_stays(chromium: Browser, site: Place) -> None:
    page = page_of(chromium, site)
    expect(page.locator("#list[data-connected=yes]")).to_be_visible()
    page.check("input[value=KS-202611-0002]")
    with site.storage.unit() as work:
        number = "KS-202611-0009"
        work.complaints.add(
            record(number, subject="新投诉"),
            [window(number, due_at=NOW + timedelta(minutes=5))],
            [Event(number, NOW, "system", "opened")],
        )
        work.commit()
    row = page.locator("tr[data-row=KS-202611-0009]")
    expect(row).to_be_visible()
    expect(page.locator("input[value=KS-202611-0002]")).to_be_checked()
    assert focused(page) == "KS-202611-0002"
    expect(page.locator("#assign strong")).to_have_text("1 chosen")
    with site.storage.unit() as work:
        found = work.complaints.get(number)
        assert found is not None
        work.complaints.update(replace(found, state=RecordState.CLOSED))
        work.complaints.add_event(Event(number, NOW, "system", "closed"))
        work.commit()
    expect(row).to_have_count(0)
    page.context.close()


def test_a_page_that_lost_its_line_hears_what_it_missed(chromium: Browser, site: Place) -> None:
    page = page_of(chromium, site)
    expect(page.locator("#list[data-connected=yes]")).to_be_visible()
    page.context.set_offline(True)
    page.wait_for_timeout(500)
    with site.storage.unit() as work:
        number = "KS-202611-0008"
        work.complaints.add(
            record(number),
            [window(number, due_at=NOW + timedelta(minutes=5))],
            [Event(number, NOW, "system", "opened")],
        )
        work.commit()
    page.context.set_offline(False)
    expect(page.locator("tr[data-row=KS-202611-0008]")).to_be_visible(timeout=20_000)
    page.context.close()


def test_the_language_is_the_users_and_changes_at_a_press(chromium: Browser, site: Place) -> None:
    page = page_of(chromium, site, "chinese@example.com")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    expect(page.locator("th", has_text="剩余时间")).to_be_visible()
    page.click("details.me summary")
    page.click("button[value=en]")
    expect(page.locator("th", has_text="Time left")).to_be_visible()
    page.click("details.me summary")
    page.click("button[value=zh-CN]")
    expect(page.locator("th", has_text="剩余时间")).to_be_visible()
    page.context.close()


@pytest.mark.parametrize(
    "path", ["/inbox", "/waiting/mails", "/waiting/letters", "/account", "/inbox?class=A&owner=me"]
)
def test_a_telephone_shows_the_page_without_scrolling_aside(chromium: Browser, site: Place, path: str) -> None:
    page = page_of(chromium, site, phone=True)
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault_on_any_page(chromium: Browser, site: Place, scheme: str) -> None:
    page = page_of(chromium, site)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    troubles = []
    for path in ("/inbox", "/inbox?class=A&owner=me&q=x", "/waiting/mails", "/waiting/letters", "/account", "/nowhere"):
        page.goto(path)
        troubles += faults(page, path)
    page.context.clear_cookies()
    page.goto("/sign-in")
    troubles += faults(page, "/sign-in")
    page.context.close()
    assert troubles == []


def test_axe_would_find_a_fault(chromium: Browser, site: Place) -> None:
    page = page_of(chromium, site)
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    assert any("label" in fault for fault in faults(page, "/inbox"))
    page.context.close()


def test_no_page_complains_in_the_browsers_console(chromium: Browser, site: Place, tmp_path: Path) -> None:
    page = page_of(chromium, site)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in ("/inbox", "/waiting/mails", "/waiting/letters", "/account"):
        page.goto(path)
        page.wait_for_load_state("load")
    page.context.close()
    assert said == []
