"""A hostile file ends within its limits, says what to do, and leaves the other files of its mail alone."""

import io
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import openpyxl
import pytest

from parsers.document import Document
from parsers.sandbox import Sandbox
from tests.documents import hostile

SECONDS = 6.0


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    box = Sandbox(
        "tests.faults.reader:make_file_reader", 2, memory_bytes=2_147_483_648, part_seconds=SECONDS, mail_seconds=30
    )
    box.warm()
    yield box
    box.close()


def good_sheet() -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = "批号"
    book.active["B1"] = "B2406-01"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "form that draws itself": ("a.pdf", hostile.form_that_draws_itself),
    "forms that double": ("a.pdf", hostile.forms_that_double),
    "double flate bomb": ("a.pdf", hostile.double_flate_bomb),
    "deep array": ("a.pdf", hostile.deep_array),
    "deep object": ("a.pdf", hostile.deep_object),
    "kids loop": ("a.pdf", hostile.kids_loop),
    "huge page": ("a.pdf", hostile.huge_page),
    "many lines": ("a.pdf", hostile.many_lines),
    "noise": ("a.pdf", hostile.noise),
    "cut short": ("a.pdf", lambda: hostile.huge_page()[:200]),
    "zip bomb": ("a.zip", hostile.zip_bomb),
    "laughs": ("a.docx", hostile.word_of_laughs),
    "deep word": ("a.docx", hostile.deep_word),
    "far cell": ("a.xlsx", hostile.far_cell),
    "cut word": ("a.docx", lambda: hostile.word_with(b"<w:document")[:300]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_time_and_the_next_file_is_read(sandbox: Sandbox, name: str) -> None:
    file_name, make = HOSTILE[name]
    content = make()
    began = time.monotonic()
    read = sandbox.run([(file_name, content), ("good.xlsx", good_sheet())])
    assert time.monotonic() - began < 2 * SECONDS + 2
    assert isinstance(read, dict)
    assert read["good.xlsx"].text == "批号\tB2406-01"
    bad = read[file_name]
    assert isinstance(bad, Document)
    assert len(bad.text) <= 2_000_000
    assert bad.unread or bad.pages or bad.warnings


def test_the_same_file_may_be_hostile_many_times_while_others_are_served(sandbox: Sandbox) -> None:
    bomb = [("a.pdf", hostile.forms_that_double())]
    with ThreadPoolExecutor(4) as threads:
        bad = threads.submit(sandbox.run, bomb)
        good = [threads.submit(sandbox.run, [("good.xlsx", good_sheet())]) for _ in range(5)]
        assert all(each.result()["good.xlsx"].text == "批号\tB2406-01" for each in good)
        assert bad.result()["a.pdf"].unread
