"""docs/letters.md says what templates/data.py says."""

import re
from pathlib import Path

from templates import PURPOSES
from templates.data import variables
from templates.reference import reference
from templates.rendering import SHIPPED

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "letters.md").read_text(encoding="utf-8")


def test_the_page_lists_the_variables_as_the_data_has_them():
    assert PAGE.split("a test compares -->")[1].strip() == reference().strip(), "run `python -m templates.reference`"


def test_every_variable_of_every_letter_is_on_the_page():
    for purpose, kind in PURPOSES.items():
        assert f"### `{purpose}`" in PAGE
        assert [name for name in variables(kind) if f"| `{name}` |" not in PAGE] == []


def test_every_picture_and_file_that_the_page_names_is_there():
    for name in re.findall(r"\]\(((?:pictures|letters)/[^)]+)\)", PAGE):
        assert (DOCS / name).stat().st_size < 300_000
    for name in re.findall(r"`(_base/[^`]+)`", PAGE):
        assert (SHIPPED / name).is_file()


def test_there_are_templates_for_exactly_the_purposes_there_are():
    assert {place.name for place in SHIPPED.iterdir()} == {*PURPOSES, "_base"}
