"""Text of any kind gives a reading, in a child like the service's, with its memory and within its processor time.

The child's wall time is left long here, so that a busy machine fails no test: processor time is what is held to the limit.
"""

import io
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import cast

import openpyxl
import pytest

from parsers.job import Job, Outcome
from parsers.limits import ReadLimits
from parsers.sandbox import Sandbox
from parsers.types import ITEM_FIELDS, Kind, Ours

LIMITS = ReadLimits()
AT = datetime(2025, 3, 12, 2, 0, tzinfo=UTC)
COMPLAINT = "贵司的电机型号 ABC-1200，批号 B240615，有3只漏油。"
Timed = Callable[[Job, Callable[[str], None], dict[str, str]], tuple[Outcome, float]]


def timed() -> Timed:
    """The service's own job, and the processor time that it took."""
    from parsers.job import open_job

    read = open_job(Ours(), LIMITS)

    def handler(job: Job, report: Callable[[str], None], skip: dict[str, str]) -> tuple[Outcome, float]:
        assert not skip, "a first try ended its child"
        began = time.process_time()
        outcome = read(job, report, skip)
        return cast(Outcome, outcome), time.process_time() - began

    return handler


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    job = f"{__name__ if __name__.startswith('tests.') else 'tests.parsers.test_reading_hostile_text'}:timed"
    box = Sandbox(job, 1, memory_bytes=LIMITS.memory_bytes, part_seconds=200, mail_seconds=500)
    box.warm()
    yield box
    box.close()


