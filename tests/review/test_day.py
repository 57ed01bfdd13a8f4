"""A reviewer's day: the service takes a fax in, people carry it to the first report in Chromium, the letter leaves.

Everything is real: the fax is recognised, the record is opened, Chromium shows it, the letters go to a Maildir.
"""

import email
import email.policy
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from intake.importing import import_file
from intake.review.app import app
from intake.review.serve import Web
from intake.settings import load
from intake.wiring import Service, office_of
from storage.records import Class, LetterState, Purpose, Record, RecordState, WindowName
from storage.site import SiteRole, User
from tests.documents.fax_machine import FINE, sent, tiff
from tests.documents.paper import Paper
from tests.review.browsing import DESK, PHONE, chromium
from tests.review.conftest import HASH, PASSWORD
from tests.servers.site import PEOPLE

__all__ = ["chromium"]

START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # a Friday, 10:00 in the company's zone
GOOD, BAD = "B2610-11", "B2611-03"  # the batch that the machine takes first, and the one that is complained of
LINES = (
    "宁波海川电器有限公司", "致：苏州示例精密有限公司", "产品名称：轴承座", "型号：ZC-204", f"批号：{GOOD}（库存，正常）",
    f"不良批：{BAD}", "发货数量：1200 只", "不良数量：31 只", "内孔尺寸超差，无法装配", "请尽快换货",
    "邮箱：li@haichuan.example",
)  # fmt: skip
LOADING = 30_000  # ms; the recogniser's models are loaded for the first box
TOP, STEP = 95, 30  # points, of the lines
SETTINGS = """\
[company]
name = "苏州示例精密有限公司"
address = "complaints@example.com"
addresses = ["quality@example.com"]
province = "江苏省"

[[sources]]
name = "fax"
kind = "folder"
path = "faxes"
rest_seconds = 0

[sender]
kind = "maildir"
path = "sent"

[review]
listen = "127.0.0.1:0"
"""
USERS = (
    ("hejun@example.com", "何军", "zh-CN", SiteRole.REVIEWER),
    ("second@example.com", "Second Reviewer", "en", SiteRole.REVIEWER),
    ("yan@example.com", "严国强", "zh-CN", SiteRole.APPROVER),
    ("gm@example.com", "方振华", "zh-CN", SiteRole.APPROVER),
)


def fax() -> bytes:
    paper = Paper("noto-sans", 12)
    paper.write(60, 55, "质量问题反馈单", 14)
    for row, text in enumerate(LINES):
        paper.write(60, TOP + STEP * row, text)
    return tiff([sent(paper.image, "2026-11-20 09:58   FROM: 0574-87651234   P.01/01", FINE, "light", 3)], FINE)


