"""The pictures of the review site that stand in README and docs: `make pictures`, or `python -m tests.review.pictures`.

The demo's mails are taken in and its complaint is carried to the first report; then a real Chromium photographs each
page of `SHOTS` in both languages. A folder may be named; the default is docs/pictures.
"""

import io
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from intake.clock import now
from intake.demo import REVIEWER, prepare, take_in
from intake.demo.life import MANAGER, carry
from intake.log import configure
from intake.review.app import app
from intake.review.serve import Web
from intake.review.users import add_user
from intake.wiring import Service, actions_of, office_of
from storage import Storage
from storage.records import RecordState
from tests.review.browsing import CHROMIUM, DESK, PHONE

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
READERS = {"zh-CN": REVIEWER, "en": MANAGER}  # who looks in which language
QUALITY = 80  # of the WebP files: letters stay sharp, a page is some 60 kB


@dataclass(frozen=True, slots=True)
class Shot:
    """A page as it is looked at: `path` may hold {fax} and {reported}, the numbers of two records; `wait` is something
    that is seen when the page is whole; `at` what is scrolled to; `press` what is pressed there.
    """

    name: str
    path: str
    wait: str = "main"
    at: str = ""
    press: Sequence[str] = ()
    phone: bool = False


SHOTS = (
    Shot("inbox", "/inbox", "tr[data-row]"),
    Shot("record", "/records/{fax}", "#original figure, #original mark"),
    Shot("record-box", "/records/{fax}", "#original figure, #original mark", at="figure[data-page='2']"),
    Shot("record-windows", "/records/{reported}", "ol.windows", at="ol.windows"),
    Shot("report", "/records/{reported}/8d", "#d3", at="#d3"),
    Shot("figures", "/figures", "svg"),
    Shot("enter", "/enter", "form"),
    Shot("admin", "/admin"),
    Shot("phone-inbox", "/inbox", "tr[data-row]", phone=True),
    Shot("phone-record", "/records/{fax}", "#original figure, #original mark", phone=True),
)


def take(folder: Path = FOLDER, names: Sequence[str] = ()) -> None:
    """Makes the pictures with these names, or all."""
    configure("ERROR")
    with tempfile.TemporaryDirectory() as place, Service(prepare(Path(place) / "demo")) as service:
        take_in(service)
        storage, actions = actions_of(service.settings)
        for _ in carry(service, actions, service.settings.path("inbox")):
            pass
        storage.close()
        with serving(service) as url, sync_playwright() as play:
            browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            records = numbers(service.storage)
            for language, email in READERS.items():
                _, password = add_user(
                    service.storage, service.settings, email, "", "administrator", language, now(), must_change=False
                )
                for phone in (False, True):
                    page = open_page(browser, url, email, password, phone, language)
                    for shot in SHOTS:
                        if shot.phone is phone and (not names or shot.name in names):
                            photograph(page, shot, records, folder / f"{shot.name}-{language}.webp")
                    page.context.close()
            browser.close()


@contextmanager
def serving(service: Service) -> Iterator[str]:
    """The site of this service on a free port; its address."""
    review = service.settings.review.model_copy(update={"listen": "127.0.0.1:0"})
    made = app(service.settings, service.storage, service.blobs, office_of(service.settings), now)
    with Web(made, review) as web:
        yield f"http://127.0.0.1:{web.port}"


def numbers(storage: Storage) -> dict[str, str]:
    """The record of a fax that waits for a reviewer, and the one whose first report has left."""
    with storage.reading() as work:
        records = work.complaints.everything()
        faxed = [one for one in records if one.state is RecordState.TO_REVIEW and one.channel == "fax"]
        reported = [one for one in records if work.lives.report(one.number) is not None]
    return {"fax": min(faxed, key=lambda one: one.letter).number, "reported": reported[0].number}


def open_page(browser: Browser, url: str, email: str, password: str, phone: bool, language: str) -> Page:
    """A signed-in page, in a browser of that language."""
    context = browser.new_context(
        base_url=url, viewport=PHONE if phone else DESK, has_touch=phone, locale=language, timezone_id="Asia/Shanghai"
    )
    page = context.new_page()
    page.goto("/inbox")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/inbox")
    return page


def photograph(page: Page, shot: Shot, records: Mapping[str, str], to: Path) -> None:
    """One picture, as WebP."""
    page.goto(shot.path.format_map(records))
    expect(page.locator(shot.wait).first).to_be_visible(timeout=30_000)
    page.wait_for_load_state("networkidle") if "[data-live]" not in page.content() else page.wait_for_timeout(500)
    if shot.at:
        page.locator(shot.at).first.scroll_into_view_if_needed()
    for key in shot.press:
        page.keyboard.press(key)
    to.parent.mkdir(parents=True, exist_ok=True)
    Image.open(io.BytesIO(page.screenshot())).convert("RGB").save(to, quality=QUALITY, method=6)


if __name__ == "__main__":
    take(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER, sys.argv[2:])
