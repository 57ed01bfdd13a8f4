"""The command line: the settings that it names, options of several commands, lines of JSON as answers."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from intake.settings import Settings, default_path, load

Once = Annotated[bool, typer.Option("--once", help="do all that waits, then end")]
AsJson = Annotated[bool, typer.Option("--json", help="one JSON object a line")]


class Chosen:
    """The settings that the command line names, else $INTAKE_CONFIG, else intake.toml."""

    def __init__(self) -> None:
        self.path: Path | None = None

    def settings(self) -> Settings:
        return load(self.path or default_path())

    def known(self) -> Settings | None:
        """For commands that do without: None where no file is named and none is there."""
        there = self.path is not None or default_path().exists()
        return self.settings() if there else None


def print_lines(objects: Iterable[Mapping[str, Any]]) -> None:
    """One JSON object a line; ends the command with status 1 where one of them tells of an error."""
    failed = False
    for line in objects:
        failed = failed or "error" in line
        print(json.dumps(line, ensure_ascii=False), flush=True)
    if failed:
        raise SystemExit(1)
