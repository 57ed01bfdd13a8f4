"""The 8D form in three languages: its labels, and the Word templates that `draw` makes of them."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).parent
LANGUAGES = ("zh-CN", "zh-TW", "en")
OWN = "eight_d"  # within a company's own templates folder
Labels = Mapping[str, Mapping[str, str]]


@lru_cache(maxsize=3)
def labels(language: str) -> Labels:
    """section → field → label, with the tables of words (`places`, `documents`, …) beside them."""
    found: Labels = tomllib.loads((HERE / "labels" / f"{language}.toml").read_text(encoding="utf-8"))
    return found


def template(language: str, folder: Path | None = None) -> Path:
    """The Word template of a language: the company's own where its `folder` has one, else the shipped one."""
    return own_template(language, folder) or HERE / f"{language}.docx"


def own_template(language: str, folder: Path | None) -> Path | None:
    """The company's own Word template of a language, where it has one."""
    own = folder / OWN / f"{language}.docx" if folder is not None else None
    return own if own is not None and own.is_file() else None
