"""A real Chromium for the tests of pages: a signed-in page on a desk or a telephone, and what axe finds on it."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.review.conftest import PASSWORD, Place

CHROMIUM = "/usr/bin/chromium"
DESK, PHONE = ViewportSize(width=1366, height=768), ViewportSize(width=390, height=844)
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def page_of(chromium: Browser, site: Place, email: str = "reviewer@example.com", phone: bool = False) -> Page:
    """The inbox of somebody who has signed in."""
    context = chromium.new_context(
        base_url=site.settings.review.url, viewport=PHONE if phone else DESK, locale="en-US", has_touch=phone
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto("/inbox")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/inbox")
    return page


def faults(page: Page, name: str) -> list[str]:
    """The serious faults that axe finds on a page, each with the name of the page and where."""
    found = Axe().run(page).response["violations"]
    return [f"{name}: {one['id']} {one['nodes'][0]['target']}" for one in found if one["impact"] in SERIOUS]
