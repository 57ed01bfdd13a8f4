"""The record's pages in a real Chromium: what came runs and fetches nothing; by axe, and on a telephone. A whole day: test_day."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from intake.review.serve import Web
from storage.site import SiteRole
from tests.review.browsing import PHONE, chromium, faults, page_of
from tests.review.complaints import HTML, NUMBER, complaint, mail
from tests.review.conftest import Place, place_of
from tests.review.faxed import faxed

__all__ = ["chromium"]
FAXED = "KS-202611-0002"
PATHS = (NUMBER, FAXED, f"{NUMBER}/8d", f"{NUMBER}/letters/l-{NUMBER}", f"{NUMBER}/slip")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Place]:
    place = place_of(tmp_path, f"sqlite:///{tmp_path / 'intake.db'}", listen="127.0.0.1:0")
    place.user(SiteRole.REVIEWER)
    place.user(SiteRole.APPROVER, email="approver@example.com", language="zh-CN")
    place.user(SiteRole.APPROVER, email="gm@example.com")
    complaint(
        place, mail(html=HTML + "<script>document.title='run'</script><img src=http://evil.example/x onerror=alert(1)>")
    )
    faxed(place, FAXED)
    with Web(place.app, place.settings.review) as web:
        review = place.settings.review.model_copy(update={"listen": f"127.0.0.1:{web.port}"})
        place.settings = place.settings.model_copy(update={"review": review})
        yield place
    place.storage.close()


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
        page.goto(f"/records/{path}")
        if path in (NUMBER, FAXED):
            expect(page.locator("#original mark, #original rect.box").first).to_be_visible()
            page.evaluate("document.querySelectorAll('details.act').forEach((one) => { one.open = true; })")
        troubles += faults(page, path)
        phone.goto(f"/records/{path}")
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
    assert troubles == []
    page.context.close()
    phone.context.close()


def test_what_may_be_done_stands_by_its_kind_open_on_a_desk_and_to_be_opened_on_a_telephone(
    chromium: Browser, site: Place
) -> None:
    page, phone = page_of(chromium, site), page_of(chromium, site, phone=True)
    for one in (page, phone):
        one.goto(f"/records/{NUMBER}")
        expect(one.locator(".sorts h3").first).to_have_text("The complaint")
        assert one.locator(".sorts h3").all_inner_texts()[:3] == ["The complaint", "People and tasks", "Goods"]
    expect(page.locator("#act-sample summary")).to_be_visible()
    expect(phone.locator("#act-sample summary")).to_be_hidden()
    phone.locator(".sort > summary", has_text="Goods").tap()
    expect(phone.locator("#act-sample summary")).to_be_visible()
    phone.goto(f"/records/{FAXED}#act-sample")  # whoever is sent to an act finds it open
    expect(phone.locator("#act-sample button")).to_be_visible()
    page.context.close()
    phone.context.close()


PASTE = """() => { const canvas = Object.assign(document.createElement('canvas'), { width: 300, height: 200 });
canvas.getContext('2d').fillRect(10, 10, 80, 80);
return new Promise((done) => canvas.toBlob((blob) => { const held = new DataTransfer();
  held.items.add(new File([blob], 'image.png', { type: 'image/png' }));
  document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: held, bubbles: true })); done(); })); }"""


def test_a_photo_is_pasted_beside_what_is_typed_and_whys_are_moved_by_keys(chromium: Browser, site: Place) -> None:
    page = page_of(chromium, site)
    page.goto(f"/records/{NUMBER}/8d")
    whys = page.locator(".whys").first.locator("input")
    whys.first.focus()
    for word in ("worn", "not changed", "no plan"):
        page.keyboard.type(word)
        page.keyboard.press("Enter")
    page.keyboard.press("Backspace")  # an empty one: back to the one before
    page.keyboard.press("Alt+ArrowUp")
    page.evaluate(PASTE)
    expect(page.locator(".photos figure")).to_have_count(1)
    assert [whys.nth(n).input_value() for n in range(4)] == ["worn", "no plan", "not changed", ""]
    assert faults(page, "8d with a photo") == []
    whys.first.focus()
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    expect(page.locator(".flash.good").first).to_be_visible()
    with site.storage.reading() as work:
        report, photos = work.lives.report(NUMBER), work.lives.evidence(NUMBER)
    assert report is not None
    assert report.report.d4.causes[0].whys == ("worn", "no plan", "not changed")
    assert [one.media_type for one in photos] == ["image/jpeg"]
    page.context.close()
