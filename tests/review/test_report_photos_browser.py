"""The photos of an 8D in a real Chromium: one that a colleague sent is taken, moved and dropped beside what is typed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from intake.review.serve import Web
from storage.life import Evidence, EvidenceKind, Proposal
from storage.site import SiteRole
from tests.documents.photographs import photograph
from tests.review.browsing import PHONE, chromium, faults, page_of
from tests.review.complaints import NUMBER, complaint
from tests.review.conftest import NOW, Place, place_of

__all__ = ["chromium"]
NAMES = ("导轨磨损.jpg", "切屑.jpg", "新导轨.jpg")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Place]:
    place = place_of(tmp_path, f"sqlite:///{tmp_path / 'intake.db'}", listen="127.0.0.1:0")
    place.user(SiteRole.REVIEWER)
    complaint(place)
    with place.storage.unit() as work:
        for seed, name in enumerate(NAMES, 1):
            kept = place.blobs.put(photograph(seed))
            one = Evidence(f"e{seed}", NUMBER, EvidenceKind.PHOTO, name, "image/jpeg", kept, "lilei@example.com", NOW)
            came = {"arrival": f"a-{NUMBER}", "part": name, "origin": f"{seed:064}"}
            work.lives.add(
                [Evidence(*(getattr(one, each) for each in list(Evidence.__dataclass_fields__)[:8]), **came)]
            )
        work.lives.add(
            [
                Proposal(f"p{step}", NUMBER, None, "photo", step, name, 1.0, f"a-{NUMBER}", NOW)
                for step, name in (("d4", NAMES[0]), ("d5", NAMES[2]))
            ]
        )
        work.commit()
    with Web(place.app, place.settings.review) as web:
        review = place.settings.review.model_copy(update={"listen": f"127.0.0.1:{web.port}"})
        place.settings = place.settings.model_copy(update={"review": review})
        yield place
    place.storage.close()


def test_a_colleagues_photo_is_taken_moved_and_dropped_and_what_is_typed_stays(chromium: Browser, site: Place) -> None:
    page, phone = page_of(chromium, site), page_of(chromium, site, phone=True)
    page.goto(f"/records/{NUMBER}/8d?kind=full")
    typed = page.locator("[name='f:d2.our_text']")
    typed.fill("not saved yet")
    first = page.locator("figure.proposed").filter(has_text=NAMES[0])
    expect(first.locator("select")).to_have_value("d4")
    first.get_by_role("button", name="take").click()
    inside = page.locator("#photos > figure:not(.proposed)")
    expect(inside.locator("strong")).to_have_text(["D4"])
    inside.first.locator("select").select_option("d3")
    inside.first.get_by_role("button", name="move").click()
    expect(inside.locator("strong")).to_have_text(["D3"])
    page.locator("figure.proposed").get_by_role("button", name="drop").click()
    expect(page.locator("figure.proposed")).to_have_count(0)
    if not page.locator("#photos details").evaluate("one => one.open"):
        page.locator("#photos summary").click()
    offered = page.locator("#photos details figure")
    expect(offered).to_have_count(2)
    expect(typed).to_have_value("not saved yet")
    assert faults(page, "8d with photos") == []
    phone.goto(f"/records/{NUMBER}/8d")
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    with site.storage.reading() as work:
        assert work.lives.proposals(NUMBER) == []
        assert [(one.name, one.step) for one in work.lives.evidence(NUMBER) if one.step] == [(NAMES[0], "d3")]
    page.context.close()
    phone.context.close()
