"""Mails that end their readers: what stands in their headers is known all the same."""

import hashlib
from collections.abc import Iterator

import pytest

from intake.runners.read import Reader
from parsers.job import Job
from parsers.limits import ReadLimits
from tests.service.conftest import OURS
from tests.service.world import START, World, answer_to, letters, mail

MORE = "补充：发货日期是2025年10月20日。\n\n王强\n"
PATIENT = 20  # tries until the children are there


@pytest.fixture
def blind() -> Iterator[Reader]:
    """Reads nothing at all, not even a header block by itself."""
    made = Reader(OURS, ReadLimits(mail_seconds=0.001), 1)
    yield made
    made.close()


@pytest.fixture
def short_of_time() -> Iterator[Reader]:
    """Reads what can be read in two seconds."""
    made = Reader(OURS, ReadLimits(mail_seconds=2.0), 1)
    assert any(made.read(Job(mail(), START)).trouble is None for _ in range(PATIENT))
    yield made
    made.close()


def test_a_follow_up_that_nobody_can_read_joins_its_record(world: World, blind: Reader) -> None:
    world.deliver(mail(batch="B2509-01"))
    world.run()
    (ack,) = world.acknowledgements()
    world.deliver(answer_to(ack, MORE))
    world.run(reader=blind)
    assert world.became() == ["done record", "set_aside follow_up"]
    assert len(world.records()) == len(world.acknowledgements()) == 1
    assert world.retry().startswith("1 ")
    world.run(reader=blind)
    assert world.became() == ["done record", "set_aside follow_up"], "still shown, as it is still unread"
    world.retry()
    world.run()
    assert world.became() == ["done follow_up", "done record"]
    record = world.record()
    assert record["items"][0]["batch"] == ["B2509-01"], "what the first mail said stands"
    assert [each["direction"] for each in record["messages"]].count("in") == 2
    assert len(letters(record, "acknowledgement")) == 1


def test_all_headers_are_read_where_only_the_rest_of_a_mail_ends_its_readers(short_of_time: Reader) -> None:
    first = "<ack@example.com>"
    long = mail(
        "Re: 投诉", precedence="list", in_reply_to=first, references=f"<a@b.example> {first}", cc="li@customer.example"
    ).replace(b"\r\n\r\n", b"\r\n\r\n" + b"abc def ghi 123\r\n" * 800_000, 1)
    outcome = short_of_time.read(Job(long, START))
    assert outcome.trouble is not None
    envelope = outcome.envelope
    assert envelope.fingerprint == hashlib.sha256(long).hexdigest(), "another mail may have the same headers"
    assert envelope.bulk, "so it is not answered by itself"
    assert (envelope.in_reply_to, envelope.references) == (first, ("<a@b.example>", first))
    assert (envelope.subject, [one.email for one in envelope.cc]) == ("Re: 投诉", ["li@customer.example"])
