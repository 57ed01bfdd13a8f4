"""Every hostile file through the whole service, a few to a mail: each mail becomes a record, and what lies beside is read."""

import hashlib
from collections.abc import Iterator

import pytest

from intake.runners.read import Reader
from intake.wiring import blobs_of
from parsers.limits import ReadLimits
from tests.documents import hostile_more
from tests.documents.hostile_list import ARCHIVES, HOSTILE, Case
from tests.service.conftest import OURS
from tests.service.world import World, mail

MAILS = 16  # of about four files each: a mail gives up after the third of its files that ends a reader
SECONDS = 2.0
NAMES = (
    "../../../etc/passwd.txt",
    "C:\\Windows\\b.txt",
    "a\x07\x1b[2J.txt",
    "x" * 10_000 + ".txt",
    "\u202egpj.txt",
    ".txt",
)
NAMED = [(name, "text/plain", f"批号：C2609-{n:02}".encode()) for n, name in enumerate(NAMES)]


@pytest.fixture
def strict() -> Iterator[Reader]:
    """Two seconds a file, a gigabyte and a half of memory."""
    made = Reader(OURS, ReadLimits(part_seconds=SECONDS, mail_seconds=20.0, memory_bytes=1_500_000_000), 2)
    yield made
    made.close()


def files(cases: list[tuple[int, Case]]) -> list[tuple[str, str, bytes]]:
    return [(f"{number}-{case.name}", "application/octet-stream", case.make()) for number, case in cases]


def test_every_hostile_file_ends_in_a_record_and_the_good_file_beside_it_is_read(world: World, strict: Reader) -> None:
    cases = list(enumerate((*HOSTILE, *ARCHIVES)))
    mails = [
        mail(
            f"轴承座质量问题{n}",
            f"第{n}封。详见附件。",
            sender=f"王强 <wang@customer{n}.example>",
            message_id=f"<hostile-{n}@customer.example>",
            files=[*files(cases[n::MAILS]), ("list.txt", "text/plain", f"批号：B2609-{n:02}".encode())],
        )
        for n in range(MAILS)
    ]
    mails.append(hostile_more.mail_in_mails().replace(b"\n", b"\r\n"))
    mails.append(hostile_more.mail_of_files().replace(b"\n", b"\r\n"))
    mails += [
        mail(f"档案名{n}", f"第{n}份详见附件，轴承座划伤。", message_id=f"<name-{n}@customer.example>", files=[file])
        for n, file in enumerate(NAMED)
    ]
    world.deliver(*mails)
    world.passes(seconds=1)
    world.run(reader=strict)
    arrivals = world.arrivals()
    assert len(arrivals) == len(mails)
    records = world.records()
    assert len(records) >= MAILS
    batches = {batch for record in records for item in record["items"] for batch in item["batch"] or ()}
    assert {f"B2609-{n:02}" for n in range(MAILS)} <= batches
    assert {f"C2609-{n:02}" for n in range(len(NAMED))} <= batches, "a hostile name hides nothing"
    told = "\n".join(warning for record in records for warning in record["warnings"])
    bounded = ("It has 1000 files; the first 200 were read.", "Reading took longer than this part may take.")
    assert any(sentence in told for sentence in bounded), "by its count, or on a busy machine by its time"
    for number, case in cases:
        if case.says:
            assert f"{number}-{case.name}: " in told, (case.what, told)
    blobs = blobs_of(world.settings())
    for each in mails:
        assert blobs.get(hashlib.sha256(each).hexdigest()) == each, "the original is kept byte for byte"
