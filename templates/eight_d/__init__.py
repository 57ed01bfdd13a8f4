"""The 8D form in three languages: its labels, and the Word templates that `draw` makes of them."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).parent
Labels = Mapping[str, Mapping[str, str]]


@lru_cache(maxsize=3)
def labels(language: str) -> Labels:
    """section → field → label, with the tables of words (`places`, `documents`, …) beside them."""
    found: Labels = tomllib.loads((HERE / "labels" / f"{language}.toml").read_text(encoding="utf-8"))
    return found


def template(language: str) -> Path:
    """The Word template of a language."""
    return HERE / f"{language}.docx"
