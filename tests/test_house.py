"""The house keeps its order: what the documentation promises exists, and nothing stands in the tree that must not leave it."""

import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
import typer
from pydantic import BaseModel

from intake.cli import app
from intake.settings import Settings

ROOT = Path(__file__).parents[1]
COMMANDS = (
    "arrivals", "check", "demo", "export", "extract", "import", "init", "poll", "read", "records", "retry", "run", "send", "watch", "work",
)  # fmt: skip
TEXT = (".py", ".toml", ".md", ".txt", ".html", ".sh", ".cfg", ".mako", ".yml", ".yaml", ".ini", "")


@cache
def tracked() -> tuple[Path, ...]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return tuple(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def texts() -> list[tuple[Path, str]]:
    return [(path, path.read_text(encoding="utf-8", errors="replace")) for path in tracked() if path.suffix in TEXT]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    found = typer.main.get_command(app).commands[command]  # type: ignore[attr-defined]
    assert found.help and found.help.strip().endswith((".", ")")), command


def test_every_command_of_the_readme_exists() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\bintake ([a-z]+)\b", " ".join(re.findall(r"`([^`]*)`", readme))))
    assert named and named <= set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def test_every_folder_and_file_that_the_documentation_names_exists() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} points to {target}"
    for folder in re.findall(r"^\| `([a-z]+)/` \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE):
        assert (ROOT / folder).is_dir(), folder


def test_no_file_is_a_drawer_for_everything() -> None:
    assert [
        path for path in tracked() if path.stem in ("utils", "util", "helpers", "helper", "manager", "misc", "common")
    ] == []


def _tables(model: type[BaseModel]) -> list[type[BaseModel]]:
    found = [model]
    for field in model.model_fields.values():
        found += [table for inner in _models(field.annotation) for table in _tables(inner)]
    return found


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models(part)] if get_origin(annotation) else []


def test_every_table_of_the_settings_stands_in_the_example() -> None:
    example = (ROOT / "intake" / "example.toml").read_text(encoding="utf-8")
    tables = [name for name, field in Settings.model_fields.items() if _models(field.annotation) and name != "sources"]
    assert [name for name in tables if not re.search(rf"^(# )?\[\[?{name}\]", example, re.MULTILINE)] == []


def test_the_example_is_right_as_it_stands_and_with_every_comment_taken_away() -> None:
    example = (ROOT / "intake" / "example.toml").read_text(encoding="utf-8")
    assert Settings.model_validate(tomllib.loads(example)).sources[0].name == "complaints"


MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home/[a-z]+)/[\w.]+|/tmp/[\w]+/")
INDEX = re.compile(r"https?://[^\s\"')]*(?:/simple\b|pypi\.|artifactory|nexus)", re.IGNORECASE)


@pytest.mark.parametrize(("what", "pattern"), [("a path of one machine", MACHINE), ("a package index", INDEX)])
def test_nothing_tracked_names(what: str, pattern: re.Pattern[str]) -> None:
    own = Path(__file__)
    assert [
        f"{path.relative_to(ROOT)}: {hit[0]}" for path, text in texts() if path != own for hit in pattern.finditer(text)
    ] == []


def test_every_file_that_the_product_reads_is_installed_with_it() -> None:
    """Without this, what works in a checkout fails where the product is installed: it was so with the trained model."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["*"]
    packages = ("intake", "parsers", "storage", "templates")
    left_out = [
        path.relative_to(ROOT).as_posix()
        for path in tracked()
        if path.relative_to(ROOT).parts[0] in packages
        and path.suffix not in (".py", ".mako")  # the latter only makes new steps of the schema
        and not any(path.match(pattern) for pattern in patterns)
    ]
    assert left_out == []


def test_every_decision_says_why() -> None:
    for page in (ROOT / "docs" / "decisions").glob("*.md"):
        assert re.fullmatch(r"\d{3}-[a-z0-9-]+\.md", page.name)
        for part in ("## Context", "## Decision", "## Consequence"):
            assert part in page.read_text(encoding="utf-8"), f"{page.name} lacks {part}"


def test_arrows_point_down() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
