"""Entering by keys alone, a scan from its upload to its record by a real worker, master data; axe, and a telephone."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from queue import Queue

import pytest
from playwright.sync_api import Browser, Page, expect

from intake.review.serve import Web
from intake.wiring import Parts, Service
from storage.records import CustomerCard, ProductCard, Shipment, WindowName
from storage.site import SiteRole
from tests.documents.fax_machine import FINE, pdf, sent
from tests.documents.faxes import page as fax_page
from tests.review.browsing import PHONE, chromium, faults, page_of
from tests.review.complaints import complaint
from tests.review.conftest import Place, place_of

__all__ = ["chromium"]
HAICHUAN = CustomerCard(
    "宁波海川电器有限公司", ("海川",), ("haichuan.example",), "李工", "li@haichuan.example", "0574-8765 4321",
    "", "zh-CN", "浙江省", False, {"first_report": "12h"},
)  # fmt: skip
OPEN = "KS-202610-0007"
PATHS = (
    "/enter", "/enter/uploads", "/customers", "/customers/1", "/customers/new", "/customers/1/form", "/products",
    "/products/1", "/shipments", "/shipments/1", "/people", "/people/reviewer@example.com", "/people/new",
    "/import/customers",
)  # fmt: skip


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Place]:
    place = place_of(tmp_path, f"sqlite:///{tmp_path / 'intake.db'}", listen="127.0.0.1:0")
    place.user(SiteRole.REVIEWER)
    place.user(SiteRole.ADMINISTRATOR, language="zh-CN")
    with place.storage.unit() as work:
        work.master.put_customer(HAICHUAN)
        for number in range(60):
            work.master.put_customer(CustomerCard(f"Firm {number:03d}", email=f"a{number}@firm{number}.example"))
        work.master.put_product(ProductCard("轴承座", "ZC-204", "P1"))
        work.master.put_shipment(Shipment(HAICHUAN.name, "ZC-204", "B2611-03", 1200.0, date(2026, 11, 5), "PO-9"))
        work.commit()
    complaint(place, number=OPEN, customer_id=1)
    with Web(place.app, place.settings.review) as web:
        review = place.settings.review.model_copy(update={"listen": f"127.0.0.1:{web.port}"})
        place.settings = place.settings.model_copy(update={"review": review})
        yield place
    place.storage.close()


@contextmanager
def worker(site: Place) -> Iterator[None]:
    """The part of the service that reads, on the same database; in a thread, since the browser's driver has a loop in
    this one.
    """
    running: Queue[Service] = Queue()

    def work() -> None:
        with Service(site.settings, Parts(work=True), now=site.clock) as service:
            running.put(service)
            service.stay()

    working = threading.Thread(target=work)
    working.start()
    service = running.get(timeout=120)
    try:
        yield
    finally:
        service.stop()
        working.join(timeout=60)


def has_focus(page: Page, name: str) -> None:
    expect(page.locator(f"[name='{name}']")).to_be_focused()


def test_a_call_is_taken_down_with_keys_alone(chromium: Browser, site: Place) -> None:
    page = page_of(chromium, site)
    page.keyboard.press("g")
    page.keyboard.press("e")
    page.wait_for_url("**/enter")
    has_focus(page, "company")  # one begins to type at once
    page.keyboard.type("海川")
    expect(page.locator("#found-customer [role=option]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#card")).to_contain_text("12h")
    assert page.input_value("[name=company]") == HAICHUAN.name
    assert page.input_value("[name=phone]") == HAICHUAN.phone
    has_focus(page, "contact")
    expect(page.locator("#alike")).to_contain_text(OPEN)
    for _ in range(5):  # contact, telephone, address, fax, place
        page.keyboard.press("Enter")
    has_focus(page, "items.1.model")
    page.keyboard.press("Enter")
    page.keyboard.type("2611")
    expect(page.locator("#found-1-batch [role=option]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("[name='items.1.model']") == "ZC-204"
    assert page.input_value("[name='items.1.quantity_shipped']") == "1200"
    assert page.input_value("[name='items.1.ship_date']") == "2026-11-05"
    expect(page.locator("#alike .likely")).to_contain_text(OPEN)
    page.focus("[name='items.1.quantity_defective']")
    page.keyboard.type("many")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".check.stop")).to_contain_text("Write a number")
    has_focus(page, "items.1.quantity_defective")  # what is wrong has the focus
    page.keyboard.press("Control+A")
    page.keyboard.type("31")
    page.focus("[name='items.1.defect']")
    page.keyboard.type("内孔尺寸超差")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".flash")).to_contain_text("open already")
    page.focus("[name=despite]")
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/records/KS-202611-0001")
    with site.storage.reading() as work:
        record = work.complaints.get("KS-202611-0001")
        names = {window.name for window in work.complaints.windows("KS-202611-0001")}
    assert record is not None
    assert (record.items[0].batch, record.items[0].quantity_defective, record.customer_id) == (("B2611-03",), 31.0, 1)
    assert WindowName.WRITTEN_RECORD in names
    page.context.close()


def test_escape_closes_what_was_found_and_keeps_what_was_typed(chromium: Browser, site: Place) -> None:
    page = page_of(chromium, site)
    page.goto("/enter")
    page.keyboard.type("Firm")
    expect(page.locator("#found-customer [role=option]").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#found-customer")).to_be_empty()
    assert page.input_value("[name=company]") == "Firm"
    page.click("text=Add an item")
    has_focus(page, "items.2.model")
    assert page.input_value("[name=company]") == "Firm"
    page.context.close()


def test_a_scan_is_given_in_read_by_a_worker_and_leads_to_its_record(
    chromium: Browser, site: Place, tmp_path: Path
) -> None:
    paper, said = fax_page("form", "en", 3)
    scan = tmp_path / "scan 1.pdf"
    scan.write_bytes(pdf([sent(paper.image, said.header, FINE, "clean")], FINE))
    page = page_of(chromium, site)
    page.goto("/enter/uploads")
    page.set_input_files("input[type=file]", scan)
    page.click("button.main")
    expect(page.locator(".given")).to_contain_text("nobody reads")
    with worker(site):
        expect(page.locator(".given a.button")).to_be_visible(timeout=120_000)
    page.click(".given a.button")
    page.wait_for_url("**/records/KS-*")
    with site.storage.reading() as work:
        record = work.complaints.get(page.url.rsplit("/", 1)[-1])
        assert record is not None
        events = {event.what: event.who for event in work.complaints.events(record.number)}
    assert {item.model for item in record.items} == {item.model for item in said.items}
    assert events["uploaded"] == "reviewer@example.com"
    page.context.close()


def test_master_data_is_reached_searched_and_changed_by_keys(chromium: Browser, site: Place) -> None:
    page = page_of(chromium, site)
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/customers")
    page.keyboard.type("海川")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/customers/1")
    page.click("details.act summary")
    page.fill("[name='f:contact']", "王工")
    page.press("[name='f:contact']", "Enter")
    expect(page.locator(".flash.good")).to_be_visible()
    expect(page.locator(".events")).to_contain_text("王工")
    for keys, where in (("gp", "products"), ("gh", "shipments"), ("gu", "people")):
        page.locator("h1").click()
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_url(f"**/{where}")
        page.keyboard.press("Escape")
    page.context.close()


@pytest.mark.parametrize("email", ["reviewer@example.com", "administrator@example.com"])
def test_axe_finds_no_serious_fault_and_a_telephone_needs_no_scrolling_aside(
    chromium: Browser, site: Place, email: str
) -> None:
    page, phone = page_of(chromium, site, email), page_of(chromium, site, email, phone=True)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    troubles = []
    for path in PATHS:
        if path == "/people/new" and email.startswith("reviewer"):
            continue
        page.goto(path)
        page.evaluate("document.querySelectorAll('details.act').forEach((one) => { one.open = true; })")
        troubles += faults(page, path)
        phone.goto(path)
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
    page.goto("/enter")
    page.fill("[name=company]", "")
    page.locator("[name=company]").press_sequentially("海川")
    expect(page.locator("#found-customer [role=option]")).to_have_count(1)
    troubles += faults(page, "/enter, cards found")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".check.stop").first).to_be_visible()
    troubles += faults(page, "/enter, faults")
    assert troubles == []
    assert [one for one in said if "422" not in one] == []
    page.context.close()
    phone.context.close()


def test_a_large_import_shows_how_far_it_is_and_ends_by_itself(chromium: Browser, site: Place, tmp_path: Path) -> None:
    rows = 2_000
    file = tmp_path / "products.csv"
    file.write_text(
        "product,model\n" + "".join(f"轴承座,ZL-{n}\n" for n in range(rows)) + "轴承座,\n", encoding="utf-8"
    )
    page = page_of(chromium, site)
    page.goto("/import/products")
    page.set_input_files("input[type=file]", file)
    page.click("form.give button")
    confirm = page.locator("button[name=draft]")
    expect(confirm).to_be_visible(timeout=60_000)  # without loading the page again
    expect(confirm).to_contain_text("2,000")
    assert faults(page, "preview") == []
    confirm.click()
    expect(page.locator("#h-seen")).to_have_text("products.csv has been imported", timeout=120_000)
    expect(page.locator("#h-refused")).to_be_visible()
    assert page.locator("progress").count() == 0 and faults(page, "report") == []
    page.click("text=To the list")
    expect(page.locator("tr[data-row]").first).to_be_visible()
    page.context.close()
