"""A hostile file ends within its limits, says what to do, and leaves the other files of its mail alone."""

import io
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import openpyxl
import pytest

from parsers.document import Document
from parsers.errors import Unreadable
from parsers.files import expand
from parsers.files.archive import DEPTH
from parsers.mime import parse
from parsers.sandbox import Sandbox
from parsers.sniff import media_type
from tests.documents import hostile, hostile_more
from tests.documents.hostile_list import ARCHIVES, HOSTILE, Case

SECONDS = 4.0
MEMORY = 2_147_483_648


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    box = Sandbox(
        "tests.faults.reader:make_measured_file_reader", 2, memory_bytes=MEMORY, part_seconds=SECONDS, mail_seconds=60
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


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case.what)
def test_a_hostile_file_ends_in_time_and_the_next_file_is_read(sandbox: Sandbox, case: Case) -> None:
    content = case.make()
    read = sandbox.run([(case.name, content), ("good.xlsx", good_sheet())])
    assert isinstance(read, dict)
    assert read[""] < MEMORY * 3 / 4, "nor did it come near the limit of memory"
    assert read["good.xlsx"].text == "批号\tB2406-01", "it cost its own limit and nothing else"
    bad = read[case.name]
    assert isinstance(bad, Document)
    assert len(bad.text) <= 2_000_000
    said = " ".join([bad.unread or "", *bad.warnings])
    assert case.says in said, said
    assert said or bad.pages or bad.text
    assert "root:" not in bad.text


@pytest.mark.parametrize("case", ARCHIVES, ids=lambda case: case.what)
def test_a_hostile_archive_is_refused_before_it_is_unpacked(case: Case) -> None:
    content = case.make()
    began = time.process_time()
    with pytest.raises(Unreadable) as refused:
        expand(case.name, content, media_type(content, case.name))
    assert time.process_time() - began < SECONDS
    assert case.says in f"{refused.value.cause} {refused.value.remedy}"


def test_an_archive_thirty_deep_is_opened_no_deeper_than_its_bound() -> None:
    ((name, _),) = expand("a.zip", hostile_more.nested_zips(), "application/zip")
    assert name.count("inner.zip") == DEPTH


def test_names_that_climb_stay_names() -> None:
    found = expand("a.zip", hostile_more.climbing_zip(), "application/zip")
    assert sorted(content for _, content in found) == [b"LOT A1", b"LOT A2", b"LOT A3"]


def test_a_mail_of_a_thousand_files_and_a_mail_fifty_deep_are_bounded() -> None:
    many = parse(hostile_more.mail_of_files())
    assert many.body.text.strip() == "LOT A1" and len(many.attachments) <= 1_000
    assert parse(hostile_more.mail_in_mails()).envelope.subject == "x"


def test_the_list_is_long_and_names_each_thing_once() -> None:
    assert len({case.what for case in (*HOSTILE, *ARCHIVES)}) == len(HOSTILE) + len(ARCHIVES) >= 40


def test_the_same_file_may_be_hostile_many_times_while_others_are_served(sandbox: Sandbox) -> None:
    bomb = [("a.pdf", hostile.forms_that_double())]
    with ThreadPoolExecutor(4) as threads:
        bad = threads.submit(sandbox.run, bomb)
        good = [threads.submit(sandbox.run, [("good.xlsx", good_sheet())]) for _ in range(5)]
        assert all(each.result()["good.xlsx"].text == "批号\tB2406-01" for each in good)
        assert bad.result()["a.pdf"].unread
