"""The charts in a real Chromium: drawn from their tables, under the strict policy, in both schemes, on paper and without script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from intake.review.figures import PARTS
from intake.review.serve import Web
from storage.site import SiteRole
from tests.review.browsing import PHONE, chromium, faults, page_of
from tests.review.conftest import PASSWORD, Place, place_of
from tests.review.counted import EVERY, HAICHUAN, fill

__all__ = ["chromium"]
PATHS = [part.path for part in PARTS.values()]
WATCH = "document.addEventListener('securitypolicyviolation', (event) => console.error('policy: ' + event.violatedDirective));"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("figures")
    place = place_of(folder, f"sqlite:///{folder / 'intake.db'}", listen="127.0.0.1:0")
    place.user(SiteRole.REVIEWER)
    fill(place)
    with Web(place.app, place.settings.review) as web:
        review = place.settings.review.model_copy(update={"listen": f"127.0.0.1:{web.port}"})
        place.settings = place.settings.model_copy(update={"review": review})
        yield place
    place.storage.close()


def written(page: Page, figure: str) -> list[str]:
    return [text for text in page.locator(f"section[aria-labelledby={figure}] svg text").all_text_contents() if text]


def test_every_figure_is_drawn_and_nothing_offends_the_policy_or_leaves_the_site(
    chromium: Browser, site: Place
) -> None:
    page = page_of(chromium, site)
    said: list[str] = []
    asked: set[str] = set()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.add("/".join(request.url.split("/")[:3])))
    page.add_init_script(WATCH)
    for part, figures in EVERY:
        page.goto(PARTS[part].path)
        expect(page.locator(".plot svg")).to_have_count(len(figures))
    page.hover("section[aria-labelledby=grades] .plot")
    page.context.close()
    assert said == []
    assert asked == {site.settings.review.url}


def test_a_policy_that_is_offended_would_be_heard(chromium: Browser, site: Place) -> None:
    page = page_of(chromium, site)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.add_init_script(WATCH)
    page.goto("/figures")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')")
    expect(page.locator("p", has_text="x").last).to_be_visible()
    page.context.close()
    assert any(text.startswith("policy: style-src") for text in said)


def test_a_chart_shows_what_its_table_says(chromium: Browser, site: Place) -> None:
    page = page_of(chromium, site)
    page.goto("/figures/pareto")
    assert {HAICHUAN, "Northgate Ltd.", "a@b.example", "Complaints", "Cumulative", "100%"} <= set(
        written(page, "customers")
    )
    drawn = page.locator("section[aria-labelledby=customers] svg path[fill='#1f5f8b']")
    heights = sorted(box["height"] for one in drawn.all() if (box := one.bounding_box()) and box["width"] > 15)
    assert len(heights) == 3
    assert heights[2] == pytest.approx(2 * heights[0], rel=0.05), "two complaints against one"
    page.goto("/figures/promises")
    assert {"66.7%", "0.0%", "Tasks"} <= set(written(page, "by_window"))
    box = page.locator("section[aria-labelledby=by_window] .plot").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 30)
    expect(page.locator("section[aria-labelledby=by_window] svg text", has_text="Acknowledgement")).to_have_count(2)
    page.context.close()


def test_a_chart_changes_its_colours_with_the_scheme_and_is_drawn_anew_for_paper(
    chromium: Browser, site: Place
) -> None:
    page = page_of(chromium, site)
    page.emulate_media(color_scheme="light")
    page.goto("/figures")
    text = page.locator("section[aria-labelledby=trend] svg text", has_text="Class A")
    expect(text).to_have_attribute("fill", "#1b2430")
    page.emulate_media(color_scheme="dark")
    expect(text).to_have_attribute("fill", "#e4e9ef")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(text).to_have_attribute("fill", "#1b2430")
    expect(page.locator("section[aria-labelledby=trend] svg")).to_have_attribute("width", "660")
    expect(page.locator(".parts")).to_be_hidden()
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(text).to_have_attribute("fill", "#e4e9ef")
    page.context.close()


def test_without_script_the_tables_tell_all(chromium: Browser, site: Place) -> None:
    context = chromium.new_context(base_url=site.settings.review.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/sign-in?next=/figures/pareto")
    page.fill("input[name=email]", "reviewer@example.com")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.goto("/figures/pareto")
    expect(page.locator("table.counted")).to_have_count(4)
    expect(page.locator(".plot").first).to_be_hidden()
    context.close()


def test_it_is_reached_and_narrowed_with_keys_and_links(chromium: Browser, site: Place) -> None:
    page = page_of(chromium, site)
    page.keyboard.press("g")
    page.keyboard.press("f")
    page.wait_for_url("**/figures")
    page.click("text=Own days, filter")
    page.fill("input[name=customer]", "海川")
    page.check("input[name=class][value=A]")
    page.click("button.main")
    expect(page.locator(".days")).to_contain_text("Customer: 海川")
    page.click("nav.parts >> text=Pareto")
    expect(page.locator(".numbers dd")).to_have_text("1")
    page.click("text=Last month")
    expect(page.locator("time").first).to_have_text("2026-10-01")
    with page.expect_download() as kept:
        page.click("section[aria-labelledby=defects] a[download]")
    assert kept.value.suggested_filename == "Defects 2026-10-01 2026-10-31.xlsx"
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault_among_the_figures(chromium: Browser, site: Place, scheme: str) -> None:
    page = page_of(chromium, site)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    troubles = []
    for path in (*PATHS, "/figures?span=last_year", "/figures/pareto?customer=海川&class=A"):
        page.goto(path)
        troubles += faults(page, path)
    page.context.close()
    assert troubles == []


def test_a_telephone_shows_the_figures_without_scrolling_aside(chromium: Browser, site: Place) -> None:
    page = page_of(chromium, site, phone=True)
    for path in PATHS:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
    page.context.close()
