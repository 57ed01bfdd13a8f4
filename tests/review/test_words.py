"""The site's words: the same keys in both languages, none missing, none idle; moments and spans as people write them."""

import re
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import intake.review
from intake.review.refusals import Refusal
from intake.review.wording import LANGUAGES, WEB, Wording, table
from storage.records import RecordState, Role
from storage.site import SiteRole
from tests.review.conftest import NOW

PAGES = sorted(WEB.rglob("*.html"))
CODE = sorted(Path(intake.review.__file__).parent.rglob("*.py"))
SHANGHAI = ZoneInfo("Asia/Shanghai")
USED = re.compile(r"""["']([a-z_]+(?:\.[a-z_]+)+)["']""")


def wording(language: str) -> Wording:
    return Wording(language, SHANGHAI, NOW)


def test_both_languages_have_the_same_keys_and_the_same_places() -> None:
    chinese, english = (table(language) for language in LANGUAGES)
    assert list(chinese) == list(english)
    place = re.compile(r"\{\w+\}")
    for key, word in chinese.items():
        assert word.strip() or key == "span.between"
        assert sorted(place.findall(word)) == sorted(place.findall(english[key])), key


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_word_that_a_page_asks_for_is_there(page: Path) -> None:
    asked = re.findall(r"""\bt\('([\w.]+)'(?!\s*~)""", page.read_text(encoding="utf-8"))
    assert [key for key in asked if key not in table("en")] == []


def test_words_with_a_changing_end_have_one_for_each_value() -> None:
    for prefix, values in (("states", RecordState), ("site_roles", SiteRole), ("roles", Role)):
        assert [value for value in values if f"{prefix}.{value}" not in table("en")] == []
    refusals = [Refusal, *Refusal.__subclasses__()]
    assert [
        kind for kind in refusals if f"{kind.key}.title" not in table("en") or f"{kind.key}.text" not in table("en")
    ] == []


@pytest.mark.parametrize(
    ("minutes", "chinese", "english"),
    [
        (0, "0分", "0 min"), (5, "5分", "5 min"), (60, "1小时", "1 h"), (200, "3小时20分", "3 h 20 min"),
        (1440, "1天", "1 d"), (3125, "2天4小时", "2 d 4 h"), (1445, "1天", "1 d"),
    ],
)  # fmt: skip
def test_a_span_is_told_by_its_two_largest_parts(minutes: int, chinese: str, english: str) -> None:
    assert wording("zh-CN").span(timedelta(minutes=minutes)) == chinese
    assert wording("en").span(timedelta(minutes=minutes)) == english


@pytest.mark.parametrize(
    ("hours", "kind", "english"),
    [(-3, "late", "3 h over"), (1, "soon", "1 h left"), (4, "fine", "4 h left"), (72, "fine", "3 d left")],
)
def test_what_is_left_is_late_soon_or_fine(hours: int, kind: str, english: str) -> None:
    left = wording("en").left(NOW + timedelta(hours=hours))
    assert (left.kind, left.text) == (kind, english)


def test_moments_are_of_the_companys_zone_and_have_the_year_only_where_it_is_another() -> None:
    assert wording("zh-CN").when(NOW) == "11月20日 20:00"
    assert wording("en").when(NOW) == "20 Nov, 20:00"
    assert wording("en").when(NOW - timedelta(days=400)) == "16 Oct 2025, 20:00"
    assert wording("zh-CN").when(NOW - timedelta(days=400)) == "2025年10月16日 20:00"
    assert wording("en").when(None) == ""


def test_figures_have_no_idle_noughts() -> None:
    assert [wording("en").number(value) for value in (None, 3.0, 12345.0, 2.5)] == ["", "3", "12,345", "2.5"]
