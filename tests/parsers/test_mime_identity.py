"""The fingerprint: one for one mail whatever way it came, two for two mails (traps 27 and 28)."""

import base64
import quopri

from parsers.mime import parse

TEXT = "批号 B7 有 3 只破损。\r\nA line that ends in = and more.\r\n".encode()


def mail(
    body: bytes = TEXT, encoding: bytes = b"8bit", extra: bytes = b"", subject: bytes = b"x", ids: bytes = b""
) -> bytes:
    head = b"From: Li <li@kehu.example>\r\nTo: us@example.com\r\nSubject: " + subject + b"\r\n"
    head += b"Date: Tue, 03 Dec 2024 15:09:32 +0800\r\n" + ids
    return (
        extra
        + head
        + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
        + encoding
        + b"\r\n\r\n"
        + body
    )


def fingerprint(raw: bytes) -> str:
    return parse(raw).envelope.fingerprint


def test_the_way_and_the_transfer_encoding_do_not_change_it() -> None:
    trace = b"Return-Path: <li@kehu.example>\r\nDelivered-To: a@example.com\r\nReceived: from a by b;\r\n\tTue, 3 Dec 2024 15:10:00 +0800\r\nX-Spam: 1\r\n"
    same = {
        fingerprint(mail()),
        fingerprint(mail(extra=trace)),
        fingerprint(mail(base64.encodebytes(TEXT), b"base64")),
        fingerprint(mail(quopri.encodestring(TEXT), b"quoted-printable")),
        fingerprint(mail().replace(b"\r\n", b"\n")),
    }
    assert len(same) == 1


def test_trap_27_two_mails_without_message_id_differ_and_the_same_one_twice_does_not() -> None:
    assert parse(mail()).envelope.message_id is None
    assert fingerprint(mail()) != fingerprint(mail(TEXT.replace(b"B7", b"B8")))
    assert fingerprint(mail()) != fingerprint(mail(subject=b"y"))
    assert fingerprint(mail()) == fingerprint(mail())


def test_trap_28_one_message_id_over_other_content_gives_another_fingerprint() -> None:
    scanner = b"Message-ID: <scan@printer>\r\n"
    assert fingerprint(mail(b"page 1", ids=scanner)) != fingerprint(mail(b"page 2", ids=scanner))


def test_content_cannot_slip_from_one_part_into_the_next() -> None:
    def two(one: bytes, other: bytes) -> bytes:
        parts = b"".join(
            b"--b\r\nContent-Type: application/octet-stream\r\n\r\n" + part + b"\r\n" for part in (one, other)
        )
        return b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + parts + b"--b--\r\n"

    assert fingerprint(two(b"ab", b"c")) != fingerprint(two(b"a", b"bc"))
