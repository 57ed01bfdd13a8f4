"""Whatever bytes come, a mail is read or is said to be none; time and depth are bounded."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.document import Document
from parsers.errors import NotAMail
from parsers.files.html import read_html
from parsers.files.text import read_text
from parsers.mime import MAX_DEPTH, Message, parse
from parsers.tnef import unpack

SECONDS = 5.0
HEAD = b"From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
FRAGMENTS = [
    b"From: ", b"To: =?gb2312?B?", b"Subject: =?x?Q?=ff?=", b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"Content-Type: multipart/mixed; boundary=b",
    b"Content-Type: message/rfc822", b"Content-Type: text/html; charset=gbk", b"Content-Type: application/ms-tnef", b"--b", b"--b--", b"\x00",
    b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: x-uuencode", b"Content-Disposition: attachment; filename*0*=", b"''%ff",
    b"Date: Mon, 99 Foo", b"Message-ID: <", b">", b"<table><tr><td rowspan=9>", b"</div>", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"x\x9f\x3e\x22",
    b"PK\x03\x04", b"%PDF-", b"\xc1\xfa", "写道：".encode(), b"> ", b"-- ", b"charset=utf-7", b"begin 644 a\n", b";", b'"', b"=", b",", b"@", b"(", b":",
]  # fmt: skip


def covers(document: Document) -> bool:
    text = "".join(document.text[one.start : one.end] for one in document.passages)
    return text == document.text


def cells_lie_inside(document: Document) -> bool:
    return all(0 <= cell.start <= cell.end <= len(document.text) for table in document.tables for cell in table.cells)


def check(message: Message) -> None:
    assert covers(message.body)
    assert cells_lie_inside(message.body)
    assert message.reply_text or not message.body.text
    assert "\x00" not in message.body.text
    for part in message.attachments:
        assert part.name
        assert "/" not in part.name
        if part.message:
            check(part.message)


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_a_mail_or_none(raw: bytes) -> None:
    try:
        check(parse(raw))
    except NotAMail:
        assert not raw.lstrip(b"\r\n").startswith(b"From:")


@given(st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.binary(max_size=12)), max_size=40))
@settings(max_examples=400, deadline=None)
def test_any_pieces_of_mail_after_a_header_are_read(pieces: list[bytes]) -> None:
    check(parse(HEAD + b"".join(pieces)))


@given(st.text(max_size=300), st.sampled_from(["Re: a", "FW: a", "转发: a"]))
@settings(max_examples=200, deadline=None)
def test_passages_cover_any_text(text: str, subject: str) -> None:
    raw = f"From: a@b.example\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n".encode()
    check(parse(raw + text.encode("utf-8", "replace")))


LINES = st.sampled_from([
    "", "> 批号？", "B1", "发件人: 李 <a@b.cn>", "发送时间: 2024-12-03 10:00", "收件人: x", "主题: y", "On Mon, 2 Dec 2024, A <a@b.cn> wrote:", "-- ", "谢谢",
    "Tel: 0512-66668888", "------------------ 原始邮件 ------------------", "Begin forwarded message:", "This e-mail is confidential.", "发自我的iPhone", "型号\t批号", "X1\tB1",
])  # fmt: skip


@given(st.lists(LINES, max_size=25), st.sampled_from(["a", "Re: a", "FW: a"]))
@settings(max_examples=400, deadline=None)
def test_any_thread_keeps_every_line_and_some_body(lines: list[str], subject: str) -> None:
    raw = f"From: a@b.example\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n".encode()
    message = parse(raw + "\n".join(lines).encode())
    check(message)
    assert bool(message.reply_text.strip()) == bool(message.body.text.strip())


@given(st.lists(st.sampled_from([
    "<table>", "</table>", "<tr>", "</tr>", "<td>", "<td colspan=3>", "<th rowspan=2>", "</td>", "<p>", "</p>", "<br>", "<div>", "</div>", "a", " ", "批\n号", "&nbsp;",
    "<blockquote type=cite>", "</blockquote>", "<pre>", "</pre>", "<span style='display:none'>", "</span>", "<ul><li>", "<script>", "</script>", "\u200b", "<!--", "-->",
]), max_size=40))  # fmt: skip
@settings(max_examples=400, deadline=None)
def test_cells_of_any_markup_lie_inside_the_text(pieces: list[str]) -> None:
    document = read_html("".join(pieces), "body")
    assert cells_lie_inside(document)
    assert all(0 <= one.start < one.end <= len(document.text) for one in document.passages)
    for table in document.tables:
        for cell in table.cells:
            assert document.text[cell.start : cell.end] == document.text[cell.start : cell.end].strip(" ")


@given(st.text(alphabet="ab1 \t|-\n　>", max_size=200))
@settings(max_examples=200, deadline=None)
def test_cells_of_any_plain_text_lie_inside_it(text: str) -> None:
    document = read_text(text, "body")
    assert cells_lie_inside(document)
    assert all("\n" not in document.text[c.start : c.end] for table in document.tables for c in table.cells)


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_damaged_winmail_never_raises(content: bytes) -> None:
    assert unpack(b"\x78\x9f\x3e\x22\x01\x00" + content).warnings is not None


def mail(content_type: bytes, text: bytes) -> bytes:
    return HEAD + b"Content-Type: " + content_type + b"\r\n\r\n" + text


def deep_multipart(levels: int) -> bytes:
    raw = b"Content-Type: text/plain\r\n\r\nbatch B7 is broken\r\n"
    for level in range(levels):
        mark = b"b%d" % level
        raw = (
            b"Content-Type: multipart/mixed; boundary="
            + mark
            + b"\r\n\r\n--"
            + mark
            + b"\r\n"
            + raw
            + b"\r\n--"
            + mark
            + b"--\r\n"
        )
    return HEAD + raw


def mails_in_mails(levels: int) -> bytes:
    raw = mail(b"text/plain", b"innermost")
    for _ in range(levels):
        raw = mail(b"message/rfc822", raw)
    return raw


BOMBS = {
    "five_thousand_links": mail(b"text/html", b"<a href='http://x.example/a?b=c'>link</a> " * 5_000 + b"batch B7"),
    "two_hundred_thousand_nested_tags": mail(b"text/html", b"<div><b>" * 100_000 + b"batch B7"),
    "nested_tables": mail(b"text/html", b"<table><tr><td>" * 20_000 + b"batch B7"),
    "huge_white_space": mail(b"text/html", b"<p>" + b" \n\t" * 1_500_000 + b"batch B7"),
    "huge_spans": mail(b"text/html", b"<table>" + b"<tr><td rowspan=99999 colspan=99999>x</td></tr>" * 3_000 + b"</table>batch B7"),
    "a_megabyte_in_one_line": mail(b"text/plain", b"batch B7 " + b"a" * 1_000_000),
    "a_megabyte_of_quote_marks": mail(b"text/plain", b">" * 1_000_000 + b" batch B7\n"),
    "a_megabyte_of_blank_lines": mail(b"text/plain", b"\n" * 1_000_000 + b"batch B7"),
    "words_without_end": mail(b"text/plain", b"batch B7\n" + b"=?utf-8?B?" * 20_000),
    "labels_without_end": mail(b"text/plain", b"batch B7\n" + b"From: a@b\nSent: 10:00\n" * 20_000),
    "attributions_without_end": mail(b"text/plain", b"batch B7\n" + b"On Monday " * 30 + b"\n" + b"On 2024 a@b\n" * 20_000),
    "contacts_without_end": mail(b"text/plain", b"batch B7 " + b"- " * 100 + b"\n" + (b"0512 " * 20 + b"\n") * 5_000),
    "long_header": b"From: " + b"<a@b.example>, " * 60_000 + b"\r\nSubject: " + b"=?utf-8?Q?a?= " * 60_000 + b"\r\n\r\nbatch B7",
    "one_parameter_without_end": mail(b'text/plain; a="' + b"\\" * 90_000, b"batch B7"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_trap_24_bomb_is_read_in_bounded_time(name: str) -> None:
    started = time.process_time()
    message = parse(BOMBS[name])
    assert time.process_time() - started < SECONDS
    assert "batch B7" in message.body.text


def test_five_thousand_parts_are_all_listed() -> None:
    part = b"--b\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n%PDF-1.4\r\n"
    message = parse(mail(b"multipart/mixed; boundary=b", part * 5_000 + b"--b--\r\n"))
    assert len(message.attachments) == 5_000
    assert len({one.name for one in message.attachments}) == 5_000


def test_deeply_nested_parts_keep_the_text() -> None:
    assert parse(deep_multipart(30)).body.text.strip() == "batch B7 is broken"
    far = parse(deep_multipart(400))
    assert b"batch B7 is broken" in far.attachments[0].content
    assert far.warnings


def test_mails_in_mails_are_opened_to_a_limit_and_kept_below() -> None:
    message = parse(mails_in_mails(50))
    depth = 0
    while message.attachments and message.attachments[0].message:
        message = message.attachments[0].message
        depth += 1
    assert depth == MAX_DEPTH
    assert b"innermost" in message.attachments[0].content


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"%PDF-1.4\n1 0 obj", b"\x00\x01\x02", "只是一段文字。\n".encode()])
def test_what_has_no_header_is_no_mail(raw: bytes) -> None:
    with pytest.raises(NotAMail):
        parse(raw)