def mail(body: str | bytes, subject: str = "投诉", subtype: str = "plain") -> bytes:
    """A mail in UTF-8; bytes go in as they are."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "qc@customer.example", "quality@ours.example", subject
    message["Date"] = "Wed, 12 Mar 2025 09:00:00 +0800"
    raw = body if isinstance(body, bytes) else body.encode("utf-8")
    message.set_content(raw, "text", subtype, cte="base64")
    return message.as_bytes().replace(f"text/{subtype}".encode(), f"text/{subtype}; charset=utf-8".encode(), 1)


def rows(count: int) -> str:
    lines = [f"{n}\tWidget\tW-{n:05d}\tL{n:05d}\t{n % 9 + 1}\t表面有裂纹" for n in range(1, count + 1)]
    return "\n".join(["序号\t品名\t型号\t批号\t不良数量\t不良现象", *lines])


def workbook(count: int) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in rows(count).split("\n"):
        sheet.append(line.split("\t"))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


MEGABYTE = 1_000_000
TEXTS: dict[str, str] = {
    "1 MB of one Chinese line": COMPLAINT + "裂纹漏油批号型号不良数量轴承，" * (MEGABYTE // 16),
    "1 MB of one Chinese line without a comma": "漏油的轴承" * (MEGABYTE // 5),
    "1 MB of one English line": "the bearing B-1200 leaks and 3 pcs of lot B240615 are cracked " * (MEGABYTE // 62),
    "1 MB of one word": "x" * MEGABYTE,
    "1 MB of digits": "1234567890" * (MEGABYTE // 10),
    "1 MB of one code in pieces": "AB-12/" * (MEGABYTE // 6),
    "labels without a line end": "批号：B240615，型号：AB-1200，不良数：3只；" * 20_000,
    "Chinese and codes without a space": (COMPLAINT.replace(" ", "") + "ABC1200批号X") * 5_000,
    "only emoji": "😀🔥👨‍👩‍👧‍👦🇨🇳⚙️" * 20_000,
    "right to left": "المضخة رقم ABC-1200 تسرب الزيت 3 قطع משאבה דולפת 5 יחידות\n" * 5_000,
    "right to left with overrides": "\u202e" + "漏油ABC-1200\u202c\u202d" * 20_000,
    "100,000 line ends": COMPLAINT + "\n" * 100_000 + COMPLAINT,
    "100,000 lines of one letter": "x\n" * 100_000,
    "100,000 lines with a label": "批号：\n" * 100_000,
    "100,000 blanks": " " * 50_000 + COMPLAINT + "\t" * 50_000,
    "zero-width characters": "\u200b\u200d\ufeff\u2060" * 30_000 + "\u200b".join(COMPLAINT),
    "only combining marks": "\u0301\u0308\u0323\u20dd" * 50_000,
    "marks on every letter": "".join(c + "\u0301" * 30 for c in COMPLAINT) * 300,
    "10,000 items in a table": rows(10_000),
    "10,000 numbered items": "\n".join(
        f"{n}. 型号 W-{n:05d} 批号 L{n:05d}，{n % 9 + 1}只裂纹。" for n in range(1, 10_001)
    ),
    "brackets that never close": "（([{【" * 50_000,
    "control characters": "".join(map(chr, range(32))) * 5_000 + COMPLAINT,
    "every character of the first plane": "".join(chr(n) for n in range(32, 65_536) if not 0xD800 <= n < 0xE000),
    "nothing": "",
}


def read(sandbox: Sandbox, job: Job) -> Outcome:
    """The reading, checked for what holds of every reading."""
    outcome, seconds = cast(tuple[Outcome, float], sandbox.run(job))
    assert seconds < LIMITS.part_seconds
    json.dumps(outcome.reading_json, ensure_ascii=False).encode("utf-8")
    reading = outcome.reading
    for item in (*reading.items, *([reading.additions] if reading.additions else [])):
        for field in (getattr(item, name) for name in ITEM_FIELDS):
            if field is not None:
                assert reading.texts[field.source.part][field.source.start : field.source.end] == field.text
                assert 0 <= field.confidence <= 1
    return outcome


@pytest.mark.parametrize("name", TEXTS)
def test_any_text_gives_a_reading_in_time(sandbox: Sandbox, name: str) -> None:
    outcome = read(sandbox, Job(mail(TEXTS[name]), AT))
    assert outcome.trouble is None and outcome.reading.kind in Kind
    assert "body" in outcome.reading.texts


@pytest.mark.parametrize("name", ["100,000 line ends", "100,000 blanks", "zero-width characters", "control characters"])
def test_what_is_said_among_rubbish_is_read(sandbox: Sandbox, name: str) -> None:
    reading = read(sandbox, Job(mail(TEXTS[name]), AT)).reading
    assert [item.model.value for item in reading.items if item.model] == ["ABC-1200"]
    assert [item.batch.value for item in reading.items if item.batch] == [("B240615",)]


def test_of_ten_thousand_items_as_many_are_given_as_a_record_may_hold(sandbox: Sandbox) -> None:
    items = read(sandbox, Job(mail("请看清单，全部有裂纹：\n" + rows(10_000)), AT)).reading.items
    assert len(items) == 300
    assert [item.model.value for item in items[:3] if item.model] == ["W-00001", "W-00002", "W-00003"]
    assert all(item.batch and item.batch.value == (f"L{n:05d}",) for n, item in enumerate(items, 1))


def test_a_workbook_of_ten_thousand_rows_gives_a_reading_in_time(sandbox: Sandbox) -> None:
    outcome = read(sandbox, Job(workbook(10_000), AT, "清单.xlsx"))
    assert outcome.trouble is None
    assert len(outcome.reading.items) == 300


# ---------------------------------------------------------------- lone surrogates, by every way that they come

ODD: dict[str, Job] = {
    "a character reference in HTML": Job(mail(f"<p>{COMPLAINT}</p>&#xD83D; &#55357;", subtype="html"), AT),
    "three bytes in UTF-8": Job(mail(COMPLAINT.encode() + b"\xed\xa0\xbd\xed\xb0\x80"), AT),
    "half a pair in UTF-16": Job("\ufeff".encode("utf-16-le") + COMPLAINT.encode("utf-16-le") + b"\x3d\xd8a\x00", AT, "a.txt"),
    "an escape in RTF": Job(b"{\\rtf1\\ansi B240615 \\u-10179? ABC-1200}", AT, "a.rtf"),
    "raw bytes in the subject": Job(mail(COMPLAINT).replace(b"Subject: ", b"Subject: \xed\xa0\xbd\xff ", 1), AT),
    "an encoded word in the subject": Job(
        mail(COMPLAINT).replace(b"Subject: ", b"Subject: =?utf-16-le?B?PdhhAA==?= =?utf-8?Q?=ED=A0=BD?= ", 1), AT
    ),
    "a file's name": Job(
        b"From: a@b.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
        b"Content-Type: text/plain; charset=utf-8\n\n" + COMPLAINT.encode() + b"\n--b\nContent-Type: text/plain; "
        b"name=\"\xed\xa0\xbd\xff.txt\"\nContent-Disposition: attachment; filename*=utf-8''%ED%A0%BD%FF.txt\n\n"
        + COMPLAINT.encode() + b"\n--b--\n",
        AT,
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", ODD)
def test_half_a_surrogate_pair_reaches_no_reading(sandbox: Sandbox, way: str) -> None:
    outcome = read(sandbox, ODD[way])
    said = json.dumps(outcome.reading_json, ensure_ascii=False) + outcome.envelope.subject
    assert not any("\ud800" <= c <= "\udfff" for c in said + "".join(outcome.reading.texts))
    assert "B240615" in "".join(outcome.reading.texts.values())
