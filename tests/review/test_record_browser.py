"""A reviewer's day in a real Chromium: from the inbox to the first report that leaves; the pages by keys, by telephone, by axe."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from intake.review.serve import Web
from storage.records import Class, LetterState, Purpose, RecordState
from storage.site import SiteRole
from tests.review.complaints import HTML, NUMBER, complaint, mail
from tests.review.conftest import Place, place_of
from tests.review.test_browser import PHONE, _faults, chromium, page_of

__all__ = ["chromium"]
PATHS = ("", "/8d", f"/letters/l-{NUMBER}", "/slip")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Place]:
    place = place_of(tmp_path, f"sqlite:///{tmp_path / 'intake.db'}", listen="127.0.0.1:0")
    place.user(SiteRole.REVIEWER)
    place.user(SiteRole.APPROVER, email="approver@example.com", language="zh-CN")
    place.user(SiteRole.APPROVER, email="gm@example.com")
    complaint(
        place, mail(html=HTML + "<script>document.title='run'</script><img src=http://evil.example/x onerror=alert(1)>")
    )
    with Web(place.app, place.settings.review) as web:
        review = place.settings.review.model_copy(update={"listen": f"127.0.0.1:{web.port}"})
        place.settings = place.settings.model_copy(update={"review": review})
        yield place
    place.storage.close()


def says_stop(page: Page) -> None:
    expect(page.locator("#d3 .check.stop").first).to_be_visible()


def test_a_reviewers_day_from_the_inbox_to_the_first_report(chromium: Browser, site: Place) -> None:
    page = page_of(chromium, site)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/records/{NUMBER}")
    expect(page.locator("#original mark").first).to_be_visible()
    page.hover("mark[data-marks=items-1-batch]")
    expect(page.locator(".value.lit")).to_have_attribute("data-mark", "items-1-batch")
    page.keyboard.press("e")
    expect(page.locator("mark.lit")).to_have_text("B2611-03")
    page.keyboard.press("Control+A")
    page.keyboard.type("B2611-04")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(page.locator(".flash.good")).to_contain_text("Confirmed")
    with site.storage.reading() as work:
        made = work.complaints.get(NUMBER)
    assert made is not None
    assert (made.items[0].batch, made.state) == (("B2611-04",), RecordState.IN_PROGRESS)

    page.fill("form.inline input[name=reason]", "no stop, said by telephone")
    page.click("text=Set the class")
    expect(page.locator("h1 .class")).to_have_text("B")

    page.keyboard.press("d")
    page.wait_for_url("**/8d")
    page.fill("input[name='f:d1.leader.name']", "李雷")
    page.fill("textarea[name='f:d2.our_text']", "内孔超差 0.05 mm，产线装配时发现")
    page.fill("textarea[name='f:d3.rows.customer.action']", "请客户隔离")
    page.click("button[data-key=s]")
    says_stop(page)
    for place in ("in_transit", "sales_point", "finished_stock", "wip", "supplier"):
        page.fill(f"textarea[name='f:d3.rows.{place}.action']", "无")
    for name, figure in (("suspect", "1200"), ("checked", "260"), ("found", "31")):
        page.fill(f"input[name='f:d3.rows.customer.quantity_{name}']", figure)
    page.fill("input[name='f:d3.clean_batch']", "B2611-07")
    page.locator("h1").first.click()
    page.keyboard.press("s")
    expect(page.locator("#d3 .check.stop")).to_have_count(0)
    expect(page.locator("#verdict")).not_to_have_class("flash bad")

    manager = page_of(chromium, site, "gm@example.com")
    manager.goto(f"/records/{NUMBER}/8d")
    manager.click("text=Approve this revision")
    expect(manager.locator(".flash").first).to_contain_text("Approve")
    manager.context.close()

    page.goto(f"/records/{NUMBER}/8d")
    page.click("text=Send the first report")
    expect(page.locator(".flash.good").first).to_contain_text("Send a letter")
    with site.storage.reading() as work:
        made = work.complaints.get(NUMBER)
        sent = [one for one in work.letters.of_record(NUMBER) if one.purpose is Purpose.FIRST_REPORT]
    assert made is not None
    assert made.letter is Class.B
    assert [one.state for one in sent] == [LetterState.QUEUED]
    page.context.close()


def test_the_mail_in_its_frame_runs_and_fetches_nothing(chromium: Browser, site: Place) -> None:
    page = page_of(chromium, site)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/records/{NUMBER}")
    page.click(".as-sent summary")
    expect(page.frame_locator(".as-sent iframe").locator("body")).to_contain_text("ZC-204")
    assert page.title() != "run"
    assert [url for url in asked if "127.0.0.1" not in url] == []
    page.context.close()


@pytest.mark.parametrize("email", ["reviewer@example.com", "approver@example.com"])
def test_axe_finds_no_serious_fault_and_a_telephone_needs_no_scrolling_aside(
    chromium: Browser, site: Place, email: str
) -> None:
    page, phone = page_of(chromium, site, email), page_of(chromium, site, email, phone=True)
    troubles = []
    for path in PATHS:
        page.goto(f"/records/{NUMBER}{path}")
        if not path:
            expect(page.locator("#original mark").first).to_be_visible()
            page.evaluate("document.querySelectorAll('details.act').forEach((one) => { one.open = true; })")
        troubles += _faults(page, path)
        phone.goto(f"/records/{NUMBER}{path}")
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
    assert troubles == []
    page.context.close()
    phone.context.close()
