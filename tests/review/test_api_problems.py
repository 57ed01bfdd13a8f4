"""What goes wrong, told to programs in the caller's language with a code that is the same in each."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from intake.review import api
from intake.review.api.problems import KINDS, language_asked
from intake.review.sentences import has
from storage.inbox import Inbox
from tests.review.complaints import NUMBER
from tests.review.conftest import Place
from tests.review.programs import Program, alone, program, told

__all__ = ["alone", "told"]

FOLDER = Path(api.__file__).parent
RAISED = {"Invalid", "RecordError", "UsageError", "TooLong", "OpenWork"}
NOT_SAID = {"tokens.py"}  # asked for by the command and the account page alone


def lines() -> Iterator[tuple[str, str]]:
    """(file and line, a line as it may be) of what the API's own routes refuse with."""
    for path in sorted(FOLDER.glob("*.py")):
        if path.name in NOT_SAID:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED:
                for part in node.args[:2]:
                    if text := _text(part):
                        yield f"{path.name}:{part.lineno}", text


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "7" for one in node.values)
    return ""


def test_there_are_lines_to_ask_for() -> None:
    assert len(list(lines())) > 15


@pytest.mark.parametrize(("place", "line"), list(lines()), ids=lambda one: one if ".py:" in one else "")
def test_every_line_of_the_api_is_there_in_chinese(place: str, line: str) -> None:
    assert has(line, "zh-CN"), f"{place}: {line!r} is not in templates/web/words/sentences_api.toml"


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_kind_of_problem_is_there_in_chinese(kind: object) -> None:
    assert has(kind.title, "zh-CN") and has(kind.remedy, "zh-CN"), kind  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", ""), ("zh-TW", "zh-CN"), ("zh", "zh-CN"), ("en-GB,en;q=0.9", "en"), ("fr", ""), ("*", ""),
        ("fr, en;q=0.2, zh-CN;q=0.8", "zh-CN"), ("en;q=0", ""), ("zh;q=x, en", "en"), (";;,,", ""), ("en;q=9", ""),
    ],
)  # fmt: skip
def test_the_header_says_which_language(header: str, language: str) -> None:
    assert language_asked(header) == language


def test_a_problem_is_told_in_the_callers_language_and_its_code_is_the_same(alone: Program) -> None:
    path = f"/records/{NUMBER}/acts/reopen"
    body = {"keys": {"reason": "x"}}
    english = alone("POST", path, json=body)  # as the user has it
    chinese = alone("POST", path, json=body, headers={"accept-language": "zh-CN,zh;q=0.9"})
    assert english.headers["content-language"] == "en" and chinese.headers["content-language"] == "zh-CN"
    one, other = english.json(), chinese.json()
    for name in ("type", "code", "status"):
        assert one[name] == other[name]
    assert one["code"] == "conflict" and one["title"] == "It cannot be done as things stand."
    assert other["title"] == "当前状态下无法执行。" and NUMBER in other["detail"] and "不能执行" in other["detail"]
    assert other["remedy"] != one["remedy"]


def test_a_user_who_reads_chinese_is_told_in_chinese_unless_he_asks_for_english(alone: Program) -> None:
    with alone.place.storage.unit() as work:
        user = work.users.get("reviewer@example.com")
        assert user is not None
        work.users.update(replace(user, language="zh-CN"))
        work.commit()
    assert alone.get("/records/KS-0", 404)["title"] == "没有此内容。"
    asked = alone("GET", "/records/KS-0", headers={"accept-language": "en"}).json()
    assert asked["title"] == "There is no such thing."


def test_without_a_token_the_header_or_else_the_company_decides(alone: Program) -> None:
    nobody = replace(alone, token="cit_nothing")
    assert nobody("GET", "/records", headers={"accept-language": "en"}).json()["title"] == "No token that is good."
    assert nobody("GET", "/records").json()["title"] == "没有有效的令牌。"
    assert nobody("GET", "/records").headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/records?limit=0", None), ("GET", "/records?limit=x", None), ("GET", "/records?limit=999", None),
        ("GET", "/records?state=lost", None), ("GET", "/records?from=yesterday", None), ("GET", "/records?after=x", None),
        ("GET", "/records?overdue=perhaps", None), ("POST", "/records", {}), ("POST", "/records", []),
        ("POST", "/records", {"channel": 1}), ("POST", "/records", {"channel": "phone", "colour": 1}),
        ("POST", "/records", {"channel": "phone", "fields": 1}), ("POST", "/records/assign", {"numbers": []}),
        ("POST", "/records", {"channel": "x" * 99}), ("POST", "/views", {"name": "", "query": "x"}),
        ("GET", "/customers/0", None), ("POST", "/master/products", {"fields": {"colour": "red"}}),
        ("POST", "/records/assign", {"numbers": "x"}), ("GET", "/audit?kind=weather", None),
    ],
    ids=str,
)  # fmt: skip
def test_nothing_that_is_said_of_a_value_stays_english(method: str, path: str, body: object, alone: Program) -> None:
    headers = {"accept-language": "zh"}
    answer = (
        alone(method, path, json=body, headers=headers) if body is not None else alone(method, path, headers=headers)
    )
    if answer.status_code == 403:
        return  # not this user's
    found = answer.json()
    assert answer.status_code == 422 and found["code"] == "invalid", found
    for line in (found["title"], found["remedy"], found["detail"], *(one["what"] for one in found["errors"])):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in line), found


def test_the_documentation_names_every_code(alone: Program) -> None:
    page = alone("GET", "/docs").text
    for code, kind in KINDS.items():
        assert f'id="{code}"' in page and kind.title in page


def test_a_fault_of_ours_is_told_in_the_callers_language_too(lone: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = program(lone)  # whose user reads English, in a company that writes Chinese
    monkeypatch.setattr(Inbox, "page", lambda *_: 1 / 0)
    answer = reader("GET", "/records")
    assert (answer.status_code, answer.json()["code"]) == (500, "fault")
    assert answer.json()["title"] == "A fault of the service." and answer.json()["detail"].startswith("Its id is ")
    asked = reader("GET", "/records", headers={"accept-language": "zh"}).json()
    assert asked["title"] == "服务内部故障。" and asked["detail"].startswith("编号为")
