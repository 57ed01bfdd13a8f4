"""Our English lines as a page says them: every refusal of the acts is there in Chinese, places are named, none is lost."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import intake
from intake.errors import RecordError
from intake.replies.answers import REMEDIES
from intake.review.sentences import _catalogue, has
from intake.review.wording import Wording
from storage.site import SiteRole
from tests.review.complaints import NUMBER, complaint
from tests.review.conftest import Place

FOLDER = Path(intake.__file__).parent
FILES = [*sorted((FOLDER / "acts").glob("*.py")), FOLDER / "runners" / "acts.py", FOLDER / "retry.py"]
RAISED = {"RecordError", "UsageError", "NotAllowed"}
SOMETHING = "7"


def wording(language: str) -> Wording:
    return Wording(language, ZoneInfo("Asia/Shanghai"), datetime(2026, 11, 20, tzinfo=UTC))


def refusals() -> Iterator[tuple[str, str]]:
    """(file and line, a line as it may be) of each refusal that is written in the acts."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED:
                for part in node.args[:2]:
                    text = _text(part)
                    if text:
                        yield f"{path.name}:{part.lineno}", text


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        parts = node.values
        return "".join(str(one.value) if isinstance(one, ast.Constant) else SOMETHING for one in parts)
    return ""


def test_there_are_refusals_to_ask_for() -> None:
    assert len(list(refusals())) > 80


@pytest.mark.parametrize(("place", "line"), list(refusals()), ids=lambda one: one if ".py:" in one else "")
def test_every_refusal_of_an_act_is_there_in_chinese(place: str, line: str) -> None:
    assert has(line, "zh-CN"), f"{place}: {line!r} is not in templates/web/words/sentences.toml"


def test_what_to_do_about_a_refused_letter_is_there_in_chinese() -> None:
    assert [remedy for _, remedy in REMEDIES if not has(remedy, "zh-CN")] == []


def test_each_line_stands_once_and_no_language_has_a_place_that_the_line_lacks() -> None:
    place = re.compile(r"\{(\w+)\}")
    entries = _catalogue()
    patterns = [entry.english.pattern for entry in entries]
    assert sorted(set(patterns)) == sorted(patterns)
    for entry in entries:
        for line in entry.said.values():
            assert set(place.findall(line)) <= set(entry.english.groupindex), line


@pytest.mark.parametrize(
    ("line", "chinese", "english"),
    [
        ("KS-1 has no window full_report.", "KS-1 没有“完整8D报告”时限。", "KS-1 has no window “Full 8D report”."),
        ("Missing: batch, ship_date.", "缺少：批号、发货日期。", "Missing: Batch no., Ship date."),
        ("a@b.example may not close.", "a@b.example 无权执行“结案”。", "a@b.example may not do this: Close."),
        (
            "unread: a.pdf: The file is empty. Ask the customer to send it again.",
            "未能读取 a.pdf：文件是空的。请客户重新发送。",
            "unread: a.pdf: The file is empty. Ask the customer to send it again.",
        ),
        ("What nobody has a word for.", "What nobody has a word for.", "What nobody has a word for."),
        ("", "", ""),
    ],
)
def test_a_line_is_said_with_its_places_named(line: str, chinese: str, english: str) -> None:
    assert wording("zh-CN").said(line) == chinese
    assert wording("en").said(line) == english


def test_an_error_is_its_cause_and_its_remedy_and_the_terminals_words_stay_there() -> None:
    error = RecordError("There is no record KS-9.", "`intake records` lists them.")
    assert wording("zh-CN").sentence(error) == "没有编号为 KS-9 的记录。请在待办或搜索中查找。"
    assert wording("en").sentence(error) == "There is no record KS-9. Look for it in the inbox or by the search."
    assert str(error) == "There is no record KS-9. `intake records` lists them."


def test_a_refused_act_is_told_in_the_users_language(lone: Place) -> None:
    complaint(lone)
    browser = lone.signed_in(SiteRole.DEPARTMENT, language="zh-CN")
    path = f"/records/{NUMBER}"
    page = browser.submit(path, f"{path}/act", {"act": "close"}).text
    assert "department@example.com 无权执行“结案”" in page
    assert "may not" not in page
