"""The documentation says what the code says: settings, commands, figures, errors."""

import inspect
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest
import typer
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

import intake.errors
import parsers.errors
import storage.errors
import templates.errors
from intake.cli import app
from intake.policy.model import DEFAULT, default_text, load_policy
from intake.policy.severity import RULES as CLASS_RULES
from intake.policy.windows import ROWS
from intake.replies.guard import RULES as REPLY_RULES
from intake.settings import Settings
from storage.records import ArrivalState, Became, LetterState, RecordState, WindowState

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = (
    "walk.md",
    "site.md",
    "api.md",
    "extraction.md",
    "install.md",
    "settings.md",
    "errors.md",
    "policy.md",
    "scale.md",
)
MOST_LINES = 160
SET_BY_THE_LOADER = {"folder"}


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def rows(text: str) -> Iterator[list[str]]:
    """The cells of every table row."""
    for line in text.splitlines():
        if line.startswith("| ") and not line.startswith("| ---"):
            yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


# ---------------------------------------------------------------- settings


def models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in models_in(part)]


def keys_of(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        inner = models_in(field.annotation)
        if not inner:
            yield prefix + name, field
        for table in inner:
            yield from keys_of(table, f"{prefix}{name}.")


def defaults() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for key, field in keys_of(Settings):
        if key not in SET_BY_THE_LOADER:
            default = field.default
            said = (
                "required"
                if default is PydanticUndefined
                else json.dumps(list(default) if isinstance(default, tuple) else default)
            )
            found.setdefault(key, set()).add(said)
    return found


def documented() -> dict[str, str]:
    return {row[0].strip("`"): row[1] for row in rows(page("settings.md")) if row[0].startswith("`")}


def test_the_table_of_settings_names_exactly_the_keys_that_there_are() -> None:
    assert sorted(documented()) == sorted(defaults())


@pytest.mark.parametrize("key", sorted(defaults()))
def test_the_table_of_settings_gives_each_default(key: str) -> None:
    said = {word.strip("` ") for word in re.split(r"`, `", documented()[key])}
    assert said == {re.sub(r"\.0$", "", default) for default in defaults()[key]}


# ---------------------------------------------------------------- commands and errors


@pytest.mark.parametrize("command", sorted(typer.main.get_command(app).commands))  # type: ignore[attr-defined]
def test_every_command_is_explained_to_who_runs_the_service(command: str) -> None:
    assert re.search(
        rf"\bintake(?: --config \S+)? {command}\b",
        (ROOT / "README.md").read_text(encoding="utf-8") + page("install.md"),
    )


def errors_of(module: ModuleType) -> list[str]:
    found = inspect.getmembers(module, lambda kind: inspect.isclass(kind) and issubclass(kind, Exception))
    return [name for name, kind in found if kind.__module__ == module.__name__]


@pytest.mark.parametrize(
    "module", [intake.errors, parsers.errors, storage.errors, templates.errors], ids=lambda module: module.__name__
)
def test_every_error_stands_on_the_page_of_errors(module: ModuleType) -> None:
    named = errors_of(module)
    assert named and [name for name in named if not re.search(rf"\b{name}\b", page("errors.md"))] == []


@pytest.mark.parametrize("kind", [ArrivalState, Became, LetterState, RecordState], ids=lambda kind: kind.__name__)
def test_every_state_that_an_operator_sees_stands_on_the_page_of_errors(kind: type) -> None:
    first = {word for row in rows(page("errors.md")) for word in re.findall(r"`(\w+)`", row[0])}
    assert {str(state) for state in kind} - first == set()  # type: ignore[attr-defined]


def test_every_reason_not_to_answer_stands_on_the_page_of_errors() -> None:
    assert [rule.name for rule in REPLY_RULES if f"`{rule.name}`" not in page("errors.md")] == []


# ---------------------------------------------------------------- the policy


def test_every_table_of_the_policy_is_introduced_by_a_comment() -> None:
    lines = default_text().splitlines()
    tables = [number for number, line in enumerate(lines) if line.startswith("[")]
    assert len(tables) > 10
    assert [lines[number] for number in tables if not re.match(r"# .*\w", lines[number - 1])] == []


@pytest.mark.parametrize("table", ["classes", "on_site", "calendar", "reminders", "completeness", "routing"])
def test_every_figure_of_the_policy_has_its_comment(table: str) -> None:
    """Behind it, above it, or above its table where it is the first."""
    lines = default_text().splitlines()
    first = lines.index(f"[{table}]") + 1
    keys = list(tomllib.loads(default_text())[table])
    for key in keys:
        number = next(n for n in range(first, len(lines)) if lines[n].startswith(f"{key} = "))
        assert "  # " in lines[number] or lines[number - 1].startswith("#") or number == first, key


def test_the_page_of_the_policy_gives_each_window_as_the_policy_has_it() -> None:
    figures = tomllib.loads(DEFAULT.read_text(encoding="utf-8"))["windows"]
    told = {row[0].strip("`"): row for row in rows(page("policy.md")) if row[0].strip("`") in figures}
    assert list(told) == [str(row.name) for row in ROWS] == list(figures)
    for name, window in figures.items():
        spans = [
            " / ".join(window[letter].values()) if isinstance(window[letter], dict) else window[letter]
            for letter in "ABC"
        ]
        assert told[name][1:5] == [*spans, window["clock"]]
        assert told[name][-1] == window["clause"]


def test_the_page_of_the_policy_names_every_rule_of_the_classes_and_every_state_of_a_window() -> None:
    names = [rule.name for rule in CLASS_RULES] + [str(state) for state in WindowState]
    assert [name for name in names if f"`{name}`" not in page("policy.md")] == []


def test_the_example_of_a_policy_of_ones_own_is_right(tmp_path: Path) -> None:
    examples = re.findall(r"```toml\n# policy\.toml(.*?)```", page("policy.md"), re.DOTALL)
    (tmp_path / "policy.toml").write_text("#" + examples[0], encoding="utf-8")
    policy = load_policy(tmp_path / "policy.toml")
    assert str(policy.windows.first_report.B) == "36h" and str(policy.windows.first_report.A) == "24h"


# ---------------------------------------------------------------- the pages themselves


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_short_and_can_be_found(name: str) -> None:
    assert len(page(name).splitlines()) <= MOST_LINES
    others = [(ROOT / "README.md").read_text(encoding="utf-8"), *(page(other) for other in PAGES if other != name)]
    assert any(f"({name})" in text or f"(docs/{name})" in text for text in others)


@pytest.mark.parametrize("name", PAGES)
def test_every_file_that_a_page_names_exists(name: str) -> None:
    """`intake/desk.py`, `parsers/nlp/labels.toml`: names with a folder of ours before them."""
    named = re.findall(r"`((?:intake|parsers|storage|templates|tests|bench)/[\w./-]+)`", page(name))
    assert [place for place in named if not (ROOT / place).exists()] == []


def test_every_function_of_the_walk_is_in_the_file_that_it_is_told_of() -> None:
    """`file.py`: `function` in the table of the walk."""
    told = [
        (row[1], row[2]) for row in rows(page("walk.md")) if len(row) > 2 and row[1].startswith("`") and ".py" in row[1]
    ]
    assert len(told) > 15
    for file, functions in told:
        code = (ROOT / file.strip("`")).read_text(encoding="utf-8")
        for function in re.findall(r"`([\w.]+)`", functions):
            assert re.search(rf"^\s*(?:def|class) {function.rpartition('.')[2]}\b|^{function} ", code, re.MULTILINE), (
                f"{file}: {function}"
            )