@dataclass
class Day:
    """The running service and its site, on a clock of the test's. The service has a thread of its own: Playwright's
    loop runs in this one.
    """

    service: Service
    folder: Path
    thread: ThreadPoolExecutor
    url: str = ""
    at: datetime = START

    def record(self) -> Record:
        with self.service.storage.reading() as work:
            (found,) = work.complaints.everything()
        return found

    def due(self, name: WindowName) -> datetime:
        with self.service.storage.reading() as work:
            windows = work.complaints.windows(self.record().number)
        return next(one.due_at for one in windows if one.name is name)

    def sends(self) -> list[str]:
        """Five minutes later the service does what is due; its troubles."""
        self.at += timedelta(minutes=5)
        self.thread.submit(self.service.once).result()
        return self.service.troubles

    def mails(self) -> list[EmailMessage]:
        found = sorted((self.folder / "sent" / "new").iterdir())
        return [email.message_from_bytes(one.read_bytes(), policy=email.policy.default) for one in found]  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    folder = tmp_path_factory.mktemp("day")
    (folder / "faxes").mkdir()
    (folder / "faxes" / "fax.tif").write_bytes(fax())
    (folder / "intake.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "people.csv").write_text(f"{PEOPLE}Second Reviewer,second@example.com,质量部,quality\n", encoding="utf-8")
    made: list[Day] = []
    service = Service(load(folder / "intake.toml"), now=lambda: made[0].at if made else START)
    with ThreadPoolExecutor(1) as thread:
        thread.submit(service.__enter__).result()
        made.append(Day(service, folder, thread))
        import_file("people", folder / "people.csv", service.storage)
        with service.storage.unit() as work:
            for address, name, language, role in USERS:
                work.users.add(
                    User(email=address, name=name, language=language, role=role, hash=HASH, created_at=START)
                )
            work.commit()
        thread.submit(service.once).result()
        site = app(service.settings, service.storage, service.blobs, office_of(service.settings), lambda: made[0].at)
        with Web(site, service.settings.review) as web:
            made[0].url = f"http://127.0.0.1:{web.port}"
            yield made[0]
        thread.submit(service.__exit__, None, None, None).result()


def signed_in(chromium: Browser, day: Day, address: str, phone: bool = False) -> Page:
    context = chromium.new_context(base_url=day.url, viewport=PHONE if phone else DESK, has_touch=phone)
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto("/inbox")
    page.fill("input[name=email]", address)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/inbox")
    return page


def on_screen(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a point of the fax's page is in the window."""
    found: Any = page.evaluate(
        "([x, y]) => { const at = new DOMPoint(x, y).matrixTransform("
        "document.querySelector('figure.sheet g.page').getScreenCTM()); return [at.x, at.y]; }",
        [x, y],
    )
    return float(found[0]), float(found[1])


def bad_batch() -> tuple[float, float, float, float]:
    """The box about the complained batch on the page, in points."""
    top = TOP + STEP * LINES.index(f"不良批：{BAD}")
    return 106.0, top + 4, 170.0, top + 28


def test_a_fax_is_put_right_by_drawing_and_carried_to_the_first_report(chromium: Browser, day: Day) -> None:
    number, opened = day.record().number, day.record()
    assert GOOD in opened.items[0].batch, "the machine takes the batch that stands first"
    assert opened.letter is not Class.A
    full_before = day.due(WindowName.FULL_REPORT)

    # ---- the most urgent one, by keys
    page = signed_in(chromium, day, "hejun@example.com")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/records/{number}")
    expect(page.locator("figure.sheet rect.box").first).to_be_visible()
    expect(page.locator(".next")).to_contain_text("下一步")

    # ---- the wrong batch is boxed, and lights up with its field; drawn anew by mouse on the page made larger
    row = page.locator(".value[data-name=batch]")
    row.hover()
    lit = page.locator("rect.box.lit[data-marks=items-1-batch]")
    expect(lit).to_have_count(1)
    assert float(lit.get_attribute("y") or 0) < bad_batch()[1] - 10, "it is the line above"
    page.locator("h1").click()
    page.keyboard.press("+")
    row.locator(".aim").click()
    expect(page.locator("[data-draw-says]")).to_contain_text("批号")
    x0, top, x1, bottom = bad_batch()
    page.mouse.move(*on_screen(page, x0, top))
    page.mouse.down()
    page.mouse.move(*on_screen(page, (x0 + x1) / 2, bottom))
    page.mouse.move(*on_screen(page, x1, bottom))
    page.mouse.up()
    expect(page.locator("#drawn q")).to_have_text(BAD, timeout=LOADING)
    expect(page.locator("#f-items-1-batch")).to_have_value(BAD)
    expect(page.locator("#drawn")).to_be_visible()
    page.check("input[name='f:signals'][value=line_stop]")  # as they said on the telephone
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("c")
    expect(page.locator(".flash.good")).to_contain_text("已确认")

    # ---- the class has changed, the windows follow, the place is kept
    expect(page.locator("h1 .class")).to_have_text("A")
    assert day.due(WindowName.FULL_REPORT) <= full_before
    confirmed = day.record()
    assert (confirmed.items[0].batch, confirmed.letter, confirmed.state) == ((BAD,), Class.A, RecordState.IN_PROGRESS)
    taken = page.locator("rect.box.taken[data-marks=items-1-batch]")
    expect(taken).to_have_count(1)
    assert abs(float(taken.get_attribute("y") or 0) - top) < 8

    # ---- the 8D: a check fails, is mended; another person approves; the report goes
    page.locator("h1").click()
    page.keyboard.press("d")
    page.wait_for_url("**/8d")
    page.fill("input[name='f:d1.leader.name']", "何军")
    page.fill("textarea[name='f:d2.our_text']", "内孔超差 0.05 mm，装配时发现")
    page.fill("textarea[name='f:d3.rows.customer.action']", "请客户隔离")
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    expect(page.locator("#d3 .check.stop").first).to_be_visible()
    for place in ("in_transit", "sales_point", "finished_stock", "wip", "supplier"):
        page.fill(f"textarea[name='f:d3.rows.{place}.action']", "无")
    for name, figure in (("suspect", "1200"), ("checked", "260"), ("found", "31")):
        page.fill(f"input[name='f:d3.rows.customer.quantity_{name}']", figure)
    page.fill("input[name='f:d3.clean_batch']", "B2611-07")
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    expect(page.locator("#d3 .check.stop")).to_have_count(0)
    expect(page.locator("#verdict.bad")).to_have_count(0)

    for address, said in (("yan@example.com", "无权批准A类投诉的报告"), ("gm@example.com", "已完成：批准")):
        manager = signed_in(chromium, day, address)
        manager.goto(f"/records/{number}/8d")
        manager.click("text=批准此版本")
        expect(manager.locator(".flash").first).to_contain_text(said)
        manager.context.close()

    page.goto(f"/records/{number}/8d")
    page.click("text=发送初步报告")
    expect(page.locator(".flash.good")).to_be_visible()
    page.context.close()

    # ---- the letter leaves
    assert day.sends() == []
    with day.service.storage.reading() as work:
        letters = [one for one in work.letters.of_record(number) if one.purpose is Purpose.FIRST_REPORT]
    assert [one.state for one in letters] == [LetterState.SENT]
    (report,) = [one for one in day.mails() if one["Message-ID"] == letters[0].message_id]
    assert report["To"] == "li@haichuan.example"
    assert any((part.get_filename() or "").endswith(".docx") for part in report.iter_attachments())


def test_two_people_at_once_see_each_other_and_lose_nothing(chromium: Browser, day: Day) -> None:
    """Keys alone, in English, at the same record."""
    number = day.record().number
    first, second = signed_in(chromium, day, "hejun@example.com"), signed_in(chromium, day, "second@example.com")
    first.goto(f"/records/{number}")
    second.goto(f"/records/{number}")
    expect(second.locator(".here")).to_contain_text("He Jun is looking")
    first.fill("#f-items-1-order_no", "PO-1")
    second.fill("#f-items-1-order_no", "PO-2")
    second.fill("#f-customer-phone", "0574-87651234")
    first.locator("button[value=save]").click()
    expect(first.locator(".flash.good")).to_be_visible()
    second.keyboard.press("Escape")
    second.focus("button[value=save]")
    second.keyboard.press("Enter")
    expect(second.locator("table.merge")).to_contain_text("PO-1")
    expect(second.locator("table.merge")).to_contain_text("PO-2")
    second.keyboard.press("ArrowRight")  # from mine to theirs
    second.focus("form.card button.main")
    second.keyboard.press("Enter")
    expect(second.locator(".flash.good")).to_be_visible()
    made = day.record()
    assert (made.items[0].order_no, made.customer.phone) == ("PO-1", "0574-87651234")
    for page in (first, second):
        page.context.close()


def test_with_keys_alone_a_box_is_placed_sized_and_read(chromium: Browser, day: Day) -> None:
    page = signed_in(chromium, day, "second@example.com")
    page.goto(f"/records/{day.record().number}")
    expect(page.locator("figure.sheet rect.box").first).to_be_visible()
    page.focus("#f-items-1-quantity_defective")
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    box = page.locator("rect.box.drawn")
    expect(box).to_have_count(1)
    at = float(box.get_attribute("y") or 0)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    assert float(box.get_attribute("y") or 0) == at
    page.keyboard.press("Enter")
    expect(page.locator("#drawn q")).to_contain_text("31", timeout=LOADING)
    expect(page.locator("#f-items-1-quantity_defective")).to_have_value("31")
    page.click("[data-drawn=undo]")
    expect(page.locator(".value.taken")).to_have_count(0)
    page.context.close()


def test_on_a_telephone_a_finger_draws_on_a_turned_page_and_the_field_is_chosen_after(
    chromium: Browser, day: Day
) -> None:
    page = signed_in(chromium, day, "hejun@example.com", phone=True)
    page.goto(f"/records/{day.record().number}")
    sheet = page.locator("figure.sheet svg")
    expect(sheet.locator("rect.box").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.click("[data-sheet=right]")
    page.click("[data-draw-into='']")
    x0, top, x1, bottom = bad_batch()
    page.locator("figure.sheet rect.taken").first.scroll_into_view_if_needed()
    page.mouse.move(*on_screen(page, x0, bottom))
    page.mouse.down()
    page.mouse.move(*on_screen(page, x1, top))
    page.mouse.up()
    expect(page.locator("#drawn q")).to_have_text(BAD, timeout=LOADING)
    page.select_option("#drawn select", "items-1-order_no")
    expect(page.locator("#f-items-1-order_no")).to_have_value(BAD)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.context.close()
