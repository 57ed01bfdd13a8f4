"""The figures as workbooks: the rows of their tables; the registers; who may have them; what there is not."""

import hashlib
import io
from typing import Any

import pytest
from openpyxl import load_workbook
from selectolax.lexbor import LexborHTMLParser

from intake.exporting import EXPORTS
from intake.review.wording import WEB
from storage.records import CustomerOf
from storage.site import SiteRole
from tests.review.conftest import Place
from tests.review.counted import (
    EVERY,
    book,
    fill,
    table,
)
from tests.storage.samples import record


@pytest.mark.parametrize(("part", "figures"), EVERY, ids=[part for part, _ in EVERY])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_workbook_has_the_rows_of_its_table(lone: Place, part: str, figures: list[str], language: str) -> None:
    fill(lone)
    browser = lone.signed_in(language=language)
    page = "/figures" if part == "overview" else f"/figures/{part}"
    html = LexborHTMLParser(browser.get(page).text)
    assert [one.attributes["aria-labelledby"] for one in html.css("section.chart")] == figures
    for name in figures:
        [section] = html.css(f"section[aria-labelledby={name}]")
        [link] = [one.attributes["href"] or "" for one in section.css("a[download]")]
        heads, *rows = book(browser, link)
        assert [head.text() for head in section.css("thead th")] == heads
        read = [[said(value, heads[place]) for place, value in enumerate(row)] for row in rows]
        assert read == table(browser, page, name)
        assert not any("." in str(head) or "_" in str(head) for head in heads), "a word is missing"


def said(value: Any, head: str) -> str:
    """A cell of a workbook as the page writes it."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    shares = (
        "On-time rate",
        "Share",
        "Cumulative",
        "Read rightly",
        "Satisfied share",
        "按时率",
        "占比",
        "累计占比",
        "正确率",
        "满意率",
    )
    return f"{value * 100:.1f}%" if head in shares else f"{value:,.2f}".rstrip("0").rstrip(".")


def test_a_workbook_tells_the_company_the_span_and_keeps_shares_as_figures(lone: Place) -> None:
    fill(lone)
    answer = lone.signed_in(language="zh-CN").get("/figures/pareto/causes.xlsx?from=2026-11-01&to=2026-11-20&class=B")
    assert "attachment" in answer.headers["content-disposition"]
    page = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [page.cell(row, 1).value for row in (1, 2, 3)] == [
        "苏州示例精密有限公司",
        "原因类别",
        "2026-11-01 – 2026-11-20",
    ]
    assert (page.cell(5, 1).value, page.cell(5, 3).value, page.cell(5, 3).number_format) == ("制造", 1, "0.0%")
    assert page.cell(6, 1).value == "原因未明"


def test_what_a_customer_calls_himself_is_text_on_the_page_and_in_the_workbook(lone: Place) -> None:
    with lone.storage.unit() as work:
        work.complaints.add(record("1", customer=CustomerOf(company='=1+1<script>alert(1)</script>"')))
        work.commit()
    browser = lone.signed_in()
    assert "<script>alert" not in browser.get("/figures/pareto").text
    cell = load_workbook(io.BytesIO(browser.get("/figures/pareto/customers.xlsx").content)).worksheets[0].cell(5, 1)
    assert cell.data_type == "s" and cell.value.startswith("=1+1")


def test_who_may_not_read_by_person_gets_neither_page_nor_workbook_nor_register(lone: Place) -> None:
    fill(lone)
    department, reader = lone.signed_in(SiteRole.DEPARTMENT), lone.signed_in(SiteRole.READ_ONLY)
    for path in (
        "/figures/people",
        "/figures/people/by_person.xlsx",
        "/figures/registers",
        "/figures/register/on_time.xlsx",
    ):
        assert department.get(path).status_code == 403, path
        assert reader.get(path).status_code == 200, path
    assert "/figures/people" not in department.get("/figures").text
    assert department.get("/figures/promises/by_window.xlsx").status_code == 200
    assert department.get("/figures/promises/by_person.xlsx").status_code == 404, "a part has its own figures only"


@pytest.mark.parametrize(
    "path",
    ["/figures/pareto/x.xlsx", "/figures/x/defects.xlsx", "/figures/registers/x.xlsx", "/figures/register/x.xlsx"],
)
def test_a_file_that_there_is_not_is_missing(lone: Place, path: str) -> None:
    assert lone.signed_in().get(path).status_code == 404


def test_the_registers_are_those_of_the_export_in_the_companys_language(lone: Place) -> None:
    fill(lone)
    browser = lone.signed_in(language="en")
    page = LexborHTMLParser(browser.get("/figures/registers?from=2026-10-01&to=2026-11-30").text)
    links = [one.attributes["href"] or "" for one in page.css("a[download]")]
    assert len(links) == len(EXPORTS) == len({*links})
    for link in links:
        assert len(book(browser, link)) > 1, link
    assert [row[0] for row in book(browser, links[0])] == ["编号", "2", "1", "3", "4", "5", "6", "7"]


def test_a_register_of_too_many_records_is_left_to_the_command(lone: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(lone)
    monkeypatch.setattr("intake.review.figures.MOST_RECORDS", 6)
    browser = lone.signed_in()
    assert not LexborHTMLParser(browser.get("/figures/registers").text).css("a[download]")
    answer = browser.get("/figures/register/records.xlsx")
    assert answer.status_code == 303
    assert "intake export" in browser.get(answer.headers["location"]).text


def test_where_nothing_is_the_page_says_so(lone: Place) -> None:
    browser = lone.signed_in()
    for part, _ in EVERY:
        page = LexborHTMLParser(browser.get("/figures" if part == "overview" else f"/figures/{part}").text)
        assert page.css(".empty") and not page.css("table") and not page.css("a[download]"), part


def test_the_vendored_library_is_the_one_that_its_licence_note_names() -> None:
    static = WEB / "static"
    digest = hashlib.sha256((static / "echarts.common.min.js").read_bytes()).hexdigest()
    assert digest in (static / "LICENSES.md").read_text(encoding="utf-8")
