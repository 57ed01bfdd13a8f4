"""Outlook's .msg: as the file itself, and as a mail inside a mail; damaged ones keep the mail around them."""

import base64
import struct

from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.mime import parse
from parsers.sniff import MSG, media_type
from tests.parsers.compound_file import Storage, compound_file

PDF = b"%PDF-1.4\n%%EOF\n"


def text(value: str) -> bytes:
    return value.encode("utf-16-le")


def properties(head: bytes, *rows: tuple[int, int, int]) -> bytes:
    return head + b"".join(struct.pack("<HHIQ", kind, number, 6, value) for number, kind, value in rows)


def outlook_file() -> bytes:
    attachment = Storage({
        "__substg1.0_3707001F": text("检验报告.pdf"), "__substg1.0_37010102": PDF,
        "__properties_version1.0": properties(b"\0" * 8, (0x3707, 0x1F, 14), (0x3701, 0x102, len(PDF)), (0x3705, 3, 1)),
    })  # fmt: skip
    body = text("轴承批号 C2411 异响 9 只，请两天内回复。")
    return compound_file(Storage({
        "__substg1.0_0037001F": text("轴承异响"), "__substg1.0_1000001F": body, "__substg1.0_001A001F": text("IPM.Note"),
        "__substg1.0_0C1A001F": text("陈静"), "__substg1.0_0C1F001F": text("chen@kehu.example"),
        "__properties_version1.0": properties(b"\0" * 8 + struct.pack("<4I", 0, 1, 0, 1) + b"\0" * 8,
            (0x0037, 0x1F, 10), (0x1000, 0x1F, len(body) + 2), (0x001A, 0x1F, 18), (0x0C1A, 0x1F, 6), (0x0C1F, 0x1F, 36)),
        "__attach_version1.0_#00000000": attachment,
    }))  # fmt: skip


def around(content: bytes) -> bytes:
    head = b"From: sales@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsee file\r\n"
    part = b"--b\r\nContent-Type: application/octet-stream; name=a.msg\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head + part + base64.encodebytes(content) + b"--b--\r\n"


def test_outlook_file_is_read_as_a_mail() -> None:
    message = parse(outlook_file())
    assert message.envelope.subject == "轴承异响"
    assert message.envelope.sender is not None
    assert (message.envelope.sender.name, message.envelope.sender.email) == ("陈静", "chen@kehu.example")
    assert message.body.text == "轴承批号 C2411 异响 9 只，请两天内回复。"
    assert [(part.name, part.media_type, part.content) for part in message.attachments] == [
        ("检验报告.pdf", "application/pdf", PDF)
    ]


def test_outlook_file_in_a_mail_is_opened() -> None:
    (part,) = parse(around(outlook_file())).attachments
    assert part.media_type == MSG == media_type(outlook_file())
    assert part.message is not None
    assert part.message.reply_text == "轴承批号 C2411 异响 9 只，请两天内回复。"


@given(st.integers(0, 6_000), st.binary(min_size=1, max_size=40))
@settings(max_examples=120, deadline=None)
def test_damaged_outlook_file_does_not_lose_the_mail_around_it(at: int, junk: bytes) -> None:
    whole = outlook_file()
    damaged = whole[:at] + junk + whole[at + len(junk) :]
    message = parse(around(damaged))
    assert message.body.text == "see file"
    assert message.attachments[0].content == damaged


@given(st.integers(0, 6_000))
@settings(max_examples=60, deadline=None)
def test_outlook_file_that_is_cut_does_not_lose_the_mail_around_it(size: int) -> None:
    message = parse(around(outlook_file()[:size] or b"x"))
    assert message.body.text == "see file"
