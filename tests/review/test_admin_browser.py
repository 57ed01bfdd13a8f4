"""The administration in a real Chromium: reached by keys, in both languages, on a desk and a telephone, and what axe finds."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from intake.review.serve import Web
from storage.records import Correction, LetterState, Purpose, SourceState
from storage.running import Process
from storage.site import SiteRole
from tests.review.browsing import DESK, PHONE, chromium, faults, page_of
from tests.review.complaints import complaint
from tests.review.conftest import NOW, Place, place_of
from tests.review.test_admin import IMAP, POLICY, made_of
from tests.storage.samples import letter

__all__ = ["chromium"]
ADMINISTRATOR = "administrator@example.com"
PAGES = {
    "overview": "/admin", "mailboxes": "/admin/mailboxes", "policy": "/admin/policy", "templates": "/admin/templates",
    "template": "/admin/templates/acknowledgement/en", "hostile": "/admin/templates/first_report/zh-CN?variety=hostile",
    "model": "/admin/model", "users": "/admin/users", "user": "/admin/users/1", "audit": "/admin/audit",
}  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A service with something of everything: parts that live and one that does not, a source that fails, deeds."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "policy.toml").write_text(POLICY, encoding="utf-8")
    first = place_of(folder, f"sqlite:///{folder / 'intake.db'}", listen="127.0.0.1:0")
    place = made_of(first, sources=[IMAP, {**IMAP, "name": "second"}], policy={"file": "policy.toml"})
    place.user(SiteRole.ADMINISTRATOR)
    place.user(SiteRole.ADMINISTRATOR, email="chinese@example.com", language="zh-CN", name="王敏")
    place.user(SiteRole.REVIEWER, disabled=True)
    number = complaint(place).number
    with place.storage.unit() as work:
        work.running.beat(Process("host-run-1", ("poll", "work", "send"), NOW, NOW))
        work.running.looked("complaints/INBOX", NOW)
        failing = SourceState("second/INBOX", 1, 9, NOW, NOW - timedelta(hours=1), "It fails. Mend it.")
        work.sources.put(failing)
        work.running.counted("complaints/INBOX", 9, 2, NOW)
        work.letters.add([letter(record=number, purpose=Purpose.PROGRESS, state=LetterState.REFUSED)])
        work.complaints.add_correction(Correction(number, 0, "model", "ZC-2O4", "ZC-204", "reviewer@example.com", NOW))
        work.audit.add("administrator@example.com", NOW, "user_changed", "reviewer@example.com", {"role": ["a", "b"]})
        work.commit()
    with Web(place.app, place.settings.review) as web:
        review = place.settings.review.model_copy(update={"listen": f"127.0.0.1:{web.port}"})
        place.settings = place.settings.model_copy(update={"review": review})
        yield place
    place.storage.close()


@pytest.mark.parametrize("email", ["administrator@example.com", "chinese@example.com"])
@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_every_page_fits_and_axe_finds_no_serious_fault(
    chromium: Browser, site: Place, email: str, phone: bool
) -> None:
    page = page_of(chromium, site, email, phone)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    found: list[str] = []
    for name, path in PAGES.items():
        page.goto(path)
        found += faults(page, name)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= (PHONE if phone else DESK)["width"], f"{name}: {width}"
    assert found == []
    assert refused == []
    page.context.close()


def test_keys_lead_there_and_the_overview_keeps_itself_fresh(chromium: Browser, site: Place) -> None:
    page = page_of(chromium, site, ADMINISTRATOR)
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/admin")
    expect(page.get_by_text("host-run-1").first).to_be_visible()
    with site.storage.unit() as work:
        work.running.beat(Process("other-watch-1", ("watch",), NOW, NOW))
        work.commit()
    page.evaluate("htmx.trigger('#health', 'refresh')")
    expect(page.get_by_text("other-watch-1")).to_be_visible()
    page.context.close()


def test_a_user_is_added_by_hand_and_the_password_leaves_with_the_page(chromium: Browser, site: Place) -> None:
    page = page_of(chromium, site, ADMINISTRATOR)
    page.goto("/admin/users")
    page.locator("summary", has_text="Add a user").click()
    page.fill("form.grid input[name=email]", "cheng@example.com")
    page.select_option("form.grid select[name=role]", "read_only")
    page.locator("form.grid button.main").click()
    password = page.locator(".password code").inner_text()
    assert len(password) == 17
    assert faults(page, "password") == []
    page.get_by_role("link", name="Handed over").click()
    expect(page.locator("h1")).to_contain_text("Cheng Weidong")
    assert password not in page.content()
    page.context.close()


def test_nothing_of_a_hostile_letter_is_active(chromium: Browser, site: Place, tmp_path: Path) -> None:
    page = page_of(chromium, site, ADMINISTRATOR)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(PAGES["hostile"])
    page.wait_for_load_state("networkidle")
    assert {url.split("/")[2] for url in asked} == {site.settings.review.url.split("/")[2]}
    frame = page.frame_locator("iframe.letter")
    assert frame.locator("[onclick], script").count() == 0
    page.context.close()
